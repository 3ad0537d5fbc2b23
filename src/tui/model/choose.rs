//! Fields that are chosen, not typed: the kind, choices of the rulebook, departments, people.

use crate::domain::RequestType;
use crate::text::{Say, Word, matches};
use crate::tui::command::{Effect, Outcome};
use crate::tui::form::{Ask, Draft, Field, Stage};
use crate::tui::layer::{Layer, Picker, Row, Subject};
use crate::tui::words;

use super::Model;

impl Model {
    /// The caret is in a field that is chosen.
    pub fn is_choosing(&self) -> bool {
        let rules = &self.desk.welcome().rulebook;
        let here = self.layers.is_empty() && self.focus == super::Pane::Form;
        here && self.drafts.open().is_some_and(|draft| !draft.field.ask(rules).is_typed())
    }

    /// What may be chosen where the caret is: the value and its word.
    fn on_offer(&self, draft: &Draft) -> Vec<(String, Word)> {
        let welcome = self.desk.welcome();
        if draft.field == Field::Kind {
            let word = |kind: RequestType| (kind.code().to_owned(), Word::Key(words::kind(kind).to_owned()));
            return RequestType::ALL.into_iter().map(word).collect();
        }
        draft.choices(&welcome.rulebook, &welcome.staff, &draft.field)
    }

    /// The next choice, or the one before. Before the first there is none, but for the kind.
    pub fn step_choice(&mut self, step: isize) {
        let Some(draft) = self.drafts.open().filter(|draft| draft.saved().is_none()) else { return };
        let mut offer: Vec<String> = self.on_offer(draft).into_iter().map(|(value, _)| value).collect();
        if draft.field != Field::Kind {
            offer.insert(0, String::new());
        }
        let at = offer.iter().position(|value| value == draft.value(&draft.field)).unwrap_or(0) as isize;
        let next = (at + step).rem_euclid(offer.len().max(1) as isize) as usize;
        if let Some(value) = offer.into_iter().nth(next) {
            self.take_choice(&value);
        }
    }

    /// Puts what was chosen into the field the caret is in.
    fn take_choice(&mut self, value: &str) {
        if let Some(draft) = self.drafts.open_mut() {
            match (&draft.field, RequestType::parse(value)) {
                (Field::Kind, Some(kind)) => draft.choose_kind(kind),
                (Field::Kind, None) => {}
                _ => draft.choose(value),
            }
        }
    }

    /// A figure takes the choice of that place; a letter the next one whose name begins with it, else
    /// one that answers it. People are looked for in a
    /// list of their own, and a blank opens one for every choice.
    pub fn choose_by_key(&mut self, character: char) -> Outcome {
        let rules = &self.desk.welcome().rulebook;
        let Some(draft) = self.drafts.open() else { return Ok(Vec::new()) };
        let offer = self.on_offer(draft);
        if character == ' ' || draft.field.ask(rules) == Ask::Person {
            // A figure opens the list, where figures choose: typed into it, it would be somebody's name.
            let typed = if character.is_ascii_digit() { ' ' } else { character };
            return Ok(vec![Effect::Open(self.choice_list(draft, offer, typed))]);
        }
        let language = self.settings.language;
        let figure = character.to_digit(10).and_then(|figure| usize::try_from(figure).ok()?.checked_sub(1));
        let at = offer.iter().position(|(value, _)| value == draft.value(&draft.field)).map_or(0, |at| at + 1);
        let letter = character.to_string();
        let answers = |(_, word): &&(String, Word)| matches(&letter, &word.words(language)).is_some();
        let part = |word: &Word, at: usize| word.words(language).chars().nth(at).map(String::from).unwrap_or_default();
        let begins = |(_, word): &&(String, Word)| matches(&letter, &part(word, 0)).is_some();
        // After 报修 by a `b`, a `j` is the second letter of 报警.
        let chosen = offer.iter().find(|(value, _)| value == draft.value(&draft.field));
        let continues = |(value, word): &&(String, Word)| {
            let begun = chosen.is_some_and(|(own, now)| own != value && part(now, 0) == part(word, 0));
            begun && matches(&letter, &part(word, 1)).is_some()
        };
        let from_here = || offer.iter().cycle().skip(at).take(offer.len());
        let found = match figure {
            Some(place) => offer.get(place),
            // Who types the first letter of a name means that one, not another with the letter somewhere in it.
            None => {
                from_here().find(continues).or_else(|| from_here().find(begins)).or_else(|| from_here().find(answers))
            }
        };
        let value = found.map(|(value, _)| value.clone());
        let value = value.ok_or_else(|| {
            let key = if draft.field == Field::Kind { "refuse.no-such-kind" } else { "refuse_life.no-such-choice" };
            Say::new(key).with("letter", &letter)
        })?;
        self.take_choice(&value);
        self.chosen_on_sheet()
    }

    fn choice_list(&self, draft: &Draft, offer: Vec<(String, Word)>, typed: char) -> Layer {
        let language = self.settings.language;
        let field = &draft.field;
        let title = self.desk.welcome().rulebook.field_word(field.id()).words(language);
        let row = |(id, word): (String, Word)| Row { text: word.words(language), id, beside: String::new() };
        let subject = Subject::Field(draft.id, field.clone());
        let mut picker = Picker::new(&title, offer.into_iter().map(row).collect(), subject, chosen);
        if draft.field.ask(&self.desk.welcome().rulebook) == Ask::Person {
            picker = picker.or_typed();
        }
        if typed != ' ' {
            picker.line.insert(&typed.to_string());
        }
        Layer::Picker(picker)
    }
}

/// What was chosen goes into the field it was chosen for, also when another form is on the screen by now.
fn chosen(model: &mut Model, subject: &Subject, value: &str) -> Outcome {
    let Subject::Field(draft, field) = subject else { return Ok(Vec::new()) };
    let open = model.drafts.open().is_some_and(|open| open.id == *draft);
    if let Some(draft) = model.drafts.get_mut(*draft).filter(|draft| draft.stage == Stage::Open) {
        match (field, RequestType::parse(value)) {
            (Field::Kind, Some(kind)) => draft.choose_kind(kind),
            _ => draft.put(field, value),
        }
        if draft.field == *field {
            draft.go_to(field.clone());
            draft.after_choice();
        }
    }
    if open { model.chosen_on_sheet() } else { Ok(Vec::new()) }
}
