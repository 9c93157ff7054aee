//! The ledger: all that the posts say about deals, put together deal by deal.
//!
//! 1. [`assemble`] takes the reports of all posts and joins them by `id` into [`DealRecord`]s.
//! 2. [`conflicts`] finds where two reports of one deal can't both be true.
//! 3. `twins` finds deals that look like one under two names, and `titles` keeps apart those that are not.
//! 4. [`totals`] adds up, without mixing what must not be mixed.
//! 5. [`export`] makes rows for CSV and JSON.
//!
//! The result does not depend on the order in which the reports come in.

pub mod conflicts;
pub mod export;
mod record;
mod titles;
pub mod totals;
mod twins;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::content::date::{Moment, PartialDate};
use crate::content::deal::{Deal, Flow, Kind, Party, Status, flow};
use crate::content::markdown::Position;
use crate::content::money::Amount;
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourcePath;

pub use conflicts::Conflict;
pub use totals::Totals;

/// What one post says about one deal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The deal as it stands in the post.
    pub deal: Deal,
    /// The post, by its number in the newsroom.
    pub post: u32,
    /// The post's file.
    pub post_source: SourcePath,
    /// When the post was published.
    pub post_date: Moment,
}

/// A deal as all reports together tell it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DealRecord {
    /// Its name in the ledger: unique, fit for a URL.
    pub id: String,
    /// Whether the author named it; the `id` is made up otherwise.
    pub is_named: bool,
    /// `TikTok → Microsoft`, or what the author called it; with what sets it apart where another has the same.
    pub title: String,
    /// Who takes part, from the current report, completed by reports that name more.
    pub parties: Vec<Party>,
    /// What it is about.
    pub kind: Kind,
    /// How far it got, as the current report says.
    pub status: Status,
    /// The latest amount that a report states; `undisclosed` only if none states any.
    pub amount: Option<Amount>,
    /// The report that states the amount.
    pub amount_report: Option<usize>,
    /// When the deal itself was: announced, made, as of or closed; else the day of its first report.
    pub date: PartialDate,
    /// The time that the current report speaks of.
    pub as_of: Option<PartialDate>,
    /// Who says so, as the latest report that tells.
    pub source: Option<String>,
    /// When the newest report was published.
    pub newest: Moment,
    /// The current report: the latest by the time that it speaks of, the surer one on the same day.
    pub current: usize,
    /// All reports, the newest post first.
    pub history: Vec<usize>,
    /// Where two reports can't both be true.
    pub conflicts: Vec<Conflict>,
    /// Whether the parties stand for both the deal and the amount; then it counts as firm in totals.
    pub has_firm_amount: bool,
}

/// All deals.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ledger {
    /// All reports, the oldest post first; records name them by their index here.
    pub reports: Vec<Report>,
    /// All deals, that with the newest report first, then by `id`.
    pub deals: Vec<DealRecord>,
    /// Each deal by its `id`.
    #[serde(skip)]
    by_id: BTreeMap<String, usize>,
    /// The deals and the reports of them that each post holds, in the order of the post.
    #[serde(skip)]
    by_post: BTreeMap<u32, Vec<(usize, usize)>>,
}

/// Which deals are wanted; what is `None` is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Query {
    /// Deals in which this company takes part, by its canonical name.
    pub company: Option<String>,
    /// Deals of this kind.
    pub kind: Option<Kind>,
    /// Deals of this year.
    pub year: Option<i16>,
    /// Deals with this status.
    pub status: Option<Status>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// The deals of one company, each by its index in [`Ledger::deals`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CompanyDeals {
    /// Those in which it pays.
    pub paying: Vec<usize>,
    /// Those in which it is paid.
    pub paid: Vec<usize>,
    /// Those in which it takes part otherwise.
    pub others: Vec<usize>,
    /// What it pays.
    pub paying_totals: Totals,
    /// What it is paid.
    pub paid_totals: Totals,
}

/// Joins the reports of all posts; `canonical` gives a company's one name for any of its spellings.
///
/// Returned with the ledger are warnings about contradictions (`deal-contradiction`) and notes about
/// deals that may be one (`likely-twin`).
pub fn assemble(mut reports: Vec<Report>, canonical: &dyn Fn(&str) -> String) -> (Ledger, Vec<Diagnostic>) {
    for report in &mut reports {
        let mut seen = BTreeSet::new();
        report.deal.parties.retain_mut(|party| {
            party.name = canonical(&party.name);
            seen.insert(party.clone())
        });
    }
    reports.sort_by(|a, b| a.order().cmp(&b.order()));

    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, report) in reports.iter().enumerate() {
        if let Some(id) = &report.deal.id {
            groups.entry(id.clone()).or_default().push(index);
        }
    }
    let mut deals: Vec<DealRecord> = groups.iter().map(|(id, group)| record::of(id, true, group, &reports)).collect();
    for (index, report) in reports.iter().enumerate().filter(|(_, report)| report.deal.id.is_none()) {
        let id = free_id(report, &groups);
        deals.push(record::of(&id, false, &[index], &reports));
        groups.insert(id, vec![index]);
    }
    deals.sort_by(|a, b| b.newest.cmp(&a.newest).then_with(|| a.id.cmp(&b.id)));

    let mut diagnostics = vec![];
    for deal in &deals {
        diagnostics.extend(deal.conflicts.iter().map(|conflict| conflict.diagnostic(&deal.id, &reports)));
    }
    diagnostics.extend(twins::find(&deals, &reports));
    titles::set_apart(&mut deals);
    let by_id = deals.iter().enumerate().map(|(index, deal)| (deal.id.clone(), index)).collect();
    let mut by_post: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for (index, deal) in deals.iter().enumerate() {
        for &report in &deal.history {
            by_post.entry(reports[report].post).or_default().push((index, report));
        }
    }
    for held in by_post.values_mut() {
        held.sort_by_key(|(_, report)| *report);
    }
    (Ledger { reports, deals, by_id, by_post }, diagnostics)
}

