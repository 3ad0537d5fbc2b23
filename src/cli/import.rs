//! `ringdesk import queue_log`: brings calls in from the PBX's own log. A call that was seen live is not touched; one
//! the desk never heard of is entered, marked reconstructed. Doing it twice does nothing the second time, wherever the
//! first time was cut off.
//!
//! The log goes through in a stream: lines are gathered to calls, calls to batches; one batch is at the desk at a time,
//! so that a console's command waits for no more than one.

mod batch;
mod carry;
mod input;
mod progress;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use self::batch::Batch;
use self::input::Input;
use self::progress::Progress;
use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, FAILED, complain, now};
use crate::domain::state::DAY_MS;
use crate::pbx::queue_log::{Gather, Lines};
use crate::text::{Ambiguous, Language, Say, clean};

/// It was interrupted, as a shell has it for SIGINT.
const INTERRUPTED: u8 = 130;

pub fn import(wanted: Wanted, what: &str, file: &Path, dry_run: bool) -> Result<u8, Say> {
    debug_assert_eq!(what, "queue_log");
    let unreadable =
        |error: std::io::Error| Say::new("cli.unreadable").with("file", file.display()).with("error", error);
    let language = wanted.config.language;
    let stopped = stop_on_signals()?;
    let input = Input::open(file).map_err(unreadable)?;
    let mut progress = Progress::new(language, input.bytes());
    let mut lines = Lines::new(input);
    let mut gather = Gather::default().until(now().plus(DAY_MS));
    gather.carried(carry::load(&wanted.data)?);
    let mut batch = Batch::new(Access::open(&wanted, "import")?, dry_run);
    let mut faults = 0;
    let mut number = 0;
    let mut whole = true;
    while let Some(line) = lines.read().map_err(unreadable)? {
        number = line.number;
        gather.take(line);
        for call in gather.calls() {
            batch.push(call)?;
        }
        faults += tell(&mut progress, language, gather.faults().into_iter().chain(batch.faults()));
        progress.at(number, batch.count().calls, lines.log().read());
        if stopped.load(Ordering::Relaxed) {
            whole = false;
            break;
        }
    }
    let carried = if whole { gather.finish() } else { Vec::new() };
    for call in gather.calls() {
        batch.push(call)?;
    }
    batch.send()?;
    faults += tell(&mut progress, language, gather.faults().into_iter().chain(batch.faults()));
    progress.done();
    let count = batch.close()?;
    if whole && !dry_run {
        if let Err(why) = carry::save(&wanted.data, &carried) {
            complain(&why.words(language));
        }
        let left = carry::calls(&carried);
        if left > 0 {
            complain(&Say::new("import.left").with("calls", left).words(language));
        }
    }
    let summary = Say::new("cli.imported").with("calls", count.calls).with("bad", faults);
    let summary = summary.with("filled", count.filled).with("new", count.new).with("same", count.same);
    complain(&summary.words(language));
    if dry_run {
        complain(&Say::new("cli.imported_dry").words(language));
    }
    if !whole {
        complain(&Say::new("import.interrupted").with("line", number).words(language));
        return Ok(INTERRUPTED);
    }
    // Not a line of it could be read: that was no log of a queue.
    Ok(if count.calls == 0 && faults > 0 { FAILED } else { DONE })
}

/// The first ctrl-c ends it between two batches; the second ends it at once, which loses nothing either.
fn stop_on_signals() -> Result<Arc<AtomicBool>, Say> {
    let stopped = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, i32::from(INTERRUPTED), Arc::clone(&stopped))
            .and_then(|_| flag::register(signal, Arc::clone(&stopped)))
            .map_err(|error| Say::new("server.no_signals").with("error", error))?;
    }
    Ok(stopped)
}

/// Says what is wrong, above the bar. What a log has in it reaches the terminal as text and nothing else.
fn tell(progress: &mut Progress, language: Language, faults: impl Iterator<Item = Say>) -> usize {
    let mut count = 0;
    for fault in faults {
        progress.clear();
        complain(&clean(&fault.words(language), Ambiguous::Narrow));
        count += 1;
    }
    count
}
