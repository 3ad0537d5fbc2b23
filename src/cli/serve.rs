//! `ringdesk serve`: the desk without a screen; and the background desk a console starts.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::access::{own_desk, seldom};
use super::arguments::Wanted;
use super::{DONE, complain};
use crate::config;
use crate::server::{Running, ServeOptions, Stop, start};
use crate::text::{Language, Say};

/// How the lock names a desk that somebody runs.
pub const SERVED: &str = "serve";

/// How long a desk that has to start anew waits before it tries again.
const AGAIN: Duration = Duration::from_secs(5);

/// What a background desk says on stdout once consoles may come.
pub const OPEN: &str = "open";

pub fn serve(wanted: Wanted, socket: Option<PathBuf>, background: bool) -> Result<u8, Say> {
    if background {
        // Its own group of processes: keys and hang-ups of the terminal it was started from are not for it.
        let _ = rustix::process::setsid();
    }
    let language = wanted.config.language;
    let what = if background { "background" } else { SERVED };
    let mut options =
        ServeOptions { socket, background, link: true, clocks: true, tell: tell(language), ..own_desk(&wanted, what) };
    let mut signals =
        Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|error| Say::new("server.no_signals").with("error", error))?;
    let (stopping, stopped) = mpsc::channel::<Box<dyn Fn() + Send>>();
    let asked = Arc::new(AtomicBool::new(false));
    let asking = Arc::clone(&asked);
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            // Said first: a desk that is just being started anew finds it, the others are stopped by hand.
            asking.store(true, Ordering::SeqCst);
            stopped.iter().for_each(|stop| stop());
        }
    });
    let mut first = true;
    while !asked.load(Ordering::SeqCst) {
        let running = match start(options.clone(), &mut seldom(language)) {
            Ok(running) => running,
            Err(why) if first => return Err(why),
            Err(why) => {
                complain(&why.words(language));
                thread::park_timeout(AGAIN);
                continue;
            }
        };
        running.notes.iter().for_each(|note| complain(&note.words(language)));
        // Nobody listens any more only after the signal came.
        let _ = stopping.send(Box::new(running.stopper()));
        announce(&running, background && first, language);
        first = false;
        match running.wait() {
            Stop::Asked | Stop::Left => return Ok(DONE),
            Stop::Failed(why) => return Err(why),
            // What was read anew meanwhile stays in force.
            Stop::Renew => match config::load(wanted.config_file.as_deref()) {
                Ok(config) => options.config = config,
                Err(why) => complain(&why.words(language)),
            },
        }
    }
    Ok(DONE)
}

/// Tells on stderr, in the language of the configuration.
fn tell(language: Language) -> fn(&Say) {
    match language {
        Language::ZhHans => |say| complain(&say.words(Language::ZhHans)),
        Language::ZhHant => |say| complain(&say.words(Language::ZhHant)),
        Language::En => |say| complain(&say.words(Language::En)),
    }
}

fn announce(running: &Running, to_console: bool, language: Language) {
    if to_console {
        // The console that started us waits for this word; when it is gone, nobody does.
        let _ = writeln!(std::io::stdout(), "{OPEN}").and_then(|()| std::io::stdout().flush());
    } else {
        complain(&Say::new("server.open").with("socket", running.socket.display()).words(language));
    }
}
