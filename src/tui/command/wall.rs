//! Keys of the wall, and of a day that is replayed. None of them asks the desk for anything.

use super::{Def, Effect, Outcome, Place};
use crate::domain::{Millis, Stamp};
use crate::text::Say;
use crate::tui::model::{Model, WallForm};

/// How far one key goes.
const JUMP_MS: Millis = 5 * 60_000;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("wall.big", Place::Wall, |model| form(model, WallForm::Big)),
    Def::new("wall.dense", Place::Wall, |model| form(model, WallForm::Dense)),
    Def::new("wall.leave", Place::Wall, |_| Ok(vec![Effect::Quit])),
    Def::new("replay.pause", Place::Wall, pause).when(replays),
    Def::new("replay.faster", Place::Wall, |model| speed(model, 1)).when(replays),
    Def::new("replay.slower", Place::Wall, |model| speed(model, -1)).when(replays),
    Def::new("replay.back", Place::Wall, |model| go(model, |now, _| now.plus(-JUMP_MS))).when(replays),
    Def::new("replay.forward", Place::Wall, |model| go(model, |now, _| now.plus(JUMP_MS))).when(replays),
    Def::new("replay.first", Place::Wall, |model| go(model, |_, (begin, _)| begin)).when(replays),
    Def::new("replay.last", Place::Wall, |model| go(model, |_, (_, end)| end)).when(replays),
];

fn form(model: &mut Model, form: WallForm) -> Outcome {
    model.settings.wall = Some(form);
    Ok(Vec::new())
}

fn replays(model: &Model) -> Result<(), Say> {
    if model.replay.is_some() { Ok(()) } else { Err(Say::new("wall.not_replay")) }
}

fn pause(model: &mut Model) -> Outcome {
    if let Some(replay) = &mut model.replay {
        replay.paused = !replay.paused;
    }
    Ok(Vec::new())
}

fn speed(model: &mut Model, step: isize) -> Outcome {
    if let Some(replay) = &mut model.replay {
        replay.change_speed(step);
    }
    Ok(Vec::new())
}

/// Goes elsewhere in the day. The begin and the end are those of what was written: before and after it nothing happens.
fn go(model: &mut Model, to: fn(Stamp, (Stamp, Stamp)) -> Stamp) -> Outcome {
    if let Some(replay) = &model.replay {
        let ends = (replay.first().plus(-1), replay.last());
        model.replay_to(to(model.now, ends));
    }
    Ok(Vec::new())
}
