//! A request in, an answer out.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};

use super::connections::LONGEST_HEAD;
use super::gate::BadHost;
use super::inject::{Marks, inject};
use super::pages::{Found, Made};
use super::state::{Current, Server};
use super::{PREFIX, address, bar, file, media_type, open_pages, pages, reply};
use crate::fingerprint::Fingerprint;
use crate::site::{Route, encode_path};
use crate::snapshot::Snapshot;

/// How long an answer may wait for a change that the system has yet to tell of.
const NEWS_WITHIN: Duration = Duration::from_secs(5);
/// Who may show an answer in a frame. What else a page may do is up to the site.
const FRAMES: &str = "frame-ancestors 'self'";
const SCRIPT: &str = include_str!("assets/preview.js");
const STYLE: &str = include_str!("assets/preview.css");

/// Answers a request.
pub(super) async fn answer(server: Arc<Server>, request: Request<Body>) -> Response<Body> {
    let mut response = match refuse(&server, &request) {
        Some(refusal) => refusal,
        None => let_in(server, request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(FRAMES));
    response
}

fn refuse(server: &Server, request: &Request<Body>) -> Option<Response<Body>> {
    // The server's buffer has this length as well, but takes what comes in one piece with it.
    if head_length(request) > LONGEST_HEAD {
        return Some(plain(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "a request may open with 32 KiB at most"));
    }
    match server.gate.check_host(request.headers()) {
        Ok(()) => {}
        Err(BadHost::Malformed(reason)) => return Some(plain(StatusCode::BAD_REQUEST, reason)),
        Err(BadHost::Foreign(reason)) => return Some(plain(StatusCode::FORBIDDEN, reason)),
    }
    if request.uri().scheme().is_some() || request.uri().authority().is_some() {
        return Some(plain(StatusCode::BAD_REQUEST, "this is no proxy"));
    }
    None
}

fn head_length(request: &Request<Body>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().fold(target, |length, (name, value)| length + name.as_str().len() + value.len() + 4)
}

async fn let_in(server: Arc<Server>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = match address::decode(head.uri.path()) {
        Ok(path) => path,
        Err(reason) => return plain(StatusCode::BAD_REQUEST, reason.0),
    };
    let is_read = matches!(head.method, Method::GET | Method::HEAD);
    if let Some(name) = path.strip_prefix(PREFIX) {
        return own(server, name, &head.method, &head.uri, &head.headers, body).await;
    }
    if head.method == Method::POST && reply::is_reply(&server, &path) {
        return reply::answer(server, &head.headers, body).await;
    }
    if !is_read {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "the preview only shows pages");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let Some(mut current) = server.first().await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the preview is ending");
    };
    let asked = Arc::new((path, head));
    let waiting = tokio::time::Instant::now() + NEWS_WITHIN;
    loop {
        let (server_, current_, asked_) = (server.clone(), current.clone(), asked.clone());
        let made = tokio::task::spawn_blocking(move || {
            let (path, head) = &*asked_;
            page(&server_, &current_, path, head.uri.query(), &head.headers)
        });
        match made.await {
            Ok(Some(response)) => return response,
            Ok(None) => {}
            Err(_) => return plain(StatusCode::INTERNAL_SERVER_ERROR, "this page could not be made"),
        }
        match tokio::time::timeout_at(waiting, server.after(current.generation)).await {
            Ok(Some(next)) => current = next,
            _ => return plain(StatusCode::SERVICE_UNAVAILABLE, "this page is being changed; ask again"),
        }
    }
}

