//! The life of a ticket on the console: its form by the rulebook, danger, duplicates, stages, its page and its keys.

use std::collections::BTreeMap;

use ringdesk::client::{Answer, Heard};
use ringdesk::domain::command::{Command, TicketCommand};
use ringdesk::domain::rulebook::*;
use ringdesk::domain::ticket::{ExtensionAsked, FieldChange, Informant, Master, Objection, Seal, TellHow};
use ringdesk::domain::typed::Typing;
use ringdesk::domain::*;
use ringdesk::text::{Ambiguous, Language, width};
use ringdesk::tui::command::{About, Effect};
use ringdesk::tui::form::store::{DraftFile, DraftStore, Kept};
use ringdesk::tui::form::{Drafts, Field};
use ringdesk::tui::words;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, due, ringing};

fn choice(ids: &[(&str, &str)]) -> FieldKind {
    let rule = |(id, name): &(&str, &str)| ChoiceRule { id: (*id).into(), name: Some((*name).into()) };
    FieldKind::Choice(ids.iter().map(rule).collect())
}

fn uses(fields: &[(&str, Need)]) -> Vec<FieldUse> {
    fields.iter().map(|(field, need)| FieldUse { field: (*field).into(), need: need.clone() }).collect()
}

fn way(to: &str, when: &[(&str, &str)]) -> MoveRule {
    let tests = when.iter().map(|(field, value)| Test::Is((*field).into(), vec![(*value).into()]));
    MoveRule { to: to.into(), when: Condition(tests.collect()), ..MoveRule::default() }
}

fn item(id: &str, name: &str) -> Item {
    Item { id: id.into(), name: name.into(), phone: String::new() }
}

/// A complaint of four stages, an emergency with its plan, and everything that forms may ask.
fn rules() -> Rulebook {
    let field = |id: &str, name: &str, kind: FieldKind| {
        (id.to_owned(), FieldRule { name: Some(name.into()), kind, article: "t".into() })
    };
    let fields = BTreeMap::from([
        field("channel", "来源", choice(&[("phone", "来电"), ("visit", "来访")])),
        field("on", "发生日", FieldKind::Date),
        field("loss", "损失", FieldKind::Number { least: Some(0), most: None, unit: "元".into() }),
        field("against", "被投诉人", FieldKind::Person),
        field("where", "责任部门", FieldKind::Department),
        field("validity", "是否有效", choice(&[("valid", "有效投诉"), ("invalid", "无效投诉")])),
        field("opinion", "意见", FieldKind::Long),
        field("extra", "补充", FieldKind::Long),
        field("meter", "表号", FieldKind::Text),
    ]);
    let when = |field: &str, value: &str| Need::When(Condition(vec![Test::Is(field.into(), vec![value.into()])]));
    let stage = |id: &str, name: &str, fields: Vec<FieldUse>, moves: Vec<MoveRule>| StageRule {
        id: id.into(),
        name: Some(name.into()),
        fields,
        moves,
        ..StageRule::default()
    };
    let complaint = TypeRule {
        form: uses(&[
            ("channel", Need::Always),
            ("on", Need::Free),
            ("loss", Need::Free),
            ("against", Need::Free),
            ("where", Need::Free),
            ("extra", Need::Free),
        ]),
        stages: vec![
            stage("registered", "登记", uses(&[("against", Need::Always)]), vec![way("judged", &[])]),
            StageRule {
                by: vec!["head".into()],
                ..stage(
                    "judged",
                    "判定",
                    uses(&[
                        ("validity", Need::Always),
                        ("opinion", when("validity", "invalid")),
                        ("where", when("validity", "valid")),
                    ]),
                    vec![way("filed", &[("validity", "invalid")]), way("registered", &[])],
                )
            },
            stage("filed", "归档", Vec::new(), Vec::new()),
        ],
        ..TypeRule::default()
    };
    let emergency = TypeRule {
        form: uses(&[("meter", Need::Always)]),
        emergency: Some(EmergencyRule {
            script: vec!["开窗通风".into(), "不动开关".into()],
            checklist: vec![item("out", "人已离开"), item("sent", "抢险已派")],
            tell: vec![item("boss", "值班经理")],
            article: "t".into(),
        }),
        ..TypeRule::plain().clone()
    };
    Rulebook {
        danger_words: vec!["煤气味".into(), "冒烟".into()],
        fields,
        types: BTreeMap::from([(RequestType::Complaint, complaint), (RequestType::Emergency, emergency)]),
        departments: BTreeMap::from([(
            "repair".to_owned(),
            DepartmentRule { name: "维修部".into(), ..DepartmentRule::default() },
        )]),
        roles: BTreeMap::from([("head".to_owned(), RoleRule { name: "部门经理".into(), ..RoleRule::default() })]),
        scripts: BTreeMap::from([("complaint".to_owned(), vec!["先道歉，再问经过".to_owned()])]),
        ..Rulebook::default()
    }
}

