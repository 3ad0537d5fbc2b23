//! Several tickets at once: marked, asked once, done by the desk as a whole, taken back once.

use ringdesk::client::Heard;
use ringdesk::domain::command::{Command, TicketCommand};
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::rulebook::{DepartmentRule, TypeRule};
use ringdesk::domain::ticket::{Master, Objection};
use ringdesk::domain::*;
use ringdesk::tui::command::Effect;
use ringdesk::tui::layer::Layer;

use crate::console_kit::{Kit, LARGE, NOW, SMALL};
use crate::console_tickets::{happens, ticket};

/// A desk of ten tickets, mine all but three, where an escalation goes to a supervisor.
fn desk() -> Kit {
    let mut kit = Kit::new();
    let rules = &mut kit.welcome().rulebook;
    rules.departments.insert("repair".into(), DepartmentRule { name: "维修部".into(), ..Default::default() });
    rules.chains.insert("up".into(), vec!["supervisor".into()]);
    let plain = TypeRule { chain: "up".into(), ..TypeRule::plain().clone() };
    rules.types.insert(RequestType::Enquiry, plain);
    happens(&mut kit, (1..=10).map(|id| ticket(id, "单", id as i64 * 10)));
    let theirs = |id| Ticket { owner: Owner::Staff(StaffId("8002".into())), ..ticket(id, "单", id as i64 * 10) };
    happens(&mut kit, [theirs(8), theirs(9)]);
    let repair = Ticket { owner: Owner::Department("repair".into()), ..ticket(10, "单", 100) };
    happens(&mut kit, [repair]);
    kit.keys("alt-4 3");
    kit
}

/// The desk decides what was sent, and says what became of it.
fn desk_works(kit: &mut Kit) -> Result<(), String> {
    let command = kit.sent().last().map(|command| (*command).clone()).unwrap();
    let request = kit.effects.iter().rposition(|effect| matches!(effect, Effect::Send(_))).unwrap() as u64 + 1;
    let welcome = kit.welcome().clone();
    let actor = Actor::Staff(StaffId("8001".into()));
    let state = kit.state().clone();
    let context = Context {
        state: &state,
        rules: &welcome.rulebook,
        staff: &welcome.staff,
        actor: &actor,
        now: NOW.plus(60_000),
    };
    match decide(context, &command) {
        Ok(decision) => {
            kit.happens(decision.events);
            kit.model.hear(Heard::Done(request, decision.made));
            Ok(())
        }
        Err(why) => {
            let words = kit.model.words(&why);
            kit.model.hear(Heard::Refused(request, why));
            Err(words)
        }
    }
}

/// What of the tickets may not change by doing something and taking it back.
fn lasting(kit: &mut Kit) -> Vec<Ticket> {
    let same = |ticket: &Ticket| Ticket {
        hand_overs: 0,
        assigned_at: NOW,
        changed_at: NOW,
        lines: 0,
        version: 0,
        ..ticket.clone()
    };
    kit.state().tickets.values().map(same).collect()
}

fn owners(kit: &mut Kit) -> Vec<String> {
    kit.state().tickets.values().map(|ticket| ticket.owner.to_string()).collect()
}

#[test]
fn marked_ones_are_given_away_after_one_question_and_come_back_as_they_were() {
    let mut kit = desk();
    let (before, first) = (lasting(&mut kit), owners(&mut kit));
    kit.keys("home space space down down space end space");
    let text = kit.text(SMALL);
    assert!(text.contains("已选 4") && text.contains(" *"), "{text}");
    kit.keys("B y").types("李四").keys("enter");
    let text = kit.text(SMALL);
    assert!(text.contains("把 4 张工单派给 李四") && text.contains("可以撤销一次"), "{text}");
    assert!(kit.sent().is_empty(), "asked first");
    kit.keys("enter");
    let Some(Command::Ticket(TicketCommand::Each(each))) = kit.sent().first().copied() else {
        panic!("{:?}", kit.sent())
    };
    assert_eq!(each.len(), 4);
    desk_works(&mut kit).unwrap();
    assert!(kit.notice().contains("4 张已派给 李四"), "{}", kit.notice());
    assert!(kit.model.tickets.marks.is_empty());
    assert_eq!(owners(&mut kit).iter().filter(|owner| *owner == "8002").count(), 6);
    kit.keys("B u");
    desk_works(&mut kit).unwrap();
    assert_eq!(owners(&mut kit), first);
    assert_eq!(lasting(&mut kit), before);
    kit.keys("B u");
    assert!(kit.notice().contains("没有可撤销"), "once: {}", kit.notice());
}

