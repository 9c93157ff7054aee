//! Deals as readers see them: cards, the ledger's pages, charts, and the ledger as data.

mod charts;
mod data;
mod pages;

use std::collections::BTreeSet;

use tera::{Error, Kwargs, TeraResult, Value};

use super::views;
use crate::config::Config;
use crate::content::deal::{Kind, Status};
use crate::content::money::{Amount, decimal};
use crate::diagnostic::{Diagnostic, nearest};
use crate::newsroom::entities::EntityId;
use crate::newsroom::ledger::totals::CurrencyTotal;
use crate::newsroom::ledger::{DealRecord, Query, Totals};
use crate::newsroom::{Article, Newsroom, PostId};
use crate::site::view;
use crate::snapshot::Parts;

pub use charts::{Chart, chart_block, check_chart};
pub use data::{csv, json, json_schema};
pub use pages::{deal_page, dealings, ledger_page, strip};

/// Gives the first deal that a post reports, in one line.
pub fn line_of(config: &Config, newsroom: &Newsroom, article: &Article) -> Option<view::DealLine> {
    let deal = article.post.deals.first()?;
    let record = deal.id.as_deref().and_then(|id| newsroom.ledger.find(id));
    Some(view::DealLine {
        parties: record.map_or_else(|| deal.heading(), |record| record.title.clone()),
        amount: amount_text(deal.amount.as_ref()),
        kind: deal.kind.name().to_owned(),
        status: deal.status.name().to_owned(),
        url: record.map(|record| deal_url(config, record)).unwrap_or_default(),
    })
}

/// How many reports, and contradictions among them, are told outside of a deal's own page: the newest. If it were
/// all, the articles of a deal would take time that grows with the square of their number.
const MOST_TOLD: usize = 50;

/// Gives the deals that a post reports, as the post tells them.
pub fn of_post(parts: &Parts, id: PostId) -> Vec<view::Deal> {
    let reported = parts.newsroom.ledger.of_post(id);
    // A post that reports one deal many times would tell all of its history as often.
    let mut told = BTreeSet::new();
    reported
        .map(|(record, report)| view::Deal {
            amount: amount_text(report.deal.amount.as_ref()),
            status: report.deal.status.name().to_owned(),
            firm: report.deal.status.is_firm(),
            as_of: report.deal.as_of.map(|date| date.to_string()).unwrap_or_default(),
            source: report.deal.source.clone().unwrap_or_default(),
            // The card of an article tells what the article says, and leads to other reports where there are any.
            ..if record.history.len() > 1 && told.insert(&record.id) {
                view(parts, record, MOST_TOLD)
            } else {
                card(parts, record, MOST_TOLD)
            }
        })
        .collect()
}

/// What to do where no deal is meant that there is.
pub const NAME_A_DEAL: &str = "name a deal by the `id` that a post gives it";

/// Finds the deal that an author names in a block.
pub fn named(parts: &Parts, id: &str) -> Result<view::Deal, Diagnostic> {
    let Some(record) = parts.newsroom.ledger.find(id) else {
        let near = near(parts, id).map(|near| format!("did you mean `{near}`?"));
        return Err(unknown_deal(id).with_help(near.unwrap_or_else(|| NAME_A_DEAL.to_owned())));
    };
    Ok(view(parts, record, MOST_TOLD))
}

/// Says that there is no deal of a name.
pub fn unknown_deal(id: &str) -> Diagnostic {
    let message = if id.is_empty() { "the block names no deal".to_owned() } else { format!("there is no deal `{id}`") };
    Diagnostic::error("unknown-deal", message)
}

/// Finds the deal whose name is most like another.
pub fn near<'p>(parts: &'p Parts, id: &str) -> Option<&'p str> {
    nearest(id, parts.newsroom.ledger.deals.iter().map(|record| record.id.as_str()))
}

/// Answers `deals(company="Microsoft", kind="cloud", year=2024, status="signed", limit=5)` in a template.
pub fn query(parts: &Parts, kwargs: &Kwargs) -> TeraResult<Value> {
    let mut query = Query::default();
    for (key, value) in kwargs.iter() {
        let key = key.as_str().unwrap_or_default();
        let text = || value.as_str().ok_or_else(|| Error::message(format!("`{key}` takes a word in quotes")));
        let number = || value.as_u64().ok_or_else(|| Error::message(format!("`{key}` takes a whole number")));
        match key {
            "company" => query.company = Some(canonical(parts, text()?)),
            "kind" => {
                query.kind = Some(Kind::parse(text()?).ok_or_else(|| unknown("kind", text().unwrap_or_default()))?)
            }
            "status" => {
                query.status =
                    Some(Status::parse(text()?).ok_or_else(|| unknown("status", text().unwrap_or_default()))?)
            }
            "year" => query.year = i16::try_from(number()?).ok(),
            "limit" => query.limit = usize::try_from(number()?).ok(),
            _ => {
                return Err(Error::message(format!(
                    "`deals` has no argument `{key}`; it takes company, kind, status, year and limit"
                )));
            }
        }
    }
    let found = parts.newsroom.ledger.select(&query);
    Ok(Value::from_serializable(&found.into_iter().map(|record| row(parts, record)).collect::<Vec<_>>()))
}