fn kit() -> Kit {
    let mut kit = Kit::new();
    kit.welcome().rulebook = rules();
    kit
}

fn ticket(id: u64, kind: RequestType, subject: &str) -> Ticket {
    Ticket {
        id: TicketId(id),
        fields: TicketFields {
            kind,
            subject: subject.into(),
            phone: "13800001234".into(),
            name: "王五".into(),
            ..TicketFields::default()
        },
        stage: "registered".into(),
        round: 1,
        owner: Owner::Staff(StaffId("8001".into())),
        first_receiver: StaffId("8002".into()),
        opened_at: NOW.plus(-60_000),
        clocks: due(NOW.plus(3_600_000 * 5)),
        version: 1,
        ..Ticket::default()
    }
}

fn shows(kit: &mut Kit, ticket: &Ticket) {
    kit.happens(vec![Event::Ticket(Box::new(ticket.clone()))]);
}

fn draft(kit: &Kit) -> &ringdesk::tui::form::Draft {
    kit.model.drafts.open().unwrap()
}

/// A complaint's form with its kind chosen and its subject typed; the caret is in the subject.
fn complaint(kit: &mut Kit, subject: &str) {
    kit.keys("F3").types(subject).keys("shift-tab").types("t").keys("tab");
    assert_eq!(draft(kit).fields.kind, RequestType::Complaint);
}

fn last(kit: &Kit) -> &TicketCommand {
    match kit.sent().last() {
        Some(Command::Ticket(command)) => command,
        other => panic!("{other:?}"),
    }
}

/// The number under which the last command was sent.
fn request(kit: &Kit) -> u64 {
    kit.effects.iter().rposition(|effect| matches!(effect, Effect::Send(_))).unwrap() as u64 + 1
}

