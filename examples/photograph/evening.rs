//! The evening that is photographed: a gas company's hotline on Thursday, 19 November 2026, at 19:42:20. Nobody in it is
//! real, and it is the same evening every time.

use anyhow::Result;
use ringdesk::domain::command::{AgentCommand, CallCommand, CallbackCommand, CrewCommand, TicketCommand};
use ringdesk::domain::ticket::TellHow;
use ringdesk::domain::{Command, Customer, CustomerId, Grade, Owner, RequestType, StaffId, Stamp, TicketId};

use super::calls::{self, Dice, Told, What};
use super::clock;
use super::desk::{House, STAFF};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Midnight at the beginning of the day, local time (+08:00).
const MIDNIGHT: Stamp = Stamp(1_795_017_600_000);

/// The moment of the photographs.
pub const MOMENT: Stamp = Stamp(MIDNIGHT.0 + 19 * HOUR + 42 * MINUTE + 20 * SECOND);

/// A time of today.
fn at(hour: i64, minute: i64) -> Stamp {
    MIDNIGHT.plus(hour * HOUR + minute * MINUTE)
}

fn before(span: i64) -> Stamp {
    MOMENT.plus(-span)
}

/// Something somebody does at a moment; several tickets live at the same time, so they are told in the order of time.
type Deed = Box<dyn FnOnce(&mut House, &mut [TicketId]) -> Result<()>>;

/// The deeds of the days, told subject by subject and done in the order of time.
#[derive(Default)]
struct Story {
    deeds: Vec<(Stamp, Deed)>,
    /// Tickets told of so far; each is known by its place.
    places: usize,
}

impl Story {
    fn at(&mut self, at: Stamp, deed: impl FnOnce(&mut House, &mut [TicketId]) -> Result<()> + 'static) {
        self.deeds.push((at, Box::new(deed)));
    }

