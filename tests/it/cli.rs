//! The commands as a script sees them: what comes out, what is said, how it exits.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ringdesk::domain::event::Actor;
use ringdesk::domain::ticket::Happened;
use ringdesk::domain::{Addressee, Notice, NoticeId, Stamp, TicketId, TicketLine};
use serde_json::Value;

use crate::call_referee::{JUDGED, referee};

fn ringdesk(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringdesk"));
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "RINGDESK_PBX_SECRET"] {
        command.env_remove(variable);
    }
    command.env("HOME", home).env("RINGDESK_LANGUAGE", "en").stdin(Stdio::null());
    command
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    ringdesk(home).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn rows(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", said(output));
    output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn recording(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings").join(name)
}

fn rehearse(home: &Path, data: &str, name: &str) {
    let file = recording(name);
    let output = run(home, &["--data", data, "rehearse", file.to_str().unwrap(), "--speed", "max"]);
    assert!(output.status.success(), "{}", said(&output));
}

/// Every column that docs/exports.md promises, in its order.
fn promised(table: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exports.md")).unwrap();
    let section = text.split(&format!("\n## {table}\n")).nth(1).unwrap().split("\n## ").next().unwrap();
    let cells = section.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').nth(1).unwrap());
    cells.flat_map(|cell| cell.split(',')).map(|name| name.trim().trim_matches('`').to_owned()).collect()
}

#[test]
fn the_exports_have_the_columns_that_are_promised() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let data = data.to_str().unwrap();
    rehearse(home.path(), data, "busy-agents.jsonl.gz");
    for table in ["calls", "callbacks", "journal"] {
        let rows = rows(&run(home.path(), &["--data", data, "export", table]));
        let row = rows.first().unwrap_or_else(|| panic!("no {table}"));
        let names: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(names, promised(table).iter().collect::<Vec<_>>(), "{table}");
    }
    let ticket = ringdesk::cli::ticket_row(&Default::default(), &[], chrono::FixedOffset::east_opt(0).unwrap());
    assert_eq!(ticket.keys().collect::<Vec<_>>(), promised("tickets").iter().collect::<Vec<_>>());
    let line = TicketLine { ticket: TicketId(1), number: 0, at: Stamp(0), by: Actor::Desk, what: Happened::Printed };
    let line = ringdesk::cli::history_row(&line, chrono::FixedOffset::east_opt(0).unwrap());
    assert_eq!(line.keys().collect::<Vec<_>>(), promised("history").iter().collect::<Vec<_>>());
    let notice = Notice {
        id: NoticeId(1),
        rehearsal: false,
        ticket: Some(TicketId(1)),
        callback: None,
        to: Addressee::Role("supervisor".into()),
        at: Stamp(0),
        what: Default::default(),
        rings: false,
        late: false,
        acknowledged: None,
    };
    let notice = ringdesk::cli::notice_row(&notice, chrono::FixedOffset::east_opt(0).unwrap());
    assert_eq!(notice.keys().collect::<Vec<_>>(), promised("notices").iter().collect::<Vec<_>>());
}

#[test]
fn csv_has_the_same_rows_behind_a_byte_order_mark() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let data = data.to_str().unwrap();
    rehearse(home.path(), data, "caller-id.jsonl.gz");
    let json = rows(&run(home.path(), &["--data", data, "export", "calls"]));
    let csv = run(home.path(), &["--data", data, "export", "calls", "--format", "csv"]).stdout;
    assert!(csv.starts_with(b"\xef\xbb\xbfid,uniqueid,"));
    let mut reader = csv::Reader::from_reader(&csv[3..]);
    let names: Vec<Option<String>> = reader.records().map(|row| row.unwrap().get(5).map(str::to_owned)).collect();
    let wanted: Vec<_> = json.iter().map(|row| row["caller_name"].as_str().map(str::to_owned)).collect();
    assert_eq!(names, wanted);
}

