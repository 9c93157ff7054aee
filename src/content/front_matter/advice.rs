//! What an author most likely meant where the parser gave up: it knows at which byte, and not why.

use std::ops::Range;

use serde_yaml::Value;

use super::is_no_letter;
use super::syntax::{SyntaxProblem, lines_of};

/// What Windows-1252 has in the place of the control characters from U+0080 on; blank where it has nothing.
const WINDOWS_1252: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// Items of a list that are looked at one by one.
const MOST_ITEMS: usize = 1_000;

/// A longer text is not written out in a message.
const LONGEST: usize = 300;

/// Signs that mean something to YAML where a value starts.
const SIGNS: &str = "@`*&!>|%?-:,#[]{}\"'";

/// Explains what is wrong with a text that the parser refused at a byte, where plain words can say it.
pub(super) fn find(text: &str, at: usize) -> Option<SyntaxProblem> {
    control_character(text)
        .or_else(|| glued_item(text, at))
        .or_else(|| indented_key(text, at))
        .or_else(|| key_between_columns(text, at))
        .or_else(|| marked_key(text, at))
        .or_else(|| value_without_quotes(text, at))
}

/// Says what to do about a control character: it may be a letter of a file in another encoding.
pub(crate) fn instead_of_control(letter: char) -> String {
    match meant_letter(letter) {
        Some(meant) => format!("write `{meant}` instead: it comes from a text in the encoding Windows-1252"),
        None => "delete it".to_owned(),
    }
}

fn meant_letter(control: char) -> Option<char> {
    let number = u32::from(control).checked_sub(0x80)?;
    WINDOWS_1252.chars().nth(usize::try_from(number).ok()?).filter(|letter| *letter != ' ')
}

fn control_character(text: &str) -> Option<SyntaxProblem> {
    // YAML takes U+0085 for a line break.
    let (at, letter) =
        text.char_indices().find(|(_, letter)| is_no_letter(*letter) && !matches!(letter, '\r' | '\u{85}'))?;
    Some(SyntaxProblem {
        message: format!("this is not valid YAML: it holds the control character U+{:04X}", u32::from(letter)),
        at: at..at + letter.len_utf8(),
        help: Some(instead_of_control(letter)),
    })
}

/// Lines up to the one that a byte stands on, the last one first; those that say nothing are left out.
fn lines_back_from(text: &str, at: usize) -> impl Iterator<Item = (usize, Line<'_>)> {
    let lines: Vec<_> = lines_of(text).take_while(|(start, _)| *start <= at).collect();
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    lines.into_iter().rev().filter(move |(_, line)| !is_blank(line)).map(|(start, line)| (start, Line::of(line)))
}

/// A line of YAML, taken apart: dashes, key and value.
struct Line<'t> {
    text: &'t str,
    /// Where its own text starts, behind spaces and dashes.
    column: usize,
    /// Its key, if it has one.
    key: Option<&'t str>,
    /// Where the value starts.
    value_at: usize,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Self {
        let mut own = text.trim_start_matches(' ');
        while let Some(behind) = own.strip_prefix("- ") {
            own = behind.trim_start_matches(' ');
        }
        let column = text.len() - own.len();
        let is_key = |key: &str| {
            key.starts_with(|letter: char| letter.is_alphabetic())
                && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
        };
        let found =
            own.split_once(':').filter(|(key, value)| is_key(key) && (value.is_empty() || value.starts_with(' ')));
        let value = found.map_or(own, |(_, value)| value.trim_start());
        Self { text, column, key: found.map(|(key, _)| key), value_at: text.len() - value.len() }
    }

    fn value(&self) -> &'t str {
        self.text[self.value_at..].trim_end()
    }
}

/// Finds an item of a list whose dash has no space behind it.
fn glued_item(text: &str, at: usize) -> Option<SyntaxProblem> {
    let (start, line) = lines_back_from(text, at).next()?;
    let written = line.text.trim();
    let item = written.strip_prefix('-').filter(|item| item.starts_with(char::is_alphanumeric))?;
    Some(SyntaxProblem {
        message: format!("`{written}` is no item of a list"),
        at: start + line.column..start + line.column + written.len(),
        help: Some(format!("put a space behind each dash: `- {item}`")),
    })
}

