//! Bytes and files as answers: entity tags, ranges, and files in pieces, however large they are.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::UNIX_EPOCH;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use futures_core::Stream;
use tokio::task::JoinHandle;

use super::answer::plain;
use super::state::Server;
use crate::fingerprint::Fingerprint;
use crate::source::SourcePath;

/// How much of a file is in memory for one client.
const PIECE: usize = 64 * 1024;

/// Answers with bytes.
pub(super) fn bytes(media_type: &'static str, bytes: Vec<u8>, headers: &HeaderMap) -> Response<Body> {
    let tag = format!("\"{}\"", Fingerprint::of_bytes(&bytes).short());
    match select(headers, &tag, bytes.len() as u64) {
        Selection::NotModified => not_modified(&tag),
        Selection::NotSatisfiable => not_satisfiable(bytes.len() as u64),
        Selection::All => respond(StatusCode::OK, media_type, &tag, bytes.len() as u64, None, Body::from(bytes)),
        Selection::Part(range) => {
            let total = bytes.len() as u64;
            let part = bytes.get(range.start as usize..range.end as usize).unwrap_or_default().to_vec();
            respond(StatusCode::PARTIAL_CONTENT, media_type, &tag, total, Some(range), Body::from(part))
        }
    }
}

/// Answers with a file of the newsletter's folder.
pub(super) fn stream(
    server: &Server,
    media_type: &'static str,
    source: &SourcePath,
    headers: &HeaderMap,
) -> Response<Body> {
    let Some((mut file, size, modified)) = open(server, source) else {
        return plain(StatusCode::NOT_FOUND, "the file is not there any more");
    };
    let tag = format!("\"{size:x}-{modified:x}\"");
    match select(headers, &tag, size) {
        Selection::NotModified => not_modified(&tag),
        Selection::NotSatisfiable => not_satisfiable(size),
        Selection::All => {
            let body = Body::from_stream(Pieces::new(file, size));
            respond(StatusCode::OK, media_type, &tag, size, None, body)
        }
        Selection::Part(range) => {
            if file.seek(SeekFrom::Start(range.start)).is_err() {
                return plain(StatusCode::NOT_FOUND, "the file can't be read");
            }
            let body = Body::from_stream(Pieces::new(file, range.end - range.start));
            respond(StatusCode::PARTIAL_CONTENT, media_type, &tag, size, Some(range), body)
        }
    }
}

/// Opens a file, if it still is one inside the newsletter's folder.
fn open(server: &Server, source: &SourcePath) -> Option<(File, u64, u128)> {
    // It may have become a link that leads out since the folder was listed.
    let path = server.workspace.locate(source).canonicalize().ok()?;
    if !path.starts_with(server.workspace.root()) || !path.metadata().ok()?.is_file() {
        return None;
    }
    let file = File::open(path).ok()?;
    let metadata = file.metadata().ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Some((file, metadata.len(), modified))
}

/// What of a file is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Selection {
    All,
    Part(Range<u64>),
    NotModified,
    NotSatisfiable,
}

fn select(headers: &HeaderMap, tag: &str, size: u64) -> Selection {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let matches =
        |list: &str| list.trim() == "*" || list.split(',').any(|other| other.trim().trim_start_matches("W/") == tag);
    if text(header::IF_NONE_MATCH).is_some_and(matches) {
        return Selection::NotModified;
    }
    // A range of what the client has must be of the same bytes (RFC 9110, section 13.1.5).
    if text(header::IF_RANGE).is_some_and(|other| other.trim() != tag) {
        return Selection::All;
    }
    match text(header::RANGE) {
        Some(range) => parse_range(range, size),
        None => Selection::All,
    }
}

/// Reads a `Range` header (RFC 9110, section 14.2). Several ranges, and what is no range, are ignored.
fn parse_range(text: &str, size: u64) -> Selection {
    let Some(range) = text.trim().strip_prefix("bytes=").map(str::trim) else { return Selection::All };
    if text.len() > 100 || range.contains(',') {
        return Selection::All;
    }
    let number = |text: &str| -> Option<u64> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let Some((first, last)) = range.split_once('-') else { return Selection::All };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(length)) if first.is_empty() => size.saturating_sub(length)..size,
        _ => return Selection::All,
    };
    if range.is_empty() { Selection::NotSatisfiable } else { Selection::Part(range) }
}

