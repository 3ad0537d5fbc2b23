//! Whatever comes in, what is shown is harmless, and cleaning it again changes nothing.

use proptest::prelude::*;
use ringdesk::text::clean::{RTL, mask_right_to_left};
use ringdesk::text::fit::caret_column;
use ringdesk::text::{Ambiguous, clean, clean_capped, clip, fit, fit_right, fit_whole, is_clean, shorten, width};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::hostile::{HOSTILE, PLAIN};

const MODES: [Ambiguous; 2] = [Ambiguous::Narrow, Ambiguous::Wide];

pub fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(PLAIN).prop_map(str::to_owned),
        3 => prop::sample::select(HOSTILE).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (0x300_u32..0x370).prop_map(|code| char::from_u32(code).unwrap().to_string()),
        1 => (0x1100_u32..0x1200).prop_map(|code| char::from_u32(code).unwrap().to_string()),
        1 => (0xFE00_u32..0x10000).prop_map(|code| char::from_u32(code).unwrap().to_string()),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

/// What may never reach a cell, by a judge other than the one who cleans: controls, separators, and the invisible.
fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
            | 0xFFF0..=0xFFFB | 0xFFFE | 0xFFFF | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF | 0xFDD0..=0xFDEF | 0xFDFD)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_clean_twice_is_clean_once(text in any_text()) {
        for mode in MODES {
            let once = clean(&text, mode);
            prop_assert_eq!(clean(&once, mode), once.clone());
            prop_assert!(is_clean(&once, mode));
            prop_assert_eq!(once.nfc().collect::<String>(), once.clone());
        }
    }

    #[test]
    fn text_clean_is_harmless(text in any_text()) {
        for mode in MODES {
            let cleaned = clean(&text, mode);
            prop_assert!(!cleaned.chars().any(is_harmful), "{cleaned:?}");
            for grapheme in cleaned.graphemes(true) {
                prop_assert!(grapheme.len() <= 32, "{grapheme:?}");
                prop_assert!(width(grapheme, mode) > 0, "{grapheme:?}");
            }
        }
    }

    #[test]
    fn text_fit_is_exact(text in any_text(), columns in 0_usize..24) {
        for mode in MODES {
            prop_assert_eq!(width(&fit(&text, columns, mode), mode), columns);
            prop_assert_eq!(width(&fit_right(&text, columns, mode), mode), columns);
            prop_assert!(width(&clip(&text, columns, mode), mode) <= columns);
            prop_assert!(width(&clean_capped(&text, columns, mode), mode) <= columns);
            let cleaned = clean(&text, mode);
            prop_assert!(cleaned.starts_with(&clip(&text, columns, mode)));
            match fit_whole(&text, columns, mode) {
                Some(whole) => prop_assert_eq!(whole.trim_end(), cleaned.trim_end()),
                None => prop_assert!(width(&cleaned, mode) > columns),
            }
            if width(&cleaned, mode) <= columns {
                prop_assert_eq!(shorten(&text, columns, mode), cleaned);
            }
        }
    }

    #[test]
    fn text_mask_leaves_no_right_to_left(text in any_text()) {
        let masked = mask_right_to_left(&text);
        prop_assert_eq!(mask_right_to_left(&masked), masked.clone());
        let letters = |character: char| matches!(u32::from(character), 0x5D0..=0x5EA | 0x620..=0x64A | 0x671..=0x6D3);
        prop_assert!(!masked.chars().any(letters));
    }

    #[test]
    fn text_caret_never_panics(text in any_text(), at in 0_usize..200) {
        for mode in MODES {
            prop_assert!(caret_column(&text, at, mode) <= 200 * 2);
        }
    }
}

#[test]
fn text_clean_says_what_it_changed() {
    let cases = [
        ("a\tb\nc\r\nd\u{85}e", "a b c d e"),
        ("\u{1B}[31m红\u{7}", "?[31m红?"),
        ("a\u{202E}b\u{2066}c", "abc"),
        ("张\u{E000}", "张〓"),
        ("e\u{301}", "é"),
        ("ｶﾞｱ", "ガア"),
        ("👨\u{200D}👩\u{200D}👧好", "👨好"),
        ("🇨🇳🇨", "🇨🇳?"),
        ("a\u{323}\u{306}\u{302}\u{303}\u{304}", "ặ\u{302}\u{303}"),
        ("क\u{200D}ष", "कष"),
    ];
    for (text, shown) in cases {
        assert_eq!(clean(text, Ambiguous::Narrow), shown, "{text:?}");
    }
    assert_eq!(clean("中\u{301}", Ambiguous::Wide), "中");
    assert!(is_clean("张三，138 0013 8000。", Ambiguous::Wide));
    assert!(!is_clean("张三\u{200B}", Ambiguous::Wide));
}

#[test]
fn text_fit_cuts_between_characters() {
    let narrow = Ambiguous::Narrow;
    assert_eq!(fit("中华人民共和国", 9, narrow), "中华人.. ");
    assert_eq!(fit("中华人民共和国", 8, narrow), "中华人..");
    assert_eq!(fit("中华人民共和国", 14, narrow), "中华人民共和国");
    assert_eq!(fit("中华", 3, narrow), "中 ");
    assert_eq!(fit("中华", 1, narrow), " ");
    assert_eq!(fit_right("中华", 6, narrow), "  中华");
    assert_eq!(fit("“你好”", 6, narrow), "“你好”");
    assert_eq!(fit("“你好”", 8, Ambiguous::Wide), "“你好”");
    assert_eq!(fit_whole("13800138000", 10, narrow), None);
}

#[test]
fn text_mask_keeps_what_stands_around() {
    assert_eq!(mask_right_to_left("姓名 ئۇيغۇر، شىنجاڭ 13800138000"), format!("姓名 {RTL} 13800138000"));
    assert_eq!(mask_right_to_left("שלום"), RTL);
    assert_eq!(mask_right_to_left("张三"), "张三");
}

/// A field of megabytes costs no more than what is shown of it.
#[test]
fn text_clean_capped_reads_no_further() {
    let flood = format!("中{}文", "\u{200B}".repeat(1 << 20));
    assert_eq!(clean_capped(&flood, 10, Ambiguous::Narrow), "中");
    let long = "长".repeat(1 << 20);
    assert_eq!(clean_capped(&long, 5, Ambiguous::Narrow), "长长");
    assert!(matches!(clean_capped(&long, 5, Ambiguous::Narrow), std::borrow::Cow::Borrowed(_)));
}
