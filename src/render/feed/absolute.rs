//! Making every address in a body full, because a feed or a mail is read away from its page.
//!
//! One pass over the markup, without a tree: the scanner follows the tokeniser of the HTML standard
//! (section 13.2.5) as far as finding attributes needs it, copies everything else byte for byte, and
//! never fails. Addresses inside style sheets and `style` attributes stay as they are; feed readers
//! drop both.

use std::borrow::Cow;

use memchr::memchr;

use crate::config::with_ascii_host;
use crate::render::percent::address;

/// Makes the addresses in a body full, as a browser would that shows it at `page_url`.
///
/// `page_url` is the page's full address, or one that starts at the root of the host in `base_url`.
/// A link to a place on the page (`#key-point`) leads to that place; a reference inside a drawing
/// (`<use href="#arrow">`) stays what it is.
pub fn absolutise(html: &str, base_url: &str, page_url: &str) -> String {
    let mut scanner = Scanner {
        html,
        at: 0,
        copied: 0,
        out: String::with_capacity(html.len() + html.len() / 16),
        base: Base::new(base_url, page_url),
        foreign: 0,
    };
    scanner.run();
    scanner.out.push_str(&html[scanner.copied..]);
    scanner.out
}

/// Makes one address full in the same way, as it stands in an attribute or in Markdown, which have the same
/// references (`&amp;`); `None` if it is full already.
pub(in crate::render) fn resolved(written: &str, base_url: &str, page_url: &str) -> Option<String> {
    Base::new(base_url, page_url).resolve(written, Role::Link)
}

/// What addresses are resolved against; every part is escaped for an attribute's value.
struct Base {
    /// `https:`
    scheme: String,
    /// `https://example.org`
    origin: String,
    /// The page without query and fragment.
    page: String,
    /// The page's query with its `?`, or nothing.
    query: String,
}

impl Base {
    fn new(base_url: &str, page_url: &str) -> Self {
        let origin_of = |url: &str| {
            let host = url.find("://")? + 3;
            let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |length| host + length);
            Some((host - 2, end))
        };
        let full = if origin_of(page_url).is_some() {
            Cow::Borrowed(page_url)
        } else {
            let origin = origin_of(base_url).map_or(base_url, |(_, end)| &base_url[..end]);
            let slash = if page_url.starts_with('/') { "" } else { "/" };
            Cow::Owned(format!("{origin}{slash}{page_url}"))
        };
        let encoded = address(&full);
        let escaped = encoded.replace('&', "&amp;").replace('\'', "%27");
        let (colon, origin_end) = origin_of(&escaped).unwrap_or((0, 0));
        let without_fragment = escaped.split('#').next().unwrap_or_default();
        let (page, query) = match without_fragment.find('?') {
            Some(at) => without_fragment.split_at(at),
            None => (without_fragment, ""),
        };
        let slash = if page.len() == origin_end { "/" } else { "" };
        Self {
            scheme: escaped[..colon].to_owned(),
            origin: escaped[..origin_end].to_owned(),
            page: format!("{page}{slash}"),
            query: query.to_owned(),
        }
    }

    /// Resolves an attribute's value as it is written, entities and all; `None` leaves it alone.
    fn resolve(&self, written: &str, role: Role) -> Option<String> {
        let value = tidy(written);
        let second_is_slash = || matches!(value.as_bytes().get(1), Some(b'/' | b'\\'));
        match value.as_bytes().first() {
            None => (role == Role::Link).then(|| format!("{}{}", self.page, self.query)),
            Some(b'#') => (role == Role::Link).then(|| format!("{}{}{value}", self.page, self.query)),
            Some(b'?') => Some(format!("{}{value}", self.page)),
            Some(b'/' | b'\\') if second_is_slash() => Some(format!("{}//{}", self.scheme, &value[2..])),
            Some(b'/' | b'\\') => Some(self.join(&value)),
            _ if has_scheme(&value) => match with_ascii_host(&value) {
                Cow::Owned(url) => Some(url),
                Cow::Borrowed(_) => None,
            },
            _ => {
                let folder = self.page.rfind('/').map_or("", |slash| &self.page[..=slash]);
                Some(self.join(&format!("{}{value}", folder.strip_prefix(&self.origin).unwrap_or(folder))))
            }
        }
    }

    /// Puts the origin before a path, whose `.` and `..` are resolved (RFC 3986, 5.2.4).
    fn join(&self, reference: &str) -> String {
        let end = reference.find(['?', '#']).unwrap_or(reference.len());
        let (path, rest) = reference.split_at(end);
        let path: Cow<'_, str> = if path.contains('\\') { path.replace('\\', "/").into() } else { path.into() };
        if !path.contains("/.") {
            return format!("{}{path}{rest}", self.origin);
        }
        let mut kept: Vec<&str> = vec![];
        let mut segments = path.split('/').skip(1).peekable();
        while let Some(segment) = segments.next() {
            let is_last = segments.peek().is_none();
            match segment {
                "." => {}
                ".." => drop(kept.pop()),
                _ => kept.push(segment),
            }
            // A path that ends in dots names a folder.
            if is_last && matches!(segment, "." | "..") {
                kept.push("");
            }
        }
        format!("{}/{}{rest}", self.origin, kept.join("/"))
    }
}

