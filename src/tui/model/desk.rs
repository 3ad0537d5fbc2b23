//! The desk as the console sees it: through a line, or given by hand in a test.

use crate::client::Line;
use crate::client::Welcome;
use crate::domain::State;
use crate::domain::figures::Book;

/// Where the console's replica is kept.
#[derive(Debug)]
pub enum Desk {
    /// At the end of a line; also of one that is lost, until another is there.
    Line(Box<Line>),
    /// Here.
    Given(Box<(Welcome, State)>),
}

impl Default for Desk {
    fn default() -> Self {
        Desk::Given(Box::default())
    }
}

impl Desk {
    /// What the desk said at the door.
    pub fn welcome(&self) -> &Welcome {
        match self {
            Desk::Line(line) => line.welcome(),
            Desk::Given(given) => &given.0,
        }
    }

    /// The replica.
    pub fn state(&self) -> &State {
        match self {
            Desk::Line(line) => line.state(),
            Desk::Given(given) => &given.1,
        }
    }

    /// The sums of the figures of yesterday and today (R-LIVE-1).
    pub fn book(&self) -> &Book {
        match self {
            Desk::Line(line) => line.book(),
            Desk::Given(given) => &given.0.book,
        }
    }

    /// The replica of a test.
    pub fn given_mut(&mut self) -> Option<&mut (Welcome, State)> {
        match self {
            Desk::Line(_) => None,
            Desk::Given(given) => Some(given),
        }
    }
}
