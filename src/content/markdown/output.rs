//! The page while it is written: HTML, its holes and its prose, and the only ways to put text into it.

use super::body::{Fragment, Hole, HoleKind, Position, Prose, ProseKind};
use crate::config::{foreign_host, with_ascii_host};

/// HTML under construction.
#[derive(Default)]
pub(super) struct Output {
    pub(super) html: String,
    pub(super) holes: Vec<Hole>,
    pub(super) prose: Vec<Prose>,
    /// Where the digits of heading tags stand: levels are settled when all headings are known.
    pub(super) levels: Vec<u32>,
    /// Where a tag will be put in later: prose is not joined over it.
    seam: u32,
}

impl Output {
    /// Writes markup.
    pub(super) fn raw(&mut self, markup: &str) {
        self.html.push_str(markup);
    }

    /// Starts a new line unless one was just started.
    pub(super) fn line(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Writes a number.
    pub(super) fn number(&mut self, number: usize) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.html.extend(digits[at..].iter().map(|digit| char::from(*digit)));
    }

    /// Leaves a hole here.
    pub(super) fn hole(&mut self, position: Position, kind: HoleKind) {
        self.holes.push(Hole { at: self.html.len() as u32, position, kind });
    }

    /// Remembers that a tag will be put in here; gives the place.
    pub(super) fn seam(&mut self) -> usize {
        self.seam = self.html.len() as u32;
        self.html.len()
    }

    /// Notes that what was written since `start` is prose; joined to the prose right before it.
    pub(super) fn prose_since(&mut self, start: usize, kind: ProseKind) {
        let (start, end) = (start as u32, self.html.len() as u32);
        if start == end {
            return;
        }
        match self.prose.last_mut() {
            Some(last) if last.end == start && last.kind == kind && start != self.seam => last.end = end,
            _ => self.prose.push(Prose { start, end, kind }),
        }
    }

    /// Replaces `old` bytes at `at` by `new`; everything noted behind them moves along.
    pub(super) fn replace(&mut self, at: usize, old: usize, new: &str) {
        self.html.replace_range(at..at + old, new);
        let behind = (at + old) as u32;
        let moved = |offset: &mut u32| *offset = *offset + new.len() as u32 - old as u32;
        // A hole right where something is put in belongs to what stands before: a block above a heading.
        for hole in self.holes.iter_mut().rev().take_while(|hole| hole.at >= behind && hole.at > at as u32) {
            moved(&mut hole.at);
        }
        for prose in self.prose.iter_mut().rev().take_while(|prose| prose.start >= behind) {
            moved(&mut prose.start);
            moved(&mut prose.end);
        }
        for level in self.levels.iter_mut().rev().take_while(|level| **level >= behind) {
            moved(level);
        }
    }

    /// Appends another output.
    pub(super) fn append(&mut self, other: Output) {
        let shift = self.html.len() as u32;
        self.html.push_str(&other.html);
        self.holes.extend(other.holes.into_iter().map(|hole| Hole { at: hole.at + shift, ..hole }));
        self.prose.extend(other.prose.into_iter().map(|p| Prose {
            start: p.start + shift,
            end: p.end + shift,
            kind: p.kind,
        }));
        self.levels.extend(other.levels.into_iter().map(|level| level + shift));
    }

    /// Writes a heading's tag up to its digit's end (`<h2` or `</h2`).
    pub(super) fn heading_tag(&mut self, opening: &str, level: u8) {
        self.html.push_str(opening);
        self.levels.push(self.html.len() as u32);
        self.html.push(char::from(b'0' + level));
    }

    /// Ends the work: moves every heading by `shift` levels, within 2 to 6.
    pub(super) fn finish(self, shift: i8) -> Fragment {
        let Output { html, holes, prose, levels, seam: _ } = self;
        let html = if shift == 0 || levels.is_empty() {
            html
        } else {
            let mut bytes = html.into_bytes();
            for at in levels {
                let digit = &mut bytes[at as usize];
                *digit = b'0' + shifted(*digit - b'0', shift);
            }
            String::from_utf8(bytes).unwrap_or_default()
        };
        Fragment { html: html.as_str().to_owned(), holes: without_spare_room(holes), prose: without_spare_room(prose) }
    }
}

/// Moves items to where nothing else has a place: thousands of lists are kept, and the allocator shrinks nothing
/// in its place by less than half.
pub(super) fn without_spare_room<T>(items: Vec<T>) -> Vec<T> {
    let mut exact = Vec::with_capacity(items.len());
    exact.extend(items);
    exact
}

