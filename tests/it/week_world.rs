//! A week at the desk in virtual time: callers who give up, call again, answer or don't; technicians who return their
//! orders; operators who work the callback queue from its top. The log of what really happened is kept beside the desk
//! and is the referee of what the desk concludes.

use std::collections::BTreeMap;

use ringdesk::config::{calendars, load_rulebook};
use ringdesk::domain::call::signal::{ChannelFacts, ChannelState, DialEnd, LeaveReason, Offer, Origin};
use ringdesk::domain::call::{Action, Capabilities, Disposition, HangupCause, Party, Signal};
use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand, SourceCommand, TicketCommand};
use ringdesk::domain::decide::{self, Context, Decision};
use ringdesk::domain::source::{Link, SourceKind};
use ringdesk::domain::ticket::FieldChange;
use ringdesk::domain::*;
use ringdesk::text::Say;

const OFFSET_MS: i64 = 8 * 3_600_000;
const MINUTE: i64 = 60_000;

/// A person outside: how they write their number, and how they take calls.
#[derive(Clone, Debug)]
pub struct Person {
    /// The number the PBX shows.
    pub number: &'static str,
    /// The same number as an operator or another system writes it.
    pub written: &'static str,
    /// Of ten calls, so many are answered.
    pub answers: u8,
    /// What they say of the work: of ten, so many are satisfied.
    pub pleased: u8,
}

/// A call that really took place.
#[derive(Clone, Debug)]
pub struct Talk {
    pub person: usize,
    pub outbound: bool,
    pub begun: Stamp,
    pub answered: Option<Stamp>,
    pub line: Option<CallbackId>,
}

/// The desk and the world around it.
pub struct Week {
    pub rules: Rulebook,
    pub state: State,
    pub staff: Vec<Staff>,
    pub people: Vec<Person>,
    pub now: Stamp,
    /// Every call, by the desk's number.
    pub talks: BTreeMap<CallId, Talk>,
    /// Every line as last seen, also settled ones.
    pub lines: BTreeMap<CallbackId, Callback>,
    pub tickets: BTreeMap<TicketId, Ticket>,
    pub draws: BTreeMap<DrawId, Draw>,
    /// What was settled day by day, by the rule it counts for.
    pub settled: Vec<(String, Vec<TicketId>)>,
    /// All that was decided, one entry after the other.
    pub entries: Vec<Entry>,
    /// Refusals by key.
    pub refused: BTreeMap<String, u32>,
    source: SourceId,
    channels: u32,
    dice: u64,
}

impl Week {
    pub fn new(rulebook: &str, begin: Stamp, people: Vec<Person>, seed: u64) -> Week {
        let rules = load_rulebook(rulebook, std::path::Path::new("."), calendars::shipped().unwrap()).unwrap();
        let person = |id: &str, role, phone: &str, team: &str| Staff {
            id: StaffId(id.into()),
            name: id.into(),
            role,
            phone: phone.into(),
            team: team.into(),
            ..Staff::default()
        };
        let mut staff = vec![
            person("wang", Role::Operator, "1001", ""),
            person("li", Role::Operator, "1002", ""),
            person("boss", Role::Supervisor, "1009", ""),
            person("zhao", Role::Technician, "", "repair"),
            person("qian", Role::Technician, "", "repair"),
        ];
        // The rulebook's own roles that call back: they sit at the desk too.
        staff.extend(
            rules.roles.keys().map(|role| Staff { roles: vec![role.clone()], ..person(role, Role::Operator, "", "") }),
        );
        let mut week = Week {
            rules,
            state: State::new(OFFSET_MS),
            staff,
            people,
            now: begin,
            talks: BTreeMap::new(),
            lines: BTreeMap::new(),
            tickets: BTreeMap::new(),
            draws: BTreeMap::new(),
            settled: Vec::new(),
            entries: Vec::new(),
            refused: BTreeMap::new(),
            source: SourceId(1),
            channels: 0,
            dice: seed,
        };
        let can = Capabilities { answer: true, dial: true, hangup: true, pickup: true, ..Capabilities::default() };
        let begin = SourceCommand::Begin { kind: SourceKind::Live, name: "pbx".into(), can, clock: Default::default() };
        let Ok(decision) = week.ask(&Actor::Desk, &Command::Source(begin)) else { panic!("no source") };
        let Made::Source(source) = decision.made else { panic!("no source") };
        week.source = source;
        let up = SourceCommand::Link { source, link: Link::Up, fault: None };
        week.ask(&Actor::Desk, &Command::Source(up)).unwrap();
        for (who, phone) in [("wang", "1001"), ("li", "1002"), ("boss", "1009")] {
            week.by(who, Command::Agent(AgentCommand::SignOn { phone: phone.into() })).unwrap();
            week.by(who, Command::Agent(AgentCommand::Set(AgentState::Ready))).unwrap();
        }
        week
    }

