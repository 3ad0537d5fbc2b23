//! A running desk follows its rulebook and calendars as they are in the files now, or another rulebook until it starts
//! again.

use super::access::Access;
use super::arguments::Wanted;
use super::{DONE, FAILED, complain};
use crate::client::Heard;
use crate::store::Lock;
use crate::text::Say;
use crate::wire::Answer;

/// Asks the desk of the data folder. `name` is a shipped rulebook's or a path, relative to the desk's configuration;
/// none for the rulebook that configuration names. All that is wrong with it is told, and then nothing is changed.
pub fn reload(wanted: &Wanted, name: Option<&str>) -> Result<u8, Say> {
    let language = wanted.config.language;
    if Lock::holder(&wanted.data).is_none() {
        return Err(Say::new("reload.no_desk").with("dir", wanted.data.display()));
    }
    let mut access = Access::open(wanted, "reload")?;
    let request = access.reload(name)?;
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
