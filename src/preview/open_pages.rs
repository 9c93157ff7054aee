//! The pages that stand open in browsers, and what each of them is told.
//!
//! A page subscribes with the key under which it was made. If the page has another key by then, it is
//! told at once; so nothing is lost between loading and listening. Afterwards it is told when its key
//! changes, and only then.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_core::Stream;
use serde_json::json;
use tokio::sync::mpsc;

use super::answer::{parameter, plain};
use super::pages::{self, Found};
use super::problems::{self, Shown};
use super::state::{Current, Scope, Server, lock};
use super::{Follow, address};
use crate::fingerprint::Fingerprint;
use crate::source::SourcePath;

/// Browsers that are open at the same time.
const MOST: usize = 12_000;
/// Events that wait for a client that does not read; then it is dropped and connects again.
const WAITING: usize = 32;

/// The pages that stand open.
#[derive(Default)]
pub(super) struct OpenPages {
    clients: Mutex<BTreeMap<u64, Client>>,
    last: AtomicU64,
    /// Where the next browser that connects is sent, because none was there to be told.
    destination: Mutex<Option<String>>,
}

struct Client {
    /// The page, decoded, with the path of the site before it.
    page: String,
    /// What the page in the browser was made under, as text.
    key: String,
    /// The problems that the page shows.
    problems: String,
    sender: mpsc::Sender<Event>,
}

