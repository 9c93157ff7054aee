//! From prose to terms: a term is the hash of a word's stem, its language mixed in.
//!
//! Text goes through two paths that mean the same. The fast one takes ASCII, Latin letters and
//! typographic punctuation byte by byte and allocates nothing; whatever else there is (Greek,
//! Cyrillic, combining marks, ideographs) goes through Unicode normalisation and segmentation.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::stop::is_stop_word;

/// The longest word that counts as one; longer runs of letters are data, not language.
const LONGEST_WORD: usize = 40;
/// Entries of the memory of stems: a power of two.
const MEMORY: usize = 1 << 14;
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
    word: Vec<u8>,
    compound: Vec<u8>,
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
            word: Vec::with_capacity(LONGEST_WORD + 1),
            compound: Vec::with_capacity(2 * LONGEST_WORD),
        }
    }

    /// Sets the language of what follows, from a BCP 47 tag, and returns its number.
    pub(super) fn speak(&mut self, tag: &str) -> u32 {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let language = xxh3_64(primary.as_bytes()) as u32;
        if language != self.language {
            self.language = language;
            self.english = matches!(primary.as_str(), "en" | "");
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
        if text.bytes().all(|byte| byte < 0xCC || byte == 0xE2) {
            self.latin(text, found);
        } else {
            self.unicode(text, found);
        }
    }

    fn latin(&mut self, text: &str, found: &mut impl FnMut(u32, &str)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut after_apostrophe = false;
        // The run of words joined by hyphens, dots and the like that the current word is in.
        let mut run_start = 0;
        let mut run_words = 0;
        let mut run_single = true;
        let mut run_digits = false;
        while let Some(&byte) = bytes.get(at) {
            if CLASS[usize::from(byte)] == BREAK {
                after_apostrophe = byte == b'\'' && run_ended_at(bytes, at);
                at += 1;
                if byte == b'&' {
                    let (length, apostrophe) = character_reference(&bytes[at..]);
                    after_apostrophe = apostrophe && run_ended_at(bytes, at - 1);
                    at += length;
                }
                continue;
            }
            let start = at;
            let mut digits = 0;
            let mut letters = 0;
            self.word.clear();
            while let Some(&byte) = bytes.get(at) {
                let class = CLASS[usize::from(byte)];
                if class == BREAK {
                    break;
                }
                if class != WIDE {
                    self.word.push(class);
                    letters += 1;
                    digits += usize::from(class.is_ascii_digit());
                    at += 1;
                    continue;
                }
                let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                if !letter.is_alphanumeric() || matches!(letter, 'ª' | 'º') || byte == 0xE2 {
                    break;
                }
                let mut encoded = [0; 4];
                for lower in letter.to_lowercase() {
                    self.word.extend_from_slice(lower.encode_utf8(&mut encoded).as_bytes());
                }
                letters += 1;
                at += letter.len_utf8();
            }
            if at == start {
                // A sign of two or three bytes: the closing quote is an apostrophe too.
                after_apostrophe = bytes[at..].starts_with("’".as_bytes()) && run_ended_at(bytes, at);
                at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                continue;
            }
            let joined = at + 1 < bytes.len()
                && matches!(bytes[at], b'-' | b'.' | b'_' | b'+' | b'#')
                && !matches!(CLASS[usize::from(bytes[at + 1])], BREAK | WIDE);
            if run_words == 0 {
                run_start = start;
                run_single = true;
                run_digits = false;
                self.compound.clear();
            }
            let in_run = joined || run_words > 0;
            if in_run {
                self.compound.extend_from_slice(&self.word);
                run_single &= letters == 1;
                run_digits |= digits > 0;
            }
            // "that's", "they're": the rest after an apostrophe; "0.9.0": a part of a number.
            let leftover = (after_apostrophe && letters <= 2) || (in_run && letters == digits && letters < 3);
            if letters > 1 && !leftover && self.word.len() <= LONGEST_WORD {
                let term = self.stem();
                if term != NO_TERM {
                    found(term, &text[start..at]);
                }
            }
            after_apostrophe = false;
            if joined {
                run_words += 1;
                self.compound.push(bytes[at]);
                at += 1;
            } else {
                // "gpt-4o" and "u.s." mean something as a whole; "license-free" does not.
                if run_words > 0 && (run_digits || run_single) && self.compound.len() <= LONGEST_WORD {
                    let term = nonzero(xxh3_64_with_seed(&self.compound, u64::from(self.language)));
                    found(term, &text[run_start..at]);
                }
                run_words = 0;
            }
        }
    }

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
            if word.len() > 1 && word.len() <= 2 * LONGEST_WORD {
                self.word.clear();
                self.word.extend_from_slice(word.as_bytes());
                let term = self.stem();
                if term != NO_TERM {
                    found(term, word);
                }
            }
        }
    }

    /// Returns the term of the word at hand, from memory if it is there.
    fn stem(&mut self) -> u32 {
        let key = xxh3_64_with_seed(&self.word, u64::from(self.language)) | 1;
        let slot = (key >> 40) as usize & (MEMORY - 1);
        let (known, term) = self.memory[slot];
        if known == key {
            return term;
        }
        let word = std::str::from_utf8(&self.word).unwrap_or_default();
        let term = if self.english && is_stop_word(word) {
            NO_TERM
        } else {
            let stem = self.stemmer.as_ref().map_or(word.into(), |stemmer| stemmer.stem(word));
            nonzero(xxh3_64_with_seed(stem.as_bytes(), u64::from(self.language)))
        };
        self.memory[slot] = (key, term);
        term
    }
}

/// Folds a hash to a term.
fn nonzero(hash: u64) -> u32 {
    ((hash ^ (hash >> 32)) as u32).max(1)
}

/// Tells whether a word ends right before `at`.
fn run_ended_at(bytes: &[u8], at: usize) -> bool {
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
        "en" | "" => Algorithm::English,
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
