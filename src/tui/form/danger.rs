//! R-REQ-11: words that mean danger raise an emergency while they are typed, each once; one key takes it back.

use serde::{Deserialize, Serialize};

use super::Draft;
use crate::domain::RequestType;
use crate::domain::rulebook::Rulebook;

/// That a word made a form an emergency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Raised {
    /// The word.
    pub word: String,
    /// What the kind was before.
    pub before: RequestType,
}

impl Draft {
    /// Looks for danger words that were not there before. One makes the form an emergency at once, whatever was chosen
    /// before it; a kind chosen after it stands. Gives the word where it did.
    pub fn watch_for_danger(&mut self, rules: &Rulebook) -> Option<String> {
        let elsewhere = self.advance.is_some() || self.errand.is_some() || self.sheet.is_some();
        if elsewhere || self.saved().is_some() {
            return None;
        }
        let mut found = self.dangers(rules);
        found.retain(|word| !self.known_danger.contains(word));
        self.known_danger.extend(found.iter().cloned());
        let word = found.into_iter().next().filter(|_| self.fields.kind != RequestType::Emergency)?;
        self.raised = Some(Raised { word: word.clone(), before: self.fields.kind });
        self.fields.kind = RequestType::Emergency;
        Some(word)
    }

    /// Words that stand in a ticket already are not raised anew by whoever mends it.
    pub fn know_danger(&mut self, rules: &Rulebook) {
        self.known_danger = self.dangers(rules);
    }

    /// The operator says it is no emergency: the kind is what it was, and these words are not raised again.
    pub fn not_an_emergency(&mut self) -> bool {
        let Some(raised) = self.raised.take() else { return false };
        self.fields.kind = raised.before;
        true
    }

    fn dangers(&self, rules: &Rulebook) -> Vec<String> {
        // Each field by itself: what one ends with and the other begins with is no word.
        rules.dangers_in(&format!("{}\n{}", self.fields.subject, self.fields.detail)).into_iter().cloned().collect()
    }
}
