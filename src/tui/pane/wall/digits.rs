//! Large figures, to be read from five metres: blanks on a ground of their own, `#` where the theme has none. No block
//! characters: terminals do not agree on how wide those are.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::tui::canvas::Canvas;

/// The dots of a figure, five rows of them.
const ROWS: usize = 5;

/// The dots of a character; nothing for one that has none.
fn dots(character: char) -> Option<[&'static str; ROWS]> {
    Some(match character {
        '0' => ["###", "# #", "# #", "# #", "###"],
        '1' => [" # ", "## ", " # ", " # ", "###"],
        '2' => ["###", "  #", "###", "#  ", "###"],
        '3' => ["###", "  #", "###", "  #", "###"],
        '4' => ["# #", "# #", "###", "  #", "  #"],
        '5' => ["###", "#  ", "###", "  #", "###"],
        '6' => ["###", "#  ", "###", "# #", "###"],
        '7' => ["###", "  #", "  #", "  #", "  #"],
        '8' => ["###", "# #", "###", "# #", "###"],
        '9' => ["###", "# #", "###", "  #", "###"],
        ':' => [" ", "#", " ", "#", " "],
        '/' => ["  #", "  #", " # ", "#  ", "#  "],
        '%' => ["# #", "  #", " # ", "#  ", "# #"],
        '?' => ["###", "  #", " ##", "   ", " # "],
        '-' => ["   ", "   ", "###", "   ", "   "],
        _ => return None,
    })
}

/// The dots of a text, row by row, with a dot between two characters.
fn pattern(text: &str) -> [String; ROWS] {
    let mut rows: [String; ROWS] = Default::default();
    for (index, dots) in text.chars().filter_map(dots).enumerate() {
        for (row, dots) in rows.iter_mut().zip(dots) {
            if index > 0 {
                row.push(' ');
            }
            row.push_str(dots);
        }
    }
    rows
}

/// How large a text can be in so much room: columns and rows of a dot. Nothing where even the smallest is too large.
fn scale(columns: u16, area: Rect) -> Option<(u16, u16)> {
    for high in (1..=3).rev() {
        for wide in (high..=2 * high).rev() {
            if columns * wide <= area.width && 5 * high <= area.height {
                return Some((wide, high));
            }
        }
    }
    None
}

/// How many rows a dot of a text can have in so much room; none where it can only be written as it is.
pub fn rows_of_a_dot(text: &str, area: Rect) -> u16 {
    let columns = u16::try_from(pattern(text)[0].len()).unwrap_or(u16::MAX / 8);
    scale(columns, area).map_or(0, |(_, high)| high)
}

/// Draws a text of figures as large as there is room, from the left upper corner; as plain text where there is none.
/// Gives the rows used.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, text: &str, style: Style) -> u16 {
    let rows = pattern(text);
    let columns = u16::try_from(rows[0].len()).unwrap_or(u16::MAX / 8);
    let Some((wide, high)) = scale(columns, area) else {
        canvas.put(area.x, area.y, text, area.width, style);
        return 1;
    };
    let (ink, dot) = ink(style);
    let piece = dot.repeat(usize::from(wide));
    for (y, row) in rows.iter().enumerate() {
        for (x, _) in row.char_indices().filter(|(_, dot)| *dot == '#') {
            let (x, y) = (u16::try_from(x).unwrap_or(0), u16::try_from(y).unwrap_or(0));
            for line in 0..high {
                canvas.put(area.x + x * wide, area.y + y * high + line, &piece, wide, ink);
            }
        }
    }
    5 * high
}

/// Letters become ground: the colour of the text is the colour of the blanks. A theme without colours writes `#`.
fn ink(style: Style) -> (Style, &'static str) {
    match style.fg {
        Some(colour) if style.bg.is_some() => {
            (Style { fg: None, bg: Some(colour), add_modifier: Modifier::empty(), ..style }, " ")
        }
        _ => (style, "#"),
    }
}
