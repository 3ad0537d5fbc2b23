//! 抽查 on the console (R-CALL-7, R-CALL-8): what is owed, listening with a reason, the sheet with nothing typed twice, and
//! the operator's own sheets.

use ringdesk::client::{Answer, Heard};
use ringdesk::domain::command::{RecordingCommand, SpotCommand};
use ringdesk::domain::rulebook::Sampling;
use ringdesk::domain::spot::{CheckItem, Finding, Pick};
use ringdesk::domain::*;
use ringdesk::text::{Language, Say};
use ringdesk::tui::command::Effect;
use ringdesk::tui::model::player;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing};

fn kit(role: Role) -> Kit {
    let mut kit = Kit::new();
    kit.welcome().me.role = role;
    let quota = Sampling {
        what: "recording".into(),
        name: "电话录音".into(),
        percent: 100,
        every: "day".into(),
        by: "supervisor".into(),
        ..Sampling::default()
    };
    kit.welcome().rulebook.sampling = vec![quota];
    let call = Call {
        phase: call::Phase::Ended,
        ended_at: Some(NOW),
        answered_at: Some(NOW),
        ..ringing(5, "13800138000", "王女士", 90_000, "")
    };
    kit.call(call);
    let pick = |call, staff: &str| Pick {
        call: CallId(call),
        staff: Some(StaffId(staff.into())),
        agent: AgentId("1002".into()),
        ..Pick::default()
    };
    let day = (NOW.0 + 8 * 3_600_000) / 86_400_000 - 1;
    let draw = SpotDraw {
        id: SpotDrawId(3),
        rule: "recording".into(),
        first_day: day,
        last_day: day,
        population: vec![CallId(5), CallId(6)],
        picks: vec![pick(5, "8002"), pick(6, "8002")],
        by: "supervisor".into(),
        ..SpotDraw::default()
    };
    kit.happens(vec![Event::SpotDraw(Box::new(draw))]);
    kit
}

fn recording() -> Recording {
    let listens = vec![recording::Listen { at: NOW, by: StaffId("8001".into()), reason: "投诉核实".into() }];
    Recording { call: CallId(5), path: "/rec/5 \u{1b}[31m.wav".into(), made_at: NOW, listens, ..Recording::default() }
}

