//! Where a value of the front matter stands in its text.
//!
//! The YAML parser gives values without places. Since a place is wanted only when something is
//! wrong, it is searched then, by reading lines and their indentation. The search knows the block
//! style that people write by hand; inside a flow value (`{…}`, `[…]`) it points at the value's line.

use std::ops::Range;

use super::front_matter::Format;

/// One step from a value to a value inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into a mapping.
    Key(&'a str),
    /// Into a list, from 0.
    Index(usize),
}

/// What to point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The key.
    Key,
    /// The value behind it; the key where the value starts on a later line.
    Value,
}

struct Line<'t> {
    start: usize,
    text: &'t str,
    indent: usize,
}

/// Where the lines of a text are: found once, however many places are asked for.
pub struct Lines(Vec<Span>);

/// A line: its first byte, its length, and how deep it is indented.
struct Span {
    start: usize,
    length: usize,
    indent: usize,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn of(text: &str) -> Self {
        let mut start = 0;
        let span = |line: &str| {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let span = Span { start, length: line.len(), indent };
            start += line.len() + 1;
            span
        };
        Self(text.split('\n').map(span).collect())
    }

    /// Finds the bytes of the value at the end of `path` in that text, or of the last step that can be found.
    pub fn find(&self, text: &str, format: Format, path: &[Step<'_>], part: Part) -> Range<usize> {
        let lines = self.in_text(text);
        match format {
            Format::Yaml => find_yaml(&lines, path, part),
            Format::Toml => find_toml(&lines, path, part),
        }
        .unwrap_or(0..text.find('\n').unwrap_or(text.len()).max(1).min(text.len()))
    }

    fn in_text<'t>(&self, text: &'t str) -> Vec<Line<'t>> {
        let line = |span: &Span| Line {
            start: span.start,
            text: text.get(span.start..span.start + span.length).unwrap_or_default(),
            indent: span.indent,
        };
        self.0.iter().map(line).collect()
    }
}

/// Finds the `nth` (from 0) occurrence of a key anywhere in YAML text.
pub fn nth_key(text: &str, key: &str, nth: usize) -> Option<Range<usize>> {
    Lines::of(text)
        .in_text(text)
        .iter()
        .filter_map(|line| key_at(line, line.indent + dash_width(line), key))
        .nth(nth)
        .map(|(key, _)| key)
}

/// How many bytes the dashes of list items take before the item's own text.
fn dash_width(line: &Line<'_>) -> usize {
    let mut width = 0;
    let mut rest = &line.text[line.indent..];
    while let Some(after) = rest.strip_prefix("- ") {
        let spaces = after.len() - after.trim_start_matches(' ').len();
        width += 2 + spaces;
        rest = &after[spaces..];
    }
    width
}

/// Matches `key:` at a column of a line: the range of the key, and of the value behind it.
fn key_at(line: &Line<'_>, column: usize, key: &str) -> Option<(Range<usize>, Range<usize>)> {
    let rest = line.text.get(column..)?;
    let (quote, after) = match rest.chars().next()? {
        q @ ('"' | '\'') => (1, rest[1..].strip_prefix(key)?.strip_prefix(q)?),
        _ => (0, rest.strip_prefix(key)?),
    };
    let after = after.trim_start_matches(' ').strip_prefix(':')?;
    if !(after.is_empty() || after.starts_with(' ')) {
        return None;
    }
    let key_start = line.start + column;
    let value_start = line.start + line.text.len() - after.trim_start().len();
    let value_end = line.start + line.text.trim_end().len();
    Some((key_start..key_start + key.len() + 2 * quote, value_start..value_end.max(value_start)))
}

