//! Words that hold a text back and stand where they do not: within other facts, in the text of one, or below them.

use serde_yaml::Value;

use super::{EXPIRY, GATES, PUBLISHED, gate_of_line, held, holds, may_name_gate, word};
use crate::config::Config;
use crate::content::code_fence::CodeFences;
use crate::content::front_matter::{Format, FrontMatter, Node, Reader, is_known_fact};
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;

/// Bytes on top of a text that are looked at for a fact which has lost its place.
const TOP_BYTES: usize = 4 * 1024;
/// Groups that hold what authors and other generators please, so that a fact of the file is easily put into one.
const GROUPS: [&str; 3] = ["extra", "taxonomies", "params"];

/// Complains of words that keep a text back and stand where they do not: within other facts, in the text of one, or
/// below all of them.
pub(in crate::content) fn complain(
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
    for (top, node) in root.entries().into_iter().filter(|(key, _)| !is_own(key)) {
        let search = Search { reader, format: matter.format, top };
        if GROUPS.contains(&top) {
            search.complain_of_entries(&node);
        }
        if holds_gate(node.value()) {
            search.complain(&node);
        }
    }
    swallowed(file, matter, &is_own).or_else(|| stray(file, matter)).into_iter().collect()
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

/// A key at the left margin whose value is searched.
struct Search<'s> {
    reader: &'s Reader<'s>,
    format: Format,
    top: &'s str,
}

impl Search<'_> {
    /// Finds words that hold a text back, however deep.
    fn complain(&self, group: &Node<'_>) {
        for (key, node) in group.entries() {
            if holds_back(key, node.value()) {
                self.complain_of(group, key, &node);
            }
            self.complain(&node);
        }
        if group.value().is_sequence() {
            group.items().iter().for_each(|item| self.complain(item));
        }
    }

    /// Finds the words of others, and dates, that stand right within a group; deeper down they are an author's own.
    fn complain_of_entries(&self, group: &Node<'_>) {
        for (key, node) in group.entries() {
            let is_gate = word(node.value()).is_some_and(|word| holds(key, &word));
            if is_gate && !holds_back(key, node.value()) {
                self.complain_of(group, key, &node);
            }
        }
    }

    /// In TOML, all that follows a line such as `[extra]` stands within it.
    fn complain_of(&self, group: &Node<'_>, key: &str, node: &Node<'_>) {
        let message = format!("`{key}` {}: it stands within `{}`", in_vain(key), group.name());
        let top = self.top;
        let is_moved = held(key, node.value()).is_none();
        let help = match self.format {
            Format::Toml if is_moved => format!("move it above the first line in brackets, such as `[{top}]`"),
            Format::Toml => format!("write `draft = true` above the first line in brackets, such as `[{top}]`"),
            Format::Yaml if is_moved => format!("move it out of `{}`, to the start of a line", group.name()),
            Format::Yaml => format!("write `draft: true` at the start of a line, outside of `{}`", group.name()),
        };
        let own = format!("if it is your own, list `{top}` under `front_matter: {{allow: […]}}` in masthead.yaml");
        let problem = Diagnostic::error("key-elsewhere", message).at(node.key_place());
        self.reader.report(problem.with_help(help).with_help(own));
    }
}

/// Says what a word does not do where it stands.
fn in_vain(key: &str) -> &'static str {
    if EXPIRY.contains(&key) { "takes nothing down" } else { "keeps nothing from being published" }
}

/// Writes the fact that holds a text back.
fn draft(format: Format) -> &'static str {
    match format {
        Format::Yaml => "draft: true",
        Format::Toml => "draft = true",
    }
}

