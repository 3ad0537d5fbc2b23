//! `ringdesk serve`: the desk without a screen; and the background desk a console starts.

use std::io::Write;
use std::path::PathBuf;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::access::own_desk;
use super::arguments::Wanted;
use super::{DONE, complain};
use crate::server::{ServeOptions, Stop, start};
use crate::text::Say;

/// What a background desk says on stdout once consoles may come.
pub const OPEN: &str = "open";

pub fn serve(wanted: Wanted, socket: Option<PathBuf>, background: bool) -> Result<u8, Say> {
    if background {
        // Its own group of processes: keys and hang-ups of the terminal it was started from are not for it.
        let _ = rustix::process::setsid();
    }
    let language = wanted.config.language;
    let options = ServeOptions { socket, background, link: true, ..own_desk(&wanted, "serve") };
    let mut progress = |progress: crate::store::Progress| {
        if !background {
            complain(&progress.say().words(language));
        }
    };
    let running = start(options, &mut progress)?;
    running.notes.iter().for_each(|note| complain(&note.words(language)));
    let mut signals =
        Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|error| Say::new("server.no_signals").with("error", error))?;
    let stop = running.stopper();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            stop();
        }
    });
    let socket = running.socket.display().to_string();
    if background {
        // The console that started us waits for this word; when it is gone, nobody does.
        let _ = writeln!(std::io::stdout(), "{OPEN}").and_then(|()| std::io::stdout().flush());
    } else {
        complain(&Say::new("server.open").with("socket", socket).words(language));
    }
    match running.wait() {
        Stop::Asked | Stop::Left => Ok(DONE),
        Stop::Failed(why) => Err(why),
    }
}
