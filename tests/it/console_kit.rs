//! A console without a terminal and a desk made by hand: keys in, rows out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ringdesk::client::{Heard, PersonCard, Welcome};
use ringdesk::domain::call::{Leg, Party, Phase};
use ringdesk::domain::*;
use ringdesk::text::Language;
use ringdesk::tui::canvas::{Canvas, Policy};
use ringdesk::tui::command::{About, Effect, Envelope};
use ringdesk::tui::keymap::{Keymap, Keys};
use ringdesk::tui::model::{Desk, Model, Settings};
use ringdesk::tui::screen;
use ringdesk::tui::theme::Theme;

/// 2026-11-22 10:00:00 in China.
pub const NOW: Stamp = Stamp(1_795_312_800_000);
pub const SMALL: (u16, u16) = (80, 24);
pub const MIDDLE: (u16, u16) = (120, 40);
pub const LARGE: (u16, u16) = (200, 60);

pub struct Kit {
    pub model: Model,
    /// What was asked of the outside so far.
    pub effects: Vec<Effect>,
}

pub fn staff(id: &str, name: &str, phone: &str) -> Staff {
    Staff { id: StaffId(id.into()), name: name.into(), phone: phone.into(), team: "客服".into(), ..Staff::default() }
}

pub fn ringing(id: u64, number: &str, name: &str, waited_ms: i64, phone: &str) -> Call {
    let legs = if phone.is_empty() {
        Vec::new()
    } else {
        vec![Leg {
            uniqueid: format!("leg{id}"),
            phone: phone.into(),
            offered_at: NOW,
            ringing_at: Some(NOW),
            ..Leg::default()
        }]
    };
    Call {
        id: CallId(id),
        source: SourceId(1),
        uniqueid: format!("u{id}"),
        party: Party { number: number.into(), name: name.into(), withheld: false },
        queue: Some("热线".into()),
        phase: if phone.is_empty() { Phase::Waiting } else { Phase::Ringing },
        limit_ms: 20_000,
        arrived_at: NOW.plus(-waited_ms),
        joined_at: Some(NOW.plus(-waited_ms)),
        legs,
        nth_today: 1,
        ..Call::default()
    }
}

impl Kit {
    pub fn new() -> Kit {
        let me = staff("8001", "张三", "1001");
        let mut state = State::new(8 * 3_600_000);
        let can = call::Capabilities {
            answer: true,
            hold: true,
            transfer: true,
            pickup: true,
            hangup: true,
            dial: true,
            pause: true,
            redirect: true,
            spy: true,
            queues: true,
        };
        state.fold(&Event::Source(Source {
            id: SourceId(1),
            kind: SourceKind::Live,
            name: "pbx".into(),
            clock: SourceClock { desk0: NOW, stamp0: NOW, rate_permille: 1000 },
            link: Link::Up,
            can,
            ..Source::default()
        }));
        for (id, name, phone) in [("8001", "张三", "1001"), ("8002", "李四", "1002")] {
            state.fold(&Event::Agent(Box::new(Agent {
                id: AgentId(phone.into()),
                phone: phone.into(),
                name: name.into(),
                staff: Some(StaffId(id.into())),
                state: AgentState::Ready,
                since: NOW,
                ..Agent::default()
            })));
        }
        let rulebook = Rulebook {
            break_reasons: vec!["喝水".into(), "用餐".into()],
            danger_words: vec!["煤气味".into()],
            ..Rulebook::default()
        };
        let welcome = Welcome {
            staff: vec![me.clone(), staff("8002", "李四", "1002")],
            me,
            rulebook,
            now: NOW,
            offset_ms: 8 * 3_600_000,
            pbx: true,
            ..Welcome::default()
        };
        let settings = Settings { language: Language::ZhHans, bell: true, flash: true, ..Settings::default() };
        let (keymap, faults) = Keymap::load("default", &[]);
        assert_eq!(faults, [], "default keymap");
        let (theme, faults) = Theme::load("night", &[]);
        assert_eq!(faults, [], "night");
        let model = Model::new(Desk::Given(Box::new((welcome, state))), settings, keymap, theme, 7);
        Kit { model, effects: Vec::new() }
    }

    pub fn state(&mut self) -> &mut State {
        &mut self.model.desk.given_mut().unwrap().1
    }

    pub fn welcome(&mut self) -> &mut Welcome {
        &mut self.model.desk.given_mut().unwrap().0
    }

