//! The arguments. Secrets are not among them (they come from the configuration or the environment).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Config;

/// 铃台: a full-screen terminal desk for hotlines.
#[derive(Debug, Parser)]
#[command(name = "ringdesk", version, about, long_about = None)]
pub struct Arguments {
    /// Data folder (default: the XDG data place)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file (default: the XDG configuration place)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Look into a data folder's records and tell by the exit code whether they open
    #[arg(long, hide = true, value_name = "DIR")]
    pub probe_records: Option<PathBuf>,
    #[command(flatten)]
    pub screen: Screen,
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What the console takes, and the staff number for the other commands too.
#[derive(Debug, Default, Args)]
pub struct Screen {
    /// Staff number, where one account serves several
    #[arg(long, value_name = "ID")]
    pub staff: Option<String>,
    /// Phone at this desk, instead of the configured one
    #[arg(long, value_name = "PHONE")]
    pub phone: Option<String>,
    /// Width of ambiguous characters: auto, 1 or 2
    #[arg(long, value_name = "WIDTH")]
    pub ambiguous: Option<String>,
    /// Borders: auto, ascii or box
    #[arg(long, value_name = "KIND")]
    pub borders: Option<String>,
    /// Theme: night, day, contrast, sixteen, mono, or one of your own
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Keymap: default, vim, numpad, or one of your own
    #[arg(long, value_name = "NAME")]
    pub keymap: Option<String>,
    /// Go on where the terminal does not seem to speak UTF-8
    #[arg(long)]
    pub force: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Run the desk without a screen
    Serve {
        /// Its socket (default: inside the data folder)
        #[arg(long, value_name = "PATH")]
        socket: Option<PathBuf>,
        /// Leave when the last console left
        #[arg(long, hide = true)]
        background: bool,
    },
    /// A technician's console over SSH, made for sshd's ForceCommand: takes nothing from the environment
    Tech {
        /// The desk's socket (default: inside the data folder; which is /var/lib/ringdesk where none is named)
        #[arg(long, value_name = "PATH")]
        socket: Option<PathBuf>,
    },
    /// The live queue on a screen of its own, for all to see: takes no seat and does nothing
    Wall {
        /// Begin with everything in rows instead of large figures
        #[arg(long)]
        dense: bool,
    },
    /// The wall as it was on a day, played again; for supervisors
    Replay {
        /// The local day
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: String,
        /// How many times faster than it was, 1 to 300
        #[arg(long, default_value = "1", value_name = "N")]
        speed: String,
        /// Begin with everything in rows instead of large figures
        #[arg(long)]
        dense: bool,
    },
    /// Play a recording of a PBX into the desk, marked as a rehearsal
    Rehearse {
        /// Recordings: .jsonl or .ami, plain or .gz; none for the bundled one
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// How many times faster than it was, or max
        #[arg(long, default_value = "1", value_name = "N|max")]
        speed: String,
    },
    /// Print rows for scripts
    Export {
        /// calls, tickets, callbacks, history, notices, draws, revisits, visits, spans, interventions, recordings,
        /// spot_draws, check_sheets or journal
        #[arg(value_parser = ["calls", "tickets", "callbacks", "history", "notices", "draws", "revisits", "visits", "spans", "interventions", "recordings", "spot_draws", "check_sheets", "journal"])]
        what: String,
        /// From this moment on: RFC 3339, or a local date
        #[arg(long, value_name = "T")]
        since: Option<String>,
        /// Before this moment
        #[arg(long, value_name = "T")]
        until: Option<String>,
        /// jsonl or csv
        #[arg(long, default_value = "jsonl")]
        format: Format,
    },
    /// Print the draws of samples; with --check, make each again from its seed and say whether it comes out the same
    Draw {
        /// One draw's number (default: all)
        #[arg(value_name = "ID")]
        draw: Option<u64>,
        /// Make them again, and say what differs
        #[arg(long)]
        check: bool,
        /// The draws of calls to be checked, instead of those of people to be called again
        #[arg(long)]
        spot: bool,
    },
    /// Print which recordings may be deleted, for the program of the PBX that deletes them; or the recording register
    Recordings {
        /// The paths of recordings whose time is over and which were not extracted, one a line
        #[arg(long, required_unless_present = "register", conflicts_with = "register")]
        expired: bool,
        /// The recording register: what was extracted, when, by whom, for which matter
        #[arg(long)]
        register: bool,
        /// Given free, or entered, from this moment on: RFC 3339, or a local date
        #[arg(long, value_name = "T")]
        since: Option<String>,
        /// Paths end with a NUL character instead of a line's end, for xargs -0
        #[arg(short = '0', long, requires = "expired")]
        null: bool,
        /// One JSON object a line
        #[arg(long, conflicts_with = "null")]
        json: bool,
    },
    /// Print a ticket's investigation report, and note in its history that it was printed; or the callbacks of a month
    Report {
        /// The ticket's number, with or without its check digit
        #[arg(required_unless_present = "callbacks", conflicts_with = "callbacks")]
        ticket: Option<String>,
        /// The callback sheets of a month with their totals, to be signed by the head of the department
        #[arg(long, value_name = "YYYY-MM")]
        callbacks: Option<String>,
        /// html (a page to print) or text
        #[arg(long, default_value = "html")]
        format: Form,
    },
    /// How many agents the half-hours of a day need, what comes out with those on duty, and how many calls may be missed
    Staffing {
        /// A local day (default: what is left of today)
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<String>,
        /// One queue (default: all together)
        #[arg(long, value_name = "Q")]
        queue: Option<String>,
        /// So many agents, instead of those on duty now
        #[arg(long, value_name = "N")]
        agents: Option<u32>,
        /// JSON for scripts
        #[arg(long)]
        json: bool,
    },
    /// Print figures: the same numbers as on the screens (default: today's, all together)
    Figures(Box<Figured>),
    /// Print a day's, a week's or a month's sheet of figures, to be signed
    Sheet {
        /// day, week or month
        #[arg(value_parser = ["day", "week", "month"])]
        span: String,
        /// Which: 2026-11-22, for a month also 2026-11 (default: the one that runs now)
        #[arg(value_name = "DATE|YYYY-MM")]
        date: Option<String>,
        /// html (a page to print) or text
        #[arg(long, default_value = "html")]
        format: Form,
    },
    /// Take in what another program wrote
    Import {
        /// queue_log
        #[arg(value_parser = ["queue_log"])]
        what: String,
        /// The file
        file: PathBuf,
        /// Say what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Working days and due times
    Calendar {
        #[command(subcommand)]
        verb: CalendarVerb,
    },
    /// Re-derive everything from the journal and print what differs
    Check,
    /// Print the configuration and where each value came from
    Config,
    /// About the PBX
    Pbx {
        #[command(subcommand)]
        verb: PbxVerb,
    },
    /// Check a rulebook, or put it into words
    Rulebook {
        #[command(subcommand)]
        verb: RulebookVerb,
    },
    /// Print the table of keys
    Keys,
}

/// Working days and due times.
#[derive(Debug, Subcommand)]
pub enum CalendarVerb {
    /// Print when an allowance ends, and how that comes about
    Due {
        /// The start: RFC 3339, or a local date with or without a time
        #[arg(long, value_name = "T", required_unless_present = "stdin", conflicts_with = "stdin")]
        from: Option<String>,
        /// 30m, 24h, 3d, 5wd (working days), 90wm, 8wh (time of business), same-day
        #[arg(long, value_name = "A", required_unless_present = "stdin", conflicts_with = "stdin")]
        allow: Option<String>,
        /// Rulebook whose hours count: a name or a path (default: the configured one)
        #[arg(long, value_name = "R")]
        rulebook: Option<String>,
        /// Read questions, one FROM<TAB>ALLOW a line, and answer each on a line
        #[arg(long)]
        stdin: bool,
    },
    /// Print the holidays and make-up days that are known
    Show {
        /// One year (default: all)
        year: Option<i32>,
    },
}

/// Which figures.
#[derive(Debug, Args)]
pub struct Figured {
    /// From this moment on: RFC 3339, or a local date (default: today's midnight)
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
    /// Before this moment (default: the next midnight)
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    /// all, queue, agent, team, type, department, half-hour, hour, day, week, month or week-hour
    #[arg(long, default_value = "all", value_name = "WHAT")]
    pub by: String,
    /// Only this queue
    #[arg(long, value_name = "QUEUE")]
    pub queue: Option<String>,
    /// Only this agent: a phone, a staff number or a name
    #[arg(long, value_name = "AGENT")]
    pub agent: Option<String>,
    /// Only this type of ticket, reason of a callback or kind of spot check
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Only this department
    #[arg(long, value_name = "DEPARTMENT")]
    pub department: Option<String>,
    /// Another formula for the service level than the rulebook's: A/N, (A+Bs)/(N+B), A/(N+B) or A/(N+B-Bs)
    #[arg(long, value_name = "FORMULA")]
    pub formula: Option<String>,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// text, csv, json or html
    #[arg(long, default_value = "text")]
    pub format: FiguresForm,
}

/// Forms of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FiguresForm {
    /// Tables for a terminal
    Text,
    /// Comma-separated, UTF-8 with byte order mark
    Csv,
    /// One JSON object
    Json,
    /// One page of its own for the browser's printer, A4
    Html,
}

/// About the PBX.
#[derive(Debug, Subcommand)]
pub enum PbxVerb {
    /// Say what the connected PBX lacks
    Check,
}

/// About rulebooks.
#[derive(Debug, Subcommand)]
pub enum RulebookVerb {
    /// Name the rulebooks that ship with the desk
    List,
    /// Say all that is wrong with a rulebook
    Check {
        /// A file, or the name of a shipped rulebook
        #[arg(value_name = "FILE")]
        rulebook: String,
    },
    /// Have the running desk follow its configuration's rulebook and calendars as they are in the files now, or another
    /// rulebook until it starts again
    Use {
        /// A file, or the name of a shipped rulebook (default: the configured one)
        #[arg(value_name = "FILE|NAME")]
        rulebook: Option<String>,
    },
    /// Say in words what happens to a request, from the first call to filing
    Explain {
        /// A file, or the name of a shipped rulebook
        #[arg(value_name = "FILE")]
        rulebook: String,
        /// Only this type: complaint, repair, emergency, ...
        #[arg(long = "type", value_name = "T")]
        kind: Option<String>,
    },
}

/// Forms of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, UTF-8 with byte order mark
    Csv,
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// One page of its own for the browser's printer, A4
    Html,
    /// Plain text, aligned for a terminal
    Text,
}

/// What every command works on.
#[derive(Debug)]
pub struct Wanted {
    /// The data folder.
    pub data: PathBuf,
    /// The configuration file, where one was named.
    pub config_file: Option<PathBuf>,
    /// What it says.
    pub config: Config,
    /// The staff number asked to be, where one account serves several; empty for the account's own.
    pub staff: String,
}
