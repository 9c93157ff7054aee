//! Charts of the ledger: which deals are drawn, in which currency, with which words.
//!
//! A chart has one currency, that with the most deals; no rate of exchange is guessed. Deals that
//! are over or denied are left out, and so are amounts by the month or the year, which are no sum: the
//! totals keep them apart as well. A ceiling (`up to`) is in no sum either: where sums are drawn, a note says
//! what the ceilings come to, as the totals do. A range counts with its lower end, and the sum is at least that;
//! a note says so.

use std::collections::BTreeMap;

use super::super::chart::{self, Caption, Day, DealPoint, ENGLISH, Flow, MonthTotal};
use super::deal_url;
use crate::content::date::{PartialDate, month_name};
use crate::content::deal::Kind;
use crate::content::markdown::Block;
use crate::content::money::{Bound, Currency};
use crate::diagnostic::{Diagnostic, nearest};
use crate::newsroom::ledger::{DealRecord, Query, Totals};
use crate::site::view::DealRow;
use crate::snapshot::Parts;

/// Flows that are drawn between companies.
const FLOWS: usize = 12;
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
    asked.draw(parts, &records, block).svg.is_empty().then(|| {
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
    } else if figures.iter().all(|figure| figure.annualised().is_some() || figure.bound.is_ceiling()) {
        "an amount that is only a ceiling (`up to`) is no sum that can be drawn"
    } else {
        "no deal that it asks for says who pays whom"
    }
}

/// Draws what a `{chart}` block asks for; nothing, if there is no deal for it.
///
/// # Errors
/// There is no such chart, or an argument is wrong.
pub fn chart_block(parts: &Parts, block: &Block) -> Result<Chart, Diagnostic> {
    let asked = Asked::read(parts, block)?;
    let Drawing { title, svg, deals } = asked.draw(parts, &parts.newsroom.ledger.select(&asked.query), block);
    Ok(Chart { title, svg, rows: rows(parts, deals) })
}

/// A drawing with its title and a table of the deals that it is made of; all empty, if there is nothing to draw.
#[derive(Default)]
pub struct Chart {
    /// What it shows: which deals, and which of them are summed up.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// The deals that it draws or names in a note, that with the newest report first.
    pub rows: Vec<DealRow>,
}

/// The same without the table, which the pages of the ledger and of companies do not show.
#[derive(Default)]
pub(super) struct Drawing<'l> {
    title: String,
    pub(super) svg: String,
    /// The deals that it draws or names in a note.
    deals: Vec<&'l DealRecord>,
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

    fn draw<'l>(&self, parts: &Parts, records: &[&'l DealRecord], block: &Block) -> Drawing<'l> {
        let id = format!("chart-{}-{}", block.position.line, block.position.column);
        let scope = self.scope();
        match (self.name, &self.query.company) {
            ("who-pays-whom", _) => flows(parts, records, &id, &scope),
            ("company-flows", Some(company)) => of_company(parts, company, records, &id, &scope),
            _ => over_time(parts, records, &id, &scope),
        }
    }

    /// Says to what the deals are narrowed: ` (Microsoft, cloud, 2025)`.
    fn scope(&self) -> String {
        let Query { company, kind, year, .. } = &self.query;
        // The title of a company's flows names it anyway.
        let company = company.clone().filter(|_| self.name != "company-flows");
        let parts: Vec<String> = company
            .into_iter()
            .chain(kind.map(|kind| kind.name().to_owned()))
            .chain(year.map(|year| year.to_string()))
            .collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }
}

/// A deal that can be drawn: its amount in units of the currency, from low to high.
struct Drawn<'l> {
    record: &'l DealRecord,
    bound: Bound,
    low: f64,
    high: f64,
}

impl Drawn<'_> {
    fn is_range(&self) -> bool {
        self.high > self.low
    }

    /// Says how exact the deal is in a sum, where a range counts with its lower end.
    fn bound_in_sum(&self) -> Bound {
        Bound::of_sum([self.bound].into_iter().chain(self.is_range().then_some(Bound::AtLeast)))
    }
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
        let one = Drawn { record, bound: figure.bound, low: units(figure.low), high: units(figure.high) };
        by_currency.entry(figure.currency.code()).or_insert_with(|| (figure.currency, vec![])).1.push(one);
    }
    let largest = by_currency.into_values().max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.code().cmp(a.0.code())));
    largest.map_or((None, vec![]), |(currency, deals)| (Some(currency), deals))
}