    /// The desk says that these changed.
    pub fn happens(&mut self, events: Vec<Event>) {
        let sequence = self.state().sequence + 1;
        let entry = Entry {
            sequence,
            at: NOW,
            actor: Actor::Desk,
            seat: String::new(),
            rule: String::new(),
            command: 0,
            events,
        };
        self.state().apply(&entry);
        let effects = self.model.hear(Heard::Changed(Box::new(entry)));
        self.effects.extend(effects);
    }

    pub fn call(&mut self, call: Call) {
        self.happens(vec![Event::Call(Box::new(call))]);
    }

    /// The call is answered by me, as the PBX says it.
    pub fn talks(&mut self, id: u64) {
        let mut call = self.state().calls.get(CallId(id)).unwrap().clone();
        call.phase = Phase::Talking;
        call.answered_at = Some(self.model.now);
        call.in_hand = Some(AgentId("1001".into()));
        for leg in &mut call.legs {
            leg.ended_at = Some(NOW);
        }
        let mut agent = self.state().agents[&AgentId("1001".into())].clone();
        agent.state = AgentState::OnCall;
        agent.call = Some(CallId(id));
        agent.since = self.model.now;
        self.happens(vec![Event::Call(Box::new(call)), Event::Agent(Box::new(agent))]);
    }

    /// Presses keys, named with spaces between: `F2 ctrl-s`.
    pub fn keys(&mut self, keys: &str) -> &mut Kit {
        for key in Keys::parse(keys).unwrap().0 {
            let effects = self.model.press(key);
            for effect in effects {
                if let Effect::Send(envelope) = effect {
                    self.model.note_sent(Some(self.effects.len() as u64 + 1), envelope.clone());
                    self.effects.push(Effect::Send(envelope));
                } else {
                    self.effects.push(effect);
                }
            }
        }
        self
    }

    /// Types a text.
    pub fn types(&mut self, text: &str) -> &mut Kit {
        for character in text.chars() {
            let key = ringdesk::tui::terminal::KeyPress::char(character);
            self.effects.extend(self.model.press(key));
        }
        self
    }

    pub fn passes(&mut self, ms: i64) {
        self.model.now = self.model.now.plus(ms);
    }

    /// The commands sent to the desk so far.
    pub fn sent(&self) -> Vec<&Command> {
        let sent = self.effects.iter().filter_map(|effect| match effect {
            Effect::Send(Envelope { command, .. }) => Some(command),
            _ => None,
        });
        sent.collect()
    }

    pub fn answers_draft(&mut self, ticket: u64) {
        let at = self
            .effects
            .iter()
            .position(|effect| matches!(effect, Effect::Send(Envelope { about: About::Draft(_), .. })));
        let request = at.unwrap() as u64 + 1;
        self.model.hear(Heard::Done(request, Made::Ticket(TicketId(ticket))));
    }

    pub fn buffer(&mut self, size: (u16, u16)) -> (Buffer, Option<(u16, u16)>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        let caret = screen::draw(&self.model, &mut Canvas::new(&mut buffer, Policy::default()));
        self.model.mark_shown();
        (buffer, caret)
    }

    /// Draws, and gives the rows.
    pub fn rows(&mut self, size: (u16, u16)) -> Vec<String> {
        let (buffer, _) = self.buffer(size);
        (0..size.1).map(|y| (0..size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>()).collect()
    }

    pub fn text(&mut self, size: (u16, u16)) -> String {
        self.rows(size).join("\n")
    }

    pub fn notice(&self) -> String {
        self.model.notice.as_ref().map(|notice| self.model.words(&notice.say)).unwrap_or_default()
    }

    pub fn card(&mut self, card: PersonCard) {
        self.model.card = Some(card);
    }
}

use ringdesk::domain::source::{Link, SourceClock};

/// A clock of a ticket that is due then.
pub fn due(at: Stamp) -> Vec<ringdesk::domain::ticket::Clock> {
    vec![ringdesk::domain::ticket::Clock {
        id: "answer".into(),
        round: 1,
        started_at: NOW,
        allow: None,
        first_due: Due { at, provisional: false },
        due: Due { at, provisional: false },
        shifts: Vec::new(),
        pauses: Vec::new(),
        marks: Vec::new(),
        state: ringdesk::domain::ticket::ClockState::Running,
    }]
}
