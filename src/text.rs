//! Everything about what a string looks like: sentences by key, width, cleaning, fitting, wrapping, pinyin.
//!
//! Text comes from callers, imports and telephone systems, and goes to terminals that do not agree on how wide it is.
//! [`clean()`] takes out what could move a cursor or turn a line; [`width()`] counts columns, for the mode the terminal
//! was found to be in; [`fit()`] and [`wrap()`] cut to size between graphemes; [`pinyin`] finds Chinese by Latin letters.
//! What is stored is never changed by any of this.
//!
//! Nothing here knows a terminal, a call or a file.

pub mod caret;
pub mod clean;
pub mod fit;
pub mod mask;
pub mod pinyin;
pub mod say;
pub mod stand;
#[rustfmt::skip]
pub mod tables;
pub mod width;
pub mod wrap;

pub use clean::{clean, clean_capped, is_clean};
pub use fit::{clip, fit, fit_right, fit_whole, shorten};
pub use pinyin::{Ear, Sound, matches};
pub use say::{Language, Say, Word};
pub use unicode_segmentation::UnicodeSegmentation;
pub use width::{Ambiguous, grapheme_width, trusted, width};
pub use wrap::wrap;
