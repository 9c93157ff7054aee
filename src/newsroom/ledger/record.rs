//! From the reports of one deal to its current state.

use std::collections::BTreeSet;

use super::{DealRecord, Report, conflicts};
use crate::content::date::PartialDate;
use crate::content::deal::{Deal, Kind, Party, Role, heading};
use crate::content::money::Amount;

/// Puts the reports of one deal together; `group` holds their indexes, the oldest post first, at least one.
pub(super) fn of(id: &str, is_named: bool, group: &[usize], reports: &[Report]) -> DealRecord {
    // The order of what the reports speak of: the last one is current.
    let mut chronicle = group.to_vec();
    chronicle.sort_by_key(|&index| (reports[index].day(), reports[index].deal.status, reports[index].post_date, index));
    let latest_first: Vec<&Report> = chronicle.iter().rev().map(|&index| &reports[index]).collect();
    let current = chronicle.last().copied().unwrap_or_default();
    let now = &reports[current];

    let mut history = group.to_vec();
    history.sort_by_key(|&index| std::cmp::Reverse((reports[index].post_date, index)));
    let newest = history.first().map_or(now.post_date, |&index| reports[index].post_date);
    let first_day = group.first().map_or(now.post_date, |&index| reports[index].post_date);

    let amount_report = stated_amount(&chronicle, reports);
    let parties = parties(now, &latest_first);
    let latest = |tell: fn(&Deal) -> Option<PartialDate>| latest_first.iter().find_map(|report| tell(&report.deal));
    DealRecord {
        id: id.to_owned(),
        is_named,
        title: latest_first.iter().find_map(|r| r.deal.title.clone()).unwrap_or_else(|| heading(&parties)),
        kind: latest_first.iter().map(|r| r.deal.kind).find(|kind| *kind != Kind::Other).unwrap_or(Kind::Other),
        parties,
        status: now.deal.status,
        amount: amount_report.and_then(|index| reports[index].deal.amount.clone()),
        amount_report,
        date: latest(|deal| deal.announced)
            .or_else(|| latest(|deal| deal.date))
            .or_else(|| latest(|deal| deal.as_of))
            .or_else(|| latest(|deal| deal.closed))
            .unwrap_or_else(|| first_day.into()),
        as_of: now.deal.as_of,
        source: latest_first.iter().find_map(|report| report.deal.source.clone()),
        newest,
        current,
        history,
        conflicts: conflicts::find(&chronicle, reports),
        has_firm_amount: now.deal.status.is_firm()
            && amount_report.is_some_and(|index| reports[index].deal.status.is_firm()),
    }
}

/// Finds the latest report that states an amount; one that says `undisclosed` takes nothing back.
fn stated_amount(chronicle: &[usize], reports: &[Report]) -> Option<usize> {
    let has = |index: &usize, wanted: fn(&Amount) -> bool| reports[*index].deal.amount.as_ref().is_some_and(wanted);
    let latest = |wanted: fn(&Amount) -> bool| chronicle.iter().rev().copied().find(|index| has(index, wanted));
    latest(|amount| *amount != Amount::Undisclosed).or_else(|| latest(|_| true))
}

/// Takes the current report's parties, or those of a later-first report that names them all and more;
/// who is a mere partner there gets the role that another report gives.
fn parties(current: &Report, latest_first: &[&Report]) -> Vec<Party> {
    let mut best = &current.deal.parties;
    for report in latest_first {
        let (known, more) = (names(best), names(&report.deal.parties));
        if known.len() < more.len() && known.is_subset(&more) {
            best = &report.deal.parties;
        }
    }
    let mut parties = best.clone();
    for party in parties.iter_mut().filter(|party| party.role == Role::Partner) {
        let others = latest_first.iter().flat_map(|report| &report.deal.parties);
        let mut roles = others.filter(|other| other.name == party.name).map(|other| other.role);
        party.role = roles.find(|role| *role != Role::Partner).unwrap_or(Role::Partner);
    }
    parties
}

/// Gives the names of parties, each once.
pub(super) fn names(parties: &[Party]) -> BTreeSet<&str> {
    parties.iter().map(|party| party.name.as_str()).collect()
}
