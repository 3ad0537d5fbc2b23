//! The named formulae. Each says what is counted, over what, and what was left out; nothing to count is no number.

use serde::{Deserialize, Serialize};

use super::{Counts, Fact};
use crate::domain::rulebook::Formula;
use crate::domain::time::Millis;
use crate::text::Say;

/// What is measured. The name in the catalogue is `measure.CODE`, its formula in words `formula.CODE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// 接通率 by one of R-LIVE-3's formulae.
    ServiceLevel(Formula),
    /// 接起率: answered of all that were offered.
    AnswerRate,
    /// 超时接起率: answered after the limit, of all answered.
    LateRate,
    /// 放弃率: B/(N+B).
    AbandonRate,
    /// 平均接听速度 (ASA): the waits of the answered over their number, in milliseconds.
    AnswerSpeed,
    /// 平均通话时长: talk, hold included, over calls whose talk is known, in milliseconds.
    TalkTime,
    /// 平均处理时长 (AHT): talk, hold and the wrap-up of calls that came in, over calls whose talk is known, in milliseconds.
    HandlingTime,
    /// 平均保持时长: hold over calls whose talk is known, in milliseconds.
    HoldTime,
    /// 转接率: handed on after the answer, of all answered.
    TransferRate,
    /// 放弃前等待: the waits of those who gave up, in milliseconds.
    AbandonWait,
    /// 工时利用率 (occupancy): talk, hold and wrap-up of the time ready, ringing, in talk, hold and wrap-up.
    Occupancy,
    /// 外呼接通率: reached of all that were dialled.
    ReachRate,
    /// 按时办结率: filed with every clock kept, of all filed.
    Timeliness,
    /// The same against the due times as they were first (R-REQ-9).
    FirstTimeliness,
    /// 超期率: clocks that fell due before their time was kept, of those and the kept ones.
    OverdueRate,
    /// 平均办结时长: from registering to filing, in milliseconds.
    CloseTime,
    /// 平均完工时长: from accepting an order to its end, in milliseconds.
    OrderTime,
    /// 满意率 of filed tickets: satisfied of those who said.
    Satisfaction,
    /// 回访及时率: settled in time, of all settled.
    CallbackTimeliness,
    /// 回访接通率: tries in which the person was reached, of all.
    CallbackReach,
    /// 回访满意率: satisfied, of the calls in which it was asked.
    CallbackSatisfaction,
    /// 抽查完成率: checked, of all drawn.
    CheckRate,
    /// 抽查合格率: without a fault, of all checked.
    CheckPass,
}

/// A number with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Above the line.
    pub numerator: i64,
    /// Below the line.
    pub denominator: i64,
}

impl Share {
    /// In thousandths, rounded down so that 95 % is not claimed before it is there; nothing where there is nothing
    /// below the line (R-LIVE-3: `–`, never 100 %).
    pub fn permille(self) -> Option<i64> {
        (self.denominator > 0).then(|| self.numerator * 1_000 / self.denominator)
    }

    /// The mean, for measures of time: rounded to the nearest.
    pub fn mean(self) -> Option<i64> {
        (self.denominator > 0).then(|| (self.numerator * 2 + self.denominator).div_euclid(self.denominator * 2))
    }
}

/// A measure taken of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Which.
    pub measure: Measure,
    /// The number.
    pub share: Share,
    /// What the formula leaves out, with how many: shown beside it (R-LIVE-3).
    pub left_out: Vec<(Fact, i64)>,
    /// It is a service level, and nobody was answered.
    pub unserved: bool,
}

impl Figure {
    /// The number as it is shown anywhere: a mean in milliseconds, or a share in thousandths.
    pub fn number(&self) -> Option<i64> {
        if self.measure.is_time() { self.share.mean() } else { self.permille() }
    }

    /// The share, in thousandths; nothing where there is none. A service level of which nobody at all was answered is
    /// none either, where it would be full: callers who soon gave up on an empty desk are no service (R-LIVE-3).
    pub fn permille(&self) -> Option<i64> {
        self.share.permille().filter(|permille| !(self.unserved && *permille >= 1_000))
    }
}

/// The facts of a formula: a sum above the line, a sum below it with some taken away again, and what is in neither.
pub struct Parts {
    /// Above the line.
    pub above: &'static [Fact],
    /// Below the line.
    pub below: &'static [Fact],
    /// Taken away below the line.
    pub less: &'static [Fact],
    /// Left out.
    pub out: &'static [Fact],
}

