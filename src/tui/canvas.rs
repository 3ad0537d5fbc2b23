//! The only way text reaches cells: cleaned, measured by the terminal's own mode, never half a character.
//!
//! A wide character stands in its first cell; the cells it covers further hold the empty string, which says so. Who
//! writes over a part of a wide character blanks the rest of it. No widget of an outside crate draws here: they measure
//! for themselves, and differently.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::text::clean::mask_right_to_left;
use crate::text::width::graphemes;
use crate::text::{Ambiguous, clean_capped, shorten, stand, trusted, width};

/// What the terminal was found to do, or was told to by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The columns of characters that Unicode leaves open.
    pub ambiguous: Ambiguous,
    /// Draw boxes with `+ - |`, because the terminal draws `─` two columns wide or nobody knows.
    pub ascii_borders: bool,
    /// Draw a stand-in of the same width for every ambiguous character of two columns: who shows the screen counts them
    /// so, and the terminal behind it may not.
    pub plain_signs: bool,
    /// Draw a stand-in for wide characters newer than Unicode 14: the terminal may count them otherwise, or show
    /// nothing.
    pub plain_rare: bool,
}

impl Policy {
    /// A policy that draws every character as it is.
    pub const fn new(ambiguous: Ambiguous, ascii_borders: bool) -> Policy {
        Policy { ambiguous, ascii_borders, plain_signs: false, plain_rare: false }
    }

    /// What is drawn in the place of a glyph of so many columns, where it is not drawn itself.
    fn stand_in(self, glyph: &str, columns: u16) -> Option<char> {
        if columns < stand::COLUMNS || glyph.is_ascii() {
            return None;
        }
        let rare = if self.plain_rare { stand::for_newer(glyph) } else { None };
        rare.or_else(|| if self.plain_signs { stand::for_ambiguous(glyph) } else { None })
    }
}

/// What a cell holds that belongs to the wide character before it.
pub const CONTINUATION: &str = "";

/// A screen to draw on.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    policy: Policy,
}

