//! The one owner of state. Takes commands, decides, has them written, and only then answers and publishes.
//!
//! One thread owns a [`Desk`]; nothing here locks, waits or looks at a socket. A group of commands is one append and
//! one fdatasync (DESIGN decision 1).

mod done;
mod draw;
mod held;
mod informant;
mod seal;
mod work;

pub use done::DoneCommands;
pub use held::Period;
pub use seal::{KEY_FILE, Seals};
pub use work::{Desk, Job, Origin, Token, Worked};
