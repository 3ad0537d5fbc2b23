//! A console's end of the line to the desk: connect, requests by number, the replica. Never blocks: the owner polls
//! the descriptor and calls [`Line::pump`].

mod line;

pub use line::{Heard, Line, LineError, Request};

pub use crate::wire::{Answer, FigureOf, FigureRow, Hello, PersonCard, Query, Welcome};
