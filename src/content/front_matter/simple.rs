//! The few shapes of YAML that most front matter is made of, read without a YAML parser.
//!
//! A site of ten thousand posts has ten thousand small YAML documents, and starting a parser for each
//! costs more than rendering the posts' Markdown. So `key: value` lines with plain or quoted text,
//! lists and nested keys are read here. Whatever has another meaning in any corner of YAML (escapes,
//! anchors, tags, comments, numbers that are not whole, text over several lines) is left to the parser,
//! and so is everything wrong. Where this module gives an answer, it is the parser's: a test holds the
//! two against one another.

use std::iter::Peekable;
use std::str::Split;

use serde_yaml::{Mapping, Value};

/// Reads a document; `None` if it takes a parser.
pub(super) fn read(text: &str) -> Option<Mapping> {
    let is_known = |letter: char| match letter {
        '\n' | ' '..='~' => true,
        // Line breaks of other alphabets, marks of byte order, and what may not stand in YAML at all.
        '\0'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    };
    if !text.chars().all(is_known) {
        return None;
    }
    let mut lines = Lines { rest: text.split('\n').peekable(), first: None };
    let mapping = lines.mapping(0)?;
    lines.next().is_none().then_some(mapping)
}

/// A line that is not empty: how deep it is indented, and what stands there.
#[derive(Clone, Copy)]
struct Line<'t> {
    indent: usize,
    text: &'t str,
}

struct Lines<'t> {
    rest: Peekable<Split<'t, char>>,
    /// What stands behind the dash of a list's item.
    first: Option<Line<'t>>,
}

impl<'t> Lines<'t> {
    fn peek(&mut self) -> Option<Line<'t>> {
        if self.first.is_some() {
            return self.first;
        }
        while self.rest.next_if(|line| line.bytes().all(|byte| byte == b' ')).is_some() {}
        let line = *self.rest.peek()?;
        let text = line.trim_start_matches(' ');
        Some(Line { indent: line.len() - text.len(), text: text.trim_end_matches(' ') })
    }

    fn next(&mut self) -> Option<Line<'t>> {
        let line = self.peek()?;
        if self.first.take().is_none() {
            self.rest.next();
        }
        Some(line)
    }

    /// Reads the keys that stand at a column.
    fn mapping(&mut self, column: usize) -> Option<Mapping> {
        let mut mapping = Mapping::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= column && !line.text.starts_with('-')) {
            if line.indent > column {
                return None;
            }
            self.next();
            let (key, rest) = key(line.text)?;
            let value = if rest.is_empty() { self.below(column)? } else { self.value(rest, column)? };
            if mapping.insert(Value::String(key.to_owned()), value).is_some() {
                return None;
            }
        }
        Some(mapping)
    }

    /// Reads what stands below a key: keys, a list, or nothing.
    fn below(&mut self, column: usize) -> Option<Value> {
        match self.peek() {
            // The items of a list may stand at the column of its key.
            Some(line) if line.indent >= column && line.text.starts_with('-') => self.list(line.indent),
            Some(line) if line.indent > column => self.mapping(line.indent).map(Value::Mapping),
            _ => Some(Value::Null),
        }
    }

    fn list(&mut self, column: usize) -> Option<Value> {
        let mut items = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= column && line.text.starts_with('-')) {
            let item = line.text.strip_prefix("- ").filter(|_| line.indent == column)?;
            let text = item.trim_start_matches(' ');
            self.next();
            if key(text).is_some() {
                let indent = column + line.text.len() - text.len();
                self.first = Some(Line { indent, text });
                items.push(Value::Mapping(self.mapping(indent)?));
            } else {
                items.push(self.value(text, column)?);
            }
        }
        Some(Value::Sequence(items))
    }

    /// Reads a value that must end on its line.
    fn value(&mut self, text: &str, column: usize) -> Option<Value> {
        let goes_on = self.peek().is_some_and(|line| line.indent > column);
        if goes_on {
            return None;
        }
        match text.strip_prefix('[') {
            Some(items) => flow_list(items.strip_suffix(']')?),
            None => scalar(text),
        }
    }
}

/// Splits `key: value`.
fn key(text: &str) -> Option<(&str, &str)> {
    let (key, rest) = text.split_once(':')?;
    let is_name = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !has_other_meaning(key);
    let value = if rest.is_empty() { rest } else { rest.strip_prefix(' ')? };
    is_name.then_some((key, value.trim_start_matches(' ')))
}

fn flow_list(text: &str) -> Option<Value> {
    let mut items = Vec::new();
    let mut rest = text.trim_matches(' ');
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
        let end = match quote {
            Some(quote) => 2 + rest[1..].find(quote)?,
            None => rest.find(',').unwrap_or(rest.len()),
        };
        let item = rest[..end].trim_end_matches(' ');
        if quote.is_none() && item.contains([':', '#', '[', ']', '{', '}', '"', '\'']) {
            return None;
        }
        items.push(scalar(item)?);
        rest = rest[end..].trim_start_matches(' ');
        if let Some(more) = rest.strip_prefix(',') {
            rest = more.trim_start_matches(' ');
            if rest.is_empty() {
                return None;
            }
        } else if !rest.is_empty() {
            return None;
        }
    }
    Some(Value::Sequence(items))
}

