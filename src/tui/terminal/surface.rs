//! The screen as it is and as it shall be, and the bytes that lead from one to the other.
//!
//! One frame is one slice of bytes for one write. A frame that changes nothing has none.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::diff::row_change;
use super::encode::{Depth, Encoder};
use super::probe::Probe;
use super::scroll;
use crate::tui::canvas::{Canvas, Policy};

/// Smaller frames arrive whole anyway.
const SYNCHRONIZED_FROM: usize = 4096;

/// What is known of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Widths and borders.
    pub policy: Policy,
    /// Colours.
    pub depth: Depth,
    /// The terminal said that it shows a frame at once when asked to.
    pub synchronized: bool,
    /// The terminal can move rows within a part of the screen.
    pub scroll: bool,
}

impl Profile {
    /// What the environment and a probe say: `TERM`, `COLORTERM`, and whether `NO_COLOR` is set.
    pub fn of(term: &str, colour_term: &str, no_colour: bool, probe: &Probe) -> Profile {
        let depth = match (term, colour_term) {
            _ if no_colour || term.starts_with("vt") || term == "dumb" => Depth::Mono,
            (_, "truecolor" | "24bit") => Depth::True,
            _ if term.ends_with("-direct") => Depth::True,
            _ if term.contains("256color") || term.contains("kitty") || term.contains("alacritty") => Depth::Indexed,
            _ => Depth::Sixteen,
        };
        // The Linux console does not know the sequences that move rows.
        let scroll = !matches!(term, "linux" | "dumb" | "");
        Profile { policy: probe.policy(), depth, synchronized: probe.sync, scroll }
    }
}

/// The screen.
#[derive(Debug)]
pub struct Surface {
    shown: Buffer,
    next: Buffer,
    profile: Profile,
    encoder: Encoder,
    known: bool,
}

impl Surface {
    /// A surface for a screen of which only the size is known.
    pub fn new(width: u16, height: u16, profile: Profile) -> Surface {
        let area = Rect::new(0, 0, width, height);
        Surface {
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            profile,
            encoder: Encoder::new(profile.depth, width),
            known: false,
        }
    }

    /// The whole screen. A canvas may leave its last column out.
    pub fn area(&self) -> Rect {
        self.next.area
    }

    /// What is known of the terminal.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Takes another size; the next frame draws everything.
    pub fn resize(&mut self, width: u16, height: u16) {
        *self = Surface::new(width, height, self.profile);
    }

    /// Takes what another probe found; the next frame draws everything.
    pub fn set_profile(&mut self, profile: Profile) {
        let area = self.area();
        *self = Surface::new(area.width, area.height, profile);
    }

    /// Forgets what the screen shows, because somebody else wrote to it; the next frame draws everything.
    pub fn invalidate(&mut self) {
        self.set_profile(self.profile);
    }

    /// Draws a frame and gives its bytes. The cursor goes to the caret, or is hidden where there is none.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Canvas<'_>), caret: Option<(u16, u16)>) -> Vec<u8> {
        self.draw_with(|canvas| {
            paint(canvas);
            caret
        })
    }

    /// [`Surface::draw`] where the caret is found while painting.
    pub fn draw_with(&mut self, paint: impl FnOnce(&mut Canvas<'_>) -> Option<(u16, u16)>) -> Vec<u8> {
        self.next.reset();
        let caret = paint(&mut Canvas::new(&mut self.next, self.profile.policy));
        let box_drawing = !self.profile.policy.ascii_borders;
        self.encoder.begin();
        if self.known
            && self.profile.scroll
            && let Some(found) = scroll::find(&self.shown, &self.next)
        {
            self.encoder.scroll(found);
            found.apply(&mut self.shown);
        }
        for y in self.next.area.top()..self.next.area.bottom() {
            if !self.known {
                self.encoder.clear_row(y);
            }
            self.encoder.row(y, &row_change(&self.shown, &self.next, y, box_drawing));
        }
        self.known = true;
        std::mem::swap(&mut self.shown, &mut self.next);
        let area = self.shown.area;
        let caret = caret.filter(|&at| area.contains(at.into()));
        self.encoder.end(caret, self.profile.synchronized.then_some(SYNCHRONIZED_FROM))
    }
}
