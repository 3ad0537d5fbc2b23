//! What a technician's line may carry (R-WO-2, SPEC §10.4): their own orders, what their department may accept, what
//! they finished lately without the customer in it, and what is said to them. Nothing else of the desk.
//!
//! The desk filters before it sends; a console can't show what it never had. Pure: the desk's time is handed in.

mod masked;
pub mod untold;

use std::collections::{BTreeMap, BTreeSet};

use super::command::{Command, NoticeCommand, TicketCommand};
use super::event::{Actor, Entry, Event};
use super::ids::{StaffId, TicketId};
use super::message::Message;
use super::notice::Notice;
use super::rulebook::{FILED, Rulebook};
use super::staff::{Role, Staff};
use super::state::{DAY_MS, State};
use super::ticket::{Owner, Seal, Ticket};
use super::time::{Millis, Stamp};
use crate::text::Say;

/// How long a technician still sees what they finished.
pub const FINISHED_MS: Millis = 3 * DAY_MS;

/// Sent, and not accepted yet.
const DISPATCHED: &str = "dispatched";
/// A type that has this stage is an order: one of a department's technicians accepts it for themselves.
const ACCEPTED: &str = "accepted";
/// Returned: the desk calls the customer; the technician has nothing more to do with it.
const RETURNED: &str = "followed_up";
/// Who did the work.
const RESPONSIBLE: &str = "responsible";

/// How much of a ticket somebody sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// That there is such a ticket is not known to them.
    #[default]
    Nothing,
    /// What was done, and not for whom.
    Masked,
    /// All of it but what is sealed.
    Whole,
}

/// How much of this ticket a technician sees at this moment.
pub fn seen(ticket: &Ticket, staff: &Staff, rules: &Rulebook, now: Stamp) -> Seen {
    if ticket.merged.is_some() {
        return Seen::Nothing;
    }
    if !ticket.is_open() || ticket.stage == RETURNED {
        let lately = now.since(finished_at(ticket)) < FINISHED_MS;
        return if lately && did(ticket, staff) { Seen::Masked } else { Seen::Nothing };
    }
    let theirs = match &ticket.owner {
        Owner::Staff(owner) => *owner == staff.id,
        Owner::Department(department) => {
            let order = rules.kind(ticket.fields.kind).stage(ACCEPTED).is_some();
            order && ticket.stage == DISPATCHED && rules.department_of(staff) == Some(department)
        }
    };
    if theirs { Seen::Whole } else { Seen::Nothing }
}

/// Whether a finished ticket was this technician's work.
pub fn did(ticket: &Ticket, staff: &Staff) -> bool {
    ticket.owner.staff() == Some(&staff.id) || ticket.value(RESPONSIBLE) == staff.id.0
}

/// When a ticket left the technician's hands.
fn finished_at(ticket: &Ticket) -> Stamp {
    let returned = ticket.times.iter().rev().find(|(stage, _)| stage == RETURNED).map(|(_, at)| *at);
    returned.or(ticket.filed_at).unwrap_or(ticket.entered_at)
}

/// The ticket as it is shown to somebody who sees so much of it.
pub fn shown(ticket: &Ticket, seen: Seen, rules: &Rulebook) -> Ticket {
    match seen {
        Seen::Nothing => gone(ticket.id),
        Seen::Masked => masked::ticket(ticket, rules),
        Seen::Whole => Ticket {
            // That it is sealed is known; what was sealed does not leave the desk, not even as it is stored.
            seal: ticket.seal.as_ref().map(|_| Seal::default()),
            calls: Vec::new(),
            customer: None,
            ..ticket.clone()
        },
    }
}

/// What takes a ticket out of a replica that had it: nothing but its number, and filed.
pub fn gone(ticket: TicketId) -> Ticket {
    Ticket { id: ticket, stage: FILED.to_owned(), ..Ticket::default() }
}

/// Whether this is no ticket but the word that it is not theirs any more. A console takes it for no change of a field.
pub fn is_gone(ticket: &Ticket) -> bool {
    ticket.stage == FILED && ticket.version == 0 && ticket.filed_at.is_none()
}

