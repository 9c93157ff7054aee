//! Where values stand that are written between brackets and braces (`[a, {b: c}]`).
//!
//! The parser has read the same text already, so that what is wrong in it matters no more: whatever
//! stands here, the reading ends.

use std::collections::HashMap;
use std::ops::Range;

use super::Step;

/// A value, with what stands in it.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// What it holds, each with its key; in a list, keys are empty.
    inside: Vec<(Range<usize>, Flow)>,
    /// Which of these have a key.
    keys: HashMap<String, Vec<usize>>,
}

impl Flow {
    /// Says whether a text opens such a value.
    pub(super) fn opens(text: &str) -> bool {
        text.starts_with(['[', '{'])
    }

    /// Reads the value that opens at a byte.
    pub(super) fn read(text: &str, start: usize) -> Self {
        Cursor { text, at: start }.value()
    }

    /// Goes down as far as the steps can be followed: the last key on the way, if one was passed, and the value.
    pub(super) fn find(&self, steps: &[Step<'_>]) -> (Option<Range<usize>>, &Self) {
        let mut found = (None, self);
        for step in steps {
            let index = match step {
                Step::Key(key) => found.1.keys.get(*key).and_then(|indices| indices.first().copied()),
                Step::Index(index) => Some(*index),
            };
            let Some((key, value)) = index.and_then(|index| found.1.inside.get(index)) else { break };
            found = (Some(key.clone()).filter(|key| !key.is_empty()).or(found.0), value);
        }
        found
    }

    /// Finds where a key is given for the second time.
    pub(super) fn second_key(&self, key: &str) -> Option<Range<usize>> {
        let second = *self.keys.get(key)?.get(1)?;
        Some(self.inside.get(second)?.0.clone())
    }
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl Cursor<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self) -> Flow {
        let start = self.at;
        match self.byte() {
            Some(b'[' | b'{') => return self.collection(),
            Some(quote @ (b'"' | b'\'')) => self.skip_quoted(quote),
            _ => self.skip_plain(),
        }
        let length = self.text[start..self.at].trim_end().len();
        Flow { range: start..start + length, ..Flow::default() }
    }

    fn collection(&mut self) -> Flow {
        let mut flow = Flow { range: self.at..self.at, ..Flow::default() };
        let is_mapping = self.byte() == Some(b'{');
        self.at += 1;
        loop {
            self.skip_blanks();
            match self.byte() {
                None => break,
                Some(b',') => self.at += 1,
                Some(b']' | b'}') => {
                    self.at += 1;
                    break;
                }
                Some(_) => {
                    let (key, value) = self.entry();
                    if is_mapping {
                        flow.keys.entry(self.text[key.clone()].to_owned()).or_default().push(flow.inside.len());
                    }
                    flow.inside.push((key, value));
                }
            }
        }
        flow.range.end = self.at;
        flow
    }

    /// Reads `key: value`, or a value without a key. Quotes around a key are no part of it.
    fn entry(&mut self) -> (Range<usize>, Flow) {
        let first = self.value();
        self.skip_blanks();
        if self.byte() != Some(b':') {
            return (first.range.start..first.range.start, first);
        }
        let written = &self.text[first.range.clone()];
        let unquoted = written.trim_start_matches(['"', '\'']);
        let start = first.range.end - unquoted.len();
        let key = start..start + unquoted.trim_end_matches(['"', '\'']).len();
        self.at += 1;
        self.skip_blanks();
        let value = match self.byte() {
            None | Some(b',' | b']' | b'}') => Flow { range: first.range.clone(), ..Flow::default() },
            Some(_) => self.value(),
        };
        (key, value)
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte() {
            match byte {
                b'#' => self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at),
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => break,
            }
        }
    }

    fn skip_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.byte() {
            self.at += 1;
            match byte {
                b'\\' if quote == b'"' => self.at += 1,
                b'\'' if quote == b'\'' && self.byte() == Some(b'\'') => self.at += 1,
                byte if byte == quote => break,
                _ => {}
            }
        }
        self.at = self.text.floor_char_boundary(self.at.min(self.text.len()));
    }

    fn skip_plain(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let is_end = |at: usize| match bytes.get(at) {
            None => true,
            Some(b',' | b'[' | b']' | b'{' | b'}') => true,
            Some(b':') => bytes.get(at + 1).is_none_or(|next| next.is_ascii_whitespace() || b",[]{}".contains(next)),
            Some(b'#') => at > start && bytes[at - 1].is_ascii_whitespace(),
            Some(_) => false,
        };
        // Whatever opens it is a part of it, so that the reading comes to an end.
        self.at += 1;
        while !is_end(self.at) {
            self.at += 1;
        }
        self.at = self.text.ceil_char_boundary(self.at.min(self.text.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::Step::{Index, Key};
    use super::*;

    const TEXT: &str = "{a: [4.10, 'it''s, so', {b: x y}], \"c\": {b: 1, b: 2},\n d: , é: [ü] }";

    fn at(steps: &[Step<'_>]) -> (&'static str, &'static str) {
        let flow = Flow::read(TEXT, 0);
        let (key, value) = flow.find(steps);
        (key.map_or("", |key| &TEXT[key]), &TEXT[value.range.clone()])
    }

    #[test]
    fn what_stands_between_brackets_is_found() {
        assert_eq!(at(&[]), ("", TEXT));
        assert_eq!(at(&[Key("a"), Index(0)]), ("a", "4.10"));
        assert_eq!(at(&[Key("a"), Index(1)]), ("a", "'it''s, so'"));
        assert_eq!(at(&[Key("a"), Index(2), Key("b")]), ("b", "x y"));
        assert_eq!(at(&[Key("c"), Key("b")]), ("b", "1"));
        assert_eq!(at(&[Key("d")]), ("d", "d"));
        assert_eq!(at(&[Key("é"), Index(0)]), ("é", "ü"));
        assert_eq!(at(&[Key("c"), Key("nope"), Key("b")]), ("c", "{b: 1, b: 2}"));
    }

    #[test]
    fn reading_ends_whatever_is_wrong() {
        for text in ["[", "{", "[a", "{a:", "['", "[\"\\", "[:", "{: ]", "[]]", "[ü", "[\"ü", "[a #", "[é\\", "[\"\\é"]
        {
            for steps in [[Index(0)], [Key("a")]] {
                let flow = Flow::read(text, 0);
                assert!(text.get(flow.find(&steps).1.range.clone()).is_some(), "{text}");
            }
        }
    }
}
