//! What is owed to people, as the operator works it: the line in sight, the sheet of it, the call that goes with it
//! (R-CB-5, R-CB-7, R-CB-9).

pub mod board;
mod line;
pub mod orders;
mod shares;
mod visits;

pub use board::{Board, BoardKind, BoardRow, Opens};
pub use line::LinePage;
pub use visits::VisitOwed;

use crate::domain::call::{Direction, Leg, Phase};
use crate::domain::callback::Reach;
use crate::domain::command::{CallCommand, Command};
use crate::domain::phone::match_key;
use crate::domain::source::Link;
use crate::domain::{Call, CallId, Callback, CallbackId, Millis, SourceId};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome, reached_by_hand};
use crate::tui::form::sheet::REACH;
use crate::tui::form::{Draft, Field, SheetDraft, Stage};
use crate::tui::layer::Layer;

use super::{Model, Pane};

/// Where the call of a sheet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStands {
    /// Nobody has dialled.
    None,
    /// Dialled; nothing rings there yet.
    Dialling,
    /// My own phone rings: the other side is rung once I have picked up.
    PickUp,
    /// It rings at the other side.
    Ringing(Millis),
    /// Dialled by hand, on a phone outside the PBX: nobody but the operator hears what comes of it.
    ByHand(Millis),
    /// We talk.
    Talking(Millis),
    /// We talked.
    Talked(Millis),
    /// Nobody answered.
    NotReached,
}

impl CallStands {
    /// The call is not over.
    pub fn is_up(self) -> bool {
        !matches!(self, CallStands::None | CallStands::Talked(_) | CallStands::NotReached)
    }
}

impl Model {
    /// The sheet on the screen.
    pub fn open_sheet(&self) -> Option<(&Draft, &SheetDraft)> {
        let draft = self.drafts.open().filter(|draft| draft.saved().is_none())?;
        Some((draft, draft.sheet.as_deref()?))
    }

    /// The keys go to a sheet.
    pub fn is_on_sheet(&self) -> bool {
        self.layers.is_empty() && self.focus == Pane::Form && self.open_sheet().is_some()
    }

    /// The callback line a command is about: the one whose page is open, the chosen one of the list, or the one whose
    /// sheet is being written.
    pub fn line_in_sight(&self) -> Result<&Callback, Say> {
        let none = || Say::new("refuse.no-callback");
        let here = |id: CallbackId| self.desk.state().callbacks.get(&id);
        match self.layers.last() {
            Some(Layer::Line(page)) => here(page.line.id).ok_or_else(|| Say::new("due.settled-elsewhere")),
            Some(_) => Err(none()),
            None if self.focus == Pane::Callbacks => self.selected_callback().ok_or_else(none),
            None if self.focus == Pane::Form => {
                let (_, sheet) = self.open_sheet().ok_or_else(none)?;
                here(sheet.line.id).ok_or_else(|| Say::new("due.settled-elsewhere"))
            }
            None => Err(none()),
        }
    }

    /// I have this line in hand.
    pub fn has_line(&self, line: &Callback) -> bool {
        line.taken_by.as_ref() == Some(&self.desk.welcome().me.id)
    }

    /// Callbacks are dialled on a phone outside the PBX: there is none, or it does not hear.
    pub fn dials_by_hand(&self, line: &Callback) -> bool {
        if line.rehearsal && self.rehearses() {
            return false;
        }
        let dials = |source: &&crate::domain::Source| source.link == Link::Up && source.can.dial;
        !self.desk.welcome().pbx || self.pbx().filter(dials).is_none()
    }

    /// All open lines of the person behind a number: by any of their numbers, or by the file they belong to.
    pub fn lines_of(&self, number: &str, rehearsal: bool) -> Vec<&Callback> {
        let key = match_key(number);
        let card = self.card.as_ref().filter(|card| !key.is_empty() && match_key(&card.number) == key);
        let file = card.and_then(|card| card.customer.as_ref());
        let keys: Vec<String> = file.iter().flat_map(|file| file.phones.iter().map(|phone| match_key(phone))).collect();
        let theirs = |line: &&Callback| {
            let by_file = file.is_some_and(|file| line.customer == Some(file.id));
            line.rehearsal == rehearsal
                && (line.has_key(&key) || by_file || keys.iter().any(|known| line.has_key(known)))
        };
        let mut lines: Vec<&Callback> = self.desk.state().callbacks.values().filter(theirs).collect();
        let of_card = card.iter().flat_map(|card| &card.callbacks);
        for line in of_card {
            if lines.iter().all(|known| known.id != line.id) {
                lines.push(line);
            }
        }
        lines.sort_by_key(|line| line.order(self.now));
        lines
    }

