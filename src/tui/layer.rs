//! Popups, one on top of the other. The uppermost takes the keys; there is no flag anywhere that says which is shown.
//!
//! A popup is data: what it shows, what is typed in it, and a function for what is chosen. Commands open one by an
//! effect; nothing in here draws.

use crate::domain::command::OversightCommand;
use crate::domain::{CallId, CallbackId, CheckSheetId, CustomerId, Notice, SpotDrawId, StaffId, TicketId};
use crate::text::{Language, matches};
use crate::tui::command::{Def, Outcome, Place, all};
use crate::tui::form::{Field, TextLine};
use crate::tui::model::due::board::BoardView;
use crate::tui::model::{CallPage, FiguresView, FormulaPage, LinePage, Model, TicketPage};

/// What a popup is about, kept from when it was opened: what is chosen is meant for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Nothing in particular.
    None,
    /// A call.
    Call(CallId),
    /// A ticket.
    Ticket(TicketId),
    /// A callback line.
    Callback(CallbackId),
    /// A colleague.
    Staff(StaffId),
    /// A customer's file.
    Customer(CustomerId),
    /// A supervisor's step, as far as it was told.
    Oversight(Box<OversightCommand>),
    /// A field of a form.
    Field(u64, Field),
    /// A ticket, and what was answered so far.
    Steps(TicketId, Vec<String>),
    /// A callback line, and what was answered so far.
    LineSteps(CallbackId, Vec<String>),
    /// A call, and what was answered so far.
    CallSteps(CallId, Vec<String>),
    /// A drawn call, and what was answered so far.
    CheckSteps(SpotDrawId, CallId, Option<CheckSheetId>, Vec<String>),
    /// A customer's file, and what was answered so far.
    CustomerSteps(CustomerId, Vec<String>),
}

/// What happens with what was chosen or typed.
pub type Then = fn(&mut Model, &Subject, &str) -> Outcome;

/// A popup.
#[derive(Debug)]
pub enum Layer {
    /// The palette or the key help.
    Finder(Finder),
    /// One of several.
    Picker(Picker),
    /// A line of text.
    Prompt(Prompt),
    /// Yes or no, before something that can't be taken back.
    Confirm(&'static Def),
    /// A page to read.
    Reader(Page),
    /// A ticket whole, with its history and its keys.
    Ticket(Box<TicketPage>),
    /// A callback line whole, with its keys.
    Line(Box<LinePage>),
    /// Figures in rows, each of which opens to what it is made of.
    Board(BoardView),
    /// The pages of figures (§9).
    Figures(Box<FiguresView>),
    /// Where a figure comes from (R-LIVE-3).
    Formula(Box<FormulaPage>),
    /// A call that is over, whole.
    Call(Box<CallPage>),
    /// What is under seal, until the next key (R-REQ-6).
    Sealed(Sealed),
    /// Yes or no, before something that touches more than one thing, with what it touches in words.
    Sure(Sure),
    /// The notices that wait to be acknowledged.
    Notices(NoticeList),
}

impl Layer {
    /// Moves the choice or the page.
    pub fn step(&mut self, step: isize) {
        let at = match self {
            Layer::Finder(finder) => &mut finder.at,
            Layer::Picker(picker) => &mut picker.at,
            Layer::Reader(page) => &mut page.at,
            Layer::Ticket(page) => &mut page.at,
            Layer::Line(page) => &mut page.at,
            Layer::Board(view) => &mut view.at,
            Layer::Figures(view) => &mut view.at,
            Layer::Formula(page) => &mut page.at,
            Layer::Call(page) => &mut page.at,
            Layer::Notices(list) => &mut list.at,
            Layer::Prompt(_) | Layer::Confirm(_) | Layer::Sealed(_) | Layer::Sure(_) => return,
        };
        *at = at.saturating_add_signed(step);
    }

    /// The text being typed in it.
    pub fn line(&self) -> Option<&TextLine> {
        match self {
            Layer::Finder(finder) => Some(&finder.line),
            Layer::Picker(picker) => Some(&picker.line),
            Layer::Prompt(prompt) => Some(&prompt.line),
            _ => None,
        }
    }

    /// The same, to be changed. What is found by it is looked at from its begin again.
    pub fn line_mut(&mut self) -> Option<&mut TextLine> {
        match self {
            Layer::Finder(finder) => {
                finder.at = 0;
                Some(&mut finder.line)
            }
            Layer::Picker(picker) => {
                picker.at = 0;
                Some(&mut picker.line)
            }
            Layer::Prompt(prompt) => Some(&mut prompt.line),
            _ => None,
        }
    }