#[test]
fn a_span_of_time_takes_its_beginning_and_leaves_its_end() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let data = data.to_str().unwrap();
    rehearse(home.path(), data, "busy-agents.jsonl.gz");
    let all = rows(&run(home.path(), &["--data", data, "export", "calls"]));
    let second = all[1]["arrived_at"].as_str().unwrap();
    let from = rows(&run(home.path(), &["--data", data, "export", "calls", "--since", second]));
    assert_eq!(from.len(), all.len() - 1);
    let until = rows(&run(home.path(), &["--data", data, "export", "calls", "--until", second]));
    assert_eq!(until.len(), 1);
    let wrong = run(home.path(), &["--data", data, "export", "calls", "--since", "gestern"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("gestern"), "{}", said(&wrong));
}

#[test]
fn a_rehearsal_is_marked_and_done_twice_makes_two() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let data = data.to_str().unwrap();
    rehearse(home.path(), data, "abandoned-8s.jsonl.gz");
    rehearse(home.path(), data, "abandoned-8s.jsonl.gz");
    let calls = rows(&run(home.path(), &["--data", data, "export", "calls"]));
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call["rehearsal"] == true && call["outcome"] == "abandoned"));
    let callbacks = rows(&run(home.path(), &["--data", data, "export", "callbacks"]));
    assert_eq!(callbacks.len(), 1, "one line a person");
    assert_eq!(callbacks[0]["calls"].as_array().unwrap().len(), 2);
    assert!(run(home.path(), &["--data", data, "check"]).status.success());
}

#[test]
fn a_secret_that_others_can_read_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("c.toml");
    fs::write(&file, "[pbx]\nhost = \"127.0.0.1\"\nsecret = \"geheim-7\"\n").unwrap();
    let config = |mode| {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        run(home.path(), &["--config", file.to_str().unwrap(), "config"])
    };
    let refused = config(0o644);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("chmod 600"), "{}", said(&refused));
    let shown = config(0o600);
    assert!(shown.status.success());
    let text = String::from_utf8(shown.stdout.clone()).unwrap();
    assert!(text.contains("pbx.secret = ***") && text.contains("line 3"), "{text}");
    for output in [refused, shown] {
        assert!(!format!("{output:?}").contains("geheim"));
    }
}

#[test]
fn faults_of_the_configuration_name_file_and_line() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("c.toml");
    let cases = [
        ("bell = true\nbel = true\n", ":2:"),
        ("bell = \"yes\"\n", ":1:"),
        ("\n\nborders = \"round\"\n", ":3:"),
        ("utc_offset = \"eight\"\n", ":1:"),
        ("[pbx]\nkind = \"avaya\"\n", ":2:"),
        ("[[staff]]\nid = \"1\"\n[[staff]]\nid = \"1\"\n", ":3:"),
        ("theme = [\n", ":"),
    ];
    for (text, place) in cases {
        fs::write(&file, text).unwrap();
        let output = run(home.path(), &["--config", file.to_str().unwrap(), "config"]);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(said(&output).contains(&format!("c.toml{place}")), "{text}: {}", said(&output));
    }
    let missing = run(home.path(), &["--config", "/nowhere/c.toml", "config"]);
    assert!(said(&missing).contains("/nowhere/c.toml"));
}

#[test]
fn a_desk_with_wrong_rules_does_not_start_and_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = home.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let data = home.path().join("data");
    let refused = |config: &str, place: &str| {
        for verb in ["serve", "check"] {
            let output = run(home.path(), &["--data", data.to_str().unwrap(), "--config", config, verb]);
            assert_eq!(output.status.code(), Some(1), "{verb}: {}", said(&output));
            assert!(said(&output).contains(place), "{verb}: {}", said(&output));
            assert!(output.stdout.is_empty() && !data.exists(), "{verb} left something");
        }
    };
    let book = write("rules.toml", "inherits = \"gas\"\ntitle = \"A\"\n[answer]\nsecond = 3\narticle = \"1\"\n");
    let config = write("one/config.toml", &format!("[desk]\nrulebook = {book:?}\n"));
    refused(&config, "rules.toml:4");
    let config = write("two/config.toml", "");
    write("two/calendars/2027.toml", "year = 2027\nholidays = 3\n");
    refused(&config, "2027.toml:2");
}

