//! From prose to terms: a term is the hash of a word's stem, its language mixed in.
//!
//! Text goes through two paths that mean the same. The fast one takes ASCII, Latin letters and
//! typographic punctuation byte by byte and allocates nothing; whatever else there is (Greek,
//! Cyrillic, combining marks, ideographs) goes through Unicode normalisation and segmentation.

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::stop::is_stop_word;

/// The longest word that counts as one; longer runs of letters are data, not language.
const LONGEST_WORD: usize = 64;
/// Room for one.
const WORD: usize = LONGEST_WORD;
/// Entries of the memory of stems: a power of two, and more than an archive has words.
const MEMORY: usize = 1 << 17;
/// Stands for "carries no subject" among terms.
const NO_TERM: u32 = 0;

/// Turns words into terms, and remembers the stems of the last few thousand words.
///
/// What it remembers never changes an answer. One per thread is right.
pub(super) struct Tokenizer {
    language: u32,
    english: bool,
    stemmer: Option<Stemmer>,
    memory: Vec<(u64, u32)>,
    /// The word at hand in lower case; of a longer one than fits, the beginning.
    word: [u8; WORD],
    length: usize,
    compound: Vec<u8>,
}

/// A run of words without spaces.
#[derive(Default)]
struct Run {
    start: usize,
    words: usize,
    /// All words are single letters.
    initials: bool,
    digits: bool,
}

impl Default for Tokenizer {
    fn default() -> Self {
        Self::new()
    }
}

impl Tokenizer {
    /// Makes a tokeniser that remembers nothing yet.
    pub(super) fn new() -> Self {
        Self {
            language: 0,
            english: false,
            stemmer: None,
            memory: vec![(0, NO_TERM); MEMORY],
            word: [0; WORD],
            length: 0,
            compound: Vec::with_capacity(2 * LONGEST_WORD),
        }
    }

    /// Sets the language of what follows, from a BCP 47 tag, and returns its number.
    pub(super) fn speak(&mut self, tag: &str) -> u32 {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let primary = if primary.is_empty() { "en".to_owned() } else { primary };
        let language = xxh3_64(primary.as_bytes()) as u32;
        if language != self.language {
            self.language = language;
            self.english = primary == "en";
            self.stemmer = algorithm(&primary).map(Stemmer::create);
        }
        language
    }

    /// Hands the term of a label (a tag, an entity, a link) of a `kind` to `found`.
    pub(super) fn label(&self, kind: u8, text: &str) -> u32 {
        nonzero(xxh3_64_with_seed(text.as_bytes(), u64::from(self.language) << 8 | u64::from(kind)))
    }

    /// Hands each term of `text` to `found`, with the bytes of `text` that it stands for.
    pub(super) fn terms(&mut self, text: &str, found: &mut impl FnMut(u32, &str)) {
        // Lead bytes up to 0xCB are Latin, 0xE2 is punctuation and signs.
        let foreign = text.bytes().fold(false, |foreign, byte| foreign | ((byte >= 0xCC) & (byte != 0xE2)));
        if !foreign {
            self.latin(text, &mut |term, place| found(term, text.get(place).unwrap_or_default()));
        } else {
            self.unicode(text, found);
        }
    }

