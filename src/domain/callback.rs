//! The callback queue: what is owed to whom, one line a person (R-CALL-5, R-CB-3, R-CB-6, R-CB-9, R-CB-10).
//!
//! A line is a person; a debt is one thing owed to them. The line is worked as a whole: dialled, backed off, handed to a
//! supervisor. Each debt is settled by itself, with what settled it.

mod tries;

use serde::{Deserialize, Serialize};

use super::customer::Grade;
use super::ids::{CallId, CallbackId, CustomerId, DrawId, StaffId, TicketId, VisitId};
use super::rulebook::RoleId;
use super::time::Stamp;

/// Why a call is owed. The order is what goes first when two of one gravity fall due together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CallbackReason {
    /// The caller hung up unanswered.
    #[default]
    Abandoned,
    /// The queue's limit ended the wait.
    Timeout,
    /// The queue was full or nobody was on duty.
    TurnedAway,
    /// The PBX stopped under the waiting call.
    CutByPbx,
    /// The caller asked for it in the menu.
    Asked,
    /// A time was agreed (R-CB-3).
    Agreed,
    /// A ticket's answer is due to the person who asked (R-REQ-1).
    Answer,
    /// What was carried out is followed up by phone: all of them (R-CB-1).
    Revisit,
    /// A settled matter that was drawn for the sample (R-CB-2).
    Sample,
}

impl CallbackReason {
    /// The name in exports.
    pub fn code(self) -> &'static str {
        match self {
            CallbackReason::Abandoned => "abandoned",
            CallbackReason::Timeout => "timeout",
            CallbackReason::TurnedAway => "turned_away",
            CallbackReason::CutByPbx => "cut_by_pbx",
            CallbackReason::Asked => "asked",
            CallbackReason::Agreed => "agreed",
            CallbackReason::Answer => "answer",
            CallbackReason::Revisit => "revisit",
            CallbackReason::Sample => "sample",
        }
    }

    /// Settled by speaking to the person at all, in either direction. The others ask for a sheet of their own.
    pub fn is_settled_by_speaking(self) -> bool {
        !matches!(self, CallbackReason::Answer | CallbackReason::Revisit | CallbackReason::Sample)
    }
}

/// How grave a debt is. The order is what goes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Gravity {
    /// About an emergency: no quiet hours, no waiting for live callers.
    Emergency,
    /// 重大
    Grave,
    /// 重要
    Important,
    /// 一般
    #[default]
    Ordinary,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// 接通
    Reached,
    /// 未接通
    #[default]
    NotReached,
    /// 拒访: answered, and does not want to be asked.
    Refused,
    /// 号码错误: somebody else's number, or none.
    WrongNumber,
}

impl Reach {
    /// All of them, in the order they are offered.
    pub const ALL: [Reach; 4] = [Reach::Reached, Reach::NotReached, Reach::Refused, Reach::WrongNumber];

    /// The name in exports and in the catalogue (`reach.CODE`).
    pub fn code(self) -> &'static str {
        match self {
            Reach::Reached => "reached",
            Reach::NotReached => "not_reached",
            Reach::Refused => "refused",
            Reach::WrongNumber => "wrong_number",
        }
    }
}

/// R-CB-5: what comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Next {
    /// Settled: nothing more is owed.
    #[default]
    Settled,
    /// Handled again: the customer is not satisfied (another round, R-CB-3).
    Again,
    /// Called again at an agreed time (R-CB-3).
    Agreed(Stamp),
}

/// 回访单: what one conversation, or one try, came to (R-CB-5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// When it was written.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// In which call; none where no call of the desk's record was made.
    pub call: Option<CallId>,
    /// The call was dialled by hand, outside the PBX (手拨).
    pub by_hand: bool,
    /// Whether the person was reached.
    pub reach: Reach,
    /// `very`, `satisfied`, `fair`, `dissatisfied`; empty where it was not asked.
    pub satisfaction: String,
    /// What was said.
    pub said: String,
    /// What comes next.
    pub next: Next,
}