impl Canvas<'_> {
    /// A canvas over a buffer.
    pub fn new(buffer: &mut Buffer, policy: Policy) -> Canvas<'_> {
        Canvas { buffer, policy }
    }

    /// What may be drawn on. A terminal with wide ambiguous characters keeps its last column empty: what goes wrong
    /// there scrolls the whole screen.
    pub fn area(&self) -> Rect {
        let whole = self.buffer.area;
        match self.policy.ambiguous {
            Ambiguous::Narrow => whole,
            Ambiguous::Wide => Rect { width: whole.width.saturating_sub(1), ..whole },
        }
    }

    /// What the terminal was found to do.
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Writes a text, as much of it as goes into `max_width`; gives the columns used. What the style leaves open stays
    /// as it is.
    pub fn put(&mut self, x: u16, y: u16, text: &str, max_width: u16, style: Style) -> u16 {
        self.put_as_is(x, y, &mask_right_to_left(text), max_width, style)
    }

    /// [`Canvas::put`] with right-to-left letters shown as they are: for a row that holds nothing else.
    pub fn put_alone(&mut self, x: u16, y: u16, text: &str, max_width: u16, style: Style) -> u16 {
        self.put_as_is(x, y, text, max_width, style)
    }

    /// Writes a text that ends before a column; gives the columns used. A text too long loses its end.
    pub fn put_right(&mut self, right_x_exclusive: u16, y: u16, text: &str, max_width: u16, style: Style) -> u16 {
        let room = max_width.min(right_x_exclusive.saturating_sub(self.area().x));
        let masked = mask_right_to_left(text);
        let cleaned = clean_capped(&masked, usize::from(room), self.policy.ambiguous);
        let used = columns(&cleaned, self.policy.ambiguous);
        self.put_as_is(right_x_exclusive.saturating_sub(used), y, &cleaned, used, style)
    }

    /// Writes a text into exactly so many columns: padded, or cut with `..` at its end.
    pub fn put_fit(&mut self, x: u16, y: u16, text: &str, width: u16, style: Style) {
        let short = shorten(&mask_right_to_left(text), usize::from(width), self.policy.ambiguous);
        let used = self.put_as_is(x, y, &short, width, style);
        self.blank(x.saturating_add(used), y, width - used, style);
    }

    /// Blanks an area in a style; what it had before is gone.
    pub fn fill(&mut self, area: Rect, style: Style) {
        for y in self.rows(area) {
            let (left, right) = self.span(area.x, area.width);
            self.cut(left, y);
            self.cut(right, y);
            for x in left..right {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
    }

    /// Changes the style of an area and none of its text. A wide character at the edge changes as a whole.
    pub fn restyle(&mut self, area: Rect, style: Style) {
        for y in self.rows(area) {
            let (left, right) = self.span(area.x, area.width);
            let (left, right) = (self.head_of(left, y), self.end_of(right, y));
            for x in left..right {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.set_style(style);
                }
            }
        }
    }

    /// As `restyle`; but what stands on a ground of its own, other than this one, keeps its colours.
    pub fn restyle_on(&mut self, area: Rect, style: Style, ground: Option<Color>) {
        let plain = ground.unwrap_or_default();
        for y in self.rows(area) {
            let (left, right) = self.span(area.x, area.width);
            let (left, right) = (self.head_of(left, y), self.end_of(right, y));
            for x in left..right {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    let (ink, own) = (cell.fg, cell.bg);
                    cell.set_style(style);
                    if own != plain {
                        (cell.fg, cell.bg) = (ink, own);
                    }
                }
            }
        }
    }

    /// Draws a box along the inner edge of an area, a title in its upper side. What is inside stays.
    pub fn frame(&mut self, area: Rect, title: &str, style: Style, title_style: Style) {
        let area = area.intersection(self.area());
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (left, right) = (area.x, area.right() - 1);
        let (top, bottom) = (area.y, area.bottom() - 1);
        self.hline(left, top, area.width, style);
        self.hline(left, bottom, area.width, style);
        self.vline(left, top, area.height, style);
        self.vline(right, top, area.height, style);
        let corners = if self.policy.ascii_borders { ["+"; 4] } else { ["┌", "┐", "└", "┘"] };
        for ((x, y), corner) in [(left, top), (right, top), (left, bottom), (right, bottom)].into_iter().zip(corners) {
            self.put_glyph(x, y, corner, 1, style);
        }
        if !title.is_empty() && area.width >= 6 {
            let room = usize::from(area.width - 4);
            let short = shorten(&mask_right_to_left(title), room - 2, self.policy.ambiguous);
            self.put_as_is(left + 2, top, &format!(" {short} "), area.width - 4, title_style);
        }
    }

    /// Draws a line to the right.
    pub fn hline(&mut self, x: u16, y: u16, width: u16, style: Style) {
        let glyph = if self.policy.ascii_borders { "-" } else { "─" };
        let (left, right) = self.span(x, width);
        for x in left..right {
            self.put_glyph(x, y, glyph, 1, style);
        }
    }

    /// Draws a line downwards.
    pub fn vline(&mut self, x: u16, y: u16, height: u16, style: Style) {
        let glyph = if self.policy.ascii_borders { "|" } else { "│" };
        for y in self.rows(Rect { x, y, width: 1, height }) {
            self.put_glyph(x, y, glyph, 1, style);
        }
    }

    /// Draws how much of something has gone, in thousandths. Two backgrounds where the styles have them, else `#`
    /// and `-`. What has begun shows at least one column, what is not over leaves at least one.
    pub fn bar(&mut self, x: u16, y: u16, width: u16, permille: u32, filled: Style, empty: Style) {
        let exact = u32::from(width) * permille.min(1000);
        let mut full = u16::try_from(exact / 1000).unwrap_or(width);
        if permille > 0 && full == 0 && width > 0 {
            full = 1;
        }
        let coloured = is_background(filled) && filled.bg != empty.bg;
        let (done, left) = if coloured { (" ", " ") } else { ("#", "-") };
        let (begin, end) = self.span(x, width);
        for column in begin..end {
            let (glyph, style) = if column - x < full { (done, filled) } else { (left, empty) };
            self.put_glyph(column, y, glyph, 1, style);
        }
    }

    fn put_as_is(&mut self, x: u16, y: u16, text: &str, max_width: u16, style: Style) -> u16 {
        let area = self.area();
        if !self.rows(Rect { x, y, width: 1, height: 1 }).contains(&y) || x < area.x || x >= area.right() {
            return 0;
        }
        let room = max_width.min(area.right() - x);
        let cleaned = clean_capped(text, usize::from(room), self.policy.ambiguous);
        let mut used = 0;
        for (grapheme, columns) in graphemes(&cleaned, self.policy.ambiguous) {
            let columns = u16::try_from(columns).unwrap_or(room);
            if columns == 0 || used + columns > room {
                continue;
            }
            self.put_glyph(x + used, y, grapheme, columns, style);
            used += columns;
        }
        used
    }

    fn blank(&mut self, x: u16, y: u16, width: u16, style: Style) {
        for x in x..x.saturating_add(width) {
            self.put_glyph(x, y, " ", 1, style);
        }
    }

    /// Writes one measured, cleaned glyph, or blanks where the terminal's last column does not bear it.
    #[allow(clippy::disallowed_methods, reason = "this is the one place")]
    fn put_glyph(&mut self, x: u16, y: u16, glyph: &str, columns: u16, style: Style) {
        let area = self.area();
        let end = x.saturating_add(columns);
        if !area.contains((x, y).into()) || end > area.right() {
            return;
        }
        self.cut(x, y);
        self.cut(end, y);
        let stand_in = self.policy.stand_in(glyph, columns);
        let mut bytes = [0; 4];
        let (glyph, glyph_end): (&str, u16) = match stand_in {
            Some(character) => (character.encode_utf8(&mut bytes), x + stand::COLUMNS),
            None => (glyph, end),
        };
        let shown = self.bears(end, y, glyph);
        for column in x..end {
            let symbol = match (shown && column < glyph_end, column == x) {
                (true, true) => glyph,
                (true, false) => CONTINUATION,
                (false, _) => " ",
            };
            if let Some(cell) = self.buffer.cell_mut((column, y)) {
                cell.set_symbol(symbol).set_style(style);
            }
        }
    }

    /// The last column bears only what every terminal advances over in the same way, the last cell of the screen
    /// nothing at all.
    fn bears(&self, end: u16, y: u16, glyph: &str) -> bool {
        let screen = self.buffer.area;
        end < screen.right() || (trusted(glyph, !self.policy.ascii_borders) && y + 1 < screen.bottom())
    }

    /// Makes column `x` the begin of a glyph: one that reaches over it becomes blanks.
    #[allow(clippy::disallowed_methods, reason = "this is the one place")]
    fn cut(&mut self, x: u16, y: u16) {
        if !self.continues(x, y) {
            return;
        }
        for column in self.head_of(x, y)..self.end_of(x, y) {
            if let Some(cell) = self.buffer.cell_mut((column, y)) {
                cell.set_symbol(" ");
            }
        }
    }

    fn continues(&self, x: u16, y: u16) -> bool {
        self.buffer.cell((x, y)).is_some_and(|cell| cell.symbol() == CONTINUATION)
    }

    fn head_of(&self, mut x: u16, y: u16) -> u16 {
        while x > self.buffer.area.x && self.continues(x, y) {
            x -= 1;
        }
        x
    }

    fn end_of(&self, mut x: u16, y: u16) -> u16 {
        while self.continues(x, y) {
            x += 1;
        }
        x
    }

    fn rows(&self, area: Rect) -> std::ops::Range<u16> {
        let ours = self.buffer.area;
        area.y.max(ours.y)..area.bottom().min(ours.bottom())
    }

    fn span(&self, x: u16, width: u16) -> (u16, u16) {
        let ours = self.area();
        let left = x.max(ours.x);
        (left, x.saturating_add(width).min(ours.right()).max(left))
    }
}

fn columns(text: &str, ambiguous: Ambiguous) -> u16 {
    u16::try_from(width(text, ambiguous)).unwrap_or(u16::MAX)
}

fn is_background(style: Style) -> bool {
    style.add_modifier.contains(Modifier::REVERSED) || style.bg.is_some_and(|colour| colour != Color::Reset)
}
