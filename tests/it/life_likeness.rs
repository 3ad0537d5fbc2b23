//! The same matter again (R-REQ-3) and bursts (R-REQ-10): what is proposed, what is not, and that it works both ways.

use proptest::prelude::*;
use ringdesk::domain::command::TicketCommand as T;
use ringdesk::domain::likeness::{area, burst, duplicates};
use ringdesk::domain::phone::match_key;
use ringdesk::domain::ticket::Seal;
use ringdesk::domain::{RequestType, Ticket, TicketFields, TicketId};

use crate::life_rules::frame;
use crate::life_world::{MINUTE, World};

fn report(phone: &str, address: &str, subject: &str) -> TicketFields {
    TicketFields {
        kind: RequestType::Repair,
        phone: phone.into(),
        address: address.into(),
        subject: subject.into(),
        ..TicketFields::default()
    }
}

/// What is being typed.
fn typed(fields: &TicketFields) -> Ticket {
    Ticket { fields: fields.clone(), ..Ticket::default() }
}

/// What is proposed for the second while the first is there.
fn points(first: &TicketFields, second: &TicketFields) -> Option<u32> {
    let mut world = World::new(frame());
    world.must("wang", T::open(first.clone(), None));
    duplicates(&world.state, &world.rules, &typed(second), world.now).first().map(|likeness| likeness.points)
}

#[test]
fn one_number_written_in_many_ways() {
    let there = report("13800000001", "", "热水器打不着火");
    for phone in ["+86 138-0000-0001", "008613800000001", "013800000001", "１３８００００ ０００１", "8613800000001"]
    {
        assert!(points(&there, &report(phone, "", "热水器打不着")).is_some(), "{phone}");
    }
    let there = report("0571-88888801", "", "没气");
    for phone in ["0571 8888 8801", "(0571)88888801", "+86 0571 88888801"] {
        assert!(points(&there, &report(phone, "", "没气")).is_some(), "{phone}");
    }
}

#[test]
fn one_door_with_and_without_its_city() {
    let there = report("13800000001", "浙江省杭州市西湖区文三路１号2幢301", "热水器打不着火");
    for address in ["文三路1号2幢301", "西湖区 文三路1号 2幢-301", "杭州市西湖区文三路1号2幢301"]
    {
        assert!(points(&there, &report("", address, "热水器不着火")).is_some(), "{address}");
    }
    for address in ["文三路1号2幢302", "文二路1号2幢301", "301", ""] {
        assert_eq!(points(&there, &report("", address, "热水器不着火")), None, "{address}");
    }
    // The end of another number is another door.
    assert_eq!(points(&report("", "21号楼201", "没气"), &report("", "1号楼201", "没气")), None);
}

#[test]
fn a_subject_alone_or_a_number_alone_proposes_nothing() {
    let there = report("13800000001", "文三路1号", "热水器打不着火");
    assert_eq!(points(&there, &report("13900000002", "文二路9号", "热水器打不着火")), None);
    assert_eq!(points(&there, &report("", "", "热水器打不着火")), None);
    assert_eq!(points(&there, &report("13800000001", "", "账单多收")), None);
    assert!(points(&there, &report("13800000001", "", "打不着火热水器")).is_some());
    assert!(points(&there, &report("13800000001", "文三路1号", "账单多收")).is_some());
}

#[test]
fn what_is_merged_sealed_or_old_is_not_proposed() {
    let mut world = World::new(frame());
    let one = report("13800000001", "文三路1号", "没气");
    world.must("wang", T::open(one.clone(), None));
    world.must("wang", T::open(one.clone(), None));
    let seal = Some(Seal { nonce: vec![1], text: vec![2] });
    world.must("wang", T::Open { fields: one.clone(), card: [].into(), call: None, seal });
    let like = |world: &World, ticket: &Ticket| -> Vec<u64> {
        duplicates(&world.state, &world.rules, ticket, world.now).iter().map(|l| l.ticket.0).collect()
    };
    let found = |world: &World| like(world, &typed(&one));
    assert_eq!(found(&world), [2, 1]);
    assert_eq!(like(&world, &world.last[&TicketId(2)]), [1]);
    // A rehearsal is one matter with rehearsals only.
    assert_eq!(like(&world, &Ticket { rehearsal: true, ..typed(&one) }), [0u64; 0]);
    world.must("wang", T::Merge { ticket: TicketId(2), into: TicketId(1) });
    assert_eq!(found(&world), [1]);
    world.wait(30 * 24 * 60 * MINUTE);
    assert_eq!(found(&world), [1]);
    world.wait(MINUTE);
    assert_eq!(found(&world), [0u64; 0]);
}

