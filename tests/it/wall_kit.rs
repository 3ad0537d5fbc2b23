//! A wall at a desk in virtual time: a recording comes signal by signal through the real decisions, and what is drawn is
//! read back from the cells, as somebody reads it from the screen.

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ringdesk::client::Welcome;
use ringdesk::domain::call::{Capabilities, Signal};
use ringdesk::domain::command::SourceCommand;
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::figures::{Ledger, half_hour_of};
use ringdesk::domain::source::{Link, SourceClock, SourceKind};
use ringdesk::domain::*;
use ringdesk::text::Language;
use ringdesk::tui::canvas::{Canvas, Policy};
use ringdesk::tui::keymap::Keymap;
use ringdesk::tui::model::{Desk, Model, Settings, WallForm};
use ringdesk::tui::screen;
use ringdesk::tui::theme::Theme;

use crate::recorded;

pub const OFFSET_MS: i64 = 8 * 3_600_000;

/// A console of a supervisor, or a wall, that has not heard of anything.
pub fn model(wall: Option<WallForm>, theme: &str) -> Model {
    let me = Staff { id: StaffId("boss".into()), name: "班长".into(), role: Role::Supervisor, ..Staff::default() };
    let welcome = Welcome { staff: vec![me.clone()], me, offset_ms: OFFSET_MS, ..Welcome::default() };
    let settings = Settings { language: Language::ZhHans, wall, ..Settings::default() };
    let (keymap, faults) = Keymap::load("default", &[]);
    assert_eq!(faults, []);
    let (theme, faults) = Theme::load(theme, &[]);
    assert_eq!(faults, []);
    Model::new(Desk::Given(Box::new((welcome, State::new(OFFSET_MS)))), settings, keymap, theme, 7)
}

/// A desk with one source, and the wall in front of it.
pub struct Wall {
    pub model: Model,
    pub ledger: Ledger,
    signals: VecDeque<(Stamp, Signal)>,
    source: SourceId,
    /// Every entry that was written.
    pub entries: Vec<Entry>,
}

impl Wall {
    /// A wall before a recording, played as this kind of source. The recording keeps its own stamps.
    pub fn before(files: &[&str], kind: SourceKind, theme: &str) -> Wall {
        let signals: VecDeque<_> = recorded::signals(files).into();
        let first = signals[0].0;
        let mut model = model(Some(WallForm::Big), theme);
        model.now = first;
        let ledger = Ledger::new(half_hour_of(model.day_begins()));
        let mut wall = Wall { model, ledger, signals, source: SourceId(0), entries: Vec::new() };
        let clock = SourceClock { desk0: first, stamp0: first, rate_permille: 1000 };
        let can = Capabilities::default();
        let begin = SourceCommand::Begin { kind, name: files[0].into(), can, clock };
        let made = wall.decides(&Command::Source(begin));
        let Made::Source(source) = made else { panic!("{made:?}") };
        wall.source = source;
        wall.link(Link::Up);
        wall
    }

    pub fn link(&mut self, link: Link) {
        let source = self.source;
        self.decides(&Command::Source(SourceCommand::Link { source, link, fault: None }));
    }

    /// A command of the desk's own, folded in as the desk and a console do.
    pub fn decides(&mut self, command: &Command) -> Made {
        let (welcome, state) = self.model.desk.given_mut().unwrap();
        let context = Context {
            state,
            rules: &welcome.rulebook,
            staff: &welcome.staff,
            actor: &Actor::Desk,
            now: self.model.now,
        };
        let decision = match command {
            Command::Source(SourceCommand::Signals { source, signals }) => {
                let (at, signal) = &signals[0];
                decide::signal(context, *source, *at, signal)
            }
            command => decide::decide(context, command).unwrap(),
        };
        if !decision.events.is_empty() {
            let entry = Entry {
                sequence: state.sequence + 1,
                at: self.model.now,
                actor: Actor::Desk,
                seat: String::new(),
                rule: String::new(),
                command: 0,
                events: decision.events,
            };
            for event in &entry.events {
                let delta = self.ledger.take(event);
                welcome.book.add(&delta, 1);
            }
            state.apply(&entry);
            self.entries.push(entry);
        }
        decision.made
    }

    /// Lets the recording run to a moment.
    pub fn until(&mut self, now: Stamp) {
        while self.signals.front().is_some_and(|(at, _)| *at <= now) {
            let (at, signal) = self.signals.pop_front().unwrap();
            self.model.now = self.model.now.max(at);
            let source = self.source;
            self.decides(&Command::Source(SourceCommand::Signals { source, signals: vec![(at, signal)] }));
        }
        self.model.now = self.model.now.max(now);
    }

    pub fn is_over(&self) -> bool {
        self.signals.is_empty()
    }

    pub fn draw(&self, size: (u16, u16)) -> Picture {
        draw(&self.model, size)
    }
}

/// What a screen shows.
pub struct Picture {
    pub buffer: Buffer,
}

/// Draws a model.
pub fn draw(model: &Model, (width, height): (u16, u16)) -> Picture {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    screen::draw(model, &mut Canvas::new(&mut buffer, Policy::default()));
    Picture { buffer }
}