fn scalar(text: &str) -> Option<Value> {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            let inner = rest.strip_suffix(quote)?;
            return (!inner.contains([quote, '\\'])).then(|| Value::String(inner.to_owned()));
        }
    }
    plain(text)
}

/// Reads text without quotes, where it is surely text, a truth value or a whole number.
fn plain(text: &str) -> Option<Value> {
    let first = text.chars().next()?;
    if text.contains(": ") || text.ends_with(':') || text.contains(" #") {
        return None;
    }
    if first.is_ascii_digit() {
        return number_or_date(text);
    }
    let opens_text = first.is_alphabetic() || matches!(first, '$' | '€' | '£' | '¥' | '(' | '/' | '_');
    match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => (opens_text && !has_other_meaning(text)).then(|| Value::String(text.to_owned())),
    }
}

/// Reads a whole number as a number and a date as text, which YAML 1.2 takes it for.
fn number_or_date(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        let is_plain = bytes.len() <= 18 && (bytes.len() == 1 || bytes[0] != b'0');
        return is_plain.then(|| text.parse::<u64>().ok().map(|number| Value::Number(number.into()))).flatten();
    }
    let (year, rest) = bytes.split_first_chunk::<4>()?;
    let is_date = year.iter().all(u8::is_ascii_digit)
        && rest.first() == Some(&b'-')
        && rest
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b':' | b'+' | b'.' | b'T' | b'Z' | b' '));
    is_date.then(|| Value::String(text.to_owned()))
}

/// Says whether a word is more than text to some version of YAML.
fn has_other_meaning(word: &str) -> bool {
    const WORDS: [&str; 12] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"];
    word.len() <= 8 && WORDS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<Value> {
        serde_yaml::from_str(text).ok()
    }

    #[test]
    fn what_people_write_is_read_without_a_parser() {
        for text in [
            "title: TikTok spends $20M a month\ndate: 2024-08-01\ntags: [cloud, \"llm, ai\", 'x']\n",
            "deals:\n  - id: a\n    parties: [A, B]\n    amount: nearly $20M per month\n  - id: b\ndraft: true\n",
            "deal:\n  buyer: A\n  seller: B\nrelated: \nauthors:\n- A\n- \"B\"\nweight: 12\ndate: 2024-08-01T09:00:00+02:00\n",
            "",
        ] {
            let read = read(text).unwrap_or_else(|| panic!("{text}"));
            let parsed = parsed(text).unwrap_or_default();
            assert_eq!(Value::Mapping(read), if parsed.is_null() { Value::Mapping(Mapping::new()) } else { parsed });
        }
    }

    #[test]
    fn what_takes_a_parser_is_left_to_it() {
        for text in [
            "a: |\n  text\n",
            "a: &x 1\nb: *x\n",
            "a: one\n  two\n",
            "a: \"\\n\"\n",
            "a: 1e3\n",
            "a: null\n",
            "a: x # y\n",
            "a: 1\na: 2\n",
            "a: {b: c}\n",
            "# x\na: b\n",
            "a:\tb\n",
            "a: b: c\n",
            "- a\n",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn an_answer_is_the_parsers(
            lines in prop::collection::vec(
                (
                    0_usize..5,
                    prop::sample::select(vec!["", "- ", "-  ", "-", "  "]),
                    prop::sample::select(vec!["a: ", "b:", "c:  ", "d-e: ", "null: ", "", "a : ", "\"q\": ", "é: ", "1: "]),
                    prop::sample::select(vec![
                        "", "x", "x y", "1", "01", "1.5", "1e3", "0x1f", "-3", "+4", "2024-01-02", "2024-01-02 x", "2024-01", "12-",
                        "true", "True", "no", "null", "~", "NaN", ".inf", "inf", "\"q\"", "\"q", "'s'", "'it''s'", "\"\\t\"",
                        "[a, b]", "[a, \"b, c\"]", "[ ]", "[a,]", "[a, [b]]", "[a: b]", "[1, true, 2024-01-02]", "['a', b ]", "{a: b}",
                        "|", ">", "&x y", "*x", "!t y", "# c", "x # c", "x#c", "a: b", "http://x.y/z", "$20M", "(x)", "@x", "%x", "- x",
                        "x:", "x ", "ü", "€5", "\u{a0}x", "?", "? x", "_x", "/x", "1_000", "999999999999999999", "9999999999999999999",
                    ]),
                ),
                0..7,
            )
        ) {
            let text: String = lines
                .iter()
                .map(|(indent, dash, key, value)| format!("{}{dash}{key}{value}\n", " ".repeat(*indent)))
                .collect();
            if let Some(mapping) = read(&text) {
                let parsed = match parsed(&text) {
                    Some(Value::Null) => Some(Value::Mapping(Mapping::new())),
                    other => other,
                };
                prop_assert_eq!(Some(Value::Mapping(mapping)), parsed, "{}", text);
            }
        }
    }
}
