//! What is counted: one name and one number on disk for each fact, and sums of them.

use serde::{Deserialize, Serialize};

use crate::text::Say;

/// The upper ends, in seconds, of the spans by which waits are told apart; the last span has no end.
pub const PATIENCE_S: [i64; 11] = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300];

/// The number of the first span of waits of the answered, and of those who gave up.
const ANSWERED_AFTER: u8 = 200;
const ABANDONED_AFTER: u8 = 220;

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $number:literal $code:literal),* $(,)?) => {
        /// A fact. Counts are numbers of things; names that end in `Ms` are sums of milliseconds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fact {
            $($(#[$doc])* $name,)*
            /// Answered after a wait in this span of [`PATIENCE_S`].
            AnsweredAfter(u8),
            /// Gave up after a wait in this span of [`PATIENCE_S`].
            AbandonedAfter(u8),
        }

        impl Fact {
            /// All facts that are not spans of waits, in their order.
            pub const ALL: &'static [Fact] = &[$(Fact::$name),*];

            /// Its number, on disk for ever.
            pub fn number(self) -> u8 {
                match self {
                    $(Fact::$name => $number,)*
                    Fact::AnsweredAfter(span) => ANSWERED_AFTER + span,
                    Fact::AbandonedAfter(span) => ABANDONED_AFTER + span,
                }
            }

            /// The fact with this number.
            pub fn of_number(number: u8) -> Option<Fact> {
                let spans = PATIENCE_S.len() as u8;
                match number {
                    $($number => Some(Fact::$name),)*
                    ANSWERED_AFTER.. if number - ANSWERED_AFTER <= spans => {
                        Some(Fact::AnsweredAfter(number - ANSWERED_AFTER))
                    }
                    ABANDONED_AFTER.. if number - ABANDONED_AFTER <= spans => {
                        Some(Fact::AbandonedAfter(number - ABANDONED_AFTER))
                    }
                    _ => None,
                }
            }

            /// Its name in exports and in the catalogue (`fact.CODE`); spans of waits have none.
            pub fn code(self) -> &'static str {
                match self {
                    $(Fact::$name => $code,)*
                    Fact::AnsweredAfter(_) => "answered_after",
                    Fact::AbandonedAfter(_) => "abandoned_after",
                }
            }
        }
    };
}

facts! {
    /// Inbound calls that are over, or answered.
    Offered = 0 "offered",
    /// Answered (N).
    Answered = 1 "answered",
    /// Answered in the limit (A); a wait of exactly the limit is in it (R-CALL-1).
    InTime = 2 "in_time",
    /// The caller gave up (B).
    Abandoned = 3 "abandoned",
    /// The caller gave up within the limit (Bs).
    AbandonedShort = 4 "abandoned_short",
    /// The queue's own limit ended the wait.
    TimedOut = 5 "timed_out",
    /// Never let in: the queue was full or nobody was on duty.
    TurnedAway = 6 "turned_away",
    /// Taken elsewhere, cut by the PBX, or ended in a way nobody knows.
    Elsewhere = 7 "elsewhere",
    /// Handed on after the answer.
    Transferred = 8 "transferred",
    /// Filled in afterwards from the PBX's log (R-LIVE-3).
    Reconstructed = 9 "reconstructed",
    /// Waits of the answered.
    WaitMs = 10 "wait_ms",
    /// Waits of those who gave up.
    AbandonedWaitMs = 11 "abandoned_wait_ms",
    /// Answered calls that are over: those whose talk is known.
    Talked = 12 "talked",
    /// Their talks, holds included.
    TalkMs = 13 "talk_ms",
    /// Their holds.
    HoldMs = 14 "hold_ms",
    /// Calls the desk made that are over, or answered.
    Dialled = 15 "dialled",
    /// Of those, answered by the other side.
    Reached = 16 "reached",
    /// Answered after the limit: `Answered` less `InTime`.
    AnsweredLate = 17 "answered_late",
    /// Agents' time ready (R-CALL-10).
    ReadyMs = 20 "ready_ms",
    /// Agents' time while their phone rings.
    RingingMs = 21 "ringing_ms",
    /// Agents' time in talks.
    OnCallMs = 22 "on_call_ms",
    /// Agents' time with the caller on hold.
    HeldMs = 23 "held_ms",
    /// Agents' time writing up.
    WrapUpMs = 24 "wrap_up_ms",
    /// Agents' time on a break.
    BreakMs = 25 "break_ms",
    /// Agents' time in training.
    TrainingMs = 26 "training_ms",
    /// Of the writing up, that of calls that came in: what belongs to the talks that are counted.
    CallWrapUpMs = 27 "call_wrap_up_ms",
    /// Tickets registered.
    Opened = 30 "opened",
    /// Tickets filed.
    Closed = 31 "closed",
    /// Of those filed, with every clock kept.
    ClosedInTime = 32 "closed_in_time",
    /// Of those filed, with a clock broken.
    ClosedLate = 33 "closed_late",
    /// Clocks that fell due before what they wait for had happened; counted when they fell due.
    Overdue = 34 "overdue",
    /// Clocks kept.
    ClocksKept = 35 "clocks_kept",
    /// Filed tickets whose customer said how satisfied they are.
    Rated = 36 "rated",
    /// Of those, satisfied or very satisfied.
    Satisfied = 37 "satisfied",
    /// From registering to filing.
    HandlingMs = 38 "handling_ms",
    /// Clocks kept against the due time as it was first, before any extension (R-REQ-9).
    ClocksKeptFirst = 39 "clocks_kept_first",
    /// Of those filed, with every clock kept against the due time as it was first.
    ClosedInFirstTime = 40 "closed_in_first_time",
    /// Work orders carried to their end by the technician.
    OrdersFinished = 45 "orders_finished",
    /// From accepting the order to its end.
    OrderMs = 46 "order_ms",
    /// Debts that came up: calls that are owed (R-CB-9).
    Owed = 50 "owed",
    /// Debts settled: the person was spoken to, visited, or told as was asked; counted when they were.
    Settled = 51 "settled",
    /// Of those settled, at or before the time they were due.
    SettledInTime = 52 "settled_in_time",
    /// Tries to reach people that are over.
    Tries = 53 "tries",
    /// Of those, in which the person was reached.
    TriesReached = 54 "tries_reached",
    /// Follow-up calls in which satisfaction was asked.
    Asked = 55 "asked",
    /// Of those, satisfied or very satisfied.
    Pleased = 56 "pleased",
    /// Debts closed by hand with a reason, or because nobody could be told: off the list, and not settled.
    ClosedByHand = 57 "closed_by_hand",
    /// Debts that are owed no more: the ticket went another way.
    Lapsed = 58 "lapsed",
    /// Calls drawn for a spot check (R-CALL-8).
    ChecksOwed = 60 "checks_owed",
    /// Of those, checked.
    ChecksDone = 61 "checks_done",
    /// Of those checked, without a fault.
    ChecksPassed = 62 "checks_passed",
    /// What supervisors did from the live queue (R-LIVE-2).
    Interventions = 65 "interventions",
}

