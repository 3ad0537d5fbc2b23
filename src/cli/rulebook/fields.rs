//! What the screens ask: each field that some type uses, with what may stand in it.

use std::collections::BTreeSet;

use super::explain::Page;
use crate::domain::rulebook::{FieldKind, FieldRule};

impl Page<'_> {
    pub fn fields(&mut self) {
        let rules = self.rules;
        let mut used: BTreeSet<&str> = BTreeSet::new();
        for rule in rules.types.values() {
            let screens = rule.stages.iter().flat_map(|stage| &stage.fields);
            used.extend(rule.form.iter().chain(screens).map(|one| one.field.as_str()));
        }
        self.heading(self.language.word("explain.fields"));
        for (id, rule) in rules.fields.iter().filter(|(id, _)| used.contains(id.as_str())) {
            let words = self.what_it_holds(id, rule);
            self.cited(2, &words, &rule.article);
        }
    }

    fn what_it_holds(&self, id: &str, rule: &FieldRule) -> String {
        let bound = |bound: &Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
        let choices = |ids: &[&str]| {
            let words: Vec<String> = ids.iter().map(|choice| self.word(&self.rules.value_word(id, choice))).collect();
            self.list(&words)
        };
        let say = match &rule.kind {
            FieldKind::Text => self.say("field_text"),
            FieldKind::Long => self.say("field_long"),
            FieldKind::Number { least, most, unit } => {
                let key = match (least, most) {
                    (None, _) => "field_number",
                    (Some(_), None) => "field_number_from",
                    (Some(_), Some(_)) => "field_number_range",
                };
                self.say(key).with("least", bound(least)).with("most", bound(most)).with("unit", unit)
            }
            FieldKind::Choice(listed) => {
                let ids: Vec<&str> = listed.iter().map(|choice| choice.id.as_str()).collect();
                self.say("field_choice").with("choices", choices(&ids))
            }
            FieldKind::YesNo => self.say("field_choice").with("choices", choices(&["yes", "no"])),
            FieldKind::Date => self.say("field_date"),
            FieldKind::Moment => self.say("field_moment"),
            FieldKind::Phone => self.say("field_phone"),
            FieldKind::Person => self.say("field_person"),
            FieldKind::Department => self.say("field_department"),
            FieldKind::Reference => self.say("field_reference"),
        };
        say.with("field", self.field(id)).words(self.language)
    }
}