/// Finds a key that starts in a column of its own, left of the keys above and right of what holds them.
fn key_between_columns(text: &str, at: usize) -> Option<SyntaxProblem> {
    let mut lines = lines_back_from(text, at);
    let (start, line) = lines.next()?;
    let key = line.key.filter(|_| line.text[..line.column].trim().is_empty())?;
    let (_, above) = lines.next()?;
    let neighbour = above.key.filter(|_| above.column > line.column)?;
    let (_, outer) = lines.find(|(_, outer)| outer.column <= line.column)?;
    (outer.column < line.column).then(|| SyntaxProblem {
        message: format!(
            "`{key}` is indented less than `{neighbour}` above it, and more than `{}`",
            outer.key.unwrap_or("-")
        ),
        at: start + line.column..start + line.column + key.len(),
        help: Some(format!("let `{key}` start right below the first letter of `{neighbour}`")),
    })
}

/// Finds a key that spaces in front make a part of the value above.
fn indented_key(text: &str, at: usize) -> Option<SyntaxProblem> {
    let mut lines = lines_back_from(text, at);
    let (start, line) = lines.next()?;
    let key = line.key.filter(|_| line.text[..line.column].trim().is_empty())?;
    let (_, above) = lines.find(|(_, above)| above.key.is_some() && above.column < line.column)?;
    let owner = above.key.filter(|_| !above.value().is_empty())?;
    let help = match (above.column, line.column) {
        (0, 1) => format!("take the space before `{key}` out"),
        (0, spaces) => format!("take the {spaces} spaces before `{key}` out"),
        _ => format!("let `{key}` start right below the first letter of `{owner}`"),
    };
    Some(SyntaxProblem {
        message: format!("`{key}` is indented, so that it is read as more of `{owner}`"),
        at: start + line.column..start + line.column + key.len(),
        help: Some(format!("{help}; if the line is more of `{owner}`, put all of that in quotes")),
    })
}

/// Finds a fact among others that has the sign of a list or a quote before it.
fn marked_key(text: &str, at: usize) -> Option<SyntaxProblem> {
    let mut lines = lines_back_from(text, at);
    let (start, line) = lines.next()?;
    let written = line.text.trim_end();
    let fact = ["- ", "* ", "> "].iter().find_map(|sign| written.strip_prefix(sign))?.trim_start();
    Line::of(fact).key?;
    // Below a key without a value it is an item of a list.
    let is_item = lines.next().is_some_and(|(_, above)| above.column > 0 || above.value().is_empty());
    if written.starts_with('-') && is_item {
        return None;
    }
    Some(SyntaxProblem {
        message: format!("the `{}` before it makes this line no fact", &written[..1]),
        at: start..start + written.len(),
        help: Some(format!("write `{fact}`")),
    })
}

/// Finds a value that YAML takes for something else than text, and shows it as text.
fn value_without_quotes(text: &str, at: usize) -> Option<SyntaxProblem> {
    // The parser may see only on the next line what is wrong with this one.
    lines_back_from(text, at).take(2).find_map(|(start, line)| {
        // What is a comment to YAML is none of the value.
        let value = line.value().split(" # ").next()?.trim_end();
        let misread = misread(text, value)?;
        let meant = &value[misread.clone()];
        let (sign, why) = reason(meant)?;
        let value_at = start + line.value_at;
        let key = line.key.filter(|_| meant == value).map(|key| format!("{key}: ")).unwrap_or_default();
        Some(SyntaxProblem {
            message: format!("this is not valid YAML: {why}"),
            at: value_at + misread.start + sign..value_at + misread.end,
            help: Some(match meant.chars().count() > LONGEST {
                true => between_quotes(meant),
                false => format!("put it in quotes: `{key}{}`", in_quotes(meant)),
            }),
        })
    })
}

