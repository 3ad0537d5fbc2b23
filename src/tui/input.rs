//! From a key to what it does. Keys are looked up in the keymap; a character where somebody types is text; a key that
//! does nothing says why.

use ratatui::layout::Rect;

use super::command::{Def, Effect, Outcome, Place};
use super::form::Ask;
use super::keymap::Found;
use super::layer::Layer;
use super::model::{Model, Pane, Tone};
use super::screen::Layout;
use super::terminal::{KeyPress, Mouse, MouseKind};
use crate::text::Say;

impl Model {
    /// A key was pressed. What it asks of the outside is given back.
    pub fn press(&mut self, key: KeyPress) -> Vec<Effect> {
        self.notice = None;
        if matches!(self.layers.last(), Some(Layer::Sealed(_))) {
            // Any key wipes it. One that would work in a popup or is text was meant for that alone.
            self.layers.pop();
            let popup = self.keymap.press(&[super::keymap::Context::Popup], &[], key, false);
            if key.text().is_some() || matches!(popup, Found::Matched(_)) {
                return self.carry_out(Ok(Vec::new()));
            }
        }
        let typing = self.pending.is_empty() && self.is_typing(key);
        let contexts = self.contexts();
        let outcome = match self.keymap.press(&contexts, &self.pending, key, typing) {
            Found::Matched(def) => {
                self.pending.clear();
                self.invoke(def)
            }
            Found::Pending(_) => {
                self.pending.push(key);
                Ok(Vec::new())
            }
            Found::Cancelled => {
                self.pending.clear();
                Ok(Vec::new())
            }
            Found::NotFound if typing => self.type_in(key),
            Found::NotFound => {
                let mut keys = std::mem::take(&mut self.pending);
                keys.push(key);
                Err(Say::new("refuse.unbound").with("keys", super::keymap::Keys(keys)))
            }
        };
        let effects = self.carry_out(outcome);
        self.keep_live();
        effects
    }

    /// A text was pasted.
    pub fn paste(&mut self, text: &str, cut: bool) -> Vec<Effect> {
        self.notice = None;
        let rules = &self.desk.welcome().rulebook;
        let long = self.drafts.open().is_some_and(|draft| draft.field.ask(rules) == Ask::Long);
        let form = self.layers.is_empty() && self.focus == Pane::Form;
        let typed = if long && form { text.to_owned() } else { text.replace('\n', " ") };
        let outcome = if !self.takes_text() {
            Err(Say::new("refuse.nothing-typed-here"))
        } else {
            self.figures_only(typed).and_then(|typed| self.edit(|line| line.insert(&typed))).map(|()| Vec::new())
        };
        if outcome.is_ok() && cut {
            self.tell(Tone::Warning, Say::new("input.paste-cut"));
        }
        self.carry_out(outcome)
    }

    fn type_in(&mut self, key: KeyPress) -> Outcome {
        let Some(character) = key.text() else { return Ok(Vec::new()) };
        let typed = character.to_string();
        if self.is_choosing() {
            super::command::form_is_open(self)?;
            let outcome = self.choose_by_key(character)?;
            self.go_on_after_choice(character);
            return Ok(outcome);
        }
        let typed = self.figures_only(typed)?;
        self.edit(|line| line.insert(&typed))?;
        Ok(Vec::new())
    }

    /// Does a command where it works, asks first where it can't be taken back.
    pub fn invoke(&mut self, def: &'static Def) -> Outcome {
        let popup_open = !self.layers.is_empty();
        self.may_on_this_screen(def)?;
        match def.place {
            Place::Ticket if matches!(self.layers.last(), Some(Layer::Ticket(_))) => {}
            Place::Line if matches!(self.layers.last(), Some(Layer::Line(_))) => {}
            // Nothing is typed on the page of a ticket: who looks for another or goes elsewhere leaves it.
            Place::Desk if popup_open && self.layers.iter().all(Layer::is_page) => {
                (def.ready)(self)?;
                if !def.dangerous {
                    self.layers.clear();
                }
            }
            Place::Desk
            | Place::Form
            | Place::Tickets
            | Place::Ticket
            | Place::Callbacks
            | Place::Live
            | Place::Line
            | Place::Tech
            | Place::Wall
                if popup_open =>
            {
                return Err(Say::new("refuse.popup-open"));
            }
            Place::Ticket if self.focus != Pane::Tickets => return Err(Say::new("refuse.only-in-tickets")),
            Place::Tickets if self.focus != Pane::Tickets => return Err(Say::new("refuse.only-in-tickets")),
            Place::Live if self.focus != Pane::Live => return Err(Say::new("refuse.only-in-live")),
            Place::Line if self.is_on_sheet() => {}
            Place::Callbacks | Place::Line if self.focus != Pane::Callbacks => {
                return Err(Say::new("refuse.only-in-callbacks"));
            }
            _ => {}
        }
        (def.ready)(self)?;
        if def.dangerous {
            return Ok(vec![Effect::Open(Layer::Confirm(def))]);
        }
        (def.run)(self)
    }

    /// Does what of an outcome concerns the screen only, and gives the rest to the outside.
    pub fn carry_out(&mut self, outcome: Outcome) -> Vec<Effect> {
        let mut outside = Vec::new();
        match outcome {
            Err(why) => self.tell(Tone::Warning, why),
            Ok(effects) => {
                for effect in effects {
                    match effect {
                        Effect::Open(layer) => self.layers.push(layer),
                        Effect::Tell(tone, say) => self.tell(tone, say),
                        other => outside.push(other),
                    }
                }
            }
        }
        let language = self.settings.language;
        if let Some(layer) = self.layers.last_mut() {
            layer.settle(language);
        }
        if let Some(Layer::Ticket(page)) = self.layers.last_mut() {
            page.at = page.at.min(self.page_end.get());
        }
        self.settle_pages();
        outside.extend(self.refresh());
        outside
    }

    /// Something was done with the mouse. It is never needed.
    pub fn mouse(&mut self, mouse: Mouse, screen: Rect) -> Vec<Effect> {
        let step = match mouse.kind {
            MouseKind::ScrollUp => -3,
            MouseKind::ScrollDown => 3,
            MouseKind::Press(0) => 0,
            _ => return Vec::new(),
        };
        if self.is_wall() {
            return Vec::new();
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.step(step);
            return self.carry_out(Ok(Vec::new()));
        }
        if self.is_tech() {
            self.tech_step(step);
            return self.carry_out(Ok(Vec::new()));
        }
        let Some((pane, area)) = Layout::of(self, screen).at(mouse.x, mouse.y) else { return Vec::new() };
        let row = usize::from(mouse.y.saturating_sub(area.y + 1));
        let height = usize::from(area.height.saturating_sub(1));
        // What stood in the row before the focus came: the list may move with it.
        let clicked = self.incoming_in_sight(height).get(row).map(|call| call.id);
        self.focus = pane;
        if step != 0 {
            self.step(step);
            self.keep_live();
        } else {
            match pane {
                Pane::Incoming => {
                    if let Some(at) = clicked.and_then(|id| self.incoming().iter().position(|call| call.id == id)) {
                        self.incoming_list.select(at);
                    }
                }
                Pane::Tickets => {
                    let top = self.ticket_top(height);
                    self.select_ticket(row + top);
                }
                Pane::Callbacks => {
                    let rows = self.callback_rows().len();
                    self.callback_list.select(row + self.callback_list.top(rows, height));
                }
                // Its lists stand under and beside each other: a click chooses the pane, keys and the wheel the row.
                Pane::Live | Pane::Call | Pane::Form => {}
            }
        }
        self.carry_out(Ok(Vec::new()))
    }
}
