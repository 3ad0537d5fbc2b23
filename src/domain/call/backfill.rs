//! Fills calls in from the PBX's own log after a lost link (AMI.md §6).
//!
//! The log has whole seconds and exact reasons. What was seen live keeps its milliseconds wherever the log agrees to
//! the second; a call that was seen live from beginning to end is not touched at all.
//!
//! A call the desk knows from a log alone is told anew by every log that has at least as much of it: whichever pieces
//! of a log come in whichever order, and however often, the piece with the whole call has the last word.

use super::record::{Call, Direction, Leg, LegEnd, Outcome, Side, Verdict};
use super::signal::LeaveReason;
use crate::domain::ids::{CallId, SourceId};
use crate::domain::source::{Source, SourceKind};
use crate::domain::time::{Millis, Stamp};

/// The grain of the log's stamps, milliseconds: an entry of second `t` was written in `[t, t + 1 s)`.
const GRAIN: Millis = 1_000;

/// How far stamps of one call may disagree before it is worth a word: the clocks of a PBX's parts differ by a second or
/// two.
pub const DISAGREE: Millis = 2_000;
/// A log's call and the desk's are one where their times touch, give or take this.
const TOUCH: Millis = 5_000;

/// One entry of a log about one call, in neutral words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When, whole seconds exact.
    pub at: Stamp,
    /// The caller's channel.
    pub uniqueid: String,
    /// The queue.
    pub queue: String,
    /// The agent's name as the queue knows it; empty where none is meant.
    pub agent: String,
    /// What happened.
    pub event: LogEvent,
}

/// What a log tells of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEvent {
    /// Entered the queue, with this number.
    Entered {
        /// The caller's number, empty when unknown.
        number: String,
    },
    /// An agent answered.
    Connected {
        /// The agent's channel.
        leg: String,
        /// How long it rang, milliseconds.
        rang_ms: Millis,
    },
    /// An agent let it ring, this long, milliseconds.
    RangOut(Millis),
    /// Left the queue unanswered.
    Left(LeaveReason),
    /// The talk ended, by whom.
    Ended(Side),
    /// The talk was handed on, to this number where it is said.
    Transferred(Option<String>),
    /// Something that says nothing new of the call.
    Other,
}

impl LogEvent {
    /// After this the call is over, unless it enters a queue again.
    pub fn ends(&self) -> bool {
        matches!(self, LogEvent::Left(_) | LogEvent::Ended(_) | LogEvent::Transferred(_))
    }
}

/// All entries of one call, oldest first, and the restarts of the PBX in the same log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogCall {
    /// The caller's channel.
    pub uniqueid: String,
    /// Its entries.
    pub entries: Vec<LogEntry>,
    /// The first restart of the PBX after its last entry, if there was one.
    pub restarted_at: Option<Stamp>,
    /// The log went on long enough without its end: what there is of it is all there will be.
    pub given_up: bool,
    /// The line of the log that told of it first; 0 where that was an earlier log.
    pub line: usize,
}

impl LogCall {
    /// When it entered its first queue, if the log has that.
    pub fn entered(&self) -> Option<Stamp> {
        let mut entered = self.entries.iter().filter(|entry| matches!(entry.event, LogEvent::Entered { .. }));
        entered.next().map(|entry| entry.at)
    }

    /// Its last moment in the log.
    pub fn last(&self) -> Option<Stamp> {
        self.entries.iter().map(|entry| entry.at).max()
    }

    /// Nothing more is expected of it.
    pub fn is_over(&self) -> bool {
        match Story::of(self) {
            Some(story) => story.over,
            None => self.entries.iter().any(|entry| entry.event.ends()),
        }
    }

    /// The agent who talked, from when to when, where it was answered.
    pub fn talk(&self) -> Option<(&str, Stamp, Stamp)> {
        let story = Story::of(self)?;
        let (entry, ..) = story.connected?;
        Some((entry.agent.as_str(), entry.at, story.ended?.0))
    }

