//! What keeps a text from readers, and slips in it: each of them would publish what was not to be read yet.

mod places;

use memchr::memmem;
use serde_yaml::Value;

use super::front_matter::{Node, Reader};
use super::kind::TextKind;
use super::slug::slugify;
use crate::diagnostic::Diagnostic;
pub(super) use places::complain as complain_of_places;
pub(crate) use places::stands_in as gate_stands_in;

/// Keys that keep a text from readers.
const GATES: [&str; 7] = ["draft", "published", "is_published", PUBLISH_DATE, EXPIRY[0], EXPIRY[1], EXPIRY[2]];
/// What Jekyll and Substack call the opposite of a draft. Newsletters of others use the first for a date as well.
const PUBLISHED: [&str; 2] = ["published", "is_published"];
/// Words that are a letter away from one of these, and mean what they say.
const OTHER_WORDS: [&str; 6] = ["publisher", "craft", "raft", "graft", "drift", "daft"];
/// A key with a date: a text waits for it.
pub(super) const PUBLISH_DATE: &str = "publishDate";
/// Keys with a date that take a text down.
pub(super) const EXPIRY: [&str; 3] = ["expires", "expiryDate", "unpublishDate"];
const YES: [&str; 5] = ["true", "yes", "y", "on", "1"];
const NO: [&str; 5] = ["false", "no", "n", "off", "0"];
const STATUSES: [&str; 12] = [
    "draft",
    "private",
    "pending",
    "scheduled",
    "hidden",
    "trash",
    "unpublished",
    "spam",
    "hold",
    "unapproved",
    "rejected",
    "deleted",
];
/// What others write for a draft, or for a reply that nobody has let through, and as which values.
const HELD: [(&str, &[&str]); 5] = [
    ("status", &STATUSES),
    ("visibility", &["draft", "private", "hidden"]),
    ("approved", &["false", "no", "n", "off", "0", "pending", "spam", "trash"]),
    ("spam", &YES),
    ("deleted", &YES),
];

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
    let is_no = |word: &str| NO.contains(&&*word.to_lowercase());
    node.value().is_bool() || node.value().as_u64() == Some(0) || node.value().as_str().is_some_and(is_no)
}

/// Says of a key that was to keep a text from readers that it does not: it is none, or none of its kind of text.
pub(super) fn complaint_of_key(key: &str, node: &Node<'_>, kind: TextKind) -> Option<Diagnostic> {
    let value = node.value();
    let problem = if is_date(key) {
        let says = word(value).is_some_and(|word| !word.is_empty());
        unheeded("key-elsewhere", key, key, kind).filter(|_| says)?
    } else if let Some(gate) = meant_gate(key).filter(|gate| may_hold(gate, value)) {
        unheeded("key-in-other-letters", key, gate, kind).unwrap_or_else(|| {
            let message = format!("`{key}` keeps nothing from being published: the key is `{gate}`");
            Diagnostic::error("key-in-other-letters", message).with_help("correct the key")
        })
    } else {
        let message = format!("`{key}: {}` keeps nothing from being published", held(key, value)?);
        Diagnostic::error("key-in-other-letters", message).with_help("write `draft: true` to keep it back")
    };
    Some(problem.at(node.key_place()))
}

/// Says of a key for a date that texts of a kind do not heed it; the right key would hold nothing back there either.
fn unheeded(code: &'static str, key: &str, gate: &str, kind: TextKind) -> Option<Diagnostic> {
    if !is_date(gate) || kind.heeds(gate) {
        return None;
    }
    let noun = kind.noun();
    let (message, help) = match gate {
        PUBLISH_DATE => (
            format!("`{key}` keeps no {noun} from being published"),
            match kind {
                TextKind::Reply => {
                    "write `draft: true` to keep it back, or as its `date` the day that it is to wait for"
                }
                _ => "write `draft: true` to keep it back, and take that out when its day has come",
            },
        ),
        _ => (
            format!("`{key}` takes no {noun} down"),
            "only posts expire: write `draft: true`, or delete the file, when it is to go",
        ),
    };
    Some(Diagnostic::error(code, message).with_help(help))
}

