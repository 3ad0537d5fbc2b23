//! `ringdesk calendar show`: what is known of each year.

use super::super::{DONE, out};
use crate::domain::{Calendar, Day, Year};
use crate::text::{Language, Say};

pub fn show(calendar: &Calendar, wanted: Option<i32>, language: Language) -> Result<u8, Say> {
    if let Some(year) = wanted.filter(|year| !calendar.is_loaded(*year)) {
        return Err(Say::new("calendar.not_loaded").with("years", year));
    }
    let mut text = String::new();
    for (number, year) in calendar.years.iter().filter(|(number, _)| wanted.is_none_or(|wanted| wanted == **number)) {
        let days = calendar.working_days(*number).unwrap_or_default();
        let head = Say::new("calendar.show_year").with("year", number).with("days", days);
        text.push_str(&format!("{}\n", head.words(language)));
        for (name, first, last) in holidays(year) {
            let span = if first == last { first.to_string() } else { format!("{first} – {last}") };
            text.push_str(&format!("  {span}  {name}\n"));
        }
        let make_up: Vec<String> = year.make_up.iter().map(Day::to_string).collect();
        if !make_up.is_empty() {
            let say = Say::new("calendar.show_make_up").with("days", make_up.join(" "));
            text.push_str(&format!("  {}\n", say.words(language)));
        }
        let source = Say::new("calendar.show_source").with("source", &year.source);
        text.push_str(&format!("  {}\n", source.words(language)));
    }
    out(&text)?;
    Ok(DONE)
}

/// The holidays of a year, days of one name that follow each other as one.
fn holidays(year: &Year) -> Vec<(&str, Day, Day)> {
    let mut spans: Vec<(&str, Day, Day)> = Vec::new();
    for (day, name) in &year.holidays {
        match spans.last_mut() {
            Some((before, _, last)) if before == name && last.succ_opt() == Some(*day) => *last = *day,
            _ => spans.push((name, *day, *day)),
        }
    }
    spans
}
