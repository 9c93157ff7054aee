//! What a text holds and no page shows: comments, and definitions of references that nothing uses.
//!
//! Authors write notes to themselves in both (`<!-- ask legal -->`, `[//]: # (ask legal)`). Whoever gives a text away
//! as it was written leaves them out.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag};

use super::{Options, render};

/// Finds the stretches of a text that no page shows, in order.
pub fn unseen(text: &str, options: &Options) -> Vec<Range<usize>> {
    if !text.contains("<!--") && !text.contains("]:") {
        return vec![];
    }
    let mut unseen = Vec::new();
    let mut between = Vec::new();
    let mut used = BTreeSet::new();
    let (mut depth, mut end) = (0_usize, 0);
    for (event, place) in Parser::new_ext(text, render::syntax(options)).into_offset_iter() {
        if depth == 0 {
            between.push(end..place.start.max(end));
            end = place.end.max(end);
        }
        match event {
            Event::Start(tag) => {
                depth += 1;
                if tag == Tag::HtmlBlock {
                    unseen.extend(comments(text, place));
                } else if let Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. } = tag
                    && matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
                {
                    used.insert(normal(&id));
                }
            }
            Event::End(_) => depth -= 1,
            Event::InlineHtml(_) => unseen.extend(comments(text, place)),
            _ => {}
        }
    }
    between.push(end..text.len());
    // The bodies of blocks are texts of their own, and may use it.
    used.extend(bracketed(text).map(normal));
    for definition in between.into_iter().flat_map(|gap| definitions(text, gap)) {
        let Some((label, _)) = text[definition.clone()].trim_start()[1..].split_once("]:") else { continue };
        if !used.contains(&normal(label)) {
            unseen.push(definition);
        }
    }
    unseen.sort_by_key(|place| place.start);
    unseen
}

/// Lists what stands between brackets and defines nothing.
fn bracketed(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    inside.filter(|(_, behind)| !behind.starts_with(':')).map(|(label, _)| label)
}

/// Finds the comments in a piece of HTML; the last may be open to its end.
fn comments(text: &str, place: Range<usize>) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    let mut at = place.start;
    while let Some(start) = text[at..place.end].find("<!--").map(|start| at + start) {
        at = text[start..place.end].find("-->").map_or(place.end, |end| start + end + "-->".len());
        comments.push(start..at);
    }
    comments
}

/// Finds the definitions of references between two blocks: each begins a line, and reaches to the next one.
fn definitions(text: &str, gap: Range<usize>) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut at = gap.start;
    for line in text[gap.clone()].split_inclusive('\n') {
        if line.trim_start().starts_with('[') && line.contains("]:") {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().copied().skip(1).chain([gap.end]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Gives a label as labels are compared.
fn normal(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        let mut seen = text.to_owned();
        for place in unseen(text, &Options::default()).into_iter().rev() {
            seen.replace_range(place, "");
        }
        seen
    }

    #[test]
    fn notes_of_authors_to_themselves_are_found() {
        for (text, expected) in [
            ("A\n\n[//]: # (one)\n[//]: # (two)\n\nB\n", "A\n\nB\n"),
            ("[comment]: <> (one)\nA\n", "A\n"),
            ("A <!-- one --> B\n\n<!-- two\n\nthree -->\n\nC\n", "A  B\n\n\n\nC\n"),
            ("<p>A</p><!-- one --><p>B</p><!-- two -->\n", "<p>A</p><p>B</p>\n"),
            ("[A][x] and [Y]\n\n[x]: /a\n[y]: /b\n[z]: /c\n", "[A][x] and [Y]\n\n[x]: /a\n[y]: /b\n"),
            ("```{note}\n[x] is used here\n```\n\n[x]: /a\n", "```{note}\n[x] is used here\n```\n\n[x]: /a\n"),
            (
                "`<!-- code -->`\n\n    <!-- code -->\n\n```\n[//]: # (code)\n```\n",
                "`<!-- code -->`\n\n    <!-- code -->\n\n```\n[//]: # (code)\n```\n",
            ),
            ("> [//]: # (in a quote)\n> A\n", "> [//]: # (in a quote)\n> A\n"),
            ("A[^1]\n\n[^1]: Note.\n", "A[^1]\n\n[^1]: Note.\n"),
            ("<!-- open\n\nto the end\n", ""),
        ] {
            assert_eq!(seen(text), expected, "{text:?}");
        }
    }
}
