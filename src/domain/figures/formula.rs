//! The named formulae. Each says what is counted, over what, and what was left out; nothing to count is no number.

use super::Facts;
use crate::domain::rulebook::Formula;

/// What is measured of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// 接通率 by one of R-LIVE-3's formulae.
    ServiceLevel(Formula),
    /// 接起率: answered of all that were offered.
    AnswerRate,
    /// 弃呼率: B/(N+B).
    AbandonRate,
    /// 平均接听速度: the waits of the answered over their number, in milliseconds.
    AnswerSpeed,
    /// 平均通话时长: talk, hold included, over calls whose talk is known, in milliseconds. Wrap-up is the agents' time and
    /// is added where that is known.
    TalkTime,
    /// 弃呼前等待: the waits of those who gave up, in milliseconds.
    AbandonWait,
    /// 外呼接通率: reached of all that were dialled.
    ReachRate,
}

/// A part of a formula, by the letter and the words it goes by (`figure.part.CODE` in the catalogue).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A: answered in the limit.
    InTime,
    /// N: answered.
    Answered,
    /// B: abandoned.
    Abandoned,
    /// Bs: abandoned in the limit.
    AbandonedShort,
    /// Ended by the queue's own limit.
    TimedOut,
    /// Never let in.
    TurnedAway,
    /// Taken elsewhere, cut, unknown.
    Elsewhere,
    /// All that were offered.
    Offered,
    /// Calls whose talk is known.
    Talked,
    /// Calls the desk made.
    Dialled,
    /// Of those, reached.
    Reached,
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
    pub left_out: Vec<(Part, i64)>,
}

impl Part {
    /// How many.
    pub fn count(self, facts: &Facts) -> i64 {
        match self {
            Part::InTime => facts.in_time,
            Part::Answered => facts.answered,
            Part::Abandoned => facts.abandoned,
            Part::AbandonedShort => facts.abandoned_short,
            Part::TimedOut => facts.timed_out,
            Part::TurnedAway => facts.turned_away,
            Part::Elsewhere => facts.elsewhere,
            Part::Offered => facts.offered,
            Part::Talked => facts.talked,
            Part::Dialled => facts.dialled,
            Part::Reached => facts.reached,
        }
    }
}

impl Measure {
    /// Above the line, below it, and what is left out of both. A minus is a part taken away again.
    fn parts(self) -> (&'static [Part], &'static [Part], &'static [Part], &'static [Part]) {
        use Part as P;
        const NEVER_ASKED: &[Part] = &[P::TimedOut, P::TurnedAway, P::Elsewhere];
        match self {
            Measure::ServiceLevel(Formula::Answered) => {
                (&[P::InTime], &[P::Answered], &[], &[P::Abandoned, P::TimedOut, P::TurnedAway, P::Elsewhere])
            }
            Measure::ServiceLevel(Formula::AbandonedInTimeGood) => {
                (&[P::InTime, P::AbandonedShort], &[P::Answered, P::Abandoned], &[], NEVER_ASKED)
            }
            Measure::ServiceLevel(Formula::AllOffered) => {
                (&[P::InTime], &[P::Answered, P::Abandoned], &[], NEVER_ASKED)
            }
            Measure::ServiceLevel(Formula::AbandonedInTimeOut) => (
                &[P::InTime],
                &[P::Answered, P::Abandoned],
                &[P::AbandonedShort],
                &[P::AbandonedShort, P::TimedOut, P::TurnedAway, P::Elsewhere],
            ),
            Measure::AnswerRate => (&[P::Answered], &[P::Offered], &[], &[]),
            Measure::AbandonRate => (&[P::Abandoned], &[P::Answered, P::Abandoned], &[], NEVER_ASKED),
            Measure::ReachRate => (&[P::Reached], &[P::Dialled], &[], &[]),
            Measure::AnswerSpeed => (&[], &[P::Answered], &[], &[P::Abandoned]),
            Measure::TalkTime => (&[], &[P::Talked], &[], &[]),
            Measure::AbandonWait => (&[], &[P::Abandoned], &[], &[]),
        }
    }

    /// Takes it of facts.
    pub fn of(self, facts: &Facts) -> Figure {
        let (above, below, less, out) = self.parts();
        let sum = |parts: &[Part]| parts.iter().map(|part| part.count(facts)).sum::<i64>();
        let numerator = match self {
            Measure::AnswerSpeed => facts.wait_ms,
            Measure::TalkTime => facts.talk_ms,
            Measure::AbandonWait => facts.abandoned_wait_ms,
            _ => sum(above),
        };
        let share = Share { numerator, denominator: sum(below) - sum(less) };
        let left_out = out.iter().map(|part| (*part, part.count(facts))).filter(|(_, count)| *count != 0).collect();
        Figure { measure: self, share, left_out }
    }
}

/// The service level by every formula, in R-LIVE-3's order.
pub fn side_by_side(facts: &Facts) -> [Figure; 4] {
    let formulae = [Formula::Answered, Formula::AbandonedInTimeGood, Formula::AllOffered, Formula::AbandonedInTimeOut];
    formulae.map(|formula| Measure::ServiceLevel(formula).of(facts))
}
