//! From the file and the environment to a checked configuration.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::raw::{Raw, RawDesk, RawPbx, RawStaff, Value};
use super::{Config, Origin, calendars, config_file, rules};
use crate::domain::phone::is_area_code;
use crate::domain::{Rulebook, Staff, StaffId};
use crate::pbx::{PbxConfig, Secret};
use crate::text::{Language, Say};

/// The environment variable that may hold the PBX's secret instead of the file.
const SECRET_VARIABLE: &str = "RINGDESK_PBX_SECRET";

/// Reads the file named, or the one in the usual place where there is one. A file that was named must exist.
pub fn load(named: Option<&Path>) -> Result<Config, Say> {
    let file = named.map_or_else(config_file, Path::to_owned);
    let source = match fs::read_to_string(&file) {
        Ok(source) => Some(source),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Say::new("config.unreadable").with("file", file.display()).with("error", error)),
    };
    let Some(source) = source else { return Reading::of(PathBuf::new(), "").config(Raw::default(), None) };
    let reading = Reading::of(file.clone(), &source);
    let raw: Raw = toml::from_str(&source).map_err(|error| reading.fault(&error))?;
    reading.config(raw, Some(file))
}

/// A file being read: gives each value its line.
struct Reading {
    file: PathBuf,
    starts: Vec<usize>,
    origins: Vec<(String, String, Origin)>,
    warnings: Vec<Say>,
}

impl Reading {
    fn of(file: PathBuf, source: &str) -> Reading {
        let starts = std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Reading { file, starts, origins: Vec::new(), warnings: Vec::new() }
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }

    fn fault(&self, error: &toml::de::Error) -> Say {
        let line = self.line(error.span().map_or(0, |span| span.start));
        Say::new("config.wrong").with("file", self.file.display()).with("line", line).with("error", error.message())
    }

    fn wrong<T>(&self, value: &Spanned<T>, key: &str) -> Say {
        Say::new(key).with("file", self.file.display()).with("line", self.line(value.span().start))
    }

    fn take<T: std::fmt::Debug + Clone>(&mut self, key: &str, value: &Value<T>, default: T) -> T {
        let (taken, origin) = match value {
            Some(value) => (value.get_ref().clone(), Origin::Line(self.line(value.span().start))),
            None => (default, Origin::Default),
        };
        self.note(key, format!("{taken:?}"), origin);
        taken
    }

    fn note(&mut self, key: &str, value: String, origin: Origin) {
        self.origins.push((key.to_owned(), value, origin));
    }

    fn config(mut self, raw: Raw, file: Option<PathBuf>) -> Result<Config, Say> {
        let language = self.language(&raw)?;
        let theme = self.take("theme", &raw.theme, "auto".to_owned());
        let keymap = self.take("keymap", &raw.keymap, "default".to_owned());
        let bell = self.take("bell", &raw.bell, true);
        let flash = self.take("flash", &raw.flash, true);
        let mouse = self.take("mouse", &raw.mouse, true);
        let ambiguous = self.one_of("ambiguous", &raw.ambiguous, &["auto", "1", "2"])?;
        let borders = self.one_of("borders", &raw.borders, &["auto", "ascii", "box"])?;
        let offset_minutes = self.offset(&raw.utc_offset)?;
        let socket_group = self.desk(&raw.desk);
        let area_code = self.area_code(&raw.desk)?;
        let (rulebook, rules_fault) = match self.rules(&raw.desk, file.as_deref()) {
            Ok(rulebook) => (rulebook, None),
            Err(why) => (Rulebook::default(), Some(why)),
        };
        // Split at blanks and nowhere else: no shell reads it, so nothing in a path can be a command.
        let play = self.take("recordings.play", &raw.recordings.play, String::new());
        let play = play.split_whitespace().map(str::to_owned).collect();
        let pbx = raw.pbx.as_ref().map(|pbx| self.pbx(pbx)).transpose()?;
        let staff = self.staff(&raw.staff)?;
        if rules_fault.is_none() {
            self.warnings.extend(rules::check_staff(&rulebook, &staff));
        }
        Ok(Config {
            file,
            language,
            theme,
            keymap,
            bell,
            flash,
            mouse,
            ambiguous,
            borders,
            offset_minutes,
            socket_group,
            area_code,
            play,
            rulebook,
            rules_fault,
            pbx,
            staff,
            origins: self.origins,
            warnings: self.warnings,
        })
    }

    fn language(&mut self, raw: &Raw) -> Result<Language, Say> {
        if let Ok(tag) = std::env::var("RINGDESK_LANGUAGE") {
            let language = Language::parse(&tag).ok_or_else(|| Say::new("config.language").with("tag", &tag))?;
            self.note("language", tag, Origin::Environment("RINGDESK_LANGUAGE"));
            return Ok(language);
        }
        let taken = raw.language.as_ref().map(|language| language.get_ref().tag().to_owned());
        let origin = raw.language.as_ref().map_or(Origin::Default, |value| Origin::Line(self.line(value.span().start)));
        let tag = taken.unwrap_or_else(|| Language::default().tag().to_owned());
        self.note("language", format!("{tag:?}"), origin);
        Ok(Language::parse(&tag).unwrap_or_default())
    }

