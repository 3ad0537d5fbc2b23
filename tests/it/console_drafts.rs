//! What is typed is kept key by key, and a damaged file of drafts is put aside, not written over.

use std::fs;

use ringdesk::tui::form::Field;
use ringdesk::tui::form::store::{DraftFile, DraftStore, Kept};

use crate::console_kit::{Kit, LARGE};

#[test]
fn every_key_is_in_the_file_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut kit = Kit::new();
    kit.keys("F3").types("三楼");
    let mut file = DraftFile::of(dir.path(), "8001");
    file.save(kit.model.drafts.to_keep().unwrap()).unwrap();
    assert!(kit.model.drafts.to_keep().is_none(), "nothing changed since");
    kit.types("漏");
    file.save(kit.model.drafts.to_keep().unwrap()).unwrap();
    drop(file);
    let mut other = Kit::new();
    other.model.drafts.take_in(DraftFile::of(dir.path(), "8001").load().unwrap());
    other.keys("alt-3").types("水");
    assert_eq!(other.model.drafts.open().unwrap().fields.subject, "三楼漏水");
}

#[test]
fn what_is_saved_is_no_more_in_the_file_while_it_is_still_on_the_screen() {
    let dir = tempfile::tempdir().unwrap();
    let mut kit = Kit::new();
    kit.keys("F3").types("偷气 13900007777");
    let mut file = DraftFile::of(dir.path(), "8001");
    let written = || fs::read_to_string(dir.path().join("drafts/8001.json")).unwrap_or_default();
    file.save(kit.model.drafts.to_keep().unwrap()).unwrap();
    assert!(written().contains("13900007777"));
    kit.keys("ctrl-s");
    kit.answers_draft(5);
    file.save(kit.model.drafts.to_keep().unwrap()).unwrap();
    assert!(kit.model.drafts.open().is_some(), "it is still on the screen");
    assert!(!written().contains("13900007777"), "{}", written());
}

#[test]
fn a_damaged_file_is_put_aside_and_said() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("drafts")).unwrap();
    fs::write(dir.path().join("drafts/8001.json"), "{\"open\": {\"subj").unwrap();
    let why = DraftFile::of(dir.path(), "8001").load().unwrap_err();
    assert_eq!(why.key, "draft.damaged");
    assert!(dir.path().join("drafts/8001.damaged.json").exists());
}

/// A form on the screen with this subject, as a console keeps it.
fn typed(seed: u64, subject: &str) -> Kept {
    let mut kit = Kit::new();
    for _ in 0..seed {
        kit.model.next_command_id();
    }
    kit.keys("F3").types(subject);
    kit.model.drafts.to_keep().unwrap().clone()
}

fn subjects(kept: &Kept) -> Vec<String> {
    let mut all: Vec<_> = kept.open.iter().chain(&kept.parked).map(|draft| draft.fields.subject.clone()).collect();
    all.sort();
    all
}

#[test]
fn two_consoles_of_one_account_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut two) = (DraftFile::of(dir.path(), "8001"), DraftFile::of(dir.path(), "8001"));
    assert_eq!((one.load().unwrap(), two.load().unwrap()), (Kept::default(), Kept::default()));
    let (first, second) = (typed(0, "one"), typed(10, "two"));
    for _ in 0..3 {
        one.save(&first).unwrap();
        two.save(&second).unwrap();
    }
    // A third beside them sees nothing of theirs.
    assert_eq!(DraftFile::of(dir.path(), "8001").load().unwrap(), Kept::default());
    drop((one, two));
    // Both are gone: the next has all of it, once, under numbers of its own.
    let mut next = DraftFile::of(dir.path(), "8001");
    let kept = next.load().unwrap();
    assert_eq!(subjects(&kept), ["one", "two"]);
    assert_ne!(kept.open.as_ref().unwrap().id, kept.parked[0].id);
    assert_eq!(DraftFile::of(dir.path(), "8001").load().unwrap(), Kept::default(), "held by the next");
    drop(next);
    assert_eq!(DraftFile::of(dir.path(), "8001").load().unwrap(), kept, "and it stays");
}

#[test]
fn a_console_beside_a_living_one_adopts_what_a_dead_one_left() {
    let dir = tempfile::tempdir().unwrap();
    let mut living = DraftFile::of(dir.path(), "8001");
    living.save(&typed(0, "living")).unwrap();
    let mut dead = DraftFile::of(dir.path(), "8001");
    dead.save(&typed(10, "dead")).unwrap();
    drop(dead);
    assert_eq!(subjects(&DraftFile::of(dir.path(), "8001").load().unwrap()), ["dead"]);
    assert_eq!(DraftFile::of(dir.path(), "8002").load().unwrap(), Kept::default(), "another's account");
}

/// The cursor of the terminal stands behind the letters that were typed, whatever they are, and moves by rows of the
/// detail before it leaves it.
#[test]
fn the_cursor_is_where_the_letters_are() {
    for typed in ["三楼漏水", "\u{626}\u{6C7}\u{64A}abc", "“你好”é王\u{301}\u{301}\u{301}", "ｶﾞ𠮷\u{200B}x"]
    {
        let mut kit = Kit::new();
        kit.keys("F3").types(typed);
        let (buffer, caret) = kit.buffer(LARGE);
        let (x, y) = caret.unwrap();
        // Before the caret stands the last letter, from it on nothing.
        let left = (0..x).rev().map(|x| buffer[(x, y)].symbol()).find(|symbol| !symbol.is_empty()).unwrap();
        assert_ne!(left, " ", "{typed}");
        assert_eq!(buffer[(x, y)].symbol(), " ", "{typed}");
    }
    let mut kit = Kit::new();
    kit.keys("F3 down").types("一二三").keys("enter").types("四五");
    let field = |kit: &Kit| kit.model.drafts.open().unwrap().field.clone();
    let (_, last) = kit.buffer(LARGE);
    kit.keys("up");
    let (_, first) = kit.buffer(LARGE);
    assert_eq!(first.unwrap(), (last.unwrap().0, last.unwrap().1 - 1));
    assert_eq!(field(&kit), Field::Detail);
    kit.keys("up");
    assert_eq!(field(&kit), Field::Subject);
    kit.keys("down down");
    assert_eq!(field(&kit), Field::Demand, "the caret was at the end of the detail");
}
