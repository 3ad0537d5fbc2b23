//! The technician's screen (SPEC §5): which orders are in the list, in which order, which is open, what stands as a
//! banner. Drawn in one column, worked by single keys; what the rest of the console shows is not here.

mod keys;
mod order;
mod page;
mod step;

use std::cell::Cell;
use std::collections::BTreeMap;

pub use page::OrderRow;
pub use step::{How, NextStep};

use super::shown::Seen;
use super::{Model, Pane};
use crate::domain::rulebook::FILED;
use crate::domain::{Notice, Owner, RequestType, Role, Stamp, Ticket, TicketId, TicketLine};
use crate::tui::form::Step;

/// Sent, and not accepted yet.
pub const DISPATCHED: &str = "dispatched";
/// Given back to the desk, which calls the customer.
pub const FOLLOWED_UP: &str = "followed_up";

/// The part of the list an order stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// 待接: to be accepted, by me or by whoever of the department is first.
    Offered,
    /// Mine, and to be worked.
    Mine,
    /// Given back in the last days; names and numbers as the desk shows them.
    Done,
}

/// Where the technician is.
#[derive(Debug, Default)]
pub struct TechView {
    /// The order that is open.
    pub order: Option<TicketId>,
    /// Its history as far as it was heard.
    pub lines: BTreeMap<u32, TicketLine>,
    /// The first row of it that is shown.
    pub at: usize,
    chosen: Option<TicketId>,
    row: usize,
    /// How far the open order could be scrolled when it was drawn last.
    pub(in crate::tui) end: Cell<usize>,
    /// The first order of the list and how many fit, as they were drawn last.
    pub(in crate::tui) sight: Cell<(usize, usize)>,
    banner: Seen<TicketId>,
    version: Seen<(TicketId, u32)>,
}

