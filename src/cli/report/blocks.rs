//! Charts in a terminal: numbers in columns, and a bar of blocks at the end of the line. Some terminals draw a block two
//! columns wide; nothing stands behind it that it could push aside.

use super::chart::{Chart, percent};
use crate::text::width::width;
use crate::text::{Ambiguous, clean, fit, fit_right};

const NARROW: Ambiguous = Ambiguous::Narrow;
/// Blocks of the longest bar: twice as many columns where a block is two wide.
const LONGEST: i64 = 24;
/// What bars of the first, second and third series are drawn with.
const BLOCKS: [char; 3] = ['\u{2588}', '\u{2592}', '='];

/// The chart's lines.
pub fn blocks(chart: &Chart) -> Vec<String> {
    match chart {
        Chart::Bars { names, series, share } => bars(names, series, share.as_ref(), chart.most()),
        Chart::Heat { rows, columns, cells, what } => heat(rows, columns, cells, what),
    }
}

fn widest<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts.map(|text| width(&clean(text, NARROW), NARROW)).max().unwrap_or(0)
}

fn bar(number: i64, most: i64, series: usize) -> String {
    // Whatever happened at all is seen; what did not is no bar.
    let blocks = if number <= 0 || most <= 0 { 0 } else { (number * LONGEST / most).max(1) };
    let block = BLOCKS.get(series).copied().unwrap_or('#');
    std::iter::repeat_n(block, usize::try_from(blocks).unwrap_or(0)).collect()
}

/// A line for each name, or for each series of it: the name, the number, the share, the bar.
fn bars(
    names: &[String],
    series: &[(String, Vec<i64>)],
    share: Option<&(String, Vec<Option<i64>>)>,
    most: i64,
) -> Vec<String> {
    let named = widest(names.iter());
    let told = widest(series.iter().map(|(name, _)| name));
    let digits = most.to_string().len().max(5);
    let mut lines = Vec::new();
    if series.len() == 1 {
        let mut heads = " ".repeat(named);
        series.iter().for_each(|(name, _)| heads.push_str(&format!("  {name}")));
        share.iter().for_each(|(name, _)| heads.push_str(&format!("  {name}")));
        lines.push(heads);
    }
    for (at, name) in names.iter().enumerate() {
        for (which, (what, numbers)) in series.iter().enumerate() {
            let number = numbers.get(at).copied().unwrap_or(0);
            let mut line = fit(if which == 0 { name } else { "" }, named, NARROW);
            if series.len() > 1 {
                line.push_str(&format!("  {}", fit(what, told, NARROW)));
            }
            line.push_str(&fit_right(&number.to_string(), digits + 2, NARROW));
            if let Some((_, shares)) = share {
                line.push_str(&fit_right(&percent(shares.get(at).copied().flatten()), 7, NARROW));
            }
            line.push_str(&format!("  {}", bar(number, most, which)));
            lines.push(line);
        }
    }
    lines
}

/// The columns of the chart as lines: hours below each other, the days of the week side by side.
fn heat(rows: &[String], columns: &[String], cells: &[Vec<i64>], what: &str) -> Vec<String> {
    let named = widest(columns.iter()).max(width(what, NARROW));
    let wide = widest(rows.iter()).max(6) + 2;
    let sums: Vec<i64> =
        (0..columns.len()).map(|column| cells.iter().filter_map(|row| row.get(column)).sum()).collect();
    let most = sums.iter().copied().max().unwrap_or(0);
    let heads: String = rows.iter().map(|name| fit_right(name, wide, NARROW)).collect();
    let mut lines = vec![format!("{}{heads}", fit(what, named, NARROW))];
    for (column, name) in columns.iter().enumerate() {
        let numbers = cells.iter().map(|row| row.get(column).copied().unwrap_or(0).to_string());
        let numbers: String = numbers.map(|number| fit_right(&number, wide, NARROW)).collect();
        let sum = sums.get(column).copied().unwrap_or(0);
        lines.push(format!("{}{numbers}  {}", fit(name, named, NARROW), bar(sum, most, 0)));
    }
    lines
}