    fn roll(&mut self, sides: u64) -> u64 {
        // Another generator than the draw's, so that the two share nothing.
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) % sides
    }

    fn ask(&mut self, actor: &Actor, command: &Command) -> Result<Decision, Say> {
        let context = Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor, now: self.now };
        let decision = decide::decide(context, command)?;
        self.keep(&decision.events);
        Ok(decision)
    }

    pub fn by(&mut self, who: &str, command: Command) -> Result<Decision, String> {
        let done = self.ask(&Actor::Staff(StaffId(who.into())), &command);
        done.map_err(|why| {
            *self.refused.entry(why.key.clone()).or_default() += 1;
            why.key
        })
    }

    /// What the desk gives itself.
    pub fn desk(&mut self, command: Command) -> Result<Decision, Say> {
        self.ask(&Actor::Desk, &command)
    }

    fn signal(&mut self, signal: &Signal) {
        let actor = Actor::Pbx("pbx".into());
        let context =
            Context { state: &self.state, rules: &self.rules, staff: &self.staff, actor: &actor, now: self.now };
        let decision = decide::signal(context, self.source, self.now, signal);
        self.keep(&decision.events);
    }

    fn keep(&mut self, events: &[Event]) {
        self.entries.extend(self.entry(events));
        for event in events {
            self.state.fold(event);
            match event {
                Event::Callback(line) => drop(self.lines.insert(line.id, (**line).clone())),
                Event::Ticket(ticket) => drop(self.tickets.insert(ticket.id, (**ticket).clone())),
                Event::Draw(draw) => drop(self.draws.insert(draw.id, (**draw).clone())),
                _ => {}
            }
        }
        self.one_line_a_person();
    }

    fn entry(&self, events: &[Event]) -> Option<Entry> {
        let (seat, rule, sequence) = (String::new(), String::new(), self.entries.len() as u64 + 1);
        let entry =
            Entry { sequence, at: self.now, actor: Actor::Desk, seat, rule, command: 0, events: events.to_vec() };
        (!events.is_empty()).then_some(entry)
    }

    /// R-CB-9 at every moment.
    fn one_line_a_person(&self) {
        let lines: Vec<&Callback> = self.state.callbacks.values().collect();
        for (at, line) in lines.iter().enumerate() {
            for other in &lines[..at] {
                assert!(
                    !line.keys.iter().any(|key| other.has_key(key)),
                    "two lines for one person: {line:#?} {other:#?}"
                );
            }
        }
    }

    /// Lets time run; every clock on the way rings at its own time.
    pub fn until(&mut self, end: Stamp) {
        while let Some((alarm, ticket)) = self.state.first_alarm().filter(|(alarm, _)| *alarm <= end) {
            self.now = self.now.max(alarm);
            self.ask(&Actor::Desk, &Command::Ticket(TicketCommand::Ring(ticket))).unwrap();
        }
        self.now = self.now.max(end);
    }

    fn channel(&mut self, person: &str, phone: &str, origin: Origin, group: Option<&str>) -> ChannelFacts {
        self.channels += 1;
        let uniqueid = format!("{}.{}", self.now.0 / 1000, self.channels);
        ChannelFacts {
            linkedid: group.unwrap_or(&uniqueid).to_owned(),
            channel: format!("PJSIP/{phone}-{:08x}", self.channels),
            phone: phone.into(),
            origin,
            state: ChannelState::Ringing,
            party: Party { number: person.into(), ..Party::default() },
            exten: if origin == Origin::Outside { "95001".into() } else { String::new() },
            uniqueid,
            ..ChannelFacts::default()
        }
    }

    /// Somebody calls in: answered by an operator after a while, or gives up.
    pub fn calls_in(&mut self, person: usize, answered_by: Option<&str>) -> CallId {
        let number = self.people[person].number;
        let mut caller = self.channel(number, "trunk", Origin::Outside, None);
        self.signal(&Signal::ChannelNew(caller.clone()));
        caller.state = ChannelState::Up;
        self.signal(&Signal::ChannelChanged(caller.clone()));
        let queue = "hotline".to_owned();
        self.signal(&Signal::QueueJoined { caller: caller.clone(), queue: queue.clone(), position: Some(1) });
        let id = self.state.calls.open().map(|call| call.id).max().unwrap();
        let begun = self.now;
        self.until(self.now.plus(9_000));
        let mut answered = None;
        if let Some(who) = answered_by {
            let phone = self.staff.iter().find(|staff| staff.id.0 == who).unwrap().phone.clone();
            let leg = self.channel("", &phone, Origin::Rung, Some(&caller.uniqueid));
            let offer = Offer {
                leg: leg.clone(),
                queue: Some(queue.clone()),
                interface: format!("PJSIP/{phone}"),
                agent: who.into(),
            };
            self.signal(&Signal::Offered { caller: caller.clone(), offer: offer.clone() });
            self.signal(&Signal::Answered { caller: caller.clone(), offer });
            answered = Some(self.now);
            self.talks.insert(id, Talk { person, outbound: false, begun, answered, line: None });
            return id;
        }
        self.signal(&Signal::HangupAsked(caller.clone()));
        self.signal(&Signal::QueueGaveUp { caller: caller.clone(), queue, reason: LeaveReason::Unsaid });
        self.signal(&Signal::Hungup { channel: caller, cause: HangupCause::Normal });
        self.talks.insert(id, Talk { person, outbound: false, begun, answered, line: None });
        id
    }

    /// The talk is over, and the operator has written it up and is ready again.
    pub fn hang_up(&mut self, id: CallId, who: &str) {
        self.talk_ends(id);
        self.writes_up(id, who);
    }

    /// What came of the call is written down. Nothing to write up where nobody spoke.
    pub fn writes_up(&mut self, id: CallId, who: &str) {
        let disposed = CallCommand::Dispose { call: id, disposition: Disposition::EnquiryAnswered };
        let _ = self.by(who, Command::Call(disposed));
    }

    /// The talk is over: every channel of the call goes.
    pub fn talk_ends(&mut self, id: CallId) {
        self.until(self.now.plus(90_000));
        let call = self.state.calls.get(id).unwrap().clone();
        let facts = |uniqueid: &str, channel: &str, phone: &str| ChannelFacts {
            uniqueid: uniqueid.into(),
            linkedid: call.linkedid.clone(),
            channel: channel.into(),
            phone: phone.into(),
            state: ChannelState::Up,
            ..ChannelFacts::default()
        };
        for leg in &call.legs {
            let channel = facts(&leg.uniqueid, &leg.channel, &leg.phone);
            self.signal(&Signal::Hungup { channel, cause: HangupCause::Normal });
        }
        let own = facts(&call.uniqueid, &call.channel, "trunk");
        self.signal(&Signal::Hungup { channel: own, cause: HangupCause::Normal });
        assert!(self.state.calls.get(id).is_none_or(|call| !call.is_open()), "{:#?}", self.state.calls.get(id));
    }

    /// An operator dials the line at the top of the queue, as the person at the other end takes it; and writes the sheet.
    pub fn works(&mut self, who: &str) -> bool {
        let now = self.now;
        let mut lines: Vec<Callback> = self.state.callbacks.values().cloned().collect();
        lines.retain(|line| line.due_at <= now && line.with.is_none() && line.taken_by.is_none());
        lines.sort_by_key(|line| line.order(now));
        for line in lines {
            let dial = CallCommand::Dial { number: line.number.clone(), callback: Some(line.id) };
            let Ok(decision) = self.by(who, Command::Call(dial)) else { continue };
            let Some((_, Action::Dial { id, phone, number })) = decision.actions.first().cloned() else {
                panic!("dialled without an action: {decision:?}")
            };
            let Made::Call(call) = decision.made else { panic!("no call") };
            self.rings(who, &line, call, (&id, &phone, &number));
            return true;
        }
        false
    }

    fn rings(&mut self, who: &str, line: &Callback, call: CallId, (id, phone, number): (&str, &str, &str)) {
        let person = self.person_of(number);
        let begun = self.now;
        // While it rings, nobody else may dial the same person.
        let other = if who == "wang" { "li" } else { "wang" };
        let again = CallCommand::Dial { number: self.people[person].written.into(), callback: Some(line.id) };
        assert!(self.by(other, Command::Call(again)).is_err(), "two desks dial one person");
        let mut own = self.channel(number, phone, Origin::Rung, None);
        own.uniqueid = id.into();
        own.linkedid = id.into();
        self.signal(&Signal::ChannelNew(own.clone()));
        own.state = ChannelState::Up;
        self.signal(&Signal::ChannelChanged(own.clone()));
        self.signal(&Signal::DialStarted { id: id.into(), phone: phone.into(), number: number.into(), answered: true });
        own.exten = number.into();
        let mut trunk = self.channel(number, "trunk", Origin::Rung, Some(id));
        self.signal(&Signal::Dialling { from: Some(own.clone()), to: trunk.clone() });
        self.until(self.now.plus(15_000));
        let answers = self.roll(10) < u64::from(self.people[person].answers);
        trunk.state = if answers { ChannelState::Up } else { ChannelState::Ringing };
        let end = match (answers, self.roll(2)) {
            (true, _) => DialEnd::Answered,
            (false, 0) => DialEnd::NoAnswer,
            (false, _) => DialEnd::Busy,
        };
        self.signal(&Signal::DialOver { from: Some(own.clone()), to: trunk.clone(), end });
        let answered = answers.then_some(self.now);
        self.talks.insert(call, Talk { person, outbound: true, begun, answered, line: Some(line.id) });
        if answers {
            self.write_sheets(who, line.id, call, person);
        }
        self.hang_up(call, who);
        let _ = self.by(who, Command::Callback(CallbackCommand::Release(line.id)));
    }

    fn write_sheets(&mut self, who: &str, line: CallbackId, call: CallId, person: usize) {
        let owed = self.lines[&line].clone();
        let asked: Vec<(u32, CallbackReason)> = owed
            .owed()
            .iter()
            .filter(|debt| !debt.reason.is_settled_by_speaking())
            .map(|debt| (debt.number, debt.reason))
            .collect();
        for (debt, reason) in asked {
            // Who is told that a complaint does not hold is asked nothing.
            let pleased = reason == CallbackReason::Answer || self.roll(10) < u64::from(self.people[person].pleased);
            let (satisfaction, next) =
                if pleased { ("satisfied", Next::Settled) } else { ("dissatisfied", Next::Again) };
            let report = CallbackCommand::Report {
                callback: line,
                debt: Some(debt),
                call: Some(call),
                reach: Reach::Reached,
                satisfaction: satisfaction.into(),
                said: "已修好，已说明".into(),
                next,
            };
            let sheet = self.by(who, Command::Callback(report));
            assert!(sheet.is_ok(), "the sheet is refused: {sheet:?} {:#?}", self.lines[&line]);
        }
    }

    fn person_of(&self, number: &str) -> usize {
        let key = ringdesk::domain::phone::match_key(number);
        let found = self.people.iter().position(|person| ringdesk::domain::phone::match_key(person.number) == key);
        found.unwrap_or_else(|| panic!("nobody has {number}"))
    }

    /// A person calls and reports a broken thing; it is dispatched.
    pub fn reports_repair(&mut self, person: usize, who: &str, technician: &str) -> TicketId {
        let call = self.calls_in(person, Some(who));
        let fields = TicketFields {
            kind: RequestType::Repair,
            subject: "没气".into(),
            name: "张三".into(),
            phone: self.people[person].written.into(),
            address: "解放路1号".into(),
            ..TicketFields::default()
        };
        let open = TicketCommand::open(fields, Some(call));
        let Ok(Decision { made: Made::Ticket(ticket), .. }) = self.by(who, Command::Ticket(open)) else {
            panic!("not registered: {:?}", self.refused)
        };
        let to = Owner::Staff(StaffId(technician.into()));
        self.by(who, Command::Ticket(TicketCommand::Dispatch { ticket, to, why: String::new() })).unwrap();
        self.hang_up(call, who);
        ticket
    }

    /// The technician works the order until it is returned.
    pub fn returns(&mut self, ticket: TicketId) {
        for _ in 0..8 {
            let now = self.state.tickets[&ticket].clone();
            let Owner::Staff(owner) = now.owner.clone() else { return };
            let step = match now.stage.as_str() {
                "dispatched" => TicketCommand::Accept(ticket),
                "accepted" | "en_route" | "finished" => advance(&now, &[]),
                "carried_out" => advance(
                    &now,
                    &[
                        ("progress", "done"),
                        ("done_what", "换了阀门"),
                        ("pressure_kpa", "3"),
                        ("minutes", "10"),
                        ("drop", "0"),
                        ("verdict", "tight"),
                        ("replaced", "no"),
                        ("charged", "no"),
                    ],
                ),
                _ => return,
            };
            self.until(self.now.plus(7 * MINUTE));
            let done = self.by(&owner.0, Command::Ticket(step));
            assert!(done.is_ok(), "{done:?} in {}", now.stage);
        }
    }

    pub fn finish_order(&mut self, ticket: TicketId) {
        if self.state.tickets.get(&ticket).is_some_and(|ticket| ticket.is_live()) {
            self.returns(ticket);
        }
    }

    /// Orders that a dissatisfied customer sent back are with the technicians again.
    pub fn orders_at_work(&self) -> Vec<TicketId> {
        let stages = ["dispatched", "accepted", "en_route", "carried_out", "finished"];
        let open = self.state.tickets.values().filter(|ticket| stages.contains(&ticket.stage.as_str()));
        open.map(|ticket| ticket.id).collect()
    }
}

