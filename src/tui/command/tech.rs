//! Commands of the technician's screen: the list and an open order. The next step is always the same key, whatever it is.

use super::{About, Def, Effect, Envelope, Outcome, Place, Question, tech_form};
use crate::client::Query;
use crate::domain::command::{Command, CrewCommand};
use crate::domain::rulebook::{CARRIED_OUT, FINISHED};
use crate::domain::{NoticeId, Ticket, TicketId};
use crate::text::Say;
use crate::tui::form::Errand;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::layer::{Layer, Page, Subject, Sure};
use crate::tui::model::{Banner, How, Model};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("tech.next", Place::Tech, next).when(can_step),
    Def::new("tech.accept-new", Place::Tech, accept_new).when(has_new),
    Def::new("tech.dismiss", Place::Tech, dismiss).when(has_banner),
    Def::new("tech.open", Place::Tech, |model| open_at(model, None)),
    Def::new("tech.open-1", Place::Tech, |model| open_at(model, Some(0))),
    Def::new("tech.open-2", Place::Tech, |model| open_at(model, Some(1))),
    Def::new("tech.open-3", Place::Tech, |model| open_at(model, Some(2))),
    Def::new("tech.open-4", Place::Tech, |model| open_at(model, Some(3))),
    Def::new("tech.open-5", Place::Tech, |model| open_at(model, Some(4))),
    Def::new("tech.open-6", Place::Tech, |model| open_at(model, Some(5))),
    Def::new("tech.open-7", Place::Tech, |model| open_at(model, Some(6))),
    Def::new("tech.open-8", Place::Tech, |model| open_at(model, Some(7))),
    Def::new("tech.open-9", Place::Tech, |model| open_at(model, Some(8))),
    Def::new("tech.up", Place::Tech, |model| step(model, -1)),
    Def::new("tech.down", Place::Tech, |model| step(model, 1)),
    Def::new("tech.page-up", Place::Tech, |model| step(model, -5)),
    Def::new("tech.page-down", Place::Tech, |model| step(model, 5)),
    Def::new("tech.back", Place::Tech, back),
    Def::new("tech.object", Place::Tech, |model| tech_form::errand(model, Errand::Object)).when(is_open),
    Def::new("tech.wait", Place::Tech, tech_form::wait).when(is_open),
    Def::new("tech.hazard", Place::Tech, hazard).when(is_open),
    Def::new("tech.note", Place::Tech, |model| tech_form::errand(model, Errand::Note)).when(is_open),
    Def::new("tech.photo", Place::Tech, |model| tech_form::errand(model, Errand::Photo)).when(is_open),
    Def::new("tech.duty", Place::Tech, duty),
    Def::new("tech.help", Place::Tech, help),
];

/// The command for the first order on the screen; those of the others differ by its figure.
pub(in crate::tui) const FIRST_ORDER: &str = "tech.open-1";

/// The order that is open.
pub(super) fn order(model: &Model) -> Result<&Ticket, Say> {
    model.tech_order().ok_or_else(|| Say::new("techui.no_order"))
}

/// An order that the technician may still write on.
pub(super) fn is_open(model: &Model) -> Result<(), Say> {
    let order = order(model)?;
    match model.tech_part(order) {
        Some(crate::tui::model::Part::Done) | None => Err(Say::new("techui.is_done").with("ticket", order.id.spoken())),
        Some(_) => Ok(()),
    }
}

/// Whether the key for it does something, as the order stands.
pub(in crate::tui) fn can_step_now(model: &Model) -> Result<(), Say> {
    is_open(model)?;
    let order = order(model)?;
    if let Some(step) = model.step_under_way(order.id) {
        return Err(Say::new("techui.not_sent").with("step", model.word(&step.word)));
    }
    model.next_step(order).map(drop).ok_or_else(|| Say::new("techui.no_next").with("stage", model.stage_name(order)))
}

fn can_step(model: &Model) -> Result<(), Say> {
    can_step_now(model)?;
    if model.tech_is_stale() {
        return Err(Say::new("techui.just_changed").with("ticket", order(model)?.id.spoken()));
    }
    Ok(())
}

/// R-WO-3: what was found on site. Before anybody was there the desk would refuse it: said before the form is written, not
/// behind it.
fn hazard(model: &mut Model) -> Outcome {
    let order = order(model)?;
    let was_there = |stage: &str| [CARRIED_OUT, FINISHED].contains(&stage);
    if !was_there(&order.stage) && !order.times.iter().any(|(stage, _)| was_there(stage)) {
        return Err(Say::new("order.not_there").with("ticket", order.id.spoken()));
    }
    tech_form::errand(model, Errand::Hazard)
}

/// Accepts, sets out, arrives, finishes, gives back: what comes next.
fn next(model: &mut Model) -> Outcome {
    let order = order(model)?.clone();
    let Some(step) = model.next_step(&order) else { return Ok(Vec::new()) };
    match step.how {
        How::AtOnce => Ok(model.make_step(order.id, step.word, step.command)),
        How::Form => tech_form::stage(model, &order, None),
        How::Sure => {
            let title = format!("{} {}", model.word(step.word), order.id.spoken());
            let lines = vec![model.word("techui.sure_back")];
            let then = |model: &mut Model, subject: &Subject, _: &str| {
                let Subject::Ticket(ticket) = *subject else { return Ok(Vec::new()) };
                sure(model, ticket)
            };
            let sure = Sure { title, lines, subject: Subject::Ticket(order.id), text: String::new(), then };
            Ok(vec![Effect::Open(Layer::Sure(sure))])
        }
    }
}

