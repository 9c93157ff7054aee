//! Links, alerts and attributes that are a sign away from what makes them.

use super::{Found, before_in_line, in_parentheses, is_in_word, near, opening};
use crate::diagnostic::{Diagnostic, nearest};

/// What GitHub knows between `[!` and `]`, and so do we.
const ALERTS: [&str; 5] = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"];

/// Finds `[words] (https://…)`.
pub(super) fn link_with_gap(text: &str, at: usize) -> Option<Found> {
    let address = in_parentheses(near(text, at + 2).strip_prefix('(')?)?;
    let open = opening(text, at)?;
    let words = text[open + 1..at].trim();
    // `[1]` is the mark of a source, and the address beside it is the source.
    if !is_address(address) || words.is_empty() || words.chars().all(char::is_numeric) {
        return None;
    }
    let mark = if text[..open].ends_with('!') { "!" } else { "" };
    let message = format!("the space between `[{words}]` and its address keeps them from being a link");
    Some(Found {
        range: open - mark.len()..at + "] ()".len() + address.len(),
        complaint: Diagnostic::warning("space-before-address", message)
            .with_help(format!("write `{mark}[{words}]({address})`"))
            .with_help("if it is no link, write `\\[`"),
    })
}

/// Finds `(words)[https://…]`.
pub(super) fn turned_link(text: &str, at: usize) -> Option<Found> {
    let before = text[..at].strip_suffix(')')?;
    let (address, _) = near(text, at + 1).split_once(']')?;
    let open = before.rfind(['(', ')', '[', ']', '\n']).filter(|open| before[*open..].starts_with('('))?;
    let words = before[open + 1..].trim();
    if !is_address(address) || words.is_empty() || is_in_word(text, open) {
        return None;
    }
    Some(Found {
        range: open..at + "[]".len() + address.len(),
        complaint: Diagnostic::warning("turned-link", "brackets and parentheses stand the wrong way round for a link")
            .with_help(format!("write `[{words}]({address})`")),
    })
}

/// Says whether something between brackets can only be an address.
fn is_address(text: &str) -> bool {
    let is_full = ["https://", "http://", "mailto:"].iter().any(|scheme| text.starts_with(scheme));
    (is_full || text.ends_with(".md")) && !text.contains(char::is_whitespace)
}

/// Finds `> [!NTOE]`, and `> [!NOTE]` with words behind it: what makes an alert is none of a text.
pub(super) fn alert(text: &str, at: usize) -> Option<Found> {
    let line = before_in_line(text, at);
    let (name, behind) = near(text, at + 2).split_once(']')?;
    let opens_quote = line.contains('>') && line.chars().all(|letter| matches!(letter, ' ' | '>'));
    if !opens_quote || name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphabetic()) {
        return None;
    }
    let known = ALERTS.iter().find(|known| known.eq_ignore_ascii_case(name));
    let (message, help) = match known {
        Some(_) if behind.trim().is_empty() => return None,
        Some(known) => (
            format!("`[!{name}]` makes an alert only where nothing follows it on its line"),
            format!("write `> [!{known}]` alone, and the words on the next line behind `> `"),
        ),
        None => {
            let all: Vec<String> = ALERTS.iter().map(|known| format!("`[!{known}]`")).collect();
            let help = match nearest(name, ALERTS) {
                Some(meant) => format!("did you mean `[!{meant}]`?"),
                None => format!("write {}", all.join(", ")),
            };
            (format!("there is no alert `[!{name}]`"), help)
        }
    };
    Some(Found {
        range: at..at + "[!]".len() + name.len(),
        complaint: Diagnostic::warning("no-alert", message).with_help(help),
    })
}

/// Finds `{: .class #id}`, as kramdown writes attributes.
pub(super) fn attributes(text: &str, at: usize) -> Option<Found> {
    let (inside, _) = near(text, at + 2).split_once('}')?;
    let first = inside.split_whitespace().next()?;
    let is_name = |name: &str| name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let is_attribute = first.strip_prefix(['.', '#']).is_some_and(is_name)
        || first.split_once('=').is_some_and(|(name, value)| is_name(name) && value.starts_with(['"', '\'']))
        || inside.trim() == "toc";
    is_attribute.then(|| Found {
        range: at..at + "{:}".len() + inside.len(),
        complaint: Diagnostic::warning("kramdown", "attributes as kramdown has them are shown as they are written")
            .with_help(
                "take it out; a heading takes `{#id .class}` at its end, and anything else can be written as HTML: \
                 `<p class=\"lead\">`",
            ),
    })
}
