//! The console at work: the only place that waits, reads, writes and asks for the time.
//!
//! One turn waits for keys, the desk, signals or the next second that a timer needs; takes in everything there is; keeps
//! the drafts; draws at most one frame. With nothing to do it sleeps, and writes nothing.

mod dial;
mod effects;
mod elder;
pub mod replay;
mod screen;

use std::os::fd::AsFd;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::fault::Fault;
use super::form::store::{DraftFile, DraftMemory, DraftStore, Kept};
use super::keymap::Keymap;
use super::model::{Desk, Model, Pane, Settings, Tone, WallForm};
use super::terminal::{Input, Probe, Reader, Signals, input, tty};
use super::theme::Theme;
use crate::client::{Heard, Line, Welcome};
use crate::domain::state::DAY_MS;
use crate::domain::{Millis, Role, Stamp, State};
use crate::text::{Ambiguous, Language, Say};
use dial::Dialer;
use elder::Elder;
use screen::Screen;

/// Makes a line to the desk, starting one in the background where none runs. Called on a thread of its own.
pub type Connector = Box<dyn FnMut() -> Result<Line, Say> + Send>;

/// Starts the bundled rehearsal, without waiting for its end.
pub type Rehearse = Box<dyn Fn() -> Result<(), Say>>;

/// What a console is started with.
pub struct ConsoleOptions {
    /// How it comes to a line.
    pub connector: Connector,
    /// How it starts the rehearsal.
    pub rehearse: Rehearse,
    /// The theme's name or path; empty chooses by the terminal's colours.
    pub theme: String,
    /// The keymap's name or path; empty is the default.
    pub keymap: String,
    /// Folders that hold `keymaps/` and `themes/` of the operator's own.
    pub user_dirs: Vec<PathBuf>,
    /// The language of the screen.
    pub language: Language,
    /// Ring the bell for a new ringing call.
    pub bell: bool,
    /// Flash for a new ringing call.
    pub flash: bool,
    /// Take the mouse.
    pub mouse: bool,
    /// The width of ambiguous characters, where it is not to be measured.
    pub ambiguous: Option<Ambiguous>,
    /// ASCII borders or not, where it is not to be measured.
    pub ascii_borders: Option<bool>,
    /// Go on where the terminal does not seem to read UTF-8.
    pub force: bool,
    /// The phone at this desk, where it is not the configured one.
    pub phone: Option<String>,
    /// Offset of local time from UTC in milliseconds, until the desk says its own.
    pub offset_ms: i64,
    /// Where drafts are kept; nowhere where there is none.
    pub state_dir: Option<PathBuf>,
    /// The command that plays a recording, word by word; empty for none.
    pub play: Vec<String>,
    /// A technician's console, which leaves its account nothing but the desk: it can't be put into the background, and
    /// what the desk closes for good is not tried again.
    pub tech: bool,
    /// The wall, in this form: it takes no seat, keeps no drafts and sends nothing.
    pub wall: Option<WallForm>,
}

/// Why a console does not run, or no longer.
#[derive(Debug)]
pub enum Ended {
    /// The terminal went away: the window was closed, the line is down. Nobody is left to be told.
    Gone,
    /// The terminal reads another encoding than UTF-8, and has to be told so in its own.
    Encoding,
    /// Something else, in words.
    Said(Say),
}

impl From<Say> for Ended {
    fn from(say: Say) -> Ended {
        Ended::Said(say)
    }
}

/// How long the first frame may wait for the desk's welcome.
const HOLD: Duration = Duration::from_millis(300);

/// The theme of a technician who asked for none: no ground painted, the fewest bytes.
const TECH_THEME: &str = "plain";

/// Runs a console until it is left, or until its terminal goes away. The terminal is put back whatever happens.
pub fn run(options: ConsoleOptions) -> Result<(), Ended> {
    tty::restore_on_panic();
    let mut console = match Console::open(options) {
        Ok(console) => console,
        Err(Ended::Gone) => return Ok(()),
        Err(why) => return Err(why),
    };
    while !console.quit {
        match console.turn() {
            Ok(()) => {}
            // As when it is left by its key: what was typed is kept.
            Err(Ended::Gone) => break,
            Err(why) => return Err(why),
        }
    }
    console.close();
    console.sent_away.take().map_or(Ok(()), |why| Err(Ended::Said(why)))
}

