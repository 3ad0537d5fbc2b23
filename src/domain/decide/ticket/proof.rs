//! R-CB-10: what was carried out counts as followed up only with an answered call from the desk on record, a signed visit,
//! or in writing where that was asked. Whoever says so may not be believed; the record is.

use super::work::Work;
use crate::domain::decide::debts::Person;
use crate::domain::decide::spoken::Wanted;
use crate::domain::phone::match_key;
use crate::domain::rulebook::{FOLLOWED_UP, REGISTERED, Trigger};
use crate::domain::ticket::TellHow;
use crate::domain::{CallId, Callback};
use crate::text::Say;

impl Work<'_> {
    /// The call the person was told in, where there is one on record since the ticket came to its stage. Where the work is
    /// followed up only a call from the desk counts.
    pub(super) fn spoken_in(&self, how: TellHow) -> Option<CallId> {
        let (state, ticket) = (self.context.state, &self.ticket);
        if how == TellHow::Untold {
            return self.spoken.filter(|_| self.refused);
        }
        if how != TellHow::Phone || ticket.stage == REGISTERED || ticket.seal.is_some() {
            return None;
        }
        let keys = self.numbers();
        let outbound = ticket.stage == FOLLOWED_UP;
        let wanted = Wanted { keys: &keys, since: ticket.entered_at, outbound, rehearsal: ticket.rehearsal };
        let named = self.spoken.and_then(|id| state.calls.get(id));
        match named {
            Some(call) => wanted.is(state, call).then_some(call.id),
            None => wanted.newest(state, |call| self.in_vain(call)),
        }
    }

    /// All numbers of the person who asked, to match by: the ticket's, their file's, their line's.
    fn numbers(&self) -> Vec<String> {
        let (state, ticket) = (self.context.state, &self.ticket);
        let file = state.customer_by_phone(&ticket.fields.phone);
        let file = file.or_else(|| state.customers.get(&ticket.customer?));
        let person = Person::of(&ticket.fields.phone, "", file, ticket.rehearsal, &state.area_code);
        person.keys.iter().cloned().chain(self.lines().flat_map(|line| line.keys.clone())).collect()
    }

    /// The lines on which something is owed about the ticket.
    fn lines(&self) -> impl Iterator<Item = &Callback> {
        let state = self.context.state;
        let about = state.lines_about(self.ticket.id).filter_map(|id| state.callbacks.get(&id));
        about.filter(|line| line.rehearsal == self.ticket.rehearsal)
    }

    /// Written up as a try in which somebody else, or nobody, was reached.
    fn in_vain(&self, call: CallId) -> bool {
        self.lines().any(|line| line.was_in_vain(call))
    }

    /// Refuses to leave the follow-up without its proof, with what to do.
    pub(super) fn followed_up(&mut self) -> Result<(), Say> {
        let id = self.ticket.id.spoken();
        let how = TellHow::parse(self.ticket.value("told_how")).unwrap_or_default();
        let in_writing = self.ticket.is_anonymous() || self.ticket.wants_letter();
        let nobody = match_key(&self.ticket.fields.phone).is_empty();
        if self.ticket.seal.is_some() {
            // Whoever gave a tip-off is in no record; its keeper answers for it (R-REQ-6).
            return Ok(());
        }
        match how {
            TellHow::Phone => {
                let none = if nobody { "debt.no_number" } else { "debt.no_revisit" };
                let phone = self.ticket.fields.phone.clone();
                let refused = || Say::new(none).with("ticket", id).with("number", phone);
                let call = self.spoken_in(how).ok_or_else(refused)?;
                self.told_in(call);
                Ok(())
            }
            TellHow::Visit if self.ticket.value("signature").trim().is_empty() => {
                Err(Say::new("debt.no_signature").with("ticket", id))
            }
            TellHow::Letter | TellHow::Message if !in_writing => {
                Err(Say::new("debt.not_in_writing").with("ticket", id))
            }
            TellHow::Untold => {
                let above = self.context.rules.holds(self.staff()?, "supervisor");
                let refused = self.spoken_in(how).is_some();
                if nobody || in_writing || above || refused {
                    Ok(())
                } else {
                    let role = self.rules().role_word("supervisor");
                    Err(Say::new("debt.untold").with("ticket", id).with_word("role", &role))
                }
            }
            TellHow::Visit | TellHow::Letter | TellHow::Message => Ok(()),
        }
    }

    /// What they were told before the call that proves it is told in that call.
    fn told_in(&mut self, call: CallId) {
        let here = self.ticket.entered_at;
        let outcome = self.ticket.outcome().unwrap_or_default().to_owned();
        let proven = self.ticket.told.iter().any(|told| told.last && told.at >= here && told.call.is_some());
        if !proven && !outcome.trim().is_empty() {
            self.tell(TellHow::Phone, &outcome, Some(call), true);
            self.happened(&Trigger::Told);
        }
    }
}
