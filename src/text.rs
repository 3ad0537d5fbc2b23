//! Everything about what a string looks like: sentences by key, width, cleaning, fitting, wrapping, pinyin.
//!
//! Nothing here knows a terminal, a call or a file.

pub mod say;

pub use say::{Language, Say};