impl Week {
    /// A person calls and complains; a supervisor finds that it does not hold, and an answer is owed.
    pub fn complains(&mut self, person: usize, who: &str) {
        let call = self.calls_in(person, Some(who));
        let fields = TicketFields {
            kind: RequestType::Complaint,
            subject: "等得太久".into(),
            name: "李四".into(),
            phone: self.people[person].written.into(),
            ..TicketFields::default()
        };
        let open = self.by(who, Command::Ticket(TicketCommand::open(fields, Some(call))));
        assert!(open.is_ok(), "{open:?}");
        self.hang_up(call, who);
    }

    /// A complaint that waits to be judged.
    pub fn complaint_at_work(&self) -> Option<Ticket> {
        let at_work = |ticket: &&Ticket| {
            ticket.fields.kind == RequestType::Complaint && ["registered", "judged"].contains(&ticket.stage.as_str())
        };
        self.state.tickets.values().find(at_work).cloned()
    }

    /// Complaints are judged as they come: registered and judged by the supervisor.
    pub fn judge_complaints(&mut self) {
        while let Some(ticket) = self.complaint_at_work() {
            let filled: &[(&str, &str)] = match ticket.stage.as_str() {
                "registered" => &[("channel", "phone"), ("against", "客服"), ("gravity", "ordinary")],
                _ => &[("validity", "invalid"), ("opinion", "已按时到场")],
            };
            let done = self.by("boss", Command::Ticket(advance(&ticket, filled)));
            assert!(done.is_ok(), "{done:?} in {}", ticket.stage);
        }
    }

