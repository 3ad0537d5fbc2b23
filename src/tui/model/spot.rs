//! 抽查: what is to be checked and what was found, as boards whose rows open to the call's page (R-CALL-8); what is
//! said of a recording and of a sheet; and playing a recording where the configuration says how (R-CALL-7).

use super::Model;
use super::due::board::{Board, BoardKind, BoardRow, Opens};
use crate::domain::recording::UNFINISHED;
use crate::domain::spot::{CheckSheet, Finding, Pick, SpotDraw};
use crate::domain::state::DAY_MS;
use crate::domain::{CheckSheetId, Recording, Role, SpotDrawId, Stamp};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome};
use crate::tui::layer::{Layer, Page};
use crate::tui::words;

/// What stands where nothing is known.
const NONE: &str = "\u{2013}";

/// The place in a player's command that the path is put into.
const PATH: &str = "{path}";

impl Model {
    /// A local day in words.
    fn day_words(&self, day: i64) -> String {
        let offset = self.desk.welcome().offset_ms;
        let noon = Stamp(day.saturating_mul(DAY_MS).saturating_sub(offset)).plus(DAY_MS / 2);
        let month = words::month(noon, offset);
        let of_month = noon.since(words::month_begins(month, offset)) / DAY_MS + 1;
        format!("{:04}-{:02}-{of_month:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
    }

    /// How a rule is called: as the rulebook in force names it.
    fn spot_rule(&self, draw: &SpotDraw) -> String {
        let rules = &self.desk.welcome().rulebook.sampling;
        rules.iter().find(|rule| rule.what == draw.rule).map_or_else(|| draw.rule.clone(), |rule| rule.name.clone())
    }

    fn spot_period(&self, draw: &SpotDraw) -> String {
        let first = self.day_words(draw.first_day);
        if draw.first_day == draw.last_day {
            return first;
        }
        let last = self.day_words(draw.last_day);
        // The year once, where it is the same.
        let same = last.get(..5) == first.get(..5);
        format!("{first} {NONE} {}", last.get(if same { 5 } else { 0 }..).unwrap_or_default())
    }

    /// I check calls of this draw.
    fn may_check(&self, draw: &SpotDraw) -> bool {
        let welcome = self.desk.welcome();
        welcome.me.role == Role::Supervisor || welcome.rulebook.holds(&welcome.me, &draw.by)
    }

    /// My own sheets that wait to be seen by me.
    pub fn my_unseen_sheets(&self) -> impl Iterator<Item = &CheckSheet> {
        let me = &self.desk.welcome().me.id;
        self.desk.state().check_sheets.values().filter(move |sheet| sheet.staff.as_ref() == Some(me))
    }

    /// What is owed by rule and period, the oldest owed first; before it my own sheets.
    pub(super) fn checks_board(&self) -> Board {
        let head = ["rule", "period", "by", "population", "drawn", "done", "fault", "owed"];
        let mut rows = Vec::new();
        let mine: Vec<BoardRow> = self.my_unseen_sheets().map(|sheet| self.own_sheet_row(sheet)).collect();
        if !mine.is_empty() {
            rows.push(BoardRow::heading(self.word("spot.mine")));
            rows.extend(mine);
        }
        let mut draws: Vec<&SpotDraw> = self.desk.state().spot_draws.values().collect();
        draws.retain(|draw| self.may_check(draw));
        draws.sort_by_key(|draw| {
            let age = if draw.is_owed() { draw.first_day } else { -draw.first_day };
            (!draw.is_owed(), age, draw.id)
        });
        if !draws.is_empty() {
            rows.push(BoardRow::heading(self.word("spot.by-rule")));
            rows.extend(draws.into_iter().map(|draw| self.draw_row(draw)));
        }
        Board {
            title: self.word("spot.title"),
            head: head.into_iter().map(|key| self.word(&format!("spot.head-{key}"))).collect(),
            rows,
            foot: self.word("spot.foot"),
        }
    }

    fn draw_row(&self, draw: &SpotDraw) -> BoardRow {
        let (done, all) = (draw.done(), draw.picks.len());
        let faults = draw.picks.iter().filter(|pick| pick.sheet.is_some() && !pick.passed).count();
        let role = self.desk.welcome().rulebook.role_word(&draw.by).words(self.settings.language);
        let mut cells = vec![self.spot_rule(draw), self.spot_period(draw), role];
        cells.extend([draw.population.len(), all, done, faults, all - done].map(|count| count.to_string()));
        let style = match (draw.is_owed(), faults) {
            (true, _) => "warning",
            (false, 0) => "muted",
            (false, _) => "value",
        };
        BoardRow { cells, style, opens: Opens::Board(BoardKind::Picks(draw.id)) }
    }

    fn own_sheet_row(&self, sheet: &CheckSheet) -> BoardRow {
        let say = Say::new("spot.own-sheet").with("sheet", sheet.id.0).with("call", sheet.call.0);
        let mut cells = vec![self.words(&say), self.when(sheet.at), self.staff_name(&sheet.by)];
        let faults = sheet.items.iter().filter(|item| item.finding == Finding::Fault).count();
        cells.extend([NONE.to_owned(), NONE.to_owned(), NONE.to_owned(), faults.to_string(), NONE.to_owned()]);
        let style = if sheet.passed() { "value" } else { "warning" };
        BoardRow { cells, style, opens: Opens::Sheet(sheet.id) }
    }

    /// The calls of a draw: what is owed in the order of the draw, then what is done.
    pub(super) fn picks_board(&self, id: SpotDrawId) -> Board {
        let head = ["call", "time", "who", "caller", "state"];
        let Some(draw) = self.desk.state().spot_draws.get(&id) else { return Board::default() };
        let mut picks: Vec<&Pick> = draw.picks.iter().collect();
        picks.sort_by_key(|pick| pick.sheet.is_some());
        Board {
            title: format!("{}  {}", self.spot_rule(draw), self.spot_period(draw)),
            head: head.into_iter().map(|key| self.word(&format!("spot.head-{key}"))).collect(),
            rows: picks.into_iter().map(|pick| self.pick_row(draw.id, pick)).collect(),
            foot: self.word("spot.picks-foot"),
        }
    }

    fn pick_row(&self, draw: SpotDrawId, pick: &Pick) -> BoardRow {
        let call = self.desk.state().calls.get(pick.call);
        let who = pick.staff.as_ref().map_or_else(|| pick.agent.0.clone(), |staff| self.staff_name(staff));
        let (key, style) = match (pick.sheet, pick.passed) {
            (None, _) => ("spot.owed", "warning"),
            (Some(_), true) => ("spot.passed", "good"),
            (Some(_), false) => ("spot.failed", "error"),
        };
        let sheet = pick.sheet.map_or(0, |sheet| sheet.0);
        let cells = vec![
            format!("#{}", pick.call.0),
            call.map_or_else(|| NONE.to_owned(), |call| self.when(call.arrived_at)),
            who,
            call.map_or_else(|| NONE.to_owned(), |call| self.caller(call)),
            self.words(&Say::new(key).with("sheet", sheet)),
        ];
        BoardRow { cells, style, opens: Opens::Check(draw, pick.call) }
    }

    /// A sheet of mine, to be read.
    pub(in crate::tui) fn open_own_sheet(&mut self, id: CheckSheetId) -> Outcome {
        let sheet = self.desk.state().check_sheets.get(&id);
        let sheet = sheet.ok_or_else(|| Say::new("spot.no_sheet").with("sheet", id.0))?;
        let page = Page { title: self.word("spot.sheet-title"), lines: self.sheet_lines(sheet), at: 0 };
        Ok(vec![Effect::Open(Layer::Reader(page))])
    }

    /// Everything about a recording, as lines of a page.
    pub(in crate::tui) fn recording_lines(&self, recording: &Recording) -> Vec<(&'static str, String)> {
        let mut lines: Vec<_> = recording.paths().map(|path| self.labelled("recording.path", path)).collect();
        if let Some(entry) = &recording.extraction {
            let by = entry.by.as_ref().map_or_else(|| self.word("happened.desk"), |by| self.staff_name(by));
            let by_desk = entry.by.is_none() && entry.reason == UNFINISHED;
            let reason = if by_desk { self.word("recording.unfinished") } else { entry.reason.clone() };
            let say = Say::new("recording.kept").with("number", entry.number).with("at", self.when(entry.at));
            let ticket = entry.ticket.map_or_else(|| NONE.to_owned(), |ticket| ticket.spoken());
            let say = say.with("by", by).with("ticket", ticket).with("reason", reason);
            lines.push(("strong", self.words(&say)));
            if !entry.place.is_empty() {
                lines.push(self.labelled("recording.place", &entry.place));
            }
        }
        if let Some(at) = recording.expired_at {
            lines.push(("warning", self.words(&Say::new("recording.was-freed").with("at", self.when(at)))));
        }
        for listen in recording.listens.iter().rev() {
            let say = Say::new("recording.listened").with("at", self.when(listen.at));
            let say = say.with("by", self.staff_name(&listen.by)).with("reason", &listen.reason);
            lines.push(("muted", self.words(&say)));
        }
        lines
    }

    /// A sheet as lines of a page.
    pub(in crate::tui) fn sheet_lines(&self, sheet: &CheckSheet) -> Vec<(&'static str, String)> {
        let say = Say::new("spot.sheet-head").with("sheet", sheet.id.0).with("call", sheet.call.0);
        let say = say.with("at", self.when(sheet.at)).with("by", self.staff_name(&sheet.by));
        let mut lines = vec![("strong", self.words(&say))];
        if let Some(before) = sheet.corrects {
            lines.push(("muted", self.words(&Say::new("spot.corrects").with("sheet", before.0))));
        }
        for item in &sheet.items {
            let (key, style) = match item.finding {
                Finding::Good => ("spot.good", "good"),
                Finding::Fault => ("spot.fault", "error"),
                Finding::NotAsked => ("spot.not-asked", "muted"),
            };
            let how = if item.computed { self.word("spot.computed") } else { String::new() };
            let name = self.word(&format!("check_item.{}", item.item));
            lines.push((style, format!("{}  {name}{how}", self.word(key))));
        }
        for (key, text) in [("spot.finding", &sheet.finding), ("spot.opinion", &sheet.opinion)] {
            if !text.is_empty() {
                lines.push(self.labelled(key, text));
            }
        }
        if let Some(staff) = &sheet.staff {
            let name = self.staff_name(staff);
            let say = match sheet.seen_at {
                Some(at) => Say::new("spot.was-seen").with("name", name).with("at", self.when(at)),
                None => Say::new("spot.not-seen").with("name", name),
            };
            lines.push(("muted", self.words(&say)));
        }
        lines
    }

    /// The recording of a call that was listened to is played by the command of the configuration; without one its path
    /// is shown, to be copied.
    pub(super) fn play(&mut self, recording: &Recording) -> Vec<Effect> {
        let path = recording.path.clone();
        if self.settings.play.is_empty() || recording.further.iter().any(|further| !further.is_empty()) {
            let lines = recording.paths().map(|path| ("strong", path.to_owned())).collect();
            self.layers.push(Layer::Reader(Page { title: self.word("recording.paths"), lines, at: 0 }));
        }
        if self.settings.play.is_empty() {
            return Vec::new();
        }
        match player(&self.settings.play, &path) {
            Ok(command) => vec![Effect::Play(command)],
            Err(why) => {
                self.tell(super::Tone::Error, why);
                Vec::new()
            }
        }
    }
}

/// The words of a player's command with the path in its place; behind them where they name none. A path that does not
/// begin at the root could be taken for an option.
pub fn player(words: &[String], path: &str) -> Result<Vec<String>, Say> {
    if !path.starts_with('/') {
        return Err(Say::new("recording.odd-path").with("path", path));
    }
    let mut command: Vec<String> = words.iter().map(|word| word.replace(PATH, path)).collect();
    if !words.iter().any(|word| word.contains(PATH)) {
        command.push(path.to_owned());
    }
    Ok(command)
}
