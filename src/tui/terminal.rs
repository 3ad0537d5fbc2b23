//! The terminal itself: what is written to it, what it answers, what is typed.
//!
//! All of it but [`tty`] is without input and output of its own: bytes go in, bytes come out, time is an argument.

pub mod diff;
pub mod encode;
pub mod encoding;
pub mod input;
pub mod key;
pub mod probe;
pub mod scroll;
mod sequence;
pub mod surface;
pub mod tty;

pub use encode::Depth;
pub use input::{Input, Mouse, MouseKind, Reader};
pub use key::{KeyCode, KeyPress, Mods};
pub use probe::{Probe, Prober};
pub use surface::{Profile, Surface};
pub use tty::{Signals, Tty};
