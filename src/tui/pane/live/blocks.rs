//! The blocks of the live queue: a summary, waiting calls, agents, queues, and what falls due next.

use ratatui::layout::Rect;

use super::words::{count, desk, formula, kept, lately, level, mean, pbx, reconstructed, share, states as state_words};
use crate::domain::figures::{Fact, Measure};
use crate::domain::{Agent, AgentState, Call};
use crate::text::Say;
use crate::tui::canvas::Canvas;
use crate::tui::model::{LiveView, Model, QueueLine};
use crate::tui::pane::status::counts_seconds;
use crate::tui::pane::{choose, columns, due, due_short, pieces, row, whole_pieces, widest};
use crate::tui::words;

/// The widest caller or agent.
const WHO: u16 = 28;
/// The widest name of a queue.
const QUEUE: u16 = 12;

/// Where a list stands, and which of its rows is chosen.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where.
    pub area: Rect,
    /// The chosen row.
    pub at: Option<usize>,
}

/// Three rows: waits and service level; agents by state; what is owed and how the desk is. Gives the rows used.
pub fn summary(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) -> u16 {
    let (all, word) = (view.all(), |key: &str| model.word(key));
    let line = |index: u16| {
        let line = row(area, index);
        Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }
    };
    let rehearsed = if view.rehearsed { format!("[{}]", word("mark.rehearsal")) } else { String::new() };
    let (wait_style, longest) = longest(model, view);
    let (late_style, late) = kept(model, view, lately(model, view, all));
    let (day_style, day) = kept(model, view, all.of_today(level(model)));
    let named = |key: &str, value: &str| format!("{} {value}", word(key));
    let waiting = named("live.waiting", &count(model, view, view.count));
    whole_pieces(
        model,
        canvas,
        line(0),
        &[
            ("mark", &rehearsed),
            (if view.over > 0 { "timer.late" } else { "strong" }, &waiting),
            (wait_style, &named("live.longest", &longest)),
            ("label", &word("live.level")),
            ("label", &word("live.lately_short")),
            (late_style, &late),
            ("label", &word("live.today_short")),
            (day_style, &day),
            ("muted", formula(model)),
            ("value", &named("live.abandoned", &all.today.get(Fact::Abandoned).to_string())),
            ("value", &named("live.asa", &mean(all.of_today(Measure::AnswerSpeed)))),
            ("value", &named("live.aht", &mean(all.of_today(Measure::HandlingTime)))),
        ],
    );
    draw_states(model, canvas, line(1), view);
    draw_owed(model, canvas, line(2), view);
    3
}

/// The longest wait with its style and sign.
pub fn longest(model: &Model, view: &LiveView<'_>) -> (&'static str, String) {
    match (view.unknown, view.longest) {
        (Some(_), _) => ("muted", model.word("live.unknown")),
        (None, None) => ("muted", super::words::NONE.to_owned()),
        (None, Some(timer)) => {
            let level = timer.level();
            (level.style(), format!("{}{}", words::span(timer.elapsed), level.sign().trim()))
        }
    }
}

/// Agents by state, how much of their time is used, and how many of the day's calls nobody saw.
pub fn draw_states(model: &Model, canvas: &mut Canvas<'_>, line: Rect, view: &LiveView<'_>) {
    let duty = match view.on_duty() {
        0 => ("warning", format!("!{}", model.word("live.nobody"))),
        count => ("strong", model.words(&Say::new("live.on_duty").with("count", count))),
    };
    let used = share(view.all().of_today(Measure::Occupancy));
    let mut shown = vec![duty];
    shown.extend(state_words(model, view));
    shown.extend(may_miss(model, view));
    shown.push(("value", format!("{} {used}", model.word("live.occupancy"))));
    // Here, where it has room at any width: on the big wall too.
    shown.push(("mark", reconstructed(model, view.all())));
    let shown: Vec<(&str, &str)> = shown.iter().map(|(style, text)| (*style, text.as_str())).collect();
    whole_pieces(model, canvas, line, &shown);
}

/// R-LIVE-4: how many more calls may be missed; nothing where the rulebook has no rate to keep.
fn may_miss(model: &Model, view: &LiveView<'_>) -> Option<(&'static str, String)> {
    model.desk.welcome().rulebook.service_level.target_percent?;
    let (style, left) = left(model, view, None);
    let gone = style == "timer.late";
    let say = if gone { Say::new("live.no_more") } else { Say::new("live.may_miss").with("left", left) };
    Some((style, model.words(&say)))
}

/// How many more calls of a queue, or of all, may be missed, with the meaning of its style.
fn left(model: &Model, view: &LiveView<'_>, queue: Option<&str>) -> (&'static str, String) {
    if view.unknown.is_some() || view.rehearsed {
        return ("muted", super::words::NONE.to_owned());
    }
    match model.may_miss(queue) {
        None => ("muted", super::words::NONE.to_owned()),
        Some(room) if !room.holds => ("timer.late", "0!!".to_owned()),
        Some(room) => (if room.left > 0 { "value" } else { "warning" }, room.left.to_string()),
    }
}

