//! What YAML takes away from a value without a word: a comment that was text, a name that was none, a list
//! that is one text.

use std::ops::Range;

use serde_yaml::Value;

use super::Format;
use super::syntax::SyntaxProblem;
use crate::content::locate::{Lines, Part, Step};

/// Keys whose values hold no `#`, so that it can only begin a comment.
const WITHOUT_TEXT: [&str; 20] = [
    "amount",
    "canonical_url",
    "guid",
    "author",
    "authors",
    "base_url",
    "date",
    "id",
    "image",
    "kind",
    "lang",
    "language",
    "layout",
    "path",
    "site",
    "slug",
    "status",
    "template",
    "time_zone",
    "url",
];

/// Bytes behind an item between brackets in which a comment is looked for.
const BEHIND_ITEM: usize = 200;

/// Finds the first value of which YAML has cut off what its author meant to be a part of it.
pub(super) fn find(text: &str, root: &Value) -> Option<SyntaxProblem> {
    let may_be_cut = text.contains(['#', '&', '-']);
    may_be_cut.then(|| Search { text, lines: Lines::of(text) }.look(root, &mut vec![]))?
}

struct Search<'t> {
    text: &'t str,
    lines: Lines,
}

impl Search<'_> {
    fn look<'v>(&self, value: &'v Value, path: &mut Vec<Step<'v>>) -> Option<SyntaxProblem> {
        let mut inside = |step, value| {
            path.push(step);
            let found = self.look(value, path);
            path.pop();
            found
        };
        match value {
            Value::Mapping(fields) => fields.iter().find_map(|(key, value)| inside(Step::Key(key.as_str()?), value)),
            Value::Sequence(items) => {
                items.iter().enumerate().find_map(|(index, value)| inside(Step::Index(index), value))
            }
            Value::Null => self.judge("", path),
            Value::String(text) => self.judge(text, path),
            _ => None,
        }
    }

    /// Gives what is written from a place on, with the lines below that are indented deeper: they go on with it.
    /// Behind an item between brackets other items follow, of which a few bytes are enough.
    fn with_what_follows(&self, at: Range<usize>) -> &str {
        let (_, line) = self.lines.line_of(at.start);
        if at.end < line.end {
            return &self.text[at.start..self.text.floor_char_boundary(line.end.min(at.end + BEHIND_ITEM))];
        }
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = indent(&self.text[line]);
        let below = self.text[at.end..].split_inclusive('\n').skip(1).take_while(|line| indent(line) > own);
        let first = self.text[at.end..].find('\n').map_or(0, |end| end + 1);
        let length = below.map(str::len).sum::<usize>();
        let end = if length == 0 { at.end } else { at.end + first + length };
        self.text[at.start..end].trim_end()
    }

    /// Holds what was read against what is written there.
    fn judge(&self, read: &str, path: &[Step<'_>]) -> Option<SyntaxProblem> {
        let at = self.lines.find(self.text, Format::Yaml, path, Part::Value);
        let written = self.text.get(at.clone())?;
        let problem = |message, help| Some(SyntaxProblem { message, at: at.clone(), help: Some(help) });
        let key = path.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(*key) } else { None });
        let holds_text = read.is_empty() || !key.is_some_and(|key| WITHOUT_TEXT.contains(&key));
        let whole = self.with_what_follows(at.clone());
        if let Some(cut) = glued_comment(whole)
            && whole[..cut].split_whitespace().eq(read.split_whitespace())
            && holds_text
            && !read.starts_with(|first: char| first.is_ascii_digit())
        {
            let comment = whole[cut..].lines().next().unwrap_or_default().trim_end();
            let text = &whole[..cut + comment.len()];
            let message = format!("YAML reads a comment from `{comment}` on, and drops it");
            let help =
                format!("put the value in quotes: `{}`; if it is a comment, put a space behind `#`", quoted(text));
            return problem(message, help);
        }
        if let Some(rest) = written.strip_prefix('&')
            && let name = rest.split_whitespace().next().unwrap_or_default()
            && rest[name.len()..].trim() == read
            && !self.text.contains(&format!("*{name}"))
        {
            let message = format!("YAML takes `&{name}` for the name of a value, and drops it");
            return problem(message, format!("put the value in quotes: `{}`", quoted(written)));
        }
        let item = read.strip_prefix('-').filter(|item| item.starts_with(char::is_alphanumeric));
        if let (Some(item), Some(Step::Key(key))) = (item, path.last())
            && written.trim_matches(['"', '\'']) == *key
        {
            let first = item.split_whitespace().next().unwrap_or_default();
            let message = format!("what stands below `{key}` is one text and no list");
            return problem(message, format!("put a space behind each dash: `- {first}`"));
        }
        None
    }
}

