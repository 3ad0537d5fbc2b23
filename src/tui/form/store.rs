//! Where drafts are kept, so that what was typed survives the console.
//!
//! A small file is written anew and renamed into place at every key: what a kill leaves behind is the draft before the
//! key or after it, never half of one. Each console holds a file of its own by a lock that the kernel takes back when
//! the console dies: consoles of one account never write over each other, and what a dead one left is taken over by the
//! next that starts.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{Draft, Owed, Step};
use crate::text::Say;

/// So many consoles of one account at once.
const CONSOLES: usize = 64;

/// The forms of one console.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The one on the screen. Once it is saved it is kept no more: it may name an informant (R-REQ-6).
    #[serde(skip_serializing_if = "is_done_with")]
    pub open: Option<Draft>,
    /// The parked ones, the last parked last.
    pub parked: Vec<Draft>,
    /// Second steps of saved forms that the desk has not said yes to.
    pub owed: Vec<Owed>,
    /// Steps made with one key that the desk has not said yes to.
    pub steps: Vec<Step>,
    /// The form that was on the screen of the console that left it, by its command: parked here, and the first to come
    /// back where a console shows one thing at a time.
    #[serde(skip)]
    pub front: Option<u128>,
}

fn is_done_with(open: &Option<Draft>) -> bool {
    open.as_ref().is_none_or(|draft| draft.saved().is_some())
}

