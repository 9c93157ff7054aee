//! Running text: formulas and bare addresses in it are found, the rest is written as it stands.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter};

use super::anchors::{COLONS, KeyState};
use super::autolink;
use super::body::{Position, ProseKind};
use super::math::Formula;
use super::output::{push_clean_text, push_text};
use super::render::Renderer;

impl<'s> Renderer<'_, '_, 's> {
    pub(super) fn text(&mut self, text: &str, range: Range<usize>, events: &mut OffsetIter<'s>) {
        if let Some(code) = &mut self.code {
            code.pieces.push((code.text.len(), range.start));
            code.text.push_str(text);
            return;
        }
        // Only a quotation mark is longer than what it was made from.
        let quotes = self.page.options.smart_punctuation.filter(|_| text.len() > range.len());
        let text = self.open_quotes.shown(quotes, text, self.text, range.start);
        if self.image.is_none() && !self.is_hidden() {
            self.read_plain(range.clone());
        }
        // The source has none; only what is written as a reference, which comes alone, can be one.
        let clean = if text.len() == range.len() { Cow::Borrowed(text) } else { self.printable(text, &range) };
        let mut text = &*clean;
        let mut start = range.start;
        if start < self.skip {
            if range.end <= self.skip {
                return;
            }
            // Only text that stands in the source as it is can be cut there.
            text = if text.len() == range.len() { text.get(self.skip - start..).unwrap_or_default() } else { text };
            start = self.skip;
        }
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
            return;
        }
        while let Some(formula) = self.formulas.first().filter(|formula| formula.range.start < range.end) {
            self.formulas = &self.formulas[1..];
            if formula.range.start < start {
                continue;
            }
            let before = text.get(..formula.range.start - start).unwrap_or_default();
            self.plain(before, start, events, false);
            let position = self.position(formula.range.clone());
            self.write_formula(formula, position);
            self.skip = formula.range.end;
            if self.skip >= range.end {
                return;
            }
            text = text.get(self.skip - start..).unwrap_or_default();
            start = self.skip;
        }
        let is_verbatim = text.len() == range.end - start;
        self.plain(text, start, events, is_verbatim);
    }

    fn write_formula(&mut self, formula: &Formula, position: Position) {
        if self.capturing {
            self.capture.push_str(formula.latex.trim());
        }
        self.math(&formula.latex, formula.display, position);
        self.words.gap();
    }

    /// Writes text that starts at `start` of the source; bare URLs in it become links if it stands in
    /// the source as it is.
    fn plain(&mut self, text: &str, start: usize, events: &mut OffsetIter<'s>, is_verbatim: bool) {
        let mut text = text;
        let mut start = start;
        match self.key {
            KeyState::Begun => self.key = KeyState::No,
            KeyState::BoldEnded => self.settle_key_point(text.starts_with(COLONS)),
            KeyState::No | KeyState::Bold | KeyState::Yes => {}
        }
        if self.capturing
            && self.heading.is_none()
            && self.key != KeyState::Bold
            && !self.page.opening.paragraph.is_empty()
        {
            self.capturing = false;
        }
        while is_verbatim && self.kind != ProseKind::Link {
            let Some(colon) = self.next_scheme(start..start + text.len()) else { break };
            let colon = colon - start;
            let Some(end) = self.bare_url(text, start, colon, events) else {
                let (done, rest) = text.split_at(colon + 3);
                self.write(done);
                (text, start) = (rest, start + colon + 3);
                continue;
            };
            if end >= start + text.len() {
                return;
            }
            (text, start) = (&text[end - start..], end);
        }
        self.write(text);
    }

    /// Gives the next `://` of the source within a range that is not before the last one asked for.
    fn next_scheme(&mut self, range: Range<usize>) -> Option<usize> {
        while self.schemes.first().is_some_and(|&at| at < range.start) {
            self.schemes = &self.schemes[1..];
        }
        self.schemes.first().copied().filter(|&at| at + 3 <= range.end)
    }

    /// Writes the text before a bare URL and the URL; gives the byte of the source where it ends.
    fn bare_url(&mut self, text: &str, start: usize, colon: usize, events: &mut OffsetIter<'s>) -> Option<usize> {
        let source = self.text;
        let first = start + autolink::start(text, colon)?;
        let host = start + colon + 3;
        let mut end = autolink::end(source, first)?;
        if let Some(formula) = self.formulas.first() {
            end = end.min(formula.range.start.max(host));
        }
        let text_end = start + text.len();
        if end > text_end {
            // The parser has cut the URL into pieces, at signs that might have had a meaning. As long as
            // only text follows, they had none.
            while let Some((event, range)) = self.ahead.take().or_else(|| events.next()) {
                let is_text = matches!(event, Event::Text(_));
                if is_text && range.end <= end {
                    continue;
                }
                if !is_text {
                    end = end.min(range.start);
                }
                self.ahead = Some((event, range));
                break;
            }
            if end <= host {
                return None;
            }
            self.skip = end;
        }
        self.write(&text[..first - start]);
        let url = source.get(first..end)?.replace("&amp;", "&");
        let position = self.position(first..end);
        self.out.raw("<a");
        self.external_link(&url, position);
        self.out.raw(">");
        let kind = std::mem::replace(&mut self.kind, ProseKind::Link);
        self.write(&url);
        self.kind = kind;
        self.out.raw("</a>");
        Some(end)
    }

    /// Writes text as it is.
    pub(super) fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let start = self.out.html.len();
        // The source is clean; only what was written as an entity, which comes alone, may not be.
        if text.len() > 8 {
            push_clean_text(&mut self.out.html, text);
        } else {
            push_text(&mut self.out.html, text);
        }
        if self.capturing {
            self.capture.push_str(text);
            if self.kind != ProseKind::Link && self.strong == 0 {
                self.captured_plain += text.len();
            }
        }
        if !self.open_elements.is_empty() && self.is_hidden() {
            return;
        }
        self.words.read(text);
        self.out.prose_since(start, self.kind);
    }
}
