//! Everything that knows a terminal.
//!
//! [`canvas`] is how text reaches cells: cleaned, measured, and never half a character. [`terminal`] is how cells reach
//! the screen and keys reach the program: surface, diff, encoder, probe, input reader, tty. No colour, no key and no
//! visible word is decided on this floor's lower half.

pub mod canvas;
pub mod terminal;
