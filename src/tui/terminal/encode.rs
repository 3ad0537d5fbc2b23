//! Turns changed glyphs into the fewest bytes that draw them on every terminal.
//!
//! The cursor is relied on only behind glyphs whose width all terminals agree on; behind any other it is addressed
//! anew, and such a glyph gets its columns blanked first. Nothing is written here; the bytes are collected.

use std::io::Write as _;

use ratatui::style::{Color, Modifier};

use super::diff::{ON_BLANKS, RowChange, Unit};
use super::scroll::Scroll;

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Any.
    True,
    /// The cube and the greys.
    #[default]
    Indexed,
    /// The sixteen of old.
    Sixteen,
    /// None: bold, underline and reverse only.
    Mono,
}

/// How a glyph looks, in the colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

/// Collects the bytes of frames and remembers what the terminal was left with.
#[derive(Debug)]
pub struct Encoder {
    bytes: Vec<u8>,
    depth: Depth,
    right: u16,
    position: Option<(u16, u16)>,
    pen: Option<Pen>,
    caret: Option<Option<(u16, u16)>>,
}

impl Encoder {
    /// An encoder for a terminal of that many columns, of which nothing else is known.
    pub fn new(depth: Depth, right: u16) -> Encoder {
        Encoder { bytes: Vec::new(), depth, right, position: None, pen: None, caret: None }
    }

    /// Begins a frame. Its first move is absolute, whatever the last one left behind.
    pub fn begin(&mut self) {
        self.bytes.clear();
        self.position = None;
    }

    /// Erases a row before it is drawn on.
    pub fn clear_row(&mut self, y: u16) {
        self.move_to(0, y);
        self.erase();
    }

    /// Moves rows; the ones that come in are blank.
    pub fn scroll(&mut self, scroll: Scroll) {
        self.set_pen(PLAIN);
        let direction = if scroll.down { 'T' } else { 'S' };
        let (top, bottom) = (scroll.top + 1, scroll.bottom);
        // Collecting bytes in memory cannot fail.
        let _ = write!(self.bytes, "\x1b[{top};{bottom}r\x1b[{}{direction}\x1b[r", scroll.by);
        self.position = None;
    }

    /// Writes what changed in a row.
    pub fn row(&mut self, y: u16, change: &RowChange<'_>) {
        for unit in &change.units {
            self.unit(y, unit);
        }
        if let Some(x) = change.erase_from {
            self.move_to(x, y);
            self.erase();
        }
    }

