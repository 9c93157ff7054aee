//! Facts in a form that is not ours, which would be text with a `draft: true` that counts for nothing.

use std::ops::Range;

use super::fence::{block_of_facts, is_fact, is_fence};
use super::syntax::lines_of;

/// Keys of facts that any generator knows. A text that opens with one of them opens with facts.
const KEYS: [&str; 16] = [
    "title",
    "date",
    "draft",
    "published",
    "author",
    "authors",
    "tags",
    "categories",
    "slug",
    "summary",
    "description",
    "layout",
    "expires",
    "expirydate",
    "publishdate",
    "permalink",
];

/// Facts that are not read as such.
#[derive(Debug, PartialEq)]
pub(crate) struct Unfenced {
    /// The first of them.
    pub(crate) at: Range<usize>,
    /// Why they are none.
    pub(crate) flaw: &'static str,
    /// What makes them facts.
    pub(crate) help: &'static str,
}

/// Finds facts on top of a text without a fence that opens it.
pub(crate) fn find(text: &str) -> Option<Unfenced> {
    let start = text.len() - text.trim_start().len();
    let top = &text[start..];
    let shifted = |at: Range<usize>, by: usize| by + at.start..by + at.end;
    if opens_json(top) {
        let flaw = "they are JSON without a fence";
        let help = "put a line of only `---` above the first `{` and one below the last `}`: JSON is YAML too";
        return Some(Unfenced { at: start..start + 1, flaw, help });
    }
    if top.starts_with("```") || top.starts_with("~~~") {
        let inside = top.find('\n').map_or(text.len(), |end| start + end + 1);
        let at = first_of_facts(&text[inside..])?;
        let help = "take out the lines of ``` above and below them, and let the file start with a line of only `---`";
        return Some(Unfenced { at: shifted(at, inside), flaw: "they stand in a block of code", help });
    }
    let below = start + end_of_heading(top);
    if below > start
        && let Some(at) = block_of_facts(&text[below..])
    {
        let help = "move them to the top of the file, with a line of only `---` above and below them";
        return Some(Unfenced { at: shifted(at, below), flaw: "something stands above them", help });
    }
    let at = block_of_facts(text).or_else(|| first_of_facts(top).map(|at| shifted(at, start)))?;
    let help = "put a line of only `---` (or `+++` for TOML) above and below them";
    Some(Unfenced { at, flaw: "no fence stands above them", help })
}

/// Says whether a text of any name opens with a fence and facts below it, one of which any generator knows: a line of
/// `---` may as well be a rule.
pub(crate) fn opens_with_facts(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').trim_start().split_inclusive(['\n', '\r']);
    if !lines.next().is_some_and(|line| matches!(line.trim_end(), "---" | "+++")) {
        return false;
    }
    let mut is_known = false;
    let are_facts = lines.take_while(|line| !is_fence(line)).all(|line| {
        let fact = line.trim_start_matches(['{', ' ']);
        is_known |= known(fact).is_some();
        // Of a long file only the top is looked at, and the last line of that is none.
        let is_cut = !line.ends_with(['\n', '\r']);
        is_cut || fact.trim().is_empty() || is_fact(fact) || line.starts_with([' ', '-', '#', '[', ']', '}'])
    });
    are_facts && is_known
}

/// Says whether a text opens with facts as reStructuredText, AsciiDoc and Org have them, below at most a title.
pub(crate) fn opens_with_marked_facts(text: &str) -> bool {
    let fact = |line: &str| line.strip_prefix("#+").or_else(|| line.strip_prefix(':')).is_some_and(is_known_fact);
    text.lines().filter(|line| !line.trim().is_empty()).take(3).any(fact)
}

/// Says whether a text opens with an object of JSON that holds facts, on lines of its own.
fn opens_json(top: &str) -> bool {
    if !top.strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with('"')) {
        return false;
    }
    let object = &top[..end_of_object(top)];
    let lower = object.to_lowercase();
    let has_fact = |key: &&str| lower.contains(&format!("\"{key}\""));
    let rest = top[object.len()..].lines().next().unwrap_or_default();
    // One within a line of prose is text.
    (object.contains('\n') || rest.trim().is_empty()) && KEYS.iter().any(has_fact)
}