    /// Somebody registers a ticket: its subject and detail, who asked, what the form asks beyond that.
    fn opens(
        &mut self,
        at: Stamp,
        who: &'static str,
        kind: RequestType,
        said: (&'static str, &'static str),
        asked: (&'static str, &'static str, &'static str),
        card: &'static [(&'static str, &'static str)],
    ) -> usize {
        let place = self.places;
        self.places += 1;
        self.at(at, move |house, tickets| {
            tickets[place] = house.registers(who, kind, said, asked, card)?;
            Ok(())
        });
        place
    }

    /// Somebody does something with it.
    fn then(
        &mut self,
        at: Stamp,
        who: &'static str,
        place: usize,
        command: impl FnOnce(TicketId) -> TicketCommand + 'static,
    ) {
        self.at(at, move |house, tickets| house.by(who, Command::Ticket(command(tickets[place]))).map(drop));
    }

    /// Somebody fills its screen, and it moves on.
    fn advances(
        &mut self,
        at: Stamp,
        who: &'static str,
        place: usize,
        filled: &'static [(&'static str, &'static str)],
    ) {
        self.at(at, move |house, tickets| house.advances(who, tickets[place], filled));
    }
}

/// Makes the desk as it is at the moment of the photographs.
pub fn make(house: &mut House) -> Result<()> {
    let mut story = Story::default();
    customers(house)?;
    for (day, seed) in [(-1, 11), (0, 7)] {
        let midnight = MIDNIGHT.plus(day * DAY);
        let until = midnight.plus(22 * HOUR).min(before(6 * MINUTE));
        signs_on(&mut story, midnight);
        calls_of(&mut story, midnight, until, seed);
        if day < 0 {
            signs_off(&mut story, midnight.plus(22 * HOUR + 10 * MINUTE));
        }
    }
    yesterday(&mut story);
    orders(&mut story);
    matters(&mut story);
    emergency(&mut story);
    the_line_now(&mut story);
    let Story { mut deeds, places } = story;
    deeds.sort_by_key(|(at, _)| *at);
    let mut tickets = vec![TicketId(0); places];
    for (at, deed) in deeds {
        house.comes(at)?;
        deed(house, &mut tickets)?;
    }
    house.comes(MOMENT)
}

fn customers(house: &mut House) -> Result<()> {
    clock::stand(MIDNIGHT.plus(-30 * DAY));
    let all = [
        ("周淑兰", "13855500142", "和平路 18 号 3 幢 2 单元 401 室", Grade::Ordinary, "", "听力不好，说慢一点。"),
        (
            "市第三人民医院",
            "057155501000",
            "人民路 210 号",
            Grade::Special,
            "A",
            "食堂、锅炉房各一路气，停气须提前一天告知后勤科。",
        ),
        ("和平路小学", "057155502213", "和平路 66 号", Grade::First, "A", "食堂用气；上课时间不要按门铃。"),
        ("林记餐馆", "13955500871", "解放路 9 号", Grade::Second, "B", ""),
    ];
    for (name, phone, address, grade, class, note) in all {
        let customer = Customer {
            id: CustomerId(0),
            name: name.into(),
            phones: vec![phone.into()],
            address: address.into(),
            grade,
            class: class.into(),
            note: note.into(),
            ..Customer::default()
        };
        house.by("8010", Command::Customer(Box::new(customer)))?;
    }
    Ok(())
}

fn signs_on(story: &mut Story, midnight: Stamp) {
    let begin = midnight.plus(7 * HOUR + 55 * MINUTE);
    for (n, (id, _, phone, role, _)) in (0_i64..).zip(STAFF) {
        let command = match role {
            "technician" => Command::Crew(CrewCommand::OnDuty),
            "operator" => Command::Agent(AgentCommand::SignOn { phone: phone.into() }),
            _ => continue,
        };
        story.at(begin.plus(n * 20 * SECOND), move |house, _| house.by(id, command).map(drop));
    }
    story.at(begin.plus(4 * MINUTE), |house, _| house.hears(calls::members()));
}

fn signs_off(story: &mut Story, at: Stamp) {
    for (n, (id, _, _, role, _)) in (0_i64..).zip(STAFF) {
        if role == "operator" {
            let off = Command::Agent(AgentCommand::SignOff);
            story.at(at.plus(n * 7 * SECOND), move |house, _| house.by(id, off).map(drop));
        }
    }
}

fn calls_of(story: &mut Story, midnight: Stamp, until: Stamp, seed: u64) {
    for happening in calls::day(midnight, until, seed) {
        let deed: Deed = match happening.what {
            What::Signals(signals) => Box::new(move |house, _| house.hears(signals)),
            What::Disposed { who, uid, disposition } => Box::new(move |house, _| {
                let Some(call) = house.call(&uid) else { return Ok(()) };
                house.by(who, Command::Call(CallCommand::Dispose { call, disposition })).map(drop)
            }),
            // A desk that is short of people may refuse a break; then there was none.
            What::Turns { who, state } => Box::new(move |house, _| {
                let _ = house.by(who, Command::Agent(AgentCommand::Set(state)));
                Ok(())
            }),
        };
        story.deeds.push((happening.at, deed));
    }
}

/// Questions that were answered at once, over both days.
fn yesterday(story: &mut Story) {
    let subjects = [
        "问阶梯气价怎么算",
        "问燃气费在哪里交",
        "问营业厅几点下班",
        "问过户要带什么材料",
        "问 IC 卡补卡手续",
        "问开栓预约时间",
        "问安检什么时候来",
    ];
    let mut dice = Dice(23);
    for n in 0..26_i64 {
        let day = if n < 16 { -1 } else { 0 };
        let at = MIDNIGHT.plus(day * DAY + 8 * HOUR + 20 * MINUTE + dice.below(10 * HOUR + 30 * MINUTE));
        let subject = subjects[usize::try_from(dice.below(7)).unwrap_or(0)];
        let who = STAFF[usize::try_from(dice.below(4)).unwrap_or(0)].0;
        let (name, phone) =
            (["陈女士", "黄先生", "徐女士", "何先生"][usize::try_from(n % 4).unwrap_or(0)], calls::number(n * 31));
        story.at(at, move |house, _| {
            let asked = (name, phone.as_str(), "");
            let id = house.registers(who, RequestType::Enquiry, (subject, ""), asked, &[])?;
            let file = TicketCommand::File { ticket: id, outcome: "已当场答复".into(), how: TellHow::Phone };
            house.by(who, Command::Ticket(file)).map(drop)
        });
    }
}

fn sent(to: Owner, why: &'static str) -> impl FnOnce(TicketId) -> TicketCommand {
    move |ticket| TicketCommand::Dispatch { ticket, to, why: why.into() }
}

fn person(id: &str) -> Owner {
    Owner::Staff(StaffId(id.into()))
}

/// Repairs and what else goes to technicians.
fn orders(story: &mut Story) {
    // Promised within 24 hours: eighteen minutes are left.
    let late = story.opens(
        before(24 * HOUR - 18 * MINUTE),
        "8002",
        RequestType::Repair,
        ("燃气表不走字", "表上一直是 1386，用气正常，客户担心以后补算。"),
        ("许建平", "13955500317", "解放路 88 号 6 幢 1 单元 502 室"),
        &[("channel", "phone"), ("meter", "G2.5-330481")],
    );
    story.then(before(23 * HOUR), "8002", late, sent(person("9001"), "客户下班后在家"));
    story.then(before(22 * HOUR + 55 * MINUTE), "9001", late, TicketCommand::Accept);
    story.advances(before(70 * MINUTE), "9001", late, &[]);
    story.advances(before(48 * MINUTE), "9001", late, &[]);

    let stove = story.opens(
        at(17, 24),
        "8003",
        RequestType::Repair,
        ("灶具打不着火", "左边的灶眼换过电池还是打不着。"),
        ("方慧", "15055500226", "中山北路 41 号 2 幢 903 室"),
        &[("channel", "phone")],
    );
    story.then(at(17, 27), "8003", stove, sent(person("9001"), ""));
    story.then(at(17, 31), "9001", stove, TicketCommand::Accept);

    let valve = story.opens(
        before(7 * MINUTE),
        "8004",
        RequestType::Repair,
        ("表后阀门关不严", "关阀以后灶上还有小火。已请客户关灶前阀。"),
        ("蒋先生", "18655500514", "文二路 120 号 11 幢 301 室"),
        &[("channel", "phone"), ("meter", "G2.5-291007")],
    );
    story.then(before(6 * MINUTE), "8004", valve, sent(person("9001"), "离你最近，带一只 DN15 球阀"));

    let outage = story.opens(
        at(17, 2),
        "8001",
        RequestType::Outage,
        ("整个单元没气", "五楼以上都没有，物业说没有接到停气通知。"),
        ("翠苑物业", "057155503380", "文一路 77 号 4 幢"),
        &[("channel", "phone")],
    );
    story.then(at(17, 6), "8001", outage, sent(person("9002"), "先看调压箱"));
    story.then(at(17, 8), "9002", outage, TicketCommand::Accept);
    story.advances(at(17, 15), "9002", outage, &[]);
    story.advances(at(17, 44), "9002", outage, &[]);

    story.opens(
        at(15, 50),
        "8004",
        RequestType::Application,
        ("新房申请开栓", "精装交付，希望周六上午。"),
        ("钟先生", "17755500945", "滨江路 5 号 9 幢 1804 室"),
        &[("channel", "phone")],
    );
}

/// Complaints, hazards, questions.
fn matters(story: &mut Story) {
    // 24 hours for handing it on: overdue by an hour, and up already.
    story.opens(
        before(25 * HOUR + 6 * MINUTE),
        "8003",
        RequestType::Complaint,
        ("约好时间没人上门", "约的周三下午，等到六点没有来，也没有电话。"),
        ("沈先生", "13555500663", "建国路 31 号 5 幢 602 室"),
        &[("channel", "phone"), ("against", "维修班"), ("gravity", "ordinary")],
    );
    story.opens(
        before(24 * HOUR - 9 * MINUTE),
        "8001",
        RequestType::Complaint,
        ("抄表估数，多收两个月", "客户要求按实抄数退费。"),
        ("罗女士", "18655500178", "庆春路 12 号 3 幢 204 室"),
        &[("channel", "phone"), ("against", "抄表班"), ("gravity", "important")],
    );
    story.opens(
        at(16, 35),
        "8002",
        RequestType::Hazard,
        ("热水器烟道没有伸到室外", "邻居反映，冬天关窗用。"),
        ("金女士", "13955500402", "学院路 60 号 7 幢 102 室"),
        &[],
    );
    story.opens(
        at(18, 58),
        "8001",
        RequestType::Enquiry,
        ("问锅炉房明天停气几点恢复", "须回电后勤科。"),
        ("市第三人民医院", "057155501000", "人民路 210 号"),
        &[],
    );
    story.opens(
        at(14, 12),
        "8004",
        RequestType::Suggestion,
        ("希望安检短信提前两天发", ""),
        ("白女士", "15055500739", ""),
        &[],
    );
}

/// The one thing that can't wait: a gang is on its way.
fn emergency(story: &mut Story) {
    let opened = before(16 * MINUTE);
    let leak = story.opens(
        opened,
        "8002",
        RequestType::Emergency,
        ("楼道里燃气味很浓", "三楼到四楼之间最重，来电人已下楼，在单元门口等。"),
        ("邱先生", "13855500588", "和平路 12 号 7 幢 3 单元"),
        &[("premises", "七层居民楼，一梯三户")],
    );
    story.then(opened.plus(40 * SECOND), "8002", leak, sent(Owner::Department("repair".into()), "带检漏仪"));
    story.then(opened.plus(75 * SECOND), "9003", leak, TicketCommand::Accept);
    story.advances(opened.plus(2 * MINUTE), "9003", leak, &[]);
    for (n, item) in (0_i64..).zip(["ventilated", "no_switches", "valve", "caller_out", "dispatched"]) {
        let tick = move |ticket| TicketCommand::Tick { ticket, item: item.into(), done: true, note: String::new() };
        story.then(opened.plus((20 + n * 14) * SECOND), "8002", leak, tick);
    }
}

/// Who is on the line at the moment of the photographs.
fn the_line_now(story: &mut Story) {
    let told = |uid: &str, number: &str, phone: &'static str| Told { uid: uid.into(), number: number.into(), phone };
    let mut says = |at: Stamp, signals: Vec<_>| story.at(at, move |house, _| house.hears(signals));
    for (uid, number, phone, came, answered) in [
        ("now.1", "15055500226", "1002", 226, Some(217)),
        ("now.2", "13855500142", "1001", 97, Some(88)),
        ("now.3", "17755500031", "1004", 190, Some(181)),
        ("now.4", "18655500265", "1003", 33, None),
    ] {
        let call = told(uid, number, phone);
        says(before(came * SECOND), call.comes());
        says(before((came - 2) * SECOND), call.rings());
        if let Some(answered) = answered {
            says(before(answered * SECOND), call.answered());
        }
    }
    says(before(21 * SECOND), told("now.3", "17755500031", "1004").ends(true));
    for (uid, number, came) in [("now.5", "057155501000", 16), ("now.6", "13555500907", 9), ("now.7", "13955500048", 4)]
    {
        says(before(came * SECOND), told(uid, number, "").comes());
    }
    for (uid, number, minutes) in [("gone.1", "13855500733", 14), ("gone.2", "17755500612", 5)] {
        let call = told(uid, number, "");
        says(before(minutes * MINUTE), call.comes());
        says(before(minutes * MINUTE - 31 * SECOND), call.ends(false));
    }
    let agreed = CallbackCommand::Agree {
        number: "13955500871".into(),
        name: "林记餐馆".into(),
        due_at: before(-17 * MINUTE),
        note: "打烊后再约检修时间".into(),
        ticket: None,
    };
    story.at(at(18, 20), |house, _| house.by("8004", Command::Callback(agreed)).map(drop));
}