/// What one technician's line has been sent, and may be sent next.
#[derive(Clone, Debug)]
pub struct Sight {
    staff: Staff,
    /// Tickets on the replica at the other end, and how much of them.
    held: BTreeMap<TicketId, Seen>,
}

impl Sight {
    /// The sight of somebody who does not see everything; none for operators and supervisors.
    pub fn of(staff: &Staff) -> Option<Sight> {
        (staff.role == Role::Technician).then(|| Sight { staff: staff.clone(), held: BTreeMap::new() })
    }

    /// How much of an open ticket is seen; of one that is not open, nothing.
    pub fn sees(&self, id: TicketId, state: &State, rules: &Rulebook, now: Stamp) -> Seen {
        state.tickets.get(&id).map_or(Seen::Nothing, |ticket| seen(ticket, &self.staff, rules, now))
    }

    /// The state a console is given when it attaches.
    pub fn state(&mut self, state: &State, rules: &Rulebook, now: Stamp) -> State {
        self.held.clear();
        let mut own = State::new(state.offset_ms);
        (own.sequence, own.day, own.rules) = (state.sequence, state.day, state.rules.clone());
        for ticket in state.tickets.values() {
            let seen = seen(ticket, &self.staff, rules, now);
            if seen != Seen::Nothing {
                self.held.insert(ticket.id, seen);
                own.fold(&Event::Ticket(Box::new(shown(ticket, seen, rules))));
            }
        }
        let messages = state.messages.values().filter_map(|message| self.message(message));
        messages.for_each(|event| own.fold(&event));
        let notices = state.notices.values().filter_map(|notice| self.notice(notice, None, state, rules, now));
        notices.for_each(|event| own.fold(&event));
        own.crew.extend(state.crew.get(&self.staff.id).map(|crew| (crew.staff.clone(), crew.clone())));
        own
    }

    /// What is sent of an entry; nothing where nothing of it is theirs. `state` is the desk's with the entry in it.
    pub fn entry(&mut self, entry: &Entry, state: &State, rules: &Rulebook, now: Stamp) -> Option<Entry> {
        // One entry may hold a ticket several times: only what it is in the end counts.
        let last: BTreeMap<TicketId, &Ticket> = entry.events.iter().filter_map(ticket_of).collect();
        let mut told = BTreeSet::new();
        let mut events = Vec::new();
        for event in &entry.events {
            match event {
                Event::Ticket(ticket) if told.insert(ticket.id) => {
                    let ticket = last.get(&ticket.id).copied().unwrap_or(ticket);
                    events.extend(self.ticket(ticket, rules, now));
                }
                Event::TicketLine(line) => {
                    let ticket = last.get(&line.ticket).copied().or_else(|| state.tickets.get(&line.ticket));
                    let whole = ticket.is_some_and(|ticket| seen(ticket, &self.staff, rules, now) == Seen::Whole);
                    events.extend(whole.then(|| event.clone()));
                }
                Event::Notice(notice) => {
                    let about = notice.ticket.and_then(|ticket| last.get(&ticket).copied());
                    events.extend(self.notice(notice, about, state, rules, now));
                }
                Event::Message(message) => events.extend(self.message(message)),
                Event::Crew(crew) => events.extend((crew.staff == self.staff.id).then(|| event.clone())),
                Event::Rules(_) => events.push(event.clone()),
                // Listed, so that a new one is thought about.
                Event::Ticket(_)
                | Event::Source(_)
                | Event::Call(_)
                | Event::Agent(_)
                | Event::Callback(_)
                | Event::Customer(_)
                | Event::Draw(_)
                | Event::Visit(_)
                | Event::Span(_)
                | Event::Intervention(_)
                | Event::Recording(_)
                | Event::SpotDraw(_)
                | Event::CheckSheet(_) => {}
            }
        }
        events.extend(self.outdated(&told, state, rules, now));
        if events.is_empty() {
            return None;
        }
        // What others do comes from the desk, whoever and by which command it was.
        let own = matches!(&entry.actor, Actor::Staff(id) if *id == self.staff.id);
        let (actor, command) = if own { (entry.actor.clone(), entry.command) } else { (Actor::Desk, 0) };
        Some(Entry {
            actor,
            command,
            seat: String::new(),
            events,
            rule: entry.rule.clone(),
            sequence: entry.sequence,
            at: entry.at,
        })
    }

