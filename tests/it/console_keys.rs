//! Keys: found, shown, explained, refused with a reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ringdesk::text::Language;
use ringdesk::tui::command::{Place, all, keys_document};
use ringdesk::tui::model::Pane;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing};

#[test]
fn every_command_has_its_words_in_every_language_and_an_id_of_its_own() {
    let mut ids = BTreeSet::new();
    for def in all() {
        assert!(ids.insert(def.id), "{} twice", def.id);
        for language in Language::ALL {
            assert!(!def.name(language).is_empty() && !def.about(language).is_empty(), "{} {}", def.id, language.tag());
        }
    }
}

#[test]
fn the_palette_finds_by_characters_pinyin_and_initials() {
    for typed in ["转接", "zhuanjie", "zj"] {
        let mut kit = Kit::new();
        kit.keys("ctrl-p").types(typed);
        let rows = kit.rows(SMALL);
        assert!(rows.iter().any(|row| row.contains("转接") && row.contains("F6")), "{typed}\n{}", rows.join("\n"));
    }
}

#[test]
fn the_palette_does_what_is_chosen() {
    let mut kit = Kit::new();
    kit.keys("ctrl-p").types("新表单").keys("enter");
    assert_eq!(kit.model.focus, Pane::Form);
    assert!(kit.model.drafts.open().is_some());
}

#[test]
fn the_help_lists_every_command_with_its_keys() {
    let mut kit = Kit::new();
    kit.keys("?");
    let mut seen = String::new();
    for _ in 0..all().count() {
        seen.push_str(&kit.text(LARGE));
        kit.keys("down");
    }
    // The technician's screen has a help of its own (tech_screen); the wall shows its keys.
    for def in all().filter(|def| !matches!(def.place, Place::Tech | Place::Wall)) {
        assert!(seen.contains(def.about(Language::ZhHans)), "{}", def.id);
    }
}

#[test]
fn after_a_prefix_the_keys_that_may_follow_are_shown() {
    let mut kit = Kit::new();
    kit.keys("g");
    let text = kit.text(SMALL);
    assert!(text.contains("前往") && text.contains("到工单"), "{text}");
    kit.keys("esc");
    assert!(kit.model.pending.is_empty() && kit.notice().is_empty(), "called off without a word");
    kit.keys("g z");
    assert!(kit.notice().contains("g z"), "{}", kit.notice());
}

#[test]
fn a_refused_key_says_why() {
    for (keys, why) in [
        ("F2", "没有等待接听"),
        ("F5", "没有通话"),
        ("F8 1", "话后处理"),
        ("ctrl-o", "没有停放"),
        ("i", "没有未读"),
        ("alt-u", "手工"),
        ("ctrl-g", "ctrl-g"),
    ] {
        let mut kit = Kit::new();
        kit.keys(keys);
        assert!(kit.notice().contains(why), "{keys}: {}", kit.notice());
        assert!(kit.text(SMALL).contains(&kit.notice()), "{keys}: seen");
    }
}

#[test]
fn what_can_not_be_taken_back_is_asked_first() {
    let mut kit = Kit::new();
    kit.keys("F3").types("半句").keys("alt-d");
    assert!(kit.model.drafts.open().is_some());
    kit.keys("esc");
    assert!(kit.model.drafts.open().is_some());
    kit.keys("alt-d enter");
    assert!(kit.model.drafts.open().is_none());
}

#[test]
fn numpad_answers_with_its_enter_even_while_typing() {
    let mut kit = Kit::new();
    kit.model.keymap = ringdesk::tui::keymap::Keymap::load("numpad", &[]).0;
    kit.keys("F3").types("写到一半");
    kit.call(ringing(1, "1111111", "", 0, "1001"));
    kit.text(SMALL);
    kit.keys("kp_5 kp_enter");
    assert_eq!(kit.sent().len(), 1);
    assert_eq!(kit.model.drafts.parked()[0].fields.subject, "写到一半5");
}

#[test]
fn drawing_twice_draws_the_same_and_the_caret_stands_in_the_form() {
    let mut kit = Kit::new();
    kit.call(ringing(1, "1111111", "", 3_000, "1001"));
    kit.keys("F3").types("中文ab");
    for size in [SMALL, MIDDLE, LARGE] {
        let (one, caret) = kit.buffer(size);
        let (two, again) = kit.buffer(size);
        assert_eq!((one, caret), (two, again));
        assert!(caret.is_some());
    }
}

#[test]
fn a_tiny_terminal_gets_a_sentence_and_any_size_is_drawn() {
    let mut kit = Kit::new();
    kit.keys("F3");
    assert!(kit.text((20, 5)).contains("窗口太小"));
    kit.call(ringing(1, "1111111", "", 3_000, "1001"));
    for width in [1, 2, 10, 59, 60, 61, 79, 109, 110, 111, 169, 170, 300] {
        for height in [1, 2, 5, 15, 16, 17, 23, 50, 90] {
            kit.text((width, height));
        }
    }
}

#[test]
fn an_idle_console_plans_nothing_before_the_minute_and_a_timer_plans_the_second() {
    let mut kit = Kit::new();
    kit.passes(400);
    kit.model.plan_tick();
    assert_eq!(kit.model.next_tick(), Some(NOW.plus(60_000)));
    kit.call(ringing(1, "1111111", "", 0, ""));
    kit.model.flash_until = None;
    kit.model.plan_tick();
    assert_eq!(kit.model.next_tick(), Some(NOW.plus(1_000)));
}

#[test]
fn language_changes_while_running() {
    let mut kit = Kit::new();
    kit.keys("s l").types("en").keys("enter");
    assert!(kit.text(SMALL).contains("incoming"));
}

#[test]
fn the_document_of_keys_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    let made = keys_document(Language::ZhHans);
    if std::env::var_os("RINGDESK_WRITE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        made,
        "run this test with RINGDESK_WRITE=1 and commit docs/keys.md"
    );
}

#[test]
fn no_key_no_colour_and_no_word_stands_in_the_source() {
    fn walk(dir: &Path, check: &mut impl FnMut(&str, &str)) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_str().unwrap().to_owned();
            if path.is_dir() {
                if !name.ends_with("/terminal") {
                    walk(&path, check);
                }
            } else if !name.ends_with("canvas.rs") {
                check(&name, &fs::read_to_string(&path).unwrap());
            }
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tui");
    walk(&src, &mut |name, text| {
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let han = line
                .chars()
                .any(|char| ('\u{2E80}'..='\u{9FFF}').contains(&char) || ('\u{FF00}'..='\u{FFEF}').contains(&char));
            assert!(!han || line.contains("replace('：'"), "{name}: {line}");
            assert!(!line.contains("Color::") || name.ends_with("theme/load.rs"), "{name}: {line}");
            assert!(!line.contains("KeyCode::") || name.ends_with("keymap.rs"), "{name}: {line}");
        }
    });
}