#[test]
fn the_form_asks_what_the_kind_asks_and_sends_no_more() {
    let mut kit = kit();
    complaint(&mut kit, "态度差");
    assert!(kit.text(LARGE).contains("来源*"), "{}", kit.text(LARGE));
    // Down to the source: chosen by its figure; the date typed short; the number; the person by sound; the department.
    kit.model.drafts.go_to(Field::of("channel"));
    kit.types("2").keys("tab").types("20").keys("tab").types("12.5").keys("tab");
    assert_eq!(draft(&kit).card["on"], "2026-11-20");
    kit.types("ls").keys("enter tab").keys("right");
    let card = draft(&kit).card.clone();
    assert_eq!(
        (card["channel"].as_str(), card["against"].as_str(), card["where"].as_str()),
        ("visit", "8002", "repair")
    );
    let text = kit.text(LARGE);
    for shown in ["来访", "2026-11-20", "12.5", "元", "李四", "维修部"] {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
    // Another kind asks nothing of it: kept, not shown, not sent.
    kit.model.drafts.go_to(Field::Kind);
    kit.types("z");
    assert_ne!(draft(&kit).fields.kind, RequestType::Complaint);
    assert!(!kit.text(LARGE).contains("来访"));
    assert_eq!(draft(&kit).card, card);
    kit.keys("ctrl-s");
    assert!(matches!(last(&kit), TicketCommand::Open { card, .. } if card.is_empty()), "{:?}", last(&kit));
}

#[test]
fn what_is_missing_is_said_before_and_refused_in_words() {
    let mut kit = kit();
    complaint(&mut kit, "态度差");
    assert!(kit.text(SMALL).contains("还缺：来源"), "{}", kit.text(SMALL));
    kit.keys("ctrl-s");
    assert!(kit.sent().is_empty() && kit.notice().contains("来源"), "{}", kit.notice());
    assert_eq!(draft(&kit).field, Field::of("channel"), "the caret goes there");
    kit.types("1").keys("ctrl-s");
    assert!(matches!(last(&kit), TicketCommand::Open { card, .. } if card["channel"] == "phone"));
}

#[test]
fn the_caret_is_always_in_sight_and_signs_say_what_is_not() {
    let mut kit = kit();
    complaint(&mut kit, "态度差");
    let shown = draft(&kit).shown(&rules());
    assert_eq!(shown.len(), 14);
    for _ in &shown {
        let label = rules().field_word(draft(&kit).field.id()).words(Language::ZhHans);
        for size in [SMALL, (60, 16)] {
            let (_, caret) = kit.buffer(size);
            let rows = kit.rows(size);
            let row = &rows[usize::from(caret.unwrap().1)];
            let first = rows.iter().position(|row| row.contains(&format!(">{label}")));
            assert!(first.is_some_and(|first| first <= usize::from(caret.unwrap().1)), "{label}: {row}");
        }
        kit.keys("tab");
    }
    let text = kit.text(SMALL);
    assert!(text.contains('▼') && !text.contains('▲'), "back on top\n{text}");
    kit.keys("shift-tab shift-tab");
    let text = kit.text(SMALL);
    assert!(text.contains('▲') && !text.contains('▼'), "{text}");
}

#[test]
fn a_danger_word_raises_it_at_once_and_one_key_takes_it_back() {
    let mut kit = kit();
    kit.keys("F3").types("楼道有煤气");
    assert_eq!(draft(&kit).fields.kind, RequestType::Enquiry);
    kit.types("味");
    assert_eq!(draft(&kit).fields.kind, RequestType::Emergency);
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for shown in ["开窗通风", "110", "119", "120", "煤气味"] {
            assert!(text.contains(shown), "{size:?} {shown}\n{text}");
        }
    }
    kit.types("很浓").keys("alt-0");
    assert_eq!(
        (draft(&kit).fields.kind, draft(&kit).fields.subject.as_str()),
        (RequestType::Enquiry, "楼道有煤气味很浓")
    );
    kit.types("吗");
    assert_eq!(draft(&kit).fields.kind, RequestType::Enquiry, "the same word is not raised again");
    kit.keys("tab").types("还冒烟");
    assert_eq!(draft(&kit).fields.kind, RequestType::Emergency, "another is");
    kit.model.drafts.go_to(Field::Kind);
    kit.keys("right").keys("tab tab").types("!");
    assert_ne!(draft(&kit).fields.kind, RequestType::Emergency, "what was chosen after it stands");
}