    /// The call of a sheet, where the desk knows of one.
    pub fn sheet_call(&self, sheet: &SheetDraft) -> Option<&Call> {
        self.desk.state().calls.get(sheet.call?)
    }

    /// Where that call stands, from its legs: the first is the phone on this desk, the others ring the person.
    pub fn call_stands(&self, sheet: &SheetDraft) -> CallStands {
        let Some(call) = self.sheet_call(sheet) else {
            return if self.is_dialling(sheet.line.id) { CallStands::Dialling } else { CallStands::None };
        };
        let now = self.call_now(call);
        match (call.phase, call.answered_at) {
            (Phase::Ended, Some(answered)) => {
                CallStands::Talked(call.ended_at.map_or(0, |ended| ended.since(answered)).max(0))
            }
            (Phase::Ended, None) => CallStands::NotReached,
            (_, Some(answered)) => CallStands::Talking(now.since(answered).max(0)),
            (_, None) if call.source == SourceId::HAND => CallStands::ByHand(now.since(call.arrived_at).max(0)),
            (_, None) => rings_there(call).map_or_else(
                || if my_phone_rings(call) { CallStands::PickUp } else { CallStands::Dialling },
                |since| CallStands::Ringing(now.since(since).max(0)),
            ),
        }
    }

    fn is_dialling(&self, line: CallbackId) -> bool {
        self.sent.iter().any(|(_, envelope)| match &envelope.command {
            Command::Call(CallCommand::Dial { callback, .. } | CallCommand::DialByHand { callback, .. }) => {
                *callback == Some(line)
            }
            _ => false,
        })
    }

    /// A line changed: the sheets and pages of it know it as it is now, also when it is settled.
    pub(super) fn hear_line(&mut self, line: &Callback) {
        for layer in &mut self.layers {
            if let Layer::Line(page) = layer
                && page.line.id == line.id
            {
                page.line = line.clone();
            }
        }
        if !self.drafts.all().any(|draft| draft.is_sheet_of(line.id)) {
            return;
        }
        for sheet in self.drafts.all_mut().filter_map(|draft| draft.sheet.as_mut()) {
            if sheet.line.id == line.id {
                sheet.meet(line);
            }
        }
    }

