//! Finds rows that only moved, so that the terminal can move them instead of getting them again.
//!
//! Whole rows only: where something beside a list stays, nothing is moved. The last row of the screen never moves,
//! because its last cell is not what the buffer says.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::{Buffer, Cell};

/// Fewer rows saved are not worth it.
const LEAST_GAIN: i32 = 3;

/// Rows that move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scroll {
    /// The first row of the part that moves.
    pub top: u16,
    /// The row after its last.
    pub bottom: u16,
    /// By how many rows.
    pub by: u16,
    /// Towards the end of the screen.
    pub down: bool,
}

/// The move that saves the most rows.
pub fn find(before: &Buffer, after: &Buffer) -> Option<Scroll> {
    let rows = after.area.height.saturating_sub(1);
    let (before, after) = (digests(before, rows), digests(after, rows));
    let same: Vec<bool> = before.iter().zip(&after).map(|(old, new)| old == new).collect();
    let changed = same.iter().filter(|&&same| !same).count();
    if i32::try_from(changed).ok()? <= LEAST_GAIN {
        return None;
    }
    let mut best: Option<(i32, Scroll)> = None;
    for by in 1..rows {
        for down in [false, true] {
            for scroll in runs(&before, &after, by, down) {
                let gain = gain(scroll, &same);
                if gain >= LEAST_GAIN && best.is_none_or(|(most, _)| gain > most) {
                    best = Some((gain, scroll));
                }
            }
        }
    }
    best.map(|(_, scroll)| scroll)
}

/// The stretches of rows that were moved by just so many rows.
fn runs(before: &[u64], after: &[u64], by: u16, down: bool) -> Vec<Scroll> {
    let mut found: Vec<Scroll> = Vec::new();
    let mut open = false;
    let later = usize::from(by);
    let pairs =
        if down { before.iter().zip(after.iter().skip(later)) } else { after.iter().zip(before.iter().skip(later)) };
    for (first, (one, other)) in (0..).zip(pairs) {
        let moved = one == other;
        match found.last_mut() {
            Some(run) if moved && open => run.bottom += 1,
            _ if moved => found.push(Scroll { top: first, bottom: first + by + 1, by, down }),
            _ => {}
        }
        open = moved;
    }
    found
}

/// How many rows need not be written, less those that have to be because they went with the others.
fn gain(scroll: Scroll, same: &[bool]) -> i32 {
    let at = |y: u16| same.get(usize::from(y)).copied().unwrap_or(true);
    let count = |rows: std::ops::Range<u16>, wanted: bool| rows.filter(|&y| at(y) == wanted).count() as i32;
    let edge = if scroll.down { scroll.top + scroll.by } else { scroll.bottom - scroll.by };
    let (moved, lost) =
        if scroll.down { (edge..scroll.bottom, scroll.top..edge) } else { (scroll.top..edge, edge..scroll.bottom) };
    count(moved, false) - count(lost, true)
}

/// One number for each row. Two rows that get the same one by chance cost bytes, never a wrong screen: what a move did
/// is compared cell by cell afterwards.
fn digests(buffer: &Buffer, rows: u16) -> Vec<u64> {
    let width = usize::from(buffer.area.width).max(1);
    let digest = |row: &[Cell]| {
        let mut hasher = DefaultHasher::new();
        row.hash(&mut hasher);
        hasher.finish()
    };
    buffer.content.chunks(width).take(usize::from(rows)).map(digest).collect()
}

impl Scroll {
    /// Does to a buffer what the terminal does to its screen.
    pub fn apply(self, buffer: &mut Buffer) {
        let width = usize::from(buffer.area.width);
        let range = usize::from(self.top) * width..usize::from(self.bottom) * width;
        let Some(cells) = buffer.content.get_mut(range) else { return };
        let shift = usize::from(self.by) * width;
        let blanked = if self.down {
            cells.rotate_right(shift);
            0..shift
        } else {
            cells.rotate_left(shift);
            cells.len() - shift..cells.len()
        };
        for cell in cells.get_mut(blanked).into_iter().flatten() {
            cell.reset();
        }
    }
}