#[test]
fn without_a_terminal_the_console_says_so() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("terminal"), "{}", said(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn what_is_not_there_is_said() {
    let home = tempfile::tempdir().unwrap();
    for arguments in
        [&["--data", "/nowhere", "export", "calls"][..], &["--data", "/nowhere", "check"], &["pbx", "check"]]
    {
        let output = run(home.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(said(&output).starts_with("ringdesk: "), "{}", said(&output));
    }
    let file = home.path().join("broken.jsonl");
    fs::File::create(&file).unwrap().write_all(b"{\"t\": 0, \"d\": \"<\", \"l\": \"x\"}\nnonsense\n").unwrap();
    let data = home.path().join("data");
    let broken =
        run(home.path(), &["--data", data.to_str().unwrap(), "rehearse", file.to_str().unwrap(), "--speed", "max"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(said(&broken).contains("broken.jsonl") && said(&broken).contains('2'), "{}", said(&broken));
    let speed = run(home.path(), &["--data", data.to_str().unwrap(), "rehearse", "--speed", "fast"]);
    assert!(said(&speed).contains("fast"));
}

/// A folder that can't be written: nothing is half-done, and the sentence names it. Root may write anywhere, so there
/// the folder is a file.
#[test]
fn a_data_folder_that_cannot_be_used_is_named() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "x").unwrap();
    let output = run(home.path(), &["--data", file.to_str().unwrap(), "serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(file.to_str().unwrap()), "{}", said(&output));
}

/// The whole way, as a script goes it: played by the binary, kept on disk, exported by another run of it.
#[test]
fn every_recording_rehearsed_and_exported_agrees_with_the_phones() {
    let mut differ = Vec::new();
    for (truth, file) in JUDGED {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        let data = data.to_str().unwrap();
        rehearse(home.path(), data, file);
        let calls = rows(&run(home.path(), &["--data", data, "export", "calls"]));
        let (_, faults) = referee(truth, &calls);
        differ.extend(faults.into_iter().map(|fault| format!("{file}: {fault}")));
        assert!(calls.iter().all(|call| call["rehearsal"] == true && call["open"] == false), "{file}");
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// The configuration that docs/operations.md shows is one that the desk takes, whole.
#[test]
fn the_documented_configuration_is_taken() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).unwrap();
    let block = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("c.toml");
    fs::write(&file, block).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let output = run(home.path(), &["--config", file.to_str().unwrap(), "config"]);
    assert!(output.status.success(), "{}", said(&output));
    let shown = String::from_utf8(output.stdout).unwrap();
    let defaults = shown.lines().filter(|line| line.ends_with("# default")).collect::<Vec<_>>();
    assert!(defaults.is_empty(), "not documented: {defaults:?}");
}

/// A caller who withheld the number is in no list by it, and nothing that was known by the number stays.
#[test]
fn a_withheld_number_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let data = data.to_str().unwrap();
    rehearse(home.path(), data, "channelvars-and-presentation.jsonl.gz");
    let calls = rows(&run(home.path(), &["--data", data, "export", "calls"]));
    let withheld: Vec<_> = calls.iter().filter(|call| call["withheld"] == true).collect();
    assert!(!withheld.is_empty());
    for call in withheld {
        assert_eq!((&call["caller"], &call["caller_name"], &call["nth_today"]), (&"".into(), &"".into(), &0.into()));
        assert!(call["callback"].is_null());
    }
}

#[test]
fn a_wrong_rulebook_is_checked_whole_and_keeps_nobody_from_a_desk_that_runs() {
    let home = tempfile::tempdir().unwrap();
    let book = home.path().join("rules.toml");
    fs::write(&book, "inherits = \"gas\"\ntitle = \"A\"\n[answer]\nsecond = 3\narticle = \"1\"\n").unwrap();
    let config = home.path().join("config.toml");
    fs::write(&config, format!("[desk]\nrulebook = {book:?}\n")).unwrap();
    let loaded = ringdesk::config::load(Some(&config)).unwrap();
    assert!(loaded.rules_fault.is_some_and(|why| why.args.iter().any(|(_, value)| value.ends_with("rules.toml"))));
    let config = config.to_str().unwrap();
    let checked = run(home.path(), &["--config", config, "rulebook", "check", book.to_str().unwrap()]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains("rules.toml:4"), "{}", said(&checked));
}
