//! What the tests of `ringdesk import` share: the binary over a folder of its own, and what it made of a log.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The binary over a data folder, in English.
pub fn ringdesk(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringdesk"));
    for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "RINGDESK_PBX_SECRET"] {
        command.env_remove(variable);
    }
    command.env("HOME", data).env("RINGDESK_LANGUAGE", "en").arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// Brings a log in, with further arguments.
pub fn import(data: &Path, log: &Path, more: &[&str]) -> Output {
    ringdesk(data).args(["import", "queue_log"]).arg(log).args(more).output().unwrap()
}

/// What it said, line by line, without the program's name.
pub fn said(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    text.lines().map(|line| line.strip_prefix("ringdesk: ").unwrap_or(line).to_owned()).collect()
}

/// The calls of the desk, without their numbers, by PBX id and arrival.
pub fn calls(data: &Path) -> Vec<Value> {
    let output = ringdesk(data).args(["export", "calls"]).output().unwrap();
    assert!(output.status.success(), "{:?}", said(&output));
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let mut rows: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    for row in &mut rows {
        row.as_object_mut().unwrap().remove("id");
    }
    rows.sort_by_key(|row| (text(row, "uniqueid"), text(row, "arrived_at")));
    rows
}

/// A column as text.
pub fn text(row: &Value, column: &str) -> String {
    row[column].as_str().unwrap_or_default().to_owned()
}

/// A random-looking log of so many calls, one every half minute, with a line that can't be read after every hundred.
pub fn log_of(calls: i64) -> String {
    let mut log = String::new();
    for call in 0..calls {
        let at = 1_790_000_000 + call * 30;
        let (id, wait, talk) = (format!("{at}.{call}"), call * 7 % 29, 5 + call * 13 % 200);
        log += &format!("{at}|{id}|gas|NONE|ENTERQUEUE||139{call:08}|1\n");
        if call % 5 == 0 {
            log += &format!("{}|{id}|gas|NONE|ABANDON|1|1|{wait}\n", at + wait);
        } else {
            let agent = call % 9;
            log += &format!("{}|{id}|gas|A{agent}|CONNECT|{wait}|{id}1|{wait}\n", at + wait);
            log += &format!("{}|{id}|gas|A{agent}|COMPLETECALLER|{wait}|{talk}|1\n", at + wait + talk);
        }
        if call % 100 == 99 {
            log += "not a line of a log\n";
        }
    }
    log
}
