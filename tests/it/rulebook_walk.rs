//! Every type of every shipped rulebook is walked on the desk, its screens filled with whatever they allow: no ticket gets
//! stuck, and each comes to its end.

use std::collections::BTreeMap;

use ringdesk::config::RULEBOOKS;
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::rulebook::{FOLLOWED_UP, FieldKind, FieldUse};
use ringdesk::domain::ticket::Ticket;
use ringdesk::domain::{RequestType, TicketFields};

use crate::play::Play;

/// A row of numbers that is the same every time.
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// Something that may stand in a field. Late in a walk the choices that settle the matter.
fn value(play: &Play, field: &str, dice: &mut Dice, late: bool) -> String {
    let Some(rule) = play.rules.fields.get(field) else { return "写了".into() };
    match &rule.kind {
        FieldKind::Choice(choices) => {
            let first = late && !["told_how", "answer_by"].contains(&field);
            choices[if first { 0 } else { dice.roll(choices.len()) }].id.clone()
        }
        FieldKind::YesNo => ["yes", "no"][dice.roll(2)].into(),
        FieldKind::Number { least, .. } => least.unwrap_or(1).max(1).to_string(),
        FieldKind::Date => "2026-03-20".into(),
        FieldKind::Moment => "2026-03-20 10:00".into(),
        FieldKind::Phone => "13800000000".into(),
        FieldKind::Department => {
            let departments: Vec<&String> = play.rules.departments.keys().collect();
            departments[dice.roll(departments.len())].clone()
        }
        FieldKind::Text | FieldKind::Long | FieldKind::Person | FieldKind::Reference => "写了".into(),
    }
}

/// What a screen demands, one field after the other, for what is filled may demand more.
pub fn fill(play: &Play, uses: &[FieldUse], known: &Ticket, dice: &mut Dice, late: bool) -> BTreeMap<String, String> {
    let mut filled: BTreeMap<String, String> = BTreeMap::new();
    let anew = |field: &str| ["progress", "verdict", "rectified"].contains(&field);
    loop {
        let value_of = |field: &str| filled.get(field).map_or_else(|| known.value(field), String::as_str);
        let missing = uses.iter().find(|one| {
            one.need.holds(value_of)
                && (value_of(&one.field).is_empty() || (anew(&one.field) && !filled.contains_key(&one.field)))
        });
        let Some(missing) = missing else { return filled };
        filled.insert(missing.field.clone(), value(play, &missing.field, dice, late));
    }
}

fn walk(book: &str, kind: RequestType, seed: u64) {
    let mut dice = Dice(seed);
    let mut play = Play::new(book, "2026-03-02 09:30");
    let fields =
        TicketFields { kind, subject: "有事".into(), phone: "13800000000".into(), ..TicketFields::default() };
    let form = play.rules.kind(kind).form.clone();
    let blank = Ticket { fields: fields.clone(), ..Ticket::default() };
    let card = fill(&play, &form, &blank, &mut dice, false);
    let card: Vec<(&str, &str)> = card.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
    let id = play.open(fields, &card);
    for item in play.rules.kind(kind).emergency.clone().into_iter().flat_map(|plan| plan.tell) {
        let told = TicketCommand::Tick { ticket: id, item: item.id, done: true, note: String::new() };
        play.by("boss", told).unwrap();
    }
    for step in 0..60 {
        let ticket = play.ticket(id).clone();
        if !ticket.is_open() {
            assert!(ticket.told.iter().any(|told| told.last), "{book} {kind:?} {seed} ended untold");
            assert!(ticket.clocks.iter().all(|clock| !clock.is_open()), "{book} {kind:?} {seed}");
            assert!(!ticket.clocks.is_empty(), "{book} {kind:?} {seed} had no clock");
            return;
        }
        let stage = play.rules.kind(kind).stage(&ticket.stage).unwrap().clone();
        let filled = fill(&play, &stage.fields, &ticket, &mut dice, step > 12);
        let filled: Vec<(&str, &str)> = filled.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
        let done = play.advance("boss", id, &filled);
        let written = filled.iter().any(|(field, how)| *field == "told_how" && ["letter", "message"].contains(how));
        if stage.id == FOLLOWED_UP && written && !ticket.wants_letter() && !ticket.is_anonymous() {
            assert_eq!(done, Err("debt.not_in_writing".into()), "{book} {} {seed}", kind.code());
            continue;
        }
        assert_eq!(done, Ok(()), "{book} {} {seed}: {} with {filled:?}", kind.code(), stage.id);
    }
    panic!("{book} {} {seed}: still {} after sixty steps", kind.code(), play.ticket(id).stage);
}

#[test]
fn every_type_of_every_rulebook_comes_to_its_end() {
    for (book, _) in RULEBOOKS {
        for kind in RequestType::ALL {
            for seed in 1..=3 {
                walk(book, kind, seed);
            }
        }
    }
}