/// Finds where an object of JSON ends that a text opens with.
fn end_of_object(top: &str) -> usize {
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in top.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b'{' if !is_text => depth += 1,
            b'}' if !is_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    top.len()
}

/// Finds where comments and headings on top of a text end.
fn end_of_heading(top: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = top[at..].trim_start();
        let start = top.len() - rest.len();
        let end = match rest {
            _ if rest.starts_with("<!--") => rest.find("-->").map(|end| end + 3),
            _ if rest.starts_with('#') => rest.find('\n'),
            _ => None,
        };
        let Some(end) = end else { return at };
        at = start + end;
    }
}

/// Finds the first of at least two facts in a row that any generator knows; one is enough if it is a draft's.
fn first_of_facts(top: &str) -> Option<Range<usize>> {
    let mut lines = lines_of(top).filter(|(_, line)| !line.trim().is_empty() && !is_fence(line));
    let (start, first) = lines.next()?;
    let (key, value) = known(first)?;
    let holds_back = key.eq_ignore_ascii_case("draft") && matches!(value, "true" | "false");
    let mut is_followed =
        || lines.next().is_some_and(|(below, line)| below == start + first.len() + 1 && known(line).is_some());
    (holds_back || is_followed()).then(|| start..start + first.len())
}

/// Says whether a line is a fact with a key that any generator knows.
pub(crate) fn is_known_fact(line: &str) -> bool {
    line.starts_with(char::is_alphabetic) && known(line).is_some()
}

/// Reads a line of `key: value` or `key = value` with a key that any generator knows.
fn known(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([':', '='])?;
    let key = key.trim().trim_matches('"');
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)).then(|| (key, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_in_another_form_are_found() {
        for (text, flaw) in [
            ("{\n  \"title\": \"A\",\n  \"draft\": true\n}\n\nText.\n", "they are JSON without a fence"),
            ("{\n\"title\":\"X\",\n\"draft\":true}\n\nText.\n", "they are JSON without a fence"),
            ("\n{ \"draft\": true }\nText.\n", "they are JSON without a fence"),
            ("<!-- note -->\n---\ntitle: A\ndraft: true\n---\nText.\n", "something stands above them"),
            ("# A headline\n\n---\ntitle: A\n---\nText.\n", "something stands above them"),
            ("<!-- a\nb -->\n# A\ntitle: A\ndraft: true\n---\n", "something stands above them"),
            ("```markdown\n---\ntitle: A\ndraft: true\n---\nText.\n```\n", "they stand in a block of code"),
            ("~~~ yaml\ntitle: A\ndate: 2024-08-01\n~~~\nText.\n", "they stand in a block of code"),
            ("title: A\ndraft: true\n\nText.\n", "no fence stands above them"),
            ("\nTitle: A\nDate: 2024-08-01\nText.\n", "no fence stands above them"),
            ("draft: true\n\nText.\n", "no fence stands above them"),
            ("title = \"A\"\ndraft = true\n", "no fence stands above them"),
            ("title: A\ntags:\n- b\n---\n", "no fence stands above them"),
        ] {
            assert_eq!(find(text).map(|found| found.flaw), Some(flaw), "{text:?}");
        }
    }

    #[test]
    fn text_is_no_facts() {
        for text in [
            "",
            "Text.\n",
            "# A headline\n\nText.\n",
            "# A headline\n\n---\n\nText: more.\n\n---\n",
            "```yaml\nsite: x\ntitle: y\n```\n",
            "```sh\ndate\n```\n",
            "{deal}\nid: a\n{/deal}\n",
            "{\"model\": \"x\", \"title\": \"y\"} is what the API returns.\n",
            "{\"role\": \"user\"}\n",
            "{\"a quote\" of somebody: so it goes}\n",
            "Title: a heading of one line\n\nText.\n",
            "Author: somebody\nwho goes on.\n",
            "Draft: we write a law\nText.\n",
            "<!-- a comment that never ends\ntitle: A\n---\n",
            "date\n",
        ] {
            assert_eq!(find(text), None, "{text:?}");
        }
    }
}
