//! The figures of a company's regulation that the desk runs on. Data, read from `rulebooks/*.toml`; the defaults here
//! are those of SPEC's rules and hold where a file says nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ticket::RequestType;
use super::time::Millis;

/// China's ring cadence: one second on, four off (R-CALL-2).
const RING_CYCLE_MS: Millis = 5_000;
const RING_ON_MS: Millis = 1_000;

/// Figures in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rulebook {
    /// Its name.
    pub name: String,
    /// R-CALL-1: the answer limit in milliseconds, where a queue has none of its own.
    pub answer_limit_ms: Millis,
    /// The limit per queue.
    pub queue_limit_ms: BTreeMap<String, Millis>,
    /// R-CALL-6: how long wrap-up may last before its timer turns.
    pub wrap_up_ms: Millis,
    /// R-CB-6: how long after its reason came up a callback is due.
    pub callback_after_ms: Millis,
    /// How long each type of request may stay unanswered.
    pub ticket_due_ms: BTreeMap<RequestType, Millis>,
    /// Break reasons on offer.
    pub break_reasons: Vec<String>,
    /// Words in the subject that mean danger (R-REQ-11).
    pub danger_words: Vec<String>,
}

impl Default for Rulebook {
    fn default() -> Self {
        Rulebook {
            name: String::new(),
            answer_limit_ms: 20_000,
            queue_limit_ms: BTreeMap::new(),
            wrap_up_ms: 30_000,
            callback_after_ms: 5 * 60_000,
            ticket_due_ms: BTreeMap::new(),
            break_reasons: Vec::new(),
            danger_words: Vec::new(),
        }
    }
}

impl Rulebook {
    /// The answer limit of a queue, or the general one.
    pub fn limit_ms(&self, queue: Option<&str>) -> Millis {
        queue.and_then(|queue| self.queue_limit_ms.get(queue)).copied().unwrap_or(self.answer_limit_ms)
    }

    /// The time an answer to this type of request is owed in. A day where the rulebook says nothing.
    pub fn ticket_due_ms(&self, kind: RequestType) -> Millis {
        self.ticket_due_ms.get(&kind).copied().unwrap_or(24 * 3_600_000)
    }
}

/// R-CALL-2: "within n rings" in milliseconds: to the end of the n-th ring.
pub fn rings_to_ms(rings: u32) -> Millis {
    if rings == 0 { 0 } else { Millis::from(rings - 1) * RING_CYCLE_MS + RING_ON_MS }
}
