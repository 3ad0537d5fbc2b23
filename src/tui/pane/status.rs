//! The lines around the panes: who I am and how the desk is, notices, and the keys that work here.

use ratatui::layout::Rect;

use super::{columns, whole_pieces};
use crate::domain::state::DAY_MS;
use crate::domain::{AgentState, Callback};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::command::{Place, can_answer_target, find};
use crate::tui::layer::Layer;
use crate::tui::model::{Model, Pane};
use crate::tui::words;

/// Fewer keys say nothing of a hundred.
const LEAST_KEYS: u64 = 20;

/// Draws the status line: my state and the time in it, desk and PBX, service level, unread, clock.
pub fn draw(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.fill(area, model.theme.style("status"));
    let me = &model.desk.welcome().me;
    let (state_style, state) = my_state(model);
    let (desk_style, desk) = match &model.lost {
        None => ("status.good", model.word("status.desk-up")),
        Some(_) => ("status.bad", model.word("status.desk-lost")),
    };
    let (pbx_style, pbx) = pbx(model);
    let level = service_level(model, area.width >= 160);
    let unread = model.my_messages().count();
    let unread = if unread > 0 { model.words(&Say::new("status.unread").with("count", unread)) } else { String::new() };
    let (notices_style, notices) = notices(model);
    let due = callbacks_due(model);
    let rehearsal = if model.rehearses() { format!("[{}]", model.word("mark.rehearsal")) } else { String::new() };
    let clock = words::clock(model.now, model.desk.welcome().offset_ms);
    let right = columns(canvas, &clock) + 2;
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(right + 1), ..area };
    whole_pieces(
        model,
        canvas,
        line,
        &[
            ("status.name", &model.word("app.name")),
            ("status.name", &me.name),
            (state_style, &state),
            (notices_style, &notices),
            ("warning", &due),
            ("warning", &unread),
            (desk_style, &desk),
            (pbx_style, &pbx),
            ("mark", &rehearsal),
            ("status", &level),
            ("status", &response(model, area.width >= 120)),
        ],
    );
    canvas.restyle(area, ratatui::style::Style { fg: None, ..model.theme.only("status") });
    canvas.put_right(area.right().saturating_sub(1), area.y, &clock, right, model.theme.style("status"));
}

/// Notices that wait for me; an escalation among them is told by its sign too.
fn notices(model: &Model) -> (&'static str, String) {
    let count = model.my_notices().count();
    if count == 0 {
        return ("status", String::new());
    }
    let escalated = model.escalation_in_sight().is_some();
    let sign = if escalated { "!!" } else { "!" };
    let words = model.words(&Say::new("notices.status").with("count", count));
    (if escalated { "status.bad" } else { "warning" }, format!("{sign}{words}"))
}

/// Callbacks whose time has come, whichever pane is in sight.
fn callbacks_due(model: &Model) -> String {
    let lines = model.desk.state().callbacks.values();
    let due = |line: &&Callback| !line.rehearsal && line.with.is_none() && line.due_at <= model.now;
    match lines.filter(due).count() {
        0 => String::new(),
        count => format!("!{}", model.words(&Say::new("due.status").with("count", count))),
    }
}

fn my_state(model: &Model) -> (&'static str, String) {
    let Some(agent) = model.my_agent() else { return ("warning", model.word("state.offline")) };
    let passed = model.now.since(agent.since).max(0);
    let time = if counts_seconds(&agent.state) { words::span(passed) } else { words::minutes(passed) };
    let word = model.word(words::agent_state(&agent.state));
    let reason = if let AgentState::Break(reason) = &agent.state { format!("({reason})") } else { String::new() };
    let then = match &agent.after {
        Some(after @ (AgentState::Break(_) | AgentState::Training)) if counts_seconds(&agent.state) => {
            format!(" {}", model.words(&Say::new("status.then").with("state", model.word(words::agent_state(after)))))
        }
        _ => String::new(),
    };
    let late = agent.state == AgentState::WrapUp && passed >= model.desk.welcome().rulebook.wrap_up_ms;
    let sign = if late { "!!" } else { "" };
    let style = match agent.state {
        AgentState::Ready => "status.good",
        AgentState::Offline => "warning",
        _ if late => "timer.late",
        _ => "status.state",
    };
    // R-LIVE-4: that a break was asked for stands here until it is answered or taken back.
    let asked = if agent.break_asked.is_some() { format!(" {}", model.word("staffing.status")) } else { String::new() };
    (style, format!("{word}{reason} {time}{sign}{then}{asked}"))
}