    /// Whether this character is text here. In a list to choose from, digits choose while nothing is typed.
    pub fn takes(&self, character: char) -> bool {
        match self {
            Layer::Picker(picker) => {
                !picker.line.text().is_empty() || picker.typed == Typed::Number || !character.is_ascii_digit()
            }
            other => other.line().is_some(),
        }
    }

    /// It is read and nothing is typed in it: who goes elsewhere leaves it.
    pub fn is_page(&self) -> bool {
        matches!(
            self,
            Layer::Ticket(_)
                | Layer::Line(_)
                | Layer::Board(_)
                | Layer::Figures(_)
                | Layer::Formula(_)
                | Layer::Call(_)
        )
    }

    /// Something is typed in it that would be missed.
    pub fn is_typed(&self) -> bool {
        matches!(self, Layer::Prompt(prompt) if prompt.line.text() != prompt.given)
    }

    /// Keeps the choice inside the list. Called after keys, not while drawing.
    pub fn settle(&mut self, language: Language) {
        let rows = match self {
            Layer::Finder(finder) => finder.rows(language).len(),
            Layer::Picker(picker) => picker.rows().len(),
            Layer::Reader(page) => page.lines.len(),
            Layer::Notices(list) => list.rows.len(),
            // A ticket's page is set where it is drawn: how far it goes is known there.
            Layer::Prompt(_) | Layer::Confirm(_) | Layer::Sealed(_) | Layer::Sure(_) => return,
            Layer::Ticket(_) | Layer::Line(_) | Layer::Board(_) => return,
            Layer::Figures(_) | Layer::Formula(_) | Layer::Call(_) => return,
        };
        if let Layer::Notices(NoticeList { at, .. }) = self {
            *at = (*at).min(rows.saturating_sub(1));
            return;
        }
        let (Layer::Finder(Finder { at, .. }) | Layer::Picker(Picker { at, .. }) | Layer::Reader(Page { at, .. })) =
            self
        else {
            return;
        };
        *at = (*at).min(rows.saturating_sub(1));
    }
}

/// The palette, or the key help: commands found by name, sound or id.
#[derive(Debug, Default)]
pub struct Finder {
    /// All commands in the order of the table, with what they do.
    pub help: bool,
    /// What is looked for.
    pub line: TextLine,
    /// The chosen row.
    pub at: usize,
}

impl Finder {
    /// The palette.
    pub fn palette() -> Finder {
        Finder::default()
    }

    /// The key help.
    pub fn help() -> Finder {
        Finder { help: true, ..Finder::default() }
    }

    /// The commands that answer what is typed: the best first in the palette, in the table's order in the help. The
    /// palette leaves out what only makes sense as a key.
    pub fn rows(&self, language: Language) -> Vec<&'static Def> {
        let query = self.line.text();
        let listed = |def: &&Def| match def.place {
            // The technician's screen has a help of its own.
            Place::Tech | Place::Wall => false,
            Place::Popup | Place::Edit => self.help,
            _ => true,
        };
        let mut rows: Vec<_> = all()
            .filter(listed)
            .filter_map(|def| {
                let by_name = matches(query, def.name(language));
                let by_about = || matches(query, def.about(language)).filter(|_| self.help);
                let score = by_name.or_else(|| matches(query, def.id)).or_else(by_about)?;
                Some((score, def))
            })
            .collect();
        if !self.help && !query.is_empty() {
            rows.sort_by_key(|row| std::cmp::Reverse(row.0));
        }
        rows.into_iter().map(|(_, def)| def).collect()
    }
}

/// A row to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it stands for.
    pub id: String,
    /// What is shown and looked through.
    pub text: String,
    /// What is shown beside it.
    pub beside: String,
}

/// Whether something that is no row may be typed instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typed {
    /// No: what is typed only filters.
    #[default]
    Filter,
    /// A text that no row answers.
    Text,
    /// A number.
    Number,
}

/// One of several.
#[derive(Debug)]
pub struct Picker {
    /// The key of the title.
    pub title: String,
    rows: Vec<Row>,
    /// What is typed.
    pub line: TextLine,
    /// Whether that may stand for itself.
    pub typed: Typed,
    /// The chosen row.
    pub at: usize,
    /// What it is about.
    pub subject: Subject,
    /// What happens then.
    pub then: Then,
}

