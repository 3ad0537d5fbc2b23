//! Rulebooks are read, laid over each other and checked: every shipped one is in order, and whatever is wrong is told
//! with its file, its line and a sentence.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use ringdesk::config::{RULEBOOKS, calendars, check_rulebook, check_rulebook_text, check_staff};
use ringdesk::domain::rulebook::Rulebook;
use ringdesk::domain::{Allowance, Calendar, RequestType, Role, Staff, StaffId};
use ringdesk::text::{Language, Say};

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rulebooks").join(folder)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(fixtures(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn shipped(name: &str) -> Rulebook {
    check_rulebook(name, Path::new(""), Calendar::default()).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"))
}

fn arg<'a>(say: &'a Say, name: &str) -> &'a str {
    say.args.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
}

#[test]
fn every_shipped_rulebook_is_in_order_and_has_all_types() {
    for name in RULEBOOKS.iter().map(|(name, _)| *name).chain(["base"]) {
        let rules = shipped(name);
        assert_eq!(rules.name, name);
        for kind in RequestType::ALL {
            assert!(rules.types.contains_key(&kind), "{name} has no {}", kind.code());
        }
    }
}

/// Each bad file names the fault and the line in its first line.
#[test]
fn every_bad_rulebook_is_refused_with_its_line_and_a_sentence() {
    let bad = files("bad");
    assert!(bad.len() > 70, "{}", bad.len());
    for path in bad {
        let source = fs::read_to_string(&path).unwrap();
        let (key, line) = source.lines().next().unwrap().strip_prefix("# ").unwrap().split_once(' ').unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let faults = check_rulebook(name, &fixtures("bad"), Calendar::default()).expect_err(name);
        let told = |say: &Say| say.key == format!("rulebook.{key}") && arg(say, "line") == line;
        assert!(faults.iter().any(told), "{name}: {key} in line {line} is not among {faults:#?}");
        for say in &faults {
            assert!(arg(say, "file").ends_with(name) || !told(say), "{name}: {say:?}");
            for language in Language::ALL {
                let words = say.words(language);
                assert!(words.contains(line) || !told(say), "{name}: {words}");
                assert!(!words.contains('{') && !words.contains("rulebook."), "{name}: {words}");
            }
        }
    }
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let source = "inherits = \"base\"\ntitle = \"t\"\n[wrap_up]\nseconds = 0\narticle = \"\"\n[danger]\nwords = []\n";
    let faults = check_rulebook_text("three.toml", source, Path::new(""), Calendar::default()).unwrap_err();
    let lines: Vec<&str> = faults.iter().map(|say| arg(say, "line")).collect();
    assert_eq!(lines.len(), 4, "{faults:#?}");
    assert!(lines.windows(2).all(|pair| pair[0] <= pair[1]), "{lines:?}");
}

#[test]
fn a_rulebook_gives_only_what_differs() {
    let small = check_rulebook("small.toml", &fixtures("good"), Calendar::default()).unwrap();
    let base = shipped("base");
    assert_eq!(small.answer_limit_ms, 11_000, "three rings end after eleven seconds");
    assert_eq!(small.limit_ms(Some("emergency")), 10_000);
    let (mine, theirs) = (small.kind(RequestType::Complaint), base.kind(RequestType::Complaint));
    assert_eq!(mine.stages, theirs.stages);
    assert!(mine.clock("answer").is_none() && mine.clock("close").is_some() && theirs.clock("close").is_none());
    assert_eq!(small.kind(RequestType::Repair), base.kind(RequestType::Repair));
    assert_eq!(small.visits.len() + 1, base.visits.len());
    let child = check_rulebook("child.toml", &fixtures("good"), Calendar::default()).unwrap();
    let judged = child.kind(RequestType::Complaint).stage("judged").unwrap();
    assert_eq!(judged.by, ["supervisor"]);
    assert_eq!(judged.name.as_deref(), Some("定性"));
    assert_eq!(judged.fields, theirs.stage("judged").unwrap().fields, "the fields stay those of the base");
    assert_eq!(child.answer_limit_ms, 11_000);
}

#[test]
fn inheriting_in_a_round_is_refused_where_it_closes() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.toml"), "title = \"a\"\ninherits = \"b.toml\"\n").unwrap();
    fs::write(dir.path().join("b.toml"), "inherits = \"./a.toml\"\n").unwrap();
    let faults = check_rulebook("a.toml", dir.path(), Calendar::default()).unwrap_err();
    assert_eq!(faults[0].key, "rulebook.inherits_itself");
    assert!(arg(&faults[0], "file").ends_with("b.toml"));
    let faults = check_rulebook("c.toml", dir.path(), Calendar::default()).unwrap_err();
    assert_eq!(faults[0].key, "rulebook.unreadable");
}

