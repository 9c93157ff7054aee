//! Charts of the ledger: which deals are drawn, in which currency, with which words.
//!
//! A chart has one currency, that with the most deals; no rate of exchange is guessed. Deals that
//! are over or denied are left out, and so are amounts by the month or the year, which are no sum: the
//! totals keep them apart as well.

use std::collections::BTreeMap;

use super::super::chart::{self, Caption, Day, DealPoint, ENGLISH, Flow, MonthTotal};
use super::deal_url;
use crate::content::date::{PartialDate, month_name};
use crate::content::deal::Kind;
use crate::content::markdown::Block;
use crate::content::money::Currency;
use crate::diagnostic::{Diagnostic, nearest};
use crate::newsroom::ledger::{DealRecord, Query};
use crate::snapshot::Parts;

/// Flows that are drawn between companies.
const FLOWS: usize = 12;
/// The least that a scale of magnitudes shows.
const CENT: f64 = 0.01;
/// Months of the front page's chart.
const MONTHS: usize = 12;

/// Kinds of charts that `{chart}` blocks can ask for.
const CHARTS: [&str; 3] = ["deals-over-time", "who-pays-whom", "company-flows"];

/// Says what is wrong with a `{chart}` block, be it only that there is nothing to draw.
pub fn check_chart(parts: &Parts, block: &Block) -> Option<Diagnostic> {
    let asked = match Asked::read(parts, block) {
        Ok(asked) => asked,
        Err(problem) => return Some(problem),
    };
    let records = parts.newsroom.ledger.select(&asked.query);
    asked.draw(parts, &records, block).is_empty().then(|| {
        let message = format!("the chart `{}` is empty: {}", asked.name, why_empty(&records));
        let help = "`masthead list deals` shows what there is; ask for other deals, or take the block out";
        Diagnostic::warning("empty-chart", message).with_help(help)
    })
}

/// Says why none of the deals that a chart asks for is drawn.
fn why_empty(records: &[&DealRecord]) -> &'static str {
    let counting: Vec<_> = records.iter().filter(|record| record.status.counts()).collect();
    let figures: Vec<_> =
        counting.iter().filter_map(|record| record.amount.as_ref().and_then(|amount| amount.figure())).collect();
    if records.is_empty() {
        "no post reports a deal that it asks for"
    } else if counting.is_empty() {
        "the deals that it asks for are over or denied"
    } else if figures.is_empty() {
        "no deal that it asks for has an amount in figures"
    } else if figures.iter().all(|figure| figure.annualised().is_some()) {
        "what is paid per month or per year is no sum that can be drawn"
    } else {
        "no deal that it asks for says who pays whom"
    }
}

/// Draws what a `{chart}` block asks for; nothing, if there is no deal for it.
///
/// # Errors
/// There is no such chart, or an argument is wrong.
pub fn chart_block(parts: &Parts, block: &Block) -> Result<String, Diagnostic> {
    let asked = Asked::read(parts, block)?;
    Ok(asked.draw(parts, &parts.newsroom.ledger.select(&asked.query), block))
}

/// What a `{chart}` block asks for.
struct Asked<'b> {
    name: &'b str,
    query: Query,
}

impl<'b> Asked<'b> {
    fn read(parts: &Parts, block: &'b Block) -> Result<Self, Diagnostic> {
        let name = block.argument.trim();
        if !CHARTS.contains(&name) {
            let help = nearest(name, CHARTS)
                .map_or_else(|| format!("charts: {}", CHARTS.join(", ")), |near| format!("did you mean `{near}`?"));
            return Err(Diagnostic::error("unknown-chart", format!("there is no chart `{name}`")).with_help(help));
        }
        let mut query = Query::default();
        for (key, value) in &block.options {
            let wrong = |help: &str| {
                let message = format!("`{key}={value}` can't be drawn");
                Err(Diagnostic::error("bad-chart", message).with_help(help.to_owned()))
            };
            match key.as_str() {
                "company" => query.company = Some(super::canonical(parts, value)),
                "kind" => match Kind::parse(value) {
                    Some(kind) => query.kind = Some(kind),
                    None => return wrong("name a kind such as `cloud`, `investment` or `licensing`"),
                },
                "year" => match value.parse() {
                    Ok(year) => query.year = Some(year),
                    Err(_) => return wrong("write the year in four digits"),
                },
                "caption" | "title" => {}
                _ => return wrong("a chart takes `company=`, `kind=`, `year=` and `caption=`"),
            }
        }
        if name == "company-flows" && query.company.is_none() {
            let problem = Diagnostic::error("bad-chart", "`company-flows` needs a company");
            return Err(problem.with_help("add `company=Microsoft`"));
        }
        Ok(Self { name, query })
    }

    fn draw(&self, parts: &Parts, records: &[&DealRecord], block: &Block) -> String {
        let id = format!("chart-{}-{}", block.position.line, block.position.column);
        match (self.name, &self.query.company) {
            ("who-pays-whom", _) => flows(parts, records, &id),
            ("company-flows", Some(company)) => of_company(parts, company, records, &id),
            _ => over_time(parts, records, &id),
        }
    }
}

/// A deal that can be drawn: its amount in units of the currency, from low to high.
struct Drawn<'l> {
    record: &'l DealRecord,
    low: f64,
    high: f64,
}

