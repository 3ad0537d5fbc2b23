//! Lines are set as Chinese is set, none too wide, nothing lost.

use proptest::prelude::*;
use ringdesk::text::{Ambiguous, clean, width, wrap};

use crate::text_clean::any_text;

fn letters(text: &str) -> String {
    text.chars().filter(|character| !matches!(character, ' ' | '\u{3000}')).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_wrap_never_overflows_or_loses(text in any_text(), columns in 2_usize..30) {
        for mode in [Ambiguous::Narrow, Ambiguous::Wide] {
            let lines = wrap(&text, columns, mode);
            for line in &lines {
                prop_assert!(width(line, mode) <= columns, "{line:?}");
            }
            let whole: String = text.lines().map(|line| clean(line, mode)).collect();
            if columns >= 12 {
                prop_assert_eq!(letters(&lines.concat()), letters(&whole));
            }
        }
    }
}

#[test]
fn text_wrap_keeps_marks_where_they_belong() {
    let narrow = Ambiguous::Narrow;
    assert_eq!(wrap("你好，世界。再见", 6, narrow), ["你好，", "世界。", "再见"]);
    assert_eq!(wrap("你好吗，世界", 6, narrow), ["你好", "吗，世", "界"]);
    assert_eq!(wrap("见（附件）请查", 6, narrow), ["见（附", "件）请", "查"]);
    assert_eq!(wrap("价格1234.56元", 8, narrow), ["价格", "1234.56", "元"]);
    assert_eq!(wrap("增长50%。好", 6, narrow), ["增长", "50%。", "好"]);
    assert_eq!(wrap("号）“引", 6, narrow), ["号）", "“引"]);
    assert_eq!(wrap("号）“引", 6, Ambiguous::Wide), ["号）", "“引"]);
    assert_eq!(wrap("温度37℃高", 6, narrow), ["温度", "37℃高"]);
}

#[test]
fn text_wrap_handles_words_and_line_ends() {
    let narrow = Ambiguous::Narrow;
    assert_eq!(wrap("hello world again", 11, narrow), ["hello world", "again"]);
    assert_eq!(wrap("abcdefghij", 4, narrow), ["abcd", "efgh", "ij"]);
    assert_eq!(wrap("一\n\n二", 10, narrow), ["一", "", "二"]);
    assert_eq!(wrap("", 10, narrow), Vec::<String>::new());
    assert_eq!(wrap("中", 0, narrow), ["中"]);
    assert_eq!(wrap("。。。。。", 4, narrow), ["。。", "。。", "。"]);
}
