//! Which keys work on the technician's screen, and what of typing is different there: figures alone where a number is
//! asked, and on to the next field once a figure has chosen.

use crate::text::Say;
use crate::tui::command::{Def, FIRST_ORDER, Place};
use crate::tui::form::Ask;
use crate::tui::keymap::Context;
use crate::tui::model::Model;

/// What of the console's own commands works on the technician's screen. Suspending is not among them: it gives the
/// terminal back to a shell, and there is none for such an account.
const OF_THE_CONSOLE: [&str; 3] = ["view.quit", "view.redraw", "message.read"];

impl Model {
    /// The tables of the keymap that are asked there. The one for everywhere is not: it is the operators'.
    pub(in crate::tui::model) fn tech_contexts(&self) -> Vec<Context> {
        match self.layers.last() {
            Some(layer) if layer.line().is_some() => vec![Context::Popup, Context::Edit],
            Some(_) => vec![Context::Popup],
            None if self.tech_form() => vec![Context::Work, Context::Edit],
            None if self.tech.order.is_some() => vec![Context::Order],
            None => vec![Context::Tech],
        }
    }

    /// Refuses what is not for this screen, whatever a keymap binds.
    pub(in crate::tui) fn may_on_this_screen(&self, def: &Def) -> Result<(), Say> {
        let tech = self.is_tech();
        let allowed = match def.place {
            Place::Tech => tech,
            Place::Wall => self.is_wall(),
            Place::Popup | Place::Edit | Place::Form => true,
            _ => !tech || OF_THE_CONSOLE.contains(&def.id),
        };
        if allowed { Ok(()) } else { Err(Say::new("techui.not_here")) }
    }

    /// A key as it is called on the keyboard, where there is a word for it.
    pub fn key_name(&self, key: &str) -> String {
        let name = format!("techui.key_{key}");
        let word = self.word(&name);
        if word == name { key.to_owned() } else { word }
    }

    /// The keys that open the orders on the screen, the first and the last.
    pub fn digit_keys(&self) -> String {
        let family = FIRST_ORDER.trim_end_matches('1');
        let key = |nth: u8| self.keymap.keys_of(&format!("{family}{nth}"), &[Context::Tech], false);
        let keys: Vec<String> = [1, 9].into_iter().filter_map(|nth| Some(key(nth)?.to_string())).collect();
        keys.join("-")
    }

    /// A field for a number takes figures and a point, also as an input method for Chinese sends them.
    pub(in crate::tui) fn figures_only(&self, typed: String) -> Result<String, Say> {
        let rules = &self.desk.welcome().rulebook;
        let number = |draft: &crate::tui::form::Draft| matches!(draft.field.ask(rules), Ask::Number(_));
        if !self.is_tech() || !self.layers.is_empty() || !self.drafts.open().is_some_and(number) {
            return Ok(typed);
        }
        let half = |c: char| match c {
            '\u{ff10}'..='\u{ff19}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{ff0e}' | '\u{3002}' => '.',
            c => c,
        };
        let typed: String = typed.chars().map(half).collect();
        let figures = typed.chars().all(|c| c.is_ascii_digit() || c == '.');
        if figures { Ok(typed) } else { Err(Say::new("techui.figures_only")) }
    }

    /// One key chooses and goes on.
    pub(in crate::tui) fn go_on_after_choice(&mut self, typed: char) {
        if !self.is_tech() || !typed.is_ascii_digit() || !self.layers.is_empty() {
            return;
        }
        let rules = &self.desk.welcome().rulebook;
        if let Some(draft) = self.drafts.open_mut() {
            let last = draft.shown(rules).last() == Some(&draft.field);
            if !last {
                draft.step(rules, 1);
            }
        }
    }
}
