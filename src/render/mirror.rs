//! A post as Markdown: what its author wrote, with the facts on top as a reader needs them.
//!
//! It is read far from the newsletter's folder, so every address in it is full; and what stands in mails
//! only is left out.

use std::ops::Range;

use super::body::{self, EMAIL_ONLY};
use super::story::full_address;
use crate::config::AUTHORS;
use crate::content::entry::Entry;
use crate::content::markdown::{Hole, Position, is_written_so};
use crate::fingerprint::FingerprintBuilder;
use crate::newsroom::PostId;
use crate::snapshot::Parts;

/// Writes the text of a post.
pub(super) fn markdown(parts: &Parts, id: PostId) -> String {
    let article = parts.newsroom.post(id);
    let post = parts.texts.full(&article.post);
    let mut text = format!("# {}\n\n", post.entry.title);
    let authors: Vec<&str> = post
        .terms
        .iter()
        .filter(|terms| terms.taxonomy == AUTHORS)
        .flat_map(|terms| &terms.names)
        .map(|(name, _)| name.as_str())
        .collect();
    text.push_str(&format!("{} · {}", post.date.long_date(), parts.config.title));
    if !authors.is_empty() {
        let names: Vec<String> = authors
            .iter()
            .map(|name| match parts.newsroom.registry.resolve(AUTHORS, name) {
                Some(term) => parts.newsroom.registry.get(term).name.clone(),
                None => (*name).to_owned(),
            })
            .collect();
        text.push_str(&format!(" · {}", names.join(", ")));
    }
    text.push_str(&format!("\n\n<{}>\n\n", parts.config.permalink(&article.url)));
    if !post.entry.summary.fragment.html.is_empty() {
        text.push_str(&format!("> {}\n\n", post.entry.summary.text));
    }
    text.push_str(own_text(parts, &post.entry).trim_start_matches('\n'));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Adds the addresses that the text of a post is written with.
pub(super) fn add_addresses(parts: &Parts, entry: &Entry, builder: &mut FingerprintBuilder) {
    for hole in holes(entry) {
        builder.add_bytes(address(parts, hole).as_bytes());
    }
}

fn holes(entry: &Entry) -> impl Iterator<Item = &Hole> {
    let bodies = entry.body.blocks.iter().map(|block| &block.body);
    std::iter::once(&*entry.body.content).chain(bodies).flat_map(|fragment| &fragment.holes)
}

fn address(parts: &Parts, hole: &Hole) -> String {
    full_address(parts, &body::address(parts, &hole.kind))
}

/// Gives what the author wrote, with other addresses.
fn own_text(parts: &Parts, entry: &Entry) -> String {
    let text = &*entry.markdown;
    let lines = Lines::of(entry);
    let for_mails = entry.body.blocks.iter().filter(|block| block.name == EMAIL_ONLY);
    let mut edits: Vec<(Range<usize>, String)> =
        for_mails.filter_map(|block| Some((lines.fenced(block.position)?, String::new()))).collect();
    edits.extend(holes(entry).filter_map(|hole| {
        let place = destination(text, lines.place(hole.position)?)?;
        is_written_so(&hole.kind, &text[place.clone()], &entry.source).then(|| (place, address(parts, hole)))
    }));
    edits.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let mut out = String::with_capacity(text.len() + 64 * edits.len());
    let mut from = 0;
    for (place, new) in edits {
        // What stands in a part that is left out is left out with it.
        if place.start >= from {
            out.push_str(text.get(from..place.start).unwrap_or_default());
            out.push_str(&new);
            from = place.end;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Finds the destination in `[words](destination "title")`, with or without `<>`; links that are written in
/// another way have none.
fn destination(text: &str, link: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(link.clone())?.strip_suffix(')')?;
    let start = written.rfind("](")? + 2;
    let inside = &written[start..];
    let bare = inside.trim_start();
    let (bare, end) = match bare.strip_prefix('<') {
        Some(bare) => (bare, bare.find('>')),
        None => (bare, bare.find(char::is_whitespace)),
    };
    let length = end.unwrap_or(bare.len());
    let start = link.start + start + inside.len() - bare.len();
    Some(start..start + length)
}

/// The lines of a text that is a part of a file.
struct Lines<'t> {
    text: &'t str,
    /// The number of the first line in the file.
    first: u32,
    /// The byte at which each line starts.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(entry: &'t Entry) -> Self {
        let text = &*entry.markdown;
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, first: entry.markdown_line, starts }
    }

    /// Finds the bytes of a stretch of a line.
    fn place(&self, position: Position) -> Option<Range<usize>> {
        let line = *self.starts.get(position.line.checked_sub(self.first)? as usize)?;
        let mut letters = self.text.get(line..)?.char_indices().map(|(at, _)| line + at).chain([self.text.len()]);
        let start = letters.nth(position.column.checked_sub(1)? as usize)?;
        let end = letters.nth((position.length as usize).checked_sub(1)?)?;
        Some(start..end)
    }

    /// Finds the bytes of a fenced block, from its first line to the end of its last.
    fn fenced(&self, fence: Position) -> Option<Range<usize>> {
        let first = fence.line.checked_sub(self.first)? as usize;
        let start = *self.starts.get(first)?;
        let line = |number: usize| {
            let end = self.starts.get(number + 1).copied().unwrap_or(self.text.len());
            self.text.get(*self.starts.get(number)?..end)
        };
        let bare = |line: &'t str| line.trim_start_matches([' ', '\t', '>']).trim_end();
        let opening = bare(line(first)?);
        let sign = opening.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
        let width = opening.chars().take_while(|letter| *letter == sign).count();
        let closes = |line: &'t str| bare(line).len() >= width && bare(line).chars().all(|letter| letter == sign);
        let last = (first + 1..self.starts.len()).find(|number| line(*number).is_some_and(closes));
        let end = last.and_then(|last| self.starts.get(last + 1)).copied().unwrap_or(self.text.len());
        Some(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_destination_of_a_link_is_found_however_it_is_written() {
        for (link, found) in [
            ("[a](b.md)", Some("b.md")),
            ("[a](b.md \"A title\")", Some("b.md")),
            ("[a](<b c.md> 'x')", Some("b c.md")),
            ("[a]( b.md )", Some("b.md")),
            ("[![x](y.png)](b.md#c)", Some("b.md#c")),
            ("![x](y(1).png)", Some("y(1).png")),
            ("[a][b]", None),
            ("[a](b", None),
        ] {
            let text = format!("x {link} y");
            let place = destination(&text, 2..2 + link.len());
            assert_eq!(place.map(|place| &text[place]), found, "{link}");
        }
    }
}
