//! The facts on top of a file: found, parsed, and read with a place for every complaint.
//!
//! In goes a [`SourceFile`]; out come a tree of values and where the body starts. [`Node`] walks the
//! tree and collects diagnostics, so that one wrong key never hides the next. Places are looked up
//! only when something is wrong (see [`super::locate`]): reading a good file never pays for them.

mod simple;

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use serde_yaml::{Mapping, Value};

use super::locate::{self, Step};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;

/// Front matter longer than this is refused: it would be a body whose fence was lost.
pub const MAX_BYTES: usize = 256 * 1024;
/// Values nested deeper than this are refused.
const MAX_DEPTH: usize = 32;

/// How the facts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Between lines of `---`.
    Yaml,
    /// Between lines of `+++`, as Zola and Hugo write them.
    Toml,
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
    let (format, fence) = match file.text.get(..4) {
        Some("---\n") => (Format::Yaml, "---"),
        Some("+++\n") => (Format::Toml, "+++"),
        _ => return (empty, vec![]),
    };
    let Some((range, body_start)) = find_end(&file.text, fence) else {
        let unclosed = Diagnostic::error("front-matter-unclosed", "the front matter is not closed")
            .at(file.place(0..3))
            .with_help(format!("add a line with only `{fence}` after the last `key: value` line"));
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
        Format::Yaml => parse_yaml(text),
        Format::Toml => parse_toml(text),
    };
    match parsed {
        Ok(fields) => {
            matter.root = Value::Mapping(fields);
            (matter, vec![])
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
    let mut matter = FrontMatter { format: Format::Yaml, range: 0..end, body_start: end, root: Value::Mapping(Mapping::new()) };
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

/// Finds the closing fence: the range of the facts, and where the body starts.
///
/// A fence with text glued to it (`---## Heading`) closes as well, since real archives have it.
fn find_end(text: &str, fence: &str) -> Option<(Range<usize>, usize)> {
    let start = fence.len() + 1;
    let mut at = start;
    let mut glued = None;
    while at <= text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        let line = &text[at..end];
        if line.trim_end() == fence {
            return Some((start..at, (end + 1).min(text.len())));
        }
        if glued.is_none() && line.strip_prefix(fence).is_some_and(|rest| rest.starts_with(['#', '*', '<', '!', '['])) {
            glued = Some((start..at, at + fence.len()));
        }
        at = end + 1;
    }
    glued
}

struct SyntaxProblem {
    message: String,
    at: Range<usize>,
    help: Option<String>,
}

fn parse_yaml(text: &str) -> Result<Mapping, SyntaxProblem> {
    if let Some(fields) = simple::read(text) {
        return Ok(fields);
    }
    if let Some(at) = text
        .lines()
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.len() + 1;
            Some((start, line))
        })
        .find_map(|(start, line)| {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            line[..indent].find('\t').map(|tab| start + tab)
        })
    {
        return Err(SyntaxProblem {
            message: "YAML can't be indented with a tab".to_owned(),
            at: at..at + 1,
            help: Some("use two spaces instead of the tab".to_owned()),
        });
    }
    let mut value: Value = match serde_yaml::from_str(text) {
        Ok(value) => value,
        Err(error) => return Err(yaml_problem(text, &error)),
    };
    if let Some(tag) = untag(&mut value) {
        let at = text.find(&tag).unwrap_or(0);
        return Err(SyntaxProblem {
            message: format!("the tag `{tag}` means nothing here"),
            at: at..at + tag.len(),
            help: Some("take the tag out, and put the value in quotes".to_owned()),
        });
    }
    if depth(&value) > MAX_DEPTH {
        return Err(SyntaxProblem {
            message: format!("values are nested deeper than {MAX_DEPTH} levels"),
            at: 0..1,
            help: Some("flatten the front matter".to_owned()),
        });
    }
    match value {
        Value::Mapping(fields) => Ok(fields),
        Value::Null => Ok(Mapping::new()),
        _ => Err(SyntaxProblem {
            message: "the front matter is not a list of `key: value` lines".to_owned(),
            at: 0..text.find('\n').unwrap_or(text.len()),
            help: Some("write each fact as `key: value`, for example `title: A headline`".to_owned()),
        }),
    }
}

