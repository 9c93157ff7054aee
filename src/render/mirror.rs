//! A post as Markdown: what its author wrote, with the facts on top as a reader needs them.
//!
//! It is read far from the newsletter's folder, so every address in it is full; and what stands in mails
//! only is left out, like a deal that nobody may know of yet, and what no page shows.

use std::cell::Cell;
use std::collections::HashSet;
use std::ops::Range;

use super::body::{self, EMAIL_ONLY};
use super::feed::resolved;
use super::links;
use super::markdown::plain;
use super::story::full_address;
use crate::config::{AUTHORS, foreign_host, with_ascii_host};
use crate::content::entry::{Entry, markdown_options};
use crate::content::markdown::{Block, Hole, HoleKind, Position, hole_of, is_written_so, unseen, without_controls};
use crate::fingerprint::FingerprintBuilder;
use crate::newsroom::{PostId, Target};
use crate::snapshot::Parts;

/// CommonMark's limit for labels of references, in letters of at most four bytes.
const LONGEST_LABEL: usize = 4 * 1_000;

/// Writes the text of a post.
pub(super) fn markdown(parts: &Parts, id: PostId) -> String {
    let article = parts.newsroom.post(id);
    let post = parts.texts.full(&article.post);
    let mut text = format!("# {}\n\n", plain(&post.entry.title));
    let authors: Vec<&str> = post
        .terms
        .iter()
        .filter(|terms| terms.taxonomy == AUTHORS)
        .flat_map(|terms| &terms.names)
        .map(|(name, _)| name.as_str())
        .collect();
    text.push_str(&format!("{} · {}", post.date.long_date(), plain(&parts.config.title)));
    if !authors.is_empty() {
        let names: Vec<String> = authors
            .iter()
            .map(|name| match parts.newsroom.registry.resolve(AUTHORS, name) {
                Some(term) => plain(&parts.newsroom.registry.get(term).name),
                None => plain(name),
            })
            .collect();
        text.push_str(&format!(" · {}", names.join(", ")));
    }
    text.push_str(&format!("\n\n<{}>\n\n", parts.config.permalink(&article.url)));
    if !post.entry.summary.fragment.html.is_empty() {
        text.push_str(&format!("> {}\n\n", plain(&post.entry.summary.text)));
    }
    text.push_str(without_controls(&own_text(parts, &post.entry, &article.url)).trim_start_matches('\n'));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Adds the addresses that the text of the post at `url` is written with.
pub(super) fn add_addresses(parts: &Parts, entry: &Entry, url: &str, builder: &mut FingerprintBuilder) {
    for block in &entry.body.blocks {
        builder.add_bytes(&[u8::from(is_left_out(parts, block))]);
    }
    for hole in holes(entry) {
        builder.add(&new_address(parts, entry, url, &hole.kind));
    }
}

fn holes(entry: &Entry) -> impl Iterator<Item = &Hole> {
    let bodies = entry.body.blocks.iter().map(|block| &block.body);
    std::iter::once(&*entry.body.content).chain(bodies).flat_map(|fragment| &fragment.holes)
}

fn is_left_out(parts: &Parts, block: &Block) -> bool {
    block.name == EMAIL_ONLY || body::is_withheld(parts, block)
}

fn is_withheld(parts: &Parts, kind: &HoleKind) -> bool {
    let HoleKind::ContentLink { path, .. } = kind else { return false };
    body::content_target(parts, path) == Some(Target::Unpublished)
}

/// Gives what stands for an address of this site in the post at `url`; `None` leaves one that leads nowhere.
fn new_address(parts: &Parts, entry: &Entry, url: &str, kind: &HoleKind) -> Option<String> {
    match kind {
        _ if body::leads_to_something(parts, kind) => Some(full_address(parts, &body::address(parts, kind))),
        // Not even the name of a draft is for readers.
        _ if is_withheld(parts, kind) => Some("#".to_owned()),
        HoleKind::FileLink { written, .. } if links::leads_somewhere(parts, &entry.source, written) => {
            on_page(parts, url, written)
        }
        _ => None,
    }
}

/// Gives where a link leads that a browser follows from the page at `url`.
fn on_page(parts: &Parts, url: &str, written: &str) -> Option<String> {
    resolved(written, &parts.config.base_url, &parts.config.permalink(url))
}

/// Gives what the author of the post at `url` wrote, with other addresses.
fn own_text(parts: &Parts, entry: &Entry, url: &str) -> String {
    let text = &*entry.markdown;
    let mut edits = edits(parts, entry, url);
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

/// What to put in the place of a stretch of the text.
type Edit = (Range<usize>, String);

/// Finds what is left out, and what leads elsewhere from afar.
fn edits(parts: &Parts, entry: &Entry, url: &str) -> Vec<Edit> {
    let text = &*entry.markdown;
    let lines = Lines::of(entry);
    // The destination that is written at a place, if another stands for it.
    let redirected = |position: Position, new: &dyn Fn(&str) -> Option<String>| -> Option<Edit> {
        let place = destination(text, lines.byte(position)?)?;
        let new = new(&text[place.clone()])?;
        Some((place, new))
    };
    let left_out = entry.body.blocks.iter().filter(|block| is_left_out(parts, block)).filter_map(|block| {
        let start = lines.byte(block.position)?;
        Some((start..start + block.length as usize, String::new()))
    });
    let of_site = holes(entry).filter_map(|hole| {
        redirected(hole.position, &|written| {
            let is_it = is_written_so(&hole.kind, written, &entry.source);
            if is_it { new_address(parts, entry, url, &hole.kind) } else { None }
        })
    });
    let own = entry.body.own_links.iter();
    let own = own.filter_map(|position| {
        redirected(*position, &|written| if written.starts_with('#') { on_page(parts, url, written) } else { None })
    });
    let foreign = entry.body.external_links.iter().filter(|link| !foreign_host(&link.url).is_empty());
    let foreign =
        foreign.filter_map(|link| redirected(link.position, &|written| Some(with_ascii_host(written).into_owned())));
    let unseen = unseen(text, &markdown_options(&parts.config, &parts.config.language))
        .into_iter()
        .map(|place| (place, String::new()));
    left_out.chain(unseen).chain(of_site).chain(own).chain(foreign).chain(definitions(parts, entry, url)).collect()
}

/// Finds what definitions of references (`[it]: draft.md`) say of what the text leads to.
fn definitions(parts: &Parts, entry: &Entry, url: &str) -> Vec<Edit> {
    let text = &*entry.markdown;
    if !text.contains("]:") {
        return vec![];
    }
    let led_to: HashSet<&HoleKind> = holes(entry).map(|hole| &hole.kind).collect();
    let new = |written: &str| {
        let kinds = [false, true].map(|is_picture| hole_of(written, &entry.source, is_picture));
        match kinds.iter().flatten().find(|kind| led_to.contains(kind)) {
            Some(kind) => new_address(parts, entry, url, kind),
            None if written.starts_with('#') && !entry.body.own_links.is_empty() => on_page(parts, url, written),
            None if foreign_host(written).is_empty() => None,
            None => Some(with_ascii_host(written).into_owned()),
        }
    };
    let defined = text.match_indices("]:").filter_map(|(at, _)| defined(text, at));
    defined.filter_map(|place| new(&text[place.clone()]).map(|new| (place, new))).collect()
}

/// Finds the destination of a definition whose label ends at a byte, if that label opens a line.
fn defined(text: &str, label_end: usize) -> Option<Range<usize>> {
    let before = &text[text.floor_char_boundary(label_end.saturating_sub(LONGEST_LABEL))..label_end];
    let line = before.rsplit('\n').next()?;
    // It may stand in a quote or a list.
    let is_around = |letter: char| letter.is_ascii_digit() || " \t>-*+.)".contains(letter);
    if !line.trim_start_matches(is_around).starts_with('[') {
        return None;
    }
    let rest = text[label_end + 2..].trim_start();
    let (rest, length) = match rest.strip_prefix('<') {
        Some(inside) => (inside, inside.lines().next()?.find('>')?),
        None => (rest, rest.find(char::is_whitespace).unwrap_or(rest.len())),
    };
    let start = text.len() - rest.len();
    (length > 0).then_some(start..start + length)
}

/// Finds the destination in `[words](destination "title")`, with or without `<>`, of a link or a picture that
/// starts at a byte; one that is written in another way has none.
fn destination(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = start + usize::from(bytes.get(start) == Some(&b'!'));
    let mut open = 0_usize;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'[' => open += 1,
            b']' => open = open.checked_sub(1)?,
            _ if open == 0 => return None,
            _ => {}
        }
        at += 1;
        if open == 0 {
            break;
        }
    }
    let rest = text.get(at..)?.strip_prefix('(')?.trim_start();
    let start = text.len() - rest.len();
    if let Some(inside) = rest.strip_prefix('<') {
        return Some(start + 1..start + 1 + inside.find('>')?);
    }
    let mut open = 0_usize;
    let ends = |letter: char| match letter {
        '(' => {
            open += 1;
            false
        }
        ')' if open > 0 => {
            open -= 1;
            false
        }
        other => other == ')' || other.is_whitespace(),
    };
    Some(start..start + rest.find(ends)?)
}

