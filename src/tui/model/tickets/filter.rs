//! Which tickets the list shows.

use std::collections::BTreeMap;

use crate::domain::rulebook::{Rulebook, StageId};
use crate::domain::{Owner, RequestType, Role, Staff, Stamp, Ticket, TicketId};

/// Which tickets are shown. Those merged into another are shown inside that one (R-REQ-3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Mine.
    #[default]
    Mine,
    /// My team's and my department's.
    Team,
    /// All open ones.
    All,
    /// Emergencies.
    Emergencies,
    /// Overdue.
    Overdue,
    /// Due on this day.
    Today,
    /// Of a type.
    Kind(RequestType),
    /// At a stage.
    Stage(StageId),
    /// Escalated.
    Escalated,
    /// Waiting for my approval: an extension, an objection.
    Approvals,
    /// With others merged into them.
    Merged,
}

impl Which {
    /// The key of its word; none for a type or a stage, which have their own.
    pub fn key(&self) -> &'static str {
        match self {
            Which::Mine => "tickets.mine",
            Which::Team => "tickets.team",
            Which::All => "tickets.all",
            Which::Emergencies => "listing.emergencies",
            Which::Overdue => "listing.overdue",
            Which::Today => "listing.today",
            Which::Kind(_) | Which::Stage(_) => "",
            Which::Escalated => "listing.escalated",
            Which::Approvals => "listing.approvals",
            Which::Merged => "listing.merged",
        }
    }

    /// Whether a ticket is shown.
    pub fn shows(&self, ticket: &Ticket, scope: &Scope<'_>) -> bool {
        ticket.is_live()
            && match self {
                Which::Mine => ticket.owner.staff() == Some(&scope.me.id),
                Which::Team => scope.is_of_my_team(ticket),
                Which::All => true,
                Which::Emergencies => ticket.fields.kind == RequestType::Emergency,
                Which::Overdue => ticket.due_at() <= scope.now,
                Which::Today => scope.today.contains(&ticket.due_at()),
                Which::Kind(kind) => ticket.fields.kind == *kind,
                Which::Stage(stage) => ticket.stage == *stage,
                Which::Escalated => ticket.level > 0,
                Which::Approvals => scope.is_mine_to_answer(ticket),
                Which::Merged => !ticket.reports.is_empty(),
            }
    }

    /// Until when what it says of this ticket holds by itself, where nobody changes the ticket.
    pub fn holds_until(&self, ticket: &Ticket, scope: &Scope<'_>) -> Stamp {
        match self {
            Which::Overdue if ticket.due_at() > scope.now => ticket.due_at(),
            Which::Today => scope.today.end,
            _ => Stamp(i64::MAX),
        }
    }
}

/// Who looks, and when.
#[derive(Debug)]
pub struct Scope<'a> {
    /// Who.
    pub me: &'a Staff,
    /// Everybody.
    pub staff: &'a [Staff],
    /// By which rules.
    pub rules: &'a Rulebook,
    /// The open tickets.
    pub tickets: &'a BTreeMap<TicketId, Ticket>,
    /// When.
    pub now: Stamp,
    /// The local day of that moment.
    pub today: std::ops::Range<Stamp>,
}

impl Scope<'_> {
    /// How an owner is called.
    pub fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Staff(id) => {
                self.staff.iter().find(|staff| staff.id == *id).map_or(&id.0, |staff| &staff.name).clone()
            }
            Owner::Department(id) => self.rules.departments.get(id).map_or(id, |rule| &rule.name).clone(),
        }
    }

    fn is_of_my_team(&self, ticket: &Ticket) -> bool {
        let team = &self.me.team;
        let owned = match &ticket.owner {
            Owner::Staff(id) => self.staff.iter().any(|staff| staff.id == *id && staff.team == *team),
            Owner::Department(department) => self.rules.department_of(self.me) == Some(department),
        };
        !team.is_empty() && (ticket.fields.team == *team || owned)
    }

    /// R-REQ-8: an objection is reviewed by a supervisor or whoever took the request in. R-REQ-9: an extension is
    /// answered by the first of the type's chain or a supervisor, and not by who asked for it.
    fn is_mine_to_answer(&self, ticket: &Ticket) -> bool {
        let supervisor = self.me.role == Role::Supervisor;
        let objection = ticket.objection.is_some() && (supervisor || ticket.first_receiver == self.me.id);
        let chain = self.rules.chains.get(&self.rules.kind(ticket.fields.kind).chain);
        let first = chain.and_then(|chain| chain.first());
        let extension = ticket.extension.as_ref().is_some_and(|asked| {
            supervisor || (asked.by != self.me.id && first.is_some_and(|role| self.rules.holds(self.me, role)))
        });
        objection || extension
    }
}
