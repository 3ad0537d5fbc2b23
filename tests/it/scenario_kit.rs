//! What the scenarios of several rulebooks share: walking a ticket from screen to screen, and reading back what rang, who
//! was told, where it went, in lines that can be compared with what a regulation says.

use ringdesk::domain::command::{NoticeCommand, TicketCommand};
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::ticket::{FieldChange, Happened};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::play::{Play, local};

/// What one screen is filled with.
pub type Filled<'a> = &'a [(&'a str, &'a str)];
/// Who fills a screen, and with what.
pub type Screen<'a> = (&'a str, Filled<'a>);

/// What the intake form holds.
pub fn asks(kind: RequestType, subject: &str, name: &str, phone: &str, address: &str) -> TicketFields {
    TicketFields {
        kind,
        subject: subject.into(),
        name: name.into(),
        phone: phone.into(),
        address: address.into(),
        ..TicketFields::default()
    }
}

/// Fills screen after screen; every one must be accepted.
pub fn walk(play: &mut Play, id: TicketId, steps: &[Screen<'_>]) {
    for (who, filled) in steps {
        let stage = play.ticket(id).stage.clone();
        play.advance(who, id, filled).unwrap_or_else(|why| panic!("{who} at {stage}: {why}"));
    }
}

fn refused(play: &Play, who: &str, command: TicketCommand) -> String {
    let actor = Actor::Staff(StaffId(who.into()));
    let context = Context { state: &play.state, rules: &play.rules, staff: &play.staff, actor: &actor, now: play.now };
    let done = decide(context, &Command::Ticket(command)).map(drop);
    done.expect_err("it was not refused").words(Language::ZhHans)
}

/// The sentence with which a screen is refused, in the operators' words.
pub fn not_yet(play: &Play, who: &str, id: TicketId, filled: Filled<'_>) -> String {
    let ticket = play.ticket(id);
    let changes = filled
        .iter()
        .map(|(field, to)| FieldChange { field: (*field).into(), from: ticket.value(field).into(), to: (*to).into() })
        .collect();
    refused(play, who, TicketCommand::Advance { ticket: id, from: ticket.stage.clone(), changes })
}

/// The sentence with which an intake form is refused.
pub fn not_opened(play: &Play, fields: TicketFields, card: Filled<'_>) -> String {
    let card = card.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
    refused(play, "wang", TicketCommand::Open { fields, card, call: None, seal: None })
}

/// The sentence with which filing by the short way is refused.
pub fn not_filed(play: &Play, who: &str, id: TicketId) -> String {
    let how = ringdesk::domain::ticket::TellHow::Phone;
    refused(play, who, TicketCommand::File { ticket: id, outcome: "办好了".into(), how })
}

/// Every ring: `2026-02-16 20:30 guest_time 50%`, with `late` behind it where it was.
pub fn rang(play: &Play, id: TicketId) -> Vec<String> {
    let line = |(at, clock, percent, late): (String, String, u16, bool)| {
        format!("{at} {clock} {percent}%{}", if late { " late" } else { "" })
    };
    play.rings(id).into_iter().map(line).collect()
}

/// Every notice: `2026-02-16 20:48 staff:wang clock_soon`.
pub fn told(play: &Play, id: TicketId) -> Vec<String> {
    let notices = play.notices.iter().filter(|notice| notice.ticket == id && notice.acknowledged.is_none());
    let line = |notice: &Notice| {
        let to = match &notice.to {
            Addressee::Staff(staff) => format!("staff:{}", staff.0),
            Addressee::Role(role) => format!("role:{role}"),
            Addressee::Department(department) => format!("department:{department}"),
        };
        let key = notice.what.key.trim_start_matches("life.").trim_start_matches("notice_");
        assert!(!notice.late, "{key}");
        format!("{} {to} {key}", local(notice.at))
    };
    notices.map(line).collect()
}

/// Every level a ticket went up: `2026-02-16 21:00 department_head`.
pub fn went_up(play: &Play, id: TicketId) -> Vec<String> {
    let lines = play.lines.iter().filter(|line| line.ticket == id);
    let up = lines.filter_map(|line| match &line.what {
        Happened::Escalated { to, .. } => Some(format!("{} {to}", local(line.at))),
        _ => None,
    });
    up.collect()
}

/// The stages a ticket came to, in order.
pub fn way(play: &Play, id: TicketId) -> String {
    let lines = play.lines.iter().filter(|line| line.ticket == id);
    let stages = lines.filter_map(|line| match &line.what {
        Happened::Moved { to, .. } => Some(to.as_str()),
        _ => None,
    });
    stages.collect::<Vec<_>>().join(" ")
}

/// Every clock of a ticket that has not been void, with whether it was kept: `close kept`.
pub fn clocks(play: &Play, id: TicketId) -> Vec<String> {
    let clocks = play.ticket(id).clocks.iter();
    let line = |clock: &ringdesk::domain::ticket::Clock| {
        use ringdesk::domain::ticket::ClockState;
        let how = match clock.state {
            ClockState::Running | ClockState::Paused => "runs",
            ClockState::Stopped(_) if clock.kept() == Some(true) => "kept",
            ClockState::Stopped(_) => "broken",
            ClockState::Void(_) => "void",
        };
        format!("{} {how}", clock.id)
    };
    clocks.map(line).collect()
}

/// A ticket registered at a moment and left alone: its due time, and every ring of the clock on the way.
pub fn left_alone(
    rulebook: &str,
    begin: &str,
    fields: TicketFields,
    card: Filled<'_>,
    clock: &str,
) -> (String, Vec<String>) {
    let mut play = Play::new(rulebook, begin);
    let id = play.open(fields, card);
    let due = play.due(id, clock);
    assert!(!play.clock(id, clock).due.provisional);
    play.until("2026-12-31 00:00");
    let rings = rang(&play, id).into_iter().filter(|line| line.contains(&format!(" {clock} ")));
    (due, rings.map(|line| line.replace(&format!(" {clock}"), "")).collect())
}

/// That every notice of a ticket can be acknowledged by whom it is for, and by nobody of another role.
pub fn acknowledge_all(play: &mut Play, id: TicketId, stranger: &str) {
    let open: Vec<Notice> = play.state.notices.values().filter(|notice| notice.ticket == id).cloned().collect();
    assert!(!open.is_empty());
    for notice in open {
        let who = match &notice.to {
            Addressee::Staff(staff) => staff.0.clone(),
            Addressee::Role(role) => role.clone(),
            Addressee::Department(_) => continue,
        };
        let command = Command::Notice(NoticeCommand::Acknowledge(notice.id));
        let mut by = |who: &str| {
            let actor = Actor::Staff(StaffId(who.into()));
            let context =
                Context { state: &play.state, rules: &play.rules, staff: &play.staff, actor: &actor, now: play.now };
            let events = decide(context, &command).map(|decision| decision.events);
            events.map(|events| events.iter().for_each(|event| play.state.fold(event))).map_err(|why| why.key)
        };
        assert_eq!(by(stranger), Err("life.notice_not_yours".to_owned()), "{who}");
        by(&who).unwrap();
        assert!(!play.state.notices.contains_key(&notice.id), "an acknowledged notice is gone");
    }
}
