//! The facts on top of a file: found, parsed, and read with a place for every complaint.
//!
//! In goes a [`SourceFile`]; out come a tree of values and where the body starts. [`Node`] walks the
//! tree and collects diagnostics, so that one wrong key never hides the next. Places are looked up
//! only when something is wrong (see [`super::locate`]): reading a good file never pays for them.

mod advice;
mod cut;
mod fence;
mod simple;
mod syntax;
mod tables;
mod unfenced;

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use serde_yaml::{Mapping, Value};

use super::locate::{self, Step};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;
pub(crate) use advice::{in_braces, instead_of_control};
use syntax::parse_toml;
pub(crate) use syntax::{SyntaxProblem, parse_yaml};
pub(crate) use unfenced::{find as unfenced_facts, is_known_fact, opens_with_facts, opens_with_marked_facts};

/// Front matter longer than this is refused: it would be a body whose fence was lost.
pub const MAX_BYTES: usize = 256 * 1024;

/// How the facts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Between lines of `---`.
    Yaml,
    /// Between lines of `+++`, as Zola and Hugo write them.
    Toml,
}

impl Format {
    /// Gives the line that stands above and below the facts.
    pub(super) fn fence(self) -> &'static str {
        match self {
            Self::Yaml => "---",
            Self::Toml => "+++",
        }
    }
}

/// The facts on top of a file.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// How they are written.
    pub format: Format,
    /// The bytes between the fences.
    pub range: Range<usize>,
    /// Where the body starts.
    pub body_start: usize,
    /// The facts, always a mapping; TOML is brought into the same shape.
    pub root: Value,
}

impl FrontMatter {
    /// Says whether there is no fact.
    pub fn is_empty(&self) -> bool {
        self.root.as_mapping().is_none_or(Mapping::is_empty)
    }
}

/// Parses the front matter of a file; a file without any has no facts and is all body.
pub fn parse(file: &SourceFile) -> (FrontMatter, Vec<Diagnostic>) {
    let empty = FrontMatter { format: Format::Yaml, range: 0..0, body_start: 0, root: Value::Mapping(Mapping::new()) };
    let (format, start) = match fence::opening(&file.text) {
        Ok(Some(opening)) => opening,
        Ok(None) => {
            let unopened = unfenced::find(&file.text).map(|unfenced| {
                Diagnostic::error("front-matter-fence", format!("these look like facts, but {}", unfenced.flaw))
                    .at(file.place(unfenced.at))
                    .with_help(unfenced.help)
                    .with_help("if they are text, write a word of text above them")
            });
            return (empty, unopened.into_iter().collect());
        }
        Err(flaw) => {
            let no_fence = Diagnostic::error("front-matter-fence", format!("this looks like front matter, but {flaw}"))
                .at(file.place(0..3))
                .with_help("let the file start with a line of only `---` (or `+++` for TOML)")
                .with_help("if it is a rule above the text, write the rule as `***`");
            return (empty, vec![no_fence]);
        }
    };
    let Some((range, body_start)) = fence::closing(&file.text, format, start) else {
        let unclosed = Diagnostic::error("front-matter-unclosed", "the front matter is not closed")
            .at(file.place(0..3))
            .with_help(format!("add a line with only `{}` after the last `key: value` line", format.fence()));
        return (FrontMatter { format, body_start: file.text.len(), ..empty }, vec![unclosed]);
    };
    let mut matter = FrontMatter { format, range: range.clone(), body_start, root: Value::Mapping(Mapping::new()) };
    if range.len() > MAX_BYTES {
        let too_long =
            Diagnostic::error("front-matter-too-long", format!("the front matter is longer than {MAX_BYTES} bytes"))
                .at(file.place(0..3))
                .with_help("look for a closing fence that was lost, and move long text into the body");
        return (matter, vec![too_long]);
    }
    let text = &file.text[range.clone()];
    let parsed = match format {
        Format::Yaml => parse_yaml(text).map_err(|problem| syntax::or_toml(text, problem)),
        Format::Toml => parse_toml(text),
    };
    match parsed {
        Ok(fields) => {
            matter.root = Value::Mapping(fields);
            let second = fence::block_of_facts(&file.text[body_start..]).map(|at| {
                Diagnostic::error("front-matter-twice", "a second block of facts follows the first, and would be text")
                    .at(file.place(body_start + at.start..body_start + at.end))
                    .with_help("put all facts into the first block; if this is a heading, write `## ` before it")
            });
            (matter, second.into_iter().collect())
        }
        Err(problem) => {
            let at = (range.start + problem.at.start)..(range.start + problem.at.end.max(problem.at.start + 1));
            let mut diagnostic = Diagnostic::error("front-matter-syntax", problem.message).at(file.place(at));
            diagnostic.help.extend(problem.help);
            (matter, vec![diagnostic])
        }
    }
}

