//! A running desk follows its rulebook and calendars as they are in the files now, or another rulebook until it starts
//! again.

use std::fs;

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, FAILED, complain};
use crate::client::Heard;
use crate::config::RULEBOOKS;
use crate::store::Lock;
use crate::text::Say;
use crate::wire::Answer;

/// Asks the desk of the data folder. `name` is a shipped rulebook's, a path from here, or one from the desk's own
/// configuration; none for the rulebook that configuration names. All that is wrong with it is told, and then nothing is changed.
pub fn reload(wanted: &Wanted, name: Option<&str>) -> Result<u8, Say> {
    let language = wanted.config.language;
    if Lock::holder(&wanted.data).is_none() {
        return Err(Say::new("reload.no_desk").with("dir", wanted.data.display()));
    }
    let mut access = Access::open(wanted, "reload")?;
    // A file here is named so that the desk finds it from where it stands.
    let file = name.filter(|name| !RULEBOOKS.iter().any(|(known, _)| known == name));
    let file = file.and_then(|name| fs::canonicalize(name).ok()).map(|file| file.display().to_string());
    let request = access.reload(file.as_deref().or(name))?;
    loop {
        for heard in access.hear(None)? {
            match heard {
                Heard::Answer(answered, answer) if answered == request => {
                    if let Answer::Faults(faults) = *answer {
                        faults.iter().for_each(|fault| complain(&fault.words(language)));
                    }
                }
                Heard::Done(done, _) if done == request => {
                    let words = Say::new("reload.done").with("name", &access.rulebook().name).words(language);
                    complain(&words);
                    access.close()?;
                    return Ok(DONE);
                }
                Heard::Refused(_, why) => {
                    complain(&why.words(language));
                    return Ok(FAILED);
                }
                Heard::Goodbye(why) => return Err(why),
                _ => {}
            }
        }
    }
}
