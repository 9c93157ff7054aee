//! What stands around a name, and whether that makes it believed.
//!
//! Within a sentence a capital is a choice, so an ambiguous name with its capital is believed
//! unless a capitalised stranger stands beside it (`Nikola Tesla`, `Claude Monet`). Where capitals
//! are free (the start of a sentence, a title) it takes a cue: a verb of doing, a possessive, an
//! apposition, `startup` or `rival` before it, or another entity beside it.

use std::cell::OnceCell;
use std::ops::Range;

use super::Line;
use super::finder::{Candidate, Class, Finder};
use super::trie::space_length;
use crate::newsroom::entities::fold::Kind;

/// Above this length a block is running text, whatever its capitals.
const LONGEST_TITLE: usize = 240;

/// How much a hit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// By itself.
    Sure,
    /// If the post gives evidence.
    Weak,
    /// Not at all.
    No,
}

/// A hit and the block it stands in.
pub(super) struct Context<'c> {
    pub(super) finder: &'c Finder,
    pub(super) text: &'c str,
    /// The block's number.
    pub(super) number: usize,
    pub(super) block: Range<usize>,
    /// The kind of line the block is.
    pub(super) line: Line,
    /// Whether the capitals of the block's words say nothing; found out when first asked.
    pub(super) title_case: OnceCell<bool>,
    /// Where the last hit before this one ended.
    pub(super) last_hit: usize,
}

/// What stands before a name.
struct Before<'t> {
    /// Whether the name opens a sentence.
    opens: bool,
    /// The word right before it, with nothing but space between.
    word: Option<&'t str>,
    /// Where that word ends.
    word_end: usize,
}

impl<'c> Context<'c> {
    fn title_case(&self) -> bool {
        *self.title_case.get_or_init(|| {
            let line = &self.text[self.block.clone()];
            (self.line == Line::Heading || line.len() <= LONGEST_TITLE) && is_title_case(line, self.line)
        })
    }

    /// Judges an ambiguous name.
    pub(super) fn judge(&self, candidate: &Candidate, hit: Range<usize>) -> Verdict {
        let next = self.next_word(hit.end);
        if candidate.kind == Kind::Model && self.is_versioned(hit.end) {
            return Verdict::Sure;
        }
        if candidate.kind != Kind::Model && next.is_some_and(|word| is_ordinal(word, candidate.is_ordinary)) {
            return Verdict::No;
        }
        let before = self.before(hit.start);
        if !self.title_case() && self.has_stranger_before(&before) {
            return Verdict::No;
        }
        if self.has_cue(candidate, &before, hit.end) {
            return Verdict::Sure;
        }
        if self.title_case() || before.opens {
            return match next {
                Some(word) if candidate.is_first_name && self.is_stranger(word, hit.end) => Verdict::No,
                _ => Verdict::Weak,
            };
        }
        let between_capitals = before.word_end != self.last_hit
            && before.word.is_some_and(|word| word.starts_with(char::is_uppercase))
            && next.is_some_and(|word| word.starts_with(char::is_uppercase));
        match next {
            // `We Replicate Research Papers`: a title within a longer line.
            Some(_) if between_capitals && candidate.is_ordinary => Verdict::Weak,
            Some(word) if self.is_stranger(word, hit.end) => {
                if candidate.is_first_name || candidate.kind == Kind::Person { Verdict::No } else { Verdict::Weak }
            }
            _ => Verdict::Sure,
        }
    }

    /// Judges a name that is one word and a person's: with a stranger's name beside it, it is
    /// somebody else's first name or surname.
    pub(super) fn judge_person(&self, hit: Range<usize>) -> Verdict {
        let is_part = || {
            self.has_stranger_before(&self.before(hit.start))
                || self.next_word(hit.end).is_some_and(|word| self.is_stranger(word, hit.end))
        };
        if !self.title_case() && is_part() { Verdict::No } else { Verdict::Sure }
    }

    /// Says whether a name stands where its capital says nothing and nothing else speaks for it.
    pub(super) fn is_bare(&self, candidate: &Candidate, hit: Range<usize>) -> bool {
        let before = self.before(hit.start);
        (self.title_case() || before.opens) && !self.has_cue(candidate, &before, hit.end)
    }