    fn one_of(&mut self, key: &str, value: &Value<String>, allowed: &[&str]) -> Result<String, Say> {
        if let Some(value) = value.as_ref().filter(|value| !allowed.contains(&value.get_ref().as_str())) {
            let say = self.wrong(value, "config.one_of").with("key", key).with("value", value.get_ref());
            return Err(say.with("allowed", allowed.join(", ")));
        }
        Ok(self.take(key, value, "auto".to_owned()))
    }

    fn offset(&mut self, value: &Value<String>) -> Result<i32, Say> {
        let text = self.take("utc_offset", value, "+08:00".to_owned());
        match (parse_offset(&text), value) {
            (Some(minutes), _) => Ok(minutes),
            (None, Some(value)) => Err(self.wrong(value, "config.offset").with("value", text)),
            (None, None) => Ok(480),
        }
    }

    fn desk(&mut self, raw: &RawDesk) -> Option<String> {
        let group = self.take("desk.socket_group", &raw.socket_group, String::new());
        (!group.is_empty()).then_some(group)
    }

    /// The desk's own area code; empty where none is configured.
    fn area_code(&mut self, raw: &RawDesk) -> Result<String, Say> {
        let code = self.take("desk.area_code", &raw.area_code, String::new());
        match &raw.area_code {
            Some(value) if !code.is_empty() && !is_area_code(&code) => {
                Err(self.wrong(value, "config.area_code").with("value", code))
            }
            _ => Ok(code),
        }
    }

    fn rules(&mut self, raw: &RawDesk, file: Option<&Path>) -> Result<Rulebook, Say> {
        let name = self.take("desk.rulebook", &raw.rulebook, "gas".to_owned());
        let dir = self.file.parent().unwrap_or(Path::new(".")).to_owned();
        let calendar = calendars::load(Some(&calendars::folder(file)))?;
        rules::load(&name, &dir, calendar)
    }

    fn pbx(&mut self, raw: &RawPbx) -> Result<PbxConfig, Say> {
        if let Some(kind) = raw.kind.as_ref().filter(|kind| kind.get_ref() != "asterisk") {
            return Err(self.wrong(kind, "config.pbx_kind").with("value", kind.get_ref()));
        }
        let default = PbxConfig::default();
        let config = PbxConfig {
            name: self.take("pbx.name", &raw.name, "pbx".to_owned()),
            host: self.take("pbx.host", &raw.host, default.host.clone()),
            port: self.take("pbx.port", &raw.port, default.port),
            username: self.take("pbx.username", &raw.username, "ringdesk".to_owned()),
            secret: self.secret(raw)?,
            md5: self.take("pbx.md5", &raw.md5, default.md5),
            inbound_contexts: self.take(
                "pbx.inbound_contexts",
                &raw.inbound_contexts,
                default.inbound_contexts.clone(),
            ),
            dial_context: self.take("pbx.dial_context", &raw.dial_context, default.dial_context.clone()),
            transfer_context: self.take(
                "pbx.transfer_context",
                &raw.transfer_context,
                default.transfer_context.clone(),
            ),
            technology: self.take("pbx.technology", &raw.technology, default.technology.clone()),
        };
        Ok(config)
    }

    /// The secret, from the environment or from a file that nobody else can read. Its value is never shown.
    fn secret(&mut self, raw: &RawPbx) -> Result<Secret, Say> {
        if let Ok(secret) = std::env::var(SECRET_VARIABLE) {
            self.note("pbx.secret", "***".to_owned(), Origin::Environment(SECRET_VARIABLE));
            return Ok(Secret::new(secret));
        }
        let Some(secret) = &raw.secret else {
            self.note("pbx.secret", "***".to_owned(), Origin::Default);
            self.warnings.push(Say::new("config.no_secret").with("variable", SECRET_VARIABLE));
            return Ok(Secret::default());
        };
        let mode = fs::metadata(&self.file).map(|meta| meta.permissions().mode()).unwrap_or(0o777);
        if mode & 0o077 != 0 {
            let say = Say::new("config.secret_open").with("file", self.file.display());
            return Err(say.with("mode", format!("{:04o}", mode & 0o7777)));
        }
        let line = self.line(secret.span().start);
        self.note("pbx.secret", "***".to_owned(), Origin::Line(line));
        Ok(Secret::new(secret.get_ref().clone()))
    }

    fn staff(&mut self, raw: &[Spanned<RawStaff>]) -> Result<Vec<Staff>, Say> {
        let (mut ids, mut phones) = (BTreeSet::new(), BTreeSet::new());
        let mut staff = Vec::new();
        for entry in raw {
            let person = entry.get_ref();
            let phone = person.phone.clone().unwrap_or_default();
            let doubled = !ids.insert(person.id.clone()) || (!phone.is_empty() && !phones.insert(phone.clone()));
            if person.id.trim().is_empty() || doubled {
                return Err(self.wrong(entry, "config.staff").with("id", &person.id));
            }
            staff.push(Staff {
                id: StaffId(person.id.clone()),
                name: person.name.clone().unwrap_or_else(|| person.id.clone()),
                login: person.login.clone().unwrap_or_else(|| person.id.clone()),
                phone,
                role: person.role.unwrap_or_default(),
                team: person.team.clone().unwrap_or_default(),
                roles: person.roles.clone(),
            });
        }
        self.note(
            "staff",
            format!("{} entries", staff.len()),
            raw.first().map_or(Origin::Default, |first| Origin::Line(self.line(first.span().start))),
        );
        Ok(staff)
    }
}

fn parse_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && (0..60).contains(&minutes) && hours >= 0).then_some(sign * (hours * 60 + minutes))
}
