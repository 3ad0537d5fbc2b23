//! Widths are what the table of measured terminals says.

use ringdesk::text::{Ambiguous, clean, width};

const TABLE: &str = include_str!("../fixtures/widths.tsv");

/// Rows where the table holds what a first try did, and its own notes or the rules say otherwise.
const CORRECTED: &[(u32, &str, &str)] = &[
    (92, "?", "a lone voicing mark has nothing to stand on; kept, it would join the column before it"),
    (139, "?", "not assigned"),
    (140, "?", "one column by every table, and as wide as a word on every screen"),
];

pub fn from_code_points(codes: &str) -> String {
    codes.split_whitespace().map(|code| char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap()).collect()
}

#[test]
fn text_width_is_the_tables() {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in TABLE.lines().skip(1) {
        let [number, codes, ours, narrow, wide] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        rows += 1;
        let text = from_code_points(codes);
        let number: u32 = number.parse().unwrap();
        let corrected = CORRECTED.iter().find(|(row, ..)| *row == number);
        let shown = corrected.map_or_else(|| from_code_points(ours), |(_, text, _)| (*text).to_owned());
        let cleaned = clean(&text, Ambiguous::Narrow);
        if cleaned != shown {
            wrong.push(format!("{number}: {codes}: shows {cleaned:?}, not {shown:?}"));
        }
        for (mode, expected) in [(Ambiguous::Narrow, narrow), (Ambiguous::Wide, wide)] {
            let expected: usize = if corrected.is_some() { 1 } else { expected.parse().unwrap() };
            let measured = width(&clean(&text, mode), mode);
            if measured != expected {
                wrong.push(format!("{number}: {codes}: {measured} columns in {mode:?}, not {expected}"));
            }
        }
    }
    assert_eq!(rows, 140);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The layout crate measures too, and must not see one crate version that it counts twice with.
#[test]
fn text_width_pin_holds() {
    use ratatui::buffer::CellWidth;
    assert_eq!("ｶﾞ".cell_width(), 2);
    assert_eq!(ringdesk::text::tables::UNICODE, "18.0.0");
}

/// Strings collected elsewhere: what is left after cleaning must be measured alike by a terminal that counts code point
/// by code point.
#[test]
fn text_width_survives_the_torture_strings() {
    let Some(path) = crate::hostile::shared("width/width_torture_strings.json") else {
        println!("SKIPPED: width_torture_strings.json is not there");
        return;
    };
    let json = std::fs::read_to_string(path).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert!(cases.len() > 40);
    for case in cases {
        let text = case["text"].as_str().unwrap();
        let cleaned = clean(text, Ambiguous::Narrow);
        if cleaned.contains('\u{FFFD}') {
            continue; // this emulator alone gives it no column
        }
        let mut screen = vt100::Parser::new(1.try_into().unwrap(), 80.try_into().unwrap(), 0);
        screen.process(cleaned.as_bytes());
        let column = usize::from(screen.screen().cursor_position().1);
        assert_eq!(width(&cleaned, Ambiguous::Narrow), column, "{case}");
    }
}
