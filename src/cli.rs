//! The commands of `ringdesk`: arguments in, words and exit codes out. Everything they do with a desk goes over its
//! socket, whether the desk was running already or is started for the command alone.

mod access;
mod arguments;
mod calendar;
mod check;
mod console;
mod draw;
mod export;
mod figures;
mod import;
mod recordings;
mod rehearse;
mod reload;
mod replay;
mod report;
mod rows;
mod rulebook;
mod serve;
mod sheet;
mod staffing;
mod tech;
mod wall;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;

use crate::config::{self, Config};
use crate::domain::Stamp;
use crate::text::{Language, Say};
use arguments::{Arguments, Verb, Wanted};

pub use rows::{
    call_row, callback_row, check_sheet_row, draw_row, history_row, intervention_row, journal_row, notice_row,
    recording_row, revisit_row, span_row, spot_draw_row, ticket_row, visit_row,
};
pub use rulebook::explain_rulebook;

/// The command did what it was asked.
pub const DONE: u8 = 0;
/// It did not, and said why on stderr.
pub const FAILED: u8 = 1;
/// The terminal does not read UTF-8.
pub const UNREADABLE: u8 = 2;

/// Runs the command line.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let fallback = std::env::var("RINGDESK_LANGUAGE").ok().and_then(|tag| Language::parse(&tag)).unwrap_or_default();
    if let Some(records) = &arguments.probe_records {
        let code = crate::store::probe(records);
        return ExitCode::from(u8::try_from(code).unwrap_or(FAILED));
    }
    let is_tech = matches!(arguments.verb, Some(Verb::Tech { .. }));
    if let Err(why) = if is_tech { tech::alone() } else { Ok(()) } {
        complain(&why.words(fallback));
        return ExitCode::from(FAILED);
    }
    let config_file = arguments.config.clone();
    let config_file = if is_tech { Some(tech::config_file(config_file.as_deref())) } else { config_file };
    let loaded = config::load(config_file.as_deref());
    let language = loaded.as_ref().map_or(fallback, |config| config.language);
    match loaded.and_then(|config| run(arguments, config)) {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            complain(&why.words(language));
            ExitCode::from(FAILED)
        }
    }
}

fn run(arguments: Arguments, config: Config) -> Result<u8, Say> {
    for warning in &config.warnings {
        complain(&warning.words(config.language));
    }
    if let Some(fault) = &config.rules_fault {
        // A half-edited rulebook keeps no console from a desk that runs; nothing else is done without one.
        match arguments.verb {
            None | Some(Verb::Tech { .. } | Verb::Wall { .. } | Verb::Rulebook { .. } | Verb::Config) => {
                complain(&fault.words(config.language))
            }
            Some(_) => return Err(fault.clone()),
        }
    }
    let wanted = Wanted {
        data: match arguments.verb {
            Some(Verb::Tech { .. }) => tech::data(arguments.data),
            _ => arguments.data.unwrap_or_else(config::data_dir),
        },
        config_file: arguments.config,
        config,
        staff: arguments.screen.staff.clone().unwrap_or_default(),
    };
    match arguments.verb {
        None => console::console(wanted, arguments.screen),
        Some(Verb::Tech { socket }) => tech::tech(&wanted, arguments.screen, socket),
        Some(Verb::Wall { dense }) => wall::wall(&wanted, arguments.screen, dense),
        Some(Verb::Replay { day, speed, dense }) => replay::replay(&wanted, arguments.screen, &day, &speed, dense),
        Some(Verb::Serve { socket, background }) => serve::serve(wanted, socket, background),
        Some(Verb::Rehearse { files, speed }) => rehearse::rehearse(wanted, &files, &speed),
        Some(Verb::Export { what, since, until, format }) => {
            export::export(wanted, &what, since.as_deref(), until.as_deref(), format)
        }
        Some(Verb::Draw { draw, check, spot: false }) => draw::draw(&wanted, draw, check),
        Some(Verb::Draw { draw, check, spot: true }) => draw::spot(&wanted, draw, check),
        Some(Verb::Recordings { register, since, null, json, .. }) => {
            recordings::recordings(&wanted, register, since.as_deref(), null, json)
        }
        Some(Verb::Report { callbacks: Some(month), format, .. }) => report::callbacks(&wanted, &month, format),
        Some(Verb::Report { ticket, format, .. }) => report::report(&wanted, &ticket.unwrap_or_default(), format),
        Some(Verb::Staffing { day, queue, agents, json }) => {
            staffing::staffing(&wanted, &staffing::Question { day, queue, agents, json })
        }
        Some(Verb::Figures(figured)) => figures::figures(&wanted, &figured),
        Some(Verb::Sheet { span, date, format }) => sheet::sheet(&wanted, &span, date.as_deref(), format),
        Some(Verb::Import { what, file, dry_run }) => import::import(wanted, &what, &file, dry_run),
        Some(Verb::Calendar { verb }) => calendar::calendar(&wanted, verb),
        Some(Verb::Check) => check::check(&wanted),
        Some(Verb::Config) => {
            out(&config::show(&wanted.config, wanted.config.language))?;
            Ok(DONE)
        }
        Some(Verb::Pbx { verb: arguments::PbxVerb::Check }) => check::pbx(&wanted),
        Some(Verb::Rulebook { verb }) => rulebook::rulebook(&wanted, &verb),
        Some(Verb::Keys) => {
            out(&console::keys(&wanted))?;
            Ok(DONE)
        }
    }
}

/// The desk's clock: the one place that asks the system what time it is.
pub fn now() -> Stamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Stamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The program to start again: where it was when this process began. A program that was replaced meanwhile (an upgrade)
/// is found at the same place.
pub fn program() -> std::io::Result<std::path::PathBuf> {
    let place = std::env::current_exe()?;
    let name = place.as_os_str().as_encoded_bytes();
    match name.strip_suffix(b" (deleted)").map(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes) {
        Some(before) => Ok(std::path::PathBuf::from(before)),
        None => Ok(place),
    }
}

/// A line to stderr. Where even that is closed there is nobody to tell.
fn complain(words: &str) {
    let _ = writeln!(std::io::stderr(), "ringdesk: {words}");
}

/// Words to stdout. A reader that has gone away (`| head`) ends the command quietly.
fn out(words: &str) -> Result<(), Say> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(words.as_bytes()).and_then(|()| stdout.flush()).context("stdout");
    written.map_err(|error| Say::new("cli.stdout").with("error", format!("{error:#}")))
}
