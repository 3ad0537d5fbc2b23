//! What is said on the line: the scripts of a kind (R-CALL-9), and the safety words of an emergency (R-REQ-4).

use crate::domain::RequestType;
use crate::tui::model::Model;

/// What is said with any kind, in this order: before the kind's own words, and after them.
const BEFORE: [&str; 2] = ["greeting", "ask"];
const AFTER: [&str; 2] = ["repeat", "close"];

impl Model {
    /// All that is said with a kind, with what it is for as headings.
    pub fn script_of(&self, kind: RequestType) -> Vec<(&'static str, String)> {
        let rules = &self.desk.welcome().rulebook;
        let mut lines = Vec::new();
        if kind == RequestType::Emergency {
            lines.extend(self.safety_words(kind).into_iter().map(|line| ("emergency", line)));
        }
        for part in BEFORE.into_iter().chain([kind.code()]).chain(AFTER) {
            let Some(said) = rules.scripts.get(part).filter(|said| !said.is_empty()) else { continue };
            let heading = match part == kind.code() {
                true => self.word(crate::tui::words::kind(kind)),
                false => self.word(&format!("life_form.script-{part}")),
            };
            lines.push(("title", heading));
            lines.extend(said.iter().map(|line| ("value", line.clone())));
        }
        lines
    }

    /// What a caller in danger is told, line by line, and the numbers of the state at the end.
    pub fn safety_words(&self, kind: RequestType) -> Vec<String> {
        let rule = self.desk.welcome().rulebook.kind(kind).emergency.as_ref();
        let own = rule.map(|rule| rule.script.clone()).filter(|script| !script.is_empty());
        let mut words = own.unwrap_or_else(|| vec![self.word("life_form.safety")]);
        words.push(self.word("life_form.numbers"));
        words
    }
}
