//! The page of a call that is over: every stamp, how long it waited and what that came to, each phone it was offered to,
//! what followed from it, its recording and who listened, its check sheets (R-CALL-1, R-CALL-6, R-CALL-7, R-CALL-8).

use super::Model;
use super::pages::PageRow;
use crate::client::Query;
use crate::domain::call::{Direction, Leg, LegEnd, Verdict};
use crate::domain::{Call, CallId, CheckSheet, Recording, SpotDrawId, Stamp, TicketId};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome, Question};
use crate::tui::layer::Layer;
use crate::tui::words;

/// The page of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallPage {
    /// Which.
    pub id: CallId,
    /// As it was heard last.
    pub call: Option<Box<Call>>,
    /// Its recording, if it has one.
    pub recording: Option<Box<Recording>>,
    /// Its check sheets, the oldest first.
    pub sheets: Vec<CheckSheet>,
    /// The draw it was opened from.
    pub draw: Option<SpotDrawId>,
    /// The desk answered.
    pub loaded: bool,
    /// The desk was asked.
    pub(in crate::tui::model) asked: bool,
    /// The first row shown.
    pub at: usize,
}

impl Model {
    /// Opens the page of a call; what is known of it already is there at once.
    pub fn open_call(&mut self, id: CallId, call: Option<Call>) -> Outcome {
        let call = self.desk.state().calls.get(id).cloned().or(call).map(Box::new);
        Ok(vec![Effect::Open(Layer::Call(Box::new(CallPage { id, call, ..CallPage::default() })))])
    }

    /// The same from a draw: a sheet written on the page is for that draw.
    pub(in crate::tui) fn open_check(&mut self, draw: SpotDrawId, id: CallId) -> Outcome {
        let call = self.desk.state().calls.get(id).cloned().map(Box::new);
        let page = CallPage { id, call, draw: Some(draw), ..CallPage::default() };
        Ok(vec![Effect::Open(Layer::Call(Box::new(page)))])
    }

    /// The draw that a sheet about the call of this page is for: the one it was opened from, else the oldest that still
    /// owes one, else the last that had it.
    pub fn draw_of(&self, page: &CallPage) -> Option<SpotDrawId> {
        let of_call = |owed: bool| {
            let picked = move |draw: &&crate::domain::spot::SpotDraw| {
                draw.picks.iter().any(|pick| pick.call == page.id && (!owed || pick.sheet.is_none()))
            };
            self.desk.state().spot_draws.values().filter(picked).map(|draw| draw.id)
        };
        page.draw.or_else(|| of_call(true).next()).or_else(|| of_call(false).next_back())
    }

    /// The call whose page is in front.
    pub fn call_page(&self) -> Option<&CallPage> {
        match self.layers.last() {
            Some(Layer::Call(page)) => Some(page),
            _ => None,
        }
    }

    /// Asks for the call of the page in front, its recording and its sheets, once.
    pub(in crate::tui::model) fn ask_for_call(&mut self) -> Vec<Effect> {
        let Some(Layer::Call(page)) = self.layers.last_mut() else { return Vec::new() };
        if std::mem::replace(&mut page.asked, true) {
            return Vec::new();
        }
        vec![
            Effect::Ask(Query::CheckSheets(page.id), Question::Checks(page.id)),
            Effect::Ask(Query::Call(page.id), Question::Call(page.id)),
        ]
    }

    /// The sheets that were asked for.
    pub(in crate::tui::model) fn hear_sheets(&mut self, id: CallId, sheets: &[CheckSheet]) {
        for layer in &mut self.layers {
            if let Layer::Call(page) = layer
                && page.id == id
            {
                page.sheets = sheets.to_vec();
            }
        }
    }

    /// The call that was asked for.
    pub(in crate::tui::model) fn hear_call(
        &mut self,
        id: CallId,
        call: Option<Box<Call>>,
        recording: Option<Box<Recording>>,
    ) {
        for layer in &mut self.layers {
            if let Layer::Call(page) = layer
                && page.id == id
            {
                page.loaded = true;
                page.call = call.clone().or(page.call.take());
                page.recording = recording.clone();
            }
        }
    }

    /// A call, its recording or a sheet about it changed.
    pub(in crate::tui::model) fn call_page_meets(&mut self, event: &crate::domain::Event) {
        for layer in &mut self.layers {
            let Layer::Call(page) = layer else { continue };
            match event {
                crate::domain::Event::Call(call) if call.id == page.id => page.call = Some(call.clone()),
                crate::domain::Event::Recording(recording) if recording.call == page.id => {
                    page.recording = Some(recording.clone());
                }
                crate::domain::Event::CheckSheet(sheet) if sheet.call == page.id => {
                    page.sheets.retain(|known| known.id != sheet.id);
                    page.sheets.push((**sheet).clone());
                    page.sheets.sort_by_key(|sheet| sheet.id);
                }
                _ => {}
            }
        }
    }

