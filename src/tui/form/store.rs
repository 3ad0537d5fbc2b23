//! Where drafts are kept, so that what was typed survives the console.
//!
//! A small file is written anew and renamed into place at every key: what a kill leaves behind is the draft before the
//! key or after it, never half of one.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Draft;
use crate::text::Say;

/// The forms of one console.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The one on the screen.
    pub open: Option<Draft>,
    /// The parked ones, the last parked last.
    pub parked: Vec<Draft>,
}

/// A place for drafts.
pub trait DraftStore {
    /// What was kept.
    fn load(&mut self) -> Result<Kept, Say>;
    /// Keeps this.
    fn save(&mut self, kept: &Kept) -> Result<(), Say>;
}

/// Drafts in a file.
#[derive(Clone, Debug)]
pub struct DraftFile {
    path: PathBuf,
}

impl DraftFile {
    /// The file of a member of staff: `<state dir>/drafts/<staff>.json`.
    pub fn of(state_dir: &std::path::Path, staff: &str) -> DraftFile {
        let safe = |char: char| if char.is_alphanumeric() || "-_@".contains(char) { char } else { '_' };
        let name: String = staff.chars().map(safe).collect();
        DraftFile { path: state_dir.join("drafts").join(format!("{name}.json")) }
    }
}

impl DraftStore for DraftFile {
    fn load(&mut self) -> Result<Kept, Say> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Kept::default()),
            Err(error) => return Err(fault("draft.cannot-read", &self.path, &error)),
        };
        serde_json::from_str(&text).map_err(|error| {
            // Put aside, not written over: somebody's words are in it.
            let aside = self.path.with_extension("damaged.json");
            let moved = fs::rename(&self.path, &aside);
            let shown = if moved.is_ok() { &aside } else { &self.path };
            fault("draft.damaged", shown, &error)
        })
    }

    fn save(&mut self, kept: &Kept) -> Result<(), Say> {
        let write = || -> std::io::Result<()> {
            if let Some(dir) = self.path.parent() {
                fs::create_dir_all(dir)?;
            }
            let new = self.path.with_extension("new");
            fs::write(&new, serde_json::to_vec(kept)?)?;
            fs::rename(&new, &self.path)
        };
        write().map_err(|error| fault("draft.cannot-write", &self.path, &error))
    }
}

fn fault(key: &str, path: &std::path::Path, why: &impl std::fmt::Display) -> Say {
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