/// Parses a file that is all facts, such as `masthead.yaml`.
pub fn parse_whole(file: &SourceFile) -> (FrontMatter, Vec<Diagnostic>) {
    let end = file.text.len();
    let mut matter =
        FrontMatter { format: Format::Yaml, range: 0..end, body_start: end, root: Value::Mapping(Mapping::new()) };
    match parse_yaml(&file.text) {
        Ok(fields) => {
            matter.root = Value::Mapping(fields);
            (matter, vec![])
        }
        Err(problem) => {
            let diagnostic = Diagnostic::error("front-matter-syntax", problem.message).at(file.place(problem.at));
            (matter, vec![Diagnostic { help: problem.help.into_iter().collect(), ..diagnostic }])
        }
    }
}

/// Reads the facts of one file and keeps what is wrong with them.
pub struct Reader<'a> {
    file: &'a SourceFile,
    matter: &'a FrontMatter,
    /// The lines of the facts, once a place was asked for.
    lines: OnceCell<locate::Lines>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl<'a> Reader<'a> {
    /// Starts reading; `file` and `matter` belong together.
    pub fn new(file: &'a SourceFile, matter: &'a FrontMatter) -> Self {
        Self { file, matter, lines: OnceCell::new(), diagnostics: RefCell::default() }
    }

    /// Gives the top of the tree.
    pub fn root(&self) -> Node<'_> {
        Node { reader: self, value: &self.matter.root, path: vec![] }
    }

    /// Keeps a complaint.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// Gives the place of the whole front matter: its opening fence, or the file's first character.
    pub fn place(&self) -> Place {
        self.file.place(0..if self.matter.range.is_empty() { 1 } else { 3 })
    }

    /// Ends reading and gives the complaints.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    fn text(&self) -> &str {
        &self.file.text[self.matter.range.clone()]
    }

    fn lines(&self) -> &locate::Lines {
        self.lines.get_or_init(|| locate::Lines::of(self.text()))
    }

    fn range(&self, path: &[Step<'_>], wanted: locate::Part) -> Range<usize> {
        self.lines().find(self.text(), self.matter.format, path, wanted)
    }

    fn locate(&self, path: &[Step<'_>], wanted: locate::Part) -> Place {
        let range = self.range(path, wanted);
        let (line, bytes) = self.lines().line_of(range.start);
        let text = self.text().get(bytes.clone()).unwrap_or_default();
        let place = Place::in_text(self.file.path.clone(), text, range.start - bytes.start..range.end - bytes.start);
        // The facts of a file with fences start on its second line.
        let above = u32::from(self.matter.range.start > 0);
        Place { line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(1 + above), ..place }
    }
}

/// A value of the front matter, with the way that leads to it.
#[derive(Clone)]
pub struct Node<'r> {
    reader: &'r Reader<'r>,
    value: &'r Value,
    path: Vec<Step<'r>>,
}

