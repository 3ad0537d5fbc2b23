//! What a cell's colours come to on paper.

use vt100::{Cell, Color};

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// A terminal's own ground and ink, for themes that leave them to it.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    pub ground: Rgb,
    pub ink: Rgb,
}

/// What a dark terminal shows.
pub const DARK: Own = Own { ground: [0x12, 0x12, 0x12], ink: [0xdc, 0xdc, 0xdc] };

/// xterm's first sixteen.
const SIXTEEN: [Rgb; 16] = [
    [0x00, 0x00, 0x00],
    [0xcd, 0x00, 0x00],
    [0x00, 0xcd, 0x00],
    [0xcd, 0xcd, 0x00],
    [0x1e, 0x66, 0xd0],
    [0xcd, 0x00, 0xcd],
    [0x00, 0xcd, 0xcd],
    [0xe5, 0xe5, 0xe5],
    [0x7f, 0x7f, 0x7f],
    [0xff, 0x50, 0x50],
    [0x50, 0xff, 0x50],
    [0xff, 0xff, 0x50],
    [0x6c, 0x9c, 0xff],
    [0xff, 0x50, 0xff],
    [0x50, 0xff, 0xff],
    [0xff, 0xff, 0xff],
];

fn indexed(index: u8) -> Rgb {
    let step = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
    match index {
        0..16 => SIXTEEN[usize::from(index)],
        16..232 => {
            let cube = index - 16;
            [step(cube / 36), step(cube / 6 % 6), step(cube % 6)]
        }
        _ => [8 + (index - 232) * 10; 3],
    }
}

fn of(colour: Color, own: Rgb) -> Rgb {
    match colour {
        Color::Default => own,
        Color::Idx(index) => indexed(index),
        Color::Rgb(red, green, blue) => [red, green, blue],
    }
}

/// This much of one colour over another, of 255.
pub fn mix(over: Rgb, under: Rgb, much: u8) -> Rgb {
    let part = |over: u8, under: u8| {
        let sum = u32::from(over) * u32::from(much) + u32::from(under) * (255 - u32::from(much));
        u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
    };
    [part(over[0], under[0]), part(over[1], under[1]), part(over[2], under[2])]
}

/// A cell's ink and ground.
pub fn of_cell(cell: &Cell, own: Own) -> (Rgb, Rgb) {
    let (mut ink, mut ground) = (of(cell.fgcolor(), own.ink), of(cell.bgcolor(), own.ground));
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut ground);
    }
    if cell.dim() {
        ink = mix(ink, ground, 150);
    }
    (ink, ground)
}