/// What an attribute's address is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It leads somewhere: `<a href>`.
    Link,
    /// It names a file, or a part of this document.
    Resource,
    /// It is a list of files with widths (`srcset`).
    Set,
}

struct Scanner<'a> {
    html: &'a str,
    /// Where the scanner is, in bytes.
    at: usize,
    /// Up to where the input is in `out`.
    copied: usize,
    out: String,
    base: Base,
    /// How deep inside `svg` and `math` it is; other rules hold there.
    foreign: usize,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while let Some(found) = memchr(b'<', &self.html.as_bytes()[self.at..]) {
            self.at += found + 1;
            let rest = &self.html[self.at..];
            match rest.as_bytes() {
                [first, ..] if first.is_ascii_alphabetic() => self.start_tag(),
                [b'/', first, ..] if first.is_ascii_alphabetic() => {
                    self.at += 1;
                    let name = self.name();
                    if is_foreign(name) {
                        self.foreign = self.foreign.saturating_sub(1);
                    }
                    while self.attribute().is_some() {}
                }
                [b'!', b'-', b'-', ..] => self.comment(),
                [b'!' | b'?' | b'/', ..] => self.skip_past(rest.find('>').map(|at| at + 1)),
                _ => {}
            }
        }
    }

    fn start_tag(&mut self) {
        let name = self.name();
        while let Some((attribute, value)) = self.attribute() {
            if let Some((start, end)) = value
                && let Some(role) = role(name, attribute)
            {
                self.rewrite(start, end, role);
            }
        }
        let closes_itself = self.html[..self.at].ends_with("/>");
        if is_foreign(name) && !closes_itself {
            self.foreign += 1;
        }
        if name.eq_ignore_ascii_case("plaintext") {
            self.at = self.html.len();
        } else if holds_raw_text(name) && (self.foreign == 0 || !closes_itself && !name.eq_ignore_ascii_case("title")) {
            self.raw_text(name);
        }
    }

    /// Puts the resolved address where the written one stands.
    fn rewrite(&mut self, start: usize, end: usize, role: Role) {
        let written = &self.html[start..end];
        let resolved = match role {
            Role::Set => resolve_set(&self.base, written),
            _ => self.base.resolve(written, role),
        };
        let Some(resolved) = resolved else { return };
        let is_quoted = matches!(self.html.as_bytes().get(start.wrapping_sub(1)), Some(b'"' | b'\''));
        self.out.push_str(&self.html[self.copied..start]);
        if is_quoted {
            self.out.push_str(&resolved);
        } else {
            self.out.push('"');
            self.out.push_str(&resolved.replace('"', "&quot;"));
            self.out.push('"');
        }
        self.copied = end;
    }

    /// Reads a tag's name.
    fn name(&mut self) -> &'a str {
        let rest = &self.html[self.at..];
        let ends = |byte: u8| is_space(char::from(byte)) || matches!(byte, b'/' | b'>');
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Reads the next attribute and the place of its value; `None` behind the tag's end.
    fn attribute(&mut self) -> Option<(&'a str, Option<(usize, usize)>)> {
        self.skip(|byte| is_space(char::from(byte)) || byte == b'/');
        let rest = &self.html[self.at..];
        if rest.is_empty() {
            return None;
        }
        if rest.starts_with('>') {
            self.at += 1;
            return None;
        }
        // A `=` in front belongs to the name, so that each step moves on.
        let ends = |(at, byte): (usize, u8)| {
            (is_space(char::from(byte)) || matches!(byte, b'/' | b'>') || at > 0 && byte == b'=').then_some(at)
        };
        let length = rest.bytes().enumerate().find_map(ends).unwrap_or(rest.len());
        let name = &rest[..length];
        self.at += length;
        self.skip(|byte| is_space(char::from(byte)));
        if !self.html[self.at..].starts_with('=') {
            return Some((name, None));
        }
        self.at += 1;
        self.skip(|byte| is_space(char::from(byte)));
        let rest = &self.html[self.at..];
        let (start, length, behind) = match rest.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => match memchr(*quote, &rest.as_bytes()[1..]) {
                Some(length) => (self.at + 1, length, 1),
                // A tag that never ends is no tag; what is left stays as it is.
                None => {
                    self.at = self.html.len();
                    return None;
                }
            },
            _ => (self.at, rest.find(|c| is_space(c) || c == '>').unwrap_or(rest.len()), 0),
        };
        self.at = start + length + behind;
        Some((name, Some((start, start + length))))
    }

    fn comment(&mut self) {
        let text = &self.html[self.at + 3..];
        if text.starts_with('>') || text.starts_with("->") {
            self.at += 4;
            return;
        }
        let end = text.match_indices('-').find_map(|(at, _)| {
            [("-->", at + 3), ("--!>", at + 4)].into_iter().find(|(end, _)| text[at..].starts_with(end))
        });
        self.skip_past(end.map(|(_, behind)| behind + 3));
    }

    /// Skips the text of an element whose content is no markup.
    fn raw_text(&mut self, name: &str) {
        while let Some(found) = self.html[self.at..].find("</") {
            self.at += found;
            let rest = &self.html.as_bytes()[self.at + 2..];
            let ends = rest.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
                && rest.get(name.len()).is_none_or(|byte| is_space(char::from(*byte)) || matches!(byte, b'/' | b'>'));
            if ends {
                return;
            }
            self.at += 2;
        }
        self.at = self.html.len();
    }

    /// Skips bytes of ASCII.
    fn skip(&mut self, what: impl Fn(u8) -> bool) {
        let rest = &self.html.as_bytes()[self.at..];
        self.at += rest.iter().position(|byte| !what(*byte)).unwrap_or(rest.len());
    }

    /// Moves on by a number of bytes, or to the end.
    fn skip_past(&mut self, length: Option<usize>) {
        self.at = length.map_or(self.html.len(), |length| self.at + length);
    }
}