/// The lines of a text that is a part of a file.
struct Lines<'t> {
    text: &'t str,
    /// The number of the first line in the file.
    first: u32,
    /// The byte at which each line starts.
    starts: Vec<usize>,
    /// The last place that was found, as line, column and byte: they come in order, and a line may be long.
    last: Cell<(u32, u32, usize)>,
}

impl<'t> Lines<'t> {
    fn of(entry: &'t Entry) -> Self {
        let text = &*entry.markdown;
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, first: entry.markdown_line, starts, last: Cell::default() }
    }

    /// Finds the byte of a place.
    fn byte(&self, position: Position) -> Option<usize> {
        let Position { line, column, .. } = position;
        let (column_before, start) = match self.last.get() {
            (last_line, last_column, byte) if last_line == line && last_column <= column => (last_column, byte),
            _ => (1, *self.starts.get(line.checked_sub(self.first)? as usize)?),
        };
        let mut letters = self.text.get(start..)?.char_indices();
        let byte = start + letters.nth(column.checked_sub(column_before)? as usize)?.0;
        self.last.set((line, column, byte));
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_destination_of_a_link_is_found_however_it_is_written() {
        for (link, found) in [
            ("[a](b.md)", Some("b.md")),
            ("[a](b.md \"A title](\")", Some("b.md")),
            ("[a](<b c.md> 'x')", Some("b c.md")),
            ("[a]( b.md )", Some("b.md")),
            ("[a\nb](\nb.md\n\"c\")", Some("b.md")),
            ("[![x](y.png)](b.md#c)", Some("b.md#c")),
            ("[a [b] \\] c](b.md)", Some("b.md")),
            ("![x](y(1).png)", Some("y(1).png")),
            ("[a][b]", None),
            ("<b.md>", None),
        ] {
            let text = format!("x {link} y");
            let place = destination(&text, 2);
            assert_eq!(place.map(|place| &text[place]), found, "{link}");
        }
    }
}
