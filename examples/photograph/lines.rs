//! Borders, bars and dots are drawn, not written: a line meets the next cell's line without a gap in any font.

use super::font::CELL;

/// How much of each pixel of a cell is covered, of 255, row by row.
pub type Covers = Vec<u8>;

const WIDE: f32 = CELL.0 as f32;
const HIGH: f32 = CELL.1 as f32;
/// Half the thickness of a thin and of a thick line.
const THIN: f32 = 1.0;
const THICK: f32 = 2.0;
/// How far the two lines of a double one stand from its middle.
const APART: f32 = 3.0;

/// The arms of a character of lines: left, right, up, down; 0 none, 1 thin, 2 thick, 3 double.
fn arms(character: char) -> Option<[u8; 4]> {
    const THIN_ONES: &[(char, [u8; 4])] = &[
        ('─', [1, 1, 0, 0]),
        ('━', [2, 2, 0, 0]),
        ('│', [0, 0, 1, 1]),
        ('┃', [0, 0, 2, 2]),
        ('┌', [0, 1, 0, 1]),
        ('┐', [1, 0, 0, 1]),
        ('└', [0, 1, 1, 0]),
        ('┘', [1, 0, 1, 0]),
        ('├', [0, 1, 1, 1]),
        ('┤', [1, 0, 1, 1]),
        ('┬', [1, 1, 0, 1]),
        ('┴', [1, 1, 1, 0]),
        ('┼', [1, 1, 1, 1]),
        ('┏', [0, 2, 0, 2]),
        ('┓', [2, 0, 0, 2]),
        ('┗', [0, 2, 2, 0]),
        ('┛', [2, 0, 2, 0]),
        ('┣', [0, 2, 2, 2]),
        ('┫', [2, 0, 2, 2]),
        ('┳', [2, 2, 0, 2]),
        ('┻', [2, 2, 2, 0]),
        ('╋', [2, 2, 2, 2]),
        ('┠', [0, 1, 2, 2]),
        ('┨', [1, 0, 2, 2]),
        ('┝', [0, 2, 1, 1]),
        ('┥', [2, 0, 1, 1]),
        ('┯', [2, 2, 0, 1]),
        ('┷', [2, 2, 1, 0]),
        ('┿', [2, 2, 1, 1]),
        ('═', [3, 3, 0, 0]),
        ('║', [0, 0, 3, 3]),
        ('╔', [0, 3, 0, 3]),
        ('╗', [3, 0, 0, 3]),
        ('╚', [0, 3, 3, 0]),
        ('╝', [3, 0, 3, 0]),
        ('╠', [0, 3, 3, 3]),
        ('╣', [3, 0, 3, 3]),
        ('╦', [3, 3, 0, 3]),
        ('╩', [3, 3, 3, 0]),
        ('╬', [3, 3, 3, 3]),
        ('╴', [1, 0, 0, 0]),
        ('╵', [0, 0, 1, 0]),
        ('╶', [0, 1, 0, 0]),
        ('╷', [0, 0, 0, 1]),
        ('╸', [2, 0, 0, 0]),
        ('╹', [0, 0, 2, 0]),
        ('╺', [0, 2, 0, 0]),
        ('╻', [0, 0, 0, 2]),
    ];
    THIN_ONES.iter().find(|(drawn, _)| *drawn == character).map(|(_, arms)| *arms)
}

