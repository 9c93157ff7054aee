//! What the engine reads of a post, and what it keeps of it.

use bitcode::{Decode, Encode};

use super::tokens::Tokenizer;

/// Counting units in one occurrence: half occurrences can be counted.
pub(super) const UNIT: u64 = 2;

/// Bytes of prose that are read; news says at its beginning what it is about, and a digest of
/// 400 KB must not be about everything.
const PROSE: usize = 8 * 1024;
/// Bytes of headings that are read.
const HEADINGS: usize = 2 * 1024;
/// Tags, entities and links that are read, of each.
const LABELS: usize = 24;
/// Slots of the table that finds a term again: more than twice what a post can hold.
const SLOTS: usize = 8192;
/// Different terms that are kept of a post.
pub(super) const TERMS: usize = 2048;

/// Tells what the engine reads of one post.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// The language as a BCP 47 tag; empty means English.
    pub language: &'a str,
    /// The title, which counts twice.
    pub title: &'a str,
    /// The summary or description.
    pub summary: &'a str,
    /// The headings within the body.
    pub headings: &'a [&'a str],
    /// The prose of the body without headings and code; HTML character references are allowed.
    pub text: &'a [&'a str],
    /// The taxonomy terms, as pairs of taxonomy and term.
    pub tags: &'a [(&'a str, &'a str)],
    /// The canonical names of companies, people and models, weightiest first.
    pub entities: &'a [&'a str],
    /// The addresses that the post links to, outside this site.
    pub urls: &'a [&'a str],
}

/// Holds the terms of one post with their counts: a pure function of its [`Document`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct TermVector {
    /// The number of the language.
    pub(super) language: u32,
    /// The sum of all counts.
    pub(super) length: u32,
    /// The terms, in the order of their first occurrence.
    pub(super) terms: Vec<u32>,
    /// How often each occurs, in [`UNIT`]s, up to 255.
    pub(super) counts: Vec<u8>,
}

impl TermVector {
    /// Reads a post.
    pub fn read(document: &Document<'_>, reader: &mut Reader) -> Self {
        let Document { language, title, summary, headings, text, tags, entities, urls } = *document;
        let language = reader.tokenizer.speak(language);
        reader.begin();
        reader.prose(&[title], 4, usize::MAX);
        reader.prose(&[summary], 2, PROSE);
        reader.prose(headings, 2, HEADINGS);
        reader.prose(text, 2, PROSE);
        for (taxonomy, term) in tags.iter().take(LABELS) {
            let term = reader.tokenizer.label(b't', &format!("{taxonomy}\0{}", term.to_lowercase()));
            reader.counter.add(term, 2);
        }
        for name in entities.iter().take(LABELS) {
            let term = reader.tokenizer.label(b'e', name);
            reader.counter.add(term, 1);
        }
        for url in urls.iter().take(LABELS) {
            let term = reader.tokenizer.label(b'u', normal_address(url));
            reader.counter.add(term, 2);
        }
        let Counter { terms, counts, length, .. } = &reader.counter;
        Self { language, length: *length, terms: terms.clone(), counts: counts.clone() }
    }

    /// Returns the number of different terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Tells whether the post says nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// Holds the working memory for reading posts; one per thread.
pub struct Reader {
    tokenizer: Tokenizer,
    counter: Counter,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Makes a reader.
    pub fn new() -> Self {
        Self { tokenizer: Tokenizer::new(), counter: Counter::new() }
    }

    fn begin(&mut self) {
        self.counter.clear();
    }

    fn prose(&mut self, pieces: &[&str], weight: u8, budget: usize) {
        let Self { tokenizer, counter } = self;
        let mut left = budget;
        for piece in pieces {
            if left == 0 {
                break;
            }
            let read = lead(piece, left);
            left = left.saturating_sub(piece.len());
            tokenizer.terms(read, &mut |term, _| counter.add(term, weight));
        }
    }
}

/// Counts terms without forgetting the order in which they came.
struct Counter {
    terms: Vec<u32>,
    counts: Vec<u8>,
    length: u32,
    /// `post << 12 | position`: a slot of another post is an empty one, nothing is cleared.
    slots: Vec<u32>,
    post: u32,
}

impl Counter {
    fn new() -> Self {
        Self { terms: Vec::new(), counts: Vec::new(), length: 0, slots: vec![0; SLOTS], post: 0 }
    }

    fn clear(&mut self) {
        self.terms.clear();
        self.counts.clear();
        self.length = 0;
        self.post += 1;
        if self.post == 1 << 20 {
            self.slots.fill(0);
            self.post = 1;
        }
    }

    fn add(&mut self, term: u32, weight: u8) {
        self.length += u32::from(weight);
        let mut slot = term as usize & (SLOTS - 1);
        loop {
            let held = self.slots[slot];
            if held >> 12 != self.post {
                if self.terms.len() < TERMS {
                    self.slots[slot] = self.post << 12 | self.terms.len() as u32;
                    self.terms.push(term);
                    self.counts.push(weight);
                }
                return;
            }
            let position = (held & 0xFFF) as usize;
            if self.terms[position] == term {
                self.counts[position] = self.counts[position].saturating_add(weight);
                return;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
    }
}

/// Returns the beginning of a piece within a budget of bytes, without the word that is cut.
fn lead(piece: &str, budget: usize) -> &str {
    let read = &piece[..piece.floor_char_boundary(budget)];
    match read.rfind(char::is_whitespace) {
        Some(end) if read.len() < piece.len() => &read[..end],
        _ => read,
    }
}

/// Leaves out what two links to one page may differ in.
fn normal_address(url: &str) -> &str {
    let url = url.trim();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let url = url.strip_prefix("www.").unwrap_or(url);
    let url = url.split_once("#:~:").map_or(url, |(page, _)| page);
    let url = match url.split_once('?') {
        Some((page, query)) if query.starts_with("utm_") || query.starts_with("ref=") => page,
        _ => url,
    };
    url.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &Document<'_>) -> TermVector {
        TermVector::read(document, &mut Reader::new())
    }

    #[test]
    fn a_title_counts_twice() {
        let vector = read(&Document { title: "Sonar", text: &["Sonar search"], ..Document::default() });
        assert_eq!(vector.counts, [6, 2]);
        assert_eq!(vector.length, 8);
    }

    #[test]
    fn a_reader_does_not_remember_the_post_before() {
        let mut reader = Reader::new();
        let one = Document { title: "Cloud prices", ..Document::default() };
        let other = Document { title: "Preise der Cloud", language: "de", ..Document::default() };
        let first = TermVector::read(&one, &mut reader);
        TermVector::read(&other, &mut reader);
        assert_eq!(TermVector::read(&one, &mut reader), first);
    }

    #[test]
    fn only_the_lead_of_a_long_body_is_read() {
        let body = "lead ".repeat(PROSE / 5 + 1) + "tail";
        let vector = read(&Document { text: &[&body, "more"], ..Document::default() });
        assert_eq!(vector.len(), 1);
    }

    #[test]
    fn one_page_has_one_address() {
        let same = ["https://www.example.com/a/", "http://example.com/a", "https://example.com/a?utm_source=x"];
        assert!(same.iter().all(|url| normal_address(url) == "example.com/a"));
    }
}