/// Deals in one currency that may be added up.
struct Summable<'l> {
    currency: Currency,
    /// Firm deals, or the others where there is none that is firm.
    deals: Vec<Drawn<'l>>,
    /// The same of those whose amount is a ceiling.
    ceilings: Vec<Drawn<'l>>,
    /// Says which.
    which: &'static str,
}

impl<'l> Summable<'l> {
    fn of(records: &[&'l DealRecord]) -> Option<Self> {
        let bound = |record: &DealRecord| record.amount.as_ref().and_then(|amount| Some(amount.figure()?.bound));
        let (ceilings, sums): (Vec<_>, Vec<_>) =
            records.iter().copied().partition(|record| bound(record).is_some_and(Bound::is_ceiling));
        let (Some(currency), mut deals) = drawn(&sums) else { return None };
        let ceilings = ceilings
            .into_iter()
            .filter(|record| record.amount.as_ref().and_then(|amount| amount.currency()) == Some(currency));
        let (_, mut ceilings) = drawn(&ceilings.collect::<Vec<_>>());
        let firm = deals.iter().any(|deal| deal.record.has_firm_amount);
        if firm {
            deals.retain(|deal| deal.record.has_firm_amount);
            ceilings.retain(|deal| deal.record.has_firm_amount);
        }
        let which = if firm { "announced, signed or closed" } else { "reported, none of it firm" };
        Some(Self { currency, deals, ceilings, which })
    }

    /// Keeps deals of which something is so.
    fn retain(&mut self, keep: impl Fn(&DealRecord) -> bool) {
        self.deals.retain(|deal| keep(deal.record));
        self.ceilings.retain(|deal| keep(deal.record));
    }

    /// Says what the ceilings come to that are in no sum, in the words of the totals: `up to $600B more`.
    fn left_out(&self, is_meant: impl Fn(&DealRecord) -> bool) -> Option<String> {
        let totals = Totals::of(self.ceilings.iter().map(|deal| deal.record).filter(|record| is_meant(record)));
        let total = totals.currency(self.currency)?;
        let sides = [&total.firm, &total.reported].map(|side| side.text(self.currency));
        let said: Vec<String> = sides.into_iter().filter(|side| !side.is_empty()).collect();
        Some(format!("{} more", said.join(" and ")))
    }

    /// Says what is in no sum, each in the words given for it, and how ranges count.
    fn notes(&self, left_out: impl IntoIterator<Item = String>) -> Vec<String> {
        let of_ranges = self.deals.iter().any(Drawn::is_range).then(|| "A range counts with its lower end.".to_owned());
        left_out.into_iter().map(|sum| format!("A ceiling is in no sum: {sum}.")).chain(of_ranges).collect()
    }

    fn records(&self) -> Vec<&'l DealRecord> {
        self.deals.iter().chain(&self.ceilings).map(|deal| deal.record).collect()
    }
}

/// Gives deals as rows of a table, that with the newest report first.
fn rows(parts: &Parts, mut records: Vec<&DealRecord>) -> Vec<DealRow> {
    records.sort_by(|one, other| other.newest.cmp(&one.newest).then_with(|| one.id.cmp(&other.id)));
    // A company that pays itself stands among both, what it pays and what it is paid.
    records.dedup_by(|one, other| one.id == other.id);
    records.into_iter().map(|record| super::row(parts, record)).collect()
}

fn day(date: PartialDate) -> Day {
    Day { year: i32::from(date.year()), month: date.month().unwrap_or(7), day: date.day().unwrap_or(15) }
}

fn href(parts: &Parts, record: &DealRecord) -> Option<String> {
    Some(deal_url(&parts.config, record)).filter(|url| !url.is_empty())
}

/// Draws deals over time, ceilings too: each stands for itself.
pub(super) fn over_time<'l>(parts: &Parts, records: &[&'l DealRecord], id: &str, scope: &str) -> Drawing<'l> {
    let (Some(currency), deals) = drawn(records) else { return Drawing::default() };
    let points: Vec<DealPoint> = deals
        .iter()
        .map(|deal| DealPoint {
            date: day(deal.record.date),
            low: deal.low,
            high: deal.high,
            label: deal.record.title.clone(),
            href: href(parts, deal.record),
            kind: deal.record.kind.name().to_owned(),
            bound: deal.bound,
            certain: deal.record.has_firm_amount,
        })
        .collect();
    let title = format!("Deals over time{scope}");
    let caption = Caption { id, title: &title, currency: &currency.prefix(), words: &ENGLISH, notes: &[] };
    let svg = chart::deals_over_time(&caption, &points);
    Drawing { svg, deals: deals.iter().map(|deal| deal.record).collect(), title }
}