impl Picker {
    /// A picker over these rows.
    pub fn new(title: &str, rows: Vec<Row>, subject: Subject, then: Then) -> Picker {
        let title = title.to_owned();
        Picker { title, rows, line: TextLine::default(), typed: Typed::Filter, at: 0, subject, then }
    }

    /// What is typed may stand for itself.
    #[must_use]
    pub fn or_typed(self) -> Picker {
        Picker { typed: Typed::Text, ..self }
    }

    /// What is typed may be a number; digits do not choose.
    #[must_use]
    pub fn or_number(self) -> Picker {
        Picker { typed: Typed::Number, ..self }
    }

    /// The rows that answer what is typed.
    pub fn rows(&self) -> Vec<&Row> {
        let query = self.line.text();
        let found = |row: &&Row| {
            matches(query, &row.text)
                .or_else(|| matches(query, &row.id))
                .or_else(|| matches(query, &row.beside))
                .is_some()
        };
        self.rows.iter().filter(found).collect()
    }

    /// What is chosen: the row at this place or at the cursor, else what was typed where that may stand for itself.
    pub fn chosen(&self, at: Option<usize>) -> Option<String> {
        let typed = self.line.text();
        let number = self.typed == Typed::Number && typed.chars().any(|char| char.is_ascii_digit());
        if number && at.is_none() {
            return Some(typed.to_owned());
        }
        match self.rows().get(at.unwrap_or(self.at)) {
            Some(row) => Some(row.id.clone()),
            None => (self.typed != Typed::Filter && at.is_none()).then(|| typed.to_owned()),
        }
    }
}

/// A line of text.
#[derive(Debug)]
pub struct Prompt {
    /// The key of the title.
    pub title: &'static str,
    /// What is typed.
    pub line: TextLine,
    given: String,
    /// What it is about.
    pub subject: Subject,
    /// What happens then.
    pub then: Then,
}

impl Prompt {
    /// A prompt with something in it already.
    pub fn new(title: &'static str, given: &str, subject: Subject, then: Then) -> Prompt {
        Prompt { title, line: TextLine::new(given), given: given.to_owned(), subject, then }
    }
}

impl Prompt {
    /// A prompt that comes back with what was typed in it.
    pub fn again(title: &'static str, typed: &str, subject: Subject, then: Then) -> Prompt {
        Prompt { title, line: TextLine::new(typed), given: String::new(), subject, then }
    }
}

/// Yes or no, with what is meant in words.
#[derive(Debug)]
pub struct Sure {
    /// The title, in words.
    pub title: String,
    /// What will happen, and what can't be taken back.
    pub lines: Vec<String>,
    /// What it is about.
    pub subject: Subject,
    /// What was chosen or typed before.
    pub text: String,
    /// What happens then.
    pub then: Then,
}

/// The notices as they were when the list was opened, the newest on top. One that is acknowledged meanwhile stays in its
/// row and says so; a new one comes on top and the choice stays where it was.
#[derive(Debug, Default)]
pub struct NoticeList {
    /// The rows.
    pub rows: Vec<Notice>,
    /// The chosen one.
    pub at: usize,
}

impl NoticeList {
    /// The chosen one.
    pub fn chosen(&self) -> Option<&Notice> {
        self.rows.get(self.at)
    }

    /// Another one came.
    pub fn add(&mut self, notice: Notice) {
        if self.rows.iter().all(|known| known.id != notice.id) {
            self.at += usize::from(!self.rows.is_empty());
            self.rows.insert(0, notice);
        }
    }
}

/// A page to read: lines, each with the meaning of its style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The title, in words.
    pub title: String,
    /// The lines.
    pub lines: Vec<(&'static str, String)>,
    /// The first line shown.
    pub at: usize,
}

/// What was under seal. It shows itself to nobody but the screen, and is wiped when it goes.
#[derive(Default)]
pub struct Sealed(Vec<(&'static str, String)>);

impl Sealed {
    /// A page of these lines.
    pub fn new(lines: Vec<(&'static str, String)>) -> Sealed {
        Sealed(lines)
    }

    /// The lines, each with the meaning of its style.
    pub fn lines(&self) -> &[(&'static str, String)] {
        &self.0
    }
}

/// Never in a log, whatever is logged.
impl std::fmt::Debug for Sealed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Sealed")
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        for (_, line) in &mut self.0 {
            let length = line.len();
            line.clear();
            line.extend(std::iter::repeat_n('\0', length));
        }
    }
}
