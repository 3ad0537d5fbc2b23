//! Groups of commands: decide each on the state the one before it left, write them as one, then answer them all.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::done::DoneCommands;
use super::informant::Sealing;
use super::seal::Seals;
use crate::domain::call::{Action, LeaveReason, Signal};
use crate::domain::command::{AgentCommand, Command, Made, OversightCommand, SourceCommand, TicketCommand};
use crate::domain::decide::{self, Context, Decision};
use crate::domain::event::{Actor, Entry, Event};
use crate::domain::oversight::SPY_ID;
use crate::domain::ticket::{Informant, Seal};
use crate::domain::{Rulebook, SourceId, Staff, Stamp, State, Ticket};
use crate::store::{Reader, Store, StoreError};
use crate::text::Say;

/// Room asked of the disk before a group is decided. No group grows beyond it: every entry is weighed before it counts.
const ROOM: usize = 4 * 1024 * 1024;
/// The largest entry: well below what the store takes, far above what anybody types.
const LARGEST: usize = 512 * 1024;
/// Entries of one group; a longer run of signals goes on in the next.
const GROUP: usize = 128;

/// Whoever waits for the answer; the server knows the line behind it.
pub type Token = u64;

/// An answer and who waits for it.
pub type Answered = (Token, Result<Made, Say>);

/// Who gives a command, and from where.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// Who.
    pub actor: Actor,
    /// The seat: `console`, `script`, the link's name.
    pub seat: String,
}

/// A command waiting to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Who gives it.
    pub origin: Origin,
    /// Who waits for the answer; none for the desk's own.
    pub token: Option<Token>,
    /// The command's own id, 0 for none.
    pub id: u128,
    /// What.
    pub command: Command,
}

/// What a group of commands came to. All entries are on disk.
#[derive(Debug, Default)]
pub struct Worked {
    /// To be published, in order.
    pub entries: Vec<Arc<Entry>>,
    /// To be answered.
    pub answers: Vec<Answered>,
    /// Seals that were opened: to be told to whoever waits, and to nobody else, before the answer (R-REQ-6).
    pub opened: Vec<(Token, Informant)>,
    /// To be asked of a PBX, with the number its report will carry.
    pub asks: Vec<(SourceId, u64, Action)>,
    /// What a PBX said that could not be written (the disk is full): to be tried again, in this order.
    pub held: Vec<Job>,
    /// The disk failed: nothing more can be promised.
    pub stopped: Option<Say>,
}

/// The desk's state and store, and the only hand on them.
pub struct Desk {
    store: Store,
    reader: Reader,
    state: State,
    rules: Rulebook,
    staff: Vec<Staff>,
    now: fn() -> Stamp,
    done: DoneCommands,
    asked: BTreeMap<u64, Asked>,
    last_ask: u64,
    /// What may still be written in the group that is being decided.
    room: usize,
    stopped: Option<Say>,
    seals: Seals,
}

struct Asked {
    token: Option<Token>,
    made: Made,
    action: Action,
    source: SourceId,
}

impl Desk {
    /// A desk over an open store.
    pub fn new(store: Store, state: State, rules: Rulebook, staff: Vec<Staff>, now: fn() -> Stamp) -> Desk {
        Desk {
            reader: store.reader(),
            store,
            state,
            rules,
            staff,
            now,
            done: DoneCommands::default(),
            asked: BTreeMap::new(),
            last_ask: 0,
            room: ROOM,
            stopped: None,
            seals: Seals::default(),
        }
    }

    /// With the key for seals; without it nothing can be sealed or opened.
    pub fn sealing(self, seals: Seals) -> Desk {
        Desk { seals, ..self }
    }

    /// Where the rules have anything sealed: makes sure that there is a key. True where one was made now.
    pub fn ready_seals(&self) -> Result<bool, Say> {
        let any = self.rules.types.values().any(|kind| kind.sealed_for.is_some());
        if any { self.seals.ready(self.any_seal()?.as_ref()) } else { Ok(false) }
    }

