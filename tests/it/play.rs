//! A desk in virtual time, for scenarios: a shipped rulebook, staff, a clock that runs only forward and stops at every
//! alarm on the way, as the desk's own sleeper does.

use std::collections::BTreeMap;

use chrono::{FixedOffset, NaiveDateTime, TimeZone};
use ringdesk::config::{calendars, load_rulebook};
use ringdesk::domain::call::{Direction, Outcome, Party, Phase};
use ringdesk::domain::command::{SourceCommand, TicketCommand};
use ringdesk::domain::decide::{Context, Decision, decide};
use ringdesk::domain::rulebook::FOLLOWED_UP;
use ringdesk::domain::ticket::{Clock, FieldChange};
use ringdesk::domain::*;
use ringdesk::text::{Language, Say};

const OFFSET_MS: i64 = 8 * 3_600_000;

fn east() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap()
}

/// `2026-02-13 16:00`, local.
pub fn at(text: &str) -> Stamp {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    Stamp::from(east().from_local_datetime(&local).unwrap())
}

/// A moment as `2026-02-13 16:00`, local.
pub fn local(stamp: Stamp) -> String {
    stamp.at(east()).format("%Y-%m-%d %H:%M").to_string()
}

/// A call from the desk that was answered at once and is over.
pub fn answered(number: &str, at: Stamp) -> Call {
    Call {
        direction: Direction::Outbound,
        party: Party { number: number.into(), ..Party::default() },
        phase: Phase::Ended,
        outcome: Outcome::Answered,
        arrived_at: at,
        answered_at: Some(at),
        ended_at: Some(at),
        ..Call::default()
    }
}

/// A desk in virtual time.
pub struct Play {
    pub rules: Rulebook,
    pub state: State,
    pub staff: Vec<Staff>,
    pub now: Stamp,
    /// Every ticket as it was last seen, also filed ones.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// Every line of history, in order.
    pub lines: Vec<TicketLine>,
    /// Every notice, in order.
    pub notices: Vec<Notice>,
    /// Every callback line as it was last seen, also settled ones.
    pub callbacks: BTreeMap<CallbackId, Callback>,
}

impl Play {
    /// A desk under a shipped rulebook at a moment. Everybody of its roles is there under the role's own name; `wang` is
    /// an operator, `boss` a supervisor.
    pub fn new(rulebook: &str, begin: &str) -> Play {
        let calendar = calendars::shipped().unwrap();
        let rules = load_rulebook(rulebook, std::path::Path::new("."), calendar)
            .unwrap_or_else(|why| panic!("{rulebook}: {}", why.words(Language::ZhHans)));
        let person = |id: &str, role, roles: &[&str]| Staff {
            id: StaffId(id.into()),
            name: id.into(),
            role,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Staff::default()
        };
        let mut staff = vec![person("wang", Role::Operator, &[]), person("boss", Role::Supervisor, &[])];
        staff.extend(rules.roles.keys().map(|role| person(role, Role::Operator, &[role])));
        Play::with(rules, staff, begin)
    }

    /// A desk under a rulebook with its people.
    pub fn with(rules: Rulebook, staff: Vec<Staff>, begin: &str) -> Play {
        Play {
            rules,
            state: State::new(OFFSET_MS),
            staff,
            now: at(begin),
            tickets: BTreeMap::new(),
            lines: Vec::new(),
            notices: Vec::new(),
            callbacks: BTreeMap::new(),
        }
    }

