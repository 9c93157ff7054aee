//! Trying out the reply form: what is posted becomes a file that waits for the publisher.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};

use super::address;
use super::answer::{form_fields, plain};
use super::state::{Current, Server};
use crate::content::date::Moment;
use crate::content::document::PENDING_REPLIES;
use crate::content::slug::slugify;
use crate::disk::guard::lies_in;
use crate::site::Route;

/// The preview's own address for replies, below its prefix.
pub(super) const NAME: &str = "reply";
/// The longest form that is read: all that its fields may hold, each letter in nine bytes, as a form writes Chinese.
const LONGEST_FORM: usize = 96 * 1024;
/// As in the form of the built-in theme.
const LONGEST_NAME: usize = 120;
const LONGEST_MESSAGE: usize = 10_000;
const LONGEST_URL: usize = 500;
/// A field that people do not see, and that only programs fill in.
const HONEYPOT: &str = "website";
/// Replies to one post that wait at most.
const MOST_WAITING: usize = 200;

/// Says whether the site has its replies posted to a path of its own.
pub(super) fn is_reply(server: &Server, path: &str) -> bool {
    let Some(snapshot) = server.now().and_then(|now| now.snapshot.clone()) else { return false };
    let config = &snapshot.parts.config;
    let action = config.replies.action.as_str();
    let own = action.strip_prefix(config.base_url.as_str()).unwrap_or(action);
    own.starts_with('/') && (own == path || config.href(own) == path)
}

/// Lets the form of a page post to the preview, wherever it posts when the site is published.
pub(super) fn redirect_forms(html: String, action: &str) -> String {
    if action.is_empty() || !html.contains("<form") {
        return html;
    }
    let escaped = quick_xml::escape::escape(action).into_owned();
    let slashes_too = escaped.replace('/', "&#x2F;");
    let own = format!("action=\"{}{NAME}\"", super::PREFIX);
    html.replace(&format!("action=\"{escaped}\""), &own).replace(&format!("action=\"{slashes_too}\""), &own)
}

/// Takes a reply.
pub(super) async fn answer(server: Arc<Server>, headers: &HeaderMap, body: Body) -> Response<Body> {
    if let Err(reason) = server.gate.check_origin(&Method::POST, headers) {
        return plain(StatusCode::FORBIDDEN, reason);
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media_type.starts_with("application/x-www-form-urlencoded") {
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a reply is a form");
    }
    let reading = axum::body::to_bytes(body, LONGEST_FORM);
    let Ok(Ok(bytes)) = tokio::time::timeout(std::time::Duration::from_secs(10), reading).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "the form is too long, or took too long");
    };
    let Some(current) = server.first().await else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "the preview is ending");
    };
    let filed = tokio::task::spawn_blocking(move || file(&server, &current, &bytes)).await;
    match filed {
        Ok(Ok(url)) => {
            let mut response = plain(StatusCode::SEE_OTHER, "thank you");
            if let Ok(url) = HeaderValue::from_str(&crate::site::encode_path(&url)) {
                response.headers_mut().insert(header::LOCATION, url);
            }
            response
        }
        Ok(Err((status, reason))) => plain(status, reason),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "the reply could not be filed"),
    }
}

