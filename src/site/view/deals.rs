//! Deals: in a line, on a card, in the ledger, on the page of a company.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Link, PostCard};

/// A deal in one line: `TikTok → Microsoft, nearly $20M per month`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DealLine {
    /// `TikTok → Microsoft`, or the parties joined by `and`.
    pub parties: String,
    /// `nearly $20M per month`; `undisclosed` where it is.
    pub amount: String,
    /// `cloud`, `investment` and so on.
    pub kind: String,
    /// `reported`, `signed` and so on.
    pub status: String,
    /// The deal's page; empty where the ledger is turned off.
    pub url: String,
}

/// A deal as the ledger knows it: the variable `deal`, an article's deal card, a `{deal}` block.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Deal {
    /// Its name in the ledger.
    pub id: String,
    /// `TikTok → Microsoft`, or the parties joined by `and`.
    pub title: String,
    /// The deal's page; empty where the ledger is turned off.
    pub url: String,
    /// Those who take part.
    pub parties: Vec<Party>,
    /// Who pays, where that is known.
    pub payer: Option<Link>,
    /// Who is paid, where that is known.
    pub receiver: Option<Link>,
    /// `cloud`, `investment` and so on.
    pub kind: String,
    /// `nearly $20M per month`; `undisclosed` where it is; empty where nothing is said.
    pub amount: String,
    /// `rumoured`, `reported`, `announced`, `signed`, `closed`, `ended` or `denied`.
    pub status: String,
    /// Whether the status is firm: announced, signed or closed.
    pub firm: bool,
    /// `March 2024`; may be empty.
    pub as_of: String,
    /// Who says so.
    pub source: String,
    /// How many reports there are.
    pub reports: usize,
    /// The reports, newest first: all on the deal's own page, the 50 newest elsewhere.
    pub history: Vec<DealReport>,
    /// Where reports contradict each other, each in one sentence.
    pub conflicts: Vec<String>,
}

/// One report of a deal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DealReport {
    /// When it was reported.
    pub date: Date,
    /// The status then.
    pub status: String,
    /// Whether that status is firm.
    pub firm: bool,
    /// The amount then.
    pub amount: String,
    /// The time that it speaks of; may be empty.
    pub as_of: String,
    /// Who said so.
    pub source: String,
    /// What else there is to say.
    pub note: String,
    /// The post that reports it.
    pub post: Arc<PostCard>,
}

/// Somebody in a deal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Party {
    /// `buyer`, `seller`, `investor` and so on.
    pub role: String,
    /// The name, and the page of the company.
    pub link: Link,
}

/// A row of the ledger's table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DealRow {
    /// `TikTok → Microsoft`.
    pub title: String,
    /// The deal's page.
    pub url: String,
    /// The latest report's date.
    pub date: Date,
    /// The parties, for filtering, each by name.
    pub parties: Vec<Link>,
    /// Its kind.
    pub kind: String,
    /// Its status.
    pub status: String,
    /// Whether the status is firm.
    pub firm: bool,
    /// Its amount, ready for print.
    pub amount: String,
    /// The amount's currency and lower bound for sorting, in units of the currency; empty without one.
    pub sort_amount: String,
}

/// The variable `ledger`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ledger {
    /// All deals, the newest report first.
    pub rows: Vec<DealRow>,
    /// Totals, a line for each currency, firm deals only.
    pub totals: Vec<Total>,
    /// Totals for each year and currency, newest first.
    pub years: Vec<YearTotal>,
    /// Kinds that occur, for filtering.
    pub kinds: Vec<String>,
    /// Statuses that occur, for filtering.
    pub statuses: Vec<String>,
    /// Charts as SVG: deals over time. Empty where there is nothing to draw.
    pub chart_time_html: String,
    /// Charts as SVG: who pays whom.
    pub chart_flows_html: String,
    /// The ledger as CSV; empty where it is turned off.
    pub csv: String,
    /// The ledger as JSON; empty where it is turned off.
    pub json: String,
}

/// A sum in one currency.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Total {
    /// `USD`.
    pub currency: String,
    /// `$123.4B`, ready for print: deals that are announced, signed or closed.
    pub firm: String,
    /// How many deals were added up for it.
    pub firm_count: u32,
    /// The same for deals that are only reported or rumoured.
    pub reported: String,
    /// How many deals were added up for it.
    pub reported_count: u32,
}

/// The totals of a year.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct YearTotal {
    /// The year.
    pub year: i16,
    /// Its totals.
    pub totals: Vec<Total>,
}

/// The variable `dealings`: an entity's deals.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dealings {
    /// Money that goes out, newest first.
    pub outgoing: Vec<DealRow>,
    /// Money that comes in, newest first.
    pub incoming: Vec<DealRow>,
    /// Deals without a direction, newest first.
    pub others: Vec<DealRow>,
    /// Totals of what goes out.
    pub outgoing_totals: Vec<Total>,
    /// Totals of what comes in.
    pub incoming_totals: Vec<Total>,
    /// A chart as SVG; empty where there is nothing to draw.
    pub chart_html: String,
}
