//! The message catalogues: the same keys and places in every language, and every key that the code names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use ringdesk::text::{Language, Say};

fn places(words: &str) -> BTreeSet<&str> {
    words.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_has_the_same_keys_and_places() {
    let first: BTreeMap<_, _> = Language::ZhHans.entries().collect();
    assert!(first.len() > 50, "the catalogue is broken");
    for language in [Language::ZhHant, Language::En] {
        let other: BTreeMap<_, _> = language.entries().collect();
        let missing: Vec<_> = first.keys().filter(|key| !other.contains_key(*key)).collect();
        let extra: Vec<_> = other.keys().filter(|key| !first.contains_key(*key)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{}: missing {missing:?}, extra {extra:?}", language.tag());
        for (key, words) in &first {
            assert_eq!(places(words), places(other[key]), "{} {key}", language.tag());
        }
    }
}

#[test]
fn every_key_the_code_names_is_there() {
    fn walk(dir: &Path, keys: &mut BTreeSet<String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, keys);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                for part in text.split("Say::new(\"").skip(1).chain(text.split(".word(\"").skip(1)) {
                    keys.insert(part.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    let mut keys = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut keys);
    let known: BTreeSet<_> = Language::ZhHans.entries().map(|(key, _)| key.to_owned()).collect();
    let missing: Vec<_> = keys.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_sentence_fills_its_places_in_once() {
    let say = Say::new("refused.seat_taken").with("phone", "{who}").with("who", "李娜");
    assert_eq!(say.words(Language::En), "phone {who} is taken by 李娜");
    assert_eq!(Say::new("no.such_key").words(Language::En), "no.such_key");
}
