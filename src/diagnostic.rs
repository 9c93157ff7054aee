//! What is wrong, where, and what to do about it: the interface to a tired author at midnight.
//!
//! Every stage returns its value *and* its diagnostics; nothing stops at the first problem. A
//! diagnostic names its place by line and column only; whoever prints it fetches the line.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

use crate::source::SourcePath;

/// The code of what can't be read because the machine will not: no fault of the content.
pub const UNREADABLE: &str = "unreadable";

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The site can't be published.
    Error,
    /// The site is published, and something in it is likely not what the author meant.
    Warning,
    /// Worth knowing; said by `check` only.
    Note,
}

/// A stretch of one line in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file.
    pub path: SourcePath,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// How many characters are meant; at least 1, never past the end of the line.
    pub length: u32,
}

impl Place {
    /// Names a whole file, at its first character.
    pub fn file(path: SourcePath) -> Self {
        Self { path, line: 1, column: 1, length: 1 }
    }

    /// Finds line and column of a range of bytes; a range that is out of the text is clamped.
    ///
    /// It reads the text up to there: for many places in one text there is [`Places`].
    pub fn in_text(path: SourcePath, text: &str, range: Range<usize>) -> Self {
        Places::new(path, text).place(range)
    }
}

/// Finds lines and columns in a file; cheap for places that come in order, as they mostly do.
pub struct Places<'t> {
    path: SourcePath,
    text: &'t str,
    /// The first byte of each line; empty until the first question.
    lines: Vec<usize>,
    /// The last answer: a byte and its column from 0.
    last: (usize, u32),
}

impl<'t> Places<'t> {
    /// Takes a file's text.
    pub fn new(path: SourcePath, text: &'t str) -> Self {
        Self { path, text, lines: Vec::new(), last: (0, 0) }
    }

    /// Gives the place of a range of bytes, cut at the end of its first line; one that is out of the text is clamped.
    pub fn place(&mut self, range: Range<usize>) -> Place {
        if self.lines.is_empty() {
            self.lines.reserve(self.text.len() / 64 + 8);
            self.lines.push(0);
            self.lines.extend(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1));
        }
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let line = self.lines.partition_point(|&first| first <= start);
        let line_start = self.lines[line - 1];
        let line_end = self.lines.get(line).map_or(self.text.len(), |next| next - 1);
        let (from, column) = if (line_start..=start).contains(&self.last.0) { self.last } else { (line_start, 0) };
        let column = column + self.text[from..start].chars().count() as u32;
        self.last = (start, column);
        let end = self.text.floor_char_boundary(range.end.clamp(start, line_end.max(start)));
        Place {
            path: self.path.clone(),
            line: line as u32,
            column: column + 1,
            length: (self.text[start..end].chars().count() as u32).max(1),
        }
    }
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name such as `unknown-key`, for searching and for switching off.
    pub code: Cow<'static, str>,
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where it is, if it is in a file.
    pub place: Option<Place>,
    /// Other places that belong to it, each with a word on what stands there.
    pub related: Vec<(Place, String)>,
    /// What to do next, each a sentence that can be acted on.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// Starts an error.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code: code.into(),
            message: message.into(),
            place: None,
            related: vec![],
            help: vec![],
        }
    }

    /// Starts a warning.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Starts a note, which only `check` shows.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says whether it keeps the site from being published.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts by file, line and column, and drops what was said twice.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics
        .sort_by(|a, b| (&a.place, a.severity, &a.code, &a.message).cmp(&(&b.place, b.severity, &b.code, &b.message)));
    diagnostics.dedup();
}

/// Says once what is wrong on many pages: a slip in a template is the same on all that it makes.
pub fn fold(mut of_pages: Vec<Diagnostic>) -> Vec<Diagnostic> {
    sort(&mut of_pages);
    let mut folded: Vec<(Diagnostic, usize)> = Vec::new();
    for problem in of_pages {
        match folded.last_mut() {
            Some((first, others)) if (&first.place, &first.message) == (&problem.place, &problem.message) => {
                *others += 1
            }
            _ => folded.push((problem, 0)),
        }
    }
    let say = |(problem, others): (Diagnostic, usize)| match others {
        0 => problem,
        1 => problem.with_help("it is the same on another page"),
        _ => problem.with_help(format!("it is the same on {others} more pages")),
    };
    folded.into_iter().map(say).collect()
}

/// Wrong names of a kind for which it is looked up what was meant. Each such search goes through all names, and an
/// archive that moved has wrong ones by the ten thousand.
pub const SEARCHES: usize = 100;

/// Finds the name that the author most likely meant, if one is near enough.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let lower = candidate.to_lowercase();
        // A third of the letters wrong is a slip of the finger; more is another word.
        let most = candidate.chars().count().max(3) / 3;
        let most = best.map_or(most, |(least, _)| most.min(least - 1));
        if least_distance(&wanted, &lower) > most {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wanted, &lower);
        if distance == 0 {
            return Some(candidate);
        }
        if distance <= most {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Gives a distance that two words have at least, in no time: that of their letters, whatever their order.
fn least_distance(one: &str, other: &str) -> usize {
    let mut more = [0_i32; 64];
    one.chars().for_each(|letter| more[letter as usize % 64] += 1);
    other.chars().for_each(|letter| more[letter as usize % 64] -= 1);
    let missing: i32 = more.iter().filter(|more| **more > 0).sum();
    let extra: i32 = more.iter().filter(|more| **more < 0).sum();
    missing.max(-extra).unsigned_abs() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_stay_on_the_line() {
        let place = Place::in_text("a.md".into(), "one\nzwölf: x\nthree", 10..30);
        assert_eq!((place.line, place.column, place.length), (2, 6, 3));
    }

    #[test]
    fn places_are_found_in_any_order() {
        let mut places = Places::new("a.md".into(), "one\nzwölf: x\nthree");
        for (range, expected) in
            [(10..11, (2, 6, 1)), (12..40, (2, 8, 1)), (0..40, (1, 1, 3)), (14..19, (3, 1, 5)), (99..100, (3, 6, 1))]
        {
            let place = places.place(range);
            assert_eq!((place.line, place.column, place.length), expected);
        }
    }

    #[test]
    fn a_slip_finds_its_name_and_another_word_does_not() {
        assert_eq!(nearest("titel", ["title", "date"]), Some("title"));
        assert_eq!(nearest("sumary", ["summary", "category"]), Some("summary"));
        assert_eq!(nearest("layout", ["title", "date"]), None);
        assert_eq!(nearest("abcdefghi", ["abcdefgxx", "bacdefghi", "abcdefgih"]), Some("bacdefghi"));
        assert_eq!(nearest("Zürich", ["zurich", "zürich"]), Some("zürich"));
        for (one, other) in [("", "abc"), ("kitten", "sitting"), ("abcd", "dcba"), ("ab", "ba"), ("äöü", "aou")] {
            assert!(least_distance(one, other) <= strsim::damerau_levenshtein(one, other), "{one} {other}");
        }
    }
}