fn respond(
    status: StatusCode,
    media_type: &'static str,
    tag: &str,
    total: u64,
    range: Option<Range<u64>>,
    body: Body,
) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let length = range.as_ref().map_or(total, |range| range.end - range.start);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    set(headers, header::ETAG, tag);
    if let Some(range) = range {
        set(headers, header::CONTENT_RANGE, &format!("bytes {}-{}/{total}", range.start, range.end - 1));
    }
    response
}

fn not_modified(tag: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    set(response.headers_mut(), header::ETAG, tag);
    response
}

fn not_satisfiable(size: u64) -> Response<Body> {
    let mut response = plain(StatusCode::RANGE_NOT_SATISFIABLE, format!("the file has {size} bytes"));
    set(response.headers_mut(), header::CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A file in pieces, each read when the client has taken the one before.
struct Pieces {
    state: Option<Reading>,
}

enum Reading {
    Idle(File, u64),
    Busy(JoinHandle<io::Result<(File, Bytes)>>, u64),
}

impl Pieces {
    fn new(file: File, length: u64) -> Self {
        Self { state: Some(Reading::Idle(file, length)) }
    }
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.state.take() {
                None | Some(Reading::Idle(_, 0)) => return Poll::Ready(None),
                Some(Reading::Idle(mut file, left)) => {
                    let read = tokio::task::spawn_blocking(move || {
                        let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
                        file.read_exact(&mut piece)?;
                        Ok((file, Bytes::from(piece)))
                    });
                    self.state = Some(Reading::Busy(read, left));
                }
                Some(Reading::Busy(mut read, left)) => match Pin::new(&mut read).poll(context) {
                    Poll::Pending => {
                        self.state = Some(Reading::Busy(read, left));
                        return Poll::Pending;
                    }
                    Poll::Ready(Ok(Ok((file, piece)))) => {
                        self.state = Some(Reading::Idle(file, left - piece.len() as u64));
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    Poll::Ready(Ok(Err(error))) => return Poll::Ready(Some(Err(error))),
                    Poll::Ready(Err(_)) => return Poll::Ready(None),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_one_and_within_the_file_or_refused() {
        for (text, expected) in [
            ("bytes=0-0", Selection::Part(0..1)),
            ("bytes=2-4", Selection::Part(2..5)),
            ("bytes=5-", Selection::Part(5..10)),
            ("bytes=-3", Selection::Part(7..10)),
            ("bytes=-99", Selection::Part(0..10)),
            ("bytes=8-99999999999999999999999", Selection::Part(8..10)),
            ("bytes=10-", Selection::NotSatisfiable),
            ("bytes=-0", Selection::NotSatisfiable),
            ("bytes=4-2", Selection::All),
            ("bytes=0-1,3-4", Selection::All),
            ("bytes=a-b", Selection::All),
            ("items=0-1", Selection::All),
            ("bytes=", Selection::All),
            ("bytes=+1-2", Selection::All),
        ] {
            assert_eq!(parse_range(text, 10), expected, "{text}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Selection::NotSatisfiable);
    }

    #[test]
    fn tags_are_compared_weakly_and_ranges_need_the_same_bytes() {
        let headers = |list: &[(&'static str, &str)]| -> HeaderMap {
            list.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
        };
        let of = |list: &[(&'static str, &str)]| select(&headers(list), "\"a\"", 10);
        assert_eq!(of(&[("if-none-match", "\"x\", W/\"a\"")]), Selection::NotModified);
        assert_eq!(of(&[("if-none-match", "garbage")]), Selection::All);
        assert_eq!(of(&[("range", "bytes=0-1"), ("if-range", "\"b\"")]), Selection::All);
        assert_eq!(of(&[("range", "bytes=0-1"), ("if-range", "\"a\"")]), Selection::Part(0..2));
    }
}