    /// Opens the ticket of this place; the first where none is named; the callback line where there is no ticket.
    pub(in crate::tui) fn open_of_call(&mut self, at: Option<usize>) -> Outcome {
        let call = self.call_page().and_then(|page| page.call.as_deref());
        let ticket: Option<TicketId> = call.and_then(|call| call.tickets.get(at.unwrap_or(0)).copied());
        let line = call.and_then(|call| call.callback).and_then(|line| self.line_page(line));
        match (ticket, line) {
            (Some(ticket), _) => self.open_ticket(ticket),
            (None, Some(layer)) if at.is_none() => Ok(vec![Effect::Open(layer)]),
            _ => Err(Say::new("call_page.nothing-to-open")),
        }
    }

    /// A moment to the second, the day with it on other days.
    pub fn to_the_second(&self, at: Stamp) -> String {
        let offset = self.desk.welcome().offset_ms;
        format!("{}:{:02}", self.when(at), (at.0 + offset).div_euclid(1_000).rem_euclid(60))
    }

    /// The title of the page.
    pub fn call_title(&self, page: &CallPage) -> String {
        let call = page.call.as_deref();
        let who = call.map(|call| self.caller(call)).unwrap_or_default();
        let marks: String =
            call.into_iter().flat_map(words::marks).map(|mark| format!(" [{}]", self.word(mark))).collect();
        format!("{} {} {who}{marks}", self.word("call_page.title"), page.id.0)
    }

    /// The rows of the page.
    pub fn call_page_rows(&self, page: &CallPage) -> Vec<PageRow> {
        let Some(call) = page.call.as_deref() else {
            let key = if page.loaded { "call_page.not-there" } else { "call.looking" };
            return vec![PageRow::Text("muted", self.word(key))];
        };
        let mut rows = Vec::new();
        self.came_to(call, &mut rows);
        self.stamps(call, &mut rows);
        self.legs(call, &mut rows);
        self.followed(call, &mut rows);
        self.recorded(page, &mut rows);
        for sheet in page.sheets.iter().rev() {
            rows.push(PageRow::Heading(self.word("spot.sheet-title"), String::new()));
            rows.extend(self.sheet_lines(sheet).into_iter().map(|(style, text)| PageRow::Text(style, text)));
        }
        rows
    }

    fn fact(&self, key: &str, style: &'static str, text: impl Into<String>) -> PageRow {
        PageRow::Pair(self.word(key), style, text.into())
    }

    /// How it came out, how long it waited, what that came to by its own limit.
    fn came_to(&self, call: &Call, rows: &mut Vec<PageRow>) {
        let way = match call.direction {
            Direction::Inbound => "call_page.inbound",
            Direction::Outbound => "call_page.outbound",
            Direction::Internal => "call_page.internal",
        };
        let outcome = format!("{}  {}", self.word(way), self.word(words::outcome(call)));
        rows.push(self.fact("call_page.outcome", "strong", outcome));
        if let (Direction::Inbound, Some(wait)) = (call.direction, call.wait_ms()) {
            let (style, verdict) = match call.verdict {
                Some(Verdict::InTime) => ("good", "call_page.in-time"),
                Some(Verdict::Late) => ("due.late", "call_page.late"),
                Some(Verdict::Unanswered) => ("warning", "call_page.unanswered"),
                None => ("muted", "call_page.no-verdict"),
            };
            let say = Say::new("call_page.wait-words")
                .with("wait", words::span(wait))
                .with("limit", words::span(call.limit_ms))
                .with("verdict", self.word(verdict));
            rows.push(self.fact("call_page.wait", style, self.words(&say)));
        }
        if let Some(talk) = call.talk_ms() {
            let say = Say::new("call_page.talk-words")
                .with("talk", words::span(talk))
                .with("hold", words::span(call.hold_ms().unwrap_or(0)));
            rows.push(self.fact("call_page.talk", "value", self.words(&say)));
        }
        if let Some(queue) = &call.queue {
            rows.push(self.fact("call_page.queue", "value", queue.clone()));
        }
        if !call.dialled.is_empty() {
            rows.push(self.fact("call_page.dialled", "value", call.dialled.clone()));
        }
        if call.reconstructed {
            rows.push(PageRow::Text("mark", self.word("call_page.reconstructed")));
        }
    }