/// Gives all deals as lists show them, the newest report first.
pub(super) fn rows(parts: &Parts) -> Vec<view::DealRow> {
    parts.newsroom.ledger.deals.iter().map(|record| row(parts, record)).collect()
}

fn unknown(what: &str, name: &str) -> Error {
    Error::message(format!("there is no {what} `{name}` of deals"))
}

/// Gives a company's one name for any of its spellings.
fn canonical(parts: &Parts, name: &str) -> String {
    match company(parts, name) {
        Some(term) => parts.newsroom.registry.get(term).name.clone(),
        None => name.to_owned(),
    }
}

fn company(parts: &Parts, name: &str) -> Option<EntityId> {
    parts.newsroom.registry.resolve_entity(&parts.config, name)
}

/// Gives a party as a link to its page, if it has one.
fn party(parts: &Parts, name: &str) -> view::Link {
    match company(parts, name) {
        Some(term) => {
            view::Link { title: name.to_owned(), url: views::term_link(&parts.config, &parts.newsroom, term).url }
        }
        None => view::Link { title: name.to_owned(), url: String::new() },
    }
}

/// Gives several parties as one: a link where there is one name, else the names.
fn joined(parts: &Parts, names: &[&str]) -> Option<view::Link> {
    match names {
        [] => None,
        [one] => Some(party(parts, one)),
        [many @ .., last] => Some(view::Link { title: format!("{} and {last}", many.join(", ")), url: String::new() }),
    }
}

fn deal_url(config: &Config, record: &DealRecord) -> String {
    if config.outputs.ledger { config.href(&format!("/deals/{}/", record.id)) } else { String::new() }
}

fn amount_text(amount: Option<&Amount>) -> String {
    amount.map(ToString::to_string).unwrap_or_default()
}

/// Gives a deal as its page and `{deal}` blocks show it, with `most` reports at most.
fn view(parts: &Parts, record: &DealRecord, most: usize) -> view::Deal {
    let reports = &parts.newsroom.ledger.reports;
    let history = record.history.iter().take(most).map(|&index| {
        let report = &reports[index];
        view::DealReport {
            date: views::date(report.post_date),
            status: report.deal.status.name().to_owned(),
            firm: report.deal.status.is_firm(),
            amount: amount_text(report.deal.amount.as_ref()),
            as_of: report.deal.as_of.map(|date| date.to_string()).unwrap_or_default(),
            source: report.deal.source.clone().unwrap_or_default(),
            note: report.deal.note.clone().unwrap_or_default(),
            post: parts.cards[report.post as usize].view(parts).clone(),
        }
    });
    view::Deal { history: history.collect(), ..card(parts, record, most) }
}

/// Gives a deal without its history.
fn card(parts: &Parts, record: &DealRecord, most: usize) -> view::Deal {
    let reports = &parts.newsroom.ledger.reports;
    let flow = record.flow();
    view::Deal {
        id: record.id.clone(),
        title: record.title.clone(),
        url: deal_url(&parts.config, record),
        parties: record
            .parties
            .iter()
            .map(|member| view::Party { role: member.role.name().to_owned(), link: party(parts, &member.name) })
            .collect(),
        payer: flow.as_ref().and_then(|flow| joined(parts, &flow.payers)),
        receiver: flow.as_ref().and_then(|flow| joined(parts, &flow.receivers)),
        kind: record.kind.name().to_owned(),
        amount: amount_text(record.amount.as_ref()),
        status: record.status.name().to_owned(),
        firm: record.status.is_firm(),
        as_of: record.as_of.map(|date| date.to_string()).unwrap_or_default(),
        source: record.source.clone().unwrap_or_default(),
        reports: record.history.len(),
        history: vec![],
        conflicts: record.conflicts.iter().take(most).map(|conflict| conflict.sentence(reports)).collect(),
    }
}

/// Gives a deal as a row of a table.
fn row(parts: &Parts, record: &DealRecord) -> view::DealRow {
    let mut names: Vec<&str> = record.parties.iter().map(|member| member.name.as_str()).collect();
    names.dedup();
    let lowest =
        record.amount.as_ref().and_then(|amount| Some((amount.currency()?, amount.limits().0.or(amount.limits().1)?)));
    view::DealRow {
        title: record.title.clone(),
        url: deal_url(&parts.config, record),
        date: views::date(record.newest),
        parties: names.into_iter().map(|name| party(parts, name)).collect(),
        kind: record.kind.name().to_owned(),
        status: record.status.name().to_owned(),
        firm: record.status.is_firm(),
        amount: amount_text(record.amount.as_ref()),
        sort_amount: lowest
            .map(|(currency, value)| format!("{} {}", currency.code(), decimal(value)))
            .unwrap_or_default(),
    }
}

fn totals(totals: &Totals) -> Vec<view::Total> {
    totals.currencies.iter().map(total).collect()
}

fn total(line: &CurrencyTotal) -> view::Total {
    view::Total {
        currency: line.currency.code().to_owned(),
        firm: line.firm.text(line.currency),
        firm_count: line.firm.added(),
        reported: line.reported.text(line.currency),
        reported_count: line.reported.added(),
    }
}
