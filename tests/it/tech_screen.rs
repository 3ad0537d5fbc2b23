//! The technician's screen as it looks: at the size of a phone, at the smallest size, at a desk; and what it does not
//! show.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ringdesk::client::Heard;
use ringdesk::domain::*;
use ringdesk::text::{Ambiguous, Say};
use ringdesk::tui::canvas::{Canvas, Policy};
use ringdesk::tui::command::Effect;
use ringdesk::tui::keymap::Keymap;
use ringdesk::tui::screen;

use crate::console_kit::{LARGE, MIDDLE, NOW, SMALL};
use crate::tech_kit::*;

fn assert_screen(kit: &mut crate::console_kit::Kit, size: (u16, u16), expected: &str) {
    let shown = snapshot(kit, size);
    assert_eq!(shown.trim_end(), expected.trim_matches('\n').trim_end(), "\n{shown}");
}

#[test]
fn the_list_has_what_is_urgent_on_top_two_rows_each() {
    let mut kit = day();
    let list = "\
王强 在岗                                  待接2 在办3 !!迟1
>1 22-0 !报警 待接                                   等了 7m
   建国北路 120 号 路面冒气泡
 2 21-1 报修 本部门待接                              等了 7m
   文三路 77 号 5 幢 热水器点不着
 3 12-3 !报警 出发                                  !!迟 12m
   滨江路 8 号 2 幢 301 室 厨房闻到很浓的煤气味
 4 13-1 报修 接单                                    !剩 45m
   莫干山路 1418 号 12 幢 2 单元 1103 室 燃气表不走字
 5 14-0 报修 到场                                    剩 3h20
   体育场路 9 号 灶具打不着火
 6 9-4 报修 回单                                       09:53
   滨** 换表






 1-9 打开  d 离岗  q 退出                                ?";
    assert_screen(&mut kit, PHONE, list);
    let narrow = "\
王强 在岗              待接2 在办3 !!迟1
>1 22-0 !报警 待接               等了 7m
   建国北路 120 号 路面冒气泡
 2 21-1 报修 本部门待接          等了 7m
   文三路 77 号 5 幢 热水器点不着
 3 12-3 !报警 出发              !!迟 12m
   滨江路 8 号 2 幢 301 室 厨房闻到很..
 4 13-1 报修 接单                !剩 45m
   莫干山路 1418 号 12 幢 2 单元 1103 ..

下面还有 2
 1-9 打开  d 离岗  q 退出            ?";
    assert_screen(&mut kit, NARROW, narrow);
}

#[test]
fn an_order_shows_where_who_what_and_one_line_of_keys() {
    let mut kit = day();
    kit.text(PHONE);
    kit.keys("3");
    let order = "\
12-3 !报警 出发                                     !!迟 12m
滨江路 8 号 2 幢 301 室
陈小姐  138 0013 8000

厨房闻到很浓的煤气味
一家三口已经到楼下，阀门关了没有说不清。隔壁 302 有老人在
家，敲门没有应。

修复期限 09:48  !!迟 12m
派单 09:40 > 接单 09:42 > 出发 09:45









 空格 到场  t 退单  g 挂起  y 隐患  b 备注  z 照片       ?";
    assert_screen(&mut kit, PHONE, order);
    let narrow = "\
12-3 !报警 出发                 !!迟 12m
滨江路 8 号 2 幢 301 室
陈小姐  138 0013 8000

厨房闻到很浓的煤气味
一家三口已经到楼下，阀门关了没有说不清。
隔壁 302 有老人在家，敲门没有应。

修复期限 09:48  !!迟 12m
派单 09:40 > 接单 09:42 > 出发 09:45

 空格 到场  t 退单  g 挂起  y 隐患   ?";
    assert_screen(&mut kit, NARROW, narrow);
}

