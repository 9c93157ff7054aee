//! Where two reports of one deal can't both be true.
//!
//! A contradiction is one of these, and nothing else:
//! - two amounts whose ranges do not overlap, or in two currencies. `up to $4B` and `$4B` agree, and so
//!   do an undisclosed and a stated amount. What is paid per month or year may change: two such amounts
//!   with two `as_of` that do not overlap agree;
//! - a status that goes back (see [`Status::goes_back_from`]) in a report that speaks of a later day;
//! - two kinds, unless one is `other`;
//! - parties of whom each report names one that the other does not;
//! - money that flows the other way;
//! - two days on which it was announced, made or closed.

use serde::Serialize;

use super::Report;
use super::record::names;
use crate::content::date::PartialDate;
#[cfg(doc)]
use crate::content::deal::Status;
use crate::content::deal::{Deal, Kind};
use crate::content::markdown::Position;
use crate::diagnostic::Diagnostic;

/// Of one deal, at most so many different statements of one kind are compared with each other.
const MOST_COMPARED: usize = 12;

/// Two reports of one deal that can't both be true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// What they disagree about.
    pub about: About,
    /// The report of the earlier time, by its index in the ledger.
    pub older: usize,
    /// What it says.
    pub older_says: String,
    /// The report of the later time.
    pub newer: usize,
    /// What it says.
    pub newer_says: String,
}

/// What two reports disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// How much.
    Amount,
    /// How much, since the currencies differ.
    Currency,
    /// How far it got.
    Status,
    /// What it is about.
    Kind,
    /// Who takes part.
    Parties,
    /// Who pays whom.
    Direction,
    /// When it was announced, made or closed.
    Date,
}

impl About {
    /// Says it in words that follow `two reports`.
    fn words(self) -> &'static str {
        match self {
            Self::Amount => "give different amounts",
            Self::Currency => "give the amount in different currencies",
            Self::Status => "put its status back",
            Self::Kind => "name different kinds",
            Self::Parties => "name different parties",
            Self::Direction => "let the money flow both ways",
            Self::Date => "give different dates",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Amount => {
                "correct the one that is wrong; if both are right, they are two deals, and one needs an `id` of its own"
            }
            Self::Currency => "give the amount in the currency of the deal in both",
            Self::Status => {
                "correct the one that is wrong, or give the later report an `as_of` if it speaks of the earlier time"
            }
            Self::Kind | Self::Parties | Self::Direction | Self::Date => {
                "correct the one that is wrong, or give one of the two deals an `id` of its own"
            }
        }
    }
}

impl Conflict {
    /// Says in one sentence for readers what the reports disagree about.
    pub fn sentence(&self, reports: &[Report]) -> String {
        let when = |index: usize| reports.get(index).map_or(String::new(), |report| report.post_date.long_date());
        format!(
            "Reports {}: {} ({}), then {} ({}).",
            self.about.words(),
            self.older_says,
            when(self.older),
            self.newer_says,
            when(self.newer)
        )
    }

    /// Makes the warning, with both places.
    pub(super) fn diagnostic(&self, id: &str, reports: &[Report]) -> Diagnostic {
        let Self { about, older, older_says, newer, newer_says } = self;
        let position = |report: &Report| match about {
            About::Amount | About::Currency => report.deal.amount_position,
            About::Status => report.deal.status_position,
            About::Kind | About::Parties | About::Direction | About::Date => None,
        };
        let message = format!("two reports of the deal `{id}` {}: `{older_says}`, then `{newer_says}`", about.words());
        let mut warning = Diagnostic::warning("deal-contradiction", message).with_help(about.help());
        if let Some(report) = reports.get(*newer) {
            warning = warning.at(place(report, position(report)));
        }
        if let Some(report) = reports.get(*older) {
            let label = format!("the report of {} says `{older_says}`", report.post_date.long_date());
            warning = warning.with_related(place(report, position(report)), label);
        }
        warning
    }
}

fn place(report: &Report, position: Option<Position>) -> crate::diagnostic::Place {
    report.place_of(position)
}

