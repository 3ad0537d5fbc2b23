//! Letters: the fonts beside this file, and one more where somebody names one.

use std::path::Path;

use ab_glyph::{Font as _, FontArc, FontRef, FontVec, Glyph, GlyphId, PxScale, ScaleFont as _};
use anyhow::{Context as _, Result};

/// A cell, in pixels: the em of a wide character is two of them wide, and lines stand a quarter of it apart.
pub const CELL: (usize, usize) = (13, 32);
const EM: f32 = 26.0;
const BASELINE: f32 = 26.0;
/// The least room left of and right of what is made narrower.
const MARGIN: f32 = 0.5;

/// How much of each pixel a letter covers, from the left upper corner of its cell on.
pub struct Ink {
    pub left: i32,
    pub top: i32,
    pub width: usize,
    /// Of 255, row by row.
    pub covers: Vec<u8>,
}

/// The fonts, in the order they are asked.
pub struct Fonts {
    wide: [FontArc; 2],
    narrow: [FontArc; 2],
    more: Option<FontArc>,
}

fn kept(bytes: &'static [u8]) -> Result<FontArc> {
    Ok(FontArc::new(FontRef::try_from_slice(bytes)?))
}

impl Fonts {
    /// The fonts of this repository, and one from a file.
    pub fn open(more: Option<&Path>) -> Result<Fonts> {
        let read = |path: &Path| -> Result<FontArc> {
            let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
            let font = FontVec::try_from_vec_and_index(bytes, 0).with_context(|| path.display().to_string())?;
            Ok(FontArc::new(font))
        };
        Ok(Fonts {
            wide: [kept(include_bytes!("font/han-regular.otf"))?, kept(include_bytes!("font/han-bold.otf"))?],
            narrow: [kept(include_bytes!("font/signs-regular.ttf"))?, kept(include_bytes!("font/signs-bold.ttf"))?],
            more: more.map(read).transpose()?,
        })
    }

    /// How a character is drawn in so many cells; nothing where no font has it.
    pub fn ink(&self, character: char, cells: usize, bold: bool) -> Option<Ink> {
        let has = |font: &FontArc| font.glyph_id(character) != GlyphId(0);
        let order = |faces: &[FontArc; 2]| {
            let [regular, heavy] = faces.clone();
            if bold { [heavy, regular] } else { [regular, heavy] }
        };
        let room = cells as f32 * CELL.0 as f32;
        let fits = |font: &FontArc| advance(font, character) <= room + 0.5;
        let wide = order(&self.wide).into_iter().find(has);
        let own = wide.clone().filter(fits);
        let font = own.or_else(|| order(&self.narrow).into_iter().find(has)).or(wide);
        let font = font.or_else(|| self.more.clone().filter(has))?;
        Some(draw(&font, character, room))
    }
}

fn scale(font: &FontArc, em: f32) -> PxScale {
    PxScale::from(em * font.height_unscaled() / font.units_per_em().unwrap_or(1000.0))
}

fn advance(font: &FontArc, character: char) -> f32 {
    font.as_scaled(scale(font, EM)).h_advance(font.glyph_id(character))
}

/// Draws it in the middle of its room; what is wider than its room is made smaller.
fn draw(font: &FontArc, character: char, room: f32) -> Ink {
    let advance = advance(font, character);
    let em = if advance > room + 0.5 { EM * (room / advance).max(0.72) } else { EM };
    let none = Ink { left: 0, top: 0, width: 0, covers: Vec::new() };
    let id = font.glyph_id(character);
    let at = |x: f32| Glyph { id, scale: scale(font, em), position: ab_glyph::point(x, BASELINE) };
    let Some(first) = font.outline_glyph(at(0.0)) else { return none };
    let own = font.as_scaled(scale(font, em)).h_advance(id);
    let bounds = first.px_bounds();
    let free = if own > room + 0.5 { (room - bounds.width()) / 2.0 - bounds.min.x } else { (room - own) / 2.0 };
    let mut glyph = at(free.round());
    if bounds.width() > room - MARGIN {
        glyph.scale.x *= (room - MARGIN) / bounds.width();
        glyph.position.x = MARGIN / 2.0;
    }
    let Some(outline) = font.outline_glyph(glyph) else { return none };
    let bounds = outline.px_bounds();
    let (width, height) = (bounds.width() as usize, bounds.height() as usize);
    let mut covers = vec![0; width * height];
    outline.draw(|x, y, covered| {
        if let Some(pixel) = covers.get_mut(y as usize * width + x as usize) {
            *pixel = (covered.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    });
    Ink { left: bounds.min.x as i32, top: bounds.min.y as i32, width, covers }
}