#[test]
fn what_is_owed_opens_to_its_calls_and_to_the_call() {
    let mut kit = kit(Role::Supervisor);
    kit.keys("g j");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        for part in ["抽查", "电话录音", "2026-11-21", "待查"] {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
    }
    kit.keys("down enter");
    let text = kit.text(SMALL);
    println!("{text}");
    for part in ["#5", "#6", "李四", "13800138000"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    kit.effects.clear();
    kit.keys("enter");
    let asked = kit.effects.iter().filter(|effect| matches!(effect, Effect::Ask(..))).count();
    assert_eq!(asked, 2, "the sheets, then the call with its recording");
    for (number, answer) in [
        (1, Answer::CheckSheets(vec![sheet(1, "8002")])),
        (
            2,
            Answer::Call(
                Some(Box::new(kit.state().calls.get(CallId(5)).unwrap().clone())),
                Some(Box::new(recording())),
            ),
        ),
    ] {
        let question = kit.effects.iter().filter_map(|effect| match effect {
            Effect::Ask(_, question) => Some(question.clone()),
            _ => None,
        });
        let question = question.into_iter().nth(number as usize - 1).unwrap();
        kit.model.note_asked(number, question);
        kit.model.hear(Heard::Answer(number, Box::new(answer)));
    }
    for size in [MIDDLE, LARGE] {
        let text = kit.text(size);
        println!("{text}");
        for part in ["通话 5", "投诉核实", "不知道关阀顺序", "系统计算", "未阅"] {
            assert!(text.contains(part), "{size:?} {part}\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "a PBX's text is cleaned for the screen");
    }
    // How far a page goes is known where it was drawn.
    kit.text(SMALL);
    kit.keys("end");
    let text = kit.text(SMALL);
    assert!(text.contains("未阅"), "the small screen goes to the end of the sheet\n{text}");
    // From the page itself: another sheet, for the draw it was opened from, and listening.
    kit.keys("p");
    assert!(kit.text(MIDDLE).contains("熟悉应急处置"), "{}", kit.text(MIDDLE));
    kit.keys("1 1").types("没有").keys("enter enter");
    let sent: Vec<Command> = kit.sent().into_iter().cloned().collect();
    assert!(
        matches!(&sent[..], [Command::Spot(SpotCommand::Sign { draw: SpotDrawId(3), call: CallId(5), .. })]),
        "{sent:?}"
    );
    kit.happens(vec![Event::CheckSheet(Box::new(CheckSheet { corrects: Some(CheckSheetId(1)), ..sheet(2, "8002") }))]);
    let page = kit.model.call_page().expect("the page stays");
    assert_eq!(page.sheets.iter().map(|sheet| sheet.id.0).collect::<Vec<_>>(), [1, 2]);
    kit.keys("l").types("复核").keys("enter");
    let last = kit.sent().last().map(|command| (*command).clone());
    assert!(
        matches!(last, Some(Command::Recording { command: RecordingCommand::Listen { call: CallId(5), .. }, .. })),
        "{last:?}"
    );
}

fn sheet(id: u64, staff: &str) -> CheckSheet {
    let item = |item: &str, finding, computed| CheckItem { item: item.into(), finding, computed };
    CheckSheet {
        id: CheckSheetId(id),
        call: CallId(5),
        at: NOW,
        by: StaffId("8002".into()),
        staff: Some(StaffId(staff.into())),
        items: vec![item("answered_in_time", Finding::Good, true), item("knows_emergency", Finding::Fault, false)],
        finding: "不知道关阀顺序".into(),
        ..CheckSheet::default()
    }
}

#[test]
fn listening_asks_why_and_shows_where_it_lies_or_plays_it() {
    let mut kit = kit(Role::Supervisor);
    kit.keys("g j down enter l enter");
    assert!(kit.sent().is_empty(), "no listen without a reason");
    kit.types("每日监听").keys("enter");
    let sent: Vec<_> = kit.sent().into_iter().cloned().collect();
    let [Command::Recording { command: RecordingCommand::Listen { call, reason }, .. }] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!((*call, reason.as_str()), (CallId(5), "每日监听"));
    let request = kit.effects.iter().position(|effect| matches!(effect, Effect::Send(_))).unwrap() as u64 + 1;
    let effects = kit.model.hear(Heard::Done(request, Made::Nothing));
    let [Effect::Ask(_, question)] = &effects[..] else { panic!("{effects:?}") };
    kit.model.note_asked(90, question.clone());
    let answer = || Box::new(Answer::Call(None, Some(Box::new(recording()))));
    assert!(kit.model.hear(Heard::Answer(90, answer())).is_empty());
    assert!(kit.text(SMALL).contains("/rec/5"), "no command is set: the path is shown, to be copied");
    kit.keys("esc");
    kit.model.settings.play = vec!["mpv".into(), "--no-video".into(), "{path}".into()];
    kit.model.note_asked(91, question.clone());
    let effects = kit.model.hear(Heard::Answer(91, answer()));
    let [Effect::Play(words)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(words, &["mpv", "--no-video", "/rec/5 \u{1b}[31m.wav"], "one argument, whatever is in it");
}

#[test]
fn a_path_is_one_argument_and_never_an_option() {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(player(&words("play --file={path}"), "/a b;rm.wav").unwrap(), ["play", "--file=/a b;rm.wav"]);
    assert_eq!(player(&words("aplay"), "/a.wav").unwrap(), ["aplay", "/a.wav"]);
    assert!(player(&words("mpv {path}"), "--script=/tmp/x").is_err());
    assert!(player(&words("mpv {path}"), "").is_err());
}

#[test]
fn a_refused_sheet_comes_back_as_it_was_typed() {
    let mut kit = kit(Role::Supervisor);
    kit.keys("g j down enter p 2 enter esc");
    kit.effects.clear();
    kit.keys("p");
    let text = kit.text(SMALL);
    assert!(text.contains("应急"), "{text}");
    kit.keys("down enter enter enter");
    assert!(kit.notice().contains("写明"), "a fault that was heard is put into words: {}", kit.notice());
    kit.types("不知道关阀顺序").keys("enter").types("补训").keys("enter");
    let signed = |kit: &Kit| match kit.sent().last() {
        Some(Command::Spot(SpotCommand::Sign { draw, call, items, finding, opinion, .. })) => {
            let found: Vec<_> = items.iter().map(|item| (item.item.clone(), item.finding)).collect();
            (*draw, *call, found, finding.clone(), opinion.clone())
        }
        other => panic!("{other:?}"),
    };
    let first = signed(&kit);
    let found = [("knows_emergency", Finding::Fault), ("knows_plan", Finding::Good)];
    assert_eq!(first.2, found.map(|(item, finding)| (item.to_owned(), finding)));
    assert_eq!(
        (first.0, first.1, first.3.as_str(), first.4.as_str()),
        (SpotDrawId(3), CallId(5), "不知道关阀顺序", "补训")
    );
    let request = kit.effects.iter().rposition(|effect| matches!(effect, Effect::Send(_))).unwrap() as u64 + 1;
    kit.model.hear(Heard::Refused(request, Say::new("desk.full_refused")));
    assert!(kit.text(SMALL).contains("补训"));
    kit.keys("enter");
    assert_eq!(signed(&kit), first);
}

#[test]
fn an_operator_sees_their_own_sheets_and_no_draws() {
    let mut kit = kit(Role::Operator);
    kit.happens(vec![Event::CheckSheet(Box::new(sheet(1, "8001"))), Event::CheckSheet(Box::new(sheet(2, "8002")))]);
    kit.keys("g j");
    let text = kit.text(SMALL);
    println!("{text}");
    assert!(text.contains("检查单 1") && !text.contains("检查单 2") && !text.contains("电话录音"), "{text}");
    kit.keys("down enter");
    assert!(kit.text(SMALL).contains("不知道关阀顺序"));
    kit.keys("esc v");
    assert_eq!(kit.sent(), [&Command::Spot(SpotCommand::Seen(CheckSheetId(1)))], "{}", kit.notice());
    let seen = CheckSheet { seen_at: Some(NOW), ..sheet(1, "8001") };
    kit.happens(vec![Event::CheckSheet(Box::new(seen))]);
    assert!(!kit.text(SMALL).contains("检查单 1"));
    kit.keys("v");
    assert_eq!(kit.notice(), Say::new("spot.none-mine").words(Language::ZhHans));
}
