//! Pages on request: found, rendered, kept as long as their key is the same.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::media_type;
use super::problems::News;
use super::state::{Server, lock};
use super::watchdog::Failure;
use crate::content::entry::Entry;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::render::{self, Rendered, html};
use crate::site::{OutPath, Route};
use crate::snapshot::Snapshot;
use crate::source::{SourcePath, Workspace};

/// How many bytes of pages are kept.
const ROOM: usize = 48 * 1024 * 1024;
/// The code of a page that was not begun because of others: no fault of its own.
const TOO_BUSY: &str = "too-busy";

/// What stands at an address of the site.
pub(super) enum Found<'s> {
    /// This.
    Route(OutPath, &'s Route),
    /// Nothing, but a folder of that name: this is its address.
    Folder(String),
    /// Nothing; the site's own page for that stands here.
    Missing(OutPath),
    /// No file can have that name.
    Bad,
}

/// What an answer is made of.
pub(super) enum Made {
    /// A page, without the preview's script.
    Page {
        /// Its HTML.
        html: Arc<str>,
        /// The digest of all that it depends on.
        key: Fingerprint,
        /// Why it is not as it should be, and the last good one or a page about the error instead.
        problem: Option<Diagnostic>,
    },
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file of the newsletter's folder.
    File(SourcePath),
    /// A text was changed and nobody has told of it yet: the next site can show it.
    Outdated,
}

/// Looks for an address below the site's root; it is decoded and starts with `/`.
pub(super) fn find<'s>(snapshot: &'s Snapshot, path: &str) -> Found<'s> {
    let Ok(out_path) = OutPath::of_url(path) else { return Found::Bad };
    let plan = &snapshot.parts.plan;
    if let Some(route) = plan.at(&out_path) {
        return Found::Route(out_path, route);
    }
    let folder = format!("{path}/");
    if !path.ends_with('/') && plan.at_url(&folder).is_some() {
        return Found::Folder(folder);
    }
    match OutPath::new("404.html") {
        Ok(not_found) => Found::Missing(not_found),
        Err(_) => Found::Bad,
    }
}

/// Gives the digest of all that the answer to an address depends on, without rendering it.
pub(super) fn key_at(snapshot: &Snapshot, path: &str) -> Fingerprint {
    match find(snapshot, path) {
        Found::Route(out_path, route) => key(snapshot, &out_path, route),
        Found::Missing(out_path) => missing_key(snapshot, &out_path),
        Found::Folder(_) | Found::Bad => Fingerprint::default(),
    }
}

/// A page that is not there is another than the site's own 404.
pub(super) fn missing_key(snapshot: &Snapshot, not_found: &OutPath) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    builder.add_bytes(b"missing");
    builder.add_fingerprint(key(snapshot, not_found, &Route::NotFound));
    builder.finish()
}

fn key(snapshot: &Snapshot, out_path: &OutPath, route: &Route) -> Fingerprint {
    if let Some(page) = html::prepare(snapshot, route) {
        return page.key(snapshot);
    }
    match route {
        Route::Copy(source) => {
            snapshot.parts.media.by_source(source).map(|(media, _)| media.fingerprint).unwrap_or_default()
        }
        _ => match render::machine::render(snapshot, out_path, route) {
            Ok(Rendered::Bytes(bytes)) => Fingerprint::of_bytes(&bytes),
            _ => Fingerprint::default(),
        },
    }
}