fn find_yaml(lines: &[Line<'_>], path: &[Step<'_>], part: Part) -> Option<Range<usize>> {
    // The block that holds the value: lines `from..to`, its text starting at `column`.
    let (mut from, mut to) = (0, lines.len());
    let mut column = 0;
    let mut found = None;
    for (depth, step) in path.iter().enumerate() {
        match step {
            Step::Key(key) => {
                let Some((index, key_range, value_range)) = (from..to).find_map(|index| {
                    let line = &lines[index];
                    // The first line of a list item starts behind its dash.
                    let own_column = if index == from { column } else { line.indent };
                    if own_column != column {
                        return None;
                    }
                    key_at(line, own_column, key).map(|(k, v)| (index, k, v))
                }) else {
                    return found.or_else(|| flow_key(lines, from, to, key));
                };
                let has_value = !value_range.is_empty();
                found = Some(if part == Part::Value && has_value { value_range } else { key_range });
                let last = depth + 1 == path.len();
                if last || has_value {
                    return found;
                }
                from = index + 1;
                to = block_end(lines, from, to, column);
                column = lines.get(from..to)?.iter().find(|line| !line.text.trim().is_empty())?.indent;
            }
            Step::Index(wanted) => {
                let dashes: Vec<usize> = (from..to)
                    .filter(|&index| {
                        let line = &lines[index];
                        line.indent == column && (line.text[column..].starts_with("- ") || line.text.trim() == "-")
                    })
                    .collect();
                let Some(&start) = dashes.get(*wanted) else {
                    return found;
                };
                let end = dashes.get(wanted + 1).copied().unwrap_or(to);
                let line = &lines[start];
                let inner = column + dash_width(line).max(2);
                let value_end = line.start + line.text.trim_end().len();
                found = Some((line.start + inner).min(value_end)..value_end);
                from = start;
                to = end;
                column = inner;
            }
        }
    }
    found
}

/// Where the block below a key at `column` ends: the next line that is indented no deeper.
///
/// A list may stand at its key's own column, so dashes there still belong to it.
fn block_end(lines: &[Line<'_>], from: usize, to: usize, column: usize) -> usize {
    (from..to)
        .find(|&index| {
            let line = &lines[index];
            let is_dash = line.text[line.indent..].starts_with('-') && line.indent == column;
            !line.text.trim().is_empty() && line.indent <= column && !is_dash
        })
        .unwrap_or(to)
}

fn flow_key(lines: &[Line<'_>], from: usize, to: usize, key: &str) -> Option<Range<usize>> {
    lines[from..to].iter().find_map(|line| {
        let at = line.text.find(&format!("{key}:"))?;
        Some(line.start + at..line.start + at + key.len())
    })
}

fn find_toml(lines: &[Line<'_>], path: &[Step<'_>], part: Part) -> Option<Range<usize>> {
    let key = path.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(*key),
        Step::Index(_) => None,
    })?;
    lines.iter().find_map(|line| {
        let rest = line.text[line.indent..].strip_prefix(key);
        if let Some(value) = rest.and_then(|rest| rest.trim_start().strip_prefix('=')) {
            let key_start = line.start + line.indent;
            let value_start = line.start + line.text.len() - value.trim_start().len();
            let value_end = line.start + line.text.trim_end().len();
            return Some(match part {
                Part::Value if value_start < value_end => value_start..value_end,
                _ => key_start..key_start + key.len(),
            });
        }
        let header = line.text.trim().trim_matches(['[', ']']);
        (line.text.trim().starts_with('[') && (header == key || header.ends_with(&format!(".{key}"))))
            .then(|| line.start..line.start + line.text.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Index, Key};

    const TEXT: &str = "title: A\ndeals:\n- id: one\n  parties:\n    - TikTok\n    - Microsoft\n- id: two\n  amount: $1\nextra:\n  amount: 3\n";

    fn at(path: &[Step<'_>], part: Part) -> &'static str {
        &TEXT[Lines::of(TEXT).find(TEXT, Format::Yaml, path, part)]
    }

    #[test]
    fn values_are_found_by_their_way() {
        assert_eq!(at(&[Key("title")], Part::Value), "A");
        assert_eq!(at(&[Key("title")], Part::Key), "title");
        assert_eq!(at(&[Key("deals"), Index(1), Key("amount")], Part::Value), "$1");
        assert_eq!(at(&[Key("deals"), Index(1), Key("id")], Part::Value), "two");
        assert_eq!(at(&[Key("deals"), Index(0), Key("parties"), Index(1)], Part::Value), "Microsoft");
        assert_eq!(at(&[Key("extra"), Key("amount")], Part::Value), "3");
    }

    #[test]
    fn what_is_missing_points_at_what_holds_it() {
        assert_eq!(at(&[Key("deals"), Index(1), Key("kind")], Part::Value), "id: two");
    }
}
