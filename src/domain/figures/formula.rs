//! The named formulae. Each says what is counted, over what, and what was left out; nothing to count is no number.

use serde::{Deserialize, Serialize};

use super::{Counts, Fact};
use crate::domain::rulebook::Formula;

/// What is measured. The name in the catalogue is `measure.CODE`, its formula in words `formula.CODE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// 接通率 by one of R-LIVE-3's formulae.
    ServiceLevel(Formula),
    /// 接起率: answered of all that were offered.
    AnswerRate,
    /// 弃呼率: B/(N+B).
    AbandonRate,
    /// 平均接听速度 (ASA): the waits of the answered over their number, in milliseconds.
    AnswerSpeed,
    /// 平均通话时长: talk, hold included, over calls whose talk is known, in milliseconds.
    TalkTime,
    /// 平均处理时长 (AHT): talk, hold and wrap-up over calls whose talk is known, in milliseconds. By queue or agent.
    HandlingTime,
    /// 弃呼前等待: the waits of those who gave up, in milliseconds.
    AbandonWait,
    /// 工时利用率 (occupancy): talk, hold and wrap-up of the time ready, ringing, in talk, hold and wrap-up.
    Occupancy,
    /// 外呼接通率: reached of all that were dialled.
    ReachRate,
    /// 按时办结率: filed with every clock kept, of all filed.
    Timeliness,
    /// 满意率 of filed tickets: satisfied of those who said.
    Satisfaction,
    /// 回访及时率: settled in time, of all settled.
    CallbackTimeliness,
    /// 回访接通率: tries in which the person was reached, of all.
    CallbackReach,
    /// 抽查完成率: checked, of all drawn.
    CheckRate,
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
    pub const ALL: [Measure; 17] = [
        Measure::ServiceLevel(Formula::Answered),
        Measure::ServiceLevel(Formula::AbandonedInTimeGood),
        Measure::ServiceLevel(Formula::AllOffered),
        Measure::ServiceLevel(Formula::AbandonedInTimeOut),
        Measure::AnswerRate,
        Measure::AbandonRate,
        Measure::AnswerSpeed,
        Measure::TalkTime,
        Measure::HandlingTime,
        Measure::AbandonWait,
        Measure::Occupancy,
        Measure::ReachRate,
        Measure::Timeliness,
        Measure::Satisfaction,
        Measure::CallbackTimeliness,
        Measure::CallbackReach,
        Measure::CheckRate,
    ];

    /// The name in exports and in the catalogue (`measure.CODE`).
    pub fn code(self) -> &'static str {
        match self {
            Measure::ServiceLevel(Formula::Answered) => "service_level_answered",
            Measure::ServiceLevel(Formula::AbandonedInTimeGood) => "service_level_good",
            Measure::ServiceLevel(Formula::AllOffered) => "service_level_all",
            Measure::ServiceLevel(Formula::AbandonedInTimeOut) => "service_level_out",
            Measure::AnswerRate => "answer_rate",
            Measure::AbandonRate => "abandon_rate",
            Measure::AnswerSpeed => "answer_speed",
            Measure::TalkTime => "talk_time",
            Measure::HandlingTime => "handling_time",
            Measure::AbandonWait => "abandon_wait",
            Measure::Occupancy => "occupancy",
            Measure::ReachRate => "reach_rate",
            Measure::Timeliness => "timeliness",
            Measure::Satisfaction => "satisfaction",
            Measure::CallbackTimeliness => "callback_timeliness",
            Measure::CallbackReach => "callback_reach",
            Measure::CheckRate => "check_rate",
        }
    }

    /// A mean of times, in milliseconds; else a share.
    pub fn is_time(self) -> bool {
        matches!(self, Measure::AnswerSpeed | Measure::TalkTime | Measure::HandlingTime | Measure::AbandonWait)
    }

    /// What the formula is made of.
    pub fn parts(self) -> Parts {
        use Fact as F;
        const NEVER_ASKED: &[Fact] = &[F::TimedOut, F::TurnedAway, F::Elsewhere];
        const BUSY: &[Fact] = &[F::OnCallMs, F::HeldMs, F::WrapUpMs];
        const ON_DUTY: &[Fact] = &[F::ReadyMs, F::RingingMs, F::OnCallMs, F::HeldMs, F::WrapUpMs];
        let parts = |above, below, less, out| Parts { above, below, less, out };
        match self {
            Measure::ServiceLevel(Formula::Answered) => {
                parts(&[F::InTime], &[F::Answered], &[], &[F::Abandoned, F::TimedOut, F::TurnedAway, F::Elsewhere])
            }
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
            Measure::AbandonRate => parts(&[F::Abandoned], &[F::Answered, F::Abandoned], &[], NEVER_ASKED),
            Measure::ReachRate => parts(&[F::Reached], &[F::Dialled], &[], &[]),
            Measure::AnswerSpeed => parts(&[F::WaitMs], &[F::Answered], &[], &[F::Abandoned]),
            Measure::TalkTime => parts(&[F::TalkMs], &[F::Talked], &[], &[]),
            Measure::HandlingTime => parts(&[F::TalkMs, F::WrapUpMs], &[F::Talked], &[], &[]),
            Measure::AbandonWait => parts(&[F::AbandonedWaitMs], &[F::Abandoned], &[], &[]),
            Measure::Occupancy => parts(BUSY, ON_DUTY, &[], &[F::BreakMs, F::TrainingMs]),
            Measure::Timeliness => parts(&[F::ClosedInTime], &[F::Closed], &[], &[]),
            Measure::Satisfaction => parts(&[F::Satisfied], &[F::Rated], &[], &[]),
            Measure::CallbackTimeliness => parts(&[F::SettledInTime], &[F::Settled], &[], &[]),
            Measure::CallbackReach => parts(&[F::TriesReached], &[F::Tries], &[], &[]),
            Measure::CheckRate => parts(&[F::ChecksDone], &[F::ChecksOwed], &[], &[]),
        }
    }

    /// Takes it of facts.
    pub fn of(self, counts: &Counts) -> Figure {
        let parts = self.parts();
        let sum = |facts: &[Fact]| facts.iter().map(|fact| counts.get(*fact)).sum::<i64>();
        let share = Share { numerator: sum(parts.above), denominator: sum(parts.below) - sum(parts.less) };
        let left_out = parts.out.iter().map(|fact| (*fact, counts.get(*fact))).filter(|(_, count)| *count != 0);
        Figure { measure: self, share, left_out: left_out.collect() }
    }
}

/// The service level by every formula, in R-LIVE-3's order.
pub fn side_by_side(counts: &Counts) -> [Figure; 4] {
    let formulae = [Formula::Answered, Formula::AbandonedInTimeGood, Formula::AllOffered, Formula::AbandonedInTimeOut];
    formulae.map(|formula| Measure::ServiceLevel(formula).of(counts))
}