    fn stamps(&self, call: &Call, rows: &mut Vec<PageRow>) {
        rows.push(PageRow::Heading(self.word("call_page.stamps"), String::new()));
        let stamps = [
            ("call_page.arrived", Some(call.arrived_at)),
            ("call_page.joined", call.joined_at),
            ("call_page.offered", call.offered_at),
            ("call_page.answered", call.answered_at),
            ("call_page.left-queue", call.left_queue_at),
            ("call_page.ended", call.ended_at),
        ];
        for (key, at) in stamps {
            let Some(at) = at else { continue };
            let after = words::span(at.since(call.arrived_at));
            let mut what = self.word(key);
            if key == "call_page.ended" {
                what = format!("{what}  {}", self.hung_up(call));
            }
            rows.push(PageRow::Line(self.to_the_second(at), format!("+{after}"), what.trim_end().to_owned()));
        }
    }

    fn hung_up(&self, call: &Call) -> String {
        use crate::domain::call::Side;
        match call.hung_up_by {
            Some(Side::Caller) => self.word("call_page.by-caller"),
            Some(Side::Agent) => self.word("call_page.by-agent"),
            Some(Side::Pbx) => self.word("call_page.by-pbx"),
            None => String::new(),
        }
    }

    /// Whom it was offered to, and how each offer ended.
    fn legs(&self, call: &Call, rows: &mut Vec<PageRow>) {
        if call.legs.is_empty() {
            return;
        }
        let heading = self.words(&Say::new("call_page.legs").with("count", call.legs.len()));
        rows.push(PageRow::Heading(heading, String::new()));
        for leg in &call.legs {
            let who = if leg.agent.is_empty() { leg.phone.clone() } else { format!("{} {}", leg.phone, leg.agent) };
            rows.push(PageRow::Line(self.to_the_second(leg.offered_at), who, self.leg_end(leg)));
        }
    }

    fn leg_end(&self, leg: &Leg) -> String {
        let key = match leg.end {
            Some(LegEnd::Answered) => "call_page.leg-answered",
            Some(LegEnd::RangOut) => "call_page.leg-rang-out",
            Some(LegEnd::Refused) => "call_page.leg-refused",
            Some(LegEnd::Cancelled) => "call_page.leg-cancelled",
            Some(LegEnd::Failed) => "call_page.leg-failed",
            None => "call_page.leg-open",
        };
        let rang = leg.ringing_at.zip(leg.answered_at.or(leg.ended_at));
        let rang =
            rang.map(|(from, to)| self.words(&Say::new("call_page.rang").with("time", words::span(to.since(from)))));
        format!("{}  {}", self.word(key), rang.unwrap_or_default()).trim_end().to_owned()
    }

    /// What followed: who had it, where it was handed on, what came of it, its tickets and its callback.
    fn followed(&self, call: &Call, rows: &mut Vec<PageRow>) {
        let before = rows.len();
        if let Some(phone) = &call.answered_by {
            let name = call.agent.clone().unwrap_or_else(|| self.who_name(phone));
            rows.push(self.fact("call_page.who", "strong", format!("{phone} {name}")));
        }
        if let Some(to) = &call.transferred_to {
            rows.push(self.fact("call_page.handed-to", "value", to.clone()));
        }
        if let Some(disposition) = call.disposition {
            let by = call.disposed_by.as_ref().map(|staff| self.staff_name(staff)).unwrap_or_default();
            let words = format!("{}  {by}", self.word(words::disposition(disposition)));
            rows.push(self.fact("call_page.disposition", "value", words.trim_end().to_owned()));
        }
        for (at, ticket) in call.tickets.iter().enumerate() {
            let known = self.ticket(*ticket);
            let subject = known.map(|ticket| ticket.fields.subject.clone()).unwrap_or_default();
            let words = format!("{} {} {subject}", at + 1, ticket.spoken());
            rows.push(self.fact("call_page.ticket", "value", words.trim_end().to_owned()));
        }
        if let Some(line) = call.callback {
            let known = self.desk.state().callbacks.get(&line);
            let words = match known {
                Some(line) => self.next_try(line).1,
                None => self.word("call_page.callback-over"),
            };
            rows.push(self.fact("call_page.callback", "value", words));
        }
        if rows.len() > before {
            rows.insert(before, PageRow::Heading(self.word("call_page.followed"), String::new()));
        }
    }

    /// R-CALL-7: where the recording lies, how long it is kept, who listened and why.
    fn recorded(&self, page: &CallPage, rows: &mut Vec<PageRow>) {
        let Some(recording) = page.recording.as_deref() else {
            let key = if page.loaded { "call_page.no-recording" } else { "call.looking" };
            rows.push(PageRow::Heading(self.word("call_page.recording"), self.word(key)));
            return;
        };
        rows.push(PageRow::Heading(self.word("call_page.recording"), self.when(recording.made_at)));
        rows.extend(self.recording_lines(recording).into_iter().map(|(style, text)| PageRow::Text(style, text)));
    }
}