impl Fact {
    /// Of a span of waits: from so many seconds, to below so many; the last one has no end.
    pub fn span_s(self) -> Option<(i64, Option<i64>)> {
        let (Fact::AnsweredAfter(span) | Fact::AbandonedAfter(span)) = self else { return None };
        let end = |nth: usize| PATIENCE_S.get(nth).copied();
        let from = usize::from(span).checked_sub(1).and_then(end).unwrap_or(0);
        Some((from, end(usize::from(span))))
    }

    /// Its short name: `fact.CODE`.
    pub fn words(self) -> Say {
        match self.span_s() {
            None => Say::new(&format!("fact.{}", self.code())),
            Some((from, Some(to))) => Say::new(&format!("fact.{}", self.code())).with("from", from).with("to", to),
            Some((from, None)) => Say::new(&format!("fact.{}_last", self.code())).with("from", from),
        }
    }
}

/// Sums of facts. A group: adding and taking away is exact, and what is zero is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(Vec<(Fact, i64)>);

impl Counts {
    /// Of some facts.
    pub fn of(facts: impl IntoIterator<Item = (Fact, i64)>) -> Counts {
        let mut counts = Counts::default();
        facts.into_iter().for_each(|(fact, count)| counts.put(fact, count));
        counts
    }

    /// How many, or how much.
    pub fn get(&self, fact: Fact) -> i64 {
        // The search gives a place that is there.
        self.0.binary_search_by_key(&fact.number(), |(fact, _)| fact.number()).map_or(0, |at| self.0[at].1)
    }

    /// Adds to one fact.
    pub fn put(&mut self, fact: Fact, count: i64) {
        if count == 0 {
            return;
        }
        match self.0.binary_search_by_key(&fact.number(), |(fact, _)| fact.number()) {
            // The search gives a place that is there.
            Ok(at) => {
                self.0[at].1 += count;
                if self.0[at].1 == 0 {
                    self.0.remove(at);
                }
            }
            Err(at) => self.0.insert(at, (fact, count)),
        }
    }

    /// Adds `times` times what another has: 1 to add it, −1 to take it away.
    pub fn add(&mut self, other: &Counts, times: i64) {
        other.0.iter().for_each(|(fact, count)| self.put(*fact, count * times));
    }

    /// So many times what is in it; 0 times nothing is nothing.
    pub fn times(&self, times: i64) -> Counts {
        Counts(self.0.iter().filter(|_| times != 0).map(|(fact, count)| (*fact, count * times)).collect())
    }

    /// Nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All facts that are not zero, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Fact, i64)> {
        self.0.iter().copied()
    }
}

/// On disk and on the wire: numbers and sums.
impl Serialize for Counts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(fact, count)| (fact.number(), *count)))
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Counts, D::Error> {
        let pairs: Vec<(u8, i64)> = Vec::deserialize(deserializer)?;
        // A fact of a newer program is left out; what is known stays right.
        Ok(Counts::of(pairs.into_iter().filter_map(|(number, count)| Some((Fact::of_number(number)?, count)))))
    }
}
