//! Addresses in the data of a block, judged as links in the text are.
//!
//! A template writes what it is given into `href` and `src`, and escaping does not make an address safe.
//! So whatever stands under a key that is named like an address is looked at here before any template
//! sees it, those of a user's own blocks included.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::body::HoleKind;
use super::links::{self, Target, target};
use super::source::without_controls;
use crate::config::with_ascii_host;
use crate::diagnostic::Diagnostic;
use crate::source::SourcePath;

/// What the names of keys that hold an address end in; a plural holds a list of them.
const LINKS: [&str; 4] = ["url", "uri", "link", "href"];
/// The same for pictures, which may also stand inside their address.
const PICTURES: [&str; 6] = ["src", "image", "picture", "photo", "logo", "avatar"];

/// Who is asked about the addresses of a block.
pub(super) struct Judge<'j> {
    /// Gives what to write for an address of this site; `None` leaves it as it is written.
    pub(super) resolve: &'j mut dyn FnMut(HoleKind) -> Option<String>,
    /// Is told what is wrong with an address, with the key's name.
    pub(super) complain: &'j mut dyn FnMut(&str, Diagnostic),
}

/// Leaves out every address that may not be written, and every control character.
pub(super) fn make_safe(fields: &mut Map<String, Value>, from: &SourcePath, judge: &mut Judge<'_>) {
    fields.retain(|key, value| is_kept(key, value, from, judge));
}

fn is_kept(key: &str, value: &mut Value, from: &SourcePath, judge: &mut Judge<'_>) -> bool {
    match value {
        Value::String(text) => {
            if let Some(kind) = kind_of(key) {
                let (safe, complaint) = judged(text, from, kind, judge);
                if let Some(complaint) = complaint {
                    (judge.complain)(key, complaint);
                }
                let Some(safe) = safe else { return false };
                *text = safe;
            }
            if let Cow::Owned(clean) = without_controls(text) {
                *text = clean;
            }
        }
        Value::Array(items) => items.retain_mut(|item| is_kept(key, item, from, judge)),
        Value::Object(fields) => make_safe(fields, from, judge),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Link,
    Picture,
}

fn kind_of(key: &str) -> Option<Kind> {
    let key = key.to_ascii_lowercase();
    let ends = |names: &[&str]| names.iter().any(|name| key.strip_suffix('s').unwrap_or(&key).ends_with(name));
    match () {
        () if ends(&LINKS) => Some(Kind::Link),
        () if ends(&PICTURES) => Some(Kind::Picture),
        () => None,
    }
}

/// Gives the address as it is to be written, and what is wrong with it.
fn judged(written: &str, from: &SourcePath, kind: Kind, judge: &mut Judge<'_>) -> (Option<String>, Option<Diagnostic>) {
    let as_written = || links::cleaned(written).into_owned();
    match target(written, from) {
        Target::External(url) => (Some(with_ascii_host(&url).into_owned()), None),
        Target::Contact(url) => (Some(url.into_owned()), None),
        Target::InlineImage(url) if kind == Kind::Picture => (Some(url.into_owned()), None),
        Target::InlineImage(_) => (None, Some(links::bad_scheme("data"))),
        Target::Completed(url) => {
            let complaint = links::incomplete(written, &url);
            (Some(with_ascii_host(&url).into_owned()), Some(complaint))
        }
        Target::Empty => (None, None),
        Target::Outside => (None, Some(links::outside(written))),
        Target::Scheme(scheme) => (None, Some(links::bad_scheme(&scheme))),
        Target::Unfilled => (None, Some(links::unfilled(written))),
        of_site => {
            let hole = of_site.into_hole(written, kind == Kind::Picture);
            (Some(hole.and_then(|hole| (judge.resolve)(hole)).unwrap_or_else(as_written)), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn safe(fields: Value) -> (Value, Vec<String>) {
        let Value::Object(mut fields) = fields else { panic!() };
        let mut said = Vec::new();
        let mut judge = Judge {
            resolve: &mut |_| None,
            complain: &mut |key, complaint| said.push(format!("{key} {}", complaint.code)),
        };
        make_safe(&mut fields, &SourcePath::new("content/posts/a.md"), &mut judge);
        (Value::Object(fields), said)
    }

    #[test]
    fn what_is_named_like_an_address_is_judged_and_the_rest_is_text() {
        let (fields, said) = safe(json!({
            "url": "javascript:alert(1)", "source_url": " java\tscript:x", "items": [{"href": "data:text/html,x", "text": "t"}],
            "links": ["vbscript:x", "https://a.example"], "image": "data:image/png;base64,AA", "logo": "data:image/svg+xml,x",
            "text": "javascript: the good parts", "site_link": "//b.example", "link": "../../../x",
        }));
        assert_eq!(
            fields,
            json!({
                "items": [{"text": "t"}], "links": ["https://a.example"], "image": "data:image/png;base64,AA",
                "text": "javascript: the good parts", "site_link": "https://b.example",
            })
        );
        assert_eq!(said.len(), 7, "{said:?}");
        assert!(said.contains(&"site_link protocol-relative-link".to_owned()));
    }

    #[test]
    fn good_addresses_stay_as_they_are_written() {
        for url in ["https://a.example/?a=1&b", "/about/", "../posts/b.md#x", "mailto:a@b.example", "#top", "bill.png"]
        {
            assert_eq!(safe(json!({"url": url})), (json!({"url": url}), vec![]));
        }
        let spelled = json!({"url": "https://bücher.example/ä"});
        assert_eq!(safe(spelled), (json!({"url": "https://xn--bcher-kva.example/ä"}), vec![]));
        assert_eq!(safe(json!({"url": true, "text": "a\u{1b}b\nc"})).0, json!({"url": true, "text": "a\u{fffd}b\nc"}));
    }
}