/// It was asked, and is still the step that was asked.
fn sure(model: &mut Model, ticket: TicketId) -> Outcome {
    let order = model.desk.state().tickets.get(&ticket).cloned();
    let step = order.as_ref().and_then(|order| model.next_step(order)).filter(|step| step.how == How::Sure);
    match step {
        Some(step) => Ok(model.make_step(ticket, step.word, step.command)),
        None => Err(Say::new("techui.just_changed").with("ticket", ticket.spoken())),
    }
}

fn has_new(model: &Model) -> Result<(), Say> {
    model.tech_meant_banner().map(drop).ok_or_else(|| Say::new("techui.nothing_new"))
}

/// Accepts the order in the banner and shows it, from wherever the technician is; a form that is being written waits.
fn accept_new(model: &mut Model) -> Outcome {
    let Some(order) = model.tech_meant_banner().cloned() else { return Err(Say::new("techui.nothing_new")) };
    let Some(step) = model.next_step(&order) else { return Err(Say::new("techui.nothing_new")) };
    let mut effects = model.make_step(order.id, step.word, step.command);
    if !model.tech_form() {
        effects.extend(show(model, order.id)?);
    }
    Ok(effects)
}

fn has_banner(model: &Model) -> Result<(), Say> {
    model.tech_banner().map(drop).ok_or_else(|| Say::new("techui.no_banner"))
}

/// What stands in the banner was read.
fn dismiss(model: &mut Model) -> Outcome {
    enum Read {
        Step(u128),
        Order(TicketId),
        Notice(NoticeId),
    }
    let read = match model.tech_banner() {
        Some(Banner::Refused(step)) => Read::Step(step.id),
        Some(Banner::Order(order)) => Read::Order(order.id),
        Some(Banner::Notice(notice)) => Read::Notice(notice.id),
        None => return Ok(Vec::new()),
    };
    Ok(match read {
        Read::Step(id) => {
            model.drafts.end_step(id);
            Vec::new()
        }
        Read::Order(ticket) => model.acknowledge_for(ticket),
        Read::Notice(id) => vec![model.acknowledge(id)],
    })
}

fn step(model: &mut Model, by: isize) -> Outcome {
    model.tech_step(by);
    Ok(Vec::new())
}

fn open_at(model: &mut Model, nth: Option<usize>) -> Outcome {
    let order = model.tech_order_at(nth).ok_or_else(|| Say::new("techui.no_order"))?;
    show(model, order)
}

/// Opens an order, and asks for its history: the notes are in it.
pub(super) fn show(model: &mut Model, order: TicketId) -> Outcome {
    if model.tech_show(Some(order)) {
        return Ok(vec![Effect::Ask(Query::TicketLines(order), Question::Lines(order))]);
    }
    Ok(Vec::new())
}

fn back(model: &mut Model) -> Outcome {
    model.tech_show(None);
    Ok(Vec::new())
}

/// On duty, or off: said by the technician alone.
fn duty(model: &mut Model) -> Outcome {
    let (command, key) = match model.on_duty_since() {
        None => (CrewCommand::OnDuty, "techui.now_on_duty"),
        Some(_) => (CrewCommand::OffDuty, "techui.now_off_duty"),
    };
    let id = model.next_command_id();
    let about = About::Plain(Some(Say::new(key)));
    Ok(vec![Effect::Send(Envelope { id, command: Command::Crew(command), about })])
}

/// The keys of this screen, from the keymap in force.
fn help(model: &mut Model) -> Outcome {
    let mut lines = Vec::new();
    for (context, title) in [
        (Context::Tech, "techui.help_list"),
        (Context::Order, "techui.help_order"),
        (Context::Work, "techui.help_form"),
    ] {
        lines.push(("title", model.word(title)));
        lines.extend(keys_of(model, &model.keymap, context));
    }
    let title = model.word("command.tech.help.name");
    Ok(vec![Effect::Open(Layer::Reader(Page { title, lines, at: 0 }))])
}

/// Each command once, with all its keys, in the order of the table.
fn keys_of(model: &Model, keymap: &Keymap, context: Context) -> Vec<(&'static str, String)> {
    let bindings: Vec<_> = keymap.bindings().into_iter().filter(|binding| binding.context == context).collect();
    let language = model.settings.language;
    let bound = super::all().filter(|def| bindings.iter().any(|binding| binding.command.id == def.id));
    // The nine figures are one line; what the console itself does stands last.
    let family = FIRST_ORDER.trim_end_matches('1');
    let mut bound: Vec<&'static Def> =
        bound.filter(|def| !def.id.starts_with(family) || def.id == FIRST_ORDER).collect();
    bound.sort_by_key(|def| def.place != Place::Tech);
    let row = |def: &'static Def| {
        if def.id == FIRST_ORDER {
            return ("value", format!("{}  {}", model.digit_keys(), model.word("techui.help_digits")));
        }
        let keys = bindings.iter().filter(|binding| binding.command.id == def.id);
        let keys: Vec<String> = keys.map(|binding| model.key_name(&binding.keys.to_string())).collect();
        ("value", format!("{}  {}", keys.join(" "), def.about(language)))
    };
    bound.into_iter().map(row).collect()
}
