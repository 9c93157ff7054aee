//! Two deals under one title are told apart by the first thing in which they differ.

use std::collections::{BTreeMap, BTreeSet};

use super::DealRecord;
use crate::content::deal::Kind;

/// What may tell deals apart, the plainest first; an `id` always does.
const WAYS: [fn(&DealRecord) -> Option<String>; 5] = [
    |deal| (deal.kind != Kind::Other).then(|| deal.kind.name().to_owned()),
    |deal| Some(deal.year().to_string()),
    |deal| Some(deal.date.to_string()),
    |deal| deal.amount.as_ref().map(ToString::to_string),
    |deal| Some(deal.id.clone()),
];

/// Makes `A → B (cloud)` and `A → B (licensing)` of two deals that are both `A → B`.
pub(super) fn set_apart(deals: &mut [DealRecord]) {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, deal) in deals.iter().enumerate() {
        groups.entry(deal.title.clone()).or_default().push(index);
    }
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let words = WAYS.iter().find_map(|way| {
            let words: Vec<String> = group.iter().map(|&index| way(&deals[index])).collect::<Option<_>>()?;
            (words.iter().collect::<BTreeSet<_>>().len() == words.len()).then_some(words)
        });
        for (index, words) in group.into_iter().zip(words.into_iter().flatten()) {
            deals[index].title.push_str(&format!(" ({words})"));
        }
    }
}
