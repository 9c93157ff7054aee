//! The text that is parsed, and the way from its bytes back to lines and columns of the file.
//!
//! Most bodies are a slice of the file. Some are copies: a body with control characters, which are
//! replaced, and a block inside a list or a quote, whose lines have lost their prefixes. A copy
//! remembers where its pieces came from, so that every complaint points at the author's own text.

use std::borrow::Cow;

/// Text to parse, with the way back to the file.
pub(super) struct Source<'a> {
    pub(super) text: Cow<'a, str>,
    origin: Origin,
}

enum Origin {
    /// A slice that starts at a byte of the file.
    Slice(usize),
    /// Pieces, each as (first byte in the text, first byte in the file), ascending.
    Pieces(Vec<(usize, usize)>),
}

impl<'a> Source<'a> {
    /// Takes a slice of a file that starts at `start`.
    pub(super) fn slice(text: &'a str, start: usize) -> Self {
        Self { text: Cow::Borrowed(text), origin: Origin::Slice(start) }
    }

    /// Takes a copy, made of pieces of a file.
    pub(super) fn pieces(text: String, pieces: Vec<(usize, usize)>) -> Self {
        Self { text: Cow::Owned(text), origin: Origin::Pieces(pieces) }
    }

    /// Finds the byte of the file that a byte of the text came from.
    pub(super) fn to_file(&self, at: usize) -> usize {
        match &self.origin {
            Origin::Slice(start) => start + at,
            Origin::Pieces(pieces) => {
                let next = pieces.partition_point(|piece| piece.0 <= at);
                pieces.get(next.wrapping_sub(1)).map_or(0, |piece| piece.1 + (at - piece.0))
            }
        }
    }

    /// Replaces control characters by U+FFFD; gives the first one's byte in the file and their number.
    pub(super) fn without_controls(self) -> (Self, Option<(usize, usize)>) {
        if !has_control(&self.text) {
            return (self, None);
        }
        let mut text = String::with_capacity(self.text.len() + 16);
        let mut pieces = vec![(0, self.to_file(0))];
        let mut found: Option<(usize, usize)> = None;
        for (at, letter) in self.text.char_indices() {
            if is_control(letter) {
                text.push('\u{fffd}');
                pieces.push((text.len(), self.to_file(at + letter.len_utf8())));
                let (first, count) = found.unwrap_or((self.to_file(at), 0));
                found = Some((first, count + 1));
            } else {
                text.push(letter);
            }
        }
        (Self::pieces(text, pieces), found)
    }
}

/// Says whether a letter stands for nothing that can be shown, and may not stand in XML or confuses terminals.
pub(super) fn is_control(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t' | '\r') || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

/// Replaces control characters by U+FFFD.
pub fn without_controls(text: &str) -> Cow<'_, str> {
    if has_control(text) {
        return Cow::Owned(text.replace(is_control, "\u{fffd}"));
    }
    Cow::Borrowed(text)
}

/// Replaces references to control characters (`&#27;`) in HTML by U+FFFD. From 128 to 159 browsers take them for
/// letters of Windows, as old pages mean them.
pub(super) fn without_control_references(html: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut from = 0;
    for (at, _) in html.match_indices("&#") {
        let rest = &html[at + 2..];
        let (digits, radix) = match rest.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (rest, 10),
        };
        let length = digits.find(|letter: char| !letter.is_digit(radix)).unwrap_or(digits.len());
        let letter = u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32);
        if letter.is_some_and(|letter| is_control(letter) && !('\u{80}'..='\u{9f}').contains(&letter)) {
            let end = html.len() - digits.len() + length;
            clean.push_str(&html[from..at]);
            clean.push('\u{fffd}');
            from = end + usize::from(html[end..].starts_with(';'));
        }
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    clean.push_str(&html[from..]);
    Cow::Owned(clean)
}

fn has_control(text: &str) -> bool {
    // Those of several bytes begin with one of two, as few other letters do.
    let may_begin_one = |byte: u8| {
        ((byte < 0x20) & (byte != b'\n') & (byte != b'\t') & (byte != b'\r'))
            | (byte == 0x7f)
            | (byte == 0xc2)
            | (byte == 0xef)
    };
    // Without early exit and without branches, the compiler makes wide instructions of it.
    text.bytes().fold(false, |found, byte| found | may_begin_one(byte)) && text.chars().any(is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_replaced_and_places_stay_true() {
        let (source, found) = Source::slice("a\u{0}b\u{85}c", 10).without_controls();
        assert_eq!(source.text, "a\u{fffd}b\u{fffd}c");
        assert_eq!(found, Some((11, 2)));
        assert_eq!(source.to_file(source.text.find('c').unwrap()), 15);
        assert_eq!(Source::slice("a\u{fffe}", 0).without_controls().1, Some((1, 1)));
        assert_eq!(without_controls("a\u{1b}b\n"), "a\u{fffd}b\n");
    }

    #[test]
    fn a_control_character_is_seen_wherever_it_is_one() {
        for letter in '\0'..=char::MAX {
            assert_eq!(has_control(letter.encode_utf8(&mut [0; 4])), is_control(letter), "{letter:?}");
        }
    }

    #[test]
    fn references_to_control_characters_are_replaced_and_others_are_not() {
        let html = "&#27;a&#x1b b&#127;&#0;&#xFFFE;&#65534;c &#150; &#10; &#x41; &# &#; &amp;#27; &#99999999999;";
        assert_eq!(
            without_control_references(html),
            "\u{fffd}a\u{fffd} b\u{fffd}\u{fffd}\u{fffd}\u{fffd}c &#150; &#10; &#x41; &# &#; &amp;#27; &#99999999999;"
        );
    }
}