#[test]
fn the_likeliest_of_ten_thousand_comes_first() {
    let mut world = World::new(frame());
    world.must("wang", T::open(report("13800000001", "文三路1号", "没气"), None));
    let one = world.last[&TicketId(1)].clone();
    for id in 2..=10_000u64 {
        let mut other = one.clone();
        other.id = TicketId(id);
        other.fields.phone = format!("139{id:08}");
        other.fields.address = format!("解放路{id}号");
        world.state.fold(&ringdesk::domain::Event::Ticket(Box::new(other)));
    }
    let wanted = report("13900000777", "解放路42号", "没气");
    let found = duplicates(&world.state, &world.rules, &typed(&wanted), world.now);
    assert_eq!(found.iter().map(|likeness| likeness.ticket.0).collect::<Vec<_>>(), [777, 42]);
}

#[test]
fn a_number_with_the_country_code_is_the_one_with_its_area_code() {
    for (one, other) in [
        ("+86 571 8888 1234", "0571-88881234"),
        ("+86 (0)571 8888 1234", "0571 8888 1234"),
        ("0086 10 8888 1234", "010-88881234"),
        ("+86 311 888 1234", "0311 8881234"),
        ("+86 138 0000 0001", "013800000001"),
        ("+86 400 820 1234", "400-820-1234"),
        ("+86 95598", "95598"),
    ] {
        assert_eq!(match_key(one), match_key(other));
    }
    for (one, other) in
        [("+86 571 8888 1234", "8888 1234"), ("+86 571 8888 1234", "0572 8888 1234"), ("010-13812345", "138-12345")]
    {
        assert_ne!(match_key(one), match_key(other));
    }
}

#[test]
fn a_burst_is_told_by_the_ticket_that_makes_it_full() {
    let mut world = World::new(frame());
    let told = |world: &World| world.state.notices.values().filter(|n| n.what.key == "life.notice_burst").count();
    for (count, door) in [(0, "1号"), (0, "28号"), (1, "3号"), (1, "9号")] {
        world.must("wang", T::open(report("", &format!("城东区解放路{door}"), "没气"), None));
        assert_eq!(told(&world), count);
        world.wait(MINUTE);
    }
    let last = &world.state.tickets[&TicketId(4)];
    let found = burst(&world.state, &world.rules, last, world.now).unwrap();
    assert_eq!(found.tickets, [1, 2, 3].map(TicketId));
    assert_eq!((found.area.as_str(), found.incident), ("城东区解放路", None));
    world.must("wang", T::open(report("", "城西区解放路1号", "没气"), None));
    let other = &world.state.tickets[&TicketId(5)];
    assert_eq!(burst(&world.state, &world.rules, other, world.now), None);
    // Half an hour later it is no burst any more, unless it was made an incident.
    let later = world.now.plus(31 * MINUTE);
    assert_eq!(burst(&world.state, &world.rules, &world.state.tickets[&TicketId(4)], later), None);
    world.must("chen", T::MakeIncident { ticket: TicketId(1), area: "解放路".into(), sentence: "正在抢修".into() });
    let found = burst(&world.state, &world.rules, &world.state.tickets[&TicketId(4)], later).unwrap();
    assert_eq!(found.incident, Some(TicketId(1)));
    assert_eq!(area("12号"), None);
    assert_eq!(area("解放路１２号").as_deref(), Some("解放路"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn likeness_is_symmetrical(
        phones in prop::array::uniform2("(\\+86)?1380000000[12]|[0-9]{0,3}"),
        addresses in prop::array::uniform2("(杭州市)?(文三路)?[12]{0,2}(号楼)?[12]{0,3}"),
        subjects in prop::array::uniform2("[没气热水器]{0,6}"),
    ) {
        let one = report(&phones[0], &addresses[0], &format!("报{}", subjects[0]));
        let other = report(&phones[1], &addresses[1], &format!("报{}", subjects[1]));
        prop_assert_eq!(points(&one, &other), points(&other, &one));
    }
}
