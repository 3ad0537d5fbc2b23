//! `ringdesk wall`: the live queue on a screen of its own. It takes no seat, keeps no drafts, and asks the desk to do
//! nothing.

use super::arguments::{Screen, Wanted};
use super::console::{Door, at_terminal, options, show};
use crate::text::Say;
use crate::tui::model::WallForm;
use crate::tui::run::{Connector, ConsoleOptions};

pub fn wall(wanted: &Wanted, screen: Screen, dense: bool) -> Result<u8, Say> {
    at_terminal()?;
    let mut door = Door::new(wanted, screen.staff.clone());
    show(wall_options(wanted, screen, dense, Box::new(move || door.open()))?)
}

/// What a wall is started with: nothing of it rings, flashes, takes the mouse or is kept.
pub fn wall_options(wanted: &Wanted, screen: Screen, dense: bool, connector: Connector) -> Result<ConsoleOptions, Say> {
    Ok(ConsoleOptions {
        rehearse: Box::new(|| Err(Say::new("wall.not_here"))),
        bell: false,
        flash: false,
        mouse: false,
        phone: None,
        state_dir: None,
        wall: Some(if dense { WallForm::Dense } else { WallForm::Big }),
        ..options(wanted, screen, connector)?
    })
}