/// States that last as long as a call does are counted in seconds, the others in minutes.
pub fn counts_seconds(state: &AgentState) -> bool {
    matches!(state, AgentState::Ringing | AgentState::OnCall | AgentState::Hold | AgentState::WrapUp)
}

fn pbx(model: &Model) -> (&'static str, String) {
    match model.pbx() {
        _ if !model.is_linked() => ("muted", model.word("status.pbx-unknown")),
        None if !model.desk.welcome().pbx => ("muted", model.word("status.no-pbx")),
        None => ("status.bad", model.words(&Say::new("status.pbx").with("link", model.word("link.down")))),
        Some(source) => {
            let good = source.link == crate::domain::source::Link::Up;
            let style = if good { "status.good" } else { "status.bad" };
            (style, model.words(&Say::new("status.pbx").with("link", model.word(words::link(source.link)))))
        }
    }
}

/// R-LIVE-3: the formula is named beside the number where there is room, and no calls show as `-`.
fn service_level(model: &Model, wide: bool) -> String {
    let state = model.desk.state();
    let today = (model.now.0 + state.offset_ms).div_euclid(DAY_MS);
    let formula = model.desk.welcome().rulebook.service_level.formula;
    let share = state.tally.service_level_permille(formula).filter(|_| state.day == today);
    let share = share.map_or_else(|| "-".to_owned(), |share| format!("{}.{}%", share / 10, share % 10));
    let say = Say::new(if wide { "status.level-long" } else { "status.level" });
    model.words(&say.with("share", share).with("formula", formula.written()))
}

/// The console's own time from key to screen, as 99 of a hundred keys had it today (SPEC §9).
fn response(model: &Model, wide: bool) -> String {
    match model.response.within(99).filter(|_| wide && model.response.keys() >= LEAST_KEYS) {
        Some(took) => model.words(&Say::new("status.response").with("ms", took.max(1))),
        None => String::new(),
    }
}

/// Draws the notice line: the last notice, or that the desk is lost.
pub fn draw_notice(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(notice) = model.notice_in_sight() {
        let sign = match notice.tone {
            crate::tui::model::Tone::Warning | crate::tui::model::Tone::Error => "!",
            _ => " ",
        };
        let words = format!("{sign} {}", model.words(&notice.say));
        canvas.put(line.x, line.y, &words, line.width, model.theme.style(notice.tone.style()));
    } else if let Some((since, why)) = &model.lost {
        let since = words::clock(*since, model.desk.welcome().offset_ms);
        let say = Say::new("desk.lost-since").with("time", since).with("why", model.words(why));
        canvas.put(line.x, line.y, &model.words(&say), line.width, model.theme.style("error"));
    } else if let Some(notice) = model.escalation_in_sight() {
        let keys = model.keymap.keys_of("notice.list", &model.contexts(), model.takes_text()).unwrap_or_default();
        let words = format!("!! {}", model.notice_words(notice));
        let keys = model.words(&Say::new("notices.see").with("keys", keys));
        let right = columns(canvas, &keys);
        canvas.put(line.x, line.y, &words, line.width.saturating_sub(right + 1), model.theme.style("error"));
        canvas.put_right(line.right(), line.y, &keys, right, model.theme.style("key"));
    } else if let Some(why) = model.pbx().and_then(|source| source.fault.as_ref()) {
        let words = format!("! {}", model.words(why));
        canvas.put(line.x, line.y, &words, line.width, model.theme.style("error"));
    }
}

/// Draws the keys that work here, or what may follow the keys pressed so far.
pub fn draw_keys(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let language = model.settings.language;
    let contexts = model.contexts();
    let typing = model.takes_text();
    let mut x = area.x + 1;
    for id in offered(model) {
        let Some(def) = find(id) else { continue };
        let here = match def.place {
            Place::Popup | Place::Edit => !model.layers.is_empty(),
            Place::Anywhere => true,
            Place::Ticket if matches!(model.layers.last(), Some(Layer::Ticket(_))) => true,
            Place::Line if matches!(model.layers.last(), Some(Layer::Line(_))) => true,
            _ => model.layers.is_empty(),
        };
        let Some(keys) = model.keymap.keys_of(id, &contexts, typing).filter(|_| here) else { continue };
        // What the key for answering means may lag behind the screen for a blink; whether it is offered does not.
        let ready = if id == "call.answer" { can_answer_target(model) } else { (def.ready)(model) };
        if ready.is_err() {
            continue;
        }
        let (keys, name) = (keys.to_string(), def.name(language));
        if x + columns(canvas, &keys) + columns(canvas, name) + 2 > area.right() {
            break;
        }
        x += canvas.put(x, area.y, &keys, area.width, model.theme.style("key")) + 1;
        x += canvas.put(x, area.y, name, area.width, model.theme.style("key.name")) + 2;
    }
}

