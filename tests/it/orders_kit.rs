//! What the tests of work orders share: a gas company's desk with its technicians, and the keys they press.

use ringdesk::domain::command::{CrewCommand, TicketCommand};
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::*;
use ringdesk::text::Language;

use crate::play::{Play, local};
use crate::scenario_moves::fields;

/// Of the repair team.
pub const ZHAO: &str = "zhao";
/// Of the repair team, too.
pub const QIAN: &str = "qian";
/// Of the safety department.
pub const SUN: &str = "sun";

/// A gas company's desk with technicians: 赵 and 钱 repair, 孙 is of the safety department, by its name on screen.
pub fn gas(begin: &str) -> Play {
    let mut play = Play::new("gas", begin);
    let person = |id: &str, name: &str, team: &str| Staff {
        id: StaffId(id.into()),
        name: name.into(),
        role: Role::Technician,
        team: team.into(),
        ..Staff::default()
    };
    play.staff.extend([
        person(ZHAO, "赵师傅", "repair"),
        person(QIAN, "钱师傅", "repair"),
        person(SUN, "孙师傅", "安监部"),
    ]);
    play
}

/// A repair somebody rang about.
pub fn repair(play: &mut Play) -> TicketId {
    play.open(fields(RequestType::Repair, "灶具打不着"), &[])
}

pub fn person(id: &str) -> Owner {
    Owner::Staff(StaffId(id.into()))
}

pub fn team(id: &str) -> Owner {
    Owner::Department(id.into())
}

pub fn sent(ticket: TicketId, to: Owner) -> TicketCommand {
    TicketCommand::Dispatch { ticket, to, why: "带梯子".into() }
}

/// On duty, or off.
pub fn duty(play: &mut Play, who: &str, command: CrewCommand) {
    play.asked(who, &Command::Crew(command)).unwrap();
}

/// The sentence a command is refused with; nothing changes by it.
pub fn refused(play: &Play, who: &str, command: TicketCommand) -> String {
    let actor = Actor::Staff(StaffId(who.into()));
    let context = Context { state: &play.state, rules: &play.rules, staff: &play.staff, actor: &actor, now: play.now };
    decide(context, &Command::Ticket(command)).map(drop).expect_err("must be refused").words(Language::ZhHans)
}

/// The notices that ring or stand for a ticket now: `zhao notice_sent`, `#repair …`, `@supervisor …`; a ring has `!`.
pub fn open_notices(play: &Play, id: TicketId) -> Vec<String> {
    let line = |notice: &Notice| {
        let to = match &notice.to {
            Addressee::Staff(staff) => staff.0.clone(),
            Addressee::Role(role) => format!("@{role}"),
            Addressee::Department(department) => format!("#{department}"),
        };
        let key = notice.what.key.trim_start_matches("life.").trim_start_matches("order.");
        format!("{to} {key}{}", if notice.rings { "!" } else { "" })
    };
    play.state.notices.values().filter(|notice| notice.ticket == Some(id)).map(line).collect()
}

/// When it came to each stage of this round: `dispatched 10:05`.
pub fn times(play: &Play, id: TicketId) -> Vec<String> {
    play.ticket(id).times.iter().map(|(stage, at)| format!("{stage} {}", &local(*at)[11..])).collect()
}

/// Dispatched to a technician, accepted, driven to: on site.
pub fn on_site(play: &mut Play, id: TicketId, who: &str) {
    play.by("wang", sent(id, person(who))).unwrap();
    play.by(who, TicketCommand::Accept(id)).unwrap();
    play.advance(who, id, &[]).unwrap();
    play.advance(who, id, &[]).unwrap();
    assert_eq!(play.ticket(id).stage, "carried_out");
}
