//! What a chart shows; how it is drawn, on paper or in a terminal, is for the forms to say. The numbers themselves always
//! stand in it: a chart is never the only place a figure can be read in.

/// A chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chart {
    /// A bar for each number, those of one name side by side; and a share over each name, where there is one.
    Bars {
        /// What the bars stand over.
        names: Vec<String>,
        /// What is counted, with a number for each name.
        series: Vec<(String, Vec<i64>)>,
        /// What the share is, and it in thousandths for each name; nothing where there was nothing to count.
        share: Option<(String, Vec<Option<i64>>)>,
    },
    /// A number for each row and column, the more the darker.
    Heat {
        /// The rows.
        rows: Vec<String>,
        /// The columns.
        columns: Vec<String>,
        /// The numbers, row by row.
        cells: Vec<Vec<i64>>,
        /// What is counted.
        what: String,
    },
}

impl Chart {
    /// The largest number in it.
    pub fn most(&self) -> i64 {
        let numbers = match self {
            Chart::Bars { series, .. } => series.iter().flat_map(|(_, numbers)| numbers).max(),
            Chart::Heat { cells, .. } => cells.iter().flatten().max(),
        };
        numbers.copied().unwrap_or(0)
    }
}

/// A share as it stands in a chart: whole percents, rounded down.
pub(super) fn percent(share: Option<i64>) -> String {
    share.map_or("\u{2013}".to_owned(), |permille| format!("{}%", permille / 10))
}
