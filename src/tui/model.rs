//! What a console knows: the desk's state as far as it was heard, and the operator's own view of it.
//!
//! Everything on the screen is drawn from here, and drawing changes nothing here. The desk's state is changed by what
//! the desk says only; a key changes the view, or asks the desk.

mod alarms;
mod call_page;
mod calls;
mod choose;
mod desk;
pub mod due;
pub mod figures;
mod heard;
mod life;
mod likely;
mod lists;
mod live;
mod oversight;
pub mod pages;
mod replay;
mod response;
mod shown;
mod spot;
mod staffing;
mod tech;
mod tick;
mod tickets;

use std::cell::Cell;
use std::collections::VecDeque;
use std::path::PathBuf;

pub use alarms::is_escalation;
pub use call_page::CallPage;
pub use calls::{Level, Timer};
pub use desk::Desk;
pub use due::{Board, BoardKind, BoardRow, CallStands, LinePage, Opens, VisitOwed};
pub use figures::{FigureKind, FigureSpan, FiguresView, FormulaPage};
pub use life::TicketPage;
pub use lists::ListView;
pub use live::{LiveRow, LiveView, NextClock, QueueLine, Unknown, Urgent, WallForm};
pub use replay::Replay;
pub use response::Response;
pub use shown::Shown;
pub use spot::player;
pub use tech::{Banner, How, NextStep, OrderRow, Part, TechView};
pub use tickets::{Index, Plan, RowKey, Scope, Sort, TicketView, Which};

use crate::client::PersonCard;
use crate::domain::{Call, CallId, Millis, NoticeId, StaffId, Stamp, TicketId};
use crate::text::{Ambiguous, Language, Say};
use crate::tui::command::{Bulk, Envelope, Outcome};
use crate::tui::fault::Fault;
use crate::tui::form::{Draft, Drafts, Field, TextLine};
use crate::tui::keymap::{Context, Keymap};
use crate::tui::layer::Layer;
use crate::tui::terminal::KeyPress;
use crate::tui::theme::Theme;

/// Notices kept for the log.
const LOG: usize = 200;

/// A pane that can have the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// 来电
    Incoming,
    /// 通话
    Call,
    /// The intake form.
    Form,
    /// 工单
    #[default]
    Tickets,
    /// 回访
    Callbacks,
    /// 实时队列: a supervisor's (R-LIVE-1).
    Live,
}

impl Pane {
    /// All of them, in the order they are walked through.
    pub const ALL: [Pane; 6] = [Pane::Incoming, Pane::Call, Pane::Form, Pane::Tickets, Pane::Callbacks, Pane::Live];

    /// The pane beside.
    pub fn beside(self, step: isize) -> Pane {
        let count = Pane::ALL.len() as isize;
        let at = Pane::ALL.iter().position(|pane| *pane == self).unwrap_or(0) as isize;
        Pane::ALL.get((at + step).rem_euclid(count) as usize).copied().unwrap_or_default()
    }

    /// Its keys.
    pub fn context(self) -> Context {
        match self {
            Pane::Incoming => Context::Incoming,
            Pane::Call => Context::Call,
            Pane::Form => Context::Form,
            Pane::Tickets => Context::Tickets,
            Pane::Callbacks => Context::Callbacks,
            Pane::Live => Context::Live,
        }
    }
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Good,
    /// Something to know.
    Plain,
    /// Something was refused.
    Warning,
    /// Something is wrong.
    Error,
}

impl Tone {
    /// The meaning of its style.
    pub fn style(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Plain => "notice",
            Tone::Warning => "warning",
            Tone::Error => "error",
        }
    }
}

impl Tone {
    /// How long a notice of this tone stands where no key takes it away. It stays in the log.
    fn stays(self) -> Millis {
        match self {
            Tone::Good | Tone::Plain => 8_000,
            Tone::Warning => 15_000,
            Tone::Error => 60_000,
        }
    }
}

/// A line for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What.
    pub say: Say,
    /// When (desk clock).
    pub at: Stamp,
}

