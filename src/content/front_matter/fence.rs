//! The lines that set the facts apart from the text.
//!
//! What was meant to be a fence and is none is an error. Were it taken for text, the facts would be text
//! too, and a draft would be published.

use std::ops::Range;

use super::syntax::lines_of;
use super::{Format, is_invisible};

/// Finds the opening fence: how the facts are written, and where they start.
///
/// # Errors
/// The file starts with what was meant to be a fence; says why it is none.
pub(super) fn opening(text: &str) -> Result<Option<(Format, usize)>, String> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let format = match line.trim_end_matches([' ', '\t']) {
        "---" => Some(Format::Yaml),
        "+++" => Some(Format::Toml),
        _ => None,
    };
    match format {
        Some(format) if text.len() > line.len() => Ok(Some((format, text.len() - rest.len()))),
        _ => flaw(text).map_or(Ok(None), Err),
    }
}

/// Says what is wrong with a fence that would have been one without it.
fn flaw(text: &str) -> Option<String> {
    let fence = text.trim_start_matches(is_blank);
    let (line, below) = fence.split_once('\n').unwrap_or((fence, ""));
    let line = line.trim_end();
    let behind = behind_fence(line)?;
    if !facts_follow(behind, below) {
        return None;
    }
    let above = &text[..text.len() - fence.len()];
    let hidden = |text: &str| text.chars().find(|&letter| is_hidden(letter)).map(u32::from);
    Some(if let Some(letter) = hidden(above) {
        format!("the invisible character U+{letter:04X} stands before the fence")
    } else if above.contains('\n') {
        "the fence is not on the first line".to_owned()
    } else if !above.is_empty() {
        "the fence is indented".to_owned()
    } else if let Some(letter) = hidden(line) {
        format!("the invisible character U+{letter:04X} stands behind the fence")
    } else {
        format!("`{}` is no fence", line.chars().take(40).collect::<String>())
    })
}

/// Gives what stands behind a run of dashes or plus signs that may have been meant as a fence.
fn behind_fence(line: &str) -> Option<&str> {
    let first = line.chars().next()?;
    let rest = match first {
        '+' => line.trim_start_matches('+'),
        _ => line.trim_start_matches(is_dash),
    };
    let run = line.chars().count() - rest.chars().count();
    let behind = rest.trim_matches(is_blank);
    // Editors make one long dash of several, and a single sign of these opens a list.
    let is_alone = behind.is_empty() && (run == 2 || run == 1 && !matches!(first, '-' | '+'));
    // `--- Note ---`
    let is_ornament = behind.ends_with("--") && behind.contains(char::is_alphanumeric);
    ((run >= 3 || is_alone) && !is_ornament).then_some(behind)
}

/// Says whether facts follow a fence: right below it, or farther below with a closing fence behind them.
fn facts_follow(behind: &str, below: &str) -> bool {
    let is_closed = || below.lines().any(is_fence);
    let is_facts = |line: &str| is_fact(line) || line.starts_with('{') && is_closed();
    let mut lines = below.lines().map(|line| line.trim_start_matches(is_blank));
    if lines.next().is_some_and(is_facts) || is_facts(behind) && is_closed() {
        return true;
    }
    lines.find(|line| !line.is_empty() && !line.starts_with('#')).is_some_and(is_facts) && is_closed()
}

/// Finds the closing fence behind `start`: the range of the facts, and where the body starts.
///
/// A fence with text glued to it (`---## Heading`) closes as well, since real archives have it.
pub(super) fn closing(text: &str, format: Format, start: usize) -> Option<(Range<usize>, usize)> {
    let fence = format.fence();
    let mut at = start;
    let mut glued = None;
    while at <= text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        let line = &text[at..end];
        // YAML has an end of its own.
        if line.trim_end() == fence || format == Format::Yaml && line.trim_end() == "..." {
            return Some((start..at, (end + 1).min(text.len())));
        }
        if glued.is_none() && line.strip_prefix(fence).is_some_and(|rest| rest.starts_with(['#', '*', '<', '!', '['])) {
            glued = Some((start..at, at + fence.len()));
        }
        at = end + 1;
    }
    glued
}

/// Finds the first of a block of facts on top of a text, where its `draft: true` would count for nothing.
///
/// Only the fence below it has to be there. A line of text with a rule below it is a heading in Markdown, so
/// that only keys in small letters count.
pub(super) fn block_of_facts(text: &str) -> Option<Range<usize>> {
    let mut lines = lines_of(text).skip_while(|(_, line)| line.trim().is_empty());
    let mut first = lines.next()?;
    if is_fence(first.1) {
        first = lines.next()?;
    }
    let (start, fact) = first;
    if !fact.starts_with(|letter: char| letter.is_ascii_lowercase()) || !is_fact(fact) {
        return None;
    }
    for (_, line) in lines {
        if is_fence(line) {
            return Some(start..start + fact.len());
        }
        if !is_fact(line) && !line.starts_with([' ', '-', '#']) {
            return None;
        }
    }
    None
}