    fn latin(&mut self, text: &str, found: &mut impl FnMut(u32, Range<usize>)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut after_apostrophe = false;
        let mut run = Run::default();
        while let Some(&byte) = bytes.get(at) {
            if CLASS[usize::from(byte)] == BREAK {
                after_apostrophe = byte == b'\'' && word_ends_at(bytes, at);
                at += 1;
                if byte == b'&' {
                    let (length, apostrophe) = character_reference(&bytes[at..]);
                    after_apostrophe = apostrophe && word_ends_at(bytes, at - 1);
                    at += length;
                }
                continue;
            }
            let start = at;
            let (mut letters, mut key) = self.take(&bytes[at..]);
            at += letters;
            if bytes.get(at).is_some_and(|byte| CLASS[usize::from(*byte)] == WIDE) {
                at = start;
                letters = self.wide_word(text, &mut at);
                key = self.key();
                if letters == 0 {
                    // A sign of several bytes; the closing quotation mark is an apostrophe too.
                    after_apostrophe = bytes[at..].starts_with("’".as_bytes()) && word_ends_at(bytes, at);
                    at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                    continue;
                }
            }
            let joined = bytes.get(at).is_some_and(|byte| matches!(byte, b'-' | b'.' | b'_' | b'+' | b'#'))
                && bytes.get(at + 1).is_some_and(|byte| CLASS[usize::from(*byte)] > WIDE);
            let mut leftover = after_apostrophe && letters <= 2;
            if joined || run.words > 0 {
                // "0.9.0": a short number says nothing but as a part of the whole.
                let number = self.word().iter().all(u8::is_ascii_digit);
                leftover |= number && letters < 3;
                self.join(&mut run, start, letters);
            }
            if letters > 1 && !leftover && self.length <= LONGEST_WORD {
                let term = self.stem(key);
                if term != NO_TERM {
                    found(term, start..at);
                }
            }
            after_apostrophe = false;
            if joined {
                self.compound.push(bytes[at]);
                at += 1;
            } else if run.words > 0 {
                // "gpt-4o" and "u.s." mean something as a whole; "license-free" does not.
                if run.words > 1 && (run.digits || run.initials) && self.compound.len() <= LONGEST_WORD {
                    found(nonzero(xxh3_64_with_seed(&self.compound, u64::from(self.language))), run.start..at);
                }
                run = Run::default();
            }
        }
    }

    /// Takes the word at `at` if it is one, letter by letter; returns how many it has.
    ///
    /// Leaves `at` behind it.
    #[cold]
    fn wide_word(&mut self, text: &str, at: &mut usize) -> usize {
        let mut letters = 0;
        self.length = 0;
        for letter in text.get(*at..).unwrap_or_default().chars() {
            let sign = matches!(letter, 'ª' | 'º') || letter >= '\u{2000}';
            if sign || !letter.is_alphanumeric() {
                break;
            }
            let mut encoded = [0; 4];
            for lower in letter.to_lowercase() {
                self.push(lower.encode_utf8(&mut encoded).as_bytes());
            }
            letters += 1;
            *at += letter.len_utf8();
        }
        letters
    }

    /// Adds the word at hand to a run of words that are joined by hyphens, dots and the like.
    #[cold]
    fn join(&mut self, run: &mut Run, start: usize, letters: usize) {
        if run.words == 0 {
            *run = Run { start, words: 0, initials: true, digits: false };
            self.compound.clear();
        }
        let word = &self.word[..self.length.min(LONGEST_WORD)];
        self.compound.extend_from_slice(word);
        run.words += 1;
        run.initials &= letters == 1;
        run.digits |= word.iter().any(u8::is_ascii_digit);
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(room) = self.word.get_mut(self.length..self.length + bytes.len()) {
            room.copy_from_slice(bytes);
        }
        self.length += bytes.len();
    }

    /// Returns the word at hand, or its beginning if it is too long for one.
    fn word(&self) -> &[u8] {
        &self.word[..self.length.min(LONGEST_WORD)]
    }

    #[cold]
    fn unicode(&mut self, text: &str, found: &mut impl FnMut(u32, &str)) {
        let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
        // Scripts without spaces come one character at a time: pairs of neighbours are terms.
        let mut before: Option<(usize, usize)> = None;
        for (start, word) in folded.unicode_word_indices() {
            let end = start + word.len();
            let mut letters = word.chars();
            let single = letters.next().is_some_and(|letter| !letter.is_ascii()) && letters.next().is_none();
            if single {
                if let Some((first, last)) = before
                    && last == start
                {
                    let pair = &folded[first..end];
                    found(nonzero(xxh3_64_with_seed(pair.as_bytes(), u64::from(self.language))), pair);
                }
                before = Some((start, end));
                continue;
            }
            before = None;
            let word = word.split(['\'', '’']).max_by_key(|part| part.len()).unwrap_or_default();
            if word.len() > 1 && word.len() <= LONGEST_WORD {
                self.length = 0;
                self.push(word.as_bytes());
                let term = self.stem(self.key());
                if term != NO_TERM {
                    found(term, word);
                }
            }
        }
    }

