//! Deals that look like one under two names: the same parties, the same kind, at about the same time.

use std::collections::{BTreeMap, BTreeSet};

use super::record::names;
use super::{DealRecord, Report};
use crate::content::deal::Kind;
use crate::diagnostic::Diagnostic;

/// Deals further apart than this are two deals.
const NEAR_DAYS: i64 = 60;

/// Proposes an `id` for deals that may be one; each deal is held against the one before it in time.
pub(super) fn find(deals: &[DealRecord], reports: &[Report]) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<(BTreeSet<&str>, Kind), Vec<&DealRecord>> = BTreeMap::new();
    for deal in deals {
        groups.entry((names(&deal.parties), deal.kind)).or_default().push(deal);
    }
    let mut found = vec![];
    for group in groups.values_mut() {
        group.sort_by_key(|deal| (deal.date, &deal.id));
        for pair in group.windows(2) {
            let [older, newer] = pair else { continue };
            if are_near(older, newer) && amounts_agree(older, newer) {
                found.extend(proposal(older, newer, reports));
            }
        }
    }
    found
}

fn are_near(older: &DealRecord, newer: &DealRecord) -> bool {
    older.date.overlaps(newer.date) || (newer.date.first_day() - older.date.last_day()).abs() <= NEAR_DAYS
}

fn amounts_agree(older: &DealRecord, newer: &DealRecord) -> bool {
    older.amount.as_ref().zip(newer.amount.as_ref()).is_none_or(|(a, b)| a.agrees_with(b))
}

fn proposal(older: &DealRecord, newer: &DealRecord, reports: &[Report]) -> Option<Diagnostic> {
    let (first, second) = (reports.get(older.current)?, reports.get(newer.current)?);
    // The one without a name is the one to change; of two named ones, the later.
    let (here, there, help) = match (older.is_named, newer.is_named) {
        (true, false) => (second, first, format!("if they are, add `id: {}` here", older.id)),
        (false, true) => (first, second, format!("if they are, add `id: {}` here", newer.id)),
        (false, false) => (second, first, format!("if they are, add `id: {}` to both", first.deal.proposed_id())),
        (true, true) => (second, first, format!("if they are, write `id: {}` in both", older.id)),
    };
    let message = format!("this deal and another between the same parties may be one: {}", newer.title);
    let label = format!("the other was reported on {}", there.post_date.long_date());
    Some(Diagnostic::note("likely-twin", message).at(here.place()).with_related(there.place(), label).with_help(help))
}