/// Finds the first `#` of a comment that has no space behind it, as a tag or a number has none.
fn glued_comment(written: &str) -> Option<usize> {
    if written.starts_with(['"', '\'', '[', '{', '|', '>', '&', '!']) {
        return None;
    }
    // A line that begins with one is a comment as a whole.
    let opens = |at: usize| {
        at == 0 || written[..at].ends_with([' ', '\t']) && !written[..at].trim_end_matches([' ', '\t']).ends_with('\n')
    };
    let (at, _) = written.match_indices('#').find(|(at, _)| opens(*at))?;
    written[at + 1..].starts_with(char::is_alphanumeric).then_some(at)
}

fn quoted(written: &str) -> String {
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        let value = serde_yaml::from_str(text).unwrap();
        find(text, &value)
            .map(|problem| format!("{} | {}; {}", &text[problem.at], problem.message, problem.help.unwrap()))
    }

    #[test]
    fn what_was_meant_to_be_text_is_said() {
        for (text, expected) in [
            ("title: The #1 model\n", "put the value in quotes: `\"The #1 model\"`"),
            ("a: b\ntags: #ai\n", "#ai | YAML reads a comment from `#ai` on, and drops it"),
            ("companies: [&Partners, B]\n", "YAML takes `&Partners` for the name"),
            ("companies: [A, The #1 lab\n  ]\n", "YAML reads a comment from `#1 lab` on"),
            ("accent: #a3271f\n", "put the value in quotes: `\"#a3271f\"`"),
            ("tags:\n- ai\n- #openai\n", "#openai | YAML reads a comment"),
            ("deal:\n  note: by \"A\" #2\n", "`\"by \\\"A\\\" #2\"`"),
            ("summary: one\n  two #3 of\n", "`\"one two #3 of\"`"),
            ("title: &Partners\n", "YAML takes `&Partners` for the name of a value, and drops it"),
            ("title: &Partners in crime\n", "`\"&Partners in crime\"`"),
            (
                "tags:\n  -ai\n  -llm\n",
                "what stands below `tags` is one text and no list; put a space behind each dash: `- ai`",
            ),
        ] {
            let said = said(text).unwrap_or_default();
            assert!(said.contains(expected), "{text}: {said}");
        }
    }

    #[test]
    fn comments_and_names_that_are_used_are_left_alone() {
        for text in [
            "title: A # a comment\n",
            "title: \"A\" #a comment\n",
            "#draft: true\ntitle: A\n",
            "title: A\n#tags: b\n",
            "date: 2024-08-01 #thursday\nweight: 3 #third\nflag: true #so\n",
            "tags: [a, b] #two\n",
            "tags: #two\n- a\n- b\n",
            "text: |\n  see #4\n  -ai\nmore: >\n  and #5\n",
            "a: C#\nb: x#y\nc: http://a.example/#b\n",
            "a: &x one\nb: *x\n",
            "title: A #\nother: B ##\nthird: C #-----\n",
            "deals:\n- id: a-b\n  #buyer: C\n  buyer: A\n",
            "tags:\n- a\n  #- b\n- c\n",
            "title: X\n  #subtitle: Y\n",
            "language: en #de\nslug: x #old\nauthor: Jane #fixme\n",
            "temperature: -5\nrange: -x\n",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