/// Resolves each address of a `srcset` (HTML standard, section 4.8.4.3.10); commas may be part of one.
fn resolve_set(base: &Base, set: &str) -> Option<String> {
    let mut out = String::new();
    let (mut at, mut copied) = (0, 0);
    loop {
        let rest = &set[at..];
        at += rest.len() - rest.trim_start_matches(|c| is_space(c) || c == ',').len();
        let rest = &set[at..];
        if rest.is_empty() {
            break;
        }
        let word = &rest[..rest.find(is_space).unwrap_or(rest.len())];
        let url = word.trim_end_matches(',');
        if let Some(resolved) = base.resolve(url, Role::Resource) {
            out.push_str(&set[copied..at]);
            out.push_str(&resolved);
            copied = at + url.len();
        }
        at += word.len();
        if url.len() == word.len() {
            // Widths follow, up to a comma that is not in parentheses.
            let mut depth = 0usize;
            let end = set[at..].find(|c| match c {
                '(' => {
                    depth += 1;
                    false
                }
                ')' => {
                    depth = depth.saturating_sub(1);
                    false
                }
                _ => c == ',' && depth == 0,
            });
            at = end.map_or(set.len(), |end| at + end);
        }
    }
    (copied > 0).then(|| out + &set[copied..])
}

fn role(element: &str, attribute: &str) -> Option<Role> {
    let is = |name: &str| attribute.eq_ignore_ascii_case(name);
    let on = |name: &str| element.eq_ignore_ascii_case(name);
    if is("href") || is("xlink:href") {
        Some(if on("a") || on("area") { Role::Link } else { Role::Resource })
    } else if ["src", "poster", "cite", "action", "formaction", "background", "longdesc"].into_iter().any(is)
        || is("data") && on("object")
    {
        Some(Role::Resource)
    } else {
        (is("srcset") || is("imagesrcset")).then_some(Role::Set)
    }
}

fn is_foreign(name: &str) -> bool {
    name.eq_ignore_ascii_case("svg") || name.eq_ignore_ascii_case("math")
}

fn holds_raw_text(name: &str) -> bool {
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]
        .iter()
        .any(|raw| name.eq_ignore_ascii_case(raw))
}

/// What HTML calls white space.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}')
}

/// Drops what browsers drop from an address, and writes out entities that hide its structure.
fn tidy(written: &str) -> Cow<'_, str> {
    let trimmed = written.trim_matches(|c: char| c <= ' ');
    // Only what stands before the path's second part decides where an address leads.
    let head = trimmed.find(['/', '?', '#']).map_or(trimmed.len(), |at| (at + 2).min(trimmed.len()));
    let hides = trimmed.as_bytes()[..head].contains(&b'&');
    if !hides && !trimmed.contains(['\t', '\n', '\r']) {
        return Cow::Borrowed(trimmed);
    }
    let mut out = String::with_capacity(trimmed.len());
    let mut rest = trimmed;
    while let Some(c) = rest.chars().next() {
        let (c, length) = structural_entity(rest).map_or((Some(c), c.len_utf8()), |(decoded, length)| {
            // A decoded space at either end would be trimmed too, but means nothing in between.
            ((decoded > ' ').then_some(decoded), length)
        });
        out.extend(c.filter(|c| !matches!(c, '\t' | '\n' | '\r')));
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// Reads a character reference for a letter or a sign of an address's structure.
///
/// References to anything else stay: `&amp;` must be written so, and a name is nobody's scheme.
fn structural_entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(12).position(|byte| byte == b';')?;
    let decoded = match &body[..end] {
        "colon" => ':',
        "sol" => '/',
        "bsol" => '\\',
        "num" => '#',
        "quest" => '?',
        "period" => '.',
        "Tab" => '\t',
        "NewLine" => '\n',
        name => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    let matters = decoded.is_ascii_alphanumeric()
        || decoded <= ' '
        || matches!(decoded, ':' | '/' | '\\' | '#' | '?' | '.' | '+' | '-');
    matters.then_some((decoded, end + 2))
}

/// Says whether an address names its scheme (RFC 3986, section 3.1).
fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

#[cfg(test)]
mod tests;
