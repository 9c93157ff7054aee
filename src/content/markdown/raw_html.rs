//! HTML in Markdown: passed through, sanitised or shown as text.
//!
//! What is passed through is read as well: its ids can be linked to, its text is prose, names in a raw
//! `<a>` are not linked again. And it can't break the page around it: a closing tag without an opening
//! one is left out, and what is still open at the end (a comment, a script, a `<details>`) is closed.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::body::{Position, ProseKind};
use super::links::QUOTES;
use super::output::push_text;
use super::render::Renderer;
use super::tags::{self, What};
use super::{EXTERNAL_REL, RawHtml};
use crate::diagnostic::Diagnostic;

/// Elements of raw HTML within each other, beyond this, are shown as text. Browsers have a limit of about
/// the same, and what is never closed is searched in all that are open.
const MAX_OPEN: usize = 500;

/// An element that raw HTML has opened.
pub(super) struct OpenElement {
    name: String,
    position: Position,
    /// It has to end with its paragraph.
    is_inline: bool,
    around: Around,
}

/// What an element and those around it mean for the text inside, told without looking at all of them.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    /// It is not read as text: code, a script.
    is_hidden: bool,
    /// It is SVG or MathML, which have elements of their own.
    is_foreign: bool,
    /// It is a link, or must not hold one.
    pub(super) is_link: bool,
}

impl Around {
    /// Goes into an element.
    fn and(self, name: &str) -> Self {
        let hidden = [
            "script", "style", "code", "pre", "svg", "math", "textarea", "kbd", "samp", "template", "noscript", "title",
        ];
        Self {
            is_hidden: self.is_hidden || hidden.contains(&name),
            is_foreign: self.is_foreign || matches!(name, "svg" | "math"),
            is_link: self.is_link || matches!(name, "a" | "button" | "label" | "summary"),
        }
    }
}

/// Sanitises HTML of somebody who is not trusted: no scripts, styles, SVG, MathML, ids or classes; links have
/// the `rel` of links to other sites.
pub(super) fn sanitise(html: &str, rel: &str) -> String {
    static USUAL: OnceLock<ammonia::Builder<'static>> = OnceLock::new();
    match rel {
        EXTERNAL_REL => USUAL.get_or_init(|| cleaner(EXTERNAL_REL)).clean(html).to_string(),
        other => cleaner(other).clean(html).to_string(),
    }
}

fn cleaner(rel: &str) -> ammonia::Builder<'_> {
    let mut cleaner = ammonia::Builder::default();
    cleaner.url_schemes(HashSet::from(["http", "https", "mailto", "tel"])).link_rel(Some(rel));
    cleaner
}