/// Makes what stands at an address.
pub(super) fn make(server: &Server, snapshot: &Arc<Snapshot>, out_path: &OutPath, route: &Route) -> Made {
    if let Some(page) = html::prepare(snapshot, route) {
        let key = page.key(snapshot);
        if let Some(html) = server.pages.get(out_path, key) {
            return Made::Page { html, key, problem: None };
        }
        return match render_page(server, snapshot, out_path, route, key) {
            None => Made::Outdated,
            Some(Ok(html)) => {
                let html: Arc<str> = html.into();
                server.pages.put(out_path.clone(), key, html.clone());
                note(server, out_path, None);
                Made::Page { html, key, problem: None }
            }
            Some(Err(problem)) => failed(server, out_path, key, problem),
        };
    }
    let (site, path, own_route) = (snapshot.clone(), out_path.clone(), route.clone());
    let render = move || whole(&site, || render::machine::render(&site, &path, &own_route));
    let mut of_all = FingerprintBuilder::default();
    of_all.add_fingerprint(snapshot.base);
    of_all.add_fingerprint(snapshot.parts.newsroom.posts_fingerprint());
    let rendered = match may_use_templates(snapshot, route) {
        true => server.watchdog.watch(out_path, of_all.finish(), render),
        // What is made without them ends by itself.
        false => Ok(render()),
    };
    let rendered = match rendered {
        Ok(None) => return Made::Outdated,
        Ok(Some(rendered)) => rendered,
        Err(failure) => Err(explain(failure, out_path)),
    };
    match rendered {
        Ok(Rendered::Bytes(bytes)) => {
            note(server, out_path, None);
            // A mail is kept fresh like a page, though no template makes it.
            match (media_type::of(route, out_path.as_str()), String::from_utf8(bytes)) {
                (media_type::HTML, Ok(html)) => {
                    Made::Page { key: Fingerprint::of_bytes(html.as_bytes()), html: html.into(), problem: None }
                }
                (_, Ok(text)) => Made::Bytes(text.into_bytes()),
                (_, Err(error)) => Made::Bytes(error.into_bytes()),
            }
        }
        Ok(Rendered::CopyOf(source)) => {
            let source = SourcePath::new(source);
            // A page that the author wrote whole is kept fresh like any other.
            if media_type::of(route, out_path.as_str()) == media_type::HTML
                && let Ok(bytes) = server.workspace.read(&source)
                && let Ok(text) = String::from_utf8(bytes)
            {
                let key = key(snapshot, out_path, route);
                return Made::Page { html: text.into(), key, problem: None };
            }
            Made::File(source)
        }
        Err(problem) => failed(server, out_path, Fingerprint::default(), problem),
    }
}

/// Says whether templates may have a part in a file that is no page: those of blocks in its texts.
fn may_use_templates(snapshot: &Snapshot, route: &Route) -> bool {
    let newsroom = &snapshot.parts.newsroom;
    let has_blocks = |entry: &Entry| !entry.body.blocks.is_empty();
    matches!(route, Route::Feed(..) | Route::Email(..))
        && (newsroom.posts.iter().any(|article| has_blocks(&article.post.entry))
            || newsroom.editions.iter().any(|issue| has_blocks(&issue.edition.entry)))
}

/// Renders a page; `None` if it would lack a text.
fn render_page(
    server: &Server,
    snapshot: &Arc<Snapshot>,
    out_path: &OutPath,
    route: &Route,
    key: Fingerprint,
) -> Option<Result<String, Diagnostic>> {
    let (site, own_route) = (snapshot.clone(), route.clone());
    let render = move || {
        let page = html::prepare(&site, &own_route)?;
        whole(&site, || html::finish(&site, page))
    };
    match server.watchdog.watch(out_path, key, render) {
        Ok(rendered) => rendered,
        Err(failure) => Some(Err(explain(failure, out_path))),
    }
}

fn explain(failure: Failure, out_path: &OutPath) -> Diagnostic {
    let url = out_path.url();
    match failure {
        Failure::Late => Diagnostic::error("too-slow", format!("rendering `{url}` does not end and was given up"))
            .with_help("look for a loop in a loop in the templates"),
        Failure::Busy(others) => {
            let others: Vec<String> = others.iter().map(|page| format!("`{}`", page.url())).collect();
            let message = format!("`{url}` waits for other pages, which were given up: {}", others.join(", "));
            Diagnostic::error(TOO_BUSY, message)
                .with_help("look for a loop in a loop in their templates, then start the preview again")
        }
        Failure::Panicked => Diagnostic::error("bug", format!("Masthead could not render `{url}`"))
            .with_help("this is a bug in Masthead; please report it with the lines above"),
    }
}

/// Renders something; `None` if a text that it needs is not any more what it was when the site was joined.
fn whole<T>(snapshot: &Snapshot, render: impl FnOnce() -> T) -> Option<T> {
    let texts = &snapshot.parts.texts;
    let misses = texts.misses();
    let rendered = render();
    (texts.misses() == misses).then_some(rendered)
}

