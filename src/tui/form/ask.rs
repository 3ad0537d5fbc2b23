//! What a form asks: which fields it shows, which must be filled, what may be chosen, what is sent.

use super::{Draft, Field};
use crate::domain::rulebook::{FieldKind, FieldUse, Need, Rulebook, StageRule};
use crate::domain::ticket::FieldChange;
use crate::domain::{RequestType, Staff};
use crate::text::Word;

/// What is asked first in an emergency.
const FIRST_IN_DANGER: [Field; 5] = [Field::Kind, Field::Subject, Field::Address, Field::Phone, Field::Name];

impl Draft {
    /// The rules of the stage whose screen it is; nothing for an intake form.
    pub fn stage_rule<'a>(&self, rules: &'a Rulebook) -> Option<&'a StageRule> {
        rules.kind(self.fields.kind).stage(self.advance.as_ref()?)
    }

    /// What the rulebook asks in it.
    pub fn uses<'a>(&self, rules: &'a Rulebook) -> &'a [FieldUse] {
        match (&self.advance, self.stage_rule(rules)) {
            (_, Some(stage)) => &stage.fields,
            (Some(_), None) => &[],
            (None, _) => &rules.kind(self.fields.kind).form,
        }
    }

    /// The fields on the screen, in order. What was typed for another kind is kept, and not among them.
    pub fn shown(&self, rules: &Rulebook) -> Vec<Field> {
        if self.sheet.is_some() {
            return self.sheet_fields();
        }
        if let Some(shown) = self.errand_fields(rules) {
            return shown;
        }
        let mut shown = match (&self.advance, self.edits, self.fields.kind) {
            (Some(_), ..) => Vec::new(),
            // Where somebody is in danger the place comes right after what happened.
            (None, None, RequestType::Emergency) => FIRST_IN_DANGER.to_vec(),
            (None, ..) => Vec::new(),
        };
        if self.advance.is_none() {
            let first = shown.clone();
            shown.extend(Field::OWN.into_iter().filter(|field| !first.contains(field)));
        }
        let asked = self.uses(rules).iter().map(|used| Field::of(&used.field));
        // Who mends a ticket mends what its stages have filled as well.
        let filled = self.base_card.keys().filter(|_| self.edits.is_some() && self.advance.is_none());
        for field in asked.chain(filled.map(|id| Field::of(id))) {
            if !shown.contains(&field) {
                shown.push(field);
            }
        }
        if self.brief {
            shown.retain(|field| self.is_asked(rules, field));
        }
        shown
    }

    /// Whether a field is asked as the others stand now, be it that it must be filled or that it may.
    fn is_asked(&self, rules: &Rulebook, field: &Field) -> bool {
        let used = self.uses(rules).iter().find(|used| used.field == field.id());
        used.is_none_or(|used| !matches!(used.need, Need::When(_)) || used.need.holds(|id| self.value_of(id)))
    }

    /// Whether a field must be filled, as the others stand now. An emergency is taken in with whatever there is.
    pub fn needs(&self, rules: &Rulebook, field: &Field) -> bool {
        if self.sheet.is_some() {
            return self.sheet_needs(field);
        }
        if let Some(needs) = self.errand_needs(rules, field) {
            return needs;
        }
        let intake = self.advance.is_none();
        if intake && self.fields.kind == RequestType::Emergency {
            return false;
        }
        let own = intake && *field == Field::Subject;
        let asked = self.uses(rules).iter().find(|used| used.field == field.id());
        own || asked.is_some_and(|used| used.need != Need::Free && used.need.holds(|id| self.value_of(id)))
    }

    /// What must be filled and is not, in the order of the screen.
    pub fn missing(&self, rules: &Rulebook) -> Vec<Field> {
        let empty = |field: &Field| self.value(field).trim().is_empty();
        self.shown(rules).into_iter().filter(|field| self.needs(rules, field) && empty(field)).collect()
    }

    /// What may be chosen in a field: the value and its word. Nothing for a field that is typed.
    pub fn choices(&self, rules: &Rulebook, staff: &[Staff], field: &Field) -> Vec<(String, Word)> {
        let Field::Card(id) = field else { return Vec::new() };
        if self.sheet.is_some() {
            return self.sheet_choices(id);
        }
        let word = |value: &str| (value.to_owned(), rules.value_word(id, value));
        match rules.fields.get(id).map(|rule| &rule.kind) {
            Some(FieldKind::Choice(choices)) => choices.iter().map(|choice| word(&choice.id)).collect(),
            Some(FieldKind::YesNo) => ["yes", "no"].into_iter().map(word).collect(),
            Some(FieldKind::Department) => rules.departments.keys().map(|id| word(id)).collect(),
            Some(FieldKind::Person) => {
                staff.iter().map(|staff| (staff.id.0.clone(), Word::Text(staff.name.clone()))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What is different from what was there, field by field, of what the screen asks.
    pub fn changes(&self, rules: &Rulebook) -> Vec<FieldChange> {
        let changed = self.shown(rules).into_iter().filter(|field| self.is_typed(field));
        let change = |field: Field| FieldChange {
            field: field.id().to_owned(),
            from: self.base_value(&field).to_owned(),
            to: self.value(&field).to_owned(),
        };
        changed.map(change).collect()
    }
}