#[test]
fn a_gas_leak_is_saved_with_its_words_and_one_key() {
    let mut kit = kit();
    kit.keys("F3").types("煤气味").keys("tab").types("人民路8号").keys("ctrl-s");
    match last(&kit) {
        TicketCommand::Open { fields, .. } => {
            assert_eq!((fields.kind, fields.address.as_str()), (RequestType::Emergency, "人民路8号"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_it_may_already_be_is_said_and_merged_with_one_key() {
    let mut kit = kit();
    let mut there = ticket(1042, RequestType::Repair, "没有热水");
    there.fields.address = "人民路8号".into();
    shows(&mut kit, &there);
    kit.keys("F3").types("没有热水");
    kit.model.drafts.go_to(Field::Phone);
    kit.types("13800001234");
    let spoken = TicketId(1042).spoken();
    let text = kit.text(SMALL);
    assert!(text.contains(&format!("可能重复：{spoken}")) && text.contains("同号码"), "{text}");
    kit.keys("alt-j");
    assert!(kit.text(SMALL).contains("王五") && draft(&kit).fields.subject == "没有热水", "seen beside");
    kit.keys("esc alt-h");
    assert!(matches!(last(&kit), TicketCommand::Open { .. }));
    let saving = request(&kit);
    let effects = kit.model.hear(Heard::Done(saving, Made::Ticket(TicketId(1050))));
    let merge = effects.into_iter().find_map(|effect| match effect {
        Effect::Send(envelope) => Some(envelope),
        _ => None,
    });
    let merge = merge.unwrap();
    assert!(merge.id != 0 && matches!(merge.about, About::Owed));
    let wanted = TicketCommand::Merge { ticket: TicketId(1050), into: TicketId(1042) };
    assert_eq!(merge.command, Command::Ticket(wanted));
    // A console that dies here owes it still, and the next one with the same drafts knows.
    let kept: Kept = kit.model.drafts.to_keep().unwrap().clone();
    let again: Kept = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
    let mut drafts = Drafts::default();
    drafts.take_in(again);
    assert_eq!(drafts.owed().len(), 1);
    kit.model.note_sent(Some(900), merge);
    kit.model.hear(Heard::Done(900, Made::Nothing));
    assert!(kit.model.drafts.owed().is_empty() && kit.notice().contains("已归并"), "{}", kit.notice());
}

#[test]
fn another_matter_is_not_shown_again_and_an_incident_has_its_sentence() {
    let mut kit = kit();
    let mut there = ticket(1042, RequestType::Enquiry, "停气了");
    there.fields.address = "人民路小区3栋".into();
    there.master =
        Some(Master { area: "人民路".into(), sentence: "抢修到今晚八点".into(), ..Master::default() });
    shows(&mut kit, &there);
    kit.keys("F3").types("停气了");
    kit.model.drafts.go_to(Field::Address);
    kit.types("人民路小区3栋");
    assert!(
        kit.text(MIDDLE).contains("可能重复") && kit.text(MIDDLE).contains("抢修到今晚八点"),
        "{}",
        kit.text(MIDDLE)
    );
    kit.keys("ctrl-t");
    let saving = request(&kit);
    let effects = kit.model.hear(Heard::Done(saving, Made::Ticket(TicketId(7))));
    let attach = TicketCommand::Attach { ticket: TicketId(7), incident: TicketId(1042) };
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Send(e) if e.command == Command::Ticket(attach.clone())))
    );
    kit.keys("F3").types("停气了");
    kit.model.drafts.go_to(Field::Address);
    kit.types("人民路小区3栋").keys("alt-b");
    assert!(!kit.text(MIDDLE).contains("可能重复"), "{}", kit.text(MIDDLE));
}

#[test]
fn a_stage_has_one_screen_and_one_key() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Complaint, "态度差");
    one.stage = "judged".into();
    one.card.insert("opinion".into(), "已问过".into());
    shows(&mut kit, &one);
    kit.keys("alt-4 m");
    let text = kit.text(SMALL);
    assert!(text.contains(&format!("投诉 {} · 判定", TicketId(1042).spoken())), "{text}");
    assert!(text.contains("已问过") && text.contains("由部门经理办"), "prefilled, and who may\n{text}");
    assert!(text.contains("还缺：是否有效") && text.contains("态度差"), "{text}");
    kit.types("1");
    assert!(kit.text(SMALL).contains("还缺：责任部门"), "{}", kit.text(SMALL));
    kit.types("w");
    let text = kit.text(SMALL);
    assert!(!text.contains("还缺") && text.contains("意见*"), "{text}");
    kit.keys("ctrl-s");
    let change = FieldChange { field: "validity".into(), from: String::new(), to: "invalid".into() };
    let wanted = TicketCommand::Advance { ticket: TicketId(1042), from: "judged".into(), changes: vec![change] };
    assert_eq!(last(&kit), &wanted);
    let sent = request(&kit);
    kit.model.hear(Heard::Refused(sent, ringdesk::text::Say::new("refused.note_empty")));
    assert_eq!(draft(&kit).card["validity"], "invalid", "refused, and nothing is lost");
    kit.keys("ctrl-s");
    let sent = kit.effects.iter().rposition(|effect| matches!(effect, Effect::Send(_))).unwrap() as u64 + 1;
    kit.model.hear(Heard::Done(sent, Made::Nothing));
    assert!(kit.model.drafts.open().is_none(), "done with");
}

