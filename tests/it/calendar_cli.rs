//! `ringdesk calendar` and the calendar files, as an administrator and a script see them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ringdesk::config::calendars::{CALENDARS, load, parse, shipped};

use crate::calendar_kit::fixture;
use crate::hostile::shared;

fn ringdesk(home: &Path, language: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringdesk"));
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "RINGDESK_PBX_SECRET"] {
        command.env_remove(variable);
    }
    command.env("HOME", home).env("RINGDESK_LANGUAGE", language).stdin(Stdio::null());
    command
}

fn run(home: &Path, language: &str, arguments: &[&str]) -> Output {
    ringdesk(home, language).args(arguments).output().unwrap()
}

fn due(home: &Path, from: &str, allow: &str) -> Output {
    run(home, "en", &["calendar", "due", "--from", from, "--allow", allow])
}

/// What is answered to these lines, and the exit code.
fn ask(home: &Path, input: &[u8]) -> (Vec<String>, Option<i32>) {
    let mut command = ringdesk(home, "en");
    command.args(["calendar", "due", "--stdin", "--rulebook", "base"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect(), output.status.code())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_due_time_is_derived_day_by_day() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), "zh-Hans", &["calendar", "due", "--from", "2026-02-13 10:00", "--allow", "2wd"]);
    assert!(output.status.success());
    let said = text(&output.stdout);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].contains("2026-02-24 24:00") && !said.contains("暂定"), "{said}");
    assert!(lines[2].contains("2026-02-14") && lines[2].contains("调休") && lines[2].contains("第 1 个"), "{said}");
    assert_eq!(said.matches("春节").count(), 9, "{said}");
    assert_eq!(lines.len(), 14, "{said}");

    let said = text(&due(home.path(), "2026-12-31", "1wd").stdout);
    assert!(said.contains("provisional") && said.contains("(a guess)") && said.contains("of 2027 are not"), "{said}");
    let said = run(home.path(), "zh-Hans", &["calendar", "due", "--from", "2026-12-31", "--allow", "1wd"]).stdout;
    assert!(text(&said).contains("暂定") && text(&said).contains("2027"));
    for allow in ["30m", "24h", "3d", "90wm", "same-day"] {
        let output = due(home.path(), "2026-02-13T10:00:30+08:00", allow);
        assert!(output.status.success() && !text(&output.stdout).contains('{'), "{allow}");
    }
    assert!(!home.path().join(".local").exists(), "it needs no data folder and leaves none");
}

#[test]
fn what_cannot_be_answered_is_said() {
    let home = tempfile::tempdir().unwrap();
    for (from, allow, word) in
        [("gestern", "5wd", "gestern"), ("2026-02-30", "5wd", "2026-02-30"), ("2026-02-13", "5x", "5x")]
    {
        let output = due(home.path(), from, allow);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(word) && output.stdout.is_empty());
    }
    assert!(text(&due(home.path(), "0026-02-13", "5wd").stderr).contains("1900"));
    let rulebook = |named: &str| {
        run(home.path(), "en", &["calendar", "due", "--from", "2026-02-13", "--allow", "1wd", "--rulebook", named])
    };
    assert!(rulebook("government").status.success());
    assert!(text(&rulebook("/nowhere/r.toml").stderr).contains("/nowhere/r.toml"));
    let wrong = home.path().join("r.toml");
    fs::write(&wrong, "inherits = \"base\"\nnme = 1\ntitle = \"x\"\n").unwrap();
    assert!(text(&rulebook(wrong.to_str().unwrap()).stderr).contains("r.toml:2:"));
    assert_eq!(run(home.path(), "en", &["calendar", "due", "--from", "2026-02-13"]).status.code(), Some(2));
}