#[test]
fn a_form_has_a_field_a_line_and_says_what_is_missing() {
    let mut kit = day();
    kit.text(PHONE);
    kit.keys("5 space").types("换了密封圈").keys("enter").types("3").keys("enter enter enter");
    let form = "\
14-0 完工                                             还缺 5
 处理情况* 已处理
 处理经过* 换了密封圈
 试验压力* 3 kPa
 稳压时间*  分钟
 压降*      Pa
>试验结论* 1合格 2漏气
 有无更换*
 有无收费*










 回车 下一项  ^S 保存  Esc 先放下  上 往上";
    assert_screen(&mut kit, PHONE, form);
    kit.types("1").types("1");
    let narrow = "\
14-0 完工                         还缺 5
 处理情况* 已处理
 处理经过* 换了密封圈
 试验压力* 3 kPa
 稳压时间*  分钟
 压降*      Pa
 试验结论* 合格
 有无更换* 是
>旧表号*
 新表号*

 回车 下一项  ^S 保存  Esc 先放下";
    assert_screen(&mut kit, NARROW, narrow);
}

#[test]
fn any_size_is_drawn_and_the_caret_stays_in_sight() {
    for keys in ["", "3", "5 space", "5 y", "?", "5 t", "3 ?"] {
        let mut kit = day();
        kit.text(PHONE);
        if !keys.is_empty() {
            kit.keys(keys);
        }
        for size in [SMALL, MIDDLE, LARGE, (1, 1), (2, 3), (5, 4), (12, 5), (20, 8), (39, 11), (41, 13)] {
            let (_, caret) = kit.buffer(size);
            assert!(caret.is_none_or(|(x, y)| x < size.0 && y < size.1), "{keys} {size:?} {caret:?}");
        }
        for size in [NARROW, PHONE, SMALL, MIDDLE] {
            let (_, caret) = kit.buffer(size);
            assert_eq!(caret.is_some(), kit.model.takes_text(), "{keys} {size:?}");
        }
        // A terminal that draws what Unicode leaves open two columns wide, and no lines.
        let mut buffer = Buffer::empty(Rect::new(0, 0, NARROW.0, NARROW.1));
        let policy = Policy::new(Ambiguous::Wide, true);
        screen::draw(&kit.model, &mut Canvas::new(&mut buffer, policy));
        assert!((0..NARROW.1).all(|y| buffer[(NARROW.0 - 1, y)].symbol() == " "), "{keys}");
    }
}

/// In a form with more fields than rows the one being typed is in sight.
#[test]
fn the_field_being_typed_is_in_sight_at_the_smallest_size() {
    let mut kit = day();
    kit.text(NARROW);
    kit.keys("5");
    kit.text(NARROW);
    kit.keys("esc j j j j space space");
    for _ in 0..9 {
        let (_, caret) = kit.buffer(NARROW);
        assert!(caret.is_some());
        assert!(kit.rows(NARROW).iter().any(|row| row.starts_with('>')), "{}", snapshot(&mut kit, NARROW));
        kit.keys("down");
    }
}

#[test]
fn what_is_not_mine_is_not_there() {
    let mut kit = day();
    let mut other = order(40, RequestType::Repair, "accepted", 10, "别人的地址", "别人的单");
    other.owner = Owner::Staff(StaffId("w08".into()));
    let mut elsewhere = order(41, RequestType::Repair, "dispatched", 10, "别的部门", "别的单");
    elsewhere.owner = Owner::Department("meter".into());
    let mut returned = order(42, RequestType::Repair, "followed_up", 10, "别人回的", "别人回的单");
    returned.owner = Owner::Staff(StaffId("w08".into()));
    let mut desk = order(43, RequestType::Repair, "registered", 10, "没派的", "没派的单");
    desk.owner = Owner::Staff(StaffId("8001".into()));
    kit.happens([other, elsewhere, returned, desk].into_iter().map(is).collect());
    let text = kit.text(LARGE);
    for word in ["别人", "别的", "没派"] {
        assert!(!text.contains(word), "{word}\n{text}");
    }
}