/// What the operator can set while the console runs.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The language of the screen.
    pub language: Language,
    /// Ring the bell for a new ringing call.
    pub bell: bool,
    /// Flash for a new ringing call.
    pub flash: bool,
    /// The phone at this desk, where it is not the configured one.
    pub phone: Option<String>,
    /// Folders with the operator's own keymaps and themes.
    pub user_dirs: Vec<PathBuf>,
    /// The technician's screen, whoever looks at it.
    pub tech: bool,
    /// The wall, in this form: it shows and does nothing.
    pub wall: Option<WallForm>,
    /// The command that plays a recording, word by word; empty where none is configured.
    pub play: Vec<String>,
}

/// Everything a console knows.
#[derive(Debug)]
pub struct Model {
    /// The desk, as far as it was heard.
    pub desk: Desk,
    /// Since when the line to the desk is lost, and why.
    pub lost: Option<(Stamp, Say)>,
    /// The desk's clock now.
    pub now: Stamp,
    /// When the desk said last that something changed.
    pub changed_at: Option<Stamp>,
    /// The day that is replayed.
    pub replay: Option<Replay>,
    /// What can be set.
    pub settings: Settings,
    /// Keys.
    pub keymap: Keymap,
    /// Colours.
    pub theme: Theme,
    /// The pane the keys go to.
    pub focus: Pane,
    /// Keys of a sequence that is not complete.
    pub pending: Vec<KeyPress>,
    /// Popups, the uppermost last.
    pub layers: Vec<Layer>,
    aside: Vec<Layer>,
    /// The list of incoming calls.
    pub incoming_list: ListView,
    /// The ticket list.
    pub tickets: TicketView,
    /// The callback list.
    pub callback_list: ListView,
    /// The live queue.
    pub live_list: ListView,
    /// The row the choice was put on, and where the list stood then.
    pub(crate) live_kept: Option<(ListView, LiveRow)>,
    /// The technician's screen.
    pub tech: TechView,
    /// It shows only what was handed up to a supervisor.
    pub handed_up: bool,
    /// Forms.
    pub drafts: Drafts,
    /// R-CALL-4: all about the number on the line.
    pub card: Option<PersonCard>,
    asked: Option<String>,
    /// The last notice, until the next key.
    pub notice: Option<Notice>,
    log: VecDeque<Notice>,
    /// How long keys took to the screen today.
    pub response: Response,
    /// What was on the screen when the keys were pressed.
    pub shown: Shown,
    /// A call that has begun to ring flashes until then.
    pub flash_until: Option<Stamp>,
    ringing: Vec<CallId>,
    /// The newest notice that was rung for.
    rung: NoticeId,
    /// The last bulk, to be taken back.
    pub(in crate::tui) last_bulk: Option<Bulk>,
    /// Rows that waiting calls have on a tall screen.
    room: usize,
    /// The call that is being answered by a key of this console.
    answering: Option<CallId>,
    /// The call in hand that a form was found for.
    met: Option<CallId>,
    /// The ticket the desk was told is open here.
    looked: Option<TicketId>,
    /// Who else has a ticket open, as the desk said last.
    beside: (TicketId, Vec<StaffId>),
    /// What the open form may already be.
    likely: likely::Likely,
    /// Commands on their way, with the number the line gave them.
    pub(in crate::tui) sent: Vec<(Option<u64>, Envelope)>,
    pub(in crate::tui) questions: Vec<(u64, crate::tui::command::Question)>,
    /// Lines to be let go when their call is over.
    letting_go: Vec<crate::domain::CallbackId>,
    /// R-CB-8: the customers with a plan of visits, as the desk said last.
    pub visit_plan: Option<Vec<VisitOwed>>,
    /// What the figures were asked of the desk, and the formula chosen here (R-LIVE-3).
    pub figures: figures::Figures,
    /// R-LIVE-4: the weeks before, by which the next half-hours are reckoned.
    staffing: staffing::StaffingView,
    /// A break was refused for this reason, and when: one key asks for it.
    pub(in crate::tui) break_refused: Option<(Stamp, String)>,
    seed: u128,
    tick: Option<Stamp>,
    /// The console is left by its key, not because the terminal went away.
    pub(in crate::tui) left_by_key: bool,
    /// How the detail of the form was set when it was drawn last: the caret moves by the lines on the screen.
    pub(in crate::tui) detail_set: Cell<(usize, Ambiguous)>,
    /// How far the page of a ticket could be scrolled when it was drawn last.
    pub(in crate::tui) page_end: Cell<usize>,
}