#[test]
fn a_stages_screen_meets_a_colleague_and_outlives_the_console() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Complaint, "态度差");
    one.stage = "judged".into();
    shows(&mut kit, &one);
    kit.keys("alt-4 m").types("2").keys("tab").types("我的意见");
    one.version = 2;
    one.card = BTreeMap::from([("validity".into(), "valid".into()), ("where".into(), "repair".into())]);
    shows(&mut kit, &one);
    let card = &draft(&kit).card;
    assert_eq!((card["validity"].as_str(), card["where"].as_str()), ("invalid", "repair"));
    assert_eq!(card["opinion"], "我的意见");
    let text = kit.text(SMALL);
    assert!(text.contains("无效投诉") && text.contains("有效投诉") && text.contains("对方改为"), "both\n{text}");
    let dir = tempfile::tempdir().unwrap();
    DraftFile::of(dir.path(), "8001").save(kit.model.drafts.to_keep().unwrap()).unwrap();
    let kept = DraftFile::of(dir.path(), "8001").load().unwrap();
    let back = kept.open.unwrap();
    assert_eq!((back.advance.as_deref(), back.card["opinion"].as_str()), (Some("judged"), "我的意见"));
    assert_eq!(back.theirs[&Field::of("validity")], "valid");
    kit.keys("shift-tab alt-v");
    assert_eq!(draft(&kit).card["validity"], "valid");
    // It went on meanwhile: said on the screen, before it is tried.
    one.version = 3;
    one.stage = "registered".into();
    shows(&mut kit, &one);
    assert!(kit.text(SMALL).contains("已到「登记」"), "{}", kit.text(SMALL));
}

#[test]
fn drafts_of_the_version_before_still_load() {
    let old = r#"{"open":{"id":3,"call":null,"rehearsal":false,"fields":{"kind":"Repair","subject":"水管","detail":"",
        "demand":"","name":"","phone":"","address":"","team":""},"base":{"kind":"Enquiry","subject":"","detail":"",
        "demand":"","name":"","phone":"","address":"","team":""},"edits":null,"theirs":{"Subject":"漏水"},"command":9,
        "stage":"Open","field":"Detail"},"parked":[]}"#;
    let kept: Kept = serde_json::from_str(old).unwrap();
    let draft = kept.open.unwrap();
    assert_eq!((draft.field, draft.theirs[&Field::Subject].as_str()), (Field::Detail, "漏水"));
    assert_eq!(draft.fields.subject, "水管");
}

fn line(number: u32, what: Happened) -> TicketLine {
    let by = Actor::Staff(StaffId("8002".into()));
    TicketLine { ticket: TicketId(1042), number, at: NOW.plus(-60_000), by, what }
}