#[test]
fn a_script_gets_one_answer_a_line() {
    let home = tempfile::tempdir().unwrap();
    let lines: [(&[u8], &str); 14] = [
        (b"2026-02-13\t5wd\r\n", "2026-02-27"),
        (b"2026-02-13\t3d\n", "2026-02-16"),
        (b"2026-02-13 10:00\t5wd\n", "2026-02-28T00:00:00+08:00"),
        (b"2026-02-13 10:00:30\t90m\n", "2026-02-13T11:30:30+08:00"),
        (b"2026-02-13T02:00:00Z\t1h\n", "2026-02-13T11:00:00+08:00"),
        (b"2026-02-13\tsame-day\n", "2026-02-14T00:00:00+08:00"),
        (b"2026-12-31\t1wd\n", "2027-01-01\tprovisional"),
        (b"2026-12-31 10:00\t1d\n", "2027-01-01T10:00:00+08:00"),
        (b"\r\n", "error\t"),
        (b"2026-02-13 5wd\n", "error\t"),
        (b"2026-02-13\t5wd\t7\n", "error\t"),
        (b"2026-02-13\t\x1b[31m\r5\n", "error\t"),
        (b"\xff\xfe\t5wd\n", "error\t"),
        (b"2026-02-14\t1wd", "2026-02-24"),
    ];
    let input: Vec<u8> = lines.iter().flat_map(|(line, _)| line.to_vec()).collect();
    let (answers, code) = ask(home.path(), &input);
    assert_eq!((answers.len(), code), (lines.len(), Some(1)), "{answers:?}");
    for ((line, wanted), answer) in lines.iter().zip(&answers) {
        match wanted.strip_suffix('\t') {
            Some(_) => {
                let sentence = answer.strip_prefix(wanted).unwrap_or_else(|| panic!("{}: {answer}", text(line)));
                assert!(!sentence.is_empty() && !sentence.contains(char::is_control), "{answer:?}");
            }
            None => assert_eq!(answer, wanted, "{}", text(line)),
        }
    }
    assert_eq!(ask(home.path(), b""), (vec![], Some(0)));
    assert_eq!(ask(home.path(), b"\n").0.len(), 1);
    let long = [vec![b'x'; 1 << 20], b"\n2026-02-14\t1wd\n".to_vec()].concat();
    let (answers, code) = ask(home.path(), &long);
    assert_eq!((answers.len(), answers[1].as_str(), code), (2, "2026-02-24", Some(1)));
}

/// A program that asks one question and waits is not left waiting.
#[test]
fn an_answer_comes_before_the_next_question() {
    let home = tempfile::tempdir().unwrap();
    let mut command = ringdesk(home.path(), "en");
    command.args(["calendar", "due", "--stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for (question, wanted) in [("2026-09-30\t1wd\n", "2026-10-08\n"), ("2026-10-08\t2wd\n", "2026-10-10\n")] {
        stdin.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, wanted);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_own_table_comes_out_of_the_command() {
    let home = tempfile::tempdir().unwrap();
    let table = fixture("due.tsv");
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let rows: Vec<_> = rows.into_iter().filter(|row| row[0] == "working 00:00-24:00").collect();
    let input: String = rows.iter().map(|row| format!("{}\t{}\n", row[1], row[2])).collect();
    let (answers, code) = ask(home.path(), input.as_bytes());
    let wanted: Vec<String> = rows.iter().map(|row| format!("{}:00+08:00", row[3].replace(' ', "T"))).collect();
    assert_eq!((answers, code), (wanted, Some(0)));
}

#[test]
fn every_row_of_the_referee_comes_out_of_the_command() {
    let Some(path) = shared("calendar/deadline_oracle_sample.csv") else {
        println!("skipped: no referee beside the repository");
        return;
    };
    let rows: Vec<csv::StringRecord> = csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect();
    let input: String = rows.iter().map(|row| format!("{}\t{}wd\n", &row[0], &row[1])).collect();
    let home = tempfile::tempdir().unwrap();
    let (answers, code) = ask(home.path(), input.as_bytes());
    assert_eq!(answers, rows.iter().map(|row| row[2].to_owned()).collect::<Vec<_>>());
    assert_eq!(code, Some(0));
}

#[test]
fn a_year_beside_the_configuration_is_taken() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/ringdesk/calendars");
    fs::create_dir_all(&folder).unwrap();
    let year = CALENDARS[6].1.replace("2026", "2027").replace("make_up = [", "make_up = [] # ");
    fs::write(folder.join("2027.toml"), &year).unwrap();
    let said = text(&due(home.path(), "2026-12-31", "1wd").stdout);
    assert!(said.contains("2027-01-04 24:00") && !said.contains("provisional"), "{said}");
    let shown = text(&run(home.path(), "zh-Hans", &["calendar", "show", "2027"]).stdout);
    assert!(shown.contains("2027-02-15 – 2027-02-23  春节"), "{shown}");

    // The same beside a configuration that was named; and a year of one's own instead of the shipped one.
    let config = home.path().join("c.toml");
    fs::write(&config, "bell = false\n").unwrap();
    fs::create_dir(home.path().join("calendars")).unwrap();
    let own = "year = 2026\nsource = \"own\"\n[[holiday]]\nname = \"own day\"\nfrom = 2026-12-31\n";
    fs::write(home.path().join("calendars/2026.toml"), own).unwrap();
    let config = ["--config", config.to_str().unwrap(), "calendar", "show", "2026"];
    let shown = text(&run(home.path(), "en", &config).stdout);
    assert!(shown.contains("own day") && !shown.contains("02-14"), "{shown}");

    fs::write(folder.join("2027.toml"), "year = 2028\n").unwrap();
    let output = due(home.path(), "2026-12-31", "1wd");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("2027.toml:1:"), "{}", text(&output.stderr));
}

