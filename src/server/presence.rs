//! Who looks at which ticket now. Told to whoever looks at the same one, kept nowhere.

use std::collections::BTreeSet;

use super::line::LineId;
use super::run::Loop;
use crate::domain::{StaffId, TicketId};
use crate::wire::FromDesk;

impl Loop {
    /// A console opened a ticket, went on to another, or closed it.
    pub(super) fn looking(&mut self, line: LineId, ticket: Option<TicketId>) {
        let Some(seat) = self.lines.get(&line) else { return };
        // A technician may not find out by looking which tickets there are.
        let ticket = ticket.filter(|ticket| self.is_in_sight(seat, *ticket));
        let Some(seat) = self.lines.get_mut(&line) else { return };
        let before = std::mem::replace(&mut seat.looking, ticket);
        if before == ticket {
            return;
        }
        self.tell_lookers(before);
        self.tell_lookers(ticket);
    }

    /// Everybody who looks at this ticket hears who else does.
    pub(super) fn tell_lookers(&mut self, ticket: Option<TicketId>) {
        let Some(ticket) = ticket else { return };
        let there = self.lines.iter().filter(|(_, seat)| seat.looking == Some(ticket));
        let there: Vec<(LineId, StaffId)> = there.map(|(line, seat)| (*line, seat.staff.id.clone())).collect();
        // Who at the desk looks at it is nothing for a technician.
        let told = there.iter().filter(|(line, _)| self.lines.get(line).is_some_and(|seat| seat.sight.is_none()));
        for line in told.map(|(line, _)| *line).collect::<Vec<_>>() {
            let others = there.iter().filter(|(other, _)| *other != line).map(|(_, staff)| staff.clone());
            let staff = others.collect::<BTreeSet<_>>().into_iter().collect();
            self.say(line, &FromDesk::Looking { ticket, staff });
        }
    }
}
