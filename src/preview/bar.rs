//! What the bar under a page shows: facts for the author that are none of the reader's business.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, Uri, header};
use serde::Serialize;

use super::address;
use super::answer::{parameter, plain};
use super::pages::{self, Found};
use super::problems::{self, Shown};
use super::state::{Current, Server};
use crate::content::date::Moment;
use crate::content::entry::Entry;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::render::email;
use crate::render::story;
use crate::render::views::minutes;
use crate::site::{EmailFormat, Route};
use crate::snapshot::Snapshot;

#[derive(Default, Serialize)]
struct Facts {
    /// What the page is, in a word.
    kind: &'static str,
    /// The file that it is made of; empty for lists.
    source: String,
    /// The address that opens the file in the editor; may be empty.
    editor: String,
    words: Option<u32>,
    minutes: Option<u32>,
    /// Why readers do not see the page yet; empty if they do.
    banner: String,
    related: Vec<RelatedPost>,
    /// The mail of an edition, if there are mails.
    mail: Option<MailFacts>,
    /// What is wrong with this page's file, or with rendering it.
    problems: Vec<Shown>,
    /// How many errors and warnings there are elsewhere.
    elsewhere: (usize, usize),
}

#[derive(Serialize)]
struct RelatedPost {
    title: String,
    url: String,
    reason: String,
}

#[derive(Serialize)]
struct MailFacts {
    /// Where its HTML is shown.
    url: String,
    /// Bytes that count against the budget.
    bytes: usize,
    budget: usize,
    fits: bool,
}

/// Answers with the facts about a page.
pub(super) async fn answer(server: Arc<Server>, uri: &Uri) -> Response<Body> {
    let page = parameter(uri, "url").and_then(|page| address::decode(page.split(['?', '#']).next()?).ok());
    let Some(page) = page else { return plain(StatusCode::BAD_REQUEST, "`url` is no address") };
    let Some(current) = server.first().await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the preview is ending");
    };
    let facts = tokio::task::spawn_blocking(move || facts(&server, &current, &page)).await.unwrap_or_default();
    let json = serde_json::to_string(&facts).unwrap_or_default();
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn facts(server: &Server, current: &Current, page: &str) -> Facts {
    let mut facts = Facts::default();
    let Some(snapshot) = current.snapshot.as_deref() else { return facts };
    let parts = &*snapshot.parts;
    let mut own: Vec<Diagnostic> = Vec::new();
    let found = address::below(page, parts.config.base_path()).map(|below| pages::find(snapshot, below));
    if let Some(Found::Route(out_path, route)) = found {
        describe(snapshot, route, &mut facts);
        own.extend(server.page_problems.of(&out_path));
    }
    let is_own = |problem: &&Diagnostic| {
        !facts.source.is_empty() && problem.place.as_ref().is_some_and(|place| place.path.as_str() == facts.source)
    };
    own.extend(current.problems.iter().filter(is_own).cloned());
    let elsewhere = current.problems.iter().filter(|problem| !is_own(problem)).cloned();
    let elsewhere: Vec<Diagnostic> = elsewhere.chain(server.page_problems.all()).collect();
    let count = |severity| elsewhere.iter().filter(|problem| problem.severity == severity).count();
    facts.elsewhere = (count(Severity::Error), count(Severity::Warning));
    facts.problems = problems::shown(server, own.iter());
    if !facts.source.is_empty() {
        facts.editor = problems::editor_url(server, &Place::file(facts.source.as_str().into()));
    }
    facts
}

fn describe(snapshot: &Snapshot, route: &Route, facts: &mut Facts) {
    let parts = &*snapshot.parts;
    let newsroom = &parts.newsroom;
    match route {
        Route::Post(id) => {
            let post = &newsroom.post(*id).post;
            facts.kind = "post";
            of_entry(facts, &post.entry);
            facts.banner = banner(&post.entry, Some(post.date));
            let related = parts.related.get(*id as usize).map_or(&[][..], Vec::as_slice);
            facts.related = related
                .iter()
                .map(|related| {
                    let card = parts.cards[related.post as usize].view(parts);
                    let reason = story::reason(parts, related);
                    RelatedPost { title: card.title.clone(), url: card.url.clone(), reason }
                })
                .collect();
        }
        Route::Edition(index) | Route::Email(index, _) => {
            if let Some(issue) = newsroom.editions.get(*index as usize) {
                facts.kind = "edition";
                of_entry(facts, &issue.edition.entry);
                facts.banner = banner(&issue.edition.entry, Some(issue.edition.date));
                facts.mail = mail(snapshot, *index);
            }
        }
        Route::Page(index) => {
            if let Some(page) = newsroom.pages.get(*index as usize) {
                facts.kind = "page";
                of_entry(facts, &page.entry);
                facts.banner = banner(&page.entry, None);
            }
        }
        Route::Term(term, _) => {
            facts.kind = "list";
            if let Some(profile) = newsroom.profile_of(*term) {
                of_entry(facts, &profile.entry);
                facts.banner = banner(&profile.entry, None);
            }
        }
        _ => facts.kind = "list",
    }
}

fn mail(snapshot: &Snapshot, index: u32) -> Option<MailFacts> {
    let html = Route::Email(index, EmailFormat::Html);
    let size = email::size(snapshot, &html)?;
    let (path, _) = snapshot.parts.plan.routes().iter().find(|(_, route)| *route == html)?;
    Some(MailFacts {
        url: snapshot.parts.config.href(&path.url()),
        bytes: size.counted(),
        budget: size.budget,
        fits: size.fits(),
    })
}

fn of_entry(facts: &mut Facts, entry: &Entry) {
    facts.source = entry.source.to_string();
    facts.words = Some(entry.body.words);
    facts.minutes = Some(minutes(entry.body.words));
}

fn banner(entry: &Entry, date: Option<Moment>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = Moment::from_unix(i64::try_from(now).unwrap_or(i64::MAX));
    let is_future = date.is_some_and(|date| date > now);
    let until = date.map(Moment::long_date).unwrap_or_default();
    match (entry.draft, is_future) {
        (true, true) => format!("This is a draft, dated {until}. Readers do not see it."),
        (true, false) => "This is a draft. Readers do not see it.".to_owned(),
        (false, true) => format!("Readers will see this from {until} on."),
        (false, false) => String::new(),
    }
}