impl Kept {
    /// Takes over what a console that is no more has left: all of it parked, before what was parked here. What is here
    /// already, known by the command that saves it, is not taken twice.
    fn adopt(&mut self, left: Kept) {
        let open = left.open.filter(Draft::is_touched);
        // Where something is on the screen already nothing comes in front of it.
        if self.open.is_none() {
            self.front = self.front.or(open.as_ref().map(|draft| draft.command));
        }
        let mut all: Vec<Draft> = Vec::new();
        for mut draft in left.parked.into_iter().chain(open) {
            let here = |other: &Draft| other.command == draft.command;
            if self.open.iter().chain(&self.parked).chain(&all).any(here) {
                continue;
            }
            draft.id = 1 + self.open.iter().chain(&self.parked).chain(&all).map(|other| other.id).max().unwrap_or(0);
            all.push(draft);
        }
        self.parked.splice(0..0, all);
        for owed in left.owed {
            if !self.owed.contains(&owed) {
                self.owed.push(owed);
            }
        }
        for step in left.steps {
            if !self.steps.iter().any(|own| own.id == step.id) {
                self.steps.push(step);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.open.is_none() && self.parked.is_empty() && self.owed.is_empty() && self.steps.is_empty()
    }
}

/// A place for drafts.
pub trait DraftStore {
    /// What was kept.
    fn load(&mut self) -> Result<Kept, Say>;
    /// Keeps this.
    fn save(&mut self, kept: &Kept) -> Result<(), Say>;
    /// The lock of another console of this account that began before this one and still holds what was typed there.
    fn elder(&self) -> Option<PathBuf> {
        None
    }
}

/// Drafts in a file that is this console's alone while this lives.
#[derive(Debug)]
pub struct DraftFile {
    dir: PathBuf,
    staff: String,
    held: Option<Held>,
}

/// A file of drafts, and the lock that makes it ours.
#[derive(Debug)]
struct Held {
    path: PathBuf,
    _lock: File,
}

impl DraftFile {
    /// The first file of a member of staff that no other console holds: `<state dir>/drafts/<staff>.json`,
    /// `<staff>.2.json` and so on. It is held from the first [`DraftStore::load`] or [`DraftStore::save`] on.
    pub fn of(state_dir: &Path, staff: &str) -> DraftFile {
        let safe = |char: char| if char.is_alphanumeric() || "-_@".contains(char) { char } else { '_' };
        DraftFile { dir: state_dir.join("drafts"), staff: staff.chars().map(safe).collect(), held: None }
    }

    /// The path of one of the files, counted from 1.
    fn path(&self, number: usize) -> PathBuf {
        let staff = &self.staff;
        let name = if number == 1 { format!("{staff}.json") } else { format!("{staff}.{number}.json") };
        self.dir.join(name)
    }

    /// The file that is ours, taking the first free one.
    fn hold(&mut self) -> Result<PathBuf, Say> {
        if let Some(held) = &self.held {
            return Ok(held.path.clone());
        }
        fs::create_dir_all(&self.dir).map_err(|error| fault("draft.cannot-write", &self.dir, &error))?;
        for path in (1..=CONSOLES).map(|number| self.path(number)) {
            match lock(&path) {
                Ok(Some(lock)) => {
                    self.held = Some(Held { path: path.clone(), _lock: lock });
                    return Ok(path);
                }
                Ok(None) => {}
                Err(error) => return Err(fault("draft.cannot-write", &path, &error)),
            }
        }
        Err(fault("draft.cannot-write", &self.path(CONSOLES), &ErrorKind::ResourceBusy))
    }

    /// Takes over what dead consoles have left. Their files go once ours holds what was in them; a file that can't be
    /// read stays for the console that will hold it.
    fn adopt(&self, own: &Path, kept: &mut Kept) -> Result<(), Say> {
        for path in (1..=CONSOLES).map(|number| self.path(number)) {
            if path == own || !path.exists() {
                continue;
            }
            let Ok(Some(_lock)) = lock(&path) else { continue };
            let Ok(left) = read(&path) else { continue };
            if !left.is_empty() {
                kept.adopt(left);
                write(own, kept).map_err(|error| fault("draft.cannot-write", own, &error))?;
            }
            let _ = fs::remove_file(&path);
        }
        Ok(())
    }
}

/// Takes the lock of a file of drafts; nothing where another console has it.
fn lock(path: &Path) -> std::io::Result<Option<File>> {
    let path = path.with_extension("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read(path: &Path) -> Result<Kept, Say> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Kept::default()),
        Err(error) => return Err(fault("draft.cannot-read", path, &error)),
    };
    serde_json::from_str(&text).map_err(|error| fault("draft.damaged", path, &error))
}

fn write(path: &Path, kept: &Kept) -> std::io::Result<()> {
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&new)?;
    file.write_all(&serde_json::to_vec(kept)?)?;
    fs::rename(&new, path)
}

impl DraftStore for DraftFile {
    fn load(&mut self) -> Result<Kept, Say> {
        let path = self.hold()?;
        let mut kept =
            read(&path).map_err(|say| if say.key == "draft.damaged" { put_aside(&path, say) } else { say })?;
        self.adopt(&path, &mut kept)?;
        Ok(kept)
    }

    fn save(&mut self, kept: &Kept) -> Result<(), Say> {
        let path = self.hold()?;
        write(&path, kept).map_err(|error| fault("draft.cannot-write", &path, &error))
    }

    fn elder(&self) -> Option<PathBuf> {
        let first = self.path(1);
        self.held.as_ref().filter(|held| held.path != first).map(|_| first.with_extension("lock"))
    }
}

/// A damaged file is put aside, not written over: somebody's words are in it.
fn put_aside(path: &Path, mut say: Say) -> Say {
    let aside = path.with_extension("damaged.json");
    if fs::rename(path, &aside).is_ok() {
        say.args.retain(|(name, _)| name != "file");
        return say.with("file", aside.display());
    }
    say
}

fn fault(key: &str, path: &Path, why: &impl std::fmt::Display) -> Say {
    Say::new(key).with("file", path.display()).with("why", why)
}

/// Drafts in memory, for tests and for a console without a state folder.
#[derive(Clone, Debug, Default)]
pub struct DraftMemory(pub Kept);

impl DraftStore for DraftMemory {
    fn load(&mut self) -> Result<Kept, Say> {
        Ok(self.0.clone())
    }

    fn save(&mut self, kept: &Kept) -> Result<(), Say> {
        self.0 = kept.clone();
        Ok(())
    }
}