/// The commands worth a place in the key line, the most useful first.
fn offered(model: &Model) -> Vec<&'static str> {
    if let Some(layer) = model.layers.last() {
        return offered_on(layer).to_vec();
    }
    let mut ids = Vec::new();
    if model.target().is_some() {
        ids.extend(["call.answer", "call.gave-up"]);
    }
    if model.in_hand().is_some() {
        ids.extend(["call.hold", "call.transfer", "call.hang-up", "call.done-answered", "call.done-ticket"]);
    }
    ids.extend(offered_in(model));
    if model.is_filtering() && model.focus == Pane::Tickets {
        return ids;
    }
    ids.extend([
        "callback.here",
        "notice.emergency",
        "notice.list",
        "message.read",
        "view.help",
        "view.palette",
        "agent.ready",
        "agent.break",
        "form.new",
        "view.next",
    ]);
    let mut once = Vec::new();
    for id in ids {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once
}

/// What is offered in the uppermost popup.
fn offered_on(layer: &Layer) -> &'static [&'static str] {
    match layer {
        Layer::Notices(_) => {
            &["call.answer", "popup.accept", "notice.acknowledge", "notice.acknowledge-all", "popup.cancel"]
        }
        Layer::Ticket(_) => &[
            "call.answer",
            "ticket.advance",
            "ticket.dispatch",
            "ticket.tell",
            "ticket.note",
            "ticket.assign",
            "ticket.edit",
            "ticket.file",
            "ticket.escalate",
            "popup.cancel",
        ],
        Layer::Line(_) => &[
            "call.answer",
            "callback.dial",
            "callback.sheet",
            "popup.accept",
            "callback.put-back",
            "callback.close",
            "popup.cancel",
        ],
        Layer::Board(_) => {
            &["call.answer", "popup.accept", "callback.record-visit", "popup.cancel", "popup.up", "popup.down"]
        }
        Layer::Figures(_) => &[
            "call.answer",
            "figures.formula",
            "popup.accept",
            "figures.days",
            "figures.earlier",
            "figures.later",
            "figures.by",
            "figures.choose",
            "figures.all",
            "popup.cancel",
        ],
        Layer::Formula(_) => {
            &["call.answer", "popup.accept", "figures.next", "figures.choose", "popup.cancel", "popup.up", "popup.down"]
        }
        Layer::Call(_) => {
            &["call.answer", "popup.accept", "spot.listen", "spot.sheet", "spot.extract", "popup.cancel", "popup.down"]
        }
        _ => &["call.answer", "popup.accept", "popup.cancel", "popup.up", "popup.down"],
    }
}

/// What is offered in the pane that has the focus.
fn offered_in(model: &Model) -> &'static [&'static str] {
    match model.focus {
        Pane::Form if model.open_sheet().is_some() => &[
            "callback.answered",
            "callback.not-answered",
            "form.save",
            "callback.dial",
            "callback.leave",
            "callback.next-debt",
            "callback.ticket",
            "form.park",
        ],
        Pane::Form => &["form.save", "form.next", "form.park", "form.resume", "form.theirs"],
        Pane::Tickets if model.is_filtering() => &["ticket.filter-done", "ticket.filter-clear", "ticket.find"],
        Pane::Tickets if !model.tickets.marks.is_empty() => {
            &["ticket.bulk-assign", "ticket.bulk-note", "ticket.bulk-escalate", "ticket.bulk-attach", "ticket.unmark"]
        }
        Pane::Tickets => &[
            "ticket.read",
            "ticket.advance",
            "ticket.filter",
            "ticket.view",
            "ticket.edit",
            "ticket.dispatch",
            "ticket.note",
            "ticket.file",
        ],
        Pane::Callbacks => &[
            "callback.dial",
            "callback.read",
            "callback.sheet",
            "callback.handed-up",
            "callback.agree",
            "callback.put-back",
            "callback.close",
        ],
        Pane::Live => &[
            "live.formula",
            "live.read",
            "oversight.listen",
            "oversight.whisper",
            "oversight.allow-break",
            "oversight.help",
            "oversight.force",
            "oversight.take",
        ],
        Pane::Incoming | Pane::Call => &["call.pickup", "call.by-hand", "form.new"],
    }
}