#[test]
fn show_tells_what_is_known() {
    let home = tempfile::tempdir().unwrap();
    let shown = text(&run(home.path(), "zh-Hans", &["calendar", "show"]).stdout);
    for word in ["2020 年，工作日 249 天", "2026 年，工作日 248 天", "2026-02-14", "2025-10-06  中秋节"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let unknown = run(home.path(), "en", &["calendar", "show", "2027"]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(1), 0));
    assert!(text(&unknown.stderr).contains("2027"));
}

#[test]
fn calendar_files_that_make_no_sense_are_refused() {
    let head = "year = 2027\nsource = \"x\"\n";
    let new_year = "[[holiday]]\nname = \"n\"\nfrom = 2027-01-01\nto = 2027-01-03\n";
    let make_up = |days: &str| format!("{head}make_up = [{days}]\n{new_year}");
    let cases = [
        (String::new(), "config.wrong", "1"),
        (format!("{head}holidays = 1\n"), "config.wrong", "3"),
        (format!("{head}{new_year}note = 1\n"), "config.wrong", "7"),
        (make_up("\"2027-02-06\""), "config.wrong", "3"),
        (head.to_owned(), "calendar.no_holiday", "1"),
        (format!("year = 2028\nsource = \"x\"\n{new_year}"), "calendar.file_name", "1"),
        (format!("year = 2027\nsource = \" \"\n{new_year}"), "calendar.no_source", "2"),
        (format!("{head}[[holiday]]\nname = \"n\"\nfrom = 2026-12-31\n"), "calendar.outside", "5"),
        (format!("{head}[[holiday]]\nname = \"n\"\nfrom = 2027-12-31\nto = 2028-01-02\n"), "calendar.outside", "6"),
        (format!("{head}[[holiday]]\nname = \"n\"\nfrom = 2027-01-03\nto = 2027-01-01\n"), "calendar.reversed", "5"),
        (format!("{head}[[holiday]]\nname = \"\"\nfrom = 2027-01-03\n"), "calendar.no_name", "4"),
        (format!("{head}[[holiday]]\nname = \"n\"\nfrom = 2027-01-03T10:00:00\n"), "calendar.no_day", "5"),
        (format!("{head}{new_year}[[holiday]]\nname = \"m\"\nfrom = 2027-01-03\n"), "calendar.twice", "9"),
        (make_up("2027-02-06, 2027-02-05"), "calendar.not_weekend", "3"),
        (make_up("2027-01-02"), "calendar.both", "3"),
        (make_up("2027-02-06,\n2027-02-06"), "calendar.make_up_twice", "4"),
        (make_up("2028-02-06"), "calendar.outside", "3"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("2027.toml");
    for (source, key, line) in cases {
        fs::write(&file, &source).unwrap();
        let why = load(Some(folder.path())).unwrap_err();
        assert_eq!(why.key, key, "{source}");
        let argument = |name: &str| why.args.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert_eq!((argument("line").as_str(), argument("file")), (line, file.display().to_string()), "{source}");
    }
    fs::write(&file, make_up("2027-02-06, 2027-02-07")).unwrap();
    assert!(load(Some(folder.path())).unwrap().is_loaded(2027));
    for (name, source) in [(".2028.toml", "x"), ("readme.txt", "x"), ("2028.toml~", "x")] {
        fs::write(folder.path().join(name), source).unwrap();
    }
    assert!(load(Some(folder.path())).is_ok());
    fs::write(folder.path().join("next.toml"), make_up("")).unwrap();
    assert_eq!(load(Some(folder.path())).unwrap_err().key, "calendar.file_name");
    assert_eq!(load(Some(&folder.path().join("none"))), shipped());
    assert_eq!(load(None), shipped());
}

/// The year that docs/operations.md shows is one that the desk takes.
#[test]
fn the_documented_year_is_taken() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")).unwrap();
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let block = blocks.into_iter().find(|block| block.starts_with("year = ")).unwrap();
    let (year, read) = parse(block, Path::new("2027.toml")).unwrap();
    assert_eq!((year, read.holidays.len(), read.make_up.len()), (2027, 3, 1));
}
