//! Where a value of the front matter stands in its text.
//!
//! The YAML parser gives values without places. Since a place is wanted only when something is
//! wrong, it is searched then, by reading lines and their indentation. The search knows the block
//! style that people write by hand, and what stands between brackets and braces in it.

mod flow;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::rc::Rc;

use super::front_matter::Format;
use flow::Flow;

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

/// Where the lines of a text are: found once, however many places are asked for.
pub struct Lines {
    spans: Vec<Span>,
    /// What blocks hold, by their first line, the line behind them and their column: a list of thousands of
    /// items is looked through once, and not once for each.
    blocks: RefCell<BTreeMap<(usize, usize, usize), Rc<Block>>>,
    /// Values between brackets and braces, by their first byte.
    flows: RefCell<BTreeMap<usize, Rc<Flow>>>,
}

/// A line: its first byte, its length, and how deep it is indented.
struct Span {
    start: usize,
    length: usize,
    indent: usize,
}

/// What stands at the column of a block.
struct Block {
    /// The lines that start an item.
    dashes: Vec<usize>,
    /// The first line of each key.
    keys: HashMap<String, usize>,
    /// The line behind the block below a key at this column.
    end: usize,
}

/// Lines with their text at hand.
#[derive(Clone, Copy)]
struct Text<'t> {
    text: &'t str,
    lines: &'t Lines,
}

#[derive(Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
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
        Self { spans: text.split('\n').map(span).collect(), blocks: RefCell::default(), flows: RefCell::default() }
    }

    /// Finds the bytes of the value at the end of `path` in that text, or of the last step that can be found.
    pub fn find(&self, text: &str, format: Format, path: &[Step<'_>], part: Part) -> Range<usize> {
        let lines = Text { text, lines: self };
        match format {
            Format::Yaml => find_yaml(lines, path, part),
            Format::Toml => find_toml(lines, path, part),
        }
        .unwrap_or(0..text.find('\n').unwrap_or(text.len()).max(1).min(text.len()))
    }

    /// Gives the line that a byte stands on, from 0, and that line's bytes.
    pub fn line_of(&self, at: usize) -> (usize, Range<usize>) {
        let line = self.spans.partition_point(|span| span.start <= at).saturating_sub(1);
        self.spans.get(line).map_or((0, 0..0), |span| (line, span.start..span.start + span.length))
    }
}

impl<'t> Text<'t> {
    fn line(self, index: usize) -> Option<Line<'t>> {
        let &Span { start, length, indent } = self.lines.spans.get(index)?;
        Some(Line { start, text: self.text.get(start..start + length)?, indent })
    }

    fn lines(self, range: Range<usize>) -> impl Iterator<Item = (usize, Line<'t>)> {
        range.filter_map(move |index| Some((index, self.line(index)?)))
    }

    fn all(self) -> impl Iterator<Item = Line<'t>> {
        self.lines(0..self.lines.spans.len()).map(|(_, line)| line)
    }

    /// Finds a value, or its key, within the brackets or braces that open at a byte.
    fn within(self, start: usize, path: &[Step<'_>], part: Part) -> Range<usize> {
        let flow = self.lines.flows.borrow().get(&start).cloned();
        let flow = flow.unwrap_or_else(|| {
            let flow = Rc::new(Flow::read(self.text, start));
            self.lines.flows.borrow_mut().insert(start, flow.clone());
            flow
        });
        let (key, value) = flow.find(path);
        key.filter(|_| part == Part::Key).unwrap_or_else(|| value.range.clone())
    }

    /// Looks through the lines `from..to` for what stands at a column.
    fn block(self, from: usize, to: usize, column: usize) -> Rc<Block> {
        if let Some(known) = self.lines.blocks.borrow().get(&(from, to, column)) {
            return known.clone();
        }
        let (mut dashes, mut keys, mut end) = (Vec::new(), HashMap::new(), None);
        for (index, line) in self.lines(from..to) {
            let is_dash = line.indent == column && (line.text[column..].starts_with("- ") || line.text.trim() == "-");
            if is_dash {
                dashes.push(index);
            }
            // A list may stand at its key's own column, so dashes there still belong to it.
            let ends = line.indent < column || line.indent == column && !line.text[line.indent..].starts_with('-');
            if end.is_none() && ends && !line.text.trim().is_empty() {
                end = Some(index);
            }
            // The first line of a list item starts behind its dash.
            let own_column = if index == from { column } else { line.indent };
            if own_column == column
                && let Some(key) = line.text.get(column..).and_then(key_name)
            {
                keys.entry(key.to_owned()).or_insert(index);
            }
        }
        let block = Rc::new(Block { dashes, keys, end: end.unwrap_or(to) });
        self.lines.blocks.borrow_mut().insert((from, to, column), block.clone());
        block
    }
}

