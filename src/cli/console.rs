//! `ringdesk`: the console, and the background desk behind it.

use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::arguments::{Screen, Wanted};
use super::serve::{OPEN, SERVED};
use super::{DONE, UNREADABLE, program};
use crate::client::{Line, LineError};
use crate::config;
use crate::store::Lock;
use crate::text::{Ambiguous, Say};
use crate::tui::command::keys_document;
use crate::tui::run::{Connector, ConsoleOptions, Ended, Rehearse, run};
use crate::tui::terminal::encoding;
use crate::wire::Hello;

/// How long a background desk may take to open before the console says what is wrong. Rebuilding the records of a
/// large desk takes its time and says so itself.
const OPENING: Duration = Duration::from_secs(120);

pub fn console(wanted: Wanted, screen: Screen) -> Result<u8, Say> {
    at_terminal()?;
    let mut door = Door::new(&wanted, screen.staff.clone());
    show(options(&wanted, screen, Box::new(move || door.open()))?)
}

/// A console needs a terminal to be shown on.
pub fn at_terminal() -> Result<(), Say> {
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if terminal { Ok(()) } else { Err(Say::new("cli.no_terminal")) }
}

/// What a console is started with, by the command line and the configuration.
pub fn options(wanted: &Wanted, screen: Screen, connector: Connector) -> Result<ConsoleOptions, Say> {
    let config = &wanted.config;
    let ambiguous = match screen.ambiguous.as_deref().unwrap_or(&config.ambiguous) {
        "1" => Some(Ambiguous::Narrow),
        "2" => Some(Ambiguous::Wide),
        "auto" => None,
        other => {
            return Err(Say::new("cli.one_of")
                .with("option", "--ambiguous")
                .with("value", other)
                .with("allowed", "auto, 1, 2"));
        }
    };
    let ascii_borders = match screen.borders.as_deref().unwrap_or(&config.borders) {
        "ascii" => Some(true),
        "box" => Some(false),
        "auto" => None,
        other => {
            let say = Say::new("cli.one_of").with("option", "--borders").with("value", other);
            return Err(say.with("allowed", "auto, ascii, box"));
        }
    };
    let theme = screen.theme.unwrap_or_else(|| config.theme.clone());
    Ok(ConsoleOptions {
        connector,
        rehearse: rehearsal(wanted),
        theme: if theme == "auto" { String::new() } else { theme },
        keymap: screen.keymap.unwrap_or_else(|| config.keymap.clone()),
        user_dirs: config::config_file().parent().map(Path::to_owned).into_iter().collect(),
        language: config.language,
        bell: config.bell,
        flash: config.flash,
        mouse: config.mouse,
        ambiguous,
        ascii_borders,
        force: screen.force,
        phone: screen.phone,
        offset_ms: config.offset_ms(),
        state_dir: Some(config::state_dir().join(desk_name(&wanted.data))),
        play: config.play.clone(),
        tech: false,
        wall: None,
    })
}

/// Runs a console and says how it ended.
pub fn show(options: ConsoleOptions) -> Result<u8, Say> {
    shown(run(options))
}

/// How a screen ended, as an exit code or a sentence.
pub fn shown(ended: Result<(), Ended>) -> Result<u8, Say> {
    match ended {
        Ok(()) | Err(Ended::Gone) => Ok(DONE),
        Err(Ended::Said(why)) => Err(why),
        Err(Ended::Encoding) => {
            // Not by the catalogue, whose words that terminal can't read.
            let _ = std::io::stderr().write_all(encoding::HELP);
            Ok(UNREADABLE)
        }
    }
}

/// A name for the desk of a data folder: what a console keeps for one desk is not shown at another.
pub fn desk_name(data: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    // The folder itself may be made by the desk only later: its name must be the same before and after.
    let real = data.ancestors().find_map(|dir| {
        let rest = data.strip_prefix(dir).ok()?;
        dir.canonicalize().ok().map(|real| if rest.as_os_str().is_empty() { real } else { real.join(rest) })
    });
    // FNV-1a: the same in every build, unlike the hash of the standard library.
    let bytes = real.unwrap_or(data);
    let hash = bytes
        .as_os_str()
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("desk-{hash:016x}")
}

/// Starts the bundled rehearsal as a process of its own: it plays on when this console is left.
fn rehearsal(wanted: &Wanted) -> Rehearse {
    let (data, config_file) = (wanted.data.clone(), wanted.config_file.clone());
    Box::new(move || {
        let fault = |error: std::io::Error| Say::new("cli.no_background").with("error", error);
        let mut command = Command::new(program().map_err(fault)?);
        command.arg("rehearse").arg("--data").arg(&data);
        if let Some(file) = &config_file {
            command.arg("--config").arg(file);
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(fault)?;
        // Waited for by a thread of its own, so that it leaves no zombie.
        std::thread::spawn(move || child.wait_with_output());
        Ok(())
    })
}

/// Finds the desk of the data folder, starting one in the background where none runs.
pub struct Door {
    data: PathBuf,
    config_file: Option<PathBuf>,
    staff: String,
    /// The last desk was somebody's `serve`, who means to start it again.
    served: bool,
}

/// How long a desk that was run by `serve` is waited for before one is started in the background instead.
const COMING_BACK: Duration = Duration::from_secs(5);

impl Door {
    /// A way to the desk of what is wanted.
    pub fn new(wanted: &Wanted, staff: Option<String>) -> Door {
        Door {
            data: wanted.data.clone(),
            config_file: wanted.config_file.clone(),
            staff: staff.unwrap_or_default(),
            served: false,
        }
    }

    /// Connects, starting a desk first where none runs.
    pub fn open(&mut self) -> Result<Line, Say> {
        let begun = Instant::now();
        let until = begun + Duration::from_secs(8);
        loop {
            if let Some(holder) = Lock::holder(&self.data) {
                match self.connect(holder.socket.as_ref()) {
                    Ok(line) => {
                        self.served = holder.what == SERVED;
                        return Ok(line);
                    }
                    Err(why) if Instant::now() >= until => return Err(why),
                    // It is just starting, or just leaving.
                    Err(_) => std::thread::park_timeout(Duration::from_millis(50)),
                }
            } else if self.served && begun.elapsed() < COMING_BACK {
                std::thread::park_timeout(Duration::from_millis(100));
            } else {
                self.start()?;
                if Instant::now() >= until {
                    return Err(Say::new("cli.no_desk"));
                }
            }
        }
    }

    fn connect(&self, socket: &Path) -> Result<Line, Say> {
        let hello = Hello { seat: "console".into(), staff: self.staff.clone(), follow: true, ..Hello::default() };
        let fault = |error: LineError| Say::new("cli.no_line").with("path", socket.display()).with("error", error);
        Line::connect(socket, hello).map_err(fault)
    }

    /// Starts a desk in the background and waits until it is open, or until it has said why not.
    fn start(&self) -> Result<(), Say> {
        let fault = |error: std::io::Error| Say::new("cli.no_background").with("error", error);
        let program = program().map_err(fault)?;
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

/// The table of keys, as docs/keys.md has it.
pub fn keys(wanted: &Wanted) -> String {
    keys_document(wanted.config.language)
}
