//! Everything that knows a terminal.
//!
//! The lower half knows no colour, no key and no visible word: [`canvas`] is how text reaches cells, cleaned, measured,
//! and never half a character; [`terminal`] is how cells reach the screen and keys reach the program.
//!
//! The upper half is the console. A key goes through [`input`] and the [`keymap`] to a [`command`], which changes the
//! [`model`] or gives effects; [`screen`] and the [`pane`]s draw the model; [`run`](mod@run) is the only place that
//! waits, reads, writes and asks for the time.

pub mod canvas;
pub mod command;
pub mod fault;
pub mod form;
pub mod input;
pub mod keymap;
pub mod layer;
pub mod model;
pub mod pane;
pub mod run;
pub mod screen;
pub mod terminal;
pub mod theme;
pub mod words;