/// Finds the text in a value on one line that the parser can't read: all of it, or an item between brackets.
fn misread(text: &str, value: &str) -> Option<Range<usize>> {
    let is_alias = |value: &str| value.strip_prefix('*').is_some_and(|name| text.contains(&format!("&{name}")));
    let is_yaml = |value: &str| serde_yaml::from_str::<Value>(&format!("k: {value}")).is_ok() || is_alias(value);
    if value.is_empty() || is_yaml(value) {
        return None;
    }
    let closing = match value.chars().next()? {
        '[' => ']',
        '{' => '}',
        quote @ ('"' | '\'') => quote,
        _ => return Some(0..value.len()),
    };
    if closing == ']' && value.ends_with(']') {
        let mut end = 0;
        return value[1..value.len() - 1].split(',').take(MOST_ITEMS).find_map(|item| {
            let start = end + 1;
            end = start + item.len();
            let own = item.trim();
            let own_start = start + item.len() - item.trim_start().len();
            (!own.is_empty() && !is_yaml(own)).then(|| own_start..own_start + own.len())
        });
    }
    // What goes on below, or is a group of keys, is no text.
    let is_text = value[1..].contains(closing) && !value.ends_with('}');
    is_text.then_some(0..value.len())
}

/// Says why a text needs quotes, and where in it the sign stands.
fn reason(text: &str) -> Option<(usize, String)> {
    let first = text.chars().next()?;
    if SIGNS.contains(first) {
        let sign = if first == '`' { "a backtick".to_owned() } else { format!("`{first}`") };
        return Some((0, format!("a text that starts with {sign} needs quotes")));
    }
    let colon = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1))?;
    Some((colon, "a text with a colon and a space in it needs quotes".to_owned()))
}

/// Writes a text as a value between braces.
pub(crate) fn in_braces(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '.' | '-' | '_' | '/');
    let starts_plain = text.starts_with(|letter: char| letter.is_alphabetic() || letter == '/');
    if starts_plain && text.chars().all(is_plain) { text.to_owned() } else { in_quotes(text) }
}

/// Says how a text becomes one in quotes that is too long to be shown.
fn between_quotes(text: &str) -> String {
    if text.contains(['"', '\\']) {
        "put all of it between two single quotes (`'`), and write each `'` within it twice".to_owned()
    } else {
        "put all of it between two double quotes (`\"`)".to_owned()
    }
}

