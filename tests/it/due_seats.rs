//! Two consoles at one desk, over its socket: one line is in one hand, and what was typed at the other stays (R-CB-9).

use std::time::{Duration, Instant};

use ringdesk::domain::command::{CallbackCommand, Command};
use ringdesk::domain::*;
use ringdesk::text::Language;
use ringdesk::tui::command::Effect;
use ringdesk::tui::keymap::{Keymap, Keys};
use ringdesk::tui::model::{Desk, Model, Pane, Settings};
use ringdesk::tui::theme::Theme;

use crate::bench::{Bench, LIMIT, now};

/// A console without a terminal, at the end of a line.
struct Seat {
    model: Model,
}

impl Seat {
    fn at(bench: &Bench, staff: &str) -> Seat {
        let settings = Settings { language: Language::ZhHans, ..Settings::default() };
        let (keymap, theme) = (Keymap::load("default", &[]).0, Theme::load("night", &[]).0);
        let mut model = Model::new(Desk::default(), settings, keymap, theme, staff.len() as u128 * 1_000_000);
        model.lost = Some((now(), ringdesk::text::Say::new("desk.connecting")));
        let mut seat = Seat { model };
        let effects = seat.model.linked(Box::new(bench.console(staff).line));
        seat.perform(effects);
        seat
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let (Effect::Send(envelope), Desk::Line(line)) = (effect, &mut self.model.desk) {
                let request = line.send(envelope.id, envelope.command.clone()).unwrap();
                self.model.note_sent(Some(request), envelope);
            }
        }
    }

    fn keys(&mut self, keys: &str) {
        for key in Keys::parse(keys).unwrap().0 {
            let effects = self.model.press(key);
            self.perform(effects);
        }
    }

    fn hears(&mut self) {
        let Desk::Line(line) = &mut self.model.desk else { return };
        for heard in line.pump().unwrap() {
            let effects = self.model.hear(heard);
            self.perform(effects);
        }
    }

    fn line(&self) -> Option<&Callback> {
        self.model.desk.state().callbacks.values().next()
    }

    fn holder(&self) -> Option<&str> {
        self.line()?.taken_by.as_ref().map(|staff| staff.0.as_str())
    }
}

/// Lets both hear until something holds.
fn until(seats: &mut [Seat; 2], holds: impl Fn(&[Seat; 2]) -> bool) {
    let limit = Instant::now() + LIMIT;
    while !holds(seats) {
        assert!(Instant::now() < limit, "it never came to that");
        seats.iter_mut().for_each(Seat::hears);
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

#[test]
fn two_consoles_that_reach_for_one_line_have_it_one_after_the_other() {
    let bench = Bench::new();
    let mut desk = bench.console("wang");
    let agree = CallbackCommand::Agree {
        number: "13800001234".into(),
        name: "王强".into(),
        due_at: now().plus(60_000),
        note: "报价".into(),
        ticket: None,
    };
    desk.perform(Command::Callback(agree)).unwrap();
    let mut seats = [Seat::at(&bench, "wang"), Seat::at(&bench, "li")];
    until(&mut seats, |seats| seats.iter().all(|seat| seat.line().is_some()));
    // Neither has heard of the other when the keys are pressed.
    seats.iter_mut().for_each(|seat| seat.keys("alt-5 o"));
    assert!(seats.iter().all(|seat| seat.model.is_on_sheet()));
    until(&mut seats, |seats| {
        let on = seats.iter().filter(|seat| seat.model.is_on_sheet()).count();
        on == 1 && seats.iter().all(|seat| seat.holder().is_some())
    });
    let [one, two] = &mut seats;
    let (first, second) = if one.model.is_on_sheet() { (one, two) } else { (two, one) };
    assert_eq!(second.model.focus, Pane::Callbacks);
    second.keys("o");
    let why = second.model.notice.as_ref().map(|notice| second.model.words(&notice.say)).unwrap_or_default();
    assert!(why.contains("正在办这条"), "{why}");
    first.keys("esc");
    until(&mut seats, |seats| seats.iter().all(|seat| seat.holder().is_none()));
    let at = seats.iter().position(|seat| seat.model.desk.welcome().me.id.0 == "li").unwrap();
    seats[at].keys("alt-5 o");
    until(&mut seats, |seats| seats.iter().all(|seat| seat.holder() == Some("li")));
}