    /// A ticket that changed: as much of it as is seen now; where it was on the replica and is not seen any more, the
    /// word that it is gone.
    fn ticket(&mut self, ticket: &Ticket, rules: &Rulebook, now: Stamp) -> Option<Event> {
        let seen = seen(ticket, &self.staff, rules, now);
        // A filed ticket leaves every replica; the finished ones are looked up.
        let keeps = seen != Seen::Nothing && ticket.is_open();
        let had = if keeps { self.held.insert(ticket.id, seen) } else { self.held.remove(&ticket.id) };
        (keeps || had.is_some()).then(|| {
            let shown = if keeps { shown(ticket, seen, rules) } else { gone(ticket.id) };
            Event::Ticket(Box::new(shown))
        })
    }

    /// Tickets that only time took out of sight, beside those just told.
    fn outdated(&mut self, told: &BTreeSet<TicketId>, state: &State, rules: &Rulebook, now: Stamp) -> Vec<Event> {
        let masked = self.held.iter().filter(|(id, seen)| **seen == Seen::Masked && !told.contains(id));
        let tickets = masked.filter_map(|(id, _)| state.tickets.get(id));
        let over = tickets.filter(|ticket| seen(ticket, &self.staff, rules, now) == Seen::Nothing);
        let over: Vec<TicketId> = over.map(|ticket| ticket.id).collect();
        self.held.retain(|id, _| !over.contains(id));
        over.into_iter().map(|id| Event::Ticket(Box::new(gone(id)))).collect()
    }

    fn message(&self, message: &Message) -> Option<Event> {
        let mine = message.to == self.staff.id;
        mine.then(|| Event::Message(Box::new(Message { call: None, ..message.clone() })))
    }

    /// A notice to them. What it says of a ticket they do not see whole is masked.
    fn notice(
        &self,
        notice: &Notice,
        about: Option<&Ticket>,
        state: &State,
        rules: &Rulebook,
        now: Stamp,
    ) -> Option<Event> {
        // What a callback line is told about is the desk's, whatever roles a technician was named for.
        let id = notice.ticket.filter(|_| notice.is_for(&self.staff, rules))?;
        let ticket = about.or_else(|| state.tickets.get(&id));
        let whole = ticket.is_some_and(|ticket| seen(ticket, &self.staff, rules, now) == Seen::Whole);
        let what = if whole { notice.what.clone() } else { masked::say(&notice.what, ticket) };
        Some(Event::Notice(Box::new(Notice { what, ..notice.clone() })))
    }

