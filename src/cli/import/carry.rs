//! What was not over at a log's end, kept beside the desk's data for the log after it, as lines of a log.
//!
//! Without it nothing is lost that is not reported: a call cut in two by the change of logs is then brought in with the
//! first log that has it whole.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{BufReader, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::domain::call::backfill::LogEntry;
use crate::pbx::queue_log::{Line, Lines, write};
use crate::text::Say;

/// Its name in the data folder.
const FILE: &str = "queue_log.open";

fn place(data: &Path) -> PathBuf {
    data.join(FILE)
}

fn fault(path: &Path, error: &std::io::Error) -> Say {
    Say::new("import.carry").with("file", path.display()).with("error", error)
}

/// What the log before left over.
pub fn load(data: &Path) -> Result<Vec<LogEntry>, Say> {
    let path = place(data);
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        // There was none, or this account may not look: the log itself has the last word anyway.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(fault(&path, &error)),
    };
    let mut lines = Lines::new(BufReader::new(file));
    let mut entries = Vec::new();
    while let Some(line) = lines.read().map_err(|error| fault(&path, &error))? {
        if let Ok(Line::Call(entry)) = line.line {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Keeps what this log leaves over, all of it or as it was before.
pub fn save(data: &Path, entries: &[LogEntry]) -> Result<(), Say> {
    let path = place(data);
    let draft = path.with_extension("new");
    let written = || -> std::io::Result<()> {
        if entries.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        // There are callers' numbers in it.
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        for entry in entries {
            writeln!(file, "{}", write(entry))?;
        }
        file.sync_all()?;
        fs::rename(&draft, &path)
    };
    written().map_err(|error| fault(&path, &error))
}

/// How many calls of these are still without their end.
pub fn calls(entries: &[LogEntry]) -> usize {
    let id = |entry: &LogEntry| entry.uniqueid.clone();
    let over: BTreeSet<String> = entries.iter().filter(|entry| entry.event.ends()).map(id).collect();
    let all: BTreeSet<String> = entries.iter().map(id).collect();
    all.difference(&over).count()
}