impl Model {
    /// A console that has not heard the desk yet. `seed` makes its command ids its own.
    pub fn new(desk: Desk, settings: Settings, keymap: Keymap, theme: Theme, seed: u128) -> Model {
        let now = desk.welcome().now;
        Model {
            desk,
            lost: None,
            now,
            changed_at: None,
            replay: None,
            settings,
            keymap,
            theme,
            focus: Pane::default(),
            pending: Vec::new(),
            layers: Vec::new(),
            aside: Vec::new(),
            incoming_list: ListView::default(),
            tickets: TicketView::default(),
            callback_list: ListView::default(),
            live_list: ListView::default(),
            live_kept: None,
            tech: TechView::default(),
            handed_up: false,
            drafts: Drafts::default(),
            card: None,
            asked: None,
            notice: None,
            log: VecDeque::new(),
            response: Response::default(),
            shown: Shown::default(),
            flash_until: None,
            ringing: Vec::new(),
            rung: NoticeId::default(),
            last_bulk: None,
            room: 0,
            answering: None,
            met: None,
            looked: None,
            beside: Default::default(),
            likely: likely::Likely::default(),
            sent: Vec::new(),
            questions: Vec::new(),
            letting_go: Vec::new(),
            visit_plan: None,
            figures: figures::Figures::default(),
            staffing: staffing::StaffingView::default(),
            break_refused: None,
            seed,
            tick: None,
            left_by_key: false,
            detail_set: Cell::default(),
            page_end: Cell::new(usize::MAX),
        }
    }

    /// The desk hears us.
    pub fn is_linked(&self) -> bool {
        self.lost.is_none()
    }

    /// A word in the language of the screen.
    pub fn word(&self, key: &str) -> String {
        self.settings.language.word(key).to_owned()
    }

    /// A sentence in the language of the screen.
    pub fn words(&self, say: &Say) -> String {
        say.words(self.settings.language)
    }

    /// An id for a command that may be sent twice and is done once.
    pub fn next_command_id(&mut self) -> u128 {
        self.seed = self.seed.wrapping_add(1).max(1);
        self.seed
    }

    /// Tells the operator something.
    pub fn tell(&mut self, tone: Tone, say: Say) {
        let notice = Notice { tone, say, at: self.now };
        if self.log.len() == LOG {
            self.log.pop_front();
        }
        self.log.push_back(notice.clone());
        self.notice = Some(notice);
    }

    /// The notice on the screen. An old one is gone with the next frame; nothing wakes up for that alone.
    pub fn notice_in_sight(&self) -> Option<&Notice> {
        self.notice.as_ref().filter(|notice| self.now.since(notice.at) < notice.tone.stays())
    }

    /// Tells what is wrong with the operator's files: the first on the screen, all in the log.
    pub fn tell_faults(&mut self, faults: &[Fault]) {
        for fault in faults.iter().rev() {
            let words = fault.words(self.settings.language);
            self.tell(Tone::Error, Say::new("fault.line").with("fault", words).with("count", faults.len()));
        }
    }

