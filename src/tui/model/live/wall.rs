//! The wall: a console that shows and does nothing (R-LIVE-1).

use crate::tui::model::Model;

/// How the wall looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WallForm {
    /// Large figures, to be read from five metres.
    #[default]
    Big,
    /// Everything in rows.
    Dense,
}

impl Model {
    /// This console is a wall, or replays a day: it takes no seat, keeps no drafts and asks the desk to do nothing.
    pub fn is_wall(&self) -> bool {
        self.settings.wall.is_some()
    }
}