/// Draws who pays whom.
pub(super) fn flows<'l>(parts: &Parts, records: &[&'l DealRecord], id: &str, scope: &str) -> Drawing<'l> {
    let Some(mut summable) = Summable::of(records) else { return Drawing::default() };
    summable.retain(|record| record.flow().is_some());
    let title = format!("Who pays whom{scope}: {}", summable.which);
    let sign = summable.currency.prefix();
    let notes = summable.notes(summable.left_out(|_| true));
    let caption = Caption { id, title: &title, currency: &sign, words: &ENGLISH, notes: &notes };
    let svg = chart::who_pays_whom(&caption, &to_flows(parts, &summable.deals), FLOWS);
    Drawing { svg, deals: summable.records(), title }
}

/// Draws what a company pays and is paid.
pub(super) fn of_company<'l>(
    parts: &Parts,
    company: &str,
    records: &[&'l DealRecord],
    id: &str,
    scope: &str,
) -> Drawing<'l> {
    let Some(mut summable) = Summable::of(records) else { return Drawing::default() };
    let pays = |record: &DealRecord| record.flow().is_some_and(|flow| flow.payers.join(", ") == company);
    let is_paid = |record: &DealRecord| record.flow().is_some_and(|flow| flow.receivers.join(", ") == company);
    summable.retain(|record| pays(record) || is_paid(record));
    let title = format!("Money in and out of {company}{scope}: {}", summable.which);
    let paid = summable.left_out(pays).map(|sum| format!("paid {sum}"));
    let received = summable.left_out(is_paid).map(|sum| format!("received {sum}"));
    let notes = summable.notes(paid.into_iter().chain(received));
    let sign = summable.currency.prefix();
    let caption = Caption { id, title: &title, currency: &sign, words: &ENGLISH, notes: &notes };
    let svg = chart::company_flows(&caption, company, &to_flows(parts, &summable.deals));
    Drawing { svg, deals: summable.records(), title }
}

fn to_flows(parts: &Parts, deals: &[Drawn<'_>]) -> Vec<Flow> {
    deals
        .iter()
        .filter_map(|deal| {
            let flow = deal.record.flow()?;
            Some(Flow {
                from: flow.payers.join(", "),
                to: flow.receivers.join(", "),
                amount: deal.low,
                bound: deal.bound_in_sum(),
                label: deal.record.kind.name().to_owned(),
                href: href(parts, deal.record),
            })
        })
        .collect()
}

/// Draws the sums of the last months, by the day of the newest report.
pub(super) fn by_month(parts: &Parts, id: &str) -> String {
    let records: Vec<&DealRecord> = parts.newsroom.ledger.deals.iter().collect();
    let Some(mut summable) = Summable::of(&records) else { return String::new() };
    let title = format!("Deals by month, and the sums of those {}", summable.which);
    let month_of = |record: &DealRecord| {
        let date = record.newest.date();
        i32::from(date.year()) * 12 + i32::from(date.month()) - 1
    };
    let Some(last) = records.iter().map(|record| month_of(record)).max() else { return String::new() };
    summable.retain(|record| month_of(record) > last - MONTHS as i32);
    let months: Vec<MonthTotal> = (0..MONTHS as i32)
        .rev()
        .map(|back| {
            let month = last - back;
            let deals: Vec<&Drawn<'_>> = summable.deals.iter().filter(|deal| month_of(deal.record) == month).collect();
            MonthTotal {
                label: month_name((month.rem_euclid(12) + 1) as u8).chars().take(3).collect(),
                amount: deals.iter().map(|deal| deal.low).sum(),
                bound: Bound::of_sum(deals.iter().map(|deal| deal.bound_in_sum())),
                summed: deals.len(),
                count: records.iter().filter(|record| month_of(record) == month).count(),
            }
        })
        .collect();
    let sign = summable.currency.prefix();
    let notes = summable.notes(summable.left_out(|_| true));
    let caption = Caption { id, title: &title, currency: &sign, words: &ENGLISH, notes: &notes };
    chart::bars_by_month(&caption, &months)
}
