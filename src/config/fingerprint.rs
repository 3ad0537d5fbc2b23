//! One short text for a rulebook with its calendar and hours: another one whenever anything in them is.

use sha2::{Digest, Sha256};

use crate::domain::Rulebook;

/// Changes whenever anything in the rulebook does, and may change with the program. Sixty-four hexadecimal digits.
pub fn fingerprint(rulebook: &Rulebook) -> String {
    // The derived form writes every field in its order, and the maps inside are ordered.
    Sha256::digest(format!("{rulebook:?}")).iter().map(|byte| format!("{byte:02x}")).collect()
}
