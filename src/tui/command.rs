//! Everything a console can do, in one table. Dispatch, key help, the palette and `docs/keys.md` are made from it.
//!
//! Commands are split by noun, one file a noun. A command changes the model or returns effects; it does no input or
//! output, pushes no layer, writes no socket. One that can't be done now says why. Name and description are in the
//! message catalogues under `command.<id>`.

mod agent;
mod bulk;
mod call;
mod callback;
mod document;
mod edit;
mod figures;
mod form;
mod life;
mod list;
mod live;
mod message;
mod notice;
mod oversight;
mod popup;
mod spot;
mod tech;
mod tech_form;
mod ticket;
mod view;
mod wall;

pub use bulk::Bulk;
pub(in crate::tui) use call::can_answer_target;
pub(in crate::tui) use callback::board::record_visit;
pub(in crate::tui) use callback::{reached_by_hand, release, take};
pub use document::keys_document;
pub(in crate::tui) use form::{envelope as draft_envelope, is_open as form_is_open};
pub(in crate::tui) use life::owed_envelope;
pub(in crate::tui) use spot::sheet_again;
pub use spot::{extract, listen, sheet};
pub(in crate::tui) use tech::{FIRST_ORDER, can_step_now};

pub use oversight::about;

use crate::client::Query;
use crate::domain::{CallId, Command, TicketId};
use crate::text::{Language, Say};
use crate::tui::layer::Layer;
use crate::tui::model::{Model, Tone};

/// Where a command works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Everywhere, popups included.
    Anywhere,
    /// On the desk, with no popup open.
    Desk,
    /// With a form on the screen.
    Form,
    /// In the list of tickets.
    Tickets,
    /// With a ticket in sight: chosen in the list, or on its page.
    Ticket,
    /// In the list of callbacks.
    Callbacks,
    /// In the live queue.
    Live,
    /// On the technician's screen.
    Tech,
    /// On the wall, and while a day is replayed.
    Wall,
    /// With a callback line in sight: chosen in the list, on its page, or with its sheet on the screen.
    Line,
    /// In a popup.
    Popup,
    /// While typing.
    Edit,
}

/// What a command gives back: effects, or the reason why not.
pub type Outcome = Result<Vec<Effect>, Say>;

/// A command.
pub struct Def {
    /// Its name in keymaps.
    pub id: &'static str,
    /// Where it works.
    pub place: Place,
    /// It can't be taken back: it is asked again and shown so.
    pub dangerous: bool,
    /// Whether it can be done now.
    pub ready: fn(&Model) -> Result<(), Say>,
    /// Does it.
    pub run: fn(&mut Model) -> Outcome,
}

impl std::fmt::Debug for Def {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.id)
    }
}

impl Def {
    const fn new(id: &'static str, place: Place, run: fn(&mut Model) -> Outcome) -> Def {
        Def { id, place, dangerous: false, ready: |_| Ok(()), run }
    }

    const fn when(mut self, ready: fn(&Model) -> Result<(), Say>) -> Def {
        self.ready = ready;
        self
    }

    const fn dangerous(mut self) -> Def {
        self.dangerous = true;
        self
    }

    /// Its name in words.
    pub fn name(&self, language: Language) -> &'static str {
        words(&format!("command.{}.name", self.id), language)
    }

    /// What it does, in words.
    pub fn about(&self, language: Language) -> &'static str {
        words(&format!("command.{}.about", self.id), language)
    }

    /// The part of its name before the dot: what it is about.
    pub fn noun(&self) -> &'static str {
        self.id.split_once('.').map_or(self.id, |(noun, _)| noun)
    }
}

/// The catalogue's own words live as long as the program; a missing key shows as nothing here and fails a test.
fn words(key: &str, language: Language) -> &'static str {
    language.entries().find(|(known, _)| *known == key).map_or("", |(_, words)| words)
}

