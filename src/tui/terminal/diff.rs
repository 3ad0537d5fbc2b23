//! What has to be written so that the screen shows the new frame: runs of whole glyphs, row by row.
//!
//! A glyph is written again as a whole when anything of it changed, when its borders changed, and when the glyph before
//! it may have been drawn wider by the terminal than we count. Bytes are the encoder's business.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use crate::text::trusted;
use crate::tui::canvas::CONTINUATION;

/// `CSI C` takes three bytes, `CSI 2 C` four.
const LONGEST_BRIDGE: usize = 3;
/// How far a terminal may draw beyond what we count.
const OVERSHOOT: u16 = 2;

/// What shows on a blank too.
pub(super) const ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// A glyph of a row and the columns it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Its first column.
    pub x: u16,
    /// How many columns it takes.
    pub width: u16,
    /// Its first cell, which says how it looks.
    pub cell: &'a Cell,
    /// Whether the terminal is known to advance by exactly this width.
    pub trusted: bool,
}

impl Unit<'_> {
    /// The column after it.
    pub fn end(&self) -> u16 {
        self.x + self.width
    }
}

/// What has to be written in one row.
#[derive(Debug)]
pub struct RowChange<'a> {
    /// The glyphs to write, from left to right.
    pub units: Vec<Unit<'a>>,
    /// From where on the row is to be erased instead of written.
    pub erase_from: Option<u16>,
}

/// The glyphs of a row.
pub fn row_units(buffer: &Buffer, y: u16, box_drawing: bool) -> Vec<Unit<'_>> {
    let mut units: Vec<Unit<'_>> = Vec::with_capacity(usize::from(buffer.area.width));
    for x in buffer.area.left()..buffer.area.right() {
        let Some(cell) = buffer.cell((x, y)) else { continue };
        match units.last_mut() {
            Some(unit) if cell.symbol() == CONTINUATION => unit.width += 1,
            _ => units.push(Unit { x, width: 1, cell, trusted: trusted(cell.symbol(), box_drawing) }),
        }
    }
    units
}

/// What changed in a row from the frame before. The last cell of the screen is never written.
pub fn row_change<'a>(before: &Buffer, after: &'a Buffer, y: u16, box_drawing: bool) -> RowChange<'a> {
    if is_same_row(before, after, y) {
        return RowChange { units: Vec::new(), erase_from: None };
    }
    let units = row_units(after, y, box_drawing);
    let tail = blank_tail(&units, after.area.right());
    let mut change = RowChange { units: Vec::new(), erase_from: None };
    let mut spoilt_until = 0;
    let mut skipped: Vec<Unit<'a>> = Vec::new();
    for unit in units {
        if unit.x >= spoilt_until && !is_changed(before, after, &unit, y) {
            skipped.push(unit);
            continue;
        }
        bridge(&mut change.units, &mut skipped);
        if !unit.trusted {
            spoilt_until = unit.end() + OVERSHOOT;
        }
        if unit.x >= tail {
            change.erase_from = Some(unit.x);
            break;
        }
        if !(unit.end() == after.area.right() && y + 1 == after.area.bottom()) {
            change.units.push(unit);
        }
    }
    change
}

/// A few unchanged blanks between two changes are written with fewer bytes than jumped over.
fn bridge<'a>(written: &mut Vec<Unit<'a>>, skipped: &mut Vec<Unit<'a>>) {
    let short = (1..=LONGEST_BRIDGE).contains(&skipped.len());
    if let Some(last) = written.last()
        && short
        && last.trusted
        && skipped.iter().all(|unit| unit.cell.symbol() == " " && is_alike_ground(unit.cell, last.cell))
    {
        written.append(skipped);
    }
    skipped.clear();
}

/// Whether a blank can be written with the pen of another cell.
fn is_alike_ground(blank: &Cell, other: &Cell) -> bool {
    blank.bg == other.bg && !(blank.modifier | other.modifier).intersects(ON_BLANKS)
}

fn is_same_row(before: &Buffer, after: &Buffer, y: u16) -> bool {
    let width = usize::from(after.area.width);
    let start = usize::from(y - after.area.y) * width;
    let row = start..start + width;
    match (before.content.get(row.clone()), after.content.get(row)) {
        (Some(old), Some(new)) => old == new,
        _ => false,
    }
}

fn is_changed(before: &Buffer, after: &Buffer, unit: &Unit<'_>, y: u16) -> bool {
    let differs = |x: u16| before.cell((x, y)) != after.cell((x, y));
    let was_crossed = || before.cell((unit.end(), y)).is_some_and(|cell| cell.symbol() == CONTINUATION);
    (unit.x..unit.end()).any(differs) || (unit.end() < after.area.right() && was_crossed())
}

/// Where the blanks begin that reach to the end of the row and look like erased ones. A tail of a few blanks is written
/// more cheaply than erased, but also looks the same, so it counts from the second column on.
fn blank_tail(units: &[Unit<'_>], right: u16) -> u16 {
    let blanks = units.iter().rev().take_while(|unit| is_erased(unit.cell)).last();
    blanks.map_or(right, |unit| unit.x)
}

/// Whether a cell looks as if it had been erased without any style.
pub fn is_erased(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(ON_BLANKS)
}