    fn decide(&mut self, actor: &Actor, command: &Command) -> Result<Decision, Say> {
        let context = Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor, now: self.now };
        let decision = decide(context, command)?;
        for event in &decision.events {
            self.state.fold(event);
            match event {
                Event::Ticket(ticket) => {
                    self.tickets.insert(ticket.id, (**ticket).clone());
                }
                Event::TicketLine(line) => self.lines.push((**line).clone()),
                Event::Notice(notice) => self.notices.push((**notice).clone()),
                Event::Callback(line) => {
                    self.callbacks.insert(line.id, (**line).clone());
                }
                _ => {}
            }
        }
        Ok(decision)
    }

    /// Lets time run to a moment; every alarm on the way rings at its own time.
    pub fn until(&mut self, text: &str) {
        let end = at(text);
        assert!(end >= self.now, "time runs forward: {text}");
        while let Some((alarm, ticket)) = self.state.first_alarm().filter(|(alarm, _)| *alarm <= end) {
            self.now = self.now.max(alarm);
            self.decide(&Actor::Desk, &Command::Ticket(TicketCommand::Ring(ticket))).unwrap();
            assert_ne!(self.state.first_alarm(), Some((alarm, ticket)), "the alarm rang and is still there");
        }
        self.now = end;
    }

    /// A command of a member of staff; the refusal's key where it is refused.
    pub fn by(&mut self, who: &str, command: TicketCommand) -> Result<Made, String> {
        let actor = Actor::Staff(StaffId(who.into()));
        let done = self.decide(&actor, &Command::Ticket(command));
        done.map(|decision| decision.made).map_err(|why| why.key)
    }

    /// Anything that may be asked of the desk; the refusal as it is said.
    pub fn asked(&mut self, who: &str, command: &Command) -> Result<Made, Say> {
        let actor = Actor::Staff(StaffId(who.into()));
        self.decide(&actor, command).map(|decision| decision.made)
    }

    /// Registers a ticket.
    pub fn open(&mut self, fields: TicketFields, card: &[(&str, &str)]) -> TicketId {
        let card = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
        let opened = self.by("wang", TicketCommand::Open { fields, card, call: None, seal: None });
        match opened {
            Ok(Made::Ticket(id)) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Somebody calls a number from the desk now, and it is answered.
    pub fn calls(&mut self, number: &str) -> CallId {
        self.call(answered(number, self.now))
    }

    /// A call that is over, as the PBX's log tells it.
    pub fn call(&mut self, call: Call) -> CallId {
        let done = self.give(&Actor::Desk, &Command::Source(SourceCommand::Backfill(Box::new(call)))).unwrap();
        let Made::Call(id) = done.made else { panic!("{:?}", done.made) };
        id
    }

    /// Any command of anybody.
    pub fn give(&mut self, actor: &Actor, command: &Command) -> Result<Decision, Say> {
        self.decide(actor, command)
    }

    /// Fills the screen of the stage a ticket is in and moves on. Whoever follows up by phone has called (R-CB-10).
    pub fn advance(&mut self, who: &str, id: TicketId, filled: &[(&str, &str)]) -> Result<(), String> {
        if self.ticket(id).stage == FOLLOWED_UP && filled.contains(&("told_how", "phone")) {
            let phone = self.ticket(id).fields.phone.clone();
            self.calls(&phone);
        }
        let ticket = self.ticket(id);
        let from = ticket.stage.clone();
        let changes = filled
            .iter()
            .map(|(field, to)| FieldChange {
                field: (*field).into(),
                from: ticket.value(field).into(),
                to: (*to).into(),
            })
            .collect();
        self.by(who, TicketCommand::Advance { ticket: id, from, changes }).map(drop)
    }

    /// A ticket as it is now.
    pub fn ticket(&self, id: TicketId) -> &Ticket {
        &self.tickets[&id]
    }

    /// The newest clock of this name on a ticket.
    pub fn clock(&self, id: TicketId, clock: &str) -> &Clock {
        let found = self.ticket(id).clocks.iter().rev().find(|there| there.id == clock);
        found.unwrap_or_else(|| panic!("no clock {clock}: {:?}", self.ticket(id).clocks))
    }

    /// When a clock is due, local.
    pub fn due(&self, id: TicketId, clock: &str) -> String {
        local(self.clock(id, clock).due.at)
    }

    /// Every ring of a ticket's clocks: when, which, percent, late.
    pub fn rings(&self, id: TicketId) -> Vec<(String, String, u16, bool)> {
        let rang = self.lines.iter().filter(|line| line.ticket == id).filter_map(|line| match &line.what {
            Happened::ClockRang { clock, percent, late } => Some((local(line.at), clock.clone(), *percent, *late)),
            _ => None,
        });
        rang.collect()
    }

    /// Whom a ticket's notices went to, with their keys.
    pub fn told(&self, id: TicketId) -> Vec<(Addressee, String)> {
        let notices = self.notices.iter().filter(|notice| notice.ticket == Some(id));
        notices.map(|notice| (notice.to.clone(), notice.what.key.clone())).collect()
    }

    /// The desk is down until a moment: nothing rings meanwhile; then, all at once, what fell due.
    pub fn sleep_until(&mut self, text: &str) {
        let wakes = at(text);
        assert!(wakes >= self.now, "time runs forward: {text}");
        self.now = wakes;
        self.until(text);
    }
}
