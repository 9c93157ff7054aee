//! What keeps a text from readers, and slips in it: each of them would publish what was not to be read yet.

use std::ops::Range;

use memchr::memmem;
use serde_yaml::Value;

use super::front_matter::{Format, FrontMatter, Node, Reader};
use super::slug::slugify;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;

/// Keys that keep a text from readers.
const GATES: [&str; 7] =
    ["draft", "published", "is_published", "publishDate", "expires", "expiryDate", "unpublishDate"];
/// What Jekyll and Substack call the opposite of a draft. Newsletters of others use the first for a date as well.
const PUBLISHED: [&str; 2] = ["published", "is_published"];
/// Words that are a letter away from one of these, and mean what they say.
const OTHER_WORDS: [&str; 6] = ["publisher", "craft", "raft", "graft", "drift", "daft"];
/// What others write for a draft, and as which value.
const HELD: [(&str, &[&str]); 3] = [
    ("status", &["draft", "private", "pending", "scheduled", "hidden", "trash", "unpublished"]),
    ("visibility", &["draft", "private", "hidden"]),
    ("approved", &["false", "no"]),
];
/// Bytes on top of a text that are looked at for a fact which has lost its place.
const TOP_BYTES: usize = 4 * 1024;

/// Says whether a file stays unpublished: by `draft`, or by another generator's word for its opposite.
pub(super) fn is_draft(reader: &Reader<'_>) -> bool {
    let root = reader.root();
    let is_draft = root.get("draft").and_then(|node| node.flag()).unwrap_or(false);
    let mut published = PUBLISHED.iter().filter_map(|key| root.get(key));
    is_draft || published.any(|node| is_flag(&node) && node.flag() == Some(false))
}

/// Says whether a key is a word on publishing, of whatever value.
pub(super) fn is_of_publishing(key: &str) -> bool {
    PUBLISHED.contains(&key)
}

/// Says whether a word on publishing is one: any other, or a date, is a fact of the author's own.
pub(super) fn is_flag(node: &Node<'_>) -> bool {
    let says_no = |word: &str| matches!(&*word.to_lowercase(), "no" | "n" | "off" | "false");
    node.value().is_bool() || node.value().as_u64() == Some(0) || node.value().as_str().is_some_and(says_no)
}

/// Complains of a key that was to keep a text from readers, and does not.
pub(super) fn complain_of_key(reader: &Reader<'_>, key: &str, node: &Node<'_>) -> bool {
    let (message, help) = if let Some(gate) = meant_gate(key) {
        (
            format!("`{key}` keeps nothing from being published: the key is `{gate}`"),
            "correct the key, or list it under `front_matter: {allow: […]}` in masthead.yaml if it is your own",
        )
    } else if let Some(value) = held(key, node.value()) {
        (
            format!("`{key}: {value}` keeps nothing from being published"),
            "write `draft: true`, or list the key under `front_matter: {allow: […]}` in masthead.yaml",
        )
    } else {
        return false;
    };
    reader.report(Diagnostic::error("key-in-other-letters", message).at(node.key_place()).with_help(help));
    true
}

/// Finds the gate that was meant by a key that is none: in other letters, or with one of them wrong.
fn meant_gate(key: &str) -> Option<&'static str> {
    let plain = |key: &str| slugify(key).unwrap_or_default().replace('-', "");
    if GATES.contains(&key) || OTHER_WORDS.contains(&key) {
        return None;
    }
    let key = plain(key);
    if key == "isdraft" {
        return Some("draft");
    }
    GATES.into_iter().find(|gate| strsim::damerau_levenshtein(&plain(gate), &key) < 2)
}