/// The figures as somebody knows them who has never seen the program.
const FIGURES: [(char, [&str; 5]); 15] = [
    ('0', ["###", "# #", "# #", "# #", "###"]),
    ('1', [" # ", "## ", " # ", " # ", "###"]),
    ('2', ["###", "  #", "###", "#  ", "###"]),
    ('3', ["###", "  #", "###", "  #", "###"]),
    ('4', ["# #", "# #", "###", "  #", "  #"]),
    ('5', ["###", "#  ", "###", "  #", "###"]),
    ('6', ["###", "#  ", "###", "# #", "###"]),
    ('7', ["###", "  #", "  #", "  #", "  #"]),
    ('8', ["###", "# #", "###", "# #", "###"]),
    ('9', ["###", "# #", "###", "  #", "###"]),
    (':', [" ", "#", " ", "#", " "]),
    ('/', ["  #", "  #", " # ", "#  ", "#  "]),
    ('%', ["# #", "  #", " # ", "#  ", "# #"]),
    ('?', ["###", "  #", " ##", "   ", " # "]),
    ('-', ["   ", "   ", "###", "   ", "   "]),
];

impl Picture {
    pub fn rows(&self) -> Vec<String> {
        let area = self.buffer.area;
        (0..area.height).map(|y| (0..area.width).map(|x| self.buffer[(x, y)].symbol()).collect()).collect()
    }

    pub fn text(&self) -> String {
        self.rows().join("\n")
    }

    /// The large figure below the label of this column of four.
    pub fn figure(&self, column: u16, label: &str) -> String {
        let area = self.buffer.area;
        let wide = area.width / 4;
        let left = column * wide + 1;
        let top = (0..area.height).find(|y| self.slice(left, *y, wide).starts_with(label));
        let top = top.unwrap_or_else(|| panic!("no {label}:\n{}", self.text())) + 1;
        // Dots are a ground of their own, or `#`.
        let ground = self.buffer[(left, top - 1)].bg;
        let inked = |x: u16, y: u16| {
            let cell = &self.buffer[(x, y)];
            cell.symbol() == "#" || (cell.symbol() == " " && cell.bg != ground)
        };
        let lines: Vec<Vec<bool>> = (top..area.height)
            .map(|y| (left..left + wide - 2).map(|x| inked(x, y)).collect::<Vec<bool>>())
            .take(15)
            .collect();
        for high in [3_usize, 2, 1] {
            for across in (high..=2 * high).rev() {
                if let Some(read) = read(&lines, across, high) {
                    return read;
                }
            }
        }
        panic!("can't be read as a figure below {label}:\n{}", self.text());
    }

    /// The text that begins in a column.
    pub fn slice(&self, x: u16, y: u16, wide: u16) -> String {
        (x..(x + wide).min(self.buffer.area.width)).map(|x| self.buffer[(x, y)].symbol()).collect()
    }

    /// Waiting callers as they stand in the list: seconds waited, number; and how many more are said to wait.
    pub fn callers(&self) -> (Vec<(i64, String)>, usize) {
        let rows = self.rows();
        let head = rows.iter().position(|row| row.contains(" 等待的来电 ")).unwrap();
        let more = rows[head].split("坐席").next().unwrap().split("还有 ").nth(1);
        let more = more.map_or(0, |rest| rest.split_whitespace().next().unwrap().parse().unwrap());
        let callers = rows[head + 1..].iter().map_while(|row| {
            let mut words = row.split_whitespace().skip_while(|word| word.chars().all(|sign| sign == '!'));
            let (time, number) = (words.next()?, words.next()?);
            let (minutes, seconds) = time.split_once(':')?;
            let waited = minutes.parse::<i64>().ok()? * 60 + seconds.parse::<i64>().ok()?;
            number.chars().all(|digit| digit.is_ascii_digit()).then(|| (waited, number.to_owned()))
        });
        (callers.collect(), more)
    }

    /// The count beside a word for a state of agents; none where the word is not there.
    pub fn state(&self, word: &str) -> usize {
        let rows = self.rows();
        let row = rows.iter().find(|row| row.contains("忙碌率")).unwrap_or_else(|| panic!("{}", self.text()));
        let mut words = row.split_whitespace().skip_while(|there| *there != word);
        words.nth(1).map_or(0, |count| count.parse().unwrap())
    }
}

/// Reads lines of dots at one scale; nothing where they are no figures at it.
fn read(lines: &[Vec<bool>], across: usize, high: usize) -> Option<String> {
    let width = lines[0].len();
    let dot = |x: usize, y: usize| -> Option<bool> {
        let mut cells = (0..high).flat_map(|dy| (0..across).map(move |dx| (dx, dy)));
        let first = *lines.get(y * high)?.get(x * across)?;
        cells
            .all(|(dx, dy)| lines.get(y * high + dy).and_then(|row| row.get(x * across + dx)) == Some(&first))
            .then_some(first)
    };
    let (mut text, mut x) = (String::new(), 0);
    let inked = |x: usize| {
        (x * across..((x + 1) * across).min(width))
            .any(|x| lines[..5 * high.min(lines.len() / 5)].iter().any(|row| row[x]))
    };
    while (x + 1) * across <= width {
        if !(x..=(width / across).saturating_sub(1)).any(inked) {
            return (!text.is_empty()).then_some(text);
        }
        let found = FIGURES.iter().find(|(_, dots)| {
            dots.iter()
                .enumerate()
                .all(|(y, row)| row.chars().enumerate().all(|(dx, mark)| dot(x + dx, y) == Some(mark == '#')))
        })?;
        text.push(found.0);
        x += found.1[0].len() + 1;
    }
    (!text.is_empty()).then_some(text)
}