impl Renderer<'_, '_, '_> {
    /// Notes where the pictures in sanitised HTML come from.
    fn note_pictures(&mut self, clean: &str) {
        for tag in clean.split("<img ").skip(1) {
            self.note_pictures_of("img", tag.split('>').next().unwrap_or_default());
        }
    }

    /// Notes where the pictures of one tag come from.
    fn note_pictures_of(&mut self, name: &str, attributes: &str) {
        let of = |element: &str, attribute| {
            tags::attribute(attributes, attribute).filter(|_| name.eq_ignore_ascii_case(element))
        };
        let sets = [of("img", "srcset"), of("source", "srcset")];
        let several =
            sets.into_iter().flatten().flat_map(|set| set.split(',')).filter_map(|one| one.split_whitespace().next());
        for url in [of("img", "src"), of("video", "poster")].into_iter().flatten().chain(several) {
            self.page.body.note_picture(url);
        }
    }

    /// Writes a block of HTML.
    pub(super) fn html_block(&mut self, html: &str, position: Position) {
        let html = self.printable_html(html, position);
        let html = &*html;
        self.report_curly_quotes(html, position);
        match self.page.options.raw_html {
            RawHtml::Allow => {
                self.out.line();
                self.write_html(html, position);
                self.out.line();
            }
            // The sanitiser looks for what is open in all that is.
            RawHtml::Sanitise if is_too_deep(html) => {
                self.report_open_elements(position);
                self.shown_as_text(html);
            }
            RawHtml::Sanitise => {
                let clean = sanitise(html, &self.page.options.external_rel);
                if clean.trim().is_empty() && !is_harmless(html) {
                    self.report_removed(html, position);
                }
                self.out.line();
                self.note_pictures(&clean);
                self.out.raw(clean.trim_end());
                self.out.line();
            }
            RawHtml::Deny if is_harmless(html) => {}
            RawHtml::Deny => {
                self.report_denied(position);
                self.shown_as_text(html);
            }
        }
    }

    fn shown_as_text(&mut self, html: &str) {
        self.out.line();
        self.out.raw("<p>");
        push_text(&mut self.out.html, html.trim_end());
        self.out.raw("</p>\n");
    }

    /// Writes one tag, comment or the like within text.
    pub(super) fn html_inline(&mut self, html: &str, position: Position) {
        let html = self.printable_html(html, position);
        let html = &*html;
        self.report_curly_quotes(html, position);
        match self.page.options.raw_html {
            RawHtml::Allow => {
                let before = self.open_elements.len();
                self.write_html(html, position);
                if let Some(opened) = self.open_elements.get_mut(before) {
                    opened.is_inline = tags::is_inline(&opened.name);
                }
            }
            RawHtml::Sanitise => self.clean_tag(html, position),
            RawHtml::Deny if is_harmless(html) => {}
            RawHtml::Deny => {
                if !html.starts_with("</") {
                    self.report_denied(position);
                }
                push_text(&mut self.out.html, html);
            }
        }
    }

    /// Says what the open elements mean for the text at this point.
    pub(super) fn around(&self) -> Around {
        self.open_elements.last().map(|element| element.around).unwrap_or_default()
    }

    fn write_html(&mut self, html: &str, position: Position) {
        for piece in tags::pieces(html) {
            let text = &html[piece.range];
            match piece.what {
                What::Text => {
                    let start = self.out.html.len();
                    self.out.raw(text);
                    if !self.is_hidden() && !text.trim().is_empty() {
                        let kind = if self.kind == ProseKind::Link { ProseKind::Link } else { ProseKind::Html };
                        self.out.prose_since(start, kind);
                    }
                }
                What::RawText => self.out.raw(text),
                What::Open { name, .. } | What::Close { name }
                    if !tags::is_known(name) && !self.around().is_foreign =>
                {
                    // `<think>` in a text about models is a word, not an element.
                    push_text(&mut self.out.html, text);
                    if self.capturing {
                        self.capture.push_str(text);
                    }
                    if matches!(piece.what, What::Open { .. }) {
                        self.report(
                            Diagnostic::warning(
                                "unknown-element",
                                format!("`<{name}>` is no HTML element for a text, and is shown as it is written"),
                            )
                            .with_help(format!("put it in backticks: `<{name}>`")),
                            position,
                        );
                    }
                }
                What::Open { name, attributes } => {
                    let stays_open = !attributes.ends_with('/') && !tags::is_void(name) && !tags::closes_itself(name);
                    if stays_open && self.open_elements.len() >= MAX_OPEN {
                        push_text(&mut self.out.html, text);
                        self.report_open_elements(position);
                        continue;
                    }
                    let anchor = tags::attribute(attributes, "name").filter(|_| name.eq_ignore_ascii_case("a"));
                    if let Some(id) = tags::attribute(attributes, "id").or(anchor).filter(|id| !id.is_empty()) {
                        self.page.ids.take(id);
                        self.page.body.anchors.push(id.to_owned());
                    }
                    self.note_pictures_of(name, attributes);
                    self.out.raw(text);
                    if stays_open {
                        let name = name.to_ascii_lowercase();
                        let around = self.around().and(&name);
                        self.open_elements.push(OpenElement { name, position, is_inline: false, around });
                        self.update_kind();
                    }
                }
                What::Close { name } if tags::closes_itself(name) || tags::is_void(name) => self.out.raw(text),
                What::Close { name } => {
                    match self.open_elements.iter().rposition(|element| element.name.eq_ignore_ascii_case(name)) {
                        Some(found) => {
                            self.open_elements.truncate(found);
                            self.update_kind();
                            self.out.raw(text);
                        }
                        None => self.report(
                            Diagnostic::warning("stray-tag", format!("`</{name}>` closes nothing, and is left out"))
                                .with_help("delete the tag, or add its opening tag above"),
                            position,
                        ),
                    }
                }
                What::Comment { unclosed } => {
                    self.out.raw(text);
                    if let Some(close) = unclosed {
                        self.out.raw(close);
                        self.report(
                            Diagnostic::warning(
                                "unclosed-html",
                                format!("a comment is never closed, and `{close}` is assumed below"),
                            )
                            .with_help(format!("add `{close}` where it ends")),
                            position,
                        );
                    }
                }
            }
        }
    }

    /// Closes what raw HTML has left open, so that the page around the text stays whole.
    pub(super) fn close_open_elements(&mut self) {
        while let Some(element) = self.open_elements.pop() {
            self.close_element(element);
        }
    }

    /// Closes what raw HTML has left open inside a paragraph, a heading or a cell, at its end.
    pub(super) fn close_inline_elements(&mut self) {
        while let Some(element) = self.open_elements.pop_if(|element| element.is_inline) {
            self.close_element(element);
        }
    }

    fn close_element(&mut self, element: OpenElement) {
        let OpenElement { name, position, is_inline: _, around: _ } = element;
        self.out.raw("</");
        self.out.raw(&name);
        self.out.raw(">");
        self.report(
            Diagnostic::warning("unclosed-html", format!("`<{name}>` is never closed"))
                .with_help(format!("add `</{name}>` where it ends")),
            position,
        );
        self.update_kind();
    }

    /// Writes a tag of somebody who is not trusted; `clean_open` keeps what has to be closed again.
    fn clean_tag(&mut self, html: &str, position: Position) {
        let pieces = tags::pieces(html);
        match pieces.first().map(|piece| &piece.what) {
            Some(What::Close { name }) => {
                if let Some(found) = self.clean_open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
                    while self.clean_open.len() > found {
                        self.close_clean_tag();
                    }
                }
            }
            Some(What::Open { .. }) if self.clean_open.len() >= MAX_OPEN => self.report_open_elements(position),
            Some(What::Open { name, .. }) => {
                let clean = sanitise(html, &self.page.options.external_rel);
                let end = format!("</{}>", name.to_ascii_lowercase());
                if let Some(opening) = clean.strip_suffix(&end) {
                    self.out.raw(opening);
                    self.clean_open.push(name.to_ascii_lowercase());
                    self.update_kind();
                } else if tags::is_void(name) && !clean.is_empty() {
                    self.note_pictures(&clean);
                    self.out.raw(&clean);
                } else {
                    self.report_removed(html, position);
                }
            }
            _ => {}
        }
    }

    fn close_clean_tag(&mut self) {
        if let Some(name) = self.clean_open.pop() {
            self.out.raw("</");
            self.out.raw(&name);
            self.out.raw(">");
            self.update_kind();
        }
    }

    /// Closes sanitised tags at the end of their paragraph, heading or cell.
    pub(super) fn close_clean_tags(&mut self) {
        while !self.clean_open.is_empty() {
            self.close_clean_tag();
        }
    }

    /// Says whether text is inside raw HTML that is not read as text, such as code or a script.
    pub(super) fn is_hidden(&self) -> bool {
        self.around().is_hidden
    }

    fn report_open_elements(&mut self, position: Position) {
        if !std::mem::replace(&mut self.too_many_open, true) {
            self.report(
                Diagnostic::error(
                    "nested-too-deeply",
                    format!("more than {MAX_OPEN} elements of raw HTML are open inside one another"),
                )
                .with_help("close each where it ends, as in `<div>…</div>`"),
                position,
            );
        }
    }

    /// Says which attributes stand between quotes that HTML does not know, as editors put them.
    fn report_curly_quotes(&mut self, html: &str, position: Position) {
        if !html.contains(QUOTES) {
            return;
        }
        for piece in tags::pieces(html) {
            if let What::Open { name, attributes } = piece.what
                && let Some(attribute) = tags::curly_quoted(attributes)
            {
                let message =
                    format!("`{attribute}` of `<{name}>` stands between curly quotes, which become a part of it");
                let help = format!("write straight quotes: `{attribute}=\"…\"`");
                self.report(Diagnostic::warning("curly-quotes", message).with_help(help), position);
            }
        }
    }

    fn report_denied(&mut self, position: Position) {
        self.report(
            Diagnostic::error("raw-html", "raw HTML is turned off")
                .with_help("write it as Markdown, put it in backticks, or set `raw_html: allow` in `masthead.yaml`"),
            position,
        );
    }

    fn report_removed(&mut self, html: &str, position: Position) {
        let name = html
            .trim_start_matches(['<', '/'])
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        self.report(
            Diagnostic::warning("raw-html-removed", format!("`<{name}>` is not allowed here, and is left out"))
                .with_help("write it as Markdown"),
            position,
        );
    }
}

/// Says whether more elements are open at once than may be.
fn is_too_deep(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for piece in tags::pieces(html) {
        match piece.what {
            What::Open { name, .. } if !tags::is_void(name) && !tags::closes_itself(name) => open.push(name),
            What::Close { name } => {
                if let Some(found) = open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
                    open.truncate(found);
                }
            }
            _ => {}
        }
        if open.len() > MAX_OPEN {
            return true;
        }
    }
    false
}

/// Comments show nothing and do nothing.
fn is_harmless(html: &str) -> bool {
    tags::pieces(html).iter().all(|piece| match piece.what {
        What::Comment { .. } => true,
        What::Text => html[piece.range.clone()].trim().is_empty(),
        _ => false,
    })
}