/// Says whether a key is one for the date from which, or until which, a text may be read.
fn is_date(key: &str) -> bool {
    key == PUBLISH_DATE || EXPIRY.contains(&key)
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
    let Some(word) = word(value) else { return false };
    match gate {
        "draft" => YES.contains(&&*word),
        gate if PUBLISHED.contains(&gate) => NO.contains(&&*word),
        // `August 1, 2024` is a date too.
        _ => word.contains(|letter: char| letter.is_ascii_digit()),
    }
}

/// Gives a value that is one word in small letters.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_lowercase()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn held(key: &str, value: &Value) -> Option<String> {
    let value = word(value)?;
    let is_held = HELD.iter().any(|(held, values)| key.eq_ignore_ascii_case(held) && values.contains(&&*value));
    is_held.then_some(value)
}

/// Says whether a key and a word, in small letters, hold a text back wherever they stand. What may as well be a word
/// about a company (`status: private`) or a deal (`Status: pending`) is none of them.
fn holds(key: &str, word: &str) -> bool {
    match key {
        "visibility" => ["draft", "private", "hidden"].contains(&word),
        "approved" => NO.contains(&word),
        key if is_date(key) => word
            .split_once(['-', '/'])
            .is_some_and(|(year, _)| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())),
        key => match key.to_lowercase().as_str() {
            "draft" | "is_draft" | "isdraft" => YES.contains(&word),
            "published" | "is_published" => NO.contains(&word),
            "status" => ["draft", "unpublished"].contains(&word),
            _ => false,
        },
    }
}

/// Says whether a text has one of the words that hold a text back, or a part of one.
fn may_name_gate(text: &str) -> bool {
    let parts = [&b"raft"[..], b"RAFT", b"ublish", b"isibility", b"pproved", b"xpir"];
    parts.iter().any(|part| memmem::find(text.as_bytes(), part).is_some())
}

/// Says whether a text that opens with facts has one among them that holds it back.
pub(crate) fn names_gate(text: &str) -> bool {
    // An object of JSON may hold all of its facts on one line.
    may_name_gate(text) && text.split(['\n', ',', '{', '}']).any(|fact| gate_of_line(fact.trim()).is_some())
}

/// Gives key and value of a line such as `draft: true` that holds nothing else but a comment; reStructuredText,
/// AsciiDoc and Org write such lines with signs before the key.
fn gate_of_line(line: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 40;
    let line = line.split(" #").next().unwrap_or(line);
    let line = line.trim_start_matches(['.', ' ']);
    let marked = line.strip_prefix("#+").or_else(|| line.strip_prefix(':'));
    let line = marked.filter(|fact| fact.starts_with(char::is_alphabetic)).unwrap_or(line);
    let (key, value) = line.split_once([':', '=', '：']).filter(|_| line.len() <= LONGEST)?;
    let key = key.trim().trim_matches(['"', '\'']);
    let value = value.trim().trim_matches(['"', '\'', ',']);
    holds(key, &value.to_lowercase()).then_some((key, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_holds_a_text_back_is_known() {
        for line in [
            "draft: true",
            "Draft : yes",
            "\"draft\": true,",
            "published = false",
            ".. status: draft",
            "draft：true",
            "draft: true # until Friday, when the embargo ends",
            ":status: draft",
            "#+DRAFT: true",
            "approved: 0",
            "expires: 2024-08-01",
        ] {
            assert!(gate_of_line(line).is_some(), "{line}");
        }
        for line in [
            "draft: false",
            "draft: true story",
            "a draft: true",
            "published: 2024",
            "status: signed",
            "Draft:",
            ": draft: true",
            "# draft: true",
            "Approved: no",
            "expires: 30 days on",
        ] {
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
