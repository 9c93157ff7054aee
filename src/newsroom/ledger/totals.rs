//! Totals that never mix what must not be mixed.
//!
//! Currencies stay apart; so do what the parties stand for and what is only reported or rumoured; so do
//! sums and what is paid year after year; and `up to` is a ceiling, not a sum. Deals that are over or
//! denied do not count, and a deal without a figure is counted, not added.

use std::collections::BTreeMap;

use serde::Serialize;

use super::DealRecord;
use crate::content::money::{Amount, Bound, Currency, Figure, rounded};

/// The totals of some deals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// A line for each currency, that with the most deals first, then by code.
    pub currencies: Vec<CurrencyTotal>,
    /// How many deals that count have no figure: undisclosed, or nothing said.
    pub without_figure: u32,
    /// How many deals are left out since they are over or denied.
    pub left_out: u32,
}

/// The totals in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// Deals that are announced, signed or closed, with an amount from a report that is so too.
    pub firm: Side,
    /// All others.
    pub reported: Side,
}

/// What was added up on one side, in four sums that do not belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Amounts as they stand.
    pub sum: Bucket,
    /// What is paid per month or per year, by the year.
    pub yearly: Bucket,
    /// What is `up to` or `less than` an amount.
    pub ceiling: Bucket,
    /// The same of what is paid per month or per year.
    pub yearly_ceiling: Bucket,
    /// How many deals are named by an order of magnitude only (`billions of dollars`).
    pub vague: u32,
}

/// A sum that runs from low to high, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// The sum of the lower ends.
    pub low: i128,
    /// The sum of the upper ends.
    pub high: i128,
    /// How many deals it holds.
    pub deals: u32,
    /// How many of them are `at least` or `more than`, so that the sum may be higher.
    pub open: u32,
    /// How many of them are `about` or `nearly`.
    pub rough: u32,
}

impl Totals {
    /// Adds up deals.
    pub fn of<'d>(deals: impl IntoIterator<Item = &'d DealRecord>) -> Self {
        let mut totals = Self::default();
        let mut currencies: BTreeMap<Currency, (Side, Side)> = BTreeMap::new();
        for deal in deals {
            if !deal.status.counts() {
                totals.left_out += 1;
                continue;
            }
            let Some((amount, currency)) = deal.amount.as_ref().and_then(|amount| Some((amount, amount.currency()?)))
            else {
                totals.without_figure += 1;
                continue;
            };
            let (firm, reported) = currencies.entry(currency).or_default();
            let side = if deal.has_firm_amount { firm } else { reported };
            match amount {
                Amount::Figure(figure) => side.add(figure),
                Amount::Vague(_) => side.vague += 1,
                Amount::Undisclosed => totals.without_figure += 1,
            }
        }
        totals.currencies = currencies
            .into_iter()
            .map(|(currency, (firm, reported))| CurrencyTotal { currency, firm, reported })
            .collect();
        // The sort is stable, so that equals stay in the order of their codes.
        totals.currencies.sort_by_key(|total| std::cmp::Reverse(total.firm.deals() + total.reported.deals()));
        totals
    }

    /// Finds the line of a currency.
    pub fn currency(&self, currency: Currency) -> Option<&CurrencyTotal> {
        self.currencies.iter().find(|total| total.currency == currency)
    }
}

impl Side {
    /// Counts all deals of this side, also those without a figure.
    pub fn deals(&self) -> u32 {
        self.added() + self.vague
    }

    /// Counts the deals that were added up, in any of the sums.
    pub fn added(&self) -> u32 {
        let Self { sum, yearly, ceiling, yearly_ceiling, vague: _ } = self;
        sum.deals + yearly.deals + ceiling.deals + yearly_ceiling.deals
    }

    /// Writes what was added up, part by part: `$12.5B; $240M a year; up to $100B more`; may be empty.
    pub fn text(&self, currency: Currency) -> String {
        let Self { sum, yearly, ceiling, yearly_ceiling, vague: _ } = self;
        let mut parts = vec![];
        let mut add = |bucket: &Bucket, before: &str, after: &str| {
            if bucket.deals > 0 {
                parts.push(format!("{before}{}{after}", bucket.text(currency)));
            }
        };
        add(sum, "", "");
        add(yearly, "", " a year");
        add(ceiling, "up to ", if sum.deals > 0 { " more" } else { "" });
        add(yearly_ceiling, "up to ", if yearly.deals > 0 { " a year more" } else { " a year" });
        parts.join("; ")
    }

    fn add(&mut self, figure: &Figure) {
        let yearly = figure.annualised();
        let bucket = match (yearly.is_some(), figure.bound.is_ceiling()) {
            (false, false) => &mut self.sum,
            (true, false) => &mut self.yearly,
            (false, true) => &mut self.ceiling,
            (true, true) => &mut self.yearly_ceiling,
        };
        let (low, high) = yearly.unwrap_or((figure.low, figure.high));
        bucket.low = bucket.low.saturating_add(low);
        bucket.high = bucket.high.saturating_add(high);
        bucket.deals += 1;
        match figure.bound {
            Bound::AtLeast | Bound::MoreThan => bucket.open += 1,
            Bound::About | Bound::Nearly => bucket.rough += 1,
            Bound::Exact | Bound::UpTo | Bound::LessThan => {}
        }
    }
}

impl Bucket {
    /// Writes the sum, rounded: `$123.4B`, `about $2.7B`, `at least $20M`, `$10B–$15B`.
    pub fn text(&self, currency: Currency) -> String {
        let open = (self.open > 0).then_some(Bound::AtLeast);
        let rough = (self.rough > 0).then_some(Bound::About);
        let bound = Bound::of_sum(open.into_iter().chain(rough)).before();
        let (low, high) = (rounded(self.low, currency), rounded(self.high, currency));
        if low == high { format!("{bound}{low}") } else { format!("{bound}{low}–{high}") }
    }
}