/// Answers a page that wants to know of changes.
pub(super) async fn listen(server: Arc<Server>, uri: &Uri) -> Response<Body> {
    let page = parameter(uri, "page").and_then(|page| address::decode(&page_path(&page)).ok());
    let Some(page) = page else { return plain(StatusCode::BAD_REQUEST, "`page` is no address") };
    let key = parameter(uri, "key").unwrap_or_default();
    if key.len() > 64 {
        return plain(StatusCode::BAD_REQUEST, "`key` is no key");
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    // A first line opens the stream: the browser knows that it is connected.
    let _ = sender.try_send(Event::default().comment("here").retry(Duration::from_millis(500)));
    let open = &server.open_pages;
    let id = open.last.fetch_add(1, Ordering::Relaxed);
    {
        let mut clients = lock(&open.clients);
        if clients.len() >= MOST {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open");
        }
        if let Some(destination) = lock(&open.destination).take().filter(|destination| *destination != page) {
            let _ = sender.try_send(event("navigate", &json!({ "url": destination })));
        }
        clients.insert(id, Client { page, key, problems: String::new(), sender });
    }
    let leaving = Leaving { server: server.clone(), id };
    // What changed since the page was made is told by the one who tells all.
    drop(tokio::task::spawn_blocking(move || {
        if let Some(current) = server.now() {
            tell_one(&server, &current, id);
        }
    }));
    let events = Events { receiver, _leaving: leaving };
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// Takes query and fragment off.
fn page_path(page: &str) -> String {
    page.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// Tells open pages of every new site, for ever.
pub(super) async fn tell(server: Arc<Server>) {
    let mut changes = server.changes();
    let mut told = 0;
    while changes.changed().await.is_ok() {
        let Some(current) = changes.borrow_and_update().clone() else { continue };
        let server = server.clone();
        let after = told;
        told = current.generation;
        let work = tokio::task::spawn_blocking(move || tell_all(&server, &current, after));
        let _ = work.await;
    }
}

fn tell_all(server: &Server, current: &Current, after: u64) {
    let (files, scope) = server.changed(after, current.generation);
    let mut by_page: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (id, client) in lock(&server.open_pages.clients).iter() {
        by_page.entry(client.page.clone()).or_default().push(*id);
    }
    let global = problems::shown(server, current.problems.iter().filter(|problem| problem.is_error()));
    for (page, ids) in &by_page {
        let state = PageState::of(server, current, page, &global);
        let mut clients = lock(&server.open_pages.clients);
        for id in ids {
            if clients.get_mut(id).is_some_and(|client| !client.tell(&state, &scope)) {
                clients.remove(id);
            }
        }
    }
    let pages: BTreeSet<String> = by_page.into_keys().collect();
    if server.options.follow == Follow::Go && after > 0 && after != current.generation {
        follow(server, current, &files, &pages);
    }
}

fn tell_one(server: &Server, current: &Current, id: u64) {
    let Some(page) = lock(&server.open_pages.clients).get(&id).map(|client| client.page.clone()) else { return };
    let global = problems::shown(server, current.problems.iter().filter(|problem| problem.is_error()));
    let state = PageState::of(server, current, &page, &global);
    let mut clients = lock(&server.open_pages.clients);
    if let Some(client) = clients.get_mut(&id) {
        client.tell(&state, &Scope::Anything);
    }
}

/// How a page is now.
struct PageState {
    key: String,
    problems: Vec<Shown>,
    is_good: bool,
}

impl PageState {
    fn of(server: &Server, current: &Current, page: &str, global: &[Shown]) -> Self {
        let mut problems = global.to_vec();
        let below = current.snapshot.as_ref().and_then(|snapshot| {
            let below = address::below(page, snapshot.parts.config.base_path())?;
            Some((snapshot, below))
        });
        let Some((snapshot, below)) = below else {
            return Self { key: Fingerprint::default().to_string(), problems, is_good: current.snapshot.is_some() };
        };
        // Rendering now has the page ready when the browser asks, and finds what is wrong with it.
        let mut is_good = true;
        let key = match pages::find(snapshot, below) {
            Found::Route(out_path, route) if !matches!(route, crate::site::Route::Redirect(_)) => {
                match pages::make(server, snapshot, &out_path, route) {
                    pages::Made::Page { key, problem, .. } => {
                        if let Some(problem) = problem {
                            is_good = false;
                            problems.extend(problems::shown(server, std::iter::once(&problem)));
                        }
                        key
                    }
                    _ => pages::key_at(snapshot, below),
                }
            }
            _ => pages::key_at(snapshot, below),
        };
        Self { key: key.to_string(), problems, is_good }
    }
}

impl Client {
    /// Tells a page what is news to it; says whether it still listens.
    fn tell(&mut self, state: &PageState, scope: &Scope) -> bool {
        let mut alive = !self.sender.is_closed();
        let shown = serde_json::to_string(&state.problems).unwrap_or_default();
        if state.problems.is_empty() && !self.problems.is_empty() {
            alive &= self.sender.try_send(event("ok", &json!({}))).is_ok();
            self.problems.clear();
        } else if !state.problems.is_empty() && shown != self.problems {
            alive &= self.sender.try_send(event("problems", &json!(state.problems))).is_ok();
            self.problems = shown;
        }
        if let Scope::Files(files) = scope
            && !files.is_empty()
        {
            alive &= self.sender.try_send(event("files", &json!({ "key": state.key, "files": files }))).is_ok();
            self.key.clone_from(&state.key);
        } else if state.key != self.key && state.is_good {
            alive &= self.sender.try_send(event("update", &json!({ "key": state.key }))).is_ok();
            self.key.clone_from(&state.key);
        }
        alive
    }
}

/// Sends the newest page to the post that was saved, if no page shows it.
fn follow(server: &Server, current: &Current, files: &[SourcePath], open: &BTreeSet<String>) {
    let Some(snapshot) = current.snapshot.as_deref() else { return };
    let newsroom = &snapshot.parts.newsroom;
    let url = files.iter().find_map(|file| {
        let target = newsroom.by_source.get(file.as_str())?;
        newsroom.url_of(*target)
    });
    let Some(url) = url.map(|url| snapshot.parts.config.href(&url)) else { return };
    if open.contains(&url) {
        return;
    }
    let mut clients = lock(&server.open_pages.clients);
    let message = event("navigate", &json!({ "url": url }));
    let sent = clients.values_mut().next_back().is_some_and(|client| client.sender.try_send(message).is_ok());
    if !sent {
        *lock(&server.open_pages.destination) = Some(url);
    }
}

fn event(name: &str, data: &serde_json::Value) -> Event {
    // A JSON text has no line breaks of its own.
    Event::default().event(name).data(data.to_string())
}

struct Events {
    receiver: mpsc::Receiver<Event>,
    _leaving: Leaving,
}

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_recv(context).map(|event| event.map(Ok))
    }
}

/// Takes a page off the list when its connection ends.
struct Leaving {
    server: Arc<Server>,
    id: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        lock(&self.server.open_pages.clients).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_once_of_each_state_and_let_go_when_it_does_not_read() {
        let (sender, mut receiver) = mpsc::channel(1);
        let mut client = Client { page: "/".to_owned(), key: "a".to_owned(), problems: String::new(), sender };
        let state = |key: &str| PageState { key: key.to_owned(), problems: vec![], is_good: true };
        assert!(client.tell(&state("a"), &Scope::Anything));
        assert!(receiver.try_recv().is_err(), "it shows that already");
        assert!(client.tell(&state("b"), &Scope::Anything) && client.tell(&state("b"), &Scope::Anything));
        assert!(!client.tell(&state("c"), &Scope::Anything), "one event waits, and there is no place for more");
        assert!(receiver.try_recv().is_ok() && receiver.try_recv().is_err());
        drop(receiver);
        assert!(!client.tell(&state("c"), &Scope::Anything), "it went away");
    }
}
