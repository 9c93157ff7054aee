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

/// The lines of a text, for any number of questions about it.
pub struct Lines(Vec<Span>);

/// A line of a text, by its bytes.
struct Span {
    start: usize,
    end: usize,
    indent: usize,
}

/// A line with its text at hand.
#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
    indent: usize,
}

/// Lines with their text at hand.
#[derive(Clone, Copy)]
struct Text<'t> {
    text: &'t str,
    spans: &'t [Span],
}

impl<'t> Text<'t> {
    fn line(self, index: usize) -> Option<Line<'t>> {
        let &Span { start, end, indent } = self.spans.get(index)?;
        Some(Line { start, text: self.text.get(start..end)?, indent })
    }

    fn lines(self, range: Range<usize>) -> impl Iterator<Item = (usize, Line<'t>)> {
        range.filter_map(move |index| Some((index, self.line(index)?)))
    }

    fn all(self) -> impl Iterator<Item = Line<'t>> {
        self.lines(0..self.spans.len()).map(|(_, line)| line)
    }
}

impl Lines {
    /// Splits a text.
    pub fn of(text: &str) -> Self {
        let mut start = 0;
        let spans = text.split('\n').map(|line| {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let span = Span { start, end: start + line.len(), indent };
            start += line.len() + 1;
            span
        });
        Self(spans.collect())
    }

    /// Finds the bytes of the value at the end of `path`, or of the last step that can be found; `text` is
    /// the text that was split.
    pub fn find(&self, text: &str, format: Format, path: &[Step<'_>], part: Part) -> Range<usize> {
        let lines = Text { text, spans: &self.0 };
        match format {
            Format::Yaml => find_yaml(lines, path, part),
            Format::Toml => find_toml(lines, path, part),
        }
        .unwrap_or(0..text.find('\n').unwrap_or(text.len()).max(1).min(text.len()))
    }
}

/// Finds the `nth` (from 0) occurrence of a key anywhere in YAML text.
pub fn nth_key(text: &str, key: &str, nth: usize) -> Option<Range<usize>> {
    let lines = Lines::of(text);
    let lines = Text { text, spans: &lines.0 };
    lines.all().filter_map(|line| key_at(line, line.indent + dash_width(line), key)).nth(nth).map(|(key, _)| key)
}

/// How many bytes the dashes of list items take before the item's own text.
fn dash_width(line: Line<'_>) -> usize {
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
fn key_at(line: Line<'_>, column: usize, key: &str) -> Option<(Range<usize>, Range<usize>)> {
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

fn find_yaml(lines: Text<'_>, path: &[Step<'_>], part: Part) -> Option<Range<usize>> {
    // The block that holds the value: lines `from..to`, its text starting at `column`.
    let (mut from, mut to) = (0, lines.spans.len());
    let mut column = 0;
    let mut found = None;
    for (depth, step) in path.iter().enumerate() {
        match step {
            Step::Key(key) => {
                let Some((index, key_range, value_range)) = lines.lines(from..to).find_map(|(index, line)| {
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
                column = lines.lines(from..to).find(|(_, line)| !line.text.trim().is_empty())?.1.indent;
            }
            Step::Index(wanted) => {
                let mut dashes = lines.lines(from..to).filter(|(_, line)| {
                    line.indent == column && (line.text[column..].starts_with("- ") || line.text.trim() == "-")
                });
                let Some((start, line)) = dashes.nth(*wanted) else {
                    return found;
                };
                let end = dashes.next().map_or(to, |(index, _)| index);
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
fn block_end(lines: Text<'_>, from: usize, to: usize, column: usize) -> usize {
    lines
        .lines(from..to)
        .find(|(_, line)| {
            let is_dash = line.text[line.indent..].starts_with('-') && line.indent == column;
            !line.text.trim().is_empty() && line.indent <= column && !is_dash
        })
        .map_or(to, |(index, _)| index)
}

fn flow_key(lines: Text<'_>, from: usize, to: usize, key: &str) -> Option<Range<usize>> {
    lines.lines(from..to).find_map(|(_, line)| {
        let at = line.text.find(&format!("{key}:"))?;
        Some(line.start + at..line.start + at + key.len())
    })
}

fn find_toml(lines: Text<'_>, path: &[Step<'_>], part: Part) -> Option<Range<usize>> {
    let key = path.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(*key),
        Step::Index(_) => None,
    })?;
    lines.all().find_map(|line| {
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