    /// The call that was dialled for a sheet belongs to it, and what came of it is there before anybody types it.
    pub(super) fn follow_sheets(&mut self) {
        let reach = Field::of(REACH);
        let news: Vec<(u64, Option<CallId>, &'static str)> = self
            .drafts
            .all()
            .filter(|draft| draft.stage == Stage::Open)
            .filter_map(|draft| {
                let sheet = draft.sheet.as_deref()?;
                let call = self.dialled_for(sheet.line.id).or(sheet.call);
                let known = call.and_then(|call| self.desk.state().calls.get(call));
                let came = match known {
                    Some(call) if call.answered_at.is_some() => "reached",
                    Some(call) if !call.is_open() => "not_reached",
                    _ => "",
                };
                let new = call != sheet.call || (!came.is_empty() && draft.base_value(&reach) != came);
                new.then_some((draft.id, call, came))
            })
            .collect();
        for (id, call, came) in news {
            let Some(draft) = self.drafts.get_mut(id) else { continue };
            if let Some(sheet) = &mut draft.sheet {
                sheet.call = call;
            }
            if draft.is_typed(&reach) {
                draft.base_card.insert(REACH.to_owned(), came.to_owned());
            } else if came.is_empty() {
                draft.card.remove(REACH);
                draft.base_card.remove(REACH);
            } else {
                draft.prefill(&reach, came);
            }
        }
    }

    /// The open call that this desk dialled for a line.
    fn dialled_for(&self, line: CallbackId) -> Option<CallId> {
        let me = self.my_agent().map(|agent| &agent.id);
        let mine = |call: &&Call| {
            call.direction == Direction::Outbound
                && call.callback == Some(line)
                && call.in_hand.is_some()
                && call.in_hand.as_ref() == me
        };
        self.desk.state().calls.open().filter(mine).map(|call| call.id).last()
    }

    /// A sheet that this call was dialled for: no form of its own is opened for it.
    pub(super) fn has_sheet_for(&self, call: &Call) -> bool {
        self.drafts.all().filter_map(|draft| draft.sheet.as_deref()).any(|sheet| {
            sheet.call == Some(call.id)
                || (call.direction == Direction::Outbound && call.callback == Some(sheet.line.id))
        })
    }

    /// What was chosen on a sheet: of a call dialled by hand nobody else knows whether it was answered.
    pub(super) fn chosen_on_sheet(&mut self) -> Outcome {
        let Some((draft, sheet)) = self.open_sheet().filter(|(draft, _)| draft.field.id() == REACH) else {
            return Ok(Vec::new());
        };
        let answered = match draft.value_of(REACH) {
            "reached" => true,
            "not_reached" => false,
            _ => return Ok(Vec::new()),
        };
        match (self.call_stands(sheet), sheet.call) {
            (CallStands::ByHand(_), Some(call)) => Ok(vec![reached_by_hand(call, answered)]),
            _ => Ok(Vec::new()),
        }
    }

    /// A line that could not be taken: a sheet nobody typed in goes again, and the list is in front.
    pub(super) fn not_taken(&mut self, draft: u64) {
        let untouched = self.drafts.get(draft).filter(|draft| !draft.is_touched());
        let line = untouched.and_then(|draft| draft.sheet.as_ref()).map(|sheet| sheet.line.id);
        let Some(line) = line else { return };
        if self.desk.state().callbacks.get(&line).is_some_and(|line| self.has_line(line)) {
            return;
        }
        let open = self.drafts.open().is_some_and(|open| open.id == draft);
        self.drafts.drop(draft);
        if open && self.focus == Pane::Form {
            self.focus = Pane::Callbacks;
        }
    }

    /// A page of a sheet is on the desk's disk: the next one, or the line is let go.
    pub(super) fn sheet_done(&mut self, id: u64) -> Vec<Effect> {
        let command = self.next_command_id();
        let Some(draft) = self.drafts.get_mut(id) else { return Vec::new() };
        let reached = matches!(draft.reach(), Some(Reach::Reached | Reach::Refused));
        let more = reached && draft.sheet.is_some() && draft.page_done(command);
        let pages = draft
            .sheet
            .as_ref()
            .map_or((0, 0), |sheet| (sheet.pages.iter().filter(|page| page.done).count(), sheet.pages.len()));
        let say = Say::new(if more { "due.page-saved" } else { "due.saved" });
        self.tell(super::Tone::Good, say.with("done", pages.0).with("count", pages.1));
        let line = self.drafts.get(id).and_then(|draft| draft.sheet.as_ref()).map(|sheet| sheet.line.id);
        match line.filter(|_| more) {
            // What is written about one debt frees the line; the next page is written with it in hand.
            Some(line) => vec![crate::tui::command::take(line, id)],
            None => self.close_sheet(id),
        }
    }

    /// Puts a sheet away; its line is let go where it is still in hand.
    pub(in crate::tui) fn close_sheet(&mut self, id: u64) -> Vec<Effect> {
        let sheet = self.drafts.get(id).and_then(|draft| draft.sheet.as_deref());
        let Some((line, up)) = sheet.map(|sheet| (sheet.line.id, self.call_stands(sheet).is_up())) else {
            return Vec::new();
        };
        let open = self.drafts.open().is_some_and(|open| open.id == id);
        self.drafts.drop(id);
        if open && self.focus == Pane::Form {
            self.focus = Pane::Callbacks;
        }
        let held = self.desk.state().callbacks.get(&line).is_some_and(|line| self.has_line(line));
        match (held, up) {
            (true, false) => vec![crate::tui::command::release(line)],
            (true, true) => {
                // While we still talk it stays in hand.
                self.letting_go.push(line);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Lines whose sheet was put away during the call are let go when the call is over.
    pub(super) fn let_go(&mut self) -> Vec<Effect> {
        let over = |line: &CallbackId| self.dialled_for(*line).is_none();
        let (go, stay) = self.letting_go.iter().partition::<Vec<CallbackId>, _>(|line| over(line));
        self.letting_go = stay;
        let mine = |line: &CallbackId| {
            let again = self.drafts.all().any(|draft| draft.is_sheet_of(*line));
            !again && self.desk.state().callbacks.get(line).is_some_and(|line| self.has_line(line))
        };
        go.into_iter().filter(mine).map(crate::tui::command::release).collect()
    }
}

/// Since when it rings at the other side.
fn rings_there(call: &Call) -> Option<crate::domain::Stamp> {
    call.legs.iter().skip(1).filter(|leg| leg.ended_at.is_none()).find_map(|leg| leg.ringing_at)
}

fn my_phone_rings(call: &Call) -> bool {
    let rings = |leg: &Leg| leg.ringing_at.is_some() && leg.answered_at.is_none() && leg.ended_at.is_none();
    call.legs.first().is_some_and(rings)
}
