//! What each element of Markdown becomes: the starts and ends that the walk meets.

use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, LinkType, Tag, TagEnd};

use super::anchors::KeyState;
use super::blocks::{self, OpenCode};
use super::output::Output;
use super::quotes::OpenQuotes;
use super::render::Renderer;
use super::words::excerpt;
use crate::diagnostic::Diagnostic;

/// Quotes and lists within each other, and emphasis within each other, beyond this are flattened.
const MAX_DEPTH: u32 = 100;
/// The first paragraph is kept up to this many characters.
const MAX_FIRST_PARAGRAPH: usize = 600;
/// A paragraph with less text than this beside bold text and links is a label.
const MIN_FIRST_PARAGRAPH: usize = 20;

impl<'s> Renderer<'_, '_, 's> {
    /// Meets the start of an element.
    pub(super) fn start(&mut self, tag: Tag<'s>, range: Range<usize>) {
        if let Some(image) = &mut self.image {
            image.depth += u32::from(matches!(tag, Tag::Image { .. }));
            return;
        }
        match tag {
            Tag::Paragraph => {
                self.start_paragraph(range);
                return;
            }
            Tag::Emphasis => self.start_inline("<em>", range),
            Tag::Strong => {
                self.strong += 1;
                self.start_inline("<strong>", range);
                if self.key == KeyState::Begun {
                    self.key = KeyState::Bold;
                    return;
                }
            }
            Tag::Strikethrough => self.start_inline("<del>", range),
            Tag::Superscript => self.start_inline("<sup>", range),
            Tag::Subscript => self.start_inline("<sub>", range),
            Tag::Link { link_type, dest_url, title, id: _ } => {
                let position = self.position(range.clone());
                let title = self.printable(&title, &range);
                self.start_link(&dest_url, &title, link_type == LinkType::Email, position);
                self.link_range = range;
                self.link_content = self.out.html.len();
                self.link_position = position;
                self.link_depth += 1;
                self.update_kind();
            }
            Tag::Image { dest_url, title, .. } => self.meet_image(&dest_url, &title, range),
            other => {
                self.start_block(other, range);
                return;
            }
        }
        if self.key == KeyState::Begun || self.key == KeyState::BoldEnded {
            self.key = KeyState::No;
        }
    }