fn person(id: &str, role: Role, roles: &[&str]) -> Staff {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Staff { id: StaffId(id.into()), role, roles, ..Staff::default() }
}

#[test]
fn roles_that_nobody_has_are_warned_of() {
    let gas = shipped("gas");
    assert!(check_staff(&gas, &[]).is_empty(), "with no staff configured everybody is a supervisor");
    let keys = |staff: &[Staff]| -> Vec<(String, String)> {
        check_staff(&gas, staff).iter().map(|say| (say.key.clone(), arg(say, "role").to_owned())).collect()
    };
    let alone = keys(&[person("1", Role::Supervisor, &[])]);
    assert_eq!(alone, [("rulebook.nobody_named".into(), "sealed_keeper".into())]);
    let named = keys(&[person("1", Role::Supervisor, &["sealed_keeper", "pilot"])]);
    assert_eq!(named, [("rulebook.staff_role".into(), "pilot".into())]);
    let operators = keys(&[person("1", Role::Operator, &[])]);
    assert!(operators.contains(&("rulebook.nobody_has".into(), "service_manager".into())), "{operators:?}");
    assert!(!operators.contains(&("rulebook.nobody_has".into(), "operator".into())));
}

/// What is sent to a department reaches its technicians by the word in `team` alone.
#[test]
fn a_technician_of_no_department_is_warned_of() {
    let gas = shipped("gas");
    let technician = |team: &str| Staff { team: team.into(), ..person("8031", Role::Technician, &[]) };
    let warned = |team: &str| {
        let says = check_staff(&gas, &[technician(team)]);
        says.iter().find(|say| say.key == "rulebook.staff_team").map(|say| arg(say, "departments").to_owned())
    };
    assert_eq!((warned("维修抢险班"), warned("repair")), (None, None));
    for team in ["抢修队", ""] {
        assert!(warned(team).is_some_and(|known| known.contains("维修抢险班")), "{team}");
    }
    let operator = Staff { team: "早班".into(), ..person("8001", Role::Operator, &[]) };
    assert!(check_staff(&gas, &[operator]).iter().all(|say| say.key != "rulebook.staff_team"));
}

#[test]
fn the_commands_answer_by_word_and_exit_code() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_ringdesk"))
            .args(arguments)
            .env("HOME", home.path())
            .env("RINGDESK_LANGUAGE", "en")
            .env_remove("XDG_CONFIG_HOME")
            .current_dir(fixtures("bad"))
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, words) = run(&["rulebook", "check", "gas"]);
    assert_eq!((code, words.lines().count()), (Some(0), 1), "{words}");
    let (code, words) = run(&["rulebook", "check", "stuck.toml"]);
    assert_eq!(code, Some(1));
    assert!(words.starts_with("stuck.toml:4: ") && words.contains("validity="), "{words}");
    let (code, words) = run(&["rulebook", "explain", "../good/child.toml", "--type", "complaint"]);
    assert_eq!(code, Some(0));
    assert!(words.contains("定性") && !words.contains("(repair)"), "{words}");
    let (code, words) = run(&["rulebook", "list"]);
    assert_eq!((code, words.lines().count()), (Some(0), RULEBOOKS.len()));
    let (code, _) = run(&["rulebook", "explain", "gas", "--type", "thanks"]);
    assert_eq!(code, Some(1));
}

#[test]
fn a_rulebook_carries_the_calendar_it_is_given() {
    let calendar = calendars::shipped().unwrap();
    let rules = check_rulebook("gas", Path::new(""), calendar.clone()).unwrap();
    assert_eq!(rules.calendar, calendar);
    assert_eq!(rules.objection, Allowance::WorkingDays(2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is taken out of a rulebook or put in its place, it loads or is refused with a line; nothing else.
    #[test]
    fn a_maimed_rulebook_loads_or_is_refused(book in 0..RULEBOOKS.len(), cut in any::<prop::sample::Index>(),
        lines in 1usize..6, swap in any::<prop::sample::Index>(), words in 0usize..3) {
        let source = RULEBOOKS[book].1;
        let mut text: Vec<String> = source.lines().map(str::to_owned).collect();
        let at = cut.index(text.len());
        let end = (at + lines).min(text.len());
        match words {
            0 => { text.drain(at..end); }
            1 => { let with = text[swap.index(text.len())].clone(); text[at] = with; }
            _ => { text[at] = text[at].replace("registered", "judged").replace("valid", "cause").replace('1', "0"); }
        }
        if let Err(faults) = check_rulebook_text("maimed.toml", &text.join("\n"), Path::new(""), Calendar::default()) {
            prop_assert!(!faults.is_empty());
            for say in faults {
                let line: usize = arg(&say, "line").parse().unwrap();
                prop_assert!(line > 0, "{say:?}");
                prop_assert!(!say.words(Language::ZhHans).contains('{'), "{say:?}");
            }
        }
    }
}