    /// Ends a frame: the cursor goes to the caret, or out of sight. Gives the bytes of the frame.
    pub fn end(&mut self, caret: Option<(u16, u16)>, synchronized_from: Option<usize>) -> Vec<u8> {
        let drawn = !self.bytes.is_empty();
        let shown = self.caret.map(|before| before.is_some());
        if let Some((x, y)) = caret
            && (drawn || self.caret != Some(caret))
        {
            self.position = None;
            self.move_to(x, y);
        }
        if shown != Some(caret.is_some()) {
            self.bytes.extend_from_slice(if caret.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        self.caret = Some(caret);
        let frame = std::mem::take(&mut self.bytes);
        match synchronized_from {
            Some(least) if frame.len() > least => [b"\x1b[?2026h", frame.as_slice(), b"\x1b[?2026l"].concat(),
            _ => frame,
        }
    }

    fn unit(&mut self, y: u16, unit: &Unit<'_>) {
        self.move_to(unit.x, y);
        self.set_pen(self.pen_of(unit));
        if !unit.trusted {
            self.bytes.extend(std::iter::repeat_n(b' ', usize::from(unit.width)));
            self.position = None;
            self.move_to(unit.x, y);
        }
        self.bytes.extend_from_slice(unit.cell.symbol().as_bytes());
        self.position = (unit.trusted && unit.end() < self.right).then_some((unit.end(), y));
    }

    fn erase(&mut self) {
        self.set_pen(PLAIN);
        self.bytes.extend_from_slice(b"\x1b[K");
    }

    fn move_to(&mut self, x: u16, y: u16) {
        if self.position == Some((x, y)) {
            return;
        }
        let absolute = match (x, y) {
            (0, 0) => "\x1b[H".to_owned(),
            (0, _) => format!("\x1b[{}H", y + 1),
            (_, 0) => format!("\x1b[;{}H", x + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let relative = match self.position {
            Some((from, row)) if row == y && from + 1 == x => Some("\x1b[C".to_owned()),
            Some((from, row)) if row == y && from < x => Some(format!("\x1b[{}C", x - from)),
            _ => None,
        };
        let shorter = relative.filter(|relative| relative.len() < absolute.len()).unwrap_or(absolute);
        self.bytes.extend_from_slice(shorter.as_bytes());
        self.position = Some((x, y));
    }

    fn pen_of(&self, unit: &Unit<'_>) -> Pen {
        let cell = unit.cell;
        let mut pen = Pen {
            fg: reduce(cell.fg, self.depth),
            bg: reduce(cell.bg, self.depth),
            modifier: cell.modifier & !(Modifier::SLOW_BLINK | Modifier::RAPID_BLINK | Modifier::HIDDEN),
        };
        // A blank shows no letter, so the pen may keep the colour and the weight it has.
        if let Some(current) = self.pen
            && cell.symbol() == " "
            && !pen.modifier.intersects(ON_BLANKS)
            && !current.modifier.intersects(ON_BLANKS)
        {
            pen.fg = current.fg;
            pen.modifier = current.modifier;
        }
        pen
    }

    fn set_pen(&mut self, pen: Pen) {
        if self.pen == Some(pen) {
            return;
        }
        let fresh = sgr(PLAIN, pen, true);
        let codes = match self.pen {
            Some(current) if pen.modifier.contains(current.modifier) => {
                let delta = sgr(current, pen, false);
                if delta.len() <= fresh.len() { delta } else { fresh }
            }
            _ => fresh,
        };
        // Collecting bytes in memory cannot fail.
        let _ = write!(self.bytes, "\x1b[{codes}m");
        self.pen = Some(pen);
    }
}

/// The codes that lead from one pen to another, after a reset or without one.
fn sgr(from: Pen, to: Pen, reset: bool) -> String {
    let mut codes: Vec<String> = Vec::new();
    for (modifier, code) in MODIFIERS {
        if to.modifier.contains(*modifier) && (reset || !from.modifier.contains(*modifier)) {
            codes.push((*code).to_owned());
        }
    }
    if to.fg != from.fg {
        codes.push(colour(to.fg, 30));
    }
    if to.bg != from.bg {
        codes.push(colour(to.bg, 40));
    }
    // An empty first code is a reset, as is no code at all.
    if reset && !codes.is_empty() {
        codes.insert(0, String::new());
    }
    codes.join(";")
}

const MODIFIERS: &[(Modifier, &str)] = &[
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

fn colour(colour: Color, base: u8) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(index) if index < 8 => (base + index).to_string(),
        Color::Indexed(index) if index < 16 => (base + 52 + index).to_string(),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        _ => (base + 9).to_string(),
    }
}

/// A colour in the depth the terminal has: [`Color::Reset`], [`Color::Indexed`] or [`Color::Rgb`].
fn reduce(colour: Color, depth: Depth) -> Color {
    let colour = match named(colour) {
        Some(index) => Color::Indexed(index),
        None => colour,
    };
    match (depth, colour) {
        (Depth::Mono, _) => Color::Reset,
        (Depth::Indexed, Color::Rgb(red, green, blue)) => Color::Indexed(nearest([red, green, blue], 16..=255)),
        (Depth::Sixteen, Color::Rgb(red, green, blue)) => Color::Indexed(nearest([red, green, blue], 0..=15)),
        (Depth::Sixteen, Color::Indexed(index)) if index > 15 => Color::Indexed(nearest(palette(index), 0..=15)),
        _ => colour,
    }
}

fn named(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        _ => return None,
    })
}

fn nearest(wanted: [u8; 3], among: std::ops::RangeInclusive<u8>) -> u8 {
    let distance = |index: u8| -> u32 {
        palette(index).iter().zip(wanted).map(|(&ours, theirs)| u32::from(ours.abs_diff(theirs)).pow(2)).sum()
    };
    among.min_by_key(|&index| distance(index)).unwrap_or(7)
}

/// What xterm shows for an index.
fn palette(index: u8) -> [u8; 3] {
    let step = |level: u8| if level == 0 { 0 } else { 55 + level * 40 };
    match index {
        0..=15 => {
            let level = if index > 7 { 255 } else { 205 };
            let on = |bit: u8| if index & bit != 0 { level } else { 0 };
            match index {
                7 => [229; 3],
                8 => [127; 3],
                _ => [on(1), on(2), on(4)],
            }
        }
        16..=231 => {
            let cube = index - 16;
            [step(cube / 36), step(cube / 6 % 6), step(cube % 6)]
        }
        _ => [8 + (index - 232) * 10; 3],
    }
}
