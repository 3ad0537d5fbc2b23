//! The caret of a field stands where a terminal would have its cursor after the letters before it.

use proptest::prelude::*;
use ringdesk::text::caret::{caret_by_rows, caret_of, field_lines};
use ringdesk::text::{Ambiguous, UnicodeSegmentation, clean, width};

use crate::text_clean::any_text;

/// What people type: words, Chinese, marks that may not begin a line, spaces, line ends.
fn typed() -> impl Strategy<Value = String> {
    const PIECES: [&str; 16] =
        ["三楼", "漏水", "，", "。", "（", "）", "“", "”", "abc", "hello", "1234.56", " ", "  ", "\n", "é", "𠮷"];
    prop::collection::vec(prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_caret_is_where_the_letters_are(text in typed(), columns in 4_usize..30) {
        for mode in [Ambiguous::Narrow, Ambiguous::Wide] {
            let lines = field_lines(&text, columns, mode);
            let ends = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]);
            for at in ends {
                let (row, column) = caret_of(&lines, at);
                let first = lines[row].places[0].0;
                // Everything of the text before the caret is in the rows above and left of it, but for blanks.
                let bare = |text: &str| text.chars().filter(|char| !char.is_whitespace()).collect::<String>();
                let above: String = lines[..row].iter().map(|line| line.text.as_str()).collect();
                prop_assert_eq!(bare(&above), bare(&text[..first]));
                prop_assert_eq!(column, width(&clean(&text[first..at], mode), mode).min(columns));
                let begun = text[first..at].trim_end_matches(' ');
                prop_assert!(lines[row].text.starts_with(begun), "{:?} {begun:?}", lines[row].text);
                let next = lines.get(row + 1).map_or(usize::MAX, |line| line.places[0].0);
                prop_assert!(at < next, "at a soft break the caret is on the next line");
            }
        }
    }

    #[test]
    fn text_caret_stays_inside(text in any_text(), at in 0_usize..90, columns in 0_usize..20, rows in -3_isize..4) {
        for mode in [Ambiguous::Narrow, Ambiguous::Wide] {
            let lines = field_lines(&text, columns, mode);
            let (row, column) = caret_of(&lines, at);
            prop_assert!(row < lines.len() && column <= columns.max(2));
            if let Some(to) = caret_by_rows(&lines, at, rows) {
                prop_assert!(text.is_char_boundary(to));
                prop_assert_eq!(caret_of(&lines, to).0 as isize, row as isize + rows);
            }
            for line in &lines {
                prop_assert!(!line.places.is_empty() || !line.text.is_empty());
                prop_assert!(width(&line.text, mode) <= columns.max(2));
            }
        }
    }
}

#[test]
fn text_caret_at_a_mark_that_may_not_begin_a_line() {
    // The prefix alone would leave the third character on the first line.
    let text = "三楼漏，水";
    let lines = field_lines(text, 6, Ambiguous::Narrow);
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["三楼", "漏，水"]);
    assert_eq!(caret_of(&lines, "三楼".len()), (1, 0));
    assert_eq!(caret_of(&lines, "三楼漏".len()), (1, 2));
    assert_eq!(caret_by_rows(&lines, "三楼漏".len(), -1), Some("三".len()));
    assert_eq!(caret_by_rows(&lines, 0, -1), None);
    let empty = field_lines("", 6, Ambiguous::Narrow);
    assert_eq!((empty.len(), caret_of(&empty, 0)), (1, (0, 0)));
    assert_eq!(caret_of(&field_lines("一\n", 6, Ambiguous::Narrow), 4), (1, 0));
}