fn drawn<'l>(records: &[&'l DealRecord]) -> (Option<Currency>, Vec<Drawn<'l>>) {
    let mut by_currency: BTreeMap<&'static str, (Currency, Vec<Drawn<'l>>)> = BTreeMap::new();
    for record in records.iter().filter(|record| record.status.counts()) {
        let Some(figure) = record.amount.as_ref().and_then(|amount| amount.figure()) else { continue };
        if figure.annualised().is_some() {
            continue;
        }
        // Hundredths of the largest amount that is read fit into a float with room to spare.
        let units = |hundredths: i128| hundredths as f64 / 100.0;
        let one = Drawn { record, low: units(figure.low), high: units(figure.high) };
        by_currency.entry(figure.currency.code()).or_insert_with(|| (figure.currency, vec![])).1.push(one);
    }
    let largest = by_currency.into_values().max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.code().cmp(a.0.code())));
    largest.map_or((None, vec![]), |(currency, deals)| (Some(currency), deals))
}

/// Keeps the deals that may be added up: firm ones, or the others where there is none that is firm,
/// and says in words which.
fn summable(mut deals: Vec<Drawn<'_>>) -> (Vec<Drawn<'_>>, &'static str) {
    if deals.iter().any(|deal| deal.record.has_firm_amount) {
        deals.retain(|deal| deal.record.has_firm_amount);
        return (deals, "announced, signed or closed");
    }
    (deals, "reported, none of it firm")
}

fn caption<'a>(id: &'a str, title: &'a str, sign: &'a str) -> Caption<'a> {
    Caption { id, title, currency: sign, words: &ENGLISH }
}

fn day(date: PartialDate) -> Day {
    Day { year: i32::from(date.year()), month: date.month().unwrap_or(7), day: date.day().unwrap_or(15) }
}

fn href(parts: &Parts, record: &DealRecord) -> Option<String> {
    Some(deal_url(&parts.config, record)).filter(|url| !url.is_empty())
}

/// Draws deals over time.
pub(super) fn over_time(parts: &Parts, records: &[&DealRecord], id: &str) -> String {
    let (Some(currency), deals) = drawn(records) else { return String::new() };
    let points: Vec<DealPoint> = deals
        .iter()
        .map(|deal| DealPoint {
            date: day(deal.record.date),
            low: deal.low,
            high: deal.high,
            label: deal.record.title.clone(),
            href: href(parts, deal.record),
            kind: deal.record.kind.name().to_owned(),
            certain: deal.record.has_firm_amount,
        })
        .collect();
    chart::deals_over_time(&caption(id, "Deals over time", &currency.prefix()), &points)
}

/// Draws who pays whom.
pub(super) fn flows(parts: &Parts, records: &[&DealRecord], id: &str) -> String {
    let (Some(currency), deals) = drawn(records) else { return String::new() };
    let (deals, which) = summable(deals);
    let title = format!("Who pays whom: {which}");
    chart::who_pays_whom(&caption(id, &title, &currency.prefix()), &to_flows(parts, &deals), FLOWS)
}

/// Draws what a company pays and is paid.
pub(super) fn of_company(parts: &Parts, company: &str, records: &[&DealRecord], id: &str) -> String {
    let (Some(currency), deals) = drawn(records) else { return String::new() };
    let (deals, which) = summable(deals);
    let title = format!("Money in and out of {company}: {which}");
    chart::company_flows(&caption(id, &title, &currency.prefix()), company, &to_flows(parts, &deals))
}

fn to_flows(parts: &Parts, deals: &[Drawn<'_>]) -> Vec<Flow> {
    deals
        .iter()
        .filter_map(|deal| {
            let flow = deal.record.flow()?;
            Some(Flow {
                from: flow.payers.join(", "),
                to: flow.receivers.join(", "),
                amount: (deal.low.max(CENT) * deal.high.max(CENT)).sqrt(),
                label: deal.record.kind.name().to_owned(),
                href: href(parts, deal.record),
            })
        })
        .collect()
}

/// Draws the sums of the last months, by the day of the newest report.
pub(super) fn by_month(parts: &Parts, id: &str) -> String {
    let records: Vec<&DealRecord> = parts.newsroom.ledger.deals.iter().collect();
    let (Some(currency), deals) = drawn(&records) else { return String::new() };
    let (deals, which) = summable(deals);
    let title = format!("Deals by month: {which}");
    let month_of = |record: &DealRecord| {
        let date = record.newest.date();
        i32::from(date.year()) * 12 + i32::from(date.month()) - 1
    };
    let Some(last) = records.iter().map(|record| month_of(record)).max() else { return String::new() };
    let months: Vec<MonthTotal> = (0..MONTHS as i32)
        .rev()
        .map(|back| {
            let month = last - back;
            MonthTotal {
                label: month_name((month.rem_euclid(12) + 1) as u8).chars().take(3).collect(),
                amount: deals.iter().filter(|deal| month_of(deal.record) == month).map(|deal| deal.low).sum(),
                count: records.iter().filter(|record| month_of(record) == month).count(),
            }
        })
        .collect();
    chart::bars_by_month(&caption(id, &title, &currency.prefix()), &months)
}
