//! `--check`: a fixed screen is drawn, and its borders are looked at pixel by pixel.

use std::num::NonZeroU16;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::colour::Rgb;
use super::font::{CELL, Fonts};
use super::picture::{PADDING, Picture, size};

/// A border around Chinese and Latin, wide and narrow signs, in bold and in reverse.
const SCREEN: &str = "\x1b[38;2;255;0;0m┌──────────────────┐\x1b[m\r\n\
    \x1b[38;2;255;0;0m│\x1b[m\x1b[1m来电\x1b[m “12” … – 80%\x1b[1;20H\x1b[38;2;255;0;0m\x1b[2;20H│\x1b[m\r\n\
    \x1b[38;2;255;0;0m│\x1b[m\x1b[7m回访 ● ▲ ①\x1b[m\x1b[3;20H\x1b[38;2;255;0;0m│\x1b[m\r\n\
    \x1b[38;2;255;0;0m└──────────────────┘\x1b[m\x1b[?25l\x1b[1;20H\x1b[38;2;255;0;0m┐\x1b[m";

const COLUMNS: u16 = 20;
const ROWS: u16 = 4;
const RED: Rgb = [255, 0, 0];

/// Says what is wrong with the drawing, where anything is.
pub fn check(font: Option<&Path>) -> Result<()> {
    let cells = |count: u16| NonZeroU16::new(count).context("a screen without cells");
    let mut parser = vt100::Parser::new(cells(ROWS)?, cells(COLUMNS)?, 0);
    parser.process(SCREEN.as_bytes());
    let fonts = Fonts::open(font)?;
    let picture = Picture::of(parser.screen(), &fonts)?;
    ensure!((picture.width, picture.height) == size(COLUMNS.into(), ROWS.into()), "the picture has another size");
    let red = |x: usize, y: usize| picture.pixels[y * picture.width + x] == RED;
    let middle = (CELL.0 / 2, CELL.1 / 2);
    let (left, right) = (PADDING + middle.0, PADDING + (usize::from(COLUMNS) - 1) * CELL.0 + middle.0);
    let (top, bottom) = (PADDING + middle.1, PADDING + (usize::from(ROWS) - 1) * CELL.1 + middle.1);
    for y in top..=bottom {
        ensure!(red(left, y) && red(right, y), "the upright border is broken at {y}");
    }
    for x in left..=right {
        ensure!(red(x, top) && red(x, bottom), "the level border is broken at {x}");
    }
    for y in 0..picture.height {
        let beyond = (0..picture.width).find(|x| red(*x, y) && !(left - 2..=right + 2).contains(x));
        ensure!(beyond.is_none(), "the border leaves its place at {beyond:?}, {y}");
    }
    ensure!(picture.png()? == Picture::of(parser.screen(), &fonts)?.png()?, "the same screen gives other bytes");
    println!("borders meet; {} × {}", picture.width, picture.height);
    Ok(())
}
