//! Does what commands ask of the outside.

use std::collections::VecDeque;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Console, Ended};
use crate::client::Query;
use crate::domain::AgentState;
use crate::domain::command::{AgentCommand, Command};
use crate::text::Say;
use crate::tui::command::{Effect, Envelope, Question};
use crate::tui::model::{Desk, Tone};

/// How long the last words to the desk may take.
const PARTING: Duration = Duration::from_millis(300);

impl Console {
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            self.dirty = true;
            match effect {
                Effect::Send(envelope) => self.send(envelope),
                Effect::Ask(query, question) => self.ask(query, question),
                inside @ (Effect::Open(_) | Effect::Tell(..)) => effects.extend(self.model.carry_out(Ok(vec![inside]))),
                Effect::Looking(ticket) => {
                    // A line that broke under it is found at the next pump, and is told anew when it is back.
                    if let Desk::Line(line) = &mut self.model.desk {
                        let _ = line.looking(ticket);
                    }
                }
                Effect::Bell => self.bell = true,
                Effect::Theme(name) => self.load_theme(&name),
                Effect::Keymap(name) => self.load_keymap(&name),
                Effect::Rehearse => match (self.rehearse)() {
                    Ok(()) => self.model.tell(Tone::Good, Say::new("rehearse.begun")),
                    Err(why) => self.model.tell(Tone::Error, why),
                },
                Effect::Play(command) => {
                    if let Err(why) = play(&command) {
                        self.model.tell(Tone::Error, why);
                    }
                }
                Effect::Quit => self.quit = true,
                Effect::Redraw => self.or_tell(Console::reenter),
                Effect::Suspend if self.tech => self.model.tell(Tone::Warning, Say::new("tech.not_here")),
                Effect::Suspend => self.or_tell(Console::suspend),
            }
        }
    }

    fn or_tell(&mut self, act: fn(&mut Console) -> Result<(), Ended>) {
        match act(self) {
            Ok(()) | Err(Ended::Encoding) => {}
            Err(Ended::Gone) => self.quit = true,
            Err(Ended::Said(why)) => self.model.tell(Tone::Error, why),
        }
    }

    /// Sends a command. What may be said twice waits for a line where there is none.
    fn send(&mut self, envelope: Envelope) {
        // A wall has nothing to ask for; this is the last door behind those before.
        if self.model.is_wall() {
            return;
        }
        let sent = match &mut self.model.desk {
            Desk::Line(line) if self.model.lost.is_none() => line.send(envelope.id, envelope.command.clone()).ok(),
            _ => None,
        };
        match sent {
            Some(request) => self.model.note_sent(Some(request), envelope),
            // A line that broke under it is found at the next pump.
            None if envelope.id != 0 => self.model.note_sent(None, envelope),
            None => self.model.tell(Tone::Warning, Say::new("refuse.no-desk")),
        }
    }

    fn ask(&mut self, query: Query, question: Question) {
        if let Desk::Line(line) = &mut self.model.desk
            && let (true, Ok(request)) = (self.model.lost.is_none(), line.ask(query))
        {
            self.model.note_asked(request, question);
        }
    }

    /// The last words: who leaves the console leaves the desk, unless a call is in hand or the terminal was lost.
    pub(super) fn close(&mut self) {
        self.keep_drafts();
        let seated = self.model.my_agent().is_some_and(|agent| agent.state != AgentState::Offline);
        let leaves = seated && self.model.in_hand().is_none() && self.model.left_by_key;
        self.screen.leave();
        let leaves = leaves && !self.model.is_wall();
        let Desk::Line(line) = &mut self.model.desk else { return };
        if self.model.lost.is_some() || !leaves || line.send(0, Command::Agent(AgentCommand::SignOff)).is_err() {
            return;
        }
        let until = Instant::now() + PARTING;
        while line.wants_to_write() && Instant::now() < until {
            if line.pump().is_err() {
                return;
            }
        }
    }
}

/// Starts a player and goes on: it has no terminal, no shell reads its words, and a key for the console does not stop it.
fn play(command: &[String]) -> Result<(), Say> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let mut player = std::process::Command::new(program);
    player.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let wrong = |error: std::io::Error| Say::new("recording.no-player").with("program", program).with("error", error);
    let mut child = player.spawn().map_err(wrong)?;
    // Somebody has to hear of its end, or it would stay as a dead process for as long as the console lives.
    let waits = std::thread::Builder::new().name("player".to_owned()).spawn(move || child.wait());
    waits.map(drop).map_err(wrong)
}
