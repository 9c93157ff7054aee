//! What keeps a text from readers, and slips in it: each of them would publish what was not to be read yet.

use memchr::memmem;
use serde_yaml::Value;

use super::code_fence::CodeFences;
use super::front_matter::{Format, FrontMatter, Node, Reader, is_known_fact};
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
    let is_no = |word: &str| says_no(&word.to_lowercase());
    node.value().is_bool() || node.value().as_u64() == Some(0) || node.value().as_str().is_some_and(is_no)
}

/// Complains of a key that was to keep a text from readers, and does not.
pub(super) fn complain_of_key(reader: &Reader<'_>, key: &str, node: &Node<'_>) -> bool {
    let (message, help) = if let Some(gate) = meant_gate(key).filter(|gate| may_hold(gate, node.value())) {
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

/// Says whether a gate of that value would hold a text back.
fn may_hold(gate: &str, value: &Value) -> bool {
    let word = match value {
        Value::String(text) => text.trim().to_lowercase(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return false,
    };
    match gate {
        "draft" => says_yes(&word),
        gate if PUBLISHED.contains(&gate) => says_no(&word),
        _ => word.starts_with(|first: char| first.is_ascii_digit()),
    }
}

fn says_yes(word: &str) -> bool {
    matches!(word, "true" | "yes" | "y" | "on" | "1")
}

fn says_no(word: &str) -> bool {
    matches!(word, "false" | "no" | "n" | "off" | "0")
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
    let root = reader.root();
    // What is one already is published by no slip.
    if root.entries().iter().any(|(key, node)| GATES.contains(key) && holds_back(key, node.value())) {
        return vec![];
    }
    let is_own = |key: &str| config.allowed_keys.iter().any(|allowed| allowed == key);
    for (key, node) in root.entries() {
        if !is_own(key) && holds_gate(node.value()) {
            complain_within(reader, matter.format, &node, key);
        }
    }
    swallowed(file, matter, &is_own).or_else(|| stray(file, matter.body_start)).into_iter().collect()
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
        Value::Bool(true) => ["draft", "is_draft", "isDraft"].iter().any(|draft| key.eq_ignore_ascii_case(draft)),
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

/// Finds such a word in a line of facts that became a part of the text above it; an author's own text may hold it.
fn swallowed(file: &SourceFile, matter: &FrontMatter, is_own: &dyn Fn(&str) -> bool) -> Option<Diagnostic> {
    let facts = file.text.get(matter.range.clone()).filter(|facts| may_name_gate(facts))?;
    let (line, key) = facts.lines().map(str::trim).find_map(|line| Some((line, gate_of_line(line)?)))?;
    let own =
        matter.root.as_mapping()?.iter().any(|(key, value)| key.as_str().is_some_and(is_own) && says(value, line));
    (!own && !has_key(&matter.root, key)).then(|| {
        let start = matter.range.start + (line.as_ptr() as usize - facts.as_ptr() as usize);
        Diagnostic::error("key-elsewhere", format!("`{key}` is a part of the text above it, and no fact"))
            .at(file.place(start..start + line.len()))
            .with_help("let it start at the left margin, and end the text above: close its quotes, or indent its lines")
    })
}

/// Says whether a text, or one within a value, holds some words.
fn says(value: &Value, words: &str) -> bool {
    match value {
        Value::String(text) => text.contains(words),
        Value::Mapping(fields) => fields.values().any(|value| says(value, words)),
        Value::Sequence(items) => items.iter().any(|item| says(item, words)),
        _ => false,
    }
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

/// Finds such a word in facts that stand in the text: on top of it, or behind a line that may be a fence.
fn stray(file: &SourceFile, body_start: usize) -> Option<Diagnostic> {
    let end = file.text.floor_char_boundary(body_start.saturating_add(TOP_BYTES));
    let top = file.text.get(body_start..end).filter(|top| may_name_gate(top))?;
    let mut fences = CodeFences::default();
    // Whether what comes may be the first of such facts, and whether what has just come was one of them.
    let (mut may_begin, mut is_among) = (true, false);
    for line in top.lines() {
        if fences.hold(line) {
            (may_begin, is_among) = (false, false);
            continue;
        }
        let gate = gate_of_line(line);
        is_among =
            (is_among || may_begin) && (gate.is_some() || is_known_fact(line) || is_among && !line.trim().is_empty());
        if let Some(key) = gate.filter(|_| is_among) {
            let start = body_start + (line.as_ptr() as usize - top.as_ptr() as usize);
            let message = format!("`{key}` keeps nothing from being published: it stands in the text");
            return Some(
                Diagnostic::error("key-elsewhere", message)
                    .at(file.place(start..start + line.trim_end().len()))
                    .with_help("move it up to the facts on top of the file, between two lines of `---`")
                    .with_help("if it is text, put it in backticks"),
            );
        }
        let is_head = line.trim().is_empty() || line.starts_with('#') || line.starts_with("<!--");
        may_begin = may_begin && is_head || is_rule(line);
    }
    None
}

/// Says whether a line may have been meant as the fence of facts.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && ["-", "+", "*", "_", "="].iter().any(|sign| line.replace(sign, "").trim().is_empty())
}

/// Says whether a text has one of the words that keep a text back, or a part of one.
fn may_name_gate(text: &str) -> bool {
    [&b"raft"[..], b"RAFT", b"ublished"].iter().any(|word| memmem::find(text.as_bytes(), word).is_some())
}

/// Says whether a text that opens with facts has one among them that holds it back.
pub(crate) fn names_gate(text: &str) -> bool {
    // An object of JSON may hold all of its facts on one line.
    may_name_gate(text) && text.split(['\n', ',', '{', '}']).any(|fact| gate_of_line(fact.trim()).is_some())
}

/// Gives the key of a line such as `draft: true` that holds nothing else.
fn gate_of_line(line: &str) -> Option<&str> {
    const LONGEST: usize = 40;
    let (key, value) = line.split_once([':', '=', '：']).filter(|_| line.len() <= LONGEST)?;
    let bare = |word: &'_ str| word.trim().trim_matches(['"', '\'', ',']).to_lowercase();
    let key = key.trim_start_matches(['.', ' ']).trim_end().trim_matches(['"', '\'']);
    let value = bare(value);
    let holds = match bare(key).as_str() {
        "draft" | "is_draft" | "isdraft" => says_yes(&value),
        "published" | "is_published" => says_no(&value),
        "status" => value == "draft",
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