/// Writes a text as YAML in quotes.
pub(super) fn in_quotes(text: &str) -> String {
    // Quotes around all of it were meant as those of YAML, and end at the first one within.
    let within = ['"', '\''].iter().find_map(|quote| {
        let within = text.strip_prefix(*quote)?.strip_suffix(*quote)?;
        (!are_pairs(within, *quote)).then_some(within)
    });
    let text = within.filter(|within| !within.is_empty()).unwrap_or(text);
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// Says whether what stands between two quotes goes on behind the first of several pairs: `A" and "B`.
fn are_pairs(within: &str, quote: char) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    let Some((first, rest)) = within.split_once(quote) else { return false };
    let is_closing = !first.ends_with(char::is_whitespace) && !is_word(rest.chars().next());
    is_closing && within.matches(quote).count().is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use serde_yaml::Value;

    use super::super::parse;
    use crate::source::SourceFile;

    /// Gives what is said of front matter: `line:column message | help`.
    fn said(facts: &str) -> String {
        let (_, diagnostics) = parse(&SourceFile::new("a.md", format!("---\n{facts}\n---\n")));
        let problem = diagnostics.first().unwrap_or_else(|| panic!("nothing is said of {facts:?}"));
        let place = problem.place.as_ref().unwrap();
        format!("{}:{} {} | {}", place.line, place.column, problem.message, problem.help.join("; "))
    }

    #[test]
    fn a_key_that_is_indented_by_mistake_is_said_to_be() {
        for (facts, expected) in [
            (
                "summary: S.\n author: x",
                "3:2 `author` is indented, so that it is read as more of `summary` | take the space before `author` out",
            ),
            (
                "summary: \"S.\"\n  author: x\ntags: [a]",
                "3:3 `author` is indented, so that it is read as more of `summary` | take the 2 spaces before",
            ),
            (
                "summary: S.\n goes on\n author: x",
                "4:2 `author` is indented, so that it is read as more of `summary` | take the space",
            ),
            (
                "deals:\n  - id: a\n     buyer: X",
                "4:6 `buyer` is indented, so that it is read as more of `id` | let `buyer` start right below the first letter of `id`",
            ),
            (
                "deals:\n  - id: a\n   buyer: X\n    seller: Y",
                "4:4 `buyer` is indented less than `id` above it, and more than `deals` | let `buyer` start right below the first letter of `id`",
            ),
        ] {
            assert!(said(facts).starts_with(expected), "{facts}: {}", said(facts));
        }
    }

    #[test]
    fn what_needs_quotes_is_shown_in_quotes() {
        for (facts, place, shown) in [
            ("title: @sama leaves", "2:8", "`title: \"@sama leaves\"`"),
            ("title: `code` x", "2:8", "`title: \"`code` x\"`"),
            ("title: *Bold* move", "2:8", "`title: \"*Bold* move\"`"),
            ("title: *Bold", "2:8", "`title: \"*Bold\"`"),
            ("title: > words\nslug: x", "2:8", "`title: \"> words\"`"),
            ("title: | words", "2:8", "`title: \"| words\"`"),
            ("title: % growth", "2:8", "`title: \"% growth\"`"),
            ("title: [Update] words\nslug: x", "2:8", "`title: \"[Update] words\"`"),
            ("title: {x} y", "2:8", "`title: \"{x} y\"`"),
            ("title: \"Quoted\" it's words", "2:8", "`title: '\"Quoted\" it''s words'`"),
            ("title: 'Tis the season", "2:8", "`\"'Tis the season\"`"),
            ("title: \"A\" and \"B\" # a note", "2:8", "`title: '\"A\" and \"B\"'`"),
            ("title: \"A\" and \"B\"", "2:8", "`title: '\"A\" and \"B\"'`"),
            ("title: 'A' or 'B' and 'C'", "2:8", "`title: \"'A' or 'B' and 'C'\"`"),
            ("title: \"A\" it's and \"B\"", "2:8", "`title: '\"A\" it''s and \"B\"'`"),
            ("title: \"So \"A\" and \"B\" go\"", "2:8", "`title: 'So \"A\" and \"B\" go'`"),
            ("title: 'The desk's and the firm's view'", "2:8", "`title: \"The desk's and the firm's view\"`"),
            ("title: - x", "2:8", "`title: \"- x\"`"),
            ("title: $20M: why", "2:12", "`title: \"$20M: why\"`"),
            ("title: &x A\nextra: {a: *x}\nslug: @x", "4:7", "`slug: \"@x\"`"),
            ("title: A: B", "2:9", "`title: \"A: B\"`"),
            ("title: A\ntags: [x, @a, b]", "3:11", "`\"@a\"`"),
            ("title: A\ntags:\n- @a\n- b", "4:3", "`\"@a\"`"),
            ("deals:\n- id: x\n  buyer: @x\n  seller: y", "4:10", "`buyer: \"@x\"`"),
        ] {
            let said = said(facts);
            assert!(said.starts_with(&format!("{place} this is not valid YAML: ")), "{facts}: {said}");
            assert!(said.contains(shown), "{facts}: {said}");
            let corrected = shown.strip_prefix('`').and_then(|shown| shown.strip_suffix('`')).unwrap();
            serde_yaml::from_str::<Value>(corrected).unwrap();
        }
    }

    #[test]
    fn a_sign_before_a_fact_is_said_and_an_item_of_a_list_is_none() {
        for sign in ["-", "*", ">"] {
            let expected = format!("3:1 the `{sign}` before it makes this line no fact | write `draft: true`");
            assert_eq!(said(&format!("title: A\n{sign} draft: true")), expected);
        }
        assert!(said("deals:\n- id: x: y").contains("in quotes: `id: \"x: y\"`"));
        let long = "word \"x\" ".repeat(60);
        assert!(said(&format!("title: A: {long}")).ends_with("write each `'` within it twice"));
    }

    #[test]
    fn a_letter_of_windows_1252_is_named() {
        assert_eq!(
            said("title: \"It\u{92}s\""),
            "2:11 this is not valid YAML: it holds the control character U+0092 | write `’` instead: it comes from a text in the encoding Windows-1252"
        );
        assert!(said("title: A\u{81}B").ends_with("U+0081 | delete it"));
        assert_eq!(super::meant_letter('\u{80}'), Some('€'));
        assert_eq!(super::meant_letter('\u{9f}'), Some('Ÿ'));
        assert_eq!(super::meant_letter('\u{7}'), None);
    }
}
