//! Shortcodes: what other generators take out of a text and fill in.

use super::Found;
use crate::diagnostic::Diagnostic;

/// The longest shortcode: some go over several lines.
const LONGEST: usize = 1_000;

/// How shortcodes begin and end, and who reads them.
const KINDS: [(&str, &str, &str); 3] =
    [("{{<", ">}}", "Hugo"), ("{{%", "%}}", "Hugo"), ("{%", "%}", "Jekyll, Eleventy or Zola")];

/// Finds the shortcode that starts at a place; what closes one is named by the one that opens.
pub(super) fn find(text: &str, at: usize) -> Option<Found> {
    if text[..at].ends_with('$') {
        return None;
    }
    let rest = &text[at..];
    let known = KINDS.iter().find(|(open, ..)| rest.starts_with(open));
    let (open, close, generator) = known.copied().unwrap_or(("{{", "}}", "Zola"));
    let inside = rest.strip_prefix(open)?;
    let words = inside.trim_start_matches(is_around);
    let length = words.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
    let name = &words[..length];
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) || name.starts_with("end") {
        return None;
    }
    let inside = &inside[..inside.floor_char_boundary(LONGEST)];
    let (inside, _) = inside.split("\n\n").next()?.split_once(close)?;
    // A variable in braces may be a word about templates; a call is none.
    if known.is_none() && !(words[length..].starts_with('(') && inside.trim_end_matches(is_around).ends_with(')')) {
        return None;
    }
    Some(Found {
        range: at..at + open.len() + inside.len() + close.len(),
        complaint: Diagnostic::warning(
            "shortcode",
            format!("the shortcode `{name}` is one of {generator}, and is shown as it is written"),
        )
        .with_help(instead(name)),
    })
}

/// Says what may stand between a shortcode's braces and its words.
fn is_around(letter: char) -> bool {
    letter.is_whitespace() || letter == '-'
}

/// Says what to write instead of a shortcode.
fn instead(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "figure" | "img" | "image" | "picture" => {
            "write a picture with its caption as `![What it shows](picture.jpg \"Caption\")`".to_owned()
        }
        "youtube" | "vimeo" | "video" | "audio" | "tweet" | "twitter" | "x" | "x_simple" | "instagram" | "gist"
        | "embed" => format!(
            "link to it, as in `[Watch the talk](https://…)`, or write its HTML; \
             a file `templates/blocks/{name}.html` makes a block of it"
        ),
        "note" | "notice" | "alert" | "admonition" | "callout" | "info" | "tip" | "warning" | "hint" => {
            block_of("note")
        }
        block @ ("quote" | "blockquote" | "pullquote" | "sponsor" | "ad" | "chart" | "stat" | "deal") => {
            block_of(match block {
                "blockquote" | "pullquote" => "quote",
                "ad" => "sponsor",
                other => other,
            })
        }
        "ref" | "relref" | "link" | "post_url" => {
            "link to the file, as in `[words](../posts/name.md)`: its address is found for you".to_owned()
        }
        "if" | "elif" | "elsif" | "else" | "unless" | "case" | "when" | "for" | "assign" | "set" | "capture" => {
            "take it out: it tells another program what to show; a file holds what readers see".to_owned()
        }
        "include" | "include_relative" | "partial" => "put in its place what that file says".to_owned(),
        "highlight" | "raw" | "code" => "put the code between two lines of three backticks".to_owned(),
        _ => format!(
            "write it as Markdown; a file `templates/blocks/{name}.html` makes a block of it. \
             To show it as it is, put it in backticks"
        ),
    }
}

fn block_of(name: &str) -> String {
    format!("use the block for it: a line ```{{{name}}}, its text or its keys, and a line ```")
}
