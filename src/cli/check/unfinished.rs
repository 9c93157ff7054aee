//! Texts that are published and hold a mark of what is still to be written.

use rayon::prelude::*;

use crate::cli::newsletter::{Newsletter, text_of};
use crate::content::entry::{Derived, Entry};
use crate::content::markdown::Position;
use crate::content::placeholder;
use crate::diagnostic::Diagnostic;
use crate::snapshot::Parts;

/// Names the first such mark of each text; code may say what it likes.
pub(super) fn marks(newsletter: &Newsletter, parts: &Parts) -> Vec<Diagnostic> {
    let entries: Vec<&Entry> = parts.newsroom.entries().collect();
    entries.into_par_iter().filter_map(|entry| mark(newsletter, entry)).collect()
}

fn mark(newsletter: &Newsletter, entry: &Entry) -> Option<Diagnostic> {
    // What was derived stands in the text, and may be code there.
    let facts = [(&entry.title, Derived::Title), (&entry.summary.text, Derived::Summary)];
    let given = facts.into_iter().filter(|(_, derived)| !entry.derived.contains(derived));
    let facts = given.map(|(text, _)| text.clone());
    let blocks = entry.body.blocks.iter().map(|block| &block.body);
    let prose = std::iter::once(&*entry.body.content)
        .chain(blocks)
        .flat_map(|fragment| fragment.prose.iter().map(|prose| fragment.text_of(prose)));
    let said = entry.body.blocks.iter().flat_map(|block| {
        let data = block.data.iter().map(|data| data.yaml.clone());
        block.options.iter().map(|(_, value)| value.clone()).chain(data)
    });
    let first = |text: String| placeholder::all(&text).next().map(|at| text[at].to_owned());
    let word = facts.chain(prose).chain(said).find_map(first)?;
    let text = text_of(&newsletter.workspace, &entry.source).unwrap_or_default();
    let place = (1..).zip(text.lines()).find_map(|(line, text)| {
        let at = placeholder::all(text).find(|at| text[at.clone()] == word)?;
        let column = text[..at.start].chars().count() as u32 + 1;
        Some(Position { line, column, length: word.len() as u32 })
    });
    let position = place.unwrap_or(Position { line: 1, column: 1, length: 1 });
    let message = format!("the text holds `{word}`, which stands for what is still to come");
    let help = "write it, or take the mark out; `draft: true` keeps an unfinished text from being published";
    Some(Diagnostic::warning("placeholder", message).at(entry.place(position)).with_help(help))
}