    /// The tables of the keymap that are asked, in order.
    pub fn contexts(&self) -> Vec<Context> {
        if self.is_wall() {
            return vec![Context::Wall];
        }
        if self.is_tech() {
            return self.tech_contexts();
        }
        match (self.layers.last(), self.focus) {
            (Some(Layer::Ticket(_)), _) => vec![Context::Ticket, Context::Popup, Context::Global],
            (Some(Layer::Line(_)), _) => vec![Context::Line, Context::Popup, Context::Global],
            (Some(Layer::Board(_)), _) => vec![Context::Board, Context::Popup, Context::Global],
            (Some(Layer::Figures(_) | Layer::Formula(_)), _) => {
                vec![Context::Figures, Context::Popup, Context::Global]
            }
            (Some(Layer::Call(_)), _) => vec![Context::CallPage, Context::Popup, Context::Global],
            (Some(layer), _) if layer.line().is_some() => vec![Context::Popup, Context::Edit, Context::Global],
            (Some(Layer::Notices(_)), _) => vec![Context::Notices, Context::Popup, Context::Global],
            (Some(_), _) => vec![Context::Popup, Context::Global],
            (None, Pane::Tickets) if self.is_filtering() => vec![Context::Filter, Context::Edit, Context::Global],
            (None, Pane::Form) if self.is_on_sheet() => {
                vec![Context::Sheet, Context::Form, Context::Edit, Context::Global]
            }
            (None, Pane::Form) => vec![Context::Form, Context::Edit, Context::Global],
            (None, pane) => vec![pane.context(), Context::Global],
        }
    }

    /// Whether this key is text where it is pressed now.
    pub fn is_typing(&self, key: KeyPress) -> bool {
        match (self.layers.last(), key.text()) {
            (_, None) => false,
            (Some(layer), Some(character)) => layer.takes(character),
            (None, Some(_)) => self.focus == Pane::Form || self.is_filtering(),
        }
    }

    /// Plain characters are text where the operator is.
    pub fn takes_text(&self) -> bool {
        match self.layers.last() {
            Some(layer) => layer.line().is_some(),
            None => self.focus == Pane::Form || self.is_filtering(),
        }
    }

    /// Changes the text that is being typed.
    pub fn edit(&mut self, change: impl FnOnce(&mut TextLine)) -> Result<(), Say> {
        if let Some(layer) = self.layers.last_mut() {
            match layer.line_mut() {
                Some(line) => change(line),
                None => return Err(Say::new("refuse.nothing-typed-here")),
            }
            return Ok(());
        }
        if self.is_filtering() {
            let before = self.tickets.line.text().to_owned();
            change(&mut self.tickets.line);
            if before != self.tickets.line.text() {
                self.tickets.found = None;
                self.stand_on_typed_number();
            }
            return Ok(());
        }
        crate::tui::command::form_is_open(self)?;
        let rules = &self.desk.welcome().rulebook;
        let Some(draft) = self.drafts.open_mut() else { return Ok(()) };
        if draft.field.ask(rules).is_typed() {
            draft.edit(change);
        } else {
            // What is chosen is not typed; what deletes takes the choice back.
            let mut chosen = TextLine::new("x");
            change(&mut chosen);
            if chosen.text().is_empty() && draft.field != Field::Kind {
                draft.choose("");
            }
        }
        if let Some(word) = draft.watch_for_danger(rules) {
            self.tell(Tone::Error, Say::new("life_form.raised").with("word", word));
        }
        Ok(())
    }