/// Writes a reply to its file; gives the address of the post that it answers.
fn file(server: &Server, current: &Current, form: &[u8]) -> Result<String, (StatusCode, String)> {
    let bad = |reason: &str| (StatusCode::UNPROCESSABLE_ENTITY, reason.to_owned());
    let fields = form_fields(form);
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let Some(snapshot) = current.snapshot.as_deref() else { return Err(bad("there is no site yet")) };
    let parts = &*snapshot.parts;
    let post = field("post");
    let below = address::decode(post).ok().and_then(|path| match parts.plan.at_url(&path) {
        Some(Route::Post(id)) => Some(parts.newsroom.post(*id)),
        _ => None,
    });
    let article = below.ok_or_else(|| bad("there is no such post"))?;
    let url = format!("{}#replies", parts.config.href(&article.url));
    if !field(HONEYPOT).is_empty() {
        // A program is not told that it was found out.
        return Ok(url);
    }
    let (name, message, homepage) = (one_line(field("name")), field("message"), field("url"));
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(bad("a reply needs a name of at most 120 characters"));
    }
    if message.is_empty() || message.chars().count() > LONGEST_MESSAGE {
        return Err(bad("a reply needs a text of at most 10,000 characters"));
    }
    let host = homepage.strip_prefix("https://").or_else(|| homepage.strip_prefix("http://"));
    let is_web = host.is_some_and(|host| !host.is_empty());
    if !homepage.is_empty() && (!is_web || homepage.len() > LONGEST_URL || homepage.chars().any(char::is_whitespace)) {
        return Err(bad("the website is no address with `https://`"));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let moment = Moment::from_unix(i64::try_from(now.as_secs()).unwrap_or_default());
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut text = format!("---\npost: {}\nname: {}\n", quoted(article.post.entry.source.as_str()), quoted(&name));
    if !homepage.is_empty() {
        text.push_str(&format!("url: {}\n", quoted(homepage)));
    }
    text.push_str(&format!("date: {}\n---\n\n{}\n", moment.rfc3339(), as_text(message)));
    let slug = slugify(&article.post.entry.slug.text).unwrap_or_else(|| "post".to_owned());
    let stamp: String = moment.rfc3339().chars().filter(char::is_ascii_alphanumeric).collect();
    write(server, &parts.config.content_folder, &slug, &stamp, &text)
        .map_err(|reason| (StatusCode::INTERNAL_SERVER_ERROR, reason))?;
    Ok(url)
}

fn write(server: &Server, content: &str, slug: &str, stamp: &str, text: &str) -> Result<(), String> {
    let folder: PathBuf = server.workspace.root().join(content).join("replies").join(PENDING_REPLIES).join(slug);
    let fail = |error: std::io::Error| format!("the reply can't be written: {error}");
    // A link on the way may lead anywhere.
    if !lies_in(server.workspace.root(), &folder) {
        return Err("the folder of replies lies outside the newsletter's folder".to_owned());
    }
    fs::create_dir_all(&folder).map_err(fail)?;
    if fs::read_dir(&folder).map_err(fail)?.count() >= MOST_WAITING {
        return Err(format!("{MOST_WAITING} replies to this post are waiting already"));
    }
    for number in 1..=MOST_WAITING {
        let name = if number == 1 { format!("{stamp}.md") } else { format!("{stamp}-{number}.md") };
        match fs::File::create_new(folder.join(name)) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map_err(fail),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(fail(error)),
        }
    }
    Err("too many replies came at once".to_owned())
}

/// Makes text of what a reader wrote: a line that would fence facts is none.
fn as_text(message: &str) -> String {
    let is_fence = |line: &str| {
        let line = line.trim();
        line.len() >= 3 && (line.bytes().all(|byte| byte == b'-') || line.bytes().all(|byte| byte == b'+'))
    };
    let line = |line: &str| if is_fence(line) { format!("\\{}", line.trim()) } else { line.to_owned() };
    message.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_posts_here_and_nothing_else_is_touched() {
        let html = "<a href=\"https://x.example/reply\">x</a><form action=\"https://x.example/reply\">".to_owned();
        let expected = "<a href=\"https://x.example/reply\">x</a><form action=\"/__masthead/reply\">";
        assert_eq!(redirect_forms(html, "https://x.example/reply"), expected);
    }

    #[test]
    fn no_line_of_a_reader_fences_facts() {
        let message = "edit: I was wrong\r\n---\r\nHere is why\n +++ \n--\n- - -";
        assert_eq!(as_text(message), "edit: I was wrong\n\\---\nHere is why\n\\+++\n--\n- - -");
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(one_line(" a\n---\r\nb\u{0}c "), "a --- b c");
    }
}