#[test]
fn what_was_given_back_is_shown_as_the_desk_sends_it_and_can_not_be_touched() {
    let mut kit = day();
    kit.text(PHONE);
    kit.keys("6");
    let text = kit.text(PHONE);
    assert!(text.contains("王**") && text.contains("138 **** 1234") && text.contains("已回单"), "{text}");
    for key in ["space", "t", "g", "y", "b", "z"] {
        kit.keys(key);
        assert!(kit.notice().contains("已回单"), "{key}: {}", kit.notice());
    }
    assert_eq!(kit.sent().len(), 0);
}

/// An order that is taken away while it is open closes; one that is being written stays until it was saved or refused.
#[test]
fn an_order_that_goes_to_another_closes() {
    let mut kit = day();
    kit.text(PHONE);
    kit.keys("4");
    assert!(kit.text(PHONE).contains("燃气表不走字"));
    let mut away = order(13, RequestType::Repair, "accepted", 45, "莫干山路", "燃气表不走字");
    away.owner = Owner::Staff(StaffId("w08".into()));
    away.version = 2;
    kit.happens(vec![is(away)]);
    assert!(!kit.text(PHONE).contains("燃气表不走字"), "{}", kit.text(PHONE));
}

/// A keymap of one's own can not bring the operators' desk, or a shell, to a technician's account.
#[test]
fn nothing_of_the_operators_desk_can_be_bound_here() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("keymaps")).unwrap();
    let text = "inherits = \"default\"\n[tech]\n\"s\" = \"view.suspend\"\n\"l\" = \"view.palette\"\n\"n\" = \"form.new\"\n\"f\" = \"ticket.file\"\n";
    std::fs::write(dir.path().join("keymaps/own.toml"), text).unwrap();
    let (keymap, _) = Keymap::load("own", &[dir.path().to_owned()]);
    let mut kit = day();
    kit.model.keymap = keymap;
    for key in ["s", "l", "n", "f"] {
        kit.keys(key);
        assert!(kit.notice().contains("没有这个功能") || kit.notice().contains(key), "{key}: {}", kit.notice());
        assert!(kit.model.layers.is_empty() && kit.model.drafts.open().is_none(), "{key}");
    }
    assert!(kit.effects.iter().all(|effect| !matches!(effect, Effect::Suspend)));
    kit.keys("ctrl-z F1 ctrl-p : g");
    assert!(kit.model.layers.is_empty() && kit.model.pending.is_empty());
}

#[test]
fn the_help_lists_the_keys_in_force() {
    let mut kit = day();
    kit.keys("?");
    let mut seen = kit.text(MIDDLE);
    for _ in 0..40 {
        kit.keys("down");
        seen.push_str(&kit.text(MIDDLE));
    }
    for words in ["1-9  打开屏幕上第几单", "空格 回车  工单的下一步", "登记现场发现的隐患", "^S  保存送出"]
    {
        assert!(seen.contains(words), "{words}\n{seen}");
    }
    assert!(!seen.contains("接听"), "nothing of the operators' desk");
}

/// Due times count in minutes: one small frame a minute at most, none for a flash.
#[test]
fn nothing_ticks_faster_than_a_minute() {
    let mut kit = day();
    kit.happens(vec![notice(1, 22)]);
    kit.passes(400);
    kit.model.plan_tick();
    assert_eq!(kit.model.next_tick(), Some(NOW.plus(60_000)));
}

#[test]
fn a_line_that_is_down_is_said() {
    let mut kit = day();
    kit.model.line_lost(Say::new("desk.connecting"));
    kit.passes(61_000);
    assert!(kit.text(PHONE).contains("连不上服务台（10:00 起）"), "{}", kit.text(PHONE));
}

/// The newest console of a technician is the one that counts: the one before it ends and does not come back.
#[test]
fn sent_away_by_a_newer_console_it_ends() {
    let mut kit = day();
    let effects = kit.model.hear(Heard::Goodbye(Say::new("tech.elsewhere")));
    assert!(matches!(effects.as_slice(), [Effect::Quit]));
    let effects = kit.model.hear(Heard::Goodbye(Say::new("server.leaving")));
    assert!(effects.is_empty(), "a desk that leaves comes back");
}
