//! Three terminals that other people wrote, behind one face: the judges of what our bytes draw.

use std::sync::Arc;

use alacritty_terminal::event::VoidListener;
use alacritty_terminal::index::{Column, Line};
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::term::test::TermSize;
use alacritty_terminal::term::{Config, Term};
use tattoy_wezterm_term::color::ColorPalette;
use tattoy_wezterm_term::{Terminal, TerminalConfiguration, TerminalSize, UnicodeVersion};

/// What one column of a screen looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The text that begins there; a blank is a space, the right part of something wide is empty.
    pub text: String,
    /// The background, and whatever else shows on a blank too.
    pub ground: String,
    /// The colour of the letters; empty for a blank.
    pub ink: String,
}

impl Look {
    fn new(text: &str, ground: String, ink: String) -> Look {
        let blank = text.trim().is_empty();
        let text = if blank { " " } else { text };
        Look { text: text.to_owned(), ground, ink: if blank { String::new() } else { ink } }
    }
}

/// A terminal.
pub trait Emulator {
    fn feed(&mut self, bytes: &[u8]);
    /// All columns, row by row.
    fn look(&mut self) -> Vec<Vec<Look>>;
    /// Column and row of the cursor, from 0.
    fn cursor(&mut self) -> (u16, u16);
}

/// Which terminals there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Vt100,
    Alacritty,
    Wezterm,
    WeztermWide,
}

pub const NARROW: [Kind; 3] = [Kind::Vt100, Kind::Alacritty, Kind::Wezterm];

/// A terminal of a size.
pub fn open(kind: Kind, width: u16, height: u16) -> Box<dyn Emulator> {
    let size = (usize::from(width), usize::from(height));
    match kind {
        Kind::Vt100 => Box::new(vt100::Parser::new(height.try_into().unwrap(), width.try_into().unwrap(), 0)),
        Kind::Alacritty => Box::new(Alacritty {
            term: Term::new(Config::default(), &TermSize::new(size.0, size.1), VoidListener),
            parser: alacritty_terminal::vte::ansi::Processor::new(),
            size,
        }),
        Kind::Wezterm => Box::new(Wezterm::new(size, false)),
        Kind::WeztermWide => Box::new(Wezterm::new(size, true)),
    }
}

impl Emulator for vt100::Parser {
    fn feed(&mut self, bytes: &[u8]) {
        self.process(bytes);
    }

    fn look(&mut self) -> Vec<Vec<Look>> {
        let screen = self.screen();
        let (height, width) = screen.size();
        (0..height.get())
            .map(|y| {
                (0..width.get())
                    .map(|x| {
                        let cell = screen.cell(y, x).unwrap();
                        let ground = format!("{:?} {} {}", cell.bgcolor(), cell.inverse(), cell.underline());
                        let ink = format!("{:?} {}", cell.fgcolor(), cell.bold());
                        if cell.is_wide_continuation() {
                            return Look::default();
                        }
                        Look::new(cell.contents(), ground, ink)
                    })
                    .collect()
            })
            .collect()
    }

    fn cursor(&mut self) -> (u16, u16) {
        let (row, column) = self.screen().cursor_position();
        (column, row)
    }
}

struct Alacritty {
    term: Term<VoidListener>,
    parser: alacritty_terminal::vte::ansi::Processor,
    size: (usize, usize),
}

impl Emulator for Alacritty {
    fn feed(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }

    fn look(&mut self) -> Vec<Vec<Look>> {
        let grid = self.term.grid();
        (0..self.size.1)
            .map(|y| {
                (0..self.size.0)
                    .map(|x| {
                        let cell = &grid[Line(i32::try_from(y).unwrap())][Column(x)];
                        if cell.flags.contains(Flags::WIDE_CHAR_SPACER) {
                            return Look::default();
                        }
                        let mut text = cell.c.to_string();
                        text.extend(cell.zerowidth().into_iter().flatten());
                        let drawn = cell.flags & (Flags::INVERSE | Flags::UNDERLINE);
                        let ink = format!("{:?} {}", cell.fg, cell.flags.contains(Flags::BOLD));
                        Look::new(&text, format!("{:?} {drawn:?}", cell.bg), ink)
                    })
                    .collect()
            })
            .collect()
    }

    fn cursor(&mut self) -> (u16, u16) {
        let point = self.term.grid().cursor.point;
        (point.column.0.try_into().unwrap(), point.line.0.try_into().unwrap())
    }
}

#[derive(Debug)]
struct Settings {
    wide: bool,
}

impl TerminalConfiguration for Settings {
    fn scrollback_size(&self) -> usize {
        0
    }

    fn color_palette(&self) -> ColorPalette {
        ColorPalette::default()
    }

    fn unicode_version(&self) -> UnicodeVersion {
        UnicodeVersion { version: 14, ambiguous_are_wide: self.wide, cell_widths: None }
    }
}

struct Wezterm {
    term: Terminal,
    size: (usize, usize),
}

impl Wezterm {
    fn new(size: (usize, usize), wide: bool) -> Wezterm {
        let terminal_size =
            TerminalSize { rows: size.1, cols: size.0, pixel_width: size.0 * 8, pixel_height: size.1 * 16, dpi: 0 };
        let term = Terminal::new(terminal_size, Arc::new(Settings { wide }), "test", "0", Box::new(Vec::<u8>::new()));
        Wezterm { term, size }
    }
}

impl Emulator for Wezterm {
    fn feed(&mut self, bytes: &[u8]) {
        self.term.advance_bytes(bytes);
    }

    fn look(&mut self) -> Vec<Vec<Look>> {
        let blank = Look::new(" ", ground(&tattoy_wezterm_term::CellAttributes::default()), String::new());
        let mut rows = Vec::new();
        let screen = self.term.screen();
        let visible = screen.phys_range(&(0..i64::try_from(self.size.1).unwrap()));
        for line in screen.lines_in_phys_range(visible) {
            let mut row = vec![blank.clone(); self.size.0];
            for cell in line.visible_cells() {
                let attrs = cell.attrs();
                let ink = format!("{:?} {:?}", attrs.foreground(), attrs.intensity());
                for part in 1..cell.width() {
                    if let Some(slot) = row.get_mut(cell.cell_index() + part) {
                        *slot = Look::default();
                    }
                }
                if let Some(slot) = row.get_mut(cell.cell_index()) {
                    *slot = Look::new(cell.str(), ground(attrs), ink);
                }
            }
            rows.push(row);
        }
        rows
    }

    fn cursor(&mut self) -> (u16, u16) {
        let position = self.term.cursor_pos();
        (position.x.try_into().unwrap(), position.y.try_into().unwrap())
    }
}

fn ground(attrs: &tattoy_wezterm_term::CellAttributes) -> String {
    format!("{:?} {} {:?}", attrs.background(), attrs.reverse(), attrs.underline())
}