#[test]
fn the_page_shows_all_of_it_and_grows_while_it_is_open() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Complaint, "态度差");
    one.card = BTreeMap::from([("channel".into(), "visit".into()), ("validity".into(), "valid".into())]);
    one.reports = vec![TicketId(1043)];
    one.hand_overs = 2;
    one.clocks[0].due.provisional = true;
    let mut report = ticket(1043, RequestType::Complaint, "也是");
    report.merged = Some(ringdesk::domain::ticket::Merge { into: TicketId(1042), at: NOW, by: StaffId::default() });
    report.fields.phone = "13900000000".into();
    shows(&mut kit, &report);
    shows(&mut kit, &one);
    kit.keys("alt-4 enter");
    let asked = kit.effects.iter().rposition(|effect| matches!(effect, Effect::Ask(..))).unwrap();
    assert!(matches!(&kit.effects[asked], Effect::Ask(ringdesk::client::Query::TicketLines(TicketId(1042)), _)));
    let Effect::Ask(_, question) = kit.effects.remove(asked) else { unreachable!() };
    kit.model.note_asked(77, question);
    let edited = FieldChange { field: "validity".into(), from: "invalid".into(), to: "valid".into() };
    let lines = vec![line(0, Happened::Registered(None)), line(1, Happened::Edited(vec![edited]))];
    kit.model.hear(Heard::Answer(77, Box::new(Answer::TicketLines(lines))));
    let text = kit.text(LARGE);
    for shown in ["投诉", "登记", "转手 2 次", "李四", "暂定", "来访", "有效投诉", "13900000000", "还没告知"]
    {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
    assert!(text.contains("是否有效：无效投诉 → 有效投诉"), "{text}");
    kit.happens(vec![Event::TicketLine(Box::new(line(2, Happened::Note("刚写的".into()))))]);
    assert!(kit.text(LARGE).contains("备注：刚写的"), "{}", kit.text(LARGE));
    // On a small screen it scrolls, and says how much there is.
    let text = kit.text(SMALL);
    assert!(text.contains('▼') && !text.contains("刚写的"), "{text}");
    kit.keys("end");
    let text = kit.text(SMALL);
    assert!(text.contains('▲') && !text.contains('▼') && text.contains("刚写的"), "{text}");
    kit.model.hear(Heard::Looking(TicketId(1042), vec![StaffId("8002".into())]));
    assert!(kit.text(LARGE).contains("也在看：李四"));
}

#[test]
fn hostile_text_breaks_no_column() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Complaint, "\u{202e}abc\u{1b}[31m\u{7}漏\u{200d}水");
    one.card.insert("extra".into(), "一\n二\u{0}三".repeat(40));
    shows(&mut kit, &one);
    kit.keys("alt-4 enter");
    for size in [SMALL, MIDDLE, LARGE] {
        for row in kit.rows(size) {
            assert_eq!(width(&row, Ambiguous::Narrow), usize::from(size.0), "{row:?}");
            assert!(!row.contains('\u{1b}') && !row.contains('\u{202e}'), "{row:?}");
        }
    }
    kit.keys("e");
    for size in [SMALL, MIDDLE, LARGE] {
        assert!(kit.rows(size).iter().all(|row| width(row, Ambiguous::Narrow) == usize::from(size.0)));
    }
}

#[test]
fn an_emergencys_list_is_ticked_with_figures() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Emergency, "煤气味");
    shows(&mut kit, &one);
    kit.keys("alt-4 enter");
    assert!(kit.text(LARGE).contains("抢险已派") && kit.text(LARGE).contains("值班经理"));
    kit.keys("2");
    let tick =
        |item: &str, done| TicketCommand::Tick { ticket: TicketId(1042), item: item.into(), done, note: String::new() };
    assert_eq!(last(&kit), &tick("sent", true));
    one.ticks.insert(
        "sent".into(),
        ringdesk::domain::ticket::Tick { at: NOW, by: StaffId("8002".into()), note: "三班".into() },
    );
    shows(&mut kit, &one);
    assert!(kit.text(LARGE).contains("李四 三班"), "{}", kit.text(LARGE));
    kit.keys("2");
    assert_eq!(last(&kit), &tick("sent", false));
}

