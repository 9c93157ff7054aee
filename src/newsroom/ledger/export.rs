//! The ledger as data: rows for JSON, and CSV that is safe to open in a spreadsheet.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{DealRecord, Ledger};
use crate::content::money::decimal;

/// The version of [`LedgerRow`]: it grows when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// The columns of the CSV, in order; the same names as in JSON.
pub const COLUMNS: [&str; 18] = [
    "id",
    "date",
    "reported",
    "kind",
    "status",
    "parties",
    "payer",
    "receiver",
    "amount",
    "amount_low",
    "amount_high",
    "currency",
    "bound",
    "per",
    "as_of",
    "source",
    "reports",
    "url",
];

/// What stands between several names in one cell.
const BETWEEN: &str = "; ";

/// One deal as data. Texts that nobody gave are empty.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LedgerRow {
    /// The deal's name in the ledger.
    pub id: String,
    /// When the deal was announced or made, as of or closed; else the day of its first report: `2024-03-15`, `2024-03`, `2024-Q1` or `2024`.
    pub date: String,
    /// The day of the newest report: `2024-08-01`.
    pub reported: String,
    /// `cloud`, `compute`, `licensing`, `data`, `investment`, `acquisition`, `partnership`, `hiring`, `government` or `other`.
    pub kind: String,
    /// `rumoured`, `reported`, `announced`, `signed`, `closed`, `ended` or `denied`.
    pub status: String,
    /// The names of those who take part, each once.
    pub parties: Vec<String>,
    /// Who pays, where that is known; several are joined by `; `.
    pub payer: String,
    /// Who is paid, where that is known; several are joined by `; `.
    pub receiver: String,
    /// The amount in words: `nearly $20M per month`.
    pub amount: String,
    /// The lowest value in units of the currency, not annualised; null where the words set none.
    #[schemars(with = "Option<f64>")]
    pub amount_low: Option<Units>,
    /// The highest value in units of the currency, not annualised; null where the words set none.
    #[schemars(with = "Option<f64>")]
    pub amount_high: Option<Units>,
    /// The currency's ISO 4217 code: `USD`.
    pub currency: String,
    /// `exact`, `range`, `about`, `nearly`, `at-least`, `more-than`, `up-to`, `less-than`, `vague` or `undisclosed`.
    pub bound: String,
    /// What the amount is paid for: `once`, `month`, `year` or `total`.
    pub per: String,
    /// The time that the current report speaks of, written as `date` is.
    pub as_of: String,
    /// Who says so.
    pub source: String,
    /// How many reports there are.
    pub reports: u32,
    /// The address of the deal's page.
    pub url: String,
}

/// An amount in hundredths that is written in units: `20000000`, or `1234.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units(pub i128);

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(self.0 / 100) {
            Ok(units) if self.0 % 100 == 0 => serializer.serialize_i64(units),
            // JSON knows no decimals but these; the exact digits stand in the CSV.
            _ => serializer.serialize_f64(decimal(self.0).parse().unwrap_or(f64::NAN)),
        }
    }
}

/// Makes the rows of all deals, in the ledger's order; `url` gives the address of a deal's page.
pub fn rows(ledger: &Ledger, url: &dyn Fn(&DealRecord) -> String) -> Vec<LedgerRow> {
    ledger.deals.iter().map(|deal| row(deal, url(deal))).collect()
}

fn row(deal: &DealRecord, url: String) -> LedgerRow {
    let flow = deal.flow();
    let mut parties: Vec<String> = vec![];
    for party in &deal.parties {
        if !parties.contains(&party.name) {
            parties.push(party.name.clone());
        }
    }
    let amount = deal.amount.as_ref();
    let (low, high) = amount.map_or((None, None), |amount| amount.limits());
    let per = amount.and_then(|amount| amount.figure()).and_then(|figure| figure.per);
    LedgerRow {
        id: deal.id.clone(),
        date: deal.date.iso(),
        reported: deal.newest.iso_date(),
        kind: deal.kind.name().to_owned(),
        status: deal.status.name().to_owned(),
        parties,
        payer: flow.as_ref().map_or(String::new(), |flow| flow.payers.join(BETWEEN)),
        receiver: flow.as_ref().map_or(String::new(), |flow| flow.receivers.join(BETWEEN)),
        amount: amount.map_or(String::new(), ToString::to_string),
        amount_low: low.map(Units),
        amount_high: high.map(Units),
        currency: amount.and_then(|amount| amount.currency()).map_or(String::new(), |currency| currency.to_string()),
        bound: amount.map_or(String::new(), |amount| amount.bound_name().to_owned()),
        per: per.map_or(String::new(), |per| per.name().to_owned()),
        as_of: deal.as_of.map_or(String::new(), |as_of| as_of.iso()),
        source: deal.source.clone().unwrap_or_default(),
        reports: u32::try_from(deal.history.len()).unwrap_or(u32::MAX),
        url,
    }
}

/// Writes rows as CSV (RFC 4180): a line of names, then a line for each deal, all ended by CR LF.
///
/// A text that a spreadsheet would take for a formula gets a `'` in front; a text that is nothing but a
/// number is left alone.
pub fn csv(rows: &[LedgerRow]) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for row in rows {
        let cells = cells(row).map(|cell| quoted(&inert(&cell)));
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// Gives the cells of a row in the order of [`COLUMNS`].
fn cells(row: &LedgerRow) -> [String; 18] {
    let LedgerRow {
        id,
        date,
        reported,
        kind,
        status,
        parties,
        payer,
        receiver,
        amount,
        amount_low,
        amount_high,
        currency,
        bound,
        per,
        as_of,
        source,
        reports,
        url,
    } = row.clone();
    let number = |units: Option<Units>| units.map_or(String::new(), |units| decimal(units.0));
    [
        id,
        date,
        reported,
        kind,
        status,
        parties.join(BETWEEN),
        payer,
        receiver,
        amount,
        number(amount_low),
        number(amount_high),
        currency,
        bound,
        per,
        as_of,
        source,
        reports.to_string(),
        url,
    ]
}

/// Puts a `'` before what a spreadsheet would run: CVE-2021-41270 and its kin.
fn inert(cell: &str) -> String {
    // Blanks in front do not stop every spreadsheet, nor do the wide forms of the signs.
    let starts = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let is_risky = starts(cell) || starts(cell.trim_start());
    if is_risky && !is_number(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Says whether a text is nothing but a number: `-5.2`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Quotes a cell where RFC 4180 wants it, and where blanks at its ends would be lost.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) || cell.trim() != cell {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
