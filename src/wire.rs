//! What console and desk say to each other, and how it is framed on the socket. Versioned; knows no sockets.

pub mod frame;
pub mod message;

pub use frame::{FrameError, Framer, encode};
pub use message::{
    Answer, Export, ExportRow, FigureOf, FigureRow, FromDesk, Hello, PersonCard, Query, ToDesk, Welcome,
};

/// Counts changes of the messages. A console and a desk of different versions part with a sentence.
pub const VERSION: u32 = 4;
