//! Hazards found on site (R-WO-3): each is a ticket of its own beside the order it was found on.

use std::collections::BTreeMap;

use super::edit::with_line;
use super::work::Work;
use super::{open, values};
use crate::domain::decide::{Context, Decision};
use crate::domain::rulebook::{CARRIED_OUT, DepartmentId, FINISHED, FieldId, REGISTERED, Trigger};
use crate::domain::ticket::{Happened, Owner, Ticket, TicketFields};
use crate::domain::{Addressee, RequestType, Role, StaffId, TicketId};
use crate::text::Say;

/// What was found, in the hazard's own screen.
const CONCLUSION: &str = "conclusion";

/// R-WO-3: registered as a ticket of its own, for the same premises and person, and graded with what is given. It goes to
/// the re-inspection with the deadline of its notice, or nowhere: a hazard half written down is none.
pub(super) fn found(
    context: Context<'_>,
    id: TicketId,
    subject: &str,
    card: &BTreeMap<FieldId, String>,
) -> Result<Decision, Say> {
    let order = Work::load(context, id)?;
    if !order.is_order() {
        return Err(Say::new("order.not_order").with("ticket", id.spoken()));
    }
    let on_site = [CARRIED_OUT, FINISHED].contains(&order.ticket.stage.as_str())
        || order.ticket.times.iter().any(|(stage, _)| stage == CARRIED_OUT) && order.is_to_be_done();
    if !on_site {
        return Err(Say::new("order.not_there").with("ticket", id.spoken()));
    }
    let mut work = Work::new(context, order.hazard(subject, card)?);
    open::check(context, &work.ticket.fields)?;
    work.ticket.card.iter().try_for_each(|(field, value)| values::check(context.rules, field, value))?;
    open::form_complete(context, &work.ticket)?;
    let (ticket, line) = with_line(
        context,
        Ticket { links: [&order.ticket.links[..], &[work.ticket.id]].concat(), ..order.ticket.clone() },
        Happened::HazardFound(work.ticket.id),
    );
    work.others.extend([ticket, line]);
    work.line(Happened::Registered(None));
    work.line(Happened::Linked(id));
    work.happened(&Trigger::Registered);
    work.happened(&Trigger::Entered(REGISTERED.to_owned()));
    let filled: Vec<FieldId> = work.ticket.card.keys().cloned().collect();
    work.filled(filled.iter().map(String::as_str));
    // Registered, and graded: two screens that the one on site has filled at once.
    work.step()?;
    work.step()?;
    work.tell_of_hazard();
    Ok(work.done("R-WO-3"))
}

impl Work<'_> {
    /// The hazard's own ticket, as the one on site writes it down.
    fn hazard(&self, subject: &str, card: &BTreeMap<FieldId, String>) -> Result<Ticket, Say> {
        let (order, rules, now) = (&self.ticket, self.rules(), self.now());
        let me = self.me();
        let department = self.hazard_department()?;
        let mut whole: BTreeMap<FieldId, String> = BTreeMap::new();
        // What the hazard's own form asks is known from the order, as far as that was asked the same.
        for used in &rules.kind(RequestType::Hazard).form {
            let known = order.card.get(&used.field).filter(|value| !value.is_empty());
            whole.extend(known.map(|value| (used.field.clone(), value.clone())));
        }
        whole.extend(card.iter().filter(|(_, value)| !value.trim().is_empty()).map(|(f, v)| (f.clone(), v.clone())));
        whole.insert("department".to_owned(), department.clone());
        // What was found is the conclusion, where no other is written: on site it is typed once.
        whole.entry(CONCLUSION.to_owned()).or_insert_with(|| subject.trim().to_owned());
        Ok(Ticket {
            id: TicketId(self.context.state.last.ticket + 1),
            rehearsal: order.rehearsal,
            fields: TicketFields {
                kind: RequestType::Hazard,
                subject: subject.trim().to_owned(),
                name: order.fields.name.clone(),
                phone: order.fields.phone.clone(),
                address: order.fields.address.clone(),
                ..TicketFields::default()
            },
            card: whole,
            stage: REGISTERED.to_owned(),
            entered_at: now,
            times: vec![(REGISTERED.to_owned(), now)],
            round: 1,
            first_receiver: me,
            owner: Owner::Department(department),
            assigned_at: now,
            opened_at: now,
            customer: order.customer,
            links: vec![order.id],
            ..Ticket::default()
        })
    }

    /// Whose the hazard is: the department of whoever found it, or of the order.
    fn hazard_department(&self) -> Result<DepartmentId, Say> {
        let rules = self.rules();
        let of = |id: &StaffId| {
            self.context.staff.iter().find(|staff| staff.id == *id).and_then(|staff| rules.department_of(staff))
        };
        let own = match &self.ticket.owner {
            _ if self.staff()?.role == Role::Technician => of(&self.me()),
            Owner::Staff(id) => of(id),
            Owner::Department(id) => Some(id),
        };
        let known = own.or_else(|| rules.department(self.ticket.value("department")));
        known.cloned().ok_or_else(|| Say::new("order.no_department").with("ticket", self.ticket.id.spoken()))
    }

    /// The head of the department knows of it; it rings where it is larger or grave.
    fn tell_of_hazard(&mut self) {
        let grade = self.ticket.value("hazard_grade").to_owned();
        let word = self.rules().value_word("hazard_grade", &grade);
        let what = self.about("order.notice_hazard").with_word("grade", &word);
        let department = self.ticket.value("department").to_owned();
        let head = self.rules().departments.get(&department).map(|rule| rule.head.clone());
        if let Some(head) = head {
            self.notice(Addressee::Role(head), what, matches!(grade.as_str(), "larger" | "grave"), false);
        }
    }
}