    /// Takes what is chosen in the uppermost popup.
    pub fn accept(&mut self, at: Option<usize>) -> Outcome {
        match self.layers.last() {
            Some(Layer::Picker(picker)) => {
                let chosen = picker.chosen(at).ok_or_else(|| Say::new("refuse.no-choice"))?;
                let (then, subject) = (picker.then, picker.subject.clone());
                self.close_and(|model| then(model, &subject, &chosen))
            }
            Some(Layer::Prompt(prompt)) if at.is_none() => {
                let (then, subject, text) = (prompt.then, prompt.subject.clone(), prompt.line.text().to_owned());
                self.close_and(|model| then(model, &subject, &text))
            }
            Some(Layer::Finder(finder)) if at.is_none() => {
                let def = finder.rows(self.settings.language).get(finder.at).copied();
                let def = def.ok_or_else(|| Say::new("refuse.no-choice"))?;
                self.layers.pop();
                self.invoke(def)
            }
            Some(Layer::Confirm(def)) if at.is_none() => {
                let def = *def;
                self.layers.pop();
                (def.ready)(self)?;
                (def.run)(self)
            }
            Some(Layer::Reader(_) | Layer::Sealed(_)) => {
                self.layers.pop();
                Ok(Vec::new())
            }
            Some(Layer::Line(page)) => self.open_of_line(&page.line.clone(), at),
            Some(Layer::Board(view)) => self.open_of_board(view.kind.clone(), at.unwrap_or(view.at)),
            Some(Layer::Figures(_)) if at.is_none() => self.open_of_figures(),
            Some(Layer::Formula(_)) => self.open_of_formula(at),
            Some(Layer::Call(_)) => self.open_of_call(at),
            Some(Layer::Sure(sure)) if at.is_none() => {
                let (then, subject, text) = (sure.then, sure.subject.clone(), sure.text.clone());
                self.close_and(|model| then(model, &subject, &text))
            }
            Some(Layer::Notices(list)) if at.is_none() => match list.chosen().map(|notice| notice.ticket) {
                Some(Some(ticket)) => self.open_ticket(ticket),
                Some(None) => Err(Say::new("debt.notice_no_ticket")),
                None => Err(Say::new("refuse.no-choice")),
            },
            _ => Ok(Vec::new()),
        }
    }

    /// Closes the uppermost popup for what was chosen in it; where that is refused the popup stays with what was typed.
    fn close_and(&mut self, then: impl FnOnce(&mut Model) -> Outcome) -> Outcome {
        let layer = self.layers.pop();
        let outcome = then(self);
        if outcome.is_err() {
            self.layers.extend(layer);
        }
        outcome
    }

    /// Popups give way to a call that is answered; what is typed in them is kept.
    pub fn put_popups_aside(&mut self) {
        self.aside.extend(self.layers.drain(..).filter(Layer::is_typed));
    }

    /// Whether popups wait to come back.
    pub fn has_popups_aside(&self) -> bool {
        !self.aside.is_empty()
    }

    /// Brings them back.
    pub fn take_popups_back(&mut self) -> bool {
        let any = self.has_popups_aside();
        self.layers.append(&mut self.aside);
        any
    }

    /// Shows the form of a call, from where it is parked or a new one. Gives whether another was parked for it.
    pub fn open_form_for(&mut self, call: &Call) -> bool {
        let before = self.drafts.parked().len();
        if !self.drafts.resume_call(call.id) {
            let command = self.next_command_id();
            let mut draft = Draft::for_call(self.drafts.next_id(), command, call);
            let card = self.card.as_ref().filter(|card| is_about(card, call));
            if let Some(customer) = card.and_then(|card| card.customer.as_ref()) {
                draft.prefill_from(customer);
            }
            draft.came_by_phone(&self.desk.welcome().rulebook);
            self.drafts.show(draft);
        }
        self.drafts.parked().len() > before
    }

    /// A colleague's name.
    pub fn staff_name(&self, id: &StaffId) -> String {
        let staff = self.desk.welcome().staff.iter().find(|staff| staff.id == *id);
        staff.map_or_else(|| id.0.clone(), |staff| staff.name.clone())
    }

    /// Remembers what a frame has shown. Called when it is out, never while drawing.
    pub fn mark_shown(&mut self) {
        let (target, in_hand) = (self.target().map(|call| call.id), self.in_hand().map(|call| call.id));
        self.shown.mark(target, in_hand, self.now);
        self.mark_tickets_shown();
        self.mark_tech_shown();
    }

    /// The waiting call that a key pressed now is meant for.
    pub fn meant_target(&self) -> Option<CallId> {
        self.shown.target.meant(self.now).or_else(|| self.target().map(|call| call.id))
    }

    /// The call in hand that a key pressed now is meant for.
    pub fn meant_in_hand(&self) -> Option<CallId> {
        self.shown.in_hand.meant(self.now)
    }
}

/// Whether a card is about this call's number.
fn is_about(card: &PersonCard, call: &Call) -> bool {
    use crate::domain::phone::match_key;
    let key = match_key(&call.party.number);
    !key.is_empty() && match_key(&card.number) == key
}