    /// Takes the ASCII word at the beginning of `rest` in hand; returns how many letters it has, and its key.
    fn take(&mut self, rest: &[u8]) -> (usize, u64) {
        let (mut letters, mut key) = (0, self.seed());
        loop {
            let bytes = eight(rest.get(letters..).unwrap_or_default());
            let more = word_bytes(bytes);
            if more > 0 {
                // The bit that makes letters small ones is set in digits anyway.
                let eight = (bytes | SMALL) & (u64::MAX >> (64 - 8 * more));
                if let Some(place) = self.word.get_mut(letters..letters + 8) {
                    place.copy_from_slice(&eight.to_le_bytes());
                }
                key = mix(key, eight);
                letters += more;
            }
            if more < 8 {
                self.length = letters;
                return (letters, key);
            }
        }
    }

    fn seed(&self) -> u64 {
        u64::from(self.language) + 1
    }

    /// Returns the key of the word at hand.
    fn key(&self) -> u64 {
        let word = self.word();
        (0..word.len()).step_by(8).fold(self.seed(), |key, at| mix(key, eight(&word[at..])))
    }

    /// Returns the term of the word at hand, from memory if its key is there.
    #[inline]
    fn stem(&mut self, key: u64) -> u32 {
        let key = key | 1;
        let slot = (key >> 40) as usize & (MEMORY - 1);
        // Each word has two places; the one asked for last keeps the first.
        let (first, second) = (self.memory[slot], self.memory[slot ^ 1]);
        if first.0 == key {
            return first.1;
        }
        self.memory[slot ^ 1] = first;
        if second.0 == key {
            self.memory[slot] = second;
            return second.1;
        }
        let term = self.stem_anew();
        self.memory[slot] = (key, term);
        term
    }

    #[cold]
    fn stem_anew(&self) -> u32 {
        let word = std::str::from_utf8(self.word()).unwrap_or_default();
        if self.english && is_stop_word(word) {
            return NO_TERM;
        }
        let stem = self.stemmer.as_ref().map_or(word.into(), |stemmer| stemmer.stem(word));
        nonzero(xxh3_64_with_seed(stem.as_bytes(), u64::from(self.language)))
    }
}

/// Adds eight bytes to the key by which a word is remembered.
fn mix(key: u64, eight: u64) -> u64 {
    (key.rotate_left(29) ^ eight).wrapping_mul(0x517C_C1B7_2722_0A95)
}

/// Returns the first eight bytes as a number; where there are fewer, zeros stand for the others.
fn eight(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

/// The bit that makes ASCII letters small ones, in eight bytes.
const SMALL: u64 = u64::from_ne_bytes([0x20; 8]);

/// Counts the ASCII letters and digits with which eight bytes begin.
///
/// All eight are judged at once, by the high bit of each byte, and how many they are costs no branch: that
/// words are of any length is what a loop over letters can't foresee.
fn word_bytes(bytes: u64) -> usize {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // The high bit of a byte of the sum tells whether the byte, below 0x80, is at least so much.
    let at_least = |bytes: u64, least: u8| (bytes & !HIGH) + u64::from_ne_bytes([0x80 - least; 8]);
    let within = |bytes, first, last| at_least(bytes, first) & !at_least(bytes, last + 1);
    let in_words = (within(bytes | SMALL, b'a', b'z') | within(bytes, b'0', b'9')) & !bytes & HIGH;
    ((in_words ^ HIGH).trailing_zeros() / 8) as usize
}

/// Folds a hash to a term.
fn nonzero(hash: u64) -> u32 {
    ((hash ^ (hash >> 32)) as u32).max(1)
}

/// Tells whether a word ends right before `at`.
fn word_ends_at(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|byte| CLASS[usize::from(*byte)] != BREAK)
}