impl Measure {
    /// All of them, the service level by every formula first.
    pub const ALL: [Measure; 26] = [
        Measure::ServiceLevel(Formula::Answered),
        Measure::ServiceLevel(Formula::AbandonedInTimeGood),
        Measure::ServiceLevel(Formula::AllOffered),
        Measure::ServiceLevel(Formula::AbandonedInTimeOut),
        Measure::AnswerRate,
        Measure::LateRate,
        Measure::AbandonRate,
        Measure::AnswerSpeed,
        Measure::TalkTime,
        Measure::HandlingTime,
        Measure::HoldTime,
        Measure::TransferRate,
        Measure::AbandonWait,
        Measure::Occupancy,
        Measure::ReachRate,
        Measure::Timeliness,
        Measure::FirstTimeliness,
        Measure::OverdueRate,
        Measure::CloseTime,
        Measure::OrderTime,
        Measure::Satisfaction,
        Measure::CallbackTimeliness,
        Measure::CallbackReach,
        Measure::CallbackSatisfaction,
        Measure::CheckRate,
        Measure::CheckPass,
    ];

    /// The name in exports and in the catalogue (`measure.CODE`).
    pub fn code(self) -> &'static str {
        match self {
            Measure::ServiceLevel(Formula::Answered) => "service_level_answered",
            Measure::ServiceLevel(Formula::AbandonedInTimeGood) => "service_level_good",
            Measure::ServiceLevel(Formula::AllOffered) => "service_level_all",
            Measure::ServiceLevel(Formula::AbandonedInTimeOut) => "service_level_out",
            Measure::AnswerRate => "answer_rate",
            Measure::LateRate => "late_rate",
            Measure::AbandonRate => "abandon_rate",
            Measure::AnswerSpeed => "answer_speed",
            Measure::TalkTime => "talk_time",
            Measure::HandlingTime => "handling_time",
            Measure::HoldTime => "hold_time",
            Measure::TransferRate => "transfer_rate",
            Measure::AbandonWait => "abandon_wait",
            Measure::Occupancy => "occupancy",
            Measure::ReachRate => "reach_rate",
            Measure::Timeliness => "timeliness",
            Measure::FirstTimeliness => "first_timeliness",
            Measure::OverdueRate => "overdue_rate",
            Measure::CloseTime => "close_time",
            Measure::OrderTime => "order_time",
            Measure::Satisfaction => "satisfaction",
            Measure::CallbackTimeliness => "callback_timeliness",
            Measure::CallbackReach => "callback_reach",
            Measure::CallbackSatisfaction => "callback_satisfaction",
            Measure::CheckRate => "check_rate",
            Measure::CheckPass => "check_pass",
        }
    }

    /// A mean of times, in milliseconds; else a share.
    pub fn is_time(self) -> bool {
        use Measure as M;
        matches!(
            self,
            M::AnswerSpeed | M::TalkTime | M::HandlingTime | M::HoldTime | M::AbandonWait | M::CloseTime | M::OrderTime
        )
    }

    /// What the formula is made of.
    pub fn parts(self) -> Parts {
        use Fact as F;
        const NEVER_ASKED: &[Fact] = &[F::TimedOut, F::TurnedAway, F::Elsewhere];
        const LOST: &[Fact] = &[F::Abandoned, F::TimedOut, F::TurnedAway, F::Elsewhere];
        const BUSY: &[Fact] = &[F::OnCallMs, F::HeldMs, F::WrapUpMs];
        const ON_DUTY: &[Fact] = &[F::ReadyMs, F::RingingMs, F::OnCallMs, F::HeldMs, F::WrapUpMs];
        let parts = |above, below, less, out| Parts { above, below, less, out };
        match self {
            Measure::ServiceLevel(Formula::Answered) => parts(&[F::InTime], &[F::Answered], &[], LOST),
            Measure::ServiceLevel(Formula::AbandonedInTimeGood) => {
                parts(&[F::InTime, F::AbandonedShort], &[F::Answered, F::Abandoned], &[], NEVER_ASKED)
            }
            Measure::ServiceLevel(Formula::AllOffered) => {
                parts(&[F::InTime], &[F::Answered, F::Abandoned], &[], NEVER_ASKED)
            }
            Measure::ServiceLevel(Formula::AbandonedInTimeOut) => parts(
                &[F::InTime],
                &[F::Answered, F::Abandoned],
                &[F::AbandonedShort],
                &[F::AbandonedShort, F::TimedOut, F::TurnedAway, F::Elsewhere],
            ),
            Measure::AnswerRate => parts(&[F::Answered], &[F::Offered], &[], &[]),
            Measure::LateRate => parts(&[F::AnsweredLate], &[F::Answered], &[], LOST),
            Measure::AbandonRate => parts(&[F::Abandoned], &[F::Answered, F::Abandoned], &[], NEVER_ASKED),
            Measure::ReachRate => parts(&[F::Reached], &[F::Dialled], &[], &[]),
            Measure::AnswerSpeed => parts(&[F::WaitMs], &[F::Answered], &[], LOST),
            Measure::TalkTime => parts(&[F::TalkMs], &[F::Talked], &[], &[]),
            Measure::HandlingTime => parts(&[F::TalkMs, F::CallWrapUpMs], &[F::Talked], &[], &[]),
            Measure::HoldTime => parts(&[F::HoldMs], &[F::Talked], &[], &[]),
            Measure::TransferRate => parts(&[F::Transferred], &[F::Answered], &[], &[]),
            Measure::AbandonWait => parts(&[F::AbandonedWaitMs], &[F::Abandoned], &[], &[]),
            Measure::Occupancy => parts(BUSY, ON_DUTY, &[], &[F::BreakMs, F::TrainingMs]),
            Measure::Timeliness => parts(&[F::ClosedInTime], &[F::Closed], &[], &[]),
            Measure::FirstTimeliness => parts(&[F::ClosedInFirstTime], &[F::Closed], &[], &[]),
            Measure::OverdueRate => parts(&[F::Overdue], &[F::Overdue, F::ClocksKept], &[], &[]),
            Measure::CloseTime => parts(&[F::HandlingMs], &[F::Closed], &[], &[]),
            Measure::OrderTime => parts(&[F::OrderMs], &[F::OrdersFinished], &[], &[]),
            Measure::Satisfaction => parts(&[F::Satisfied], &[F::Rated], &[], &[]),
            Measure::CallbackTimeliness => {
                parts(&[F::SettledInTime], &[F::Settled], &[], &[F::ClosedByHand, F::Lapsed])
            }
            Measure::CallbackReach => parts(&[F::TriesReached], &[F::Tries], &[], &[]),
            Measure::CallbackSatisfaction => parts(&[F::Pleased], &[F::Asked], &[], &[]),
            Measure::CheckRate => parts(&[F::ChecksDone], &[F::ChecksOwed], &[], &[]),
            Measure::CheckPass => parts(&[F::ChecksPassed], &[F::ChecksDone], &[], &[]),
        }
    }

    /// The formula in words, with the limit in seconds as the rulebook has it: `formula.CODE`.
    pub fn words(self, limit_ms: Millis) -> Say {
        let (whole, rest) = (limit_ms / 1_000, limit_ms % 1_000);
        let limit = if rest == 0 { whole.to_string() } else { format!("{whole}.{}", rest / 100) };
        Say::new(&format!("formula.{}", self.code())).with("limit", limit)
    }

    /// Takes it of facts.
    pub fn of(self, counts: &Counts) -> Figure {
        let parts = self.parts();
        let sum = |facts: &[Fact]| facts.iter().map(|fact| counts.get(*fact)).sum::<i64>();
        let share = Share { numerator: sum(parts.above), denominator: sum(parts.below) - sum(parts.less) };
        let left_out = parts.out.iter().map(|fact| (*fact, counts.get(*fact))).filter(|(_, count)| *count != 0);
        let unserved = matches!(self, Measure::ServiceLevel(_)) && counts.get(Fact::Answered) == 0;
        Figure { measure: self, share, left_out: left_out.collect(), unserved }
    }
}

/// The service level by every formula, in R-LIVE-3's order.
pub fn side_by_side(counts: &Counts) -> [Figure; 4] {
    let formulae = [Formula::Answered, Formula::AbandonedInTimeGood, Formula::AllOffered, Formula::AbandonedInTimeOut];
    formulae.map(|formula| Measure::ServiceLevel(formula).of(counts))
}