/// Moves a heading's level.
pub(super) fn shifted(level: u8, shift: i8) -> u8 {
    level.saturating_add_signed(shift).clamp(2, 6)
}

/// What a byte means where text is written: 0 nothing, 1 to be escaped, 2 a quote.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 32 {
        class[byte] = if matches!(byte as u8, b'\t' | b'\n' | b'\r') { 0 } else { 1 };
        byte += 1;
    }
    class[0x7f] = 1;
    class[b'&' as usize] = 1;
    class[b'<' as usize] = 1;
    class[b'>' as usize] = 1;
    class[b'"' as usize] = 2;
    class
};

fn escaped(byte: u8) -> &'static str {
    match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        _ => "\u{fffd}",
    }
}

fn push_escaped(out: &mut String, text: &str, wanted: &[u8]) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) =
        bytes[from..].iter().position(|&byte| wanted.contains(&CLASS[byte as usize])).map(|found| from + found)
    {
        out.push_str(&text[from..at]);
        out.push_str(escaped(bytes[at]));
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Writes text between tags, if it is known to hold no control characters.
pub(super) fn push_clean_text(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr3(b'&', b'<', b'>', &bytes[from..]).map(|found| from + found) {
        out.push_str(&text[from..at]);
        out.push_str(escaped(bytes[at]));
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Writes text between tags.
pub(super) fn push_text(out: &mut String, text: &str) {
    push_escaped(out, text, &[1]);
}

/// Writes text between double quotes, as the value of an attribute.
pub fn push_attribute(out: &mut String, text: &str) {
    push_escaped(out, text, &[1, 2]);
}

/// The bytes that stand in a URL between quotes as they are.
const PLAIN_IN_URL: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        plain[byte] =
            matches!(byte as u8, b'!' | b'#' | b'$' | b'('..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~');
        byte += 1;
    }
    plain
};

/// Writes a URL between double quotes, percent-encoding what a URL can't hold; `%20` and the like stay.
///
/// A host is no text that may be encoded so: it is written in ASCII, or else with its own letters.
pub fn push_url(out: &mut String, url: &str) {
    let url = &*with_ascii_host(url);
    let host = foreign_host(url);
    let bytes = url.as_bytes();
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|&byte| !PLAIN_IN_URL[byte as usize]).map(|found| from + found) {
        out.push_str(&url[from..at]);
        from = at + 1;
        match bytes[at] {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#39;"),
            b'%' if bytes[from..].iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2 => out.push('%'),
            byte if !byte.is_ascii() && host.contains(&at) => {
                from = url.ceil_char_boundary(from);
                out.push_str(&url[at..from]);
            }
            _ => {
                let end = url.ceil_char_boundary(from);
                for byte in &bytes[at..end] {
                    out.push('%');
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
                }
                from = end;
            }
        }
    }
    out.push_str(&url[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(write: fn(&mut String, &str), text: &str) -> String {
        let mut out = String::new();
        write(&mut out, text);
        out
    }

    #[test]
    fn text_attributes_and_urls_are_escaped_for_their_place() {
        assert_eq!(with(push_text, "a < b & \"c\" > d, e: f\u{1}"), "a &lt; b &amp; \"c\" &gt; d, e: f\u{fffd}");
        assert_eq!(with(push_attribute, "\"><script>"), "&quot;&gt;&lt;script&gt;");
        let long = "0123456789".repeat(10) + "<" + &"x".repeat(40);
        assert_eq!(with(push_text, &long), long.replace('<', "&lt;"));
        assert_eq!(with(push_url, "/a b?x=\"1\"&y=ü%20%z[1]"), "/a%20b?x=%221%22&amp;y=%C3%BC%20%25z%5B1%5D");
        assert_eq!(with(push_url, "https://bücher.example/ä?q=ö"), "https://xn--bcher-kva.example/%C3%A4?q=%C3%B6");
        assert_eq!(with(push_url, "https://ü\"／<.example/ä"), "https://ü%22／%3C.example/%C3%A4");
    }

    #[test]
    fn what_is_noted_behind_a_change_moves_along() {
        let mut out = Output::default();
        out.raw("<p>");
        out.raw("text");
        out.prose_since(3, ProseKind::Text);
        out.hole(Position::default(), HoleKind::Block(0));
        out.replace(0, 3, "<figure>");
        assert_eq!((out.prose[0].start, out.prose[0].end, out.holes[0].at), (8, 12, 12));
    }
}