/// Gives the name of the key that a text starts with.
fn key_name(text: &str) -> Option<&str> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].split_once(quote).map(|(key, _)| key),
        _ => text.split_once(':').map(|(key, _)| key.trim_end_matches(' ')),
    }
}

/// Finds the second occurrence of a key in the mapping of YAML that starts at a byte.
pub fn second_key(text: &str, start: usize, key: &str) -> Option<Range<usize>> {
    if Flow::opens(&text[start..]) {
        return Flow::read(text, start).second_key(key);
    }
    let lines = Lines::of(text);
    let (first, bytes) = lines.line_of(start);
    let column = start - bytes.start;
    let lines = Text { text, lines: &lines };
    lines
        .lines(first..lines.lines.spans.len())
        .take_while(|(index, line)| *index == first || line.indent >= column || line.text.trim().is_empty())
        .filter(|(index, line)| *index == first || line.indent == column)
        .filter_map(|(_, line)| key_at(line, column, key))
        .map(|(key, _)| key)
        .nth(1)
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
    let (mut from, mut to) = (0, lines.lines.spans.len());
    let mut column = 0;
    let mut found = None;
    let opening = lines.text.len() - lines.text.trim_start().len();
    if Flow::opens(&lines.text[opening..]) {
        return Some(lines.within(opening, path, part));
    }
    for (depth, step) in path.iter().enumerate() {
        match step {
            Step::Key(key) => {
                let index = lines.block(from, to, column).keys.get(*key).copied();
                let line = index.and_then(|index| Some((index, lines.line(index)?)));
                let Some((index, (key_range, value_range))) =
                    line.and_then(|(index, line)| Some((index, key_at(line, column, key)?)))
                else {
                    return found;
                };
                let has_value = !value_range.is_empty();
                let below = &path[depth + 1..];
                if !below.is_empty() && Flow::opens(&lines.text[value_range.start..]) {
                    return Some(lines.within(value_range.start, below, part));
                }
                found = Some(if part == Part::Value && has_value { value_range } else { key_range });
                if below.is_empty() || has_value {
                    return found;
                }
                from = index + 1;
                to = lines.block(from, to, column).end;
                column = lines.lines(from..to).find(|(_, line)| !line.text.trim().is_empty())?.1.indent;
            }
            Step::Index(wanted) => {
                let block = lines.block(from, to, column);
                let start = block.dashes.get(*wanted).and_then(|&start| Some((start, lines.line(start)?)));
                let Some((start, line)) = start else {
                    return found;
                };
                let end = block.dashes.get(wanted + 1).copied().unwrap_or(to);
                let inner = column + dash_width(line).max(2);
                let value_end = line.start + line.text.trim_end().len();
                let item = (line.start + inner).min(value_end)..value_end;
                let below = &path[depth + 1..];
                if !below.is_empty() && Flow::opens(&lines.text[item.start..]) {
                    return Some(lines.within(item.start, below, part));
                }
                found = Some(item);
                from = start;
                to = end;
                column = inner;
            }
        }
    }
    found
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
    fn the_second_of_two_keys_is_found_in_its_own_mapping() {
        let second = |text: &str, start: &str| {
            let found = second_key(text, text.find(start).unwrap(), "a").unwrap();
            (found.start, text[..found.start].lines().count())
        };
        assert_eq!(second("a: 1\nb:\n  a: 2\na: 3\n", "a"), (15, 3));
        assert_eq!(second("b:\n- q: 1\n  a: {a: 2}\n  a: 3\n", "q").0, 24);
        assert_eq!(second("a: {b: {a: 1}, a: 2, \"a\": 3}\n", "{b").0, 22);
        assert_eq!(second_key("a: 1\n", 0, "a"), None);
        let group = "a: {b: x,\n  \"c\": y}\nc: z\n";
        assert_eq!(Lines::of(group).find(group, Format::Yaml, &[Key("a"), Key("c")], Part::Key), 13..14);
    }

    #[test]
    fn what_is_missing_points_at_what_holds_it() {
        assert_eq!(at(&[Key("deals"), Index(1), Key("kind")], Part::Value), "id: two");
    }
}