/// Finds all contradictions; `chronicle` holds the reports of one deal, the earliest time first.
pub(super) fn find(chronicle: &[usize], reports: &[Report]) -> Vec<Conflict> {
    let mut found = vec![];
    let mut compare = |about: About, says: &dyn Fn(&Deal) -> Option<String>, clash: &dyn Fn(&Deal, &Deal) -> bool| {
        compare_statements(chronicle, reports, says, &mut |older, newer, older_says, newer_says| {
            if clash(&reports[older].deal, &reports[newer].deal) {
                found.push(Conflict { about, older, older_says, newer, newer_says });
            }
        });
    };
    compare(About::Amount, &amount, &|a, b| same_currency(a, b) && amounts_clash(a, b));
    compare(About::Currency, &amount, &|a, b| !same_currency(a, b) && amounts_clash(a, b));
    compare(About::Kind, &|deal| Some(deal.kind.name().to_owned()), &|a, b| {
        a.kind != b.kind && a.kind != Kind::Other && b.kind != Kind::Other
    });
    compare(About::Parties, &|deal| Some(deal.heading()), &parties_clash);
    compare(About::Direction, &|deal| Some(deal.heading()), &directions_clash);
    let dates: [fn(&Deal) -> Option<PartialDate>; 3] = [|deal| deal.announced, |deal| deal.closed, |deal| deal.date];
    for date in dates {
        compare(About::Date, &|deal| date(deal).map(|date| date.to_string()), &|a, b| {
            date(a).zip(date(b)).is_some_and(|(a, b)| !a.overlaps(b))
        });
    }
    found.extend(statuses(chronicle, reports));
    found
}

/// Compares each statement with every different one before it; what is said again is compared once.
fn compare_statements(
    chronicle: &[usize],
    reports: &[Report],
    says: &dyn Fn(&Deal) -> Option<String>,
    pair: &mut dyn FnMut(usize, usize, String, String),
) {
    let mut known: Vec<(usize, String)> = vec![];
    for &newer in chronicle {
        let Some(newer_says) = says(&reports[newer].deal) else { continue };
        if known.len() >= MOST_COMPARED || known.iter().any(|(_, said)| *said == newer_says) {
            continue;
        }
        for (older, older_says) in &known {
            pair(*older, newer, older_says.clone(), newer_says.clone());
        }
        known.push((newer, newer_says));
    }
}

fn statuses<'a>(chronicle: &'a [usize], reports: &'a [Report]) -> impl Iterator<Item = Conflict> + 'a {
    chronicle.windows(2).filter_map(|pair| {
        let [older, newer] = *pair else { return None };
        let (before, after) = (&reports[older], &reports[newer]);
        (before.day() < after.day() && after.deal.status.goes_back_from(before.deal.status)).then(|| Conflict {
            about: About::Status,
            older,
            older_says: before.deal.status.name().to_owned(),
            newer,
            newer_says: after.deal.status.name().to_owned(),
        })
    })
}

fn amount(deal: &Deal) -> Option<String> {
    // What is paid regularly is told apart by its time, since it may change.
    deal.amount.as_ref().map(|amount| match deal.as_of.filter(|_| is_regular(deal)) {
        Some(as_of) => format!("{amount}, as of {as_of}"),
        None => amount.to_string(),
    })
}

fn is_regular(deal: &Deal) -> bool {
    let figure = deal.amount.as_ref().and_then(|amount| amount.figure());
    figure.is_some_and(|figure| figure.annualised().is_some())
}

fn same_currency(a: &Deal, b: &Deal) -> bool {
    let currency = |deal: &Deal| deal.amount.as_ref().and_then(|amount| amount.currency());
    currency(a) == currency(b)
}

fn amounts_clash(a: &Deal, b: &Deal) -> bool {
    let times_differ = a.as_of.zip(b.as_of).is_some_and(|(a, b)| !a.overlaps(b));
    if is_regular(a) && is_regular(b) && times_differ && same_currency(a, b) {
        return false;
    }
    a.amount.as_ref().zip(b.amount.as_ref()).is_some_and(|(a, b)| !a.agrees_with(b))
}

fn parties_clash(a: &Deal, b: &Deal) -> bool {
    let (a, b) = (names(&a.parties), names(&b.parties));
    !a.is_subset(&b) && !b.is_subset(&a)
}

fn directions_clash(a: &Deal, b: &Deal) -> bool {
    let (Some(a), Some(b)) = (a.flow(), b.flow()) else { return false };
    let any = |left: &[&str], right: &[&str]| left.iter().any(|name| right.contains(name));
    any(&a.payers, &b.receivers) && any(&a.receivers, &b.payers)
}