/// What stands above everything until it was read.
#[derive(Clone, Copy, Debug)]
pub enum Banner<'m> {
    /// A new order: one key accepts it.
    Order(&'m Ticket),
    /// A step the desk refused.
    Refused(&'m Step),
    /// Another notice.
    Notice(&'m Notice),
}

impl Model {
    /// The technician's screen is shown: by role, or because it was asked for.
    pub fn is_tech(&self) -> bool {
        self.settings.tech || self.desk.welcome().me.role == Role::Technician
    }

    /// The part of the list an order stands in; nothing where it is none of mine.
    pub fn tech_part(&self, ticket: &Ticket) -> Option<Part> {
        let welcome = self.desk.welcome();
        let me = &welcome.me;
        let own = ticket.owner.staff() == Some(&me.id);
        let given_back = ticket.stage == FOLLOWED_UP || ticket.stage == FILED;
        if given_back {
            return (own || ticket.value("responsible") == me.id.0).then_some(Part::Done);
        }
        if !ticket.is_live() {
            return None;
        }
        let ours = || match &ticket.owner {
            Owner::Department(department) => welcome.rulebook.department_of(me) == Some(department),
            Owner::Staff(_) => false,
        };
        match ticket.stage == DISPATCHED {
            true if own || ours() => Some(Part::Offered),
            false if own => Some(Part::Mine),
            _ => None,
        }
    }

    /// The orders: those to be accepted on top, then mine, then what was given back; in each part emergencies first, then
    /// by due time.
    pub fn tech_orders(&self) -> Vec<(Part, &Ticket)> {
        let tickets = self.desk.state().tickets.values();
        let mut rows: Vec<(Part, &Ticket)> =
            tickets.filter_map(|ticket| Some((self.tech_part(ticket)?, ticket))).collect();
        rows.sort_by_key(|(part, ticket)| {
            let calm = ticket.fields.kind != RequestType::Emergency;
            match part {
                Part::Done => (*part, false, -ticket.changed_at.0, ticket.id),
                _ => (*part, calm, ticket.due_at().0, ticket.id),
            }
        });
        rows
    }

    /// How many wait to be accepted, how many are mine, how many of both are late.
    pub fn tech_counts(&self) -> (usize, usize, usize) {
        let rows = self.tech_orders();
        let of = |part: Part| rows.iter().filter(|row| row.0 == part).count();
        let late = |row: &&(Part, &Ticket)| row.0 != Part::Done && row.1.due_at() <= self.now;
        (of(Part::Offered), of(Part::Mine), rows.iter().filter(late).count())
    }

    /// The row that is chosen: the technician stands on an order, and rows come and go above it.
    pub fn tech_row(&self) -> usize {
        let rows = self.tech_orders();
        let at = self.tech.chosen.and_then(|chosen| rows.iter().position(|(_, ticket)| ticket.id == chosen));
        at.unwrap_or(self.tech.row).min(rows.len().saturating_sub(1))
    }

    /// Moves: in the list by orders, in an open order by rows.
    pub(in crate::tui) fn tech_step(&mut self, step: isize) {
        if self.tech.order.is_some() {
            self.tech.at = self.tech.at.saturating_add_signed(step).min(self.tech.end.get());
            return;
        }
        let rows: Vec<TicketId> = self.tech_orders().into_iter().map(|(_, ticket)| ticket.id).collect();
        let at = self.tech_row().saturating_add_signed(step).min(rows.len().saturating_sub(1));
        (self.tech.row, self.tech.chosen) = (at, rows.get(at).copied());
    }

    /// The order that stands `nth` on the screen, or the chosen one.
    pub(in crate::tui) fn tech_order_at(&self, nth: Option<usize>) -> Option<TicketId> {
        // A figure means an order on the screen, and none below its edge.
        let (top, fit) = self.tech.sight.get();
        let at = match nth {
            Some(nth) if nth >= fit => return None,
            Some(nth) => top + nth,
            None => self.tech_row(),
        };
        self.tech_orders().get(at).map(|(_, ticket)| ticket.id)
    }

    /// The first order of the list that so many rows show.
    pub(in crate::tui) fn tech_top(&self, fit: usize) -> usize {
        (self.tech_row() + 1).saturating_sub(fit.max(1))
    }

    /// A form of this order, or of any, is on the screen.
    pub fn tech_form(&self) -> bool {
        self.focus == Pane::Form && self.drafts.open().is_some_and(|draft| draft.saved().is_none())
    }

    /// The order that is open, as the desk has it now.
    pub fn tech_order(&self) -> Option<&Ticket> {
        self.desk.state().tickets.get(&self.tech.order?)
    }

    /// Opens an order's page; gives whether it is another than before.
    pub(in crate::tui) fn tech_show(&mut self, order: Option<TicketId>) -> bool {
        let other = self.tech.order != order;
        if other {
            self.tech.lines.clear();
            self.tech.at = 0;
        }
        if order.is_some() {
            self.tech.chosen = order;
        }
        self.tech.order = order;
        other && order.is_some()
    }

    /// Keeps the place where it makes sense: an order that is no longer mine closes, and a form that is over goes.
    pub(super) fn tech_settle(&mut self) {
        if !self.is_tech() {
            return;
        }
        if self.drafts.open().is_some_and(|draft| draft.saved().is_some()) {
            self.drafts.discard();
        }
        if self.focus == Pane::Form && self.drafts.open().is_none() {
            self.focus = Pane::Tickets;
        }
        let gone = self.tech.order.is_some() && self.tech_order().is_none_or(|order| self.tech_part(order).is_none());
        if gone && !self.tech_form() {
            self.tech_show(None);
        }
    }

    /// What stands above everything: an order to be accepted, a step that was refused, another notice.
    pub fn tech_banner(&self) -> Option<Banner<'_>> {
        self.tech_news().first().copied()
    }

    /// What the desk said and nobody has read, new orders first: a clock runs on them. One line for each order.
    pub fn tech_news(&self) -> Vec<Banner<'_>> {
        let rung: Vec<&Notice> = self.my_notices().collect();
        let told = |ticket: &Ticket| rung.iter().any(|notice| notice.ticket == Some(ticket.id));
        let offered: Vec<&Ticket> = self
            .tech_orders()
            .into_iter()
            .filter(|(part, ticket)| *part == Part::Offered && told(ticket) && self.step_under_way(ticket.id).is_none())
            .map(|(_, ticket)| ticket)
            .collect();
        let other = |notice: &&&Notice| !offered.iter().any(|ticket| Some(ticket.id) == notice.ticket);
        let notices: Vec<Banner<'_>> = rung.iter().rev().filter(other).map(|notice| Banner::Notice(notice)).collect();
        let refused = self.drafts.steps().iter().filter(|step| step.refused.is_some()).map(Banner::Refused);
        offered.iter().map(|ticket| Banner::Order(ticket)).chain(refused).chain(notices).collect()
    }

    /// The new order in the banner, as it stood there when a key was pressed.
    pub(in crate::tui) fn tech_meant_banner(&self) -> Option<&Ticket> {
        let now = match self.tech_banner() {
            Some(Banner::Order(ticket)) => Some(ticket.id),
            _ => None,
        };
        let meant = self.tech.banner.meant(self.now).or(now)?;
        self.desk.state().tickets.get(&meant)
    }

    /// Remembers what a frame has shown.
    pub(super) fn mark_tech_shown(&mut self) {
        let banner = match self.tech_banner() {
            Some(Banner::Order(ticket)) => Some(ticket.id),
            _ => None,
        };
        let version = self.tech_order().map(|order| (order.id, order.version));
        self.tech.banner.mark(banner, self.now);
        self.tech.version.mark(version, self.now);
    }

    /// The open order has changed sooner than anybody can see and press.
    pub(in crate::tui) fn tech_is_stale(&self) -> bool {
        let now = self.tech_order().map(|order| (order.id, order.version));
        self.tech
            .version
            .meant(self.now)
            .is_some_and(|meant| Some(meant.0) == now.map(|now| now.0) && Some(meant) != now)
    }

    /// Forms that were put down and whose order is no longer mine: nothing typed is lost, though it can't be sent.
    pub fn tech_orphans(&self) -> Vec<u64> {
        let tickets = &self.desk.state().tickets;
        let mine = |id: &TicketId| tickets.get(id).is_some_and(|ticket| self.tech_part(ticket).is_some());
        let parked = self.drafts.parked().iter();
        parked.filter(|draft| !draft.order().is_some_and(|id| mine(&id))).map(|draft| draft.id).collect()
    }

    /// On duty since; nothing for off duty.
    pub fn on_duty_since(&self) -> Option<Stamp> {
        self.desk.state().crew.get(&self.desk.welcome().me.id)?.on_duty_since
    }
}