/// Says whether a line looks like `key: value` or `key = value`, with a key of one word.
pub(super) fn is_fact(line: &str) -> bool {
    let line = line.trim_start_matches(is_blank).trim_start_matches(['"', '\'']);
    let is_key = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let rest = line.trim_start_matches(is_key);
    let sign = rest.trim_start_matches(['"', '\'']).trim_start();
    let has_value = match sign.strip_prefix(':') {
        Some(value) => value.is_empty() || value.starts_with(char::is_whitespace),
        None => sign.starts_with('=') && !sign.starts_with("=="),
    };
    has_value && line.starts_with(char::is_alphabetic)
}

pub(super) fn is_fence(line: &str) -> bool {
    matches!(behind_fence(line.trim_matches(is_blank)), Some(""))
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn is_hidden(letter: char) -> bool {
    is_invisible(letter) || letter.is_control() && !letter.is_whitespace()
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || is_hidden(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_behind_a_fence_are_none_of_it() {
        for (fence, format) in [("---", Format::Yaml), ("+++", Format::Toml)] {
            for blanks in ["", " ", "\t", " \t  "] {
                let opened = opening(&format!("{fence}{blanks}\ntitle: A\n")).unwrap();
                assert_eq!(opened, Some((format, fence.len() + blanks.len() + 1)), "{fence}{blanks:?}");
            }
        }
    }

    #[test]
    fn a_fence_that_went_wrong_is_said() {
        for (top, flaw) in [
            ("\n---\n", "the fence is not on the first line"),
            (" \n\n+++\n", "the fence is not on the first line"),
            (" ---\n", "the fence is indented"),
            ("\t---\n", "the fence is indented"),
            ("\u{200b}---\n", "the invisible character U+200B stands before the fence"),
            ("\u{feff}---\n", "the invisible character U+FEFF stands before the fence"),
            ("\n\u{2060}---\n", "the invisible character U+2060 stands before the fence"),
            ("---\u{200b}\n", "the invisible character U+200B stands behind the fence"),
            ("---\u{a0}x\n", "`---\u{a0}x` is no fence"),
            ("----\n", "`----` is no fence"),
            ("--\n", "`--` is no fence"),
            ("\u{2014}\n", "`\u{2014}` is no fence"),
            ("++++\n", "`++++` is no fence"),
            ("---yaml\n", "`---yaml` is no fence"),
            ("--- # c\n", "`--- # c` is no fence"),
            ("---yaml\n# a comment\n\n", "`---yaml` is no fence"),
            ("----\n\n", "`----` is no fence"),
            ("--- ---\n", "`--- ---` is no fence"),
        ] {
            for facts in
                ["draft: true\n---\nText.\n", "\"draft\" : true\n---\n", "draft = true\n+++\n", "{draft: true}\n---\n"]
            {
                assert_eq!(opening(&format!("{top}{facts}")), Err(flaw.to_owned()), "{top:?} {facts:?}");
            }
        }
        assert_eq!(opening("--- title: A\n---\n"), Err("`--- title: A` is no fence".to_owned()));
        assert_eq!(opening("---yaml\ndraft: true\n\nText.\n"), Err("`---yaml` is no fence".to_owned()));
    }

    #[test]
    fn a_rule_above_text_is_no_fence() {
        for text in [
            "----\nProse that goes on.\n\n---\n\nMore.\n",
            "\n---\n\nProse.\n",
            " ---\nTwo words: here.\n",
            "***\ntitle: A\n",
            "----\n\nNote: we are late this week.\n",
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nText.\n",
            "- item\ntitle: A\n",
            "+ item\n---\n",
            "\u{2014} Somebody\nsaid: this\n",
            "--- and so on\n",
            "----",
            "---",
            "",
        ] {
            assert_eq!(opening(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn a_block_of_facts_in_the_text_is_found_and_a_heading_is_none() {
        for body in
            ["title: B\n---\nx", "\ndraft: true\ntags:\n- a\n---\n", "---\ndraft: true\n---\n", "draft = true\n+++\n"]
        {
            assert!(block_of_facts(body).is_some(), "{body:?}");
        }
        for body in [
            "",
            "Text.\n",
            "Update: a heading\n---\n",
            "---\n\nText.\n",
            "note: text\n\n- a\n\n---\n",
            "a: b\nText\n---\n",
        ] {
            assert_eq!(block_of_facts(body), None, "{body:?}");
        }
    }
}
