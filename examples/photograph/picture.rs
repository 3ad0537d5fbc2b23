//! A screen as a picture: cells to pixels, pixels to PNG. The same screen gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use vt100::Screen;

use super::colour::{DARK, Rgb, mix, of_cell};
use super::font::{CELL, Fonts};
use super::lines::{Covers, drawn};

/// Free room around the screen, in pixels.
pub const PADDING: usize = 26;

/// Steps of covering a pixel can have, the finest first: as many as the colours leave room for in one palette.
const STEPS: [u16; 6] = [32, 20, 14, 10, 7, 5];

/// Pixels, row by row.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<Rgb>,
}

/// How large the picture of so many columns and rows is, in pixels.
pub fn size(columns: usize, rows: usize) -> (usize, usize) {
    (columns * CELL.0 + 2 * PADDING, rows * CELL.1 + 2 * PADDING)
}

impl Picture {
    /// Draws a screen. A character that no font has is an error that names it.
    pub fn of(screen: &Screen, fonts: &Fonts) -> Result<Picture> {
        let mut missing = BTreeSet::new();
        let mut finest = None;
        for steps in STEPS {
            let picture = Picture::with(screen, fonts, steps, &mut missing);
            let fits = picture.palette().len() <= 256;
            finest = Some(picture);
            if fits {
                break;
            }
        }
        if !missing.is_empty() {
            let named: Vec<String> =
                missing.iter().map(|&sign: &char| format!("{sign} U+{:04X}", u32::from(sign))).collect();
            bail!("no font has {}; name one with --font FILE, or see docs/photographs/README.md", named.join(", "));
        }
        finest.ok_or_else(|| anyhow::anyhow!("nothing was drawn"))
    }

    fn with(screen: &Screen, fonts: &Fonts, steps: u16, missing: &mut BTreeSet<char>) -> Picture {
        let (rows, columns) = screen.size();
        let (rows, columns) = (rows.get(), columns.get());
        let (width, height) = size(columns.into(), rows.into());
        let corner = ground_of(screen);
        let mut picture = Picture { width, height, pixels: vec![corner; width * height] };
        for row in 0..rows {
            for column in 0..columns {
                picture.ground(screen, (row, column));
            }
        }
        // Nothing is ever written into the last cell of a terminal, since some would scroll; it goes with its row.
        if let Some(cell) = screen.cell(rows - 1, 0) {
            picture.fill(place((rows - 1, columns - 1)), CELL, of_cell(cell, DARK).1);
        }
        for row in 0..rows {
            for column in 0..columns {
                picture.cell(screen, (row, column), fonts, steps, missing);
            }
        }
        if !screen.hide_cursor() {
            let (row, column) = screen.cursor_position();
            let ink = screen.cell(row, column).map_or(DARK.ink, |cell| of_cell(cell, DARK).0);
            let (x, y) = place((row, column));
            picture.fill((x, y + 2), (2, CELL.1 - 4), ink);
        }
        picture
    }

    fn ground(&mut self, screen: &Screen, at: (u16, u16)) {
        // The second half of a wide character has the ground of the first.
        let Some(cell) = screen.cell(at.0, at.1).filter(|cell| !cell.is_wide_continuation()) else { return };
        let cells = if cell.is_wide() { 2 } else { 1 };
        self.fill(place(at), (CELL.0 * cells, CELL.1), of_cell(cell, DARK).1);
    }

    fn cell(&mut self, screen: &Screen, at: (u16, u16), fonts: &Fonts, steps: u16, missing: &mut BTreeSet<char>) {
        let Some(cell) = screen.cell(at.0, at.1).filter(|cell| !cell.is_wide_continuation()) else { return };
        let (ink, ground) = of_cell(cell, DARK);
        let cells = if cell.is_wide() { 2 } else { 1 };
        let (x, y) = place(at);
        let coarse = |covered: u8| coarse(covered, steps);
        for character in cell.contents().chars().filter(|character| !character.is_whitespace()) {
            if let Some(covers) = drawn(character) {
                self.cover((x as i32, y as i32), CELL.0, &covers, (ink, ground), coarse);
            } else if let Some(letter) = fonts.ink(character, cells, cell.bold()) {
                let corner = (x as i32 + letter.left, y as i32 + letter.top);
                self.cover(corner, letter.width, &letter.covers, (ink, ground), coarse);
            } else {
                missing.insert(character);
            }
        }
        if cell.underline() {
            self.fill((x, y + CELL.1 - 3), (CELL.0 * cells, 1), mix(ink, ground, 170));
        }
    }

    fn cover(
        &mut self,
        (left, top): (i32, i32),
        width: usize,
        covers: &Covers,
        (ink, ground): (Rgb, Rgb),
        coarse: impl Fn(u8) -> u8,
    ) {
        for (row, line) in covers.chunks(width.max(1)).enumerate() {
            for (column, covered) in line.iter().enumerate().filter(|(_, covered)| **covered > 0) {
                let (Ok(x), Ok(y)) = (usize::try_from(left + column as i32), usize::try_from(top + row as i32)) else {
                    continue;
                };
                if x < self.width && y < self.height {
                    self.pixels[y * self.width + x] = mix(ink, ground, coarse(*covered));
                }
            }
        }
    }

    fn fill(&mut self, (x, y): (usize, usize), (width, height): (usize, usize), colour: Rgb) {
        for row in y..(y + height).min(self.height) {
            let end = (x + width).min(self.width);
            self.pixels[row * self.width + x..row * self.width + end].fill(colour);
        }
    }

    fn palette(&self) -> BTreeMap<Rgb, usize> {
        let colours: BTreeSet<Rgb> = self.pixels.iter().copied().collect();
        colours.into_iter().enumerate().map(|(n, colour)| (colour, n)).collect()
    }

    /// The PNG: a palette where the colours fit into one. Nothing but the picture is in it.
    pub fn png(&self) -> Result<Vec<u8>> {
        let palette = self.palette();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, u32::try_from(self.width)?, u32::try_from(self.height)?);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let few = palette.len() <= 256;
        if few {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(palette.keys().flatten().copied().collect::<Vec<u8>>());
            encoder.set_filter(png::Filter::NoFilter);
        } else {
            encoder.set_color(png::ColorType::Rgb);
        }
        let data: Vec<u8> = if few {
            self.pixels.iter().map(|pixel| palette[pixel] as u8).collect()
        } else {
            self.pixels.iter().flatten().copied().collect()
        };
        encoder.write_header()?.write_image_data(&data)?;
        Ok(bytes)
    }
}

/// The ground most cells at the edge of the screen have: what goes around it.
fn ground_of(screen: &Screen) -> Rgb {
    let (rows, _) = screen.size();
    let mut counted: BTreeMap<Rgb, usize> = BTreeMap::new();
    for cell in (0..rows.get()).filter_map(|row| screen.cell(row, 0)) {
        *counted.entry(of_cell(cell, DARK).1).or_default() += 1;
    }
    counted.into_iter().max_by_key(|(_, count)| *count).map_or(DARK.ground, |(colour, _)| colour)
}

fn place((row, column): (u16, u16)) -> (usize, usize) {
    (usize::from(column) * CELL.0 + PADDING, usize::from(row) * CELL.1 + PADDING)
}

/// How much is covered, in so many steps.
fn coarse(covered: u8, steps: u16) -> u8 {
    let step = (u32::from(covered) * u32::from(steps) + 127) / 255;
    u8::try_from(step * 255 / u32::from(steps)).unwrap_or(u8::MAX)
}