/// Emergencies, clocks, callbacks, the PBX and the desk.
pub fn draw_owed(model: &Model, canvas: &mut Canvas<'_>, line: Rect, view: &LiveView<'_>) {
    let counted = |key: &str, count: usize| model.words(&Say::new(key).with("count", count));
    let flagged = |count: usize, sign: &str, words: String| if count > 0 { format!("{sign}{words}") } else { words };
    let style = |count: usize, style: &'static str| if count > 0 { style } else { "muted" };
    let emergencies = view.emergencies.len();
    let (due, soon) = view.callbacks;
    let (pbx_style, pbx) = pbx(model);
    let (desk_style, desk) = desk(model);
    let late = view.clocks_late;
    pieces(
        model,
        canvas,
        line,
        &[
            (style(emergencies, "emergency"), &flagged(emergencies, "!!", counted("live.emergencies", emergencies))),
            (style(late, "due.late"), &flagged(late, "!!", counted("live.clocks_late", late))),
            (style(due, "due.late"), &flagged(due, "!", counted("live.callbacks_due", due))),
            (style(soon, "value"), &counted("live.callbacks_soon", soon)),
            (pbx_style, &pbx),
            (desk_style, &desk),
        ],
    );
}

/// A title row with a line; gives what is left.
fn headed(model: &Model, canvas: &mut Canvas<'_>, area: Rect, title: &str, more: usize) -> Rect {
    canvas.hline(area.x, area.y, area.width, model.theme.style("border"));
    canvas.put(area.x, area.y, &format!(" {title} "), area.width, model.theme.style("label"));
    if more > 0 {
        let more = model.words(&Say::new("incoming.more").with("count", more));
        canvas.put_right(area.right(), area.y, &format!(" {more} "), area.width / 2, model.theme.style("timer.half"));
    }
    super::below(area, 1)
}

/// What a list shows: the first row in sight, and how many are out of sight.
fn window(place: Place, rows: usize) -> (usize, usize) {
    let height = usize::from(place.area.height.saturating_sub(1));
    let top = place.at.map_or(0, |at| (at + 1).saturating_sub(height));
    (top, rows.saturating_sub(height))
}

/// Waiting calls with their timers.
pub fn calls(model: &Model, canvas: &mut Canvas<'_>, place: Place, view: &LiveView<'_>) {
    if place.area.height == 0 {
        return;
    }
    let (top, more) = window(place, view.waiting.len());
    let body = headed(model, canvas, place.area, &model.word("live.calls"), more);
    let shown = || view.waiting.iter().skip(top).take(usize::from(body.height));
    if view.waiting.is_empty() {
        let key = if view.unknown.is_some() { "live.unknown" } else { "incoming.none" };
        canvas.put(body.x + 1, body.y, &model.word(key), body.width, model.theme.style("muted"));
        return;
    }
    let who = widest(canvas, shown().map(|call| model.caller(call)), WHO.min(body.width / 2));
    for (index, call) in shown().enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        draw_call(model, canvas, line, call, who);
        if place.at == Some(top + index) {
            choose(model, canvas, line, true);
        }
    }
}

fn draw_call(model: &Model, canvas: &mut Canvas<'_>, line: Rect, call: &Call, who: u16) {
    let (timer, theme) = (model.timer(call), &model.theme);
    let level = timer.level();
    let time = format!("{:<2} {:>5}", level.sign(), words::span(timer.elapsed));
    canvas.put(line.x + 1, line.y, &time, 10, theme.style(level.style()));
    let x = line.x + 10;
    canvas.put_fit(x, line.y, &model.caller(call), who.min(line.right().saturating_sub(x)), theme.style("strong"));
    let mut beside: Vec<(&str, String)> = Vec::new();
    if let Some((word, style)) = words::grade(call.grade) {
        beside.push((style, model.word(word)));
    }
    beside.extend(words::marks(call).map(|mark| ("mark", format!("[{}]", model.word(mark)))));
    beside.push(("muted", model.word(words::phase(call.phase))));
    beside.push(("muted", call.queue.clone().unwrap_or_default()));
    beside.push(("muted", model.ringing_phones(call)));
    let beside: Vec<(&str, &str)> = beside.iter().map(|(style, text)| (*style, text.as_str())).collect();
    let x = x + who + 1;
    pieces(model, canvas, Rect { x, width: line.right().saturating_sub(x), ..line }, &beside);
}