/// What a command asks of the outside.
#[derive(Debug)]
pub enum Effect {
    /// Ask the desk to do something.
    Send(Envelope),
    /// Ask the desk something.
    Ask(Query, Question),
    /// Open a popup.
    Open(Layer),
    /// Tell the operator.
    Tell(Tone, Say),
    /// Tell the desk which ticket is open here.
    Looking(Option<TicketId>),
    /// Ring the terminal's bell.
    Bell,
    /// Change the theme.
    Theme(String),
    /// Change the keymap.
    Keymap(String),
    /// Draw everything anew and measure the terminal again.
    Redraw,
    /// Play the bundled recording.
    Rehearse,
    /// Start this program with these arguments and let it be: what plays a recording.
    Play(Vec<String>),
    /// Stop and give the terminal back to the shell.
    Suspend,
    /// End the console.
    Quit,
}

/// A command on its way to the desk.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The command's own id; 0 for one that is not sent again after a lost line.
    pub id: u128,
    /// What.
    pub command: Command,
    /// What to do with the answer.
    pub about: About,
}

/// What a command on its way is about.
#[derive(Clone, Debug)]
pub enum About {
    /// Nothing further; what to say when it is done.
    Plain(Option<Say>),
    /// This call is being answered.
    Answer(CallId),
    /// This draft is being saved.
    Draft(u64),
    /// A callback line is being taken, or dialled, for this sheet.
    Line(u64),
    /// A line is let go after its sheet: where it is free or settled already nobody has to hear of it.
    LetGo,
    /// The second step after a draft was saved.
    Owed,
    /// A step of an order, kept until it is answered (R-WO-4).
    Step,
    /// A notice was read; who read it first is the same to whoever reads it.
    Heed,
    /// Listening to the recording of this call is being written down; then it is played.
    Listen(CallId),
    /// The sheet of a spot check is being signed.
    Signed,
    /// Several tickets at once; how it is taken back.
    Bulk(Bulk),
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// All about the number of this call.
    Person(String),
    /// Tickets that hold a text.
    Find(String),
    /// A ticket to be shown.
    Ticket,
    /// The history of the ticket that is shown.
    Lines(TicketId),
    /// R-CB-8: the year's plan of visits.
    Visits,
    /// Sums of a span, by the number of the question.
    Figures(u64),
    /// The records behind a figure, by the number of the question.
    FigureRows(u64),
    /// Agents' stretches, by the number of the question.
    Spans(u64),
    /// A call that is over, for its page.
    Call(CallId),
    /// R-LIVE-4: the weeks before this local day.
    Staffing(i64),
    /// The sheets about this call, for its page.
    Checks(CallId),
    /// The recording of this call, to be played.
    Play(CallId),
}

/// Every command, by noun.
pub fn all() -> impl Iterator<Item = &'static Def> {
    [
        call::COMMANDS,
        agent::COMMANDS,
        form::COMMANDS,
        form::likely::COMMANDS,
        ticket::COMMANDS,
        life::COMMANDS,
        bulk::COMMANDS,
        callback::COMMANDS,
        callback::sheet::COMMANDS,
        callback::board::COMMANDS,
        spot::COMMANDS,
        message::COMMANDS,
        notice::COMMANDS,
        oversight::COMMANDS,
        view::COMMANDS,
        figures::COMMANDS,
        list::COMMANDS,
        live::COMMANDS,
        popup::COMMANDS,
        edit::COMMANDS,
        tech::COMMANDS,
        tech_form::COMMANDS,
        wall::COMMANDS,
    ]
    .into_iter()
    .flatten()
}

/// The command of this name.
pub fn find(id: &str) -> Option<&'static Def> {
    all().find(|def| def.id == id)
}

/// A command to the desk that is not sent again, and nothing to say when it is done but the change itself.
fn send(command: Command) -> Outcome {
    Ok(vec![Effect::Send(Envelope { id: 0, command, about: About::Plain(None) })])
}

/// The same, with a word when it is done.
fn send_and_tell(command: Command, done: Say) -> Outcome {
    Ok(vec![Effect::Send(Envelope { id: 0, command, about: About::Plain(Some(done)) })])
}