    /// Says whether a version or a known variant follows: `Claude 3.5`, `Gemini Pro`, `Llama-3`.
    pub(super) fn is_versioned(&self, end: usize) -> bool {
        let rest = &self.text[end..self.block.end];
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return true;
        }
        let rest = rest.strip_prefix('-').unwrap_or_else(|| &rest[space_length(rest.as_bytes())..]);
        let word = leading_word(rest).split('-').next().unwrap_or("");
        is_version(word)
            || word.starts_with(char::is_uppercase) && self.finder.words.variants.contains(word.to_lowercase().as_str())
    }

    fn before(&self, start: usize) -> Before<'c> {
        let all = &self.text[self.block.start..start];
        let trimmed = trim_space(all);
        if trimmed.len() == all.len()
            && let Some(outside) = strip_opening(trimmed)
        {
            // Opening quotes and brackets are looked through: what stands before them decides.
            let outside = trim_space(outside);
            let opens = outside.is_empty() || outside.ends_with([',', ':']) || self.ends_sentence(outside);
            return Before { opens, word: None, word_end: start };
        }
        let word_end = self.block.start + trimmed.len();
        match trimmed.chars().next_back() {
            None => Before { opens: true, word: None, word_end },
            Some(c) if c.is_alphanumeric() || matches!(c, '\'' | '’') || trimmed.ends_with("&#39;s") => {
                let word = trailing_word(trimmed);
                Before { opens: false, word: Some(word), word_end }
            }
            Some('|' | '•' | '·' | '*' | '>' | '#' | ':') => Before { opens: true, word: None, word_end },
            Some(_) => {
                let abbreviation =
                    trimmed.strip_suffix('.').map(trailing_word).filter(|_| !self.ends_sentence(trimmed));
                Before { opens: self.ends_sentence(trimmed), word: abbreviation, word_end }
            }
        }
    }

    /// Says whether the text ends a sentence, and not only an abbreviation.
    fn ends_sentence(&self, before: &str) -> bool {
        let closed = before.trim_end_matches(['"', '”', '’', ')', ']', '»']);
        let closed = closed.strip_suffix("&quot;").unwrap_or(closed);
        match closed.chars().next_back() {
            Some('!' | '?' | '…') => true,
            Some('.') => {
                let word = trailing_word(&closed[..closed.len() - 1]);
                let is_initial = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
                !is_initial && !self.finder.words.abbreviations.contains(word.to_lowercase().as_str())
            }
            _ => false,
        }
    }

    /// Says whether a capitalised word that belongs to nobody known stands right before the name.
    fn has_stranger_before(&self, before: &Before<'_>) -> bool {
        let Some(word) = before.word else { return false };
        if !word.starts_with(char::is_uppercase) || is_acronym(word) || strip_possessive(word).len() < word.len() {
            return false;
        }
        if self.last_hit == before.word_end {
            return false;
        }
        let lower = word.to_lowercase();
        let words = &self.finder.words;
        if words.titles.contains(lower.as_str()) || words.variants.contains(lower.as_str()) {
            return false;
        }
        let opens = self.before(before.word_end - word.len()).opens;
        let may_open = words.starters.contains(lower.as_str())
            || words.before.contains(lower.as_str())
            || lower.ends_with("ing")
            || lower.ends_with("ly")
            || words.is_acting(&lower);
        !(opens && may_open)
    }

    /// Says whether the word behind the name is a capitalised stranger.
    fn is_stranger(&self, word: &str, end: usize) -> bool {
        if !word.starts_with(char::is_uppercase) || is_acronym(word) || word == "I" {
            return false;
        }
        let lower = strip_possessive(word).to_lowercase();
        let words = &self.finder.words;
        if words.titles.contains(lower.as_str()) || words.variants.contains(lower.as_str()) {
            return false;
        }
        let start = end + space_length(&self.text.as_bytes()[end..]);
        !self.finder.has_name_at(self.text, start, self.block.end)
    }

    fn has_cue(&self, candidate: &Candidate, before: &Before<'_>, end: usize) -> bool {
        let words = &self.finder.words;
        if possessive_length(&self.text[end..self.block.end]) > 0 {
            return true;
        }
        if before.word.is_some_and(|word| {
            let lower = word.to_lowercase();
            (before.word_end != self.last_hit && words.before.contains(lower.as_str()) && lower != "and")
                || (self.title_case() && (words.is_infinitive(&lower) || words.is_acting(&lower)))
                || (lower == "and" && self.last_hit + 1 + "and".len() == before.word_end)
        }) {
            return true;
        }
        let rest = &self.text[end..self.block.end];
        if rest.starts_with('-') {
            // The boundary lets only `-backed` and the like through.
            return true;
        }
        if let Some(behind) = rest.strip_prefix(',') {
            let behind = &behind[space_length(behind.as_bytes())..];
            let word = leading_word(behind).to_lowercase();
            let listed = self.block.end - behind.len();
            return words.appositions.contains(word.as_str())
                || self.finder.has_sure_name_at(self.text, listed, self.block.end);
        }
        self.has_verb(candidate, rest)
    }

    /// Looks for a verb behind the name, past a few small words: `Intel also plans`, `Meta to buy`.
    fn has_verb(&self, candidate: &Candidate, rest: &str) -> bool {
        let words = &self.finder.words;
        let mut rest = rest;
        let (mut auxiliary, mut infinitive) = (false, false);
        for _ in 0..4 {
            let spaces = space_length(rest.as_bytes());
            if spaces == 0 {
                break;
            }
            let behind = &rest[spaces..];
            let word = leading_word(behind);
            let lower = word.to_lowercase();
            // A capital within running text is a name or a title, no verb.
            if word.is_empty() || (!self.title_case() && word.starts_with(char::is_uppercase)) {
                break;
            }
            let acts = words.is_acting(&lower) && !(candidate.class == Class::Mass && words.is_measured(&lower));
            if acts || (infinitive && words.is_infinitive(&lower)) || (auxiliary && words.is_doing(&lower)) {
                return true;
            }
            match lower.as_str() {
                "and" | "or" | "vs" => {
                    let at = self.block.end - behind.len() + word.len();
                    let next = at + space_length(&self.text.as_bytes()[at..self.block.end]);
                    return self.finder.has_sure_name_at(self.text, next, self.block.end);
                }
                "to" | "will" | "would" | "can" | "could" | "may" | "might" | "must" | "should" | "does" | "did" => {
                    (auxiliary, infinitive) = (auxiliary || lower != "to", true);
                }
                lower if words.auxiliaries.contains(lower) || lower.ends_with("ly") => auxiliary = true,
                _ => break,
            }
            rest = &behind[word.len()..];
        }
        auxiliary && candidate.class != Class::Mass
    }

    /// The word behind the name, with nothing but space between and no possessive.
    fn next_word(&self, end: usize) -> Option<&'c str> {
        let rest = &self.text[end..self.block.end];
        let spaces = space_length(rest.as_bytes());
        let word = leading_word(&rest[spaces..]);
        (spaces > 0 && !word.is_empty()).then_some(word)
    }
}

