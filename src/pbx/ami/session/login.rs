//! Getting in: banner, challenge, login, and the wait for a PBX that is still booting (AMI.md §3).

use md5::{Digest, Md5};

use super::{Phase, Role, Session};
use crate::domain::source::Link;
use crate::domain::time::Stamp;
use crate::pbx::ami::codec::Message;
use crate::pbx::ami::encode::Request;
use crate::pbx::ami::requests::Kind;
use crate::text::Say;

impl Session {
    /// Protocols before 2.0.0 (Asterisk 11 and older) speak another language (AMI.md §9).
    pub(super) fn greeted(&mut self, version: &str, at: Stamp) {
        let major: u32 = version.split('.').next().and_then(|number| number.trim().parse().ok()).unwrap_or(0);
        if major < 2 {
            self.close_with(Say::new("pbx.too_old").with("version", version.trim()), true);
            return;
        }
        self.go(Phase::LoggingIn, at);
        match (self.role, self.md5) {
            (Role::Replay, _) => {}
            (_, true) => self.send(&Request::new("Challenge").with("AuthType", "MD5"), Kind::Challenge),
            (_, false) => {
                let login = self.login().with("Secret", self.secret.reveal());
                self.send(&login, Kind::Login);
            }
        }
    }

    fn login(&self) -> Request {
        let login = Request::new("Login").with("Username", self.username.clone());
        if self.role == Role::Commands { login.with("Events", "off") } else { login }
    }

    pub(super) fn challenged(&mut self, good: bool, message: &Message) {
        let challenge = message.text("Challenge");
        if !good || challenge.is_empty() {
            self.close_with(refusal(message), true);
            return;
        }
        let key = md5_key(&challenge, self.secret.reveal());
        let login = self.login().with("AuthType", "MD5").with("Key", key);
        self.send(&login, Kind::Login);
    }

    pub(super) fn login_answer(&mut self, good: bool, message: &Message, at: Stamp) {
        if !good {
            self.close_with(refusal(message), true);
            return;
        }
        self.go(Phase::Booting, at);
        if self.role != Role::Replay {
            self.ping(at);
        }
        self.report_link(Link::Syncing, None);
        if self.role == Role::Commands {
            // Commands need nobody's lists; what is not loaded yet answers by an error of its own.
            self.booted(at);
        }
    }

    /// A recorded client's login is known by the PBX's words.
    pub(super) fn login_words(&mut self, message: &Message, at: Stamp) {
        if self.role != Role::Replay || message.response().is_none() {
            return;
        }
        match &*message.text("Message") {
            "Authentication accepted" if self.phase == Phase::LoggingIn => self.login_answer(true, message, at),
            "Authentication failed" if self.phase == Phase::LoggingIn => {
                self.report_link(Link::Down, Some(refusal(message)));
            }
            _ => {}
        }
    }

    /// A recorded link whose login was not recorded, or which never said `FullyBooted`.
    pub(super) fn replay_in(&mut self, at: Stamp) {
        self.go(Phase::Up, at);
        self.report_link(Link::Up, None);
    }

    pub(super) fn fully_booted(&mut self, message: &Message, at: Stamp) {
        let stamp = crate::pbx::ami::mapping::event_stamp(message).unwrap_or_else(|| self.now(at));
        if let Ok(uptime) = message.text("Uptime").parse::<i64>() {
            self.sync.pbx_since = Some(stamp.plus(-uptime.saturating_mul(1000)));
        }
        match (self.role, self.phase) {
            (Role::Replay, Phase::Booting) => self.replay_in(at),
            (Role::Events, Phase::Booting) => self.booted(at),
            // Booted only after the desk had begun without it: the lists are asked for again by the retry.
            _ => {}
        }
    }

    /// The PBX is ready, or has had its time to say so.
    pub(super) fn booted(&mut self, at: Stamp) {
        match self.role {
            Role::Events => {
                self.go(Phase::Syncing, at);
                self.ask_lists();
            }
            Role::Commands => {
                self.go(Phase::Up, at);
                self.send(&Request::new("ListCommands"), Kind::Commands);
            }
            Role::Replay => self.replay_in(at),
        }
    }
}

/// Wrong secret, unknown user and access lists all answer the same words.
fn refusal(message: &Message) -> Say {
    Say::new("pbx.login_refused").with("words", message.text("Message"))
}

/// Lower-case hex of md5(challenge + secret).
pub(in crate::pbx) fn md5_key(challenge: &str, secret: &str) -> String {
    let mut hash = Md5::new();
    hash.update(challenge.as_bytes());
    hash.update(secret.as_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
