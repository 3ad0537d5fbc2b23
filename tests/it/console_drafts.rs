//! What is typed is kept key by key, and a damaged file of drafts is put aside, not written over.

use std::fs;

use ringdesk::tui::form::store::{DraftFile, DraftStore};

use crate::console_kit::Kit;

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
    let mut other = Kit::new();
    other.model.drafts.take_in(DraftFile::of(dir.path(), "8001").load().unwrap());
    other.keys("alt-3").types("水");
    assert_eq!(other.model.drafts.open().unwrap().fields.subject, "三楼漏水");
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
