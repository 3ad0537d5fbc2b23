//! `ringdesk calendar due --stdin`: one question a line, one answer a line, whatever the line holds.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use super::super::{DONE, FAILED};
use super::{Desk, Question, rfc3339};
use crate::domain::Allowance;
use crate::text::Say;

/// No question is longer; what is read of a longer line is refused without keeping the rest.
const LONGEST_LINE: u64 = 4_096;

/// Answers until the input ends. The exit code tells whether every line could be answered.
pub fn answer(desk: &Desk<'_>) -> Result<u8, Say> {
    let mut questions = BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let mut answers = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut code = DONE;
    let mut line = Vec::new();
    loop {
        let whole =
            next_line(&mut questions, &mut line).map_err(|error| Say::new("calendar.stdin").with("error", error))?;
        let Some(whole) = whole else { break };
        let text = std::str::from_utf8(&line).ok().filter(|_| whole).map(|text| text.trim_start_matches('\u{feff}'));
        let answer = text
            .ok_or_else(|| Say::new("calendar.line_unreadable").with("most", LONGEST_LINE))
            .and_then(|text| one(desk, text))
            .unwrap_or_else(|why| {
                code = FAILED;
                format!("error\t{}", on_one_line(&why.words(desk.language)))
            });
        let mut written = writeln!(answers, "{answer}");
        // Whoever asks one question and waits for the answer gets it; a file is answered in one go.
        if questions.buffer().is_empty() {
            written = written.and_then(|()| answers.flush());
        }
        written.map_err(stdout)?;
    }
    answers.flush().map_err(stdout)?;
    Ok(code)
}

fn stdout(error: std::io::Error) -> Say {
    Say::new("cli.stdout").with("error", error)
}

/// The next line without its end. `None` at the end of the input, `Some(false)` where it was too long.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
    line.clear();
    if input.by_ref().take(LONGEST_LINE).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_some() || (line.len() as u64) < LONGEST_LINE {
        line.pop_if(|last| *last == b'\r');
        return Ok(Some(true));
    }
    input.skip_until(b'\n')?;
    Ok(Some(false))
}

fn one(desk: &Desk<'_>, line: &str) -> Result<String, Say> {
    let (from, allow) = line.split_once('\t').ok_or_else(|| Say::new("calendar.line_wrong").with("line", line))?;
    let question = Question::read(from, allow, desk.offset)?;
    let timing = desk.timing();
    let due = timing.due(question.from, question.allow);
    let answer = match question.allow {
        Allowance::WorkingDays(_) if question.bare => timing.day_of(due.at).to_string(),
        Allowance::Days(_) if question.bare => timing.day(due.at).to_string(),
        _ => rfc3339(due.at, desk.offset),
    };
    Ok(if due.provisional { format!("{answer}\tprovisional") } else { answer })
}

/// Whatever the question held, the answer stays one line with one tab.
fn on_one_line(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
