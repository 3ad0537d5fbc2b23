//! The desk's door: the Unix socket, who is calling, who hears what, and the way out.
//!
//! Threads, not an async runtime: a desk has tens of lines, each with a reader and a writer of its own, and one thread
//! owns the desk. Nothing ever waits for a console: one that stops reading is dropped and comes back.

mod alarm;
mod checks;
mod door;
mod duties;
mod figures;
mod line;
mod people;
mod presence;
mod queries;
mod rules;
mod run;
mod sight;
mod staffing;
mod untold;

pub use run::{Running, ServeOptions, Stop, start};