/// Agents who are there, with their state and the time in it.
pub fn agents(model: &Model, canvas: &mut Canvas<'_>, place: Place, view: &LiveView<'_>) {
    if place.area.height == 0 {
        return;
    }
    let (top, more) = window(place, view.agents.len());
    let body = headed(model, canvas, place.area, &model.word("live.agents"), more);
    if view.agents.is_empty() {
        canvas.put(body.x + 1, body.y, &model.word("live.nobody"), body.width, model.theme.style("muted"));
        return;
    }
    let shown = || view.agents.iter().skip(top).take(usize::from(body.height));
    let who = widest(canvas, shown().map(|agent| name(model, agent)), WHO.min(body.width / 3));
    let state = widest(canvas, shown().map(|agent| state(model, agent)), 16);
    for (index, agent) in shown().enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        draw_agent(model, canvas, line, agent, (who, state));
        if place.at == Some(top + index) {
            choose(model, canvas, line, true);
        }
    }
}

/// Phone and name, each once.
pub fn name(model: &Model, agent: &Agent) -> String {
    let name = agent.staff.as_ref().map_or_else(|| agent.name.clone(), |staff| model.staff_name(staff));
    match (agent.phone.is_empty(), name.is_empty() || name == agent.phone) {
        (true, _) => name,
        (false, true) => agent.phone.clone(),
        (false, false) => format!("{} {name}", agent.phone),
    }
}

fn state(model: &Model, agent: &Agent) -> String {
    let word = model.word(words::agent_state(&agent.state));
    match &agent.state {
        AgentState::Break(reason) if !reason.is_empty() => format!("{word}({reason})"),
        _ => word,
    }
}

fn draw_agent(model: &Model, canvas: &mut Canvas<'_>, line: Rect, agent: &Agent, (who, wide): (u16, u16)) {
    let theme = &model.theme;
    let late = agent.state == AgentState::WrapUp && model.in_state(agent) >= model.desk.welcome().rulebook.wrap_up_ms;
    let sign = match (&agent.help, &agent.break_asked) {
        (Some(_), _) => "!!",
        (None, Some(_)) => "!",
        (None, None) if late => "!",
        _ => "",
    };
    canvas.put(line.x + 1, line.y, sign, 2, theme.style("error"));
    canvas.put_fit(line.x + 4, line.y, &name(model, agent), who, theme.style("value"));
    let x = line.x + 4 + who + 1;
    let style = match agent.state {
        AgentState::Ready => "good",
        AgentState::Ringing => "strong",
        AgentState::Break(_) | AgentState::Training => "muted",
        _ => "value",
    };
    canvas.put_fit(x, line.y, &state(model, agent), wide, theme.style(style));
    let passed = model.in_state(agent);
    let time = if counts_seconds(&agent.state) { words::span(passed) } else { words::minutes(passed) };
    let x = x + wide + 1;
    canvas.put(x, line.y, &format!("{time:>6}"), 8, theme.style(if late { "timer.late" } else { "value" }));
    let x = x + 8;
    let mut beside: Vec<(&str, String)> = Vec::new();
    if agent.help.is_some() {
        beside.push(("emergency", model.word("live.help")));
    }
    if agent.break_asked.is_some() {
        let reason = agent.break_asked.as_ref().map(|asked| asked.reason.as_str()).unwrap_or_default();
        beside.push(("warning", model.words(&Say::new("live.break_asked").with("reason", reason))));
    }
    if agent.rehearsal {
        beside.push(("mark", format!("[{}]", model.word("mark.rehearsal"))));
    }
    if agent.pbx.unavailable {
        beside.push(("warning", model.word("live.unreachable")));
    }
    let call = agent.call.and_then(|id| model.desk.state().calls.get(id)).filter(|call| call.is_open());
    beside.extend(call.map(|call| ("muted", model.caller(call))));
    let beside: Vec<(&str, &str)> = beside.iter().map(|(style, text)| (*style, text.as_str())).collect();
    pieces(model, canvas, Rect { x, width: line.right().saturating_sub(x), ..line }, &beside);
}

/// The columns of queues: what is dropped first where there is no room stands last.
const COLUMNS: [(&str, u16); 9] = [
    ("live.waiting", 5),
    ("live.longest", 8),
    ("live.lately_short", 8),
    ("live.today_short", 8),
    (MAY_MISS, 6),
    ("live.answered", 5),
    ("live.abandoned", 5),
    ("live.asa", 7),
    ("live.aht", 7),
];

/// R-LIVE-4's column: only where the rulebook has a rate to keep.
const MAY_MISS: &str = "live.may_miss_short";
/// Where it stands among them.
const MAY_MISS_AT: usize = 4;

