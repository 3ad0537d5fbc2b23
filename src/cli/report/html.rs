//! A report as a page of its own: nothing is fetched, everything that was typed is escaped, A4 on paper.

use super::content::{Page, Part};
use super::svg::svg;
use super::text::abreast;
use crate::text::Language;

const STYLE: &str = "@page{size:A4;margin:18mm}body{font-family:'Songti SC','SimSun','Noto Serif CJK SC',serif;\
font-size:10.5pt;line-height:1.5;max-width:180mm;margin:0 auto}h1{text-align:center;font-size:16pt}h2{font-size:12pt;\
margin:1em 0 .3em;break-after:avoid}table{border-collapse:collapse;width:100%}td,th{border:1px solid #000;\
padding:2pt 4pt;text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-wrap}th{font-weight:normal;\
background:#eee}.pairs th{width:26%}tr{break-inside:avoid}.sign td{height:16mm}.numbers{font-size:8.5pt;margin-bottom:2pt}.numbers td{white-space:nowrap;overflow-wrap:normal}\
.numbers td+td,.numbers th+th{text-align:right}.words{font-size:9pt;margin:0;padding-left:1.4em}svg{display:block;\
width:100%;height:auto;margin:2mm 0;break-inside:avoid}footer{margin-top:1em;font-size:9pt}";

/// The report as HTML.
pub fn html(page: &Page, language: Language) -> String {
    let mut body = String::new();
    for (heading, part) in &page.parts {
        body.push_str(&format!("<section><h2>{}</h2>\n{}</section>\n", escaped(heading), part_html(part)));
    }
    let title = escaped(&page.title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}<footer>{}</footer>\n</body>\n</html>\n",
        language.tag(),
        escaped(&page.foot)
    )
}

/// Columns of numbers that go beside each other on the page; what is more begins again below.
const ABREAST: usize = 10;

fn part_html(part: &Part) -> String {
    if let Part::Numbers(heads, rows) = part {
        return abreast(heads, rows, ABREAST).iter().map(|(heads, rows)| table("numbers", heads, rows)).collect();
    }
    let (class, rows): (&str, Vec<String>) = match part {
        Part::Pairs(pairs) => {
            ("pairs", pairs.iter().map(|(name, value)| cell("th", name) + &cell("td", value)).collect())
        }
        Part::Table(heads, rows) | Part::Numbers(heads, rows) => return table("rows", heads, rows),
        Part::Chart(chart) => return svg(chart),
        Part::Words(lines) => {
            let lines: String = lines.iter().map(|line| cell("li", line)).collect();
            return format!("<ol class=\"words\">{lines}</ol>\n");
        }
        Part::Signatures(names) => ("sign", vec![names.iter().map(|name| cell("td", name)).collect()]),
    };
    let rows: String = rows.iter().map(|row| format!("<tr>{row}</tr>\n")).collect();
    format!("<table class=\"{class}\">\n{rows}</table>\n")
}

fn table(class: &str, heads: &[String], rows: &[Vec<String>]) -> String {
    let line = |tag: &str, cells: &[String]| cells.iter().map(|text| cell(tag, text)).collect::<String>();
    let heads = std::iter::once(line("th", heads));
    let rows: String =
        heads.chain(rows.iter().map(|cells| line("td", cells))).map(|row| format!("<tr>{row}</tr>\n")).collect();
    format!("<table class=\"{class}\">\n{rows}</table>\n")
}

fn cell(tag: &str, text: &str) -> String {
    format!("<{tag}>{}</{tag}>", escaped(text))
}

/// Text as it may stand between tags. Control characters have no place on paper.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            control if control.is_control() => {}
            other => out.push(other),
        }
    }
    out
}
