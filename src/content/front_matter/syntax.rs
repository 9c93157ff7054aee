//! The syntax of facts: text in, a mapping out, or the one thing that is wrong with it and where.
//!
//! The parsers know no limits of use here, so all of them stand here: depth, number, and the size that
//! aliases can make of a few lines.

use std::ops::Range;

use serde_yaml::{Mapping, Value};

use super::{MAX_BYTES, advice, cut, simple, tables};
use crate::content::{conflict, locate};

/// Values nested deeper than this are refused.
const MAX_DEPTH: usize = 32;
/// Keys and items beyond this number are refused.
const MAX_VALUES: usize = 10_000;
/// Text longer than this, with all aliases written out, is refused.
const MAX_EXPANDED: usize = 4 * 1024 * 1024;
/// Brackets open at once beyond this number are refused before the parser sees them: it takes time that
/// grows with the square of their depth, and then refuses them as well.
const MAX_BRACKETS: usize = 1_000;

/// Lists the lines of a text, each with its first byte.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().scan(0, |offset, line| {
        let start = *offset;
        *offset += line.len() + 1;
        Some((start, line))
    })
}

/// Why a text is no set of facts.
pub(crate) struct SyntaxProblem {
    /// What is wrong.
    pub(crate) message: String,
    /// The bytes of the text that are meant.
    pub(crate) at: Range<usize>,
    /// What to do next.
    pub(crate) help: Option<String>,
}

/// Reads a mapping of YAML, within the limits that keep a hostile one harmless.
pub(crate) fn parse_yaml(text: &str) -> Result<Mapping, SyntaxProblem> {
    if text.len() > MAX_BYTES {
        return Err(SyntaxProblem {
            message: format!("this is longer than {MAX_BYTES} bytes"),
            at: 0..text.find('\n').unwrap_or(text.len()),
            help: Some("look for a closing fence that was lost, and move long text into the body".to_owned()),
        });
    }
    let value = match simple::read(text) {
        Some(fields) => Value::Mapping(fields),
        None => parse_any_yaml(text)?,
    };
    let size = Size::of(&value);
    if size.depth > MAX_DEPTH {
        return Err(too_deep(0..1));
    }
    if size.bytes > MAX_EXPANDED {
        return Err(aliases_too_large(text));
    }
    if size.values > MAX_VALUES {
        return Err(SyntaxProblem {
            message: format!("there are more than {MAX_VALUES} keys and items"),
            at: 0..text.find('\n').unwrap_or(text.len()),
            help: Some("move long lists out of the front matter".to_owned()),
        });
    }
    match value {
        Value::Mapping(fields) => match other_key(&fields) {
            Some(key) => Err(no_text_for_key(text, &key)),
            None => Ok(fields),
        },
        Value::Null => Ok(Mapping::new()),
        _ => Err(SyntaxProblem {
            message: "the front matter is not a list of `key: value` lines".to_owned(),
            at: 0..text.find('\n').unwrap_or(text.len()),
            help: Some("write each fact as `key: value`, for example `title: A headline`".to_owned()),
        }),
    }
}

/// Finds a key that is a number or a truth value. A comma ends a value within braces, so that `{amount: $1,234}`
/// has one; only what an author keeps for templates may be named so.
fn other_key(fields: &Mapping) -> Option<String> {
    fields.iter().find_map(|(key, value)| match key {
        Value::String(key) if key == "extra" => None,
        Value::String(_) => other_key_in(value),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => Some(String::new()),
    })
}

fn other_key_in(value: &Value) -> Option<String> {
    match value {
        Value::Mapping(fields) => other_key(fields),
        Value::Sequence(items) => items.iter().find_map(other_key_in),
        _ => None,
    }
}

fn no_text_for_key(text: &str, key: &str) -> SyntaxProblem {
    let at = text.find(key).unwrap_or(0);
    let shown = if key.is_empty() { "this key".to_owned() } else { format!("`{key}`") };
    SyntaxProblem {
        message: format!("{shown} is read as a key, and keys are words"),
        at: at..at + key.len().max(1),
        help: Some(
            "put what it belongs to in quotes: within braces, a comma ends a value (`amount: \"$1,234\"`)".to_owned(),
        ),
    }
}

