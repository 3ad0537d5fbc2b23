//! `ringdesk check` and `ringdesk pbx check`: say what is wrong, exit 1 when something is.

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, FAILED, out};
use crate::pbx::{self, Severity};
use crate::text::Say;
use crate::wire::{Answer, Query};

pub fn check(wanted: &Wanted) -> Result<u8, Say> {
    if !wanted.data.is_dir() {
        return Err(Say::new("cli.no_data").with("dir", wanted.data.display()));
    }
    let mut access = Access::open(wanted, "check")?;
    let mut code = DONE;
    access.ask(Query::Check, &mut |answer| {
        let Answer::Checked { entries, faults } = answer else { return Ok(true) };
        let summary = Say::new("cli.checked").with("entries", entries).with("faults", faults.len());
        for fault in faults.iter().chain([&summary]) {
            out(&format!("{}\n", fault.words(wanted.config.language)))?;
        }
        code = if faults.is_empty() { DONE } else { FAILED };
        Ok(false)
    })?;
    access.close()?;
    Ok(code)
}

pub fn pbx(wanted: &Wanted) -> Result<u8, Say> {
    let config = wanted.config.pbx.as_ref().ok_or_else(|| Say::new("cli.no_pbx"))?;
    let findings = pbx::check(config);
    for finding in &findings {
        let mark = match finding.severity {
            Severity::Good => "cli.good",
            Severity::Warning => "cli.warning",
            Severity::Error => "cli.error",
        };
        let language = wanted.config.language;
        out(&format!("{}  {}\n", language.word(mark), finding.say.words(language)))?;
    }
    Ok(if findings.iter().any(|finding| finding.severity == Severity::Error) { FAILED } else { DONE })
}
