//! `ringdesk`: the console, and the background desk behind it.

use std::io::{BufRead, BufReader, IsTerminal};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::DONE;
use super::arguments::{Screen, Wanted};
use super::serve::OPEN;
use crate::client::{Line, LineError};
use crate::config;
use crate::store::Lock;
use crate::text::Say;
use crate::wire::Hello;

/// How long a background desk may take to open before the console says what is wrong. Rebuilding the records of a
/// large desk takes its time and says so itself.
const OPENING: Duration = Duration::from_secs(120);

pub fn console(wanted: Wanted, screen: Screen) -> Result<u8, Say> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Say::new("cli.no_terminal"));
    }
    // TODO-INTEGRATE: tui::run
    let _ = (wanted, screen);
    Ok(DONE)
}

/// The table of keys, as docs/keys.md has it.
pub fn keys(wanted: &Wanted) -> String {
    let _ = wanted;
    String::new()
}

/// Finds the desk of the data folder, starting one in the background where none runs.
pub struct Door {
    data: PathBuf,
    config_file: Option<PathBuf>,
    staff: String,
}

impl Door {
    /// A way to the desk of what is wanted.
    pub fn new(wanted: &Wanted, staff: Option<String>) -> Door {
        Door { data: wanted.data.clone(), config_file: wanted.config_file.clone(), staff: staff.unwrap_or_default() }
    }

    /// Connects, starting a desk first where none runs.
    pub fn open(&self) -> Result<Line, Say> {
        let until = Instant::now() + Duration::from_secs(3);
        loop {
            if let Some(holder) = Lock::holder(&self.data) {
                match self.connect(holder.socket.as_ref()) {
                    Ok(line) => return Ok(line),
                    Err(why) if Instant::now() >= until => return Err(why),
                    // It is just starting, or just leaving.
                    Err(_) => std::thread::park_timeout(Duration::from_millis(50)),
                }
            } else {
                self.start()?;
                if Instant::now() >= until {
                    return Err(Say::new("cli.no_desk"));
                }
            }
        }
    }

    fn connect(&self, socket: &std::path::Path) -> Result<Line, Say> {
        let hello = Hello { seat: "console".into(), staff: self.staff.clone(), follow: true, ..Hello::default() };
        let fault = |error: LineError| Say::new("cli.no_line").with("path", socket.display()).with("error", error);
        Line::connect(socket, hello).map_err(fault)
    }

    /// Starts a desk in the background and waits until it is open, or until it has said why not.
    fn start(&self) -> Result<(), Say> {
        let fault = |error: std::io::Error| Say::new("cli.no_background").with("error", error);
        let program = std::env::current_exe().map_err(fault)?;
        let mut command = Command::new(program);
        command.args(["serve", "--background", "--data"]).arg(&self.data);
        if let Some(file) = &self.config_file {
            command.arg("--config").arg(file);
        }
        let child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(fault)?;
        opened(child)
    }
}

fn opened(mut child: Child) -> Result<(), Say> {
    let Some(stdout) = child.stdout.take() else { return Ok(()) };
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut word = String::new();
        // A desk that ends without a word has closed its end: the empty word says so.
        let _ = BufReader::new(stdout).read_line(&mut word);
        let _ = told.send(word);
    });
    match heard.recv_timeout(OPENING) {
        Ok(word) if word.trim() == OPEN => Ok(()),
        Ok(_) => {
            let told = child.wait_with_output().map(|output| String::from_utf8_lossy(&output.stderr).trim().to_owned());
            let words = told.unwrap_or_default();
            let words = words.lines().last().unwrap_or_default().trim_start_matches("ringdesk: ").to_owned();
            Err(Say::new("cli.background_said").with("words", words))
        }
        Err(_) => Err(Say::new("cli.background_slow")),
    }
}

/// Where the console keeps drafts.
pub fn drafts() -> PathBuf {
    config::state_dir()
}