/// Takes tags that only say "this is text" off their values; gives the first tag that says more.
fn untag(value: &mut Value) -> Option<String> {
    if let Value::Tagged(tagged) = value {
        let tag = tagged.tag.to_string();
        if !matches!(tag.trim_start_matches('!'), "" | "str" | "tag:yaml.org,2002:str") {
            return Some(tag);
        }
        *value = std::mem::take(&mut tagged.value);
    }
    match value {
        Value::Sequence(items) => items.iter_mut().find_map(untag),
        Value::Mapping(map) => map.values_mut().find_map(untag),
        _ => None,
    }
}

fn yaml_problem(text: &str, error: &serde_yaml::Error) -> SyntaxProblem {
    let at = error.location().map_or(0, |location| location.index().min(text.len()));
    let line_start = text[..text.floor_char_boundary(at)].rfind('\n').map_or(0, |n| n + 1);
    let line_end = text[line_start..].find('\n').map_or(text.len(), |n| line_start + n);
    let said = error.to_string();
    // The parser's own words end in a position that the place says better.
    let said = said.split(" at line ").next().unwrap_or(&said).to_owned();
    if let Some(key) = said.strip_prefix("duplicate entry with key ").map(|key| key.trim_matches('"').to_owned()) {
        let second = locate::nth_key(text, &key, 1).unwrap_or(line_start..line_end);
        return SyntaxProblem {
            message: format!("`{key}` is given twice"),
            at: second,
            help: Some(format!("keep one of the two `{key}` lines")),
        };
    }
    let line = text[line_start..line_end].trim();
    let help = if line.matches(": ").count() > 1 || line.contains(['"', '\'']) || said.contains("mapping values") {
        "put the value in quotes; a quote inside single quotes is written twice (`'the desk''s view'`)"
    } else {
        "check the line and the one above it: indentation, a missing `: `, a quote or bracket that is not closed"
    };
    SyntaxProblem {
        message: format!("this is not valid YAML: {said}"),
        at: at.max(line_start)..line_end,
        help: Some(help.to_owned()),
    }
}

fn parse_toml(text: &str) -> Result<Mapping, SyntaxProblem> {
    let table: toml::Table = toml::from_str(text).map_err(|error| SyntaxProblem {
        message: format!("this is not valid TOML: {}", error.message().lines().next().unwrap_or("unknown reason")),
        at: error.span().unwrap_or(0..1),
        help: Some("each fact is `key = value`, and text stands in double quotes".to_owned()),
    })?;
    Ok(table.into_iter().map(|(key, value)| (Value::String(key), toml_value(value))).collect())
}

fn toml_value(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::Number(number.into()),
        toml::Value::Float(number) => Value::Number(number.into()),
        toml::Value::Boolean(flag) => Value::Bool(flag),
        toml::Value::Datetime(datetime) => Value::String(datetime.to_string()),
        toml::Value::Array(items) => Value::Sequence(items.into_iter().map(toml_value).collect()),
        toml::Value::Table(table) => {
            Value::Mapping(table.into_iter().map(|(key, value)| (Value::String(key), toml_value(value))).collect())
        }
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Sequence(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Mapping(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        Value::Tagged(tagged) => 1 + depth(&tagged.value),
        _ => 0,
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

    fn locate(&self, path: &[Step<'_>], wanted: locate::Part) -> Place {
        let text = &self.file.text[self.matter.range.clone()];
        let lines = self.lines.get_or_init(|| locate::Lines::of(text));
        let range = lines.find(text, self.matter.format, path, wanted);
        self.file.place((self.matter.range.start + range.start)..(self.matter.range.start + range.end))
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

    /// Gives the value of the first of several spellings of a key that is there.
    pub fn get_any(&self, keys: &[&'r str]) -> Option<Node<'r>> {
        keys.iter().find_map(|key| self.get(key))
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

    /// Reads text; numbers and truth values count as the text that stands there.
    pub fn text(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null => None,
            _ => {
                self.expected("text", "put the text behind the colon, in quotes if it starts with `[` or `{`");
                None
            }
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
        if number.is_none() {
            self.expected("a whole number", "write digits only");
        }
        number
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
