//! How a try follows its call (R-CB-6): what the call came to ends the try, without anybody's key.

use super::Context;
use crate::domain::call::{Call, Direction, Turn};
use crate::domain::callback::{Attempt, Callback, Reach};

/// Puts what a dialled call's turns mean for its try into the line: into the one among `lines`, which the call changes
/// already, else into the line as it stands, which is then put beside them.
pub(super) fn follow(context: Context<'_>, call: &Call, turns: &[Turn], lines: &mut Vec<Callback>) {
    if call.direction != Direction::Outbound {
        return;
    }
    let answered = turns.iter().any(|turn| matches!(turn, Turn::Answered(_)));
    let over = turns.contains(&Turn::Ended) && call.answered_at.is_none();
    if !answered && !over {
        return;
    }
    // What was said of a try meanwhile stands: the call was answered, and it was not the person.
    let under_way = |attempt: &Attempt| attempt.call == Some(call.id) && attempt.reach.is_none();
    let tries = |line: &Callback| line.attempts.iter().any(under_way);
    if !lines.iter().any(tries) {
        let line = context.state.lines_trying(call.id).find_map(|id| context.state.callbacks.get(&id));
        let Some(line) = line else { return };
        lines.push(line.clone());
    }
    let (plan, offset) = (&context.rules.attempts, context.state.offset_ms);
    for line in lines.iter_mut().filter(|line| tries(line)) {
        if answered {
            line.end_try(context.now, Some(call.id), Reach::Reached, plan, offset);
        } else if call.rang_the_other_side() {
            line.end_try(context.now, Some(call.id), Reach::NotReached, plan, offset);
        } else {
            line.take_back_try(call.id);
        }
    }
}