/// The desk's last words to a console that is not to come back: the same technician sits elsewhere now.
const ELSEWHERE: &str = "tech.elsewhere";
/// The desk's last words when it leaves itself: it may be there again soon.
const LEAVING: &str = "server.leaving";

struct Console {
    model: Model,
    screen: Screen,
    signals: Signals,
    reader: Reader,
    dialer: Dialer,
    joining: Option<Line>,
    rehearse: Rehearse,
    store: Option<Box<dyn DraftStore>>,
    state_dir: Option<PathBuf>,
    /// The console of the same account that began before this one, where its end is waited for.
    elder: Option<Elder>,
    /// Nothing is drawn before, at the far end of a network, while it is not known who sits here: one screen less.
    hold_until: Instant,
    /// No theme was asked for: it may follow from who sits here.
    theme_free: bool,
    /// The desk's clock ahead of ours.
    skew: Millis,
    started: Instant,
    dirty: bool,
    keyed: bool,
    /// When the first key was read that no whole frame has answered yet.
    key_at: Option<Instant>,
    bell: bool,
    quit: bool,
    tech: bool,
    /// The desk's word that this console is over.
    sent_away: Option<Say>,
}

fn terminal_fault(error: impl std::fmt::Display) -> Say {
    Say::new("terminal.cannot").with("why", error)
}

/// The end of a console whose terminal does not do its work any more.
fn ended(error: std::io::Error) -> Ended {
    let gone = [Errno::IO, Errno::NXIO, Errno::NODEV, Errno::PIPE];
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(number) if gone.contains(&number) => Ended::Gone,
        _ => Ended::Said(terminal_fault(error)),
    }
}

/// What every screen of ours begins with: keys, colours, the terminal measured; and what was typed meanwhile.
fn console_parts(options: &ConsoleOptions) -> Result<(Model, Screen, Reader, Vec<u8>), Ended> {
    let name = if options.keymap.is_empty() { "default" } else { &options.keymap };
    let (keymap, mut faults) = Keymap::load(name, &options.user_dirs);
    let depth = screen::profile(&Probe::default()).depth;
    let theme = match (options.theme.as_str(), options.tech) {
        ("", true) => TECH_THEME,
        ("", false) => screen::theme_for(depth),
        (named, _) => named,
    };
    let (theme, more) = Theme::load(theme, &options.user_dirs);
    faults.extend(more);
    let escape = if screen::is_remote() { input::ESCAPE_REMOTE } else { input::ESCAPE_LOCAL };
    let reader = Reader::new(escape);
    let (screen, typed) = Screen::open(options, keymap.uses_keypad())?;
    let settings = Settings {
        language: options.language,
        bell: options.bell,
        flash: options.flash,
        phone: options.phone.clone(),
        user_dirs: options.user_dirs.clone(),
        tech: options.tech,
        wall: options.wall,
        play: options.play.clone(),
    };
    let welcome = Welcome { offset_ms: options.offset_ms, ..Welcome::default() };
    let desk = Desk::Given(Box::new((welcome, State::new(options.offset_ms))));
    let mut model = Model::new(desk, settings, keymap, theme, seed());
    model.now = local_now();
    model.tell_faults(&faults);
    Ok((model, screen, reader, typed))
}

impl Console {
    fn open(options: ConsoleOptions) -> Result<Console, Ended> {
        let signals = Signals::new().map_err(terminal_fault)?;
        let started = Instant::now();
        let (mut model, screen, mut reader, typed) = console_parts(&options)?;
        let typed = reader.feed(&typed, 0);
        model.lost = Some((model.now, Say::new("desk.connecting")));
        let mut console = Console {
            model,
            screen,
            signals,
            reader,
            dialer: Dialer::new(options.connector).map_err(terminal_fault)?,
            joining: None,
            rehearse: options.rehearse,
            store: None,
            state_dir: options.state_dir,
            elder: None,
            hold_until: Instant::now() + HOLD,
            theme_free: options.theme.is_empty(),
            skew: 0,
            started,
            dirty: true,
            keyed: true,
            key_at: None,
            bell: false,
            quit: false,
            tech: options.tech,
            sent_away: None,
        };
        console.take_inputs(typed);
        Ok(console)
    }