/// Answers for the preview itself.
async fn own(
    server: Arc<Server>,
    name: &str,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Body,
) -> Response<Body> {
    if *method == Method::POST && name == reply::NAME {
        return reply::answer(server, headers, body).await;
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "the preview only shows pages");
    }
    match name {
        "preview.js" => text("text/javascript; charset=utf-8", SCRIPT),
        "preview.css" => text("text/css; charset=utf-8", STYLE),
        "events" | "page" => {
            if let Err(reason) = server.gate.check_origin(method, headers) {
                return plain(StatusCode::FORBIDDEN, reason);
            }
            if name == "events" { open_pages::listen(server, uri).await } else { bar::answer(server, uri).await }
        }
        _ => plain(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}

/// Answers with what stands at an address; `None` if that was changed just now, and the next site is to be asked.
fn page(
    server: &Server,
    current: &Current,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Option<Response<Body>> {
    let Some(snapshot) = &current.snapshot else {
        return Some(no_page(server, current, path).answer(headers));
    };
    let config = &snapshot.parts.config;
    let base = config.base_path();
    let Some(below) = address::below(path, base) else {
        return Some(if path == "/" || path == base {
            redirect(StatusCode::FOUND, &format!("{base}/"), query)
        } else {
            plain(StatusCode::NOT_FOUND, format!("the site stands below {base}/"))
        });
    };
    Some(match pages::find(snapshot, below) {
        Found::Bad => plain(StatusCode::BAD_REQUEST, "no file of a site can have that name"),
        Found::Folder(folder) => redirect(StatusCode::MOVED_PERMANENTLY, &config.href(&folder), query),
        Found::Route(_, Route::Redirect(target)) => {
            redirect(StatusCode::MOVED_PERMANENTLY, &config.href(target), query)
        }
        Found::Route(out_path, route) => match pages::make(server, snapshot, &out_path, route) {
            Made::Page { html, key, problem } => {
                let is_error = problem.is_some() && html.contains("<h1>There is no page to show yet</h1>");
                let status = if is_error { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
                let html = reply::redirect_forms(html.to_string(), &config.replies.action);
                // A mail is shown as readers get it, and they get it without the policy.
                let is_free = is_error || matches!(route, Route::Email(..));
                let policy = if is_free { None } else { current.policy() };
                HtmlPage { status, html, path, key, policy }.answer(headers)
            }
            Made::Bytes(bytes) => file::bytes(media_type::of(route, out_path.as_str()), bytes, headers),
            Made::File(source) => file::stream(server, media_type::of(route, out_path.as_str()), &source, headers),
            Made::Outdated if is_broken(current, snapshot, route) => no_page(server, current, path).answer(headers),
            Made::Outdated => return None,
        },
        Found::Missing(not_found) => match pages::make(server, snapshot, &not_found, &Route::NotFound) {
            Made::Page { html, .. } => {
                let key = pages::missing_key(snapshot, &not_found);
                let (html, policy) = (html.to_string(), current.policy());
                HtmlPage { status: StatusCode::NOT_FOUND, html, path, key, policy }.answer(headers)
            }
            _ => plain(StatusCode::NOT_FOUND, "there is nothing here"),
        },
    })
}

/// Says whether a post has errors, so that its text is not to be had although no other site will come.
fn is_broken(current: &Current, snapshot: &Snapshot, route: &Route) -> bool {
    let Route::Post(id) = route else { return false };
    let source = &snapshot.parts.newsroom.post(*id).post.entry.source;
    current
        .problems
        .iter()
        .any(|problem| problem.is_error() && problem.place.as_ref().is_some_and(|place| place.path == *source))
}

/// A page on its way to the browser.
struct HtmlPage<'p> {
    status: StatusCode,
    html: String,
    path: &'p str,
    key: Fingerprint,
    /// What the published page may load and run, if the site says so: here it may do no more.
    policy: Option<&'p str>,
}

/// Makes the page that says why there is none.
fn no_page<'p>(server: &Server, current: &Current, path: &'p str) -> HtmlPage<'p> {
    let html = pages::error_page(server, &current.problems);
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    HtmlPage { status, html, path, key: Fingerprint::default(), policy: None }
}

impl HtmlPage<'_> {
    /// Answers with the page, and the script that keeps it fresh.
    fn answer(self, headers: &HeaderMap) -> Response<Body> {
        let policy = self.policy.map(|policy| format!("{policy}; {FRAMES}"));
        let marks = Marks { url: self.path, key: self.key, policy: Fingerprint::of(&policy) };
        let html = inject(&self.html, &marks);
        let mut response = file::bytes(media_type::HTML, html.into_bytes(), headers);
        if response.status() == StatusCode::OK {
            *response.status_mut() = self.status;
        }
        if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(policy).ok()) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

fn redirect(status: StatusCode, to: &str, query: Option<&str>) -> Response<Body> {
    let is_path = to.starts_with('/') && !to.starts_with("//");
    let mut location = encode_path(to);
    if let Some(query) = query.filter(|_| is_path && !location.contains(['?', '#'])) {
        location.push('?');
        location.push_str(query);
    }
    let mut response = plain(status, format!("it is at {location}"));
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

fn text(media_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Answers with a line of text.
pub(super) fn plain(status: StatusCode, line: impl Into<String>) -> Response<Body> {
    let mut response = Response::new(Body::from(line.into() + "\n"));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// Finds a parameter of a query, decoded.
pub(super) fn parameter(uri: &Uri, name: &str) -> Option<String> {
    form_fields(uri.query()?.as_bytes()).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Decodes `application/x-www-form-urlencoded` (WHATWG URL standard, section 5.1).
pub(super) fn form_fields(bytes: &[u8]) -> Vec<(String, String)> {
    let decode = |text: &[u8]| {
        let mut decoded = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let digits = text.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
            match (byte, digits.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
                (b'+', _) => decoded.push(b' '),
                (b'%', Some(value)) => {
                    decoded.push(value);
                    at += 2;
                }
                _ => decoded.push(byte),
            }
            at += 1;
        }
        String::from_utf8_lossy(&decoded).into_owned()
    };
    bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .take(64)
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (decode(&pair[..at]), decode(pair.get(at + 1..).unwrap_or_default()))
        })
        .collect()
}