    fn start_block(&mut self, tag: Tag<'s>, range: Range<usize>) {
        self.words.gap();
        self.open_quotes = OpenQuotes::default();
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                self.start_heading(level as u8, id.as_deref(), &classes, &attrs, range.start);
                self.update_kind();
            }
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Indented => None,
                    CodeBlockKind::Fenced(info) => Some(self.printable(&info, &range).into_owned()),
                };
                let is_closed = info.is_none() || blocks::is_closed(self.text.get(range.clone()).unwrap_or_default());
                let length = (self.source.to_file(range.end) - self.source.to_file(range.start)) as u32;
                let position = self.position(range);
                self.code =
                    Some(OpenCode { info, position, length, text: String::new(), pieces: Vec::new(), is_closed });
            }
            Tag::HtmlBlock => {
                let position = self.position(range);
                self.html = Some((String::new(), position));
            }
            Tag::List(first) => self.start_list(first, range),
            Tag::Item => self.container("<li>"),
            Tag::FootnoteDefinition(label) => self.start_footnote(&label, range.start),
            Tag::DefinitionList => {
                let written = self.enter(range);
                self.out.line();
                self.out.raw(if written { "<dl>\n" } else { "" });
            }
            Tag::DefinitionListTitle => self.container("<dt>"),
            Tag::DefinitionListDefinition => self.container("<dd>"),
            Tag::Table(alignments) => {
                self.table = alignments;
                self.out.line();
                // A group, since a page of many tables must not have as many landmarks.
                self.out
                    .raw("<div class=\"table-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Table\"><table>\n");
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                self.out.raw("<thead><tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
                self.out.raw("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            _ => {}
        }
    }

    /// Meets the end of an element.
    pub(super) fn end(&mut self, tag: TagEnd) {
        if self.image.is_some() {
            if tag == TagEnd::Image {
                self.end_image();
            }
            return;
        }
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Emphasis => self.end_inline("</em>"),
            TagEnd::Strong => {
                self.end_inline("</strong>");
                self.strong = self.strong.saturating_sub(1);
                if self.key == KeyState::Bold && self.strong == 0 {
                    self.settle_key_point(false);
                }
            }
            TagEnd::Strikethrough => self.end_inline("</del>"),
            TagEnd::Superscript => self.end_inline("</sup>"),
            TagEnd::Subscript => self.end_inline("</sub>"),
            TagEnd::Link => {
                if self.out.html.len() == self.link_content {
                    self.report(
                        Diagnostic::warning("empty-link", "the link has no text")
                            .with_help("put text between the brackets"),
                        self.link_position,
                    );
                }
                self.out.raw("</a>");
                self.link_depth = self.link_depth.saturating_sub(1);
                self.update_kind();
            }
            other => self.end_block(other),
        }
    }

    fn end_block(&mut self, tag: TagEnd) {
        self.words.gap();
        self.close_raw_tags();
        match tag {
            TagEnd::Heading(_) => {
                self.end_heading();
                self.capturing = false;
                self.update_kind();
            }
            TagEnd::BlockQuote(kind) => {
                self.out.line();
                self.leave_with(if kind.is_some() { "</aside>\n" } else { "</blockquote>\n" });
                self.quotes = self.quotes.saturating_sub(u32::from(kind.is_none()));
                self.update_kind();
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    self.end_code(code);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((html, position)) = self.html.take() {
                    self.html_block(&html, position);
                }
            }
            TagEnd::List(ordered) => self.leave_with(if ordered { "</ol>\n" } else { "</ul>\n" }),
            TagEnd::Item => self.container("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::DefinitionList => self.leave_with("</dl>\n"),
            TagEnd::DefinitionListTitle => self.container("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.container("</dd>\n"),
            TagEnd::Table => self.out.raw("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.out.raw("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.out.raw("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            _ => {}
        }
    }

    fn start_paragraph(&mut self, range: Range<usize>) {
        self.words.gap();
        self.open_quotes = OpenQuotes::default();
        self.out.line();
        self.paragraph_start = self.out.html.len();
        self.out.raw("<p>");
        self.paragraph_range = range;
        if self.is_top() {
            if self.page.options.key_points {
                self.key = KeyState::Begun;
                self.start_capture();
            } else if self.page.opening.paragraph.is_empty() {
                self.start_capture();
            }
        }
    }

    fn end_paragraph(&mut self) {
        self.words.gap();
        self.close_raw_tags();
        if let Some(caption) = self.figure.take() {
            self.end_figure(&caption);
        } else {
            if self.key == KeyState::Yes {
                self.end_key_point();
            }
            self.out.raw("</p>\n");
        }
        self.key = KeyState::No;
        if self.capturing {
            self.capturing = false;
            self.keep_first_paragraph();
        }
    }

    /// Closes tags that raw HTML has left open within the text that ends here.
    fn close_raw_tags(&mut self) {
        if !self.clean_open.is_empty() {
            self.close_clean_tags();
        }
        if !self.open_elements.is_empty() {
            self.close_inline_elements();
        }
    }

    /// Says whether this is no quote, no list, no footnote and no block.
    fn is_top(&self) -> bool {
        self.containers == 0 && self.outer.is_empty() && self.nesting == 0 && self.open_elements.is_empty()
    }

    fn keep_first_paragraph(&mut self) {
        let page = &mut *self.page;
        if !page.opening.paragraph.is_empty() || !self.capture.contains(char::is_alphanumeric) {
            return;
        }
        let text = self.capture.trim();
        // `[TOC]` and the like are orders to another program.
        if text.starts_with('[') && text.ends_with(']') && !text.contains(char::is_whitespace) {
            return;
        }
        if self.captured_plain >= MIN_FIRST_PARAGRAPH {
            page.opening.paragraph = excerpt(text, MAX_FIRST_PARAGRAPH);
        } else if page.second_best_paragraph.is_empty() {
            page.second_best_paragraph = excerpt(text, MAX_FIRST_PARAGRAPH);
        }
    }

    fn start_inline(&mut self, markup: &str, range: Range<usize>) {
        self.inlines += 1;
        if self.inlines <= MAX_DEPTH {
            self.out.raw(markup);
        } else {
            self.report_depth(range);
        }
    }

    fn end_inline(&mut self, markup: &str) {
        if self.inlines <= MAX_DEPTH {
            self.out.raw(markup);
        }
        self.inlines = self.inlines.saturating_sub(1);
    }

    /// Enters a quote or a list; says whether it is written.
    fn enter(&mut self, range: Range<usize>) -> bool {
        self.containers += 1;
        if self.containers > MAX_DEPTH {
            self.report_depth(range);
        }
        self.containers <= MAX_DEPTH
    }

    /// Leaves a quote or a list: writes its closing tag if its opening tag was written.
    fn leave_with(&mut self, markup: &str) {
        self.container(markup);
        self.containers = self.containers.saturating_sub(1);
    }

    fn start_list(&mut self, first: Option<u64>, range: Range<usize>) {
        if !self.enter(range) {
            return;
        }
        self.out.line();
        match first {
            None => self.out.raw("<ul>\n"),
            Some(1) => self.out.raw("<ol>\n"),
            Some(first) => {
                self.out.raw("<ol start=\"");
                self.out.number(first as usize);
                self.out.raw("\">\n");
            }
        }
    }

    /// Writes a tag of a list's item, unless the list itself is not written.
    fn container(&mut self, markup: &str) {
        if self.containers <= MAX_DEPTH {
            self.out.raw(markup);
        }
    }

    fn report_depth(&mut self, range: Range<usize>) {
        if !self.too_deep {
            self.too_deep = true;
            let position = self.position(range);
            self.report(
                Diagnostic::error("nested-too-deeply", format!("this is nested deeper than {MAX_DEPTH} levels"))
                    .with_help("take the inner quotes, lists or emphasis out"),
                position,
            );
        }
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: Range<usize>) {
        self.quotes += u32::from(kind.is_none());
        self.update_kind();
        if !self.enter(range) {
            return;
        }
        self.out.line();
        let (class, label) = match kind {
            None => {
                self.out.raw("<blockquote>\n");
                return;
            }
            Some(BlockQuoteKind::Note) => ("note", "Note"),
            Some(BlockQuoteKind::Tip) => ("tip", "Tip"),
            Some(BlockQuoteKind::Important) => ("important", "Important"),
            Some(BlockQuoteKind::Warning) => ("warning", "Warning"),
            Some(BlockQuoteKind::Caution) => ("caution", "Caution"),
        };
        let Output { html, .. } = &mut self.out;
        html.push_str("<aside class=\"alert alert-");
        html.push_str(class);
        // A note, since a page must not have as many landmarks as it has alerts.
        html.push_str("\" role=\"note\" aria-label=\"");
        html.push_str(label);
        html.push_str("\">\n<p class=\"alert-title\">");
        html.push_str(label);
        html.push_str("</p>\n");
    }

    fn start_cell(&mut self) {
        self.out.raw(if self.in_head { "<th scope=\"col\"" } else { "<td" });
        match self.table.get(self.cell) {
            Some(Alignment::Center) => self.out.raw(" class=\"center\""),
            Some(Alignment::Right) => self.out.raw(" class=\"right\""),
            Some(Alignment::None | Alignment::Left) | None => {}
        }
        self.out.raw(">");
        self.cell_start = self.out.html.len();
    }

    fn end_cell(&mut self) {
        self.cell += 1;
        if !self.in_head {
            self.out.raw("</td>");
        } else if self.out.html.len() > self.cell_start {
            self.out.raw("</th>");
        } else {
            // A header without text heads nothing.
            let tag = self.out.html.rfind("<th").unwrap_or(self.cell_start);
            self.out.html.truncate(tag);
            self.out.raw("<td></td>");
        }
    }

    fn meet_image(&mut self, destination: &str, title: &str, range: Range<usize>) {
        let position = self.position(range.clone());
        let title = self.printable(title, &range);
        // An image inside a link stands alone if the link does.
        let outer = if self.link_depth > 0 { self.link_range.clone() } else { range.clone() };
        let is_empty = |range: Range<usize>| self.text.get(range).is_some_and(|text| text.trim().is_empty());
        let paragraph = self.paragraph_range.clone();
        let in_link =
            |range: Range<usize>| self.text.get(range).is_some_and(|text| text.starts_with('[') && text.len() == 1);
        let stands_alone = paragraph.contains(&range.start)
            && self.out.html.get(self.paragraph_start..).is_some_and(|html| html.starts_with("<p>"))
            && is_empty(paragraph.start..outer.start)
            && is_empty(outer.end..paragraph.end)
            && (outer == range || in_link(outer.start..range.start));
        self.start_image(destination, &title, stands_alone, position);
    }
}