/// Parses YAML of any kind, and refuses what means nothing here.
fn parse_any_yaml(text: &str) -> Result<Value, SyntaxProblem> {
    if let Some(at) = lines_of(text).find_map(|(start, line)| {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[..indent].find('\t').map(|tab| start + tab)
    }) {
        return Err(SyntaxProblem {
            message: "YAML can't be indented with a tab".to_owned(),
            at: at..at + 1,
            help: Some("use two spaces instead of the tab".to_owned()),
        });
    }
    if let Some(at) = bracket_too_deep(text) {
        return Err(too_deep(at..at + 1));
    }
    let mut value: Value = match serde_yaml::from_str(text) {
        Ok(value) => value,
        Err(error) => return Err(yaml_problem(text, &error)),
    };
    if let Some(tag) = untag(&mut value, &["", "str", "tag:yaml.org,2002:str"]).or_else(|| global_tag(text)) {
        let at = text.find(&tag).unwrap_or(0);
        return Err(SyntaxProblem {
            message: format!("the tag `{tag}` means nothing here"),
            at: at..at + tag.len(),
            help: Some("take the tag out, and put the value in quotes".to_owned()),
        });
    }
    match cut::find(text, &value) {
        Some(problem) => Err(problem),
        None => Ok(value),
    }
}

/// Takes tags that say nothing new off their values; gives the first tag that is not `known`.
fn untag(value: &mut Value, known: &[&str]) -> Option<String> {
    if let Value::Tagged(tagged) = value {
        let tag = tagged.tag.to_string();
        if !known.contains(&tag.trim_start_matches('!')) {
            return Some(tag);
        }
        *value = std::mem::take(&mut tagged.value);
    }
    match value {
        Value::Sequence(items) => items.iter_mut().find_map(|item| untag(item, known)),
        Value::Mapping(map) => map.values_mut().find_map(|value| untag(value, known)),
        _ => None,
    }
}

/// Finds a tag that the parser drops in silence: `!!binary`, or `!<tag:yaml.org,2002:binary>`.
///
/// It tells of the tags of one document (`!x`) alone, so the others are made such tags and read again.
fn global_tag(text: &str) -> Option<String> {
    if !text.contains("!!") && !text.contains("!<") {
        return None;
    }
    let mut parts = text.split("!<");
    let mut local = parts.next().unwrap_or_default().replace("!!", "!");
    for part in parts {
        let end = part.split_once('>').filter(|(tag, _)| !tag.contains(char::is_whitespace));
        let (tag, rest) = end.unwrap_or(("", part));
        let name =
            tag.strip_prefix("tag:yaml.org,2002:").filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric()));
        local.extend(["!", name.unwrap_or("unknown")]);
        local.push_str(&rest.replace("!!", "!"));
    }
    let mut value: Value = serde_yaml::from_str(&local).ok()?;
    let tag = untag(&mut value, &["", "str", "int", "float", "bool", "null", "map", "seq"])?;
    let name = tag.trim_start_matches('!');
    let spellings = [format!("!!{name}"), format!("!<tag:yaml.org,2002:{name}>"), "!<".to_owned()];
    spellings.into_iter().find(|tag| text.contains(tag.as_str()))
}

/// Finds the bracket that opens one level too many, wherever it stands.
fn bracket_too_deep(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_BRACKETS
    })
}

/// Finds a value that opens with a quote or a bracket, and nothing closes it: the parser sees that at the end.
fn left_open(text: &str) -> Option<(char, Range<usize>)> {
    lines_of(text).find_map(|(start, line)| {
        let value = line.find(": ").map_or(0, |colon| colon + 2);
        let value = value + line[value..].len() - line[value..].trim_start_matches(['-', ' ']).len();
        let open = line[value..].chars().next()?;
        let close = match open {
            '"' | '\'' => open,
            '[' => ']',
            '{' => '}',
            _ => return None,
        };
        (!text[start + value + 1..].contains(close)).then(|| (open, start + value..start + line.len()))
    })
}

fn too_deep(at: Range<usize>) -> SyntaxProblem {
    SyntaxProblem {
        message: format!("values are nested deeper than {MAX_DEPTH} levels"),
        at,
        help: Some("flatten the front matter".to_owned()),
    }
}

fn aliases_too_large(text: &str) -> SyntaxProblem {
    let at = text.find(['[', ' ', ',']).and_then(|from| text[from..].find('*').map(|star| from + star)).unwrap_or(0);
    SyntaxProblem {
        message: "the aliases of this front matter stand for too much text".to_owned(),
        at: at..text[at..].find([',', ']', '}', '\n']).map_or(text.len(), |end| at + end),
        help: Some("write the values out instead of repeating them with `*`".to_owned()),
    }
}