/// Says whether a line's capitals say nothing: most of its longer words have one.
///
/// In running text a list of names may look so; there it takes longer words to tell.
fn is_title_case(line: &str, kind: Line) -> bool {
    let shortest = if kind == Line::Heading { 3 } else { 4 };
    let (mut high, mut low) = (0, 0);
    for word in line.split_whitespace() {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let length = word.chars().take(5).count();
        // `of`, `with` and `from` stay small in titles too.
        match word.chars().next() {
            Some(c) if c.is_uppercase() && length >= shortest => high += 1,
            Some(c) if c.is_lowercase() && length > 4 => low += 1,
            _ => {}
        }
    }
    high >= 3 && high > 2 * low
}

/// `Figure 3`, and for ordinary words `Target 2030` too: a number that counts things or years.
fn is_ordinal(word: &str, any: bool) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && (any || word.len() <= 2)
}

/// `3`, `3.5`, `4o`, `v2`, `R1`, `70B`.
fn is_version(word: &str) -> bool {
    let word = strip_possessive(word);
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    digits > 0 && letters <= 2 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
}

fn is_acronym(word: &str) -> bool {
    let word = strip_possessive(word);
    (2..=5).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'.')
}

/// The length of a possessive ending; 0 if there is none.
pub(super) fn possessive_length(rest: &str) -> usize {
    for apostrophe in ["'", "’", "&#39;", "&#x27;", "&rsquo;"] {
        if let Some(behind) = rest.strip_prefix(apostrophe) {
            let ends = |text: &str| !text.starts_with(char::is_alphanumeric);
            return match behind.strip_prefix(['s', 'S']) {
                Some(after) if ends(after) => apostrophe.len() + 1,
                _ => 0,
            };
        }
    }
    0
}

fn strip_possessive(word: &str) -> &str {
    let short = word.strip_suffix('s').unwrap_or(word);
    ["'", "’", "&#39;"].into_iter().find_map(|apostrophe| short.strip_suffix(apostrophe)).unwrap_or(word)
}

/// Takes an opening quote or bracket off the end.
fn strip_opening(text: &str) -> Option<&str> {
    text.strip_suffix("&quot;").or_else(|| text.strip_suffix(['(', '[', '{', '"', '“', '‘', '«', '„', '\'', '»']))
}

fn trim_space(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace())
}

/// The word at the start, with inner points, hyphens and apostrophes.
fn leading_word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '\'' | '’' | '-'))).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', '-', '\'', '’'])
}

/// The word at the end, likewise.
fn trailing_word(text: &str) -> &str {
    let text = text.strip_suffix("&#39;s").unwrap_or(text);
    let start = text
        .char_indices()
        .rev()
        .take_while(|&(_, c)| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.'))
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}
