//! The names things go by. Numbers are given out by the desk in order; the PBX's own ids stay strings.

use serde::{Deserialize, Serialize};

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u64);
    )*};
}

numbered! {
    /// A call on this desk.
    CallId,
    /// A ticket on this desk.
    TicketId,
    /// A line of the callback queue.
    CallbackId,
    /// A customer file.
    CustomerId,
    /// A message left for a colleague.
    MessageId,
    /// A notice about a ticket.
    NoticeId,
    /// A draw of a sample.
    DrawId,
    /// A visit to a customer.
    VisitId,
    /// Something a supervisor did.
    InterventionId,
    /// A draw of calls to be checked.
    SpotDrawId,
    /// A filled sheet of a spot check.
    CheckSheetId,
}

/// Where calls come from: 0 is "entered by hand", every live link and every rehearsal run has its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

impl SourceId {
    /// Calls entered by hand.
    pub const HAND: SourceId = SourceId(0);
}

/// A member of staff: the staff number or login the configuration gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StaffId(pub String);

/// An agent's place: the phone (extension) where there is one, else `@` and the staff number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgentId(pub String);

impl TicketId {
    /// The number people read aloud: the id and a check digit (ISO 7064 MOD 11,10), e.g. `1042-7`.
    pub fn spoken(self) -> String {
        format!("{}-{}", self.0, check_digit(self.0))
    }

    /// Reads a spoken number back; a wrong check digit or any other text gives `None`.
    pub fn parse_spoken(text: &str) -> Option<TicketId> {
        let (id, digit) = text.trim().split_once('-')?;
        let id: u64 = id.parse().ok()?;
        (digit.parse() == Ok(check_digit(id))).then_some(TicketId(id))
    }
}

/// ISO 7064 MOD 11,10 over the decimal digits: catches every single wrong digit and every swap of neighbours but one.
fn check_digit(number: u64) -> u64 {
    let product = number.to_string().bytes().fold(10u64, |product, digit| {
        let sum = (u64::from(digit - b'0') + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}