    /// The day is over: for each rule of the rulebook its settled matters are drawn from, by another seed each time.
    pub fn draws(&mut self, day: i64) {
        let filed_on = |ticket: &Ticket| ticket.filed_at.map(|at| self.state.day_of(at));
        let settled: Vec<Ticket> =
            self.tickets.values().filter(|ticket| filed_on(ticket) == Some(day)).cloned().collect();
        let rules: Vec<_> = self.rules.revisits.shares.iter().map(|rule| (rule.id.clone(), rule.kind)).collect();
        for (rule, kind) in rules {
            let seed = self.roll(u64::from(u32::MAX));
            let settled: Vec<Ticket> = settled.iter().filter(|ticket| ticket.fields.kind == kind).cloned().collect();
            self.settled.push((rule.clone(), settled.iter().map(|ticket| ticket.id).collect()));
            let drawn = self.ask(&Actor::Desk, &Command::Draw { rule, day, seed, settled });
            assert!(drawn.is_ok(), "{drawn:?}");
        }
    }
}

fn advance(ticket: &Ticket, filled: &[(&str, &str)]) -> TicketCommand {
    let changes = filled
        .iter()
        .map(|(field, to)| FieldChange { field: (*field).into(), from: ticket.value(field).into(), to: (*to).into() })
        .collect();
    TicketCommand::Advance { ticket: ticket.id, from: ticket.stage.clone(), changes }
}
