//! Footnotes: written where they are defined, shown at the end, numbered by their first reference.

use std::collections::HashMap;

use super::body::Position;
use super::output::Output;
use super::render::Renderer;
use crate::diagnostic::Diagnostic;

/// The footnotes of one text.
#[derive(Default)]
pub(super) struct Footnotes {
    by_label: HashMap<String, usize>,
    notes: Vec<Note>,
    /// Indices of notes in the order of their first reference.
    order: Vec<usize>,
    /// The note being defined.
    open: Vec<usize>,
}

#[derive(Default)]
struct Note {
    label: String,
    number: usize,
    id: String,
    /// The ids of the references.
    references: Vec<String>,
    content: Option<Output>,
    position: Position,
}

impl Footnotes {
    fn index(&mut self, label: &str) -> usize {
        // Labels match without regard to case, as link labels do.
        let folded = label.to_lowercase();
        let next = self.notes.len();
        let index = *self.by_label.entry(folded).or_insert(next);
        if index == next {
            self.notes.push(Note { label: label.to_owned(), ..Note::default() });
        }
        index
    }
}

impl Renderer<'_, '_, '_> {
    /// Writes a reference to a footnote.
    pub(super) fn footnote_reference(&mut self, label: &str) {
        let index = self.number_footnote(label);
        let number = self.footnotes.notes[index].number;
        self.out.raw("<sup class=\"footnote-ref\">");
        if self.link_depth > 0 {
            // A link can't hold a link.
            self.out.number(number);
        } else {
            let reference = self.page.ids.unique(&format!("fnref-{number}"));
            let html = &mut self.out.html;
            html.push_str("<a href=\"#");
            html.push_str(&self.footnotes.notes[index].id);
            html.push_str("\" id=\"");
            html.push_str(&reference);
            html.push_str("\" role=\"doc-noteref\" aria-label=\"Footnote ");
            self.out.number(number);
            self.out.raw("\">");
            self.out.number(number);
            self.out.raw("</a>");
            self.footnotes.notes[index].references.push(reference);
        }
        self.out.raw("</sup>");
    }

    fn number_footnote(&mut self, label: &str) -> usize {
        let index = self.footnotes.index(label);
        let note = &mut self.footnotes.notes[index];
        if note.number == 0 {
            self.page.footnotes += 1;
            note.number = self.page.footnotes;
            note.id = self.page.ids.unique(&format!("fn-{}", note.number));
            self.page.body.anchors.push(note.id.clone());
            self.footnotes.order.push(index);
        }
        index
    }

    /// Starts a definition: what follows is written aside.
    pub(super) fn start_footnote(&mut self, label: &str, at: usize) {
        let position = self.position(at..at + label.len() + 4);
        let index = self.footnotes.index(label);
        let note = &mut self.footnotes.notes[index];
        if note.content.is_some() {
            self.report(
                Diagnostic::warning(
                    "duplicate-footnote",
                    format!("the footnote `{label}` is defined twice, and the first one is shown"),
                )
                .with_help("give one of the two another name"),
                position,
            );
        } else {
            note.position = position;
        }
        self.footnotes.open.push(index);
        let outer = std::mem::take(&mut self.out);
        self.outer.push(outer);
    }

    /// Ends a definition.
    pub(super) fn end_footnote(&mut self) {
        let Some(index) = self.footnotes.open.pop() else { return };
        let outer = self.outer.pop().unwrap_or_default();
        let content = std::mem::replace(&mut self.out, outer);
        let note = &mut self.footnotes.notes[index];
        if note.content.is_none() {
            note.content = Some(content);
        }
    }

    /// Writes the section of footnotes, if there are any.
    pub(super) fn write_footnotes(&mut self) {
        for index in 0..self.footnotes.notes.len() {
            let note = &self.footnotes.notes[index];
            if note.references.is_empty() && note.number == 0 {
                let (label, position) = (note.label.clone(), note.position);
                self.report(
                    Diagnostic::warning("unused-footnote", format!("nothing refers to the footnote `{label}`"))
                        .with_help(format!("write `[^{label}]` where it belongs, or delete it")),
                    position,
                );
                self.number_footnote(&label);
            }
        }
        let notes = std::mem::take(&mut self.footnotes.notes);
        let order = std::mem::take(&mut self.footnotes.order);
        if order.is_empty() {
            return;
        }
        let mut notes: Vec<Option<Note>> = notes.into_iter().map(Some).collect();
        self.out.line();
        self.out.raw("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol");
        let first = order.first().and_then(|index| notes[*index].as_ref()).map_or(1, |note| note.number);
        if first > 1 {
            self.out.raw(" start=\"");
            self.out.number(first);
            self.out.raw("\"");
        }
        self.out.raw(">\n");
        let mut expected = first;
        for index in order {
            let Some(note) = notes[index].take() else { continue };
            self.out.raw("<li id=\"");
            self.out.raw(&note.id);
            // A block's own footnotes are numbered in between.
            if note.number != expected {
                self.out.raw("\" value=\"");
                self.out.number(note.number);
            }
            self.out.raw("\">\n");
            expected = note.number + 1;
            self.write_footnote(note);
        }
        self.out.raw("</ol>\n</section>\n");
    }

    fn write_footnote(&mut self, note: Note) {
        let Note { label: _, number, id: _, references, content, position: _ } = note;
        self.out.append(content.unwrap_or_default());
        let paragraph = self.out.html.trim_end().ends_with("</p>") && !references.is_empty();
        if paragraph {
            let end = self.out.html.trim_end().len() - "</p>".len();
            self.out.html.truncate(end);
        }
        for (index, reference) in references.iter().enumerate() {
            let html = &mut self.out.html;
            html.push_str(" <a class=\"footnote-back\" href=\"#");
            html.push_str(reference);
            html.push_str("\" role=\"doc-backlink\" aria-label=\"Back to reference ");
            self.out.number(number);
            if index > 0 {
                self.out.raw("-");
                self.out.number(index + 1);
            }
            self.out.raw("\">↩\u{fe0e}</a>");
        }
        self.out.raw(if paragraph { "</p>\n</li>\n" } else { "\n</li>\n" });
    }
}