    /// Any seal there is. Records that can't be read are no proof that there is none.
    fn any_seal(&self) -> Result<Option<Seal>, Say> {
        let open = self.state.tickets.values().find_map(|ticket| ticket.seal.clone());
        match open.or_else(|| self.reader.any_seal()) {
            Some(seal) => Ok(Some(seal)),
            None => self.reader.fault().map_or(Ok(None), Err),
        }
    }

    /// The state as it is on disk.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The figures in force.
    pub fn rules(&self) -> &Rulebook {
        &self.rules
    }

    /// Other figures are in force from here on. What open tickets have to do with them is told by commands.
    pub fn take_rules(&mut self, rules: Rulebook) {
        self.rules = rules;
    }

    /// Everybody who may sit at the desk.
    pub fn staff(&self) -> &[Staff] {
        &self.staff
    }

    /// The records.
    pub(super) fn reader_ref(&self) -> &Reader {
        &self.reader
    }

    /// A reader of the records for other threads.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Brings the records on disk up to the journal. The journal itself always is.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        self.store.flush_records()
    }

    /// What is wrong with the records, where they stand still behind the journal.
    pub fn lagging(&self) -> Option<Say> {
        self.store.lagging()
    }

    /// Whether the disk has room again for a group of commands.
    pub fn has_room(&mut self) -> bool {
        self.store.make_room(ROOM).is_ok()
    }

    /// Closes the store.
    pub fn close(self) -> Result<(), StoreError> {
        self.store.close()
    }

    /// Does the jobs in order. What is answered with success is on disk.
    pub fn work(&mut self, jobs: Vec<Job>) -> Worked {
        let mut worked = Worked::default();
        let mut jobs = jobs.into_iter().flat_map(one_by_one).peekable();
        while jobs.peek().is_some() {
            let group: Vec<Job> = jobs.by_ref().take(GROUP).collect();
            self.group(group, &mut worked);
        }
        worked
    }

    fn group(&mut self, jobs: Vec<Job>, worked: &mut Worked) {
        if let Some(why) = &self.stopped {
            refuse(jobs, why, worked);
            return;
        }
        if !worked.held.is_empty() {
            hold(jobs, &Say::new("desk.full_holding"), worked);
            return;
        }
        match self.store.make_room(ROOM) {
            Ok(()) => {}
            Err(error) if error.is_full() => {
                let (leaving, others) = jobs.into_iter().partition(leaves);
                hold(others, &Say::new("desk.full_refused"), worked);
                return self.decide_and_write(leaving, worked);
            }
            Err(error) => return self.stop(jobs, &error, worked),
        }
        self.decide_and_write(jobs, worked);
    }

    fn decide_and_write(&mut self, jobs: Vec<Job>, worked: &mut Worked) {
        self.room = ROOM;
        let mut entries = Vec::new();
        let mut answers = Vec::new();
        let mut opened = Vec::new();
        for job in &jobs {
            let answer = self.one(job, &mut entries, &mut opened, worked);
            answers.extend(job.token.zip(answer));
        }
        if let Err(error) = self.write(&entries) {
            return self.stop(jobs, &error, worked);
        }
        worked.answers.extend(answers);
        worked.opened.extend(opened);
        worked.entries.extend(entries.into_iter().map(Arc::new));
    }

    fn write(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        if entries.is_empty() { Ok(()) } else { self.store.append(entries) }
    }

    fn stop(&mut self, jobs: Vec<Job>, error: &StoreError, worked: &mut Worked) {
        let why = error.say();
        worked.asks.clear();
        worked.stopped = Some(why.clone());
        self.stopped = Some(why.clone());
        refuse(jobs, &why, worked);
    }

    /// Decides one command and folds what follows. The answer, unless a PBX has to speak first.
    fn one(
        &mut self,
        job: &Job,
        entries: &mut Vec<Entry>,
        opened: &mut Vec<(Token, Informant)>,
        worked: &mut Worked,
    ) -> Option<Result<Made, Say>> {
        if let Some(made) = self.done_before(job.id) {
            return Some(Ok(made));
        }
        let filed = self.filed(job, entries);
        let decided = self.with_records(&job.command, entries);
        let decided =
            decided.and_then(|filled| self.decide(job, filled.as_ref().unwrap_or(&job.command), filed.as_ref()));
        let decided = decided.and_then(|decision| Ok((decision, self.unsealed(job, filed.as_ref())?)));
        let (decision, informant) = match decided {
            Ok(decided) => decided,
            Err(why) => return Some(Err(why)),
        };
        let made = decision.made;
        if let Err(why) = self.record(job, decision.rule, decision.events, entries) {
            return Some(Err(why));
        }
        opened.extend(job.token.zip(informant));
        self.done.remember(job.id, made);
        if decision.actions.is_empty() {
            return Some(Ok(made));
        }
        for (source, action) in decision.actions {
            self.last_ask += 1;
            let asked = Asked { token: job.token, made, action: action.clone(), source };
            self.asked.insert(self.last_ask, asked);
            worked.asks.push((source, self.last_ask, action));
        }
        None
    }

    /// Whether the command with this id was done already; asking for it again does nothing then.
    pub fn was_done(&self, id: u128) -> bool {
        self.done_before(id).is_some()
    }

    fn done_before(&self, id: u128) -> Option<Made> {
        if id == 0 {
            return None;
        }
        self.done.made(id).or_else(|| self.reader.command(id).map(|_| Made::Nothing))
    }

    /// A filed ticket whose seal is to be opened: the state holds open ones only. What this group changed about it is
    /// newer than the records.
    fn filed(&self, job: &Job, group: &[Entry]) -> Option<Ticket> {
        let Command::Ticket(TicketCommand::OpenSeal { ticket: id, .. }) = &job.command else { return None };
        if self.state.tickets.contains_key(id) {
            return None;
        }
        let of_it = |event: &Event| match event {
            Event::Ticket(ticket) if ticket.id == *id => Some((**ticket).clone()),
            _ => None,
        };
        let changed = group.iter().rev().find_map(|entry| entry.events.iter().rev().find_map(of_it));
        changed.or_else(|| self.reader.ticket(*id)).filter(|ticket| !ticket.is_open())
    }

    fn decide(&self, job: &Job, command: &Command, filed: Option<&Ticket>) -> Result<Decision, Say> {
        let with_filed = filed.map(|ticket| {
            let mut state = self.state.clone();
            state.tickets.insert(ticket.id, ticket.clone());
            state
        });
        let context = Context {
            state: with_filed.as_ref().unwrap_or(&self.state),
            rules: &self.rules,
            staff: &self.staff,
            actor: &job.origin.actor,
            now: (self.now)(),
        };
        match command {
            Command::Source(SourceCommand::Signals { source, signals }) => match signals.first() {
                Some((at, signal)) => Ok(decide::signal(context, *source, *at, signal)),
                None => Ok(Decision::default()),
            },
            Command::Ticket(command) => match self.taken_out(command)? {
                Some(sealed) => decide::decide(context, &Command::Ticket(sealed)),
                None => decide::decide(context, &Command::Ticket(command.clone())),
            },
            command => decide::decide(context, command),
        }
    }

    /// The command with its informant under seal, where it carries one: nothing after this has the informant in clear.
    fn taken_out(&self, command: &TicketCommand) -> Result<Option<TicketCommand>, Say> {
        let other = || self.any_seal();
        Sealing { state: &self.state, rules: &self.rules, seals: &self.seals, other: &other }.taken_out(command)
    }

    /// The informant, where the command opens a seal. A seal that can't be opened is told before the opening is noted.
    fn unsealed(&self, job: &Job, filed: Option<&Ticket>) -> Result<Option<Informant>, Say> {
        let Command::Ticket(TicketCommand::OpenSeal { ticket, .. }) = &job.command else { return Ok(None) };
        let seal = self.state.tickets.get(ticket).or(filed).and_then(|ticket| ticket.seal.as_ref());
        seal.map(|seal| self.seals.open(seal)).transpose()
    }

    /// Folds what a command changed. An entry that the journal would not take, or not in this group any more, is refused
    /// before anything is changed by it.
    fn record(&mut self, job: &Job, rule: &str, events: Vec<Event>, entries: &mut Vec<Entry>) -> Result<(), Say> {
        if events.is_empty() {
            return Ok(());
        }
        let entry = Entry {
            sequence: self.state.sequence + 1,
            at: (self.now)(),
            actor: job.origin.actor.clone(),
            seat: job.origin.seat.clone(),
            rule: rule.to_owned(),
            command: job.id,
            events,
        };
        let bytes = Store::size_of(std::slice::from_ref(&entry)).unwrap_or(usize::MAX);
        if bytes > LARGEST {
            return Err(Say::new("desk.too_much"));
        }
        self.room = self.room.checked_sub(bytes).ok_or_else(|| Say::new("desk.try_again"))?;
        self.state.apply(&entry);
        entries.push(entry);
        Ok(())
    }

    /// What a PBX said to something asked of it. A dial or a redirect that was refused is undone in the records.
    pub fn asked_done(&mut self, id: u64, result: Result<(), Say>) -> (Option<Answered>, Option<Job>) {
        let Some(asked) = self.asked.remove(&id) else { return (None, None) };
        let now = (self.now)();
        let at = self.state.sources.get(&asked.source).map_or(now, |source| source.clock.at(now));
        let undo = result.as_ref().err().and_then(|why| undo(&asked, at, why));
        let answer = asked.token.map(|token| (token, result.map(|()| asked.made)));
        (answer, undo.map(|command| Job { origin: desk_itself(), token: None, id: 0, command }))
    }
}

