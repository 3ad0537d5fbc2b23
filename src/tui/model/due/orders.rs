//! Whom a work order can be sent to (SPEC §5): technicians on duty first, each with what they have and where they were,
//! then departments.

use crate::domain::rulebook::FOLLOWED_UP;
use crate::domain::{Role, Staff, Ticket};
use crate::text::Say;
use crate::tui::layer::Row;
use crate::tui::model::Model;

impl Model {
    /// The rows of the dispatch list; `department` stands before a department's name in a row's id.
    pub fn crew_rows(&self, department: &str) -> Vec<Row> {
        let welcome = self.desk.welcome();
        let mut technicians: Vec<&Staff> =
            welcome.staff.iter().filter(|staff| staff.role == Role::Technician).collect();
        technicians.sort_by_key(|staff| (!self.is_on_duty(staff), self.orders_of(staff), staff.id.clone()));
        let technicians = technicians.into_iter().map(|staff| Row {
            id: staff.id.0.clone(),
            text: self.crew_name(staff),
            beside: self.crew_words(staff),
        });
        let departments = welcome.rulebook.departments.iter().map(|(id, rule)| Row {
            id: format!("{department}{id}"),
            text: rule.name.clone(),
            beside: self.word("ticket_page.department"),
        });
        technicians.chain(departments).collect()
    }

    fn is_on_duty(&self, staff: &Staff) -> bool {
        self.desk.state().crew.get(&staff.id).is_some_and(|crew| crew.on_duty_since.is_some())
    }

    /// How many orders somebody has in hand.
    fn orders_of(&self, staff: &Staff) -> usize {
        // What was given back is the operators' to call about, though it stays under its technician's name.
        let theirs = |ticket: &&Ticket| {
            ticket.owner.staff() == Some(&staff.id) && ticket.is_live() && ticket.stage != FOLLOWED_UP
        };
        self.desk.state().tickets.values().filter(theirs).count()
    }

    fn crew_name(&self, staff: &Staff) -> String {
        let duty = self.word(if self.is_on_duty(staff) { "due.on-duty" } else { "due.off-duty" });
        let open = self.words(&Say::new("due.open-orders").with("count", self.orders_of(staff)));
        format!("{} {duty} {open}", staff.name)
    }

    /// Where somebody was last, and when.
    fn crew_words(&self, staff: &Staff) -> String {
        let crew = self.desk.state().crew.get(&staff.id);
        match crew.and_then(|crew| Some((crew, crew.place_at?))).filter(|(crew, _)| !crew.place.is_empty()) {
            Some((crew, at)) => format!("{} {}", self.when(at), crew.place),
            None => staff.team.clone(),
        }
    }
}