    fn turn(&mut self) -> Result<(), Ended> {
        self.wait()?;
        self.model.now = local_now().plus(self.skew);
        self.screen.push().map_err(terminal_fault)?;
        self.take_signals()?;
        self.take_keys()?;
        self.take_lines();
        self.take_desk();
        self.keep_drafts();
        self.take_left();
        if self.model.tick_due() {
            self.dirty = true;
        }
        if self.dirty && (self.keyed || self.screen.may_draw()) && self.held_back().is_none() {
            self.draw()?;
        }
        self.note_response();
        Ok(())
    }

    /// The frame that answers a key is out: how long it took (SPEC §9).
    fn note_response(&mut self) {
        if self.keyed || self.screen.is_blocked() {
            return;
        }
        let Some(begun) = self.key_at.take() else { return };
        let day = (self.model.now.0 + self.model.desk.welcome().offset_ms).div_euclid(DAY_MS);
        self.model.response.note(day, i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX));
    }

    /// How long the first frame waits for the desk to say who sits here, in milliseconds: a technician's screen is
    /// another one, and a poor line should not carry both.
    fn held_back(&self) -> Option<i64> {
        let left = self.hold_until.saturating_duration_since(Instant::now());
        let held = self.store.is_none() && screen::is_remote() && !left.is_zero();
        held.then(|| to_ms(u64::try_from(left.as_millis()).unwrap_or(0)) + 1)
    }

    fn draw(&mut self) -> Result<(), Ended> {
        if self.screen.draw(&self.model, self.bell).map_err(ended)? {
            self.model.mark_shown();
            self.model.plan_tick();
            (self.dirty, self.keyed, self.bell) = (false, false, false);
        }
        Ok(())
    }

    /// Milliseconds since the start: the clock of the input reader.
    fn ticks(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// How long there is nothing to do, in milliseconds; nothing when only a descriptor can wake us.
    fn idle_ms(&self) -> Option<i64> {
        let reader = self.reader.deadline().map(|at| to_ms(at.saturating_sub(self.ticks())));
        let frame = || self.held_back().unwrap_or_else(|| self.screen.until_frame());
        let frame = (self.dirty && !self.screen.is_blocked()).then(frame);
        let tick = self.model.next_tick().map(|at| at.since(local_now().plus(self.skew)));
        let dial = self.dialer.until_next();
        [reader, frame, tick, dial].into_iter().flatten().min().map(|ms| ms.max(0))
    }

    fn wait(&self) -> Result<(), Say> {
        let timeout = self.idle_ms().map(|ms| Timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 });
        let out = |wanted: bool| if wanted { PollFlags::IN | PollFlags::OUT } else { PollFlags::IN };
        let mut fds = vec![
            PollFd::new(&self.signals, PollFlags::IN),
            PollFd::from_borrowed_fd(self.screen.fd(), out(self.screen.is_blocked())),
            PollFd::from_borrowed_fd(self.dialer.as_fd(), PollFlags::IN),
        ];
        if let Some(elder) = &self.elder {
            fds.push(PollFd::from_borrowed_fd(elder.as_fd(), PollFlags::IN));
        }
        let line = match &self.model.desk {
            Desk::Line(line) if self.model.is_linked() => Some(line.as_ref()),
            _ => self.joining.as_ref(),
        };
        if let Some(line) = line {
            fds.push(PollFd::from_borrowed_fd(line.as_fd(), out(line.wants_to_write())));
        }
        match poll(&mut fds, timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(terminal_fault(error)),
        }
    }

    fn take_signals(&mut self) -> Result<(), Ended> {
        let asked = self.signals.take();
        if asked.quit {
            self.quit = true;
        }
        if asked.resize {
            self.screen.resize().map_err(ended)?;
            (self.dirty, self.keyed) = (true, true);
        }
        if asked.suspend && !self.tech {
            self.suspend()?;
        } else if asked.resume {
            self.reenter()?;
        }
        Ok(())
    }

    /// Gives the terminal back and stops; goes on with all that was there.
    fn suspend(&mut self) -> Result<(), Ended> {
        self.keep_drafts();
        self.screen.leave();
        Signals::stop_here().map_err(terminal_fault)?;
        self.reenter()
    }

    fn reenter(&mut self) -> Result<(), Ended> {
        let typed = self.screen.enter().map_err(ended)?;
        (self.dirty, self.keyed) = (true, true);
        let inputs = self.reader.feed(&typed, self.ticks());
        self.take_inputs(inputs);
        Ok(())
    }

    fn take_keys(&mut self) -> Result<(), Ended> {
        let mut bytes = Vec::new();
        if !self.screen.read(&mut bytes).map_err(ended)? {
            // The terminal is gone: what was typed is kept, nothing more can be asked.
            self.quit = true;
        }
        let inputs = self.reader.feed(&bytes, self.ticks());
        self.take_inputs(inputs);
        Ok(())
    }

    fn take_inputs(&mut self, inputs: Vec<Input>) {
        for input in inputs {
            if matches!(input, Input::Key(_)) {
                self.key_at = self.key_at.or_else(|| Some(Instant::now()));
            }
            (self.dirty, self.keyed) = (true, true);
            let effects = match input {
                Input::Key(key) => self.model.press(key),
                Input::Paste { text, cut } => self.model.paste(&text, cut),
                Input::Mouse(mouse) => self.model.mouse(mouse, self.screen.area()),
                Input::Focus(_) => Vec::new(),
                Input::Garbled => {
                    self.model.tell(Tone::Warning, Say::new("input.garbled"));
                    Vec::new()
                }
            };
            self.perform(effects);
        }
    }

    /// Takes in what the desk said; a line that is gone is told and made anew.
    fn take_desk(&mut self) {
        let heard = match &mut self.model.desk {
            Desk::Line(line) if self.model.lost.is_none() => line.pump(),
            _ => return,
        };
        match heard {
            Ok(heard) => self.hear(heard),
            Err(error) => {
                self.model.line_lost(Say::new("desk.fault").with("why", error));
                self.dirty = true;
                self.dialer.retry_soon();
            }
        }
    }

    fn hear(&mut self, heard: Vec<Heard>) {
        for heard in heard {
            self.dirty = true;
            if let Heard::Goodbye(why) = &heard {
                self.sent_away(why);
            }
            let effects = self.model.hear(heard);
            self.perform(effects);
        }
    }

    /// The desk closed the line. A console that came back to push the newer one out would be pushed out in turn; and to
    /// a technician whom the desk does not let in there is nothing to be shown.
    fn sent_away(&mut self, why: &Say) {
        if why.key == ELSEWHERE || (self.tech && why.key != LEAVING) {
            self.sent_away = Some(why.clone());
            self.quit = true;
        }
    }

    /// Takes in a new line, and its welcome.
    fn take_lines(&mut self) {
        match self.dialer.take() {
            Some(Ok(line)) => self.joining = Some(line),
            Some(Err(why)) => {
                self.model.lost = Some((self.model.lost.take().map_or(self.model.now, |lost| lost.0), why));
                self.dirty = true;
                self.dialer.retry_later();
            }
            None if self.joining.is_none() && !self.model.is_linked() => self.dialer.ask_when_due(),
            None => {}
        }
        let Some(mut line) = self.joining.take() else { return };
        match line.pump() {
            Ok(heard) if heard.is_empty() => self.joining = Some(line),
            Ok(mut heard) => match heard.remove(0) {
                Heard::Welcome => self.join(line, heard),
                Heard::Goodbye(why) => {
                    self.sent_away(&why);
                    self.model.lost = Some((self.model.now, why));
                    self.dirty = true;
                    self.dialer.retry_later();
                }
                _ => self.dialer.retry_later(),
            },
            Err(_) => self.dialer.retry_later(),
        }
    }

    fn join(&mut self, line: Line, heard: Vec<Heard>) {
        self.dialer.joined();
        self.skew = line.welcome().now.since(local_now());
        self.dirty = true;
        if self.model.is_wall() && line.welcome().me.role == Role::Technician {
            self.sent_away = Some(Say::new("wall.not_for_tech"));
            self.quit = true;
            return;
        }
        let first = self.store.is_none();
        if first {
            self.open_drafts(&line.welcome().me.id.0);
        }
        let effects = self.model.linked(Box::new(line));
        if first {
            self.sit_down();
        }
        self.perform(effects);
        self.hear(heard);
    }

    /// Drafts are known by who sits here, which the desk says.
    fn open_drafts(&mut self, staff: &str) {
        let mut store: Box<dyn DraftStore> = match &self.state_dir {
            Some(dir) => Box::new(DraftFile::of(dir, staff)),
            None => Box::new(DraftMemory::default()),
        };
        match store.load() {
            Ok(kept) => {
                let count = kept.parked.len() + usize::from(kept.open.is_some());
                // Nothing kept changes nothing of what was begun before the desk was there.
                if kept != Kept::default() {
                    self.model.drafts.take_in(kept);
                }
                if count > 0 {
                    if self.model.drafts.open().is_some() {
                        self.model.focus = Pane::Form;
                    }
                    self.model.tell(Tone::Plain, Say::new("draft.restored").with("count", count));
                }
            }
            Err(say) => self.model.tell(Tone::Error, say),
        }
        self.store = Some(store);
    }

    /// Who sits here is known: a technician has a screen of their own, begins in the form that was on it last, and waits
    /// for what a console at the end of a dead line still holds.
    fn sit_down(&mut self) {
        if !self.model.is_tech() {
            return;
        }
        self.screen.let_go_of_mouse();
        if self.theme_free && self.model.theme.name != TECH_THEME {
            self.load_theme(TECH_THEME);
        }
        self.model.tech_resume();
        self.elder = self.store.as_ref().and_then(|store| store.elder()).and_then(|lock| Elder::wait_for(&lock).ok());
    }

    /// The console before this one is gone: what was typed there comes here.
    fn take_left(&mut self) {
        let (Some(elder), Some(store)) = (&self.elder, &mut self.store) else { return };
        if !elder.is_gone() {
            return;
        }
        self.elder = None;
        match store.load() {
            Ok(kept) => {
                self.model.drafts.take_in_left(kept);
                self.model.tech_resume();
                let effects = self.model.say_left_again();
                self.perform(effects);
            }
            Err(say) => self.model.tell(Tone::Error, say),
        }
        (self.dirty, self.keyed) = (true, true);
    }

    fn keep_drafts(&mut self) {
        let Some(store) = &mut self.store else { return };
        let saved = self.model.drafts.to_keep().map_or(Ok(()), |kept| store.save(kept));
        if let Err(say) = saved {
            self.model.tell(Tone::Error, say);
            self.dirty = true;
        }
    }

    fn load_theme(&mut self, name: &str) {
        let (theme, faults) = Theme::load(name, &self.model.settings.user_dirs);
        self.model.theme = theme;
        self.model.tell_faults(&faults);
    }

    fn load_keymap(&mut self, name: &str) {
        let (keymap, faults): (Keymap, Vec<Fault>) = Keymap::load(name, &self.model.settings.user_dirs);
        self.screen.set_keypad(keymap.uses_keypad());
        self.model.keymap = keymap;
        self.model.tell_faults(&faults);
    }
}

/// The wall clock, in milliseconds.
fn local_now() -> Stamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Stamp(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX))
}

fn to_ms(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// A number no other console begins its command ids with.
fn seed() -> u128 {
    let mut bytes = [0; 16];
    let random = rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty()).is_ok();
    if random { u128::from_le_bytes(bytes) } else { u128::from(local_now().0.unsigned_abs()) << 64 }
}