/// How a debt, or a line, was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallbackEnd {
    /// The person called again and was answered in this call (R-CALL-5).
    CalledAgain(CallId),
    /// The desk reached the person in this answered outbound call (R-CB-10).
    Reached(CallId),
    /// Reached in this call, and did not want to be asked.
    Refused(CallId),
    /// Settled by this visit, signed (R-CB-4).
    Visited(VisitId),
    /// Told in writing or on the spot, as was asked (R-REQ-7), or told with the signature of a visit on the ticket.
    Told,
    /// Not owed any more: the ticket went another way (handled again, merged, another type).
    Lapsed,
    /// The line became part of another: one person, one line (R-CB-9).
    Joined(CallbackId),
    /// Closed by hand, with the reason: by a supervisor, or on the ticket because nobody could be told.
    Closed {
        /// Who.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

/// One thing owed to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// Its number in the line, from 1.
    pub number: u32,
    /// Why.
    pub reason: CallbackReason,
    /// How grave.
    pub gravity: Gravity,
    /// The ticket it is about, if any.
    pub ticket: Option<TicketId>,
    /// The draw that chose it (R-CB-2).
    pub draw: Option<DrawId>,
    /// Called by this role where the rulebook says who; empty for anybody at the desk.
    pub by: RoleId,
    /// The calls that made it.
    pub calls: Vec<CallId>,
    /// What to say, or what was agreed.
    pub note: String,
    /// When it came up.
    pub made_at: Stamp,
    /// When it is due.
    pub due_at: Stamp,
    /// What was written about it, oldest first.
    pub sheets: Vec<Sheet>,
    /// When and how it was settled.
    pub end: Option<(Stamp, CallbackEnd)>,
}

impl Debt {
    /// Still owed.
    pub fn is_open(&self) -> bool {
        self.end.is_none()
    }
}

/// One try to reach the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it was dialled.
    pub at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// The call.
    pub call: Option<CallId>,
    /// Dialled outside the PBX (手拨).
    pub by_hand: bool,
    /// What came of it; nothing yet while it rings.
    pub reach: Option<Reach>,
}

/// A line of the queue as stored: one person, and all that is owed to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Its number.
    pub id: CallbackId,
    /// Made by a rehearsal.
    pub rehearsal: bool,
    /// The number to call, as it came.
    pub number: String,
    /// The number to match by (`domain::phone`).
    pub key: String,
    /// All numbers of the person that are known, to match by; `key` among them.
    pub keys: Vec<String>,
    /// The name, if known.
    pub name: String,
    /// The customer file, if known.
    pub customer: Option<CustomerId>,
    /// Its grade (R-REQ-5).
    pub grade: Grade,
    /// The queue they called.
    pub queue: Option<String>,
    /// What is owed, oldest first; settled debts stay with the line.
    pub debts: Vec<Debt>,
    /// When the first reason for it came up.
    pub made_at: Stamp,
    /// When it is to be tried next: the earliest due debt, or later where the last try says so (R-CB-6).
    pub due_at: Stamp,
    /// Every try so far, oldest first.
    pub attempts: Vec<Attempt>,
    /// Tries in vain since the plan of attempts began anew.
    pub tries: u32,
    /// Who is working on it: nobody else dials meanwhile.
    pub taken_by: Option<StaffId>,
    /// Whoever has it is gone: it is let go as soon as the call that is up has ended.
    pub leaving: bool,
    /// Not tried before this moment, whatever is owed: the last try in vain says so, or a supervisor (R-CB-6).
    pub not_before: Option<Stamp>,
    /// All tries were in vain, or the number is wrong: it is with this role now (R-CB-6).
    pub with: Option<RoleId>,
    /// When it was settled.
    pub ended_at: Option<Stamp>,
    /// How: the last debt's end.
    pub end: Option<CallbackEnd>,
}