/// Finds such a word in a line of facts that became a part of the text above it; an author's own text may hold it.
fn swallowed(file: &SourceFile, matter: &FrontMatter, is_own: &dyn Fn(&str) -> bool) -> Option<Diagnostic> {
    let facts = file.text.get(matter.range.clone()).filter(|facts| may_name_gate(facts))?;
    let mut gates = facts.lines().map(str::trim).filter_map(|line| Some((line, gate_of_line(line)?.0)));
    // What is a fact of any group is no part of a text.
    let (line, key) = gates.find(|(_, key)| !has_key(&matter.root, key))?;
    let own =
        matter.root.as_mapping()?.iter().any(|(key, value)| key.as_str().is_some_and(is_own) && says(value, line));
    (!own).then(|| {
        let start = matter.range.start + (line.as_ptr() as usize - facts.as_ptr() as usize);
        let start_there = match GATES.contains(&key) {
            true => "let it start at the left margin".to_owned(),
            false => format!("write `{}` at the left margin instead", draft(matter.format)),
        };
        Diagnostic::error("key-elsewhere", format!("`{key}` is a part of the text above it, and no fact"))
            .at(file.place(start..start + line.len()))
            .with_help(format!("{start_there}, and end the text above: close its quotes, or indent its lines"))
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
fn stray(file: &SourceFile, matter: &FrontMatter) -> Option<Diagnostic> {
    let below = if matter.is_empty() { Below::Nothing } else { Below::Facts };
    let Stray { line, key } = find(&file.text[matter.body_start..], below)?;
    let start = line.as_ptr() as usize - file.text.as_ptr() as usize;
    let fence = matter.format.fence();
    let is_moved = GATES.contains(&key) && line.starts_with(key);
    let help = match is_moved {
        true => format!("move it up to the facts on top of the file, between two lines of `{fence}`"),
        false => format!(
            "write `{}` among the facts on top of the file, between two lines of `{fence}`",
            draft(matter.format)
        ),
    };
    Some(
        Diagnostic::error("key-elsewhere", format!("`{key}` {}: it stands in the text", in_vain(key)))
            .at(file.place(start..start + line.trim_end().len()))
            .with_help(help)
            .with_help("if it is text, put it in backticks"),
    )
}

/// Says whether a text of any name has such a word among facts on top of it.
pub(crate) fn stands_in(text: &str) -> bool {
    find(text, Below::Facts).is_some()
}

/// What stands above a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// Facts, so that a line like one may be prose: `Draft: Yes`.
    Facts,
    /// None, so that a line like one may be meant as it, also as an item of a list or a quote.
    Nothing,
}

/// A line of a text that holds it back in vain.
struct Stray<'t> {
    line: &'t str,
    key: &'t str,
}

fn find(text: &str, below: Below) -> Option<Stray<'_>> {
    let end = text.floor_char_boundary(TOP_BYTES);
    let top = text.get(..end).filter(|top| may_name_gate(top))?;
    let mut fences = CodeFences::default();
    // Whether what comes may be the first of such facts, and whether what has just come was one of them.
    let (mut may_begin, mut is_among) = (true, false);
    let mut above = "";
    let mut lines = top.lines().peekable();
    while let Some(line) = lines.next() {
        if fences.hold(line) {
            (may_begin, is_among) = (false, false);
            continue;
        }
        // No prose begins with the marks of other formats.
        let is_marked = [":", "#+", ".. "].iter().any(|mark| line.starts_with(mark));
        // Most lines are prose, and not looked at any further.
        if may_begin || is_among || is_marked {
            let fact = match below {
                Below::Facts => line,
                Below::Nothing => line.trim_start_matches(['-', '*', '>', ' ']),
            };
            let gate = gate_of_line(fact);
            let next = lines.peek().copied().unwrap_or_default();
            let may_be_prose = below == Below::Facts
                && !is_among
                && gate.is_some_and(|(key, value)| is_prose(key, value))
                && !is_known_fact(next)
                && !(is_rule(above) && is_rule(next));
            let begins = may_begin || gate.is_some();
            is_among = !may_be_prose
                && (is_among || begins)
                && (gate.is_some() || is_known_fact(fact) || is_among && !line.trim().is_empty());
            if let Some((key, _)) = gate.filter(|_| is_among) {
                return Some(Stray { line, key });
            }
        }
        let is_head = line.trim().is_empty() || line.starts_with(['#', '=']) || line.starts_with("<!--");
        may_begin = may_begin && is_head || is_rule(line);
        above = line;
    }
    None
}

/// Says whether a line may be one of prose, which begins with a capital and answers with yes or no.
fn is_prose(key: &str, value: &str) -> bool {
    key.starts_with(char::is_uppercase) && ["yes", "no"].iter().any(|answer| value.eq_ignore_ascii_case(answer))
}

/// Says whether a line may have been meant as the fence of facts.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    let mut signs = line.chars().filter(|sign| !sign.is_whitespace());
    let first = signs.next().filter(|first| "-+*_=".contains(*first));
    line.len() >= 3 && first.is_some_and(|first| signs.all(|sign| sign == first))
}