/// A cell covered in these rectangles (left, top, right, bottom), to parts of a pixel.
fn boxes(all: &[[f32; 4]]) -> Covers {
    let overlap = |from: f32, to: f32, at: usize| (to.min(at as f32 + 1.0) - from.max(at as f32)).clamp(0.0, 1.0);
    let pixel = |x: usize, y: usize| {
        let covered = all.iter().map(|one| overlap(one[0], one[2], x) * overlap(one[1], one[3], y));
        (covered.fold(0.0, f32::max) * 255.0).round() as u8
    };
    (0..CELL.1).flat_map(|y| (0..CELL.0).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

/// The middle of a cell, on the edge of a pixel, so that a thin line is two whole ones wide.
fn middle() -> (f32, f32) {
    ((WIDE / 2.0).floor(), (HIGH / 2.0).floor())
}

fn lines(arms: [u8; 4]) -> Covers {
    let (x, y) = middle();
    let half = |arm: u8| if arm == 2 { THICK } else { THIN };
    let reach = arms.into_iter().map(|arm| if arm == 3 { APART + THIN } else { half(arm) }).fold(THIN, f32::max);
    let mut all = Vec::new();
    for (side, arm) in arms.into_iter().enumerate().filter(|(_, arm)| *arm > 0) {
        let offsets: &[f32] = if arm == 3 { &[-APART, APART] } else { &[0.0] };
        for offset in offsets {
            let half = half(arm);
            all.push(match side {
                0 => [0.0, y + offset - half, x + reach, y + offset + half],
                1 => [x - reach, y + offset - half, WIDE, y + offset + half],
                2 => [x + offset - half, 0.0, x + offset + half, y + reach],
                _ => [x + offset - half, y - reach, x + offset + half, HIGH],
            });
        }
    }
    boxes(&all)
}

/// A rounded corner: two straight ends and a quarter of a circle between them.
fn rounded(right: bool, down: bool) -> Covers {
    let (x, y) = middle();
    let radius = 6.0_f32;
    let (side, below) = (if right { 1.0 } else { -1.0 }, if down { 1.0 } else { -1.0 });
    let pixel = |px: usize, py: usize| {
        // As if it were the corner to the right and downwards.
        let (h, v) = ((px as f32 + 0.5 - x) * side, (py as f32 + 0.5 - y) * below);
        let distance = if h >= radius && v < radius {
            v.abs()
        } else if v >= radius {
            h.abs()
        } else {
            (((h - radius).powi(2) + (v - radius).powi(2)).sqrt() - radius).abs()
        };
        ((THIN + 0.5 - distance).clamp(0.0, 1.0) * 255.0).round() as u8
    };
    (0..CELL.1).flat_map(|y| (0..CELL.0).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

fn dashed(dashes: usize, half: f32, upright: bool) -> Covers {
    let (x, y) = middle();
    let length = if upright { HIGH } else { WIDE };
    let step = length / dashes as f32;
    let dash = |n: usize| {
        let (from, to) = (n as f32 * step + step * 0.2, n as f32 * step + step * 0.8);
        if upright { [x - half, from, x + half, to] } else { [from, y - half, to, y + half] }
    };
    boxes(&(0..dashes).map(dash).collect::<Vec<_>>())
}

/// Eighths of a cell and its quarters.
fn block(character: char) -> Option<Covers> {
    let code = u32::from(character);
    let eighth = |n: u32| n as f32 / 8.0;
    let (x, y) = (WIDE / 2.0, HIGH / 2.0);
    let quarters = |which: u8| {
        let all = [[0.0, 0.0, x, y], [x, 0.0, WIDE, y], [0.0, y, x, HIGH], [x, y, WIDE, HIGH]];
        let kept = all.into_iter().enumerate().filter(|(n, _)| which & (1 << n) != 0);
        boxes(&kept.map(|(_, one)| one).collect::<Vec<_>>())
    };
    Some(match code {
        0x2580 => boxes(&[[0.0, 0.0, WIDE, y]]),
        0x2581..=0x2588 => boxes(&[[0.0, (HIGH * (1.0 - eighth(code - 0x2580))).round(), WIDE, HIGH]]),
        0x2589..=0x258f => boxes(&[[0.0, 0.0, (WIDE * eighth(0x2590 - code)).max(1.0), HIGH]]),
        0x2590 => boxes(&[[x, 0.0, WIDE, HIGH]]),
        0x2591 => vec![64; CELL.0 * CELL.1],
        0x2592 => vec![128; CELL.0 * CELL.1],
        0x2593 => vec![191; CELL.0 * CELL.1],
        0x2594 => boxes(&[[0.0, 0.0, WIDE, HIGH / 8.0]]),
        0x2595 => boxes(&[[WIDE * 0.875, 0.0, WIDE, HIGH]]),
        0x2596..=0x259f => quarters([4, 8, 1, 13, 9, 7, 11, 2, 6, 14][code as usize - 0x2596]),
        _ => return None,
    })
}

/// Eight dots.
fn braille(character: char) -> Option<Covers> {
    let dots = u32::from(character).checked_sub(0x2800).filter(|dots| *dots < 256)?;
    let place = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    let (step_x, step_y) = (WIDE / 2.0, HIGH / 4.0);
    let dot = |(column, row): (usize, usize)| {
        let (x, y) = ((column as f32 + 0.5) * step_x, (row as f32 + 0.5) * step_y);
        [x - 2.0, y - 2.0, x + 2.0, y + 2.0]
    };
    let there = place.into_iter().enumerate().filter(|(n, _)| dots & (1 << n) != 0);
    Some(boxes(&there.map(|(_, place)| dot(place)).collect::<Vec<_>>()))
}

/// How a cell of lines, bars or dots is covered; nothing for a character that is written.
pub fn drawn(character: char) -> Option<Covers> {
    Some(match character {
        '╭' => rounded(true, true),
        '╮' => rounded(false, true),
        '╰' => rounded(true, false),
        '╯' => rounded(false, false),
        '╌' => dashed(2, THIN, false),
        '┄' => dashed(3, THIN, false),
        '┈' => dashed(4, THIN, false),
        '╍' => dashed(2, THICK, false),
        '┅' => dashed(3, THICK, false),
        '┉' => dashed(4, THICK, false),
        '╎' => dashed(2, THIN, true),
        '┆' => dashed(3, THIN, true),
        '┊' => dashed(4, THIN, true),
        _ => return arms(character).map(lines).or_else(|| block(character)).or_else(|| braille(character)),
    })
}