    /// Everybody whom a technician's screen may have to name: themselves, and whom their tickets name.
    pub fn names<'a>(&self, own: &'a State) -> BTreeSet<&'a StaffId> {
        let mut names = BTreeSet::new();
        for ticket in own.tickets.values() {
            names.insert(&ticket.first_receiver);
            names.extend(ticket.owner.staff());
            names.extend(ticket.told.iter().map(|told| &told.by));
            names.extend(ticket.ticks.values().map(|tick| &tick.by));
            names.extend(ticket.files.iter().map(|file| &file.by));
            names.extend(ticket.objection.iter().map(|objection| &objection.by));
            names.extend(ticket.extension.iter().map(|extension| &extension.by));
        }
        names.extend(own.messages.values().map(|message| &message.from));
        names
    }

    /// Whether a technician may ask this at all. Their own ticket's rules are looked at when it is decided; that a ticket
    /// is not theirs and that there is no such ticket get the same answer.
    pub fn may(&self, command: &Command, state: &State, rules: &Rulebook, now: Stamp) -> Result<(), Say> {
        match command {
            Command::Ticket(command) => self.may_ticket(command, state, rules, now),
            Command::Notice(NoticeCommand::Acknowledge(_)) | Command::Message(_) | Command::Crew(_) => Ok(()),
            Command::Source(_) => Err(Say::new("refused.not_over_the_line")),
            Command::Call(_) | Command::Agent(_) | Command::Callback(_) => Err(Say::new("may.desk_only")),
            Command::Customer(_) | Command::Visit(_) | Command::Draw { .. } => Err(Say::new("may.desk_only")),
            Command::Oversight(_) | Command::Recording { .. } | Command::Spot(_) => Err(Say::new("may.desk_only")),
        }
    }

    fn may_ticket(&self, command: &TicketCommand, state: &State, rules: &Rulebook, now: Stamp) -> Result<(), Say> {
        use TicketCommand as T;
        let ticket = match command {
            T::Each(commands) => {
                return commands.iter().try_for_each(|command| self.may_ticket(command, state, rules, now));
            }
            T::Advance { ticket, .. }
            | T::Note { ticket, .. }
            | T::Tell { ticket, .. }
            | T::Tick { ticket, .. }
            | T::AttachFile { ticket, .. }
            | T::Pause { ticket, .. }
            | T::Resume(ticket)
            | T::Object { ticket, .. }
            | T::AskExtension { ticket, .. }
            | T::Accept(ticket)
            | T::FoundHazard { ticket, .. }
            | T::Printed(ticket) => *ticket,
            // The desk's work, and what a role decides about other people's tickets: nothing for a line on which they
            // can't be seen. A hazard found on site is registered as one.
            T::Open { .. } | T::Edit { .. } | T::File { .. } | T::Dispatch { .. } | T::Assign { .. } => {
                return Err(Say::new("may.desk_only"));
            }
            T::Escalate { .. } | T::Review { .. } | T::AnswerExtension { .. } | T::Agree { .. } => {
                return Err(Say::new("may.desk_only"));
            }
            T::Merge { .. } | T::Unmerge(_) | T::MakeIncident { .. } | T::Attach { .. } | T::Detach(_) => {
                return Err(Say::new("may.desk_only"));
            }
            T::Link { .. } | T::OpenSeal { .. } => return Err(Say::new("may.desk_only")),
            T::Ring(_) | T::Recompute(_) | T::RulesChanged(_) => {
                return Err(Say::new("refused.not_over_the_line"));
            }
        };
        match self.sees(ticket, state, rules, now) {
            Seen::Whole => Ok(()),
            // An order of the department that a colleague was quicker to accept: the refusal names who has it.
            _ if matches!(command, T::Accept(_)) && self.is_a_colleagues(ticket, state, rules) => Ok(()),
            Seen::Masked | Seen::Nothing => Err(Say::new("may.not_theirs").with("ticket", ticket.spoken())),
        }
    }

    /// Somebody of their own department has it.
    fn is_a_colleagues(&self, ticket: TicketId, state: &State, rules: &Rulebook) -> bool {
        let mine = rules.department_of(&self.staff);
        let named = state.tickets.get(&ticket).map(|ticket| ticket.value("department"));
        mine.is_some() && named == mine.map(String::as_str)
    }

    /// The tickets of a question, as they are seen: the open ones, and of `filed` what they finished lately. Every word
    /// of the text must stand in what they see of it; newest first.
    pub fn find(&self, text: &str, filed: Vec<Ticket>, state: &State, rules: &Rulebook, now: Stamp) -> Vec<Ticket> {
        let all = state.tickets.values().chain(filed.iter().filter(|ticket| !ticket.is_open()));
        let mut found: Vec<Ticket> = all
            .filter_map(|ticket| match seen(ticket, &self.staff, rules, now) {
                Seen::Nothing => None,
                seen => Some(shown(ticket, seen, rules)),
            })
            .filter(|ticket| text.split_whitespace().all(|word| holds(ticket, word)))
            .collect();
        found.sort_by_key(|ticket| std::cmp::Reverse(ticket.id));
        found
    }

    /// Who it is.
    pub fn staff(&self) -> &Staff {
        &self.staff
    }
}

fn holds(ticket: &Ticket, word: &str) -> bool {
    let fields = &ticket.fields;
    let texts = [&fields.subject, &fields.name, &fields.phone, &fields.address];
    ticket.id.spoken().starts_with(word) || texts.iter().any(|text| text.contains(word))
}

fn ticket_of(event: &Event) -> Option<(TicketId, &Ticket)> {
    if let Event::Ticket(ticket) = event { Some((ticket.id, ticket)) } else { None }
}
