//! The ledger, a deal, an entity's deals, the front page's strip.

use std::rc::Rc;

use super::super::html::Page;
use super::super::metadata;
use super::super::story::{add_recent, head};
use super::super::variables::Variables;
use super::{charts, row, rows, totals, view};
use crate::content::date::month_name;
use crate::newsroom::PostId;
use crate::newsroom::entities::EntityId;
use crate::newsroom::ledger::DealRecord;
use crate::site::view as views_of;
use crate::snapshot::{Parts, Snapshot};

/// Rows of the front page's strip.
const STRIP: usize = 6;
/// Rows on each side of an entity's page.
const ROWS: usize = 50;

/// Prepares the ledger.
pub fn ledger_page(snapshot: &Snapshot) -> Page<'_> {
    let parts = &*snapshot.parts;
    let ledger = &parts.newsroom.ledger;
    let mut variables = Variables::default();
    let mut page = head(parts, "ledger", "Deals", "/deals/");
    page.description =
        format!("Every deal that {} has reported: who pays whom, how much, and who says so.", parts.config.title);
    let page = Rc::new(page);
    variables.add("page", page.clone());
    let data = |url: &str| if parts.plan.at_url(url).is_some() { parts.config.href(url) } else { String::new() };
    let all: Vec<&DealRecord> = ledger.deals.iter().collect();
    let kinds: Vec<String> = ledger.kinds().iter().map(|(kind, _)| kind.name().to_owned()).collect();
    variables.add(
        "ledger",
        views_of::Ledger {
            rows: rows(parts),
            totals: totals(&ledger.totals()),
            years: ledger
                .years()
                .iter()
                .map(|(year, sums)| views_of::YearTotal { year: *year, totals: totals(sums) })
                .collect(),
            kinds,
            statuses: ledger.statuses().iter().map(|status| status.name().to_owned()).collect(),
            chart_time_html: charts::over_time(parts, &all, "chart-time", "").svg,
            chart_flows_html: charts::flows(parts, &all, "chart-flows", "").svg,
            csv: data("/deals.csv"),
            json: data("/deals.json"),
        },
    );
    variables.add_structured_data(&["page", "ledger"], move || metadata::ledger(parts, &page));
    Page { template: "ledger.html", variables, text: None, subject: "/deals/".to_owned() }
}

/// Prepares a deal's page.
pub fn deal_page(snapshot: &Snapshot, index: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let record = &parts.newsroom.ledger.deals[index as usize];
    let url = format!("/deals/{}/", record.id);
    let deal = view(parts, record, usize::MAX);
    let mut variables = Variables::default();
    let mut page = head(parts, "deal", &deal.title, &url);
    page.description = [deal.title.as_str(), deal.amount.as_str(), deal.kind.as_str(), deal.status.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    page.breadcrumbs.push(views_of::Link { title: "Deals".to_owned(), url: parts.config.href("/deals/") });
    page.section_url = parts.config.href("/deals/");
    let (page, deal) = (Rc::new(page), Rc::new(deal));
    variables.add("page", page.clone());
    variables.add("deal", deal.clone());
    variables.add_structured_data(&["page", "deal"], move || metadata::deal(parts, &page, &deal));
    let mut posts: Vec<PostId> =
        record.history.iter().map(|&report| parts.newsroom.ledger.reports[report].post).collect();
    posts.dedup();
    variables.add_cards("posts", parts, posts);
    add_recent(parts, None, &mut variables);
    Page { template: "deal.html", variables, text: None, subject: url }
}

/// Gives an entity's deals; `None` if it has none.
pub fn dealings(parts: &Parts, term: EntityId) -> Option<views_of::Dealings> {
    let ledger = &parts.newsroom.ledger;
    let name = &parts.newsroom.registry.get(term).name;
    let found = ledger.company(name);
    if found.paying.is_empty() && found.paid.is_empty() && found.others.is_empty() {
        return None;
    }
    let records =
        |indexes: &[usize]| -> Vec<&DealRecord> { indexes.iter().map(|&index| &ledger.deals[index]).collect() };
    let rows = |indexes: &[usize]| indexes.iter().take(ROWS).map(|&index| row(parts, &ledger.deals[index])).collect();
    let moving: Vec<&DealRecord> = records(&found.paying).into_iter().chain(records(&found.paid)).collect();
    Some(views_of::Dealings {
        outgoing: rows(&found.paying),
        incoming: rows(&found.paid),
        others: rows(&found.others),
        outgoing_totals: totals(&found.paying_totals),
        incoming_totals: totals(&found.paid_totals),
        chart_html: charts::of_company(parts, name, &moving, "chart-company", "").svg,
    })
}

/// Gives the front page's strip: the newest deals, what they cover, and a small chart.
pub fn strip(parts: &Parts) -> (Vec<views_of::DealRow>, String, String) {
    let ledger = &parts.newsroom.ledger;
    let rows = ledger.deals.iter().take(STRIP).map(|record| row(parts, record)).collect();
    let months = ledger.deals.iter().take(STRIP).map(|record| (record.newest.year(), record.newest.month()));
    let title = months.clone().min().zip(months.max()).map(|(first, last)| months_between(first, last));
    (rows, title.unwrap_or_default(), charts::by_month(parts, "chart-months"))
}

/// Names a stretch of months: `September 2025`, `September–December 2025`, `December 2024 – March 2025`.
fn months_between(first: (i16, u8), last: (i16, u8)) -> String {
    let name = |(year, month): (i16, u8)| format!("{} {year}", month_name(month));
    match first {
        first if first == last => name(last),
        (year, month) if year == last.0 => format!("{}–{}", month_name(month), name(last)),
        first => format!("{} – {}", name(first), name(last)),
    }
}