/// Makes up a name for a deal that has none; its date keeps it apart from others between the same parties.
fn free_id(report: &Report, taken: &BTreeMap<String, Vec<usize>>) -> String {
    let base = format!("{}-{}", report.deal.proposed_id(), report.post_date.iso_date());
    let mut id = base.clone();
    let mut number = 2_usize;
    while taken.contains_key(&id) {
        id = format!("{base}-{number}");
        number += 1;
    }
    id
}

impl Report {
    /// Gives the place of the report: its `id`, or its first line.
    pub fn place(&self) -> Place {
        self.deal.position.in_file(&self.post_source)
    }

    /// Gives the place of something in the report, or of the report where it has none.
    fn place_of(&self, position: Option<Position>) -> Place {
        position.unwrap_or(self.deal.position).in_file(&self.post_source)
    }

    /// The day that the report speaks of: no later than the post itself.
    fn day(&self) -> i64 {
        let published = self.post_date.day_number();
        self.deal.as_of.map_or(published, |as_of| as_of.last_day().min(published))
    }

    fn order(&self) -> (Moment, &SourcePath, u32, u32) {
        (self.post_date, &self.post_source, self.deal.position.line, self.deal.position.column)
    }
}

impl DealRecord {
    /// Says who pays whom, where the roles tell.
    pub fn flow(&self) -> Option<Flow<'_>> {
        flow(&self.parties)
    }

    /// Says whether somebody takes part, by the canonical name.
    pub fn has_party(&self, name: &str) -> bool {
        self.parties.iter().any(|party| party.name == name)
    }

    /// Gives the year of the deal itself.
    pub fn year(&self) -> i16 {
        self.date.year()
    }
}

impl Ledger {
    /// Finds a deal by its `id`.
    pub fn find(&self, id: &str) -> Option<&DealRecord> {
        self.by_id.get(id).map(|&index| &self.deals[index])
    }

    /// Gives the deals that a post reports, each with that report, in the order of the post.
    pub fn of_post(&self, post: u32) -> impl Iterator<Item = (&DealRecord, &Report)> {
        let held = self.by_post.get(&post).map_or(&[][..], Vec::as_slice);
        held.iter().map(|&(deal, report)| (&self.deals[deal], &self.reports[report]))
    }

    /// Gives the deals that a query asks for, the newest report first.
    pub fn select(&self, query: &Query) -> Vec<&DealRecord> {
        let Query { company, kind, year, status, limit } = query;
        self.deals
            .iter()
            .filter(|deal| company.as_deref().is_none_or(|name| deal.has_party(name)))
            .filter(|deal| kind.is_none_or(|kind| deal.kind == kind))
            .filter(|deal| year.is_none_or(|year| deal.year() == year))
            .filter(|deal| status.is_none_or(|status| deal.status == status))
            .take(limit.unwrap_or(usize::MAX))
            .collect()
    }

    /// Gives the deals of one company by its canonical name: in, out, and the rest.
    pub fn company(&self, name: &str) -> CompanyDeals {
        let mut found = CompanyDeals::default();
        for (index, deal) in self.deals.iter().enumerate().filter(|(_, deal)| deal.has_party(name)) {
            let flow = deal.flow();
            if flow.as_ref().is_some_and(|flow| flow.payers.contains(&name)) {
                found.paying.push(index);
            } else if flow.as_ref().is_some_and(|flow| flow.receivers.contains(&name)) {
                found.paid.push(index);
            } else {
                found.others.push(index);
            }
        }
        let totals = |indexes: &[usize]| Totals::of(indexes.iter().filter_map(|&index| self.deals.get(index)));
        found.paying_totals = totals(&found.paying);
        found.paid_totals = totals(&found.paid);
        found
    }

    /// Adds up all deals.
    pub fn totals(&self) -> Totals {
        Totals::of(&self.deals)
    }

    /// Adds up the deals of each year, the newest year first.
    pub fn years(&self) -> Vec<(i16, Totals)> {
        let years: BTreeSet<i16> = self.deals.iter().map(DealRecord::year).collect();
        let of_year = |year| Totals::of(self.deals.iter().filter(|deal| deal.year() == year));
        years.into_iter().rev().map(|year| (year, of_year(year))).collect()
    }

    /// Adds up the deals of each kind that occurs, in the order of [`Kind::ALL`].
    pub fn kinds(&self) -> Vec<(Kind, Totals)> {
        let kinds: BTreeSet<Kind> = self.deals.iter().map(|deal| deal.kind).collect();
        let of_kind = |kind| Totals::of(self.deals.iter().filter(|deal| deal.kind == kind));
        kinds.into_iter().map(|kind| (kind, of_kind(kind))).collect()
    }

    /// Gives the statuses that occur, in the order of [`Status::ALL`].
    pub fn statuses(&self) -> Vec<Status> {
        let statuses: BTreeSet<Status> = self.deals.iter().map(|deal| deal.status).collect();
        statuses.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