/// Measures a character reference after its ampersand, and tells whether it is an apostrophe.
fn character_reference(rest: &[u8]) -> (usize, bool) {
    let name = rest.iter().take(10).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
    if name < 2 || rest.get(name) != Some(&b';') {
        return (0, false);
    }
    (name + 1, matches!(&rest[..name], b"#39" | b"#x27" | b"apos" | b"rsquo" | b"#8217"))
}

/// Ends a word.
const BREAK: u8 = 0;
/// Begins a character of several bytes.
const WIDE: u8 = 1;

/// What a byte does to a word: ends it, begins a wide character, or adds itself in lower case.
const CLASS: [u8; 256] = {
    let mut class = [BREAK; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            letter @ (b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => letter.to_ascii_lowercase(),
            0x80.. => WIDE,
            _ => BREAK,
        };
        byte += 1;
    }
    class
};

fn algorithm(primary: &str) -> Option<Algorithm> {
    Some(match primary {
        "en" => Algorithm::English,
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surfaces(language: &str, text: &str) -> Vec<String> {
        let mut tokenizer = Tokenizer::new();
        tokenizer.speak(language);
        let mut out = Vec::new();
        tokenizer.terms(text, &mut |_, surface| out.push(surface.to_owned()));
        out
    }

    fn term(text: &str) -> u32 {
        let mut tokenizer = Tokenizer::new();
        tokenizer.speak("en");
        let mut out = 0;
        tokenizer.terms(text, &mut |term, _| out = term);
        out
    }

    #[test]
    fn words_are_split_at_signs_and_stop_words_left_out() {
        assert_eq!(surfaces("en", "The model’s price — “cloud”, €5 & more."), ["model", "price", "cloud"]);
        assert_eq!(surfaces("en", "license-free use_case x"), ["license", "free", "case"]);
    }

    #[test]
    fn eight_bytes_are_judged_like_each() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = *b"aZ09zA5m";
                bytes[place] = byte;
                let letters = bytes.iter().take_while(|byte| CLASS[usize::from(**byte)] > WIDE).count();
                assert_eq!(word_bytes(u64::from_le_bytes(bytes)), letters, "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn versions_stay_whole_and_are_split() {
        assert_eq!(surfaces("en", "GPT-4o"), ["GPT", "4o", "GPT-4o"]);
        assert_eq!(surfaces("en", "Use 0.9.0. Then"), ["0.9.0"]);
        assert_eq!(surfaces("en", "the U.S. court"), ["U.S", "court"]);
    }

    #[test]
    fn character_references_are_no_words() {
        assert_eq!(
            surfaces("en", "Johnson &amp; Johnson&#39;s &lt;b&gt; deal &quot;x&quot;"),
            ["Johnson", "Johnson", "deal"]
        );
        assert_eq!(surfaces("en", "R&D; labs"), ["labs"]);
    }

    #[test]
    fn case_stem_and_composition_fold() {
        assert_eq!(term("Licensing"), term("license"));
        assert_eq!(term("Caf\u{e9}"), term("cafe\u{301}"));
        assert_eq!(term("ÉCOLE"), term("école"));
        assert_ne!(term("license"), term("cloud"));
    }

    #[test]
    fn other_scripts_are_segmented() {
        assert_eq!(surfaces("ru", "Компания открыла офис"), ["компания", "открыла", "офис"]);
        assert_eq!(surfaces("ja", "東京都"), ["東京", "京都"]);
        assert_eq!(surfaces("en", "OpenAI 東京都"), ["openai", "東京", "京都"]);
    }

    #[test]
    fn a_language_keeps_its_terms_to_itself() {
        let mut tokenizer = Tokenizer::new();
        let mut terms = Vec::new();
        for language in ["en", "de", "en-GB"] {
            tokenizer.speak(language);
            tokenizer.terms("sonar", &mut |term, _| terms.push(term));
        }
        assert_ne!(terms[0], terms[1]);
        assert_eq!(terms[0], terms[2]);
    }
}
