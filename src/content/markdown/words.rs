//! Words: how many there are, and a text cut between two of them.

use unicode_normalization::char::is_combining_mark;

use super::quotes::NARROW_SPACE;
use crate::content::sentence::place_to_cut;

/// Counts words across pieces of text that follow each other without a gap.
#[derive(Default)]
pub(super) struct WordCounter {
    words: u32,
    ideographs: u32,
    inside: bool,
}

impl WordCounter {
    /// Gives how many words were read. Two ideographs or kana count as one: most words of Chinese have two, and who
    /// reads 238 words of English in a minute reads about 500 of such signs.
    pub(super) fn count(&self) -> u32 {
        self.words + self.ideographs.div_ceil(2)
    }

    /// Ends the word that may be open.
    pub(super) fn gap(&mut self) {
        self.inside = false;
    }

    /// Reads the next piece.
    ///
    /// A word starts with a letter or digit behind anything but a letter, a digit or a sign that words
    /// hold inside (`don't`, `3.5`). A combining mark belongs to its letter, as in Unicode's annex 29.
    pub(super) fn read(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return };
        if text.is_ascii() {
            self.words += u32::from(is_word(first) && !self.inside);
            // Stretches of one length, the last one filled with spaces: the compiler makes wide
            // instructions of them.
            let mut at = 0;
            while let Some(window) = bytes.get(at..at + WIDTH + 1) {
                self.words += starts_in(window);
                at += WIDTH;
            }
            let mut rest = [b' '; WIDTH + 1];
            rest[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            self.words += starts_in(&rest);
            self.inside = is_word(last) || (joins(last) && (bytes.len() > 1 || self.inside));
            return;
        }
        for letter in text.chars() {
            if is_ideograph(letter) {
                self.ideographs += 1;
                self.inside = false;
            } else if letter.is_alphanumeric() {
                self.words += u32::from(!self.inside);
                self.inside = true;
            } else if !(letter == '’' || letter.is_ascii() && joins(letter as u8) || is_mark(letter)) {
                self.inside = false;
            }
        }
    }
}

/// How many bytes are looked at together.
const WIDTH: usize = 32;

/// Counts the words that start in a window of bytes; its first byte only says what stands before.
fn starts_in(window: &[u8]) -> u32 {
    let (Some(before), Some(bytes)) = (window.first_chunk::<WIDTH>(), window.last_chunk::<WIDTH>()) else { return 0 };
    let mut words = 0_u8;
    for (&before, &byte) in before.iter().zip(bytes) {
        words += u8::from(is_word(byte) & !(is_word(before) | joins(before)));
    }
    u32::from(words)
}

/// Says whether a byte is an ASCII letter or digit, without branches.
fn is_word(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10)
}

fn joins(byte: u8) -> bool {
    (byte == b'\'') | (byte == b'.') | (byte == b',') | (byte == b'_')
}

/// Says whether a letter's mark follows: one that stands over vowels, or joins consonants.
fn is_mark(letter: char) -> bool {
    !matches!(letter, '\0'..='\u{2ff}' | '\u{2000}'..='\u{206f}') && is_combining_mark(letter)
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{309f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Makes one line of text and cuts it between two words, with an ellipsis, at `most` characters.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    let text = text.trim();
    // Most texts are short enough and have nothing to be joined.
    if text.len() <= most && !text.contains("  ") && !text.bytes().any(|byte| byte < b' ') {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len().min(4 * most));
    let mut count = 0;
    // Where the text may be cut: behind the last word that leaves room for the ellipsis.
    let mut cut = 0;
    for letter in text.chars() {
        if letter.is_whitespace() && letter != NARROW_SPACE {
            if line.ends_with(' ') {
                continue;
            }
            if count < most {
                cut = line.len();
            }
            line.push(' ');
        } else {
            line.push(letter);
        }
        count += 1;
        if count > most {
            let end = line.char_indices().nth(most - 1).map_or(0, |(at, _)| at);
            line.truncate(place_to_cut(&line, end, (cut > 0).then_some(cut)));
            line.push('…');
            return line;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(pieces: &[&str]) -> u32 {
        let mut counter = WordCounter::default();
        pieces.iter().for_each(|piece| counter.read(piece));
        counter.count()
    }

    #[test]
    fn words_are_counted_as_a_reader_does() {
        assert_eq!(count(&["TikTok pays $20M a month."]), 5);
        assert_eq!(count(&["don", "’", "t stop – ever"]), 3);
        assert_eq!(count(&["don't ... stop"]), 2);
        assert_eq!(count(&["GPT-4.5"]), 2);
        assert_eq!(count(&["北京 and 東京"]), 3);
        assert_eq!(count(&["विश्व बाज़ार"]), 2);
        assert_eq!(count(&["cu\u{323}\u{302}c", "\u{323} so\u{302}\u{301}ng — the\u{302}"]), 3);
        assert_eq!(count(&["", " ", "—"]), 0);
    }

    #[test]
    fn an_excerpt_ends_between_words() {
        assert_eq!(excerpt("one  two\nthree", 50), "one two three");
        assert_eq!(excerpt("one two three four", 12), "one two…");
        assert_eq!(excerpt(&"x".repeat(50), 10), "xxxxxxxxx…");
        let japanese = format!("OpenAI は{}", "新しい契約を結んだ".repeat(90));
        assert_eq!(excerpt(&japanese, 600).chars().count(), 600);
        assert!(excerpt(&"word ".repeat(1000), 600).chars().count() <= 600);
    }
}