#[test]
fn each_command_asks_only_what_is_needed() {
    let id = TicketId(1042);
    let clock = || "answer".to_owned();
    let tomorrow = NOW.plus(86_400_000);
    let text = |text: &str| text.to_owned();
    let cases: Vec<(&str, &[&str], TicketCommand)> = vec![
        ("o", &["电话打过"], TicketCommand::Note { ticket: id, text: text("电话打过") }),
        ("y", &["wxb"], TicketCommand::Assign { ticket: id, to: Owner::Department("repair".into()), why: text("") }),
        (
            "u",
            &["正在修", ""],
            TicketCommand::Tell { ticket: id, how: TellHow::Phone, what: text("正在修"), call: None },
        ),
        ("f", &["修好了", "sm"], TicketCommand::File { ticket: id, outcome: text("修好了"), how: TellHow::Visit }),
        ("v s", &["太久"], TicketCommand::Escalate { ticket: id, why: text("太久") }),
        ("v t", &["不归我"], TicketCommand::Object { ticket: id, why: text("不归我") }),
        (
            "v y",
            &["+1d", "等件"],
            TicketCommand::AskExtension { ticket: id, clock: clock(), until: tomorrow, why: text("等件") },
        ),
        (
            "v a",
            &["明天10点", "", "家里没人"],
            TicketCommand::Agree {
                ticket: id,
                clock: clock(),
                until: tomorrow,
                with: text("王五"),
                why: text("家里没人"),
            },
        ),
        ("v z", &["等客户"], TicketCommand::Pause { ticket: id, why: text("等客户") }),
        ("v g", &["1043-"], TicketCommand::Merge { ticket: id, into: TicketId(1043) }),
        (
            "v i",
            &["人民路", "今晚修好"],
            TicketCommand::MakeIncident { ticket: id, area: text("人民路"), sentence: text("今晚修好") },
        ),
        ("v f", &["柜三", "信"], TicketCommand::AttachFile { ticket: id, place: text("柜三"), words: text("信") }),
        ("v l", &["1043-"], TicketCommand::Link { ticket: id, other: TicketId(1043) }),
    ];
    for (keys, answers, wanted) in cases {
        for from_page in [false, true] {
            let mut kit = kit();
            shows(&mut kit, &ticket(1042, RequestType::Complaint, "态度差"));
            let mut other = ticket(1043, RequestType::Repair, "别的");
            other.owner = Owner::Staff(StaffId("8002".into()));
            shows(&mut kit, &other);
            kit.keys("alt-4");
            if from_page {
                kit.keys("enter");
            }
            kit.keys(keys);
            for answer in answers {
                let answer = if *answer == "1043-" { TicketId(1043).spoken() } else { (*answer).to_owned() };
                kit.types(&answer).keys("enter");
            }
            assert!(!kit.sent().is_empty(), "{keys}: {}\n{}", kit.notice(), kit.text(SMALL));
            assert_eq!(last(&kit), &wanted, "{keys}");
        }
    }
    let mut kit = kit();
    let mut paused = ticket(1042, RequestType::Complaint, "态度差");
    paused.paused = Some((NOW, "等".into()));
    shows(&mut kit, &paused);
    kit.keys("alt-4 v z");
    assert_eq!(last(&kit), &TicketCommand::Resume(id));
    kit.keys("v r");
    assert!(kit.notice().contains("没有退单"), "{}", kit.notice());
    kit.keys("v y").types("昨天").keys("enter");
    assert!(kit.notice().contains("时间写成"), "{}", kit.notice());
}

#[test]
fn every_key_that_may_follow_is_in_sight_on_a_small_screen() {
    let mut kit = kit();
    shows(&mut kit, &ticket(1042, RequestType::Complaint, "态度差"));
    kit.keys("alt-4 enter v");
    let text = kit.text(SMALL);
    for shown in ["上报", "退单", "归并到", "附文件", "关联", "打印", "勾清单"] {
        assert!(text.contains(shown), "{shown}\n{text}");
    }
}

#[test]
fn the_informant_is_on_the_screen_until_the_next_key_and_nowhere_else() {
    let mut kit = kit();
    let mut tip = ticket(1042, RequestType::TipOff, "偷气");
    tip.seal = Some(Seal::default());
    shows(&mut kit, &tip);
    kit.keys("alt-4 v j").types("复核").keys("enter");
    assert_eq!(last(&kit), &TicketCommand::OpenSeal { ticket: TicketId(1042), why: "复核".into() });
    let informant = Informant { name: "赵秘".into(), phone: "13712345678".into(), address: String::new() };
    kit.model.hear(Heard::Answer(request(&kit), Box::new(Answer::Informant(Box::new(informant)))));
    assert!(kit.text(SMALL).contains("赵秘"), "{}", kit.text(SMALL));
    assert!(!format!("{:?}", kit.model).contains("赵秘"), "not in what is logged");
    kit.keys("down");
    assert!(!kit.text(SMALL).contains("赵秘") && kit.model.layers.is_empty());
}