/// The desk's own hand.
fn desk_itself() -> Origin {
    Origin { actor: Actor::Desk, seat: "desk".to_owned() }
}

/// A dial that never came about ends the call it began, `at` on its source's clock; what a supervisor asked in vain is
/// marked so (R-LIVE-2).
fn undo(asked: &Asked, at: Stamp, why: &Say) -> Option<Command> {
    let signal = match (&asked.action, asked.made) {
        (Action::Dial { id, phone, .. }, _) => {
            Signal::DialStarted { id: id.clone(), phone: phone.clone(), number: String::new(), answered: false }
        }
        (_, Made::Intervention(id)) => return Some(Command::Oversight(OversightCommand::Failed(id))),
        // Somebody who listened in is gone already.
        (Action::Hangup { channel }, _) if channel.starts_with(SPY_ID) && why.key == "pbx.channel_gone" => {
            Signal::SpyStopped { spy: channel.clone() }
        }
        (Action::Redirect { channel, .. }, _) => {
            Signal::RemovalAsked { channel: channel.clone(), reason: LeaveReason::Unsaid }
        }
        _ => return None,
    };
    Some(Command::Source(SourceCommand::Signals { source: asked.source, signals: vec![(at, signal)] }))
}

/// A run of signals as one job each; the last one carries the answer.
fn one_by_one(job: Job) -> Vec<Job> {
    let Job { origin, token, id, command } = job;
    let Command::Source(SourceCommand::Signals { source, signals }) = command else {
        return vec![Job { origin, token, id, command }];
    };
    let last = signals.len().saturating_sub(1);
    let single = |signals| Command::Source(SourceCommand::Signals { source, signals });
    if signals.is_empty() {
        return vec![Job { origin, token, id, command: single(Vec::new()) }];
    }
    let job = |(index, signal)| Job {
        origin: origin.clone(),
        token: token.filter(|_| index == last),
        id: 0,
        command: single(vec![signal]),
    };
    signals.into_iter().enumerate().map(job).collect()
}

fn refuse(jobs: Vec<Job>, why: &Say, worked: &mut Worked) {
    worked.answers.extend(jobs.into_iter().filter_map(|job| job.token).map(|token| (token, Err(why.clone()))));
}

/// Signing off works on a full disk too: the store keeps a reserve for it.
fn leaves(job: &Job) -> bool {
    matches!(job.command, Command::Agent(AgentCommand::SignOff))
}

/// A full disk: what people ask is refused with a sentence; what a PBX says is kept and tried again.
fn hold(jobs: Vec<Job>, why: &Say, worked: &mut Worked) {
    let (machine, people): (Vec<Job>, Vec<Job>) =
        jobs.into_iter().partition(|job| matches!(job.command, Command::Source(_)));
    refuse(people, why, worked);
    worked.held.extend(machine);
}