/// Finds the template of a page, for whoever has to look into it.
pub(super) fn template_of(server: &Server, out_path: &OutPath) -> Option<&'static str> {
    let current = server.now()?;
    let snapshot = current.snapshot.as_ref()?;
    html::prepare(snapshot, snapshot.parts.plan.at(out_path)?).map(|page| page.template)
}

/// Gives the last good page instead of one that fails.
fn failed(server: &Server, out_path: &OutPath, key: Fingerprint, problem: Diagnostic) -> Made {
    // What was not begun is no problem of the page, and it is to be asked for again.
    let key = if problem.code == TOO_BUSY { Fingerprint::default() } else { key };
    if problem.code != TOO_BUSY {
        note(server, out_path, Some(&problem));
    }
    let html = server.pages.last(out_path).unwrap_or_else(|| error_page(server, std::slice::from_ref(&problem)).into());
    Made::Page { html, key, problem: Some(problem) }
}

fn note(server: &Server, out_path: &OutPath, problem: Option<&Diagnostic>) {
    let news = server.page_problems.set(out_path, problem);
    match (news, problem) {
        (News::None, _) => return,
        (News::Error, Some(problem)) => {
            let all = server.all_problems();
            server.observer.notice(&super::Notice::Problems { all: &all, new: std::slice::from_ref(problem) });
        }
        (News::Clear, _) => server.say_clear(),
        _ => {}
    }
    server.nudge();
}

/// Writes a page that says what is wrong, for when there is no other.
pub(super) fn error_page(server: &Server, problems: &[Diagnostic]) -> String {
    let mut text = String::new();
    for problem in problems.iter().filter(|problem| problem.is_error()).take(20) {
        text.push_str(&server.observer.describe(problem, None));
        text.push_str("\n\n");
    }
    let text = quick_xml::escape::escape(&text);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Not yet</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n</head>\n<body>\n\
         <h1>There is no page to show yet</h1>\n<pre>{text}</pre>\n</body>\n</html>\n"
    )
}

/// Pages that were rendered, each with the key under which it is right.
#[derive(Default)]
pub(super) struct Pages(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_path: HashMap<OutPath, (Fingerprint, Arc<str>)>,
    order: VecDeque<OutPath>,
    bytes: usize,
}

impl Pages {
    fn get(&self, path: &OutPath, key: Fingerprint) -> Option<Arc<str>> {
        lock(&self.0).by_path.get(path).filter(|(known, _)| *known == key).map(|(_, html)| html.clone())
    }

    fn last(&self, path: &OutPath) -> Option<Arc<str>> {
        lock(&self.0).by_path.get(path).map(|(_, html)| html.clone())
    }

    fn put(&self, path: OutPath, key: Fingerprint, html: Arc<str>) {
        let mut kept = lock(&self.0);
        kept.bytes += html.len();
        match kept.by_path.insert(path.clone(), (key, html)) {
            Some((_, before)) => kept.bytes -= before.len(),
            None => kept.order.push_back(path),
        }
        // The oldest go first; a page that is opened again is rendered again.
        while kept.bytes > ROOM && kept.order.len() > 1 {
            let Some(oldest) = kept.order.pop_front() else { break };
            if let Some((_, html)) = kept.by_path.remove(&oldest) {
                kept.bytes -= html.len();
            }
        }
    }
}

/// Renders a page only to see whether it can be, unless its key is known; nothing is kept but its error.
///
/// Gives the page's key; `None` for what is no page, or can't be rendered now.
pub(super) fn probe(
    server: &Server,
    snapshot: &Arc<Snapshot>,
    out_path: &OutPath,
    route: &Route,
    known: Option<Fingerprint>,
) -> Option<Fingerprint> {
    let key = html::prepare(snapshot, route)?.key(snapshot);
    if known != Some(key) {
        let problem = render_page(server, snapshot, out_path, route, key)?.err();
        if problem.as_ref().is_some_and(|problem| problem.code == TOO_BUSY) {
            return None;
        }
        note(server, out_path, problem.as_ref());
    }
    Some(key)
}