#[test]
fn what_to_say_is_one_key_away() {
    let mut kit = kit();
    complaint(&mut kit, "态度差");
    kit.keys("ctrl-k");
    assert!(kit.text(SMALL).contains("先道歉，再问经过"), "{}", kit.text(SMALL));
}

#[test]
fn how_it_came_in_is_not_asked_where_it_came_with_a_call() {
    let mut kit = kit();
    kit.call(ringing(1, "13800001234", "", 0, "1001"));
    kit.talks(1);
    assert_eq!(draft(&kit).card["channel"], "phone");
    assert!(!draft(&kit).is_touched());
}

#[test]
fn days_and_moments_are_read_short() {
    let typing = |ahead| Typing { ahead, ..words::typing(Language::ZhHans, NOW, 8 * 3_600_000, ahead) };
    for (text, ahead, wanted) in [
        ("26", false, Some("2026-11-26")),
        ("20", false, Some("2026-11-20")),
        ("20", true, Some("2026-12-20")),
        ("1-5", true, Some("2027-01-05")),
        ("11.26", true, Some("2026-11-26")),
        ("2024-02-29", false, Some("2024-02-29")),
        ("2025-02-29", false, None),
        ("明天", true, Some("2026-11-23")),
        ("+10d", true, Some("2026-12-02")),
        ("", true, None),
        ("31", true, Some("2026-12-31")),
    ] {
        assert_eq!(typing(ahead).date(text).as_deref(), wanted, "{text}");
    }
    for (text, wanted) in [
        ("18:00", Some("2026-11-22 18:00")),
        ("09:00", Some("2026-11-23 09:00")),
        ("1800", Some("2026-11-22 18:00")),
        ("18：30", Some("2026-11-22 18:30")),
        ("明天9点", Some("2026-11-23 09:00")),
        ("明天下午3点半", Some("2026-11-23 15:30")),
        ("后天 8:15", Some("2026-11-24 08:15")),
        ("11-26 17:00", Some("2026-11-26 17:00")),
        ("+30", Some("2026-11-22 10:30")),
        ("+2d", Some("2026-11-24 10:00")),
        ("2d", Some("2026-11-24 10:00")),
        ("3h", Some("2026-11-22 13:00")),
        ("25:00", None),
        ("十点", None),
    ] {
        assert_eq!(typing(true).moment(text).as_deref(), wanted, "{text}");
    }
}

#[test]
fn whoever_answers_or_reviews_sees_what_was_asked_and_why() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Complaint, "态度差");
    one.extension = Some(ExtensionAsked { why: "等厂家".into(), by: StaffId("8002".into()), ..Default::default() });
    one.objection = Some(Objection { why: "归工程部".into(), by: StaffId("8002".into()), ..Default::default() });
    one.level = 1;
    one.hand_overs = 2;
    shows(&mut kit, &one);
    kit.keys("alt-4");
    let list = kit.text(SMALL);
    assert!(list.contains("报1级 待审 "), "no half words\n{list}");
    kit.keys("v p");
    assert!(kit.text(SMALL).contains("等厂家"), "{}", kit.text(SMALL));
    kit.keys("esc v r");
    let text = kit.text(SMALL);
    assert!(text.contains("归工程部") && text.contains("李四"), "{text}");
}

#[test]
fn beside_a_late_stage_stands_whom_to_call_and_what_was_done() {
    let mut kit = kit();
    let mut one = ticket(1042, RequestType::Complaint, "态度差");
    one.stage = "judged".into();
    one.fields.name = "周晓梅".into();
    one.fields.detail = "很长的经过\n".repeat(20);
    one.card.insert("opinion".into(), "已问过".into());
    shows(&mut kit, &one);
    kit.keys("alt-4 m");
    let rows = kit.rows(SMALL);
    let at = |what: &str| rows.iter().position(|row| row.trim_start().starts_with(what));
    let who = rows.iter().position(|row| row.contains(&format!("周晓梅 {}", one.fields.phone)));
    assert!(who.is_some() && who < at("意见") && at("意见") < at("登记内容"), "{}", rows.join("\n"));
}