    /// How much longer before its entry it was answered, or ended before it was answered, than clocks explain.
    pub fn runs_backwards(&self) -> Option<Millis> {
        let story = Story::of(self)?;
        let answered = story.connected.map(|(entry, ..)| entry.at);
        let end = story.ended.map(|(at, _)| at).or(story.left.map(|(at, _)| at));
        let before = answered.map(|at| story.entered.since(at)).into_iter();
        let worst = before.chain(end.map(|end| answered.unwrap_or(story.entered).since(end))).max()?;
        (worst > DISAGREE).then_some(worst)
    }

    /// The desk's call is this one: the same PBX id, and their times touch. PBX ids come again, after years or after a
    /// PBX was set up anew.
    pub fn is(&self, call: &Call) -> bool {
        let Some(first) = self.entries.iter().map(|entry| entry.at).min() else { return false };
        let last = self.last().unwrap_or(first);
        let ends = call.ended_at.filter(|_| !call.is_open());
        self.uniqueid == call.uniqueid
            && last.since(call.arrived_at) >= -TOUCH
            && ends.is_none_or(|ended| first.since(ended) <= TOUCH)
    }
}

/// The call with what the log adds, or nothing where the log adds nothing. `existing` is the desk's call with this
/// uniqueid, if it has one; a call the desk never heard of gets the id `next`.
pub fn fill(
    source: &Source,
    limits: &dyn Fn(Option<&str>) -> Millis,
    existing: Option<&Call>,
    next: CallId,
    log: &LogCall,
) -> Option<Call> {
    if let Some(call) = existing
        && !call.reconstructed
    {
        // Seen live, to its end or up to now.
        return None;
    }
    let story = Story::of(log)?;
    if !story.over && existing.is_none_or(Call::is_open) {
        return None;
    }
    if let Some(call) = existing
        && call.source == SourceId::HAND
    {
        // The desk has it from a log too.
        return again(source, limits, call, log, &story);
    }
    let mut call = existing.cloned().unwrap_or_else(|| blank(source, next, log));
    story.tell(&mut call, limits);
    call.reconstructed = true;
    (existing != Some(&call)).then_some(call)
}

/// The call told anew by a log that has at least as much of it as the one before; what the desk did with it stays.
fn again(
    source: &Source,
    limits: &dyn Fn(Option<&str>) -> Millis,
    known: &Call,
    log: &LogCall,
    story: &Story<'_>,
) -> Option<Call> {
    // The limit is the one in force when the call was first written down (R-CALL-1).
    let limit = |queue: Option<&str>| if queue == known.queue.as_deref() { known.limit_ms } else { limits(queue) };
    let mut told = blank(source, known.id, log);
    story.tell(&mut told, &limit);
    let wider = told.joined_at <= known.joined_at && told.ended_at >= known.ended_at;
    let same = told.joined_at == known.joined_at && told.ended_at == known.ended_at;
    if !wider || (same && fullness(&told) < fullness(known)) {
        return None;
    }
    let told = Call {
        reconstructed: true,
        in_hand: known.in_hand.clone(),
        disposition: known.disposition,
        disposed_by: known.disposed_by.clone(),
        tickets: known.tickets.clone(),
        callback: known.callback,
        customer: known.customer,
        grade: known.grade,
        nth_today: known.nth_today,
        ..told
    };
    (told != *known).then_some(told)
}

/// Of two tellings over the same span, the one with more in it is of the longer log.
fn fullness(call: &Call) -> (usize, bool, bool, bool, bool) {
    let known = call.outcome != Outcome::Unknown;
    let moved = call.outcome == Outcome::Transferred;
    (call.legs.len(), call.answered_at.is_some(), known, moved, call.hung_up_by.is_some())
}

fn blank(source: &Source, id: CallId, log: &LogCall) -> Call {
    Call {
        id,
        source: source.id,
        rehearsal: source.kind == SourceKind::Rehearsal,
        uniqueid: log.uniqueid.clone(),
        linkedid: log.uniqueid.clone(),
        ..Call::default()
    }
}