fn yaml_problem(text: &str, error: &serde_yaml::Error) -> SyntaxProblem {
    let at = text.floor_char_boundary(error.location().map_or(0, |location| location.index().min(text.len())));
    let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line_end = text[line_start..].find('\n').map_or(text.len(), |n| line_start + n);
    let said = error.to_string();
    // The parser's own words end in a position that the place says better.
    let said = said.split(" at line ").next().unwrap_or(&said).to_owned();
    if let Some((_, key)) = said.split_once("duplicate entry with key ") {
        let key = key.trim_matches('"');
        let second = locate::second_key(text, at, key).unwrap_or(line_start..line_end);
        return SyntaxProblem {
            message: format!("`{key}` is given twice"),
            at: second,
            help: Some(format!("keep one of the two `{key}` lines")),
        };
    }
    if let Some((start, line)) = lines_of(text).find(|(_, line)| conflict::opens(line)) {
        return SyntaxProblem {
            message: conflict::MESSAGE.to_owned(),
            at: start..start + line.len(),
            help: Some(conflict::HELP.to_owned()),
        };
    }
    if let Some(problem) = tables::find(text) {
        return problem;
    }
    if said.contains("repetition limit") {
        return aliases_too_large(text);
    }
    if said.contains("recursion limit") {
        return too_deep(at.max(line_start)..line_end);
    }
    if said.contains("more than one document") {
        let ends = |line: &str| {
            let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        };
        let second = lines_of(text).find(|(start, line)| *start > 0 && ends(line));
        let (start, line) = second.unwrap_or((line_start, &text[line_start..line_end]));
        let help = match line.trim_end().len() {
            3 => "take the line out: the front matter is one document",
            _ => "if the facts end there, write `---` alone on its line; else put another sign before it",
        };
        return SyntaxProblem {
            message: format!("`{}` ends the YAML, and more of it follows", line.trim_end()),
            at: start..start + line.len(),
            help: Some(help.to_owned()),
        };
    }
    if said.contains("as u128") || said.contains("as i128") {
        return SyntaxProblem {
            message: "this number is too large".to_owned(),
            at: at.max(line_start)..line_end,
            help: Some("put it in quotes if it is a name".to_owned()),
        };
    }
    if (at >= text.trim_end().len() || said.contains("did not find expected ','"))
        && let Some((open, at)) = left_open(text)
    {
        let as_text = advice::in_quotes(text[at.clone()].trim_end());
        return SyntaxProblem {
            message: format!("this is not valid YAML: the `{open}` is never closed"),
            at,
            help: Some(format!("close it; if it is a part of the text, put all of that in quotes: `{as_text}`")),
        };
    }
    if let Some(problem) = advice::find(text, at) {
        return problem;
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

/// Says of facts that are no YAML whether they are TOML, whose fence is another.
pub(super) fn or_toml(text: &str, problem: SyntaxProblem) -> SyntaxProblem {
    if parse_toml(text).is_ok_and(|facts| !facts.is_empty()) {
        return SyntaxProblem {
            message: "these facts are TOML, and their fence is that of YAML".to_owned(),
            at: 0..text.find('\n').unwrap_or(text.len()),
            help: Some("write `+++` in place of `---`, above them and below".to_owned()),
        };
    }
    problem
}

/// Reads a table of TOML, as the mapping that the same facts are in YAML.
pub(super) fn parse_toml(text: &str) -> Result<Mapping, SyntaxProblem> {
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

/// How large a tree of values is, with its aliases written out.
#[derive(Default)]
struct Size {
    depth: usize,
    values: usize,
    bytes: usize,
}

impl Size {
    fn of(value: &Value) -> Self {
        match value {
            Value::Sequence(items) => Self::around(items.iter().map(Self::of)),
            Value::Mapping(map) => {
                let keys = map.keys().map(|key| key.as_str().map_or(0, str::len)).sum::<usize>();
                let inside = Self::around(map.values().map(Self::of));
                Self { bytes: inside.bytes + keys, ..inside }
            }
            Value::Tagged(tagged) => Self::around(std::iter::once(Self::of(&tagged.value))),
            Value::String(text) => Self { depth: 0, values: 1, bytes: text.len() },
            _ => Self { depth: 0, values: 1, bytes: 8 },
        }
    }

    fn around(inside: impl Iterator<Item = Self>) -> Self {
        let all = inside.fold(Self::default(), |all, one| Self {
            depth: all.depth.max(one.depth),
            values: all.values + one.values,
            bytes: all.bytes + one.bytes,
        });
        Self { depth: all.depth + 1, values: all.values + 1, ..all }
    }
}