impl<'r> Node<'r> {
    /// Gives the bare value.
    pub fn value(&self) -> &'r Value {
        self.value
    }

    /// Gives the value of a key, unless it is missing or null (`key:` with nothing behind it).
    pub fn get(&self, key: &'r str) -> Option<Node<'r>> {
        let value = self.value.as_mapping()?.get(key).filter(|value| !value.is_null())?;
        Some(self.child(Step::Key(key), value))
    }

    /// Gives the value of the first of several spellings of a key that is there; what others say is not dropped
    /// in silence.
    pub fn get_any(&self, keys: &[&'r str]) -> Option<Node<'r>> {
        let mut found = keys.iter().filter_map(|key| self.get(key));
        let first = found.next()?;
        for other in found.filter(|other| other.value != first.value) {
            let (kept, dropped) = (first.name(), other.name());
            let message = format!("`{dropped}` is another word for `{kept}`, which is given too: only `{kept}` counts");
            self.reader.report(
                Diagnostic::warning("same-key", message)
                    .at(other.key_place())
                    .with_related(first.key_place(), "this one counts")
                    .with_help(format!("put everything under `{kept}`, and take `{dropped}` out")),
            );
        }
        Some(first)
    }

    /// Gives all keys of a mapping with their values, in the author's order.
    pub fn entries(&self) -> Vec<(&'r str, Node<'r>)> {
        let Some(map) = self.value.as_mapping() else {
            return vec![];
        };
        map.iter().filter_map(|(key, value)| key.as_str().map(|key| (key, self.child(Step::Key(key), value)))).collect()
    }

    /// Gives the items of a list; a single value counts as a list of one.
    pub fn items(&self) -> Vec<Node<'r>> {
        match self.value {
            Value::Sequence(items) => {
                items.iter().enumerate().map(|(index, value)| self.child(Step::Index(index), value)).collect()
            }
            Value::Null => vec![],
            _ => vec![self.clone()],
        }
    }

    /// Says whether the value is a mapping.
    pub fn is_mapping(&self) -> bool {
        self.value.is_mapping()
    }

    /// Reads text; numbers and truth values count as the text that stands there. Control characters become U+FFFD.
    pub fn text(&self) -> Option<String> {
        self.any_text().map(|text| shown(&text))
    }

    /// Reads text that is judged letter by letter before it is shown anywhere; empty text counts as not given.
    pub fn raw_text(&self) -> Option<String> {
        self.any_text().filter(|text| !text.is_empty())
    }

    fn any_text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => {
                self.check_letters(text);
                Some(text.trim().to_owned())
            }
            Value::Number(number) => Some(self.as_written().unwrap_or_else(|| number.to_string())),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null => None,
            _ => {
                self.expected("text", "put the text behind the colon, in quotes if it starts with `[` or `{`");
                None
            }
        }
    }

    /// Gives a number as the author wrote it, if that can be told: `1.10` and `007` are names as often as numbers.
    fn as_written(&self) -> Option<String> {
        let range = self.reader.range(&self.path, locate::Part::Value);
        let text = self.reader.text().get(range)?;
        let text = text.split(" #").next().unwrap_or(text).trim();
        let is_one = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_'));
        is_one.then(|| text.to_owned())
    }

    /// Warns of characters that nobody sees and that change what is shown.
    fn check_letters(&self, text: &str) {
        if text.is_ascii() && !text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\n' | b'\t') || byte == 0x7f) {
            return;
        }
        let Some(letter) = text.chars().find(|&letter| is_bidi_control(letter) || is_no_letter(letter)) else { return };
        let code = format!("U+{:04X}", letter as u32);
        let name = self.name();
        if is_bidi_control(letter) {
            self.warn(
                "bidi-control",
                format!("`{name}` holds {code}, which changes the order that letters are shown in"),
                "delete it; text in Hebrew or Arabic needs no such character",
            );
        } else {
            let message = format!("`{name}` holds the control character {code}");
            self.warn("control-character", message, instead_of_control(letter));
        }
    }

    /// Reads text that says something: empty text counts as not given.
    pub fn some_text(&self) -> Option<String> {
        self.text().filter(|text| !text.is_empty())
    }

    /// Reads a list of texts; one text counts as a list of one, empty ones are dropped.
    pub fn texts(&self) -> Vec<String> {
        self.items().iter().filter_map(Node::some_text).collect()
    }

    /// Reads a truth value.
    pub fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(*flag),
            _ => {
                self.expected("`true` or `false`", "write `true` or `false`, without quotes");
                None
            }
        }
    }

    /// Reads a whole number that is not negative.
    pub fn whole_number(&self) -> Option<u64> {
        let number = self.value.as_u64().or_else(|| self.value.as_str()?.trim().parse().ok());
        if number.is_none() && self.value.is_number() {
            let (name, given) = (self.name(), self.any_text().unwrap_or_default());
            let message = format!("`{name}` should be a whole number from 0 on, not `{given}`");
            self.error("wrong-type", message, "write digits only");
        } else if number.is_none() {
            self.expected("a whole number", "write digits only");
        }
        number
    }

    /// Gives the value as JSON, and complains about what JSON has no word for.
    pub fn json(&self) -> serde_json::Value {
        self.refuse_infinite();
        let mut value = serde_json::to_value(self.value).unwrap_or_else(|_| {
            self.expected("made of text, numbers, lists and named keys", "write text for each key");
            serde_json::Value::Null
        });
        show(&mut value);
        value
    }

    fn refuse_infinite(&self) {
        match self.value {
            Value::Number(number) if number.as_f64().is_some_and(|number| !number.is_finite()) => self.error(
                "bad-number",
                format!("`{}` is no number that templates can show", self.name()),
                "write a finite number, or put the value in quotes",
            ),
            Value::Sequence(_) => self.items().iter().for_each(Node::refuse_infinite),
            Value::Mapping(_) => self.entries().iter().for_each(|(_, value)| value.refuse_infinite()),
            _ => {}
        }
    }

    /// Complains that the value is of another kind than `wanted`.
    pub fn expected(&self, wanted: &str, help: &str) {
        let key = self.name();
        let got = kind_name(self.value);
        self.reader.report(
            Diagnostic::error("wrong-type", format!("`{key}` should be {wanted}, not {got}"))
                .at(self.place())
                .with_help(help),
        );
    }

    /// Complains about the value, as an error.
    pub fn error(&self, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.reader.report(Diagnostic::error(code, message).at(self.place()).with_help(help));
    }

    /// Complains about the value, as a warning.
    pub fn warn(&self, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.reader.report(Diagnostic::warning(code, message).at(self.place()).with_help(help));
    }

    /// Says whether the value stands between brackets on one line.
    pub fn is_flow(&self) -> bool {
        let range = self.reader.range(&self.path, locate::Part::Value);
        let text = self.reader.text().get(range).unwrap_or_default();
        text.starts_with('[') && text.ends_with(']')
    }

    /// Gives the place of the value.
    pub fn place(&self) -> Place {
        self.reader.locate(&self.path, locate::Part::Value)
    }

    /// Gives the place of the key that holds the value.
    pub fn key_place(&self) -> Place {
        self.reader.locate(&self.path, locate::Part::Key)
    }

    /// Gives the reader that keeps the complaints.
    pub fn reader(&self) -> &'r Reader<'r> {
        self.reader
    }

    /// Gives the name of the nearest key above the value.
    pub fn name(&self) -> &'r str {
        self.path
            .iter()
            .rev()
            .find_map(|step| match step {
                Step::Key(key) => Some(*key),
                Step::Index(_) => None,
            })
            .unwrap_or("front matter")
    }

    fn child(&self, step: Step<'r>, value: &'r Value) -> Node<'r> {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(step);
        Node { reader: self.reader, value, path }
    }
}

/// Says whether a character turns the order of letters around without being seen (UAX #9: the explicit
/// embeddings, overrides and isolates).
pub fn is_bidi_control(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Says whether a character is not shown at all (Unicode, `Default_Ignorable_Code_Point`).
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

/// Says whether a character is none that a text is made of.
fn is_no_letter(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t') || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

/// Replaces control characters by U+FFFD, which shows that something was there.
fn shown(text: &str) -> String {
    text.replace(is_no_letter, "\u{fffd}")
}

/// The same for all texts of a value, names of keys among them.
fn show(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if text.contains(is_no_letter) => *text = shown(text),
        serde_json::Value::Array(items) => items.iter_mut().for_each(show),
        serde_json::Value::Object(fields) => {
            if fields.keys().any(|key| key.contains(is_no_letter)) {
                *fields = std::mem::take(fields).into_iter().map(|(key, value)| (shown(&key), value)).collect();
            }
            fields.values_mut().for_each(show);
        }
        _ => {}
    }
}

fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a group of keys",
        Value::Tagged(_) => "a tagged value",
    }
}

#[cfg(test)]
mod tests;