/// What a call's entries add up to.
struct Story<'a> {
    queue: &'a str,
    entered: Stamp,
    number: &'a str,
    connected: Option<(&'a LogEntry, &'a str, Millis)>,
    rang_out: Vec<(&'a LogEntry, Millis)>,
    left: Option<(Stamp, LeaveReason)>,
    transferred: Option<Option<&'a str>>,
    ended: Option<(Stamp, Option<Side>)>,
    cut: bool,
    over: bool,
    /// The moment of the last entry, for a call whose end is in no log.
    last: Option<Stamp>,
}

impl<'a> Story<'a> {
    fn of(log: &'a LogCall) -> Option<Story<'a>> {
        let (first, number) = log.entries.iter().find_map(|entry| match &entry.event {
            LogEvent::Entered { number } => Some((entry, number.as_str())),
            _ => None,
        })?;
        let mut story = Story {
            queue: &first.queue,
            entered: first.at,
            number,
            connected: None,
            rang_out: Vec::new(),
            left: None,
            transferred: None,
            ended: None,
            cut: false,
            over: false,
            last: log.last().filter(|_| log.given_up),
        };
        for entry in &log.entries {
            story.read(entry, std::ptr::eq(entry, first));
        }
        if story.ended.is_none()
            && story.left.is_none()
            && story.transferred.is_none()
            && let Some(restarted) = log.restarted_at
        {
            story.cut = true;
            story.ended = Some((restarted, Some(Side::Pbx)));
        }
        let ended = story.ended.is_some() || story.left.is_some() || story.transferred.is_some();
        story.over = ended || log.given_up;
        Some(story)
    }

    fn read(&mut self, entry: &'a LogEntry, first: bool) {
        match &entry.event {
            // A clock that is a second behind may tell of the end before the beginning; that end counts.
            LogEvent::Entered { .. } if first => {}
            LogEvent::Entered { .. } => {
                self.queue = &entry.queue;
                self.left = None;
            }
            LogEvent::Connected { leg, rang_ms } => {
                if self.connected.is_none() {
                    self.connected = Some((entry, leg, *rang_ms));
                }
                self.left = None;
            }
            LogEvent::RangOut(rang_ms) => self.rang_out.push((entry, *rang_ms)),
            LogEvent::Left(reason) => self.left = Some((entry.at, *reason)),
            LogEvent::Ended(side) => self.ended = Some((entry.at, Some(*side))),
            LogEvent::Transferred(to) => {
                self.transferred = Some(to.as_deref());
                self.ended.get_or_insert((entry.at, None));
            }
            LogEvent::Other => {}
        }
    }

    fn tell(&self, call: &mut Call, limits: &dyn Fn(Option<&str>) -> Millis) {
        if call.arrived_at == Stamp::default() {
            call.arrived_at = self.entered;
        }
        if call.party.number.is_empty() && !call.party.withheld && !call.party.is_anonymous() {
            call.party.number = self.number.to_owned();
        }
        let joined = better(call.joined_at, self.entered);
        call.joined_at = Some(joined);
        call.memory.joined_last.get_or_insert(joined);
        if call.queue.is_none() {
            call.queue = Some(self.queue.to_owned());
            call.limit_ms = limits(Some(self.queue));
        }
        match self.connected {
            Some((entry, leg, rang_ms)) => self.tell_answer(call, entry, leg, rang_ms),
            None => self.tell_no_answer(call),
        }
        self.tell_end(call);
    }

    fn tell_answer(&self, call: &mut Call, entry: &LogEntry, leg: &str, rang_ms: Millis) {
        let at = better(call.answered_at, entry.at).max(call.timer_from());
        call.answered_at = Some(at);
        call.left_queue_at = None;
        if !entry.agent.is_empty() {
            call.agent = Some(entry.agent.clone());
        }
        let index = match call.legs.iter().position(|known| known.uniqueid == leg) {
            Some(index) => index,
            None => {
                self.tell_rung(call);
                call.legs.push(Leg {
                    uniqueid: leg.to_owned(),
                    agent: entry.agent.clone(),
                    offered_at: at.plus(-rang_ms),
                    ..Leg::default()
                });
                call.legs.len() - 1
            }
        };
        // The index was just found or made.
        let known = &mut call.legs[index];
        known.answered_at = Some(at);
        known.end = Some(LegEnd::Answered);
        if call.answered_by.is_none() && !known.phone.is_empty() {
            call.answered_by = Some(known.phone.clone());
        }
        call.outcome = Outcome::Answered;
        call.verdict = certain(call, at);
        if let Some(to) = self.transferred {
            call.outcome = Outcome::Transferred;
            if call.transferred_to.is_none() {
                call.transferred_to = to.map(str::to_owned);
            }
        }
    }

    /// Phones that let it ring, for a call of which nothing was seen.
    fn tell_rung(&self, call: &mut Call) {
        if !call.legs.is_empty() {
            return;
        }
        for (entry, rang_ms) in &self.rang_out {
            call.legs.push(Leg {
                agent: entry.agent.clone(),
                offered_at: entry.at.plus(-rang_ms),
                ended_at: Some(entry.at),
                end: Some(LegEnd::RangOut),
                ..Leg::default()
            });
        }
    }

    fn tell_no_answer(&self, call: &mut Call) {
        if call.answered_at.is_some() {
            return;
        }
        self.tell_rung(call);
        let Some((at, reason)) = self.left else {
            if self.cut {
                call.outcome = Outcome::CutByPbx;
                call.verdict = Some(Verdict::Unanswered);
            }
            return;
        };
        call.left_queue_at = Some(better(call.left_queue_at, at).max(call.timer_from()));
        call.outcome = match reason {
            LeaveReason::Caller => Outcome::Abandoned,
            LeaveReason::Timeout => Outcome::Timeout,
            LeaveReason::Empty => Outcome::QueueEmpty,
            LeaveReason::Full => Outcome::QueueFull,
            LeaveReason::Withdrawn => Outcome::Withdrawn,
            LeaveReason::Redirected => Outcome::Redirected,
            LeaveReason::Unsaid => Outcome::Unknown,
        };
        call.hung_up_by = Some(if reason == LeaveReason::Caller { Side::Caller } else { Side::Pbx });
        call.verdict = Some(Verdict::Unanswered);
    }

    fn tell_end(&self, call: &mut Call) {
        let end = self.ended.or(self.left.map(|(at, _)| (at, None))).or(self.last.map(|at| (at, None)));
        let Some((at, side)) = end else { return };
        // No clock makes a talk end before it began.
        let at = at.max(call.answered_at.or(call.joined_at).unwrap_or(at));
        call.ended_at = Some(match call.ended_at {
            // A transferred talk goes on after its last entry: the later end is the nearer one.
            Some(seen) if self.transferred.is_some() => seen.max(at),
            seen => better(seen, at),
        });
        call.phase = super::record::Phase::Ended;
        if side.is_some() {
            call.hung_up_by = side;
        }
        let ended = call.ended_at;
        for leg in &mut call.legs {
            leg.end.get_or_insert(LegEnd::Cancelled);
            if leg.end == Some(LegEnd::Answered) && leg.ended_at.is_none_or(|old| Some(old) > ended) {
                leg.ended_at = ended;
            }
        }
        if let Some(since) = call.held_since.take() {
            call.held_ms += call.ended_at.map_or(0, |ended| ended.since(since).max(0));
        }
    }
}

/// The stamp that was seen where the log agrees with it to the second, else the log's.
fn better(seen: Option<Stamp>, logged: Stamp) -> Stamp {
    match seen {
        Some(seen) if (0..GRAIN).contains(&seen.since(logged)) => seen,
        _ => logged,
    }
}

/// R-CALL-1 where a second more or less does not change it.
fn certain(call: &Call, answered: Stamp) -> Option<Verdict> {
    if call.direction != Direction::Inbound {
        return None;
    }
    let wait = answered.since(call.timer_from());
    if wait + GRAIN <= call.limit_ms {
        Some(Verdict::InTime)
    } else if wait - GRAIN > call.limit_ms {
        Some(Verdict::Late)
    } else {
        None
    }
}