fn held(key: &str, value: &Value) -> Option<String> {
    let value = match value {
        Value::String(text) => text.to_lowercase(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let is_held = HELD.iter().any(|(held, values)| key.eq_ignore_ascii_case(held) && values.contains(&&*value));
    is_held.then_some(value)
}

/// Complains of words that keep a text back and stand where they do not: within other facts, in the text of one, or
/// below all of them.
pub(super) fn complain_of_places(
    file: &SourceFile,
    matter: &FrontMatter,
    reader: &Reader<'_>,
    config: &Config,
) -> Vec<Diagnostic> {
    for (key, node) in reader.root().entries() {
        if !config.allowed_keys.iter().any(|allowed| allowed == key) && holds_gate(node.value()) {
            complain_within(reader, matter.format, &node, key);
        }
    }
    swallowed(file, matter).or_else(|| stray(file, matter.body_start)).into_iter().collect()
}

/// Says whether a value, or one within it, holds a text back.
fn holds_gate(value: &Value) -> bool {
    match value {
        Value::Mapping(fields) => fields
            .iter()
            .any(|(key, value)| key.as_str().is_some_and(|key| holds_back(key, value)) || holds_gate(value)),
        Value::Sequence(items) => items.iter().any(holds_gate),
        _ => false,
    }
}

fn holds_back(key: &str, value: &Value) -> bool {
    match value {
        Value::Bool(true) => key.eq_ignore_ascii_case("draft"),
        Value::Bool(false) => PUBLISHED.contains(&key),
        _ => false,
    }
}

/// In TOML, all that follows a line such as `[extra]` stands within it.
fn complain_within(reader: &Reader<'_>, format: Format, group: &Node<'_>, top: &str) {
    for (key, node) in group.entries() {
        if holds_back(key, node.value()) {
            let message = format!("`{key}` keeps nothing from being published: it stands within `{}`", group.name());
            let help = match format {
                Format::Toml => format!("move it above the line `[{}]`", group.name()),
                Format::Yaml => format!("move it out of `{}`, to the start of a line", group.name()),
            };
            let own = format!("if it is your own, list `{top}` under `front_matter: {{allow: […]}}` in masthead.yaml");
            let problem = Diagnostic::error("key-elsewhere", message).at(node.key_place());
            reader.report(problem.with_help(help).with_help(own));
        }
        complain_within(reader, format, &node, top);
    }
    if group.value().is_sequence() {
        group.items().iter().for_each(|item| complain_within(reader, format, item, top));
    }
}

/// Finds such a word in a line of facts that became a part of the text above it.
fn swallowed(file: &SourceFile, matter: &FrontMatter) -> Option<Diagnostic> {
    let (at, key) = first_gate(&file.text, matter.range.clone(), |_| true)?;
    let is_there = has_key(&matter.root, key);
    (!is_there).then(|| {
        Diagnostic::error("key-elsewhere", format!("`{key}` is a part of the text above it, and no fact"))
            .at(file.place(at))
            .with_help("let it start at the left margin, and end the text above: close its quotes, or indent its lines")
    })
}

fn has_key(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Mapping(fields) => fields.iter().any(|(key, value)| {
            key.as_str().is_some_and(|key| key.trim().eq_ignore_ascii_case(wanted)) || has_key(value, wanted)
        }),
        Value::Sequence(items) => items.iter().any(|item| has_key(item, wanted)),
        _ => false,
    }
}

/// Finds such a word on top of the body, outside of code: a fence is missing, or stands in the wrong place.
fn stray(file: &SourceFile, body_start: usize) -> Option<Diagnostic> {
    let end = file.text.floor_char_boundary(body_start.saturating_add(TOP_BYTES));
    let mut is_code = false;
    let (at, key) = first_gate(&file.text, body_start..end, |line| {
        is_code ^= line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        !is_code && !line.starts_with("    ") && !line.starts_with('\t')
    })?;
    Some(
        Diagnostic::error(
            "key-elsewhere",
            format!("`{key}` keeps nothing from being published: it stands in the text"),
        )
        .at(file.place(at))
        .with_help("move it up to the facts on top of the file, between two lines of `---`")
        .with_help("if it is text, put it in backticks"),
    )
}

/// Finds the first line that is nothing but a word which keeps a text back, of those that count: its bytes, and its key.
fn first_gate(text: &str, range: Range<usize>, mut counts: impl FnMut(&str) -> bool) -> Option<(Range<usize>, &str)> {
    let part = text.get(range.clone())?;
    // Hardly a text has one of these words, and all are looked at.
    [&b"raft"[..], b"RAFT", b"ublished", b"tatus"].iter().find(|word| memmem::find(part.as_bytes(), word).is_some())?;
    let mut start = range.start;
    for line in part.split('\n') {
        let trimmed = line.trim();
        if counts(line)
            && let Some(key) = gate_of_line(trimmed)
        {
            let indent = line.len() - line.trim_start().len();
            return Some((start + indent..start + indent + trimmed.len(), key));
        }
        start += line.len() + 1;
    }
    None
}

/// Gives the key of a line such as `draft: true` that holds nothing else.
fn gate_of_line(line: &str) -> Option<&str> {
    const LONGEST: usize = 40;
    let (key, value) = line.split_once([':', '=', '：']).filter(|_| line.len() <= LONGEST)?;
    let bare = |word: &'_ str| word.trim().trim_matches(['"', '\'', ',']).to_lowercase();
    let key = key.trim().trim_start_matches(['.', ' ']).trim_matches(['"', '\'']);
    let value = bare(value);
    let value = value.as_str();
    let holds = match bare(key).as_str() {
        "draft" | "is_draft" => matches!(value, "true" | "yes" | "on" | "1"),
        "published" | "is_published" => matches!(value, "false" | "no" | "off" | "0"),
        "status" => matches!(value, "draft" | "private" | "pending"),
        _ => false,
    };
    holds.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_holds_a_text_back_is_known() {
        for line in
            ["draft: true", "Draft : yes", "\"draft\": true,", "published = false", ".. status: draft", "draft：true"]
        {
            assert!(gate_of_line(line).is_some(), "{line}");
        }
        for line in
            ["draft: false", "draft: true story", "a draft: true", "published: 2024", "status: signed", "Draft:"]
        {
            assert_eq!(gate_of_line(line), None, "{line}");
        }
    }

    #[test]
    fn words_that_only_look_alike_mean_what_they_say() {
        for word in ["publisher", "craft", "raft", "drift", "status", "title"] {
            assert_eq!(meant_gate(word), None, "{word}");
        }
        for word in ["Draft", "drafft", "is_draft", "isPublished", "publishdate", "expire"] {
            assert!(meant_gate(word).is_some(), "{word}");
        }
    }
}
