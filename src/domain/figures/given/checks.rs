//! Spot checks, at their draw (R-CALL-8, R-QA-1), and what supervisors did (R-LIVE-2).

use super::{Cells, about};
use crate::domain::figures::{About, Fact, Slot};
use crate::domain::oversight::{Intervention, Step};
use crate::domain::spot::SpotDraw;

/// All at the moment of the draw, so that what is done stands beside what is owed, whenever it was done.
pub(super) fn give(draw: &SpotDraw, cells: &mut Cells) {
    for pick in &draw.picks {
        let place = Slot { kind: draw.rule.clone(), who: pick.agent.0.clone(), ..about(About::Checks) };
        let done = pick.sheet.is_some();
        cells.put(
            draw.at,
            &place,
            [
                (Fact::ChecksOwed, 1),
                (Fact::ChecksDone, i64::from(done)),
                (Fact::ChecksPassed, i64::from(done && pick.passed)),
            ],
        );
    }
}

/// Under the agent it was done to.
pub(super) fn give_step(step: &Intervention, cells: &mut Cells) {
    let place = Slot {
        queue: if let Step::Queue { queue, .. } = &step.step { queue.clone() } else { String::new() },
        who: step.agent.as_ref().map(|agent| agent.0.clone()).unwrap_or_default(),
        detail: step.step.code().to_owned(),
        ..about(About::Oversight)
    };
    cells.put(step.at, &place, [(Fact::Interventions, 1)]);
}