impl Callback {
    /// What is still owed, the gravest first, then the earliest due.
    pub fn owed(&self) -> Vec<&Debt> {
        let mut owed: Vec<&Debt> = self.debts.iter().filter(|debt| debt.is_open()).collect();
        owed.sort_by_key(|debt| (debt.gravity, debt.due_at, debt.reason, debt.number));
        owed
    }

    /// What it is first of all about: the first open debt, or the last one settled.
    pub fn first(&self) -> Option<&Debt> {
        self.owed().first().copied().or(self.debts.last())
    }

    /// How grave its gravest open debt is.
    pub fn gravity(&self) -> Gravity {
        self.debts.iter().filter(|debt| debt.is_open()).map(|debt| debt.gravity).min().unwrap_or_default()
    }

    /// Why it is owed, first of all.
    pub fn reason(&self) -> CallbackReason {
        self.first().map(|debt| debt.reason).unwrap_or_default()
    }

    /// The place in the queue: what is due first, then the gravest (R-CB-6). A due time that has passed does not make an
    /// ordinary debt go before an emergency's.
    pub fn order(&self, now: Stamp) -> (bool, Gravity, Stamp, CallbackId) {
        let due = self.due_at <= now;
        (!due, if due { self.gravity() } else { Gravity::Ordinary }, self.due_at, self.id)
    }

    /// It is about this ticket.
    pub fn is_about(&self, ticket: TicketId) -> bool {
        self.debts.iter().any(|debt| debt.is_open() && debt.ticket == Some(ticket))
    }

    /// Puts something owed on the line; its number in the line is given here.
    pub fn add(&mut self, debt: Debt) -> u32 {
        let number = self.debts.iter().map(|debt| debt.number).max().unwrap_or(0) + 1;
        self.debts.push(Debt { number, ..debt });
        number
    }

    /// An open debt by its number.
    pub fn debt_mut(&mut self, number: u32) -> Option<&mut Debt> {
        self.debts.iter_mut().find(|debt| debt.number == number && debt.is_open())
    }

    /// Another number of the person became known.
    pub fn know(&mut self, key: &str) {
        if !key.is_empty() && !self.keys.iter().any(|known| known == key) {
            self.keys.push(key.to_owned());
        }
    }

    /// The call of the last try, while nothing came of it yet.
    pub fn trying(&self) -> Option<&Attempt> {
        self.attempts.last().filter(|attempt| attempt.reach.is_none())
    }

    /// The person was spoken to: a later try begins the plan anew, and nobody above has to do with it any more.
    pub fn spoken_to(&mut self) {
        self.tries = 0;
        self.not_before = None;
        self.with = None;
    }

    /// When the line is to be tried next, from what is owed: the first that falls due, but not before the last try allows.
    /// A time agreed about a ticket stands for what else is owed about it. Nothing owed leaves it as it is.
    pub fn reckon_due(&mut self) {
        let open = || self.debts.iter().filter(|debt| debt.is_open());
        let agreed = |ticket: Option<TicketId>| {
            ticket.is_some() && open().any(|debt| debt.reason == CallbackReason::Agreed && debt.ticket == ticket)
        };
        let counts = |debt: &&Debt| debt.reason.is_settled_by_speaking() || !agreed(debt.ticket);
        if let Some(first) = open().filter(counts).map(|debt| debt.due_at).min() {
            self.due_at = self.not_before.map_or(first, |not_before| first.max(not_before));
        }
    }

    /// Ends the line where nothing is owed any more: with how its last debt was settled.
    pub fn wind_up(&mut self) {
        if self.ended_at.is_some() || self.debts.iter().any(Debt::is_open) {
            return;
        }
        let Some((at, end)) = self.debts.iter().filter_map(|debt| debt.end.clone()).max_by_key(|(at, _)| *at) else {
            return;
        };
        (self.ended_at, self.end) = (Some(at), Some(end));
        (self.taken_by, self.leaving, self.with, self.not_before) = (None, false, None, None);
    }

    /// One of the person's numbers.
    pub fn has_key(&self, key: &str) -> bool {
        !key.is_empty() && (self.key == key || self.keys.iter().any(|known| known == key))
    }
}
