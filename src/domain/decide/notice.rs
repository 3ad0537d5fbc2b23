//! Notices: acknowledged by whom they are for (R-CMP-4).

use super::{Context, Decision};
use crate::domain::command::NoticeCommand;
use crate::domain::event::Event;
use crate::domain::{Notice, Staff};
use crate::text::Say;

pub(super) fn decide(context: Context<'_>, command: &NoticeCommand) -> Result<Decision, Say> {
    let NoticeCommand::Acknowledge(id) = command;
    let me = context.me()?;
    let notice = context.state.notices.get(id).ok_or_else(|| Say::new("life.notice_gone"))?;
    let mine = Staff { id: me.clone(), ..context.person()?.clone() };
    if !notice.is_for(&mine, context.rules) {
        return Err(Say::new("life.notice_not_yours"));
    }
    let seen = Notice { acknowledged: Some((context.now, me.clone())), ..notice.clone() };
    Ok(Decision::under("R-CMP-4").with(Event::Notice(Box::new(seen))))
}