/// Queues in rows, everything together last, in at most so many rows; gives the rows used.
pub fn queues(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>, most: u16) -> u16 {
    let most = most.min(area.height);
    if most < 2 {
        return 0;
    }
    let hidden = (view.queues.len() + 1).saturating_sub(usize::from(most));
    let title = match hidden {
        0 => model.word("live.queues"),
        // The columns' names stand where other lists say how many more there are.
        hidden => format!("{}+{hidden}", model.word("live.queues")),
    };
    let body = headed(model, canvas, Rect { height: most, ..area }, &title, 0);
    let name = |line: &QueueLine| match &line.queue {
        None => model.word("live.all"),
        Some(queue) if queue.is_empty() => model.word("live.no_queue"),
        Some(queue) => queue.clone(),
    };
    let wide = widest(canvas, view.queues.iter().map(name), QUEUE).max(6);
    let kept = model.desk.welcome().rulebook.service_level.target_percent.is_some();
    let begin = body.x + 1 + wide;
    let columns_of = || {
        COLUMNS.iter().filter(|(key, _)| kept || *key != MAY_MISS).scan(begin, |x, (key, width)| {
            *x += width + 1;
            Some((*key, *x, *width))
        })
    };
    // The rule ends where the words of the columns begin.
    let end = columns_of().map(|(_, right, _)| right).take_while(|right| *right <= body.right()).last();
    let from = area.x + columns(canvas, &model.word("live.queues")) + 2;
    let width = end.map_or(0, |end| (end + 1).min(body.right()).saturating_sub(from));
    let head = Rect { x: from, y: area.y, width, height: 1 };
    canvas.fill(head, model.theme.style("base"));
    for (key, right, width) in columns_of().filter(|(_, right, _)| *right <= body.right()) {
        canvas.put_right(right, area.y, &format!(" {}", model.word(key)), width + 1, model.theme.style("label"));
    }
    let lines: Vec<&QueueLine> = view.queues.iter().skip(1).chain(view.queues.first()).collect();
    let surplus = lines.len().saturating_sub(usize::from(body.height));
    for (index, queue) in lines.into_iter().skip(surplus).enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        canvas.put_fit(line.x + 1, line.y, &name(queue), wide, model.theme.style("value"));
        let mut values = values(model, view, queue);
        if kept {
            let queue = queue.queue.as_deref();
            values.insert(MAY_MISS_AT, left(model, view, queue));
        }
        for ((_, right, width), (style, text)) in columns_of().zip(&values).filter(|((_, x, _), _)| *x <= line.right())
        {
            canvas.put_right(right, line.y, text, width, model.theme.style(style));
        }
    }
    most.min(u16::try_from(view.queues.len() + 1).unwrap_or(most))
}

fn values(model: &Model, view: &LiveView<'_>, line: &QueueLine) -> Vec<(&'static str, String)> {
    let longest = line.longest.filter(|_| view.unknown.is_none());
    let (wait_style, wait) = match longest {
        None => ("muted", super::words::NONE.to_owned()),
        Some(timer) => {
            (timer.level().style(), format!("{}{}", words::span(timer.elapsed), timer.level().sign().trim()))
        }
    };
    vec![
        (if line.waiting > 0 { "strong" } else { "muted" }, count(model, view, line.waiting)),
        (wait_style, wait),
        kept(model, view, lately(model, view, line)),
        kept(model, view, line.of_today(level(model))),
        ("value", line.today.get(Fact::Answered).to_string()),
        ("value", line.today.get(Fact::Abandoned).to_string()),
        ("value", mean(line.of_today(Measure::AnswerSpeed))),
        ("value", mean(line.of_today(Measure::HandlingTime))),
    ]
}

/// The next clocks of tickets.
pub fn next(model: &Model, canvas: &mut Canvas<'_>, area: Rect, view: &LiveView<'_>) {
    if area.height < 2 {
        return;
    }
    let body = headed(model, canvas, area, &model.word("live.next"), 0);
    if view.clocks.is_empty() {
        canvas.put(body.x + 1, body.y, &model.word("live.no_clocks"), body.width, model.theme.style("muted"));
    }
    for (index, next) in view.clocks.iter().take(usize::from(body.height)).enumerate() {
        let line = row(body, u16::try_from(index).unwrap_or(0));
        let (style, sign) = due(model, next.clock.due.at);
        let rules = &model.desk.welcome().rulebook;
        let clock = model.words(
            &Say::new("live.clock").with_word("clock", &rules.clock_word(next.ticket.fields.kind, &next.clock.id)),
        );
        let head = format!("{sign:<2} {:<5}", due_short(model, next.clock.due.at));
        let used = canvas.put(line.x + 1, line.y, &head, line.width, model.theme.style(style)) + 2;
        let owner = model.owner_name(&next.ticket.owner);
        let rest = Rect { x: line.x + used, width: line.width.saturating_sub(used), ..line };
        let number = next.ticket.id.spoken();
        pieces(
            model,
            canvas,
            rest,
            &[("strong", &number), ("value", &clock), ("muted", &owner), ("value", &next.ticket.fields.subject)],
        );
    }
}
