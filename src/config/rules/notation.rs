//! The short notation inside a rulebook: fields with what makes them a must, conditions, ways on, marks, triggers.
//!
//! Every function reads one text; `Err` is the sentence that says what is wrong with it, without the place.

use crate::domain::rulebook::{Act, ChoiceRule, Condition, FieldUse, MarkRule, MoveRule, Need, RoleRef, Test, Trigger};
use crate::text::Say;

/// Names in a rulebook: letters, figures and `_`, so that the notation needs no quotes.
pub fn is_name(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    first && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn name(text: &str) -> Result<String, Say> {
    let text = text.trim();
    if is_name(text) { Ok(text.to_owned()) } else { Err(Say::new("rulebook.no_name").with("text", text)) }
}

/// `validity=valid|unclear and cause and !remedy and gravity!=ordinary`
pub fn condition(text: &str) -> Result<Condition, Say> {
    text.split(" and ").map(test).collect::<Result<_, _>>().map(Condition)
}

fn test(text: &str) -> Result<Test, Say> {
    let text = text.trim();
    let values = |text: &str| text.split('|').map(name).collect::<Result<Vec<_>, _>>();
    if let Some((field, others)) = text.split_once("!=") {
        return Ok(Test::IsNot(name(field)?, values(others)?));
    }
    if let Some((field, wanted)) = text.split_once('=') {
        return Ok(Test::Is(name(field)?, values(wanted)?));
    }
    match text.strip_prefix('!') {
        Some(field) => Ok(Test::Empty(name(field)?)),
        None => Ok(Test::Filled(name(text)?)),
    }
}

/// What stands before and after ` when `.
fn parted(text: &str) -> Result<(&str, Option<Condition>), Say> {
    match text.split_once(" when ") {
        Some((before, after)) => Ok((before.trim(), Some(condition(after)?))),
        None => Ok((text.trim(), None)),
    }
}

/// `opinion`, `cause!`, `cause! when validity=valid`
pub fn field_use(text: &str) -> Result<FieldUse, Say> {
    let (head, when) = parted(text)?;
    let must = head.strip_suffix('!');
    let need = match (must, when) {
        (Some(_), Some(when)) => Need::When(when),
        (Some(_), None) => Need::Always,
        (None, Some(_)) => return Err(Say::new("rulebook.when_without_must").with("text", text)),
        (None, None) => Need::Free,
    };
    Ok(FieldUse { field: name(must.unwrap_or(head))?, need })
}

/// `dispatched when validity=valid`, `investigated round escalate when satisfaction=dissatisfied`,
/// `proposed tell owner tell director`
pub fn way_on(text: &str) -> Result<MoveRule, Say> {
    let (head, when) = parted(text)?;
    let mut words = head.split_whitespace();
    let to = name(words.next().unwrap_or_default())?;
    let mut rule = MoveRule { to, when: when.unwrap_or_default(), ..MoveRule::default() };
    while let Some(word) = words.next() {
        match word {
            "round" => rule.round = true,
            "escalate" => rule.escalate = true,
            "tell" => rule.tell.push(role_ref(words.next().unwrap_or_default())?),
            _ => return Err(Say::new("rulebook.move").with("text", text)),
        }
    }
    Ok(rule)
}

/// `50%`, `80% ring, notify owner`, `100% notify service_manager, escalate`, `100% ring, fill overdue=yes`
pub fn mark(text: &str) -> Result<MarkRule, Say> {
    let wrong = || Say::new("rulebook.mark").with("text", text);
    let (percent, acts) = text.split_once('%').ok_or_else(wrong)?;
    let percent: u16 = percent.trim().parse().map_err(|_| wrong())?;
    if percent == 0 || percent > 1_000 {
        return Err(wrong());
    }
    let mut rule = MarkRule { percent, acts: Vec::new() };
    for act in acts.split(',').map(str::trim).filter(|act| !act.is_empty()) {
        rule.acts.push(match act.split_once(' ') {
            Some(("notify", whom)) => Act::Notify(role_ref(whom)?),
            Some(("fill", what)) => {
                let (field, value) = what.split_once('=').ok_or_else(wrong)?;
                Act::Fill(name(field)?, name(value)?)
            }
            None if act == "ring" => Act::Ring,
            None if act == "escalate" => Act::Escalate,
            _ => return Err(wrong()),
        });
    }
    Ok(rule)
}

fn role_ref(text: &str) -> Result<RoleRef, Say> {
    Ok(match text.trim() {
        "owner" => RoleRef::Owner,
        "first_receiver" => RoleRef::FirstReceiver,
        role => RoleRef::Role(name(role)?),
    })
}

/// `registered`, `entered judged`, `left judged`, `filled department`, `told`, `agreed`, `stopped hand_over`, `filed`,
/// `reopened`
pub fn trigger(text: &str) -> Result<Trigger, Say> {
    let text = text.trim();
    Ok(match text.split_once(' ') {
        Some(("entered", stage)) => Trigger::Entered(name(stage)?),
        Some(("left", stage)) => Trigger::Left(name(stage)?),
        Some(("filled", field)) => Trigger::Filled(name(field)?),
        Some(("stopped", clock)) => Trigger::Stopped(name(clock)?),
        None if text == "registered" => Trigger::Registered,
        None if text == "told" => Trigger::Told,
        None if text == "agreed" => Trigger::Agreed,
        None if text == "filed" => Trigger::Filed,
        None if text == "reopened" => Trigger::Reopened,
        _ => return Err(Say::new("rulebook.trigger").with("text", text)),
    })
}

/// `valid`, or `refund=WORD` with the company's own word.
pub fn choice(text: &str) -> Result<ChoiceRule, Say> {
    let (id, shown) = match text.split_once('=') {
        Some((id, shown)) => (id, Some(shown.trim().to_owned()).filter(|shown| !shown.is_empty())),
        None => (text, None),
    };
    Ok(ChoiceRule { id: name(id)?, name: shown })
}

/// `09:00` as a minute of the day.
pub fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}