#[test]
fn taking_back_leaves_alone_what_somebody_changed_since() {
    let mut kit = desk();
    kit.keys("A B y").types("维修部").keys("enter enter");
    desk_works(&mut kit).unwrap();
    let taken = Ticket { owner: Owner::Staff(StaffId("8002".into())), ..kit.state().tickets[&TicketId(1)].clone() };
    happens(&mut kit, [taken]);
    kit.keys("B u");
    desk_works(&mut kit).unwrap();
    assert!(kit.notice().contains("已撤销 8 张") && kit.notice().contains("1 张"), "{}", kit.notice());
    let owners = owners(&mut kit);
    assert_eq!(owners[0], "8002", "what a colleague did stays");
    assert_eq!((owners[1].as_str(), owners[7].as_str(), owners[9].as_str()), ("8001", "8002", "department:repair"));
}

#[test]
fn calling_off_the_question_does_nothing_and_keeps_the_marks() {
    let mut kit = desk();
    kit.keys("A B y").types("李四").keys("enter esc");
    assert!(kit.sent().is_empty());
    assert_eq!(kit.model.tickets.marks.len(), 10);
    kit.keys("U");
    assert!(kit.model.tickets.marks.is_empty());
}

#[test]
fn an_objection_that_ends_with_it_is_said_before() {
    let mut kit = desk();
    let objected = Ticket { objection: Some(Objection::default()), ..ticket(1, "单", 10) };
    happens(&mut kit, [objected]);
    kit.keys("A B y").types("李四").keys("enter");
    assert!(kit.text(SMALL).contains("退单作废"), "{}", kit.text(SMALL));
}

#[test]
fn notes_and_escalations_say_that_they_last() {
    let mut kit = desk();
    kit.keys("home space space B o").types("已电话说明").keys("enter");
    let text = kit.text(LARGE);
    assert!(text.contains("给 2 张工单加备注：已电话说明") && text.contains("不能撤销"), "{text}");
    kit.keys("enter");
    desk_works(&mut kit).unwrap();
    kit.keys("space B s").types("等得太久").keys("enter enter");
    desk_works(&mut kit).unwrap();
    assert_eq!(kit.state().tickets.values().filter(|ticket| ticket.level == 1).count(), 1);
    kit.keys("B u");
    assert!(kit.notice().contains("没有可撤销"), "{}", kit.notice());
}

#[test]
fn they_are_attached_to_an_incident_and_come_back_to_the_one_they_had() {
    let mut kit = desk();
    let master = |id, area: &str| Ticket {
        master: Some(Master { area: area.into(), ..Master::default() }),
        ..ticket(id, "停气", 500)
    };
    let had = Ticket { incident: Some(TicketId(21)), ..ticket(1, "单", 10) };
    happens(&mut kit, [master(20, "城东"), master(21, "城西"), had]);
    let before = lasting(&mut kit);
    kit.keys("home space space B i").types("城东").keys("enter");
    assert!(kit.text(SMALL).contains("把 2 张工单挂到主事件"), "{}", kit.text(SMALL));
    kit.keys("enter");
    desk_works(&mut kit).unwrap();
    assert_eq!(kit.state().tickets.values().filter(|ticket| ticket.incident == Some(TicketId(20))).count(), 2);
    kit.keys("B u");
    desk_works(&mut kit).unwrap();
    assert_eq!(lasting(&mut kit), before);
}

#[test]
fn one_refusal_changes_nothing_and_the_marks_stay() {
    let mut kit = desk();
    kit.welcome().rulebook.chains.clear();
    let before = lasting(&mut kit);
    kit.keys("A B s").types("催").keys("enter enter");
    let why = desk_works(&mut kit).unwrap_err();
    assert!(kit.notice() == why && why.contains("上报层级"), "{why}");
    assert_eq!((lasting(&mut kit), kit.model.tickets.marks.len()), (before, 10));
}

#[test]
fn more_than_the_desk_takes_at_once_is_refused_in_words() {
    let mut kit = desk();
    happens(&mut kit, (100..400).map(|id| ticket(id, "单", 900)));
    kit.keys("A");
    assert!(kit.notice().contains("200") && kit.notice().contains("310"), "{}", kit.notice());
    kit.keys("B y");
    assert!(kit.model.layers.is_empty() && kit.notice().contains("200"), "{}", kit.notice());
}

#[test]
fn marks_out_of_sight_are_named_before_anything_is_done_with_them() {
    let mut kit = desk();
    kit.keys("A 1 B y").types("李四").keys("enter");
    let text = kit.text(SMALL);
    assert!(text.contains("10 张") && text.contains("其中 3 张不在现在的列表里"), "{text}");
    assert!(matches!(kit.model.layers.last(), Some(Layer::Sure(_))));
}

#[test]
fn without_marks_nothing_is_done() {
    let mut kit = desk();
    for keys in ["B y", "B s", "B o", "B i"] {
        kit.keys(keys);
        assert!(kit.notice().contains("先选中"), "{keys}: {}", kit.notice());
    }
}
