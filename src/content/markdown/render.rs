//! The walk over the parser's events: one pass, HTML out, everything else noted on the way.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Alignment, Event, OffsetIter, Options as Syntax, Parser};

use super::anchors::{Ids, KeyState, OpenHeading};
use super::blocks::OpenCode;
use super::body::{Body, Opening, Position, ProseKind};
use super::footnotes::Footnotes;
use super::images::OpenImage;
use super::math::{self, Formula};
use super::output::{self, Output, push_text};
use super::quotes::OpenQuotes;
use super::raw_html::OpenElement;
use super::source::{self, Source};
use super::words::WordCounter;
use super::{Options, Parsed};
use crate::content::front_matter::instead_of_control;
use crate::diagnostic::{self, Diagnostic, Places};
use crate::source::SourceFile;

/// What all texts of a page share: the body and the blocks inside it.
pub(super) struct Page<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) options: &'a Options,
    pub(super) places: Places<'a>,
    pub(super) ids: Ids,
    pub(super) body: Body,
    pub(super) opening: Opening,
    /// The bodies of `body.blocks`, until the levels of headings are known.
    pub(super) block_bodies: Vec<Output>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Links to anchors of the same page, checked at the end.
    pub(super) anchor_links: Vec<(String, Position)>,
    /// The number of the last footnote.
    pub(super) footnotes: usize,
    /// The highest heading's level, as written; above 6 if there is none.
    pub(super) highest_level: u8,
    /// The first heading and its level; one of level 1 wins.
    pub(super) first_heading: Option<(u8, String)>,
    /// The first paragraph that is only a label or a link, for want of a better one.
    pub(super) second_best_paragraph: String,
}

/// Renders the body of a file.
pub(super) fn body(file: &SourceFile, range: Range<usize>, options: &Options) -> Parsed {
    let end = file.text.floor_char_boundary(range.end.min(file.text.len()));
    let start = file.text.floor_char_boundary(range.start.min(end));
    let (source, controls) = Source::slice(&file.text[start..end], start).without_controls();
    let mut page = Page {
        file,
        options,
        places: Places::new(file.path.clone(), &file.text),
        ids: Ids::new(&options.id_prefix),
        body: Body::default(),
        opening: Opening::default(),
        block_bodies: Vec::new(),
        diagnostics: Vec::new(),
        anchor_links: Vec::new(),
        footnotes: 0,
        highest_level: 7,
        first_heading: None,
        second_best_paragraph: String::new(),
    };
    if let Some((first, count)) = controls {
        let place = page.places.place(first..first + 1);
        page.diagnostics.push(control_character(file.text[first..].chars().next(), count).at(place));
    }
    let content = fragment(&mut page, &source, 0, false);
    finish(page, content)
}

fn control_character(first: Option<char>, count: usize) -> Diagnostic {
    let message = match count {
        1 => "a control character stands in the text".to_owned(),
        _ => format!("{count} control characters stand in the text"),
    };
    let help = first.map_or_else(|| "delete it".to_owned(), instead_of_control);
    let help = format!("{help}; it is shown as \u{fffd}");
    Diagnostic::warning("control-character", message).with_help(help)
}

/// Renders one text of a page: its body, or the body of a block.
pub(super) fn fragment(page: &mut Page<'_>, source: &Source<'_>, nesting: u32, sponsored: bool) -> Output {
    let syntax = syntax(page.options);
    let formulas = if page.options.math { math::set_aside(&source.text, syntax) } else { None };
    let (text, formulas) = match &formulas {
        Some((masked, formulas)) => (masked.as_str(), formulas.as_slice()),
        None => (&*source.text, &[][..]),
    };
    let schemes: Vec<usize> = memchr::memmem::find_iter(text.as_bytes(), b"://").collect();
    let mut renderer = Renderer::new(page, source, nesting, sponsored);
    (renderer.text, renderer.formulas, renderer.schemes) = (text, formulas, &schemes);
    renderer.out.html.reserve(text.len() + text.len() / 2);
    renderer.out.prose.reserve(text.len() / 128);
    renderer.run(Parser::new_ext(text, syntax).into_offset_iter());
    renderer.finish()
}

/// The syntax that is understood.
pub(super) fn syntax(options: &Options) -> Syntax {
    let mut syntax = Syntax::ENABLE_TABLES
        | Syntax::ENABLE_FOOTNOTES
        | Syntax::ENABLE_STRIKETHROUGH
        | Syntax::ENABLE_TASKLISTS
        | Syntax::ENABLE_HEADING_ATTRIBUTES
        | Syntax::ENABLE_GFM
        | Syntax::ENABLE_DEFINITION_LIST;
    syntax.set(Syntax::ENABLE_SMART_PUNCTUATION, options.smart_punctuation.is_some());
    syntax
}

fn finish(page: Page<'_>, content: Output) -> Parsed {
    let Page {
        file,
        mut body,
        mut opening,
        block_bodies,
        mut diagnostics,
        anchor_links,
        highest_level,
        first_heading,
        second_best_paragraph,
        ..
    } = page;
    // The page has a title of its own, so the body's highest heading is of level 2.
    let highest_level = if highest_level <= 6 {
        highest_level
    } else {
        body.headings.iter().map(|heading| heading.level).min().unwrap_or(2)
    };
    let shift = 2 - highest_level as i8;
    for heading in &mut body.headings {
        heading.level = output::shifted(heading.level, shift);
    }
    for (block, output) in body.blocks.iter_mut().zip(block_bodies) {
        block.body = output.finish(shift);
    }
    body.content = Arc::new(content.finish(shift));
    body.headings = output::without_spare_room(body.headings);
    body.anchors = output::without_spare_room(body.anchors);
    body.external_links = output::without_spare_room(body.external_links);
    body.own_links = output::without_spare_room(body.own_links);
    body.picture_origins.sort_unstable();
    body.picture_origins.dedup();
    opening.heading = first_heading.map(|(_, text)| text);
    if opening.paragraph.is_empty() {
        opening.paragraph = second_best_paragraph;
    }
    if !anchor_links.is_empty() {
        let known: std::collections::HashSet<&str> = body.anchors.iter().map(String::as_str).collect();
        // Looking for the nearest name is worth it for a few; a hundred wrong links have another cause.
        for (count, (fragment, position)) in
            anchor_links.iter().filter(|(fragment, _)| !known.contains(fragment.as_str())).enumerate()
        {
            let mut missing = Diagnostic::warning("missing-anchor", format!("there is no `#{fragment}` on this page"))
                .at(position.in_file(&file.path));
            let near =
                if count < 100 { diagnostic::nearest(fragment, body.anchors.iter().map(String::as_str)) } else { None };
            missing.help.push(match near {
                Some(near) => format!("did you mean `#{near}`?"),
                None => "link to a heading's id, or give the heading one with `{#id}`".to_owned(),
            });
            diagnostics.push(missing);
        }
    }
    Parsed { body, opening, diagnostics }
}

/// The state of the walk over one text.
pub(super) struct Renderer<'p, 'a, 's> {
    pub(super) page: &'p mut Page<'a>,
    pub(super) source: &'s Source<'s>,
    /// The text that is parsed: the source, with formulas masked.
    pub(super) text: &'s str,
    pub(super) formulas: &'s [Formula],
    /// Where `://` stands in the text.
    pub(super) schemes: &'s [usize],
    pub(super) nesting: u32,
    pub(super) sponsored: bool,
    pub(super) out: Output,
    /// What waits while a footnote is written.
    pub(super) outer: Vec<Output>,
    pub(super) footnotes: Footnotes,

    /// Quotes, lists and the like that are open; how many of them are quotes of other people's words.
    pub(super) containers: u32,
    pub(super) quotes: u32,
    pub(super) too_deep: bool,
    pub(super) inlines: u32,
    pub(super) strong: u32,
    pub(super) link_depth: u32,
    /// What text is at this point.
    pub(super) kind: ProseKind,
    pub(super) open_elements: Vec<OpenElement>,
    pub(super) too_many_open: bool,
    pub(super) clean_open: Vec<String>,

    pub(super) paragraph_start: usize,
    pub(super) paragraph_range: Range<usize>,
    pub(super) link_range: Range<usize>,
    pub(super) link_content: usize,
    pub(super) link_position: Position,
    pub(super) key: KeyState,
    pub(super) heading: Option<OpenHeading>,
    /// The headings above, each with its level as written and in the outline.
    pub(super) outline: Vec<(u8, u8)>,
    pub(super) image: Option<OpenImage>,
    pub(super) figure: Option<String>,
    pub(super) code: Option<OpenCode>,
    pub(super) html: Option<(String, Position)>,
    pub(super) table: Vec<Alignment>,
    pub(super) cell: usize,
    pub(super) cell_start: usize,
    pub(super) in_head: bool,

    /// Plain text is collected for a heading, a key point's title or the first paragraph.
    pub(super) capturing: bool,
    pub(super) capture: String,
    /// How much of it is neither bold nor a link.
    pub(super) captured_plain: usize,
    pub(super) words: WordCounter,
    /// Which quotation marks are open in this block of text.
    pub(super) open_quotes: OpenQuotes,
    /// The plain text that is being read, which pieces follow without a gap.
    pub(super) plain_run: Range<usize>,
    /// Text before this is written already.
    pub(super) skip: usize,
    /// An event that was read ahead.
    pub(super) ahead: Option<(Event<'s>, Range<usize>)>,
}

impl<'p, 'a, 's> Renderer<'p, 'a, 's> {
    fn new(page: &'p mut Page<'a>, source: &'s Source<'s>, nesting: u32, sponsored: bool) -> Self {
        Self {
            page,
            source,
            text: "",
            formulas: &[],
            schemes: &[],
            nesting,
            sponsored,
            out: Output::default(),
            outer: Vec::new(),
            footnotes: Footnotes::default(),
            containers: 0,
            quotes: 0,
            too_deep: false,
            inlines: 0,
            strong: 0,
            link_depth: 0,
            kind: ProseKind::Text,
            open_elements: Vec::new(),
            too_many_open: false,
            clean_open: Vec::new(),
            paragraph_start: 0,
            paragraph_range: 0..0,
            link_range: 0..0,
            link_content: 0,
            link_position: Position::default(),
            key: KeyState::No,
            heading: None,
            outline: Vec::new(),
            image: None,
            figure: None,
            code: None,
            html: None,
            table: Vec::new(),
            cell: 0,
            cell_start: 0,
            in_head: false,
            capturing: false,
            capture: String::new(),
            captured_plain: 0,
            words: WordCounter::default(),
            open_quotes: OpenQuotes::default(),
            plain_run: 0..0,
            skip: 0,
            ahead: None,
        }
    }

    fn run(&mut self, mut events: OffsetIter<'s>) {
        while let Some((event, range)) = self.ahead.take().or_else(|| events.next()) {
            match event {
                Event::Text(text) => self.text(&text, range, &mut events),
                Event::Start(tag) => self.start(tag, range),
                Event::End(tag) => self.end(tag),
                other => self.leaf(other, range),
            }
        }
    }

    fn finish(mut self) -> Output {
        self.end_plain();
        self.close_clean_tags();
        self.close_open_elements();
        self.write_footnotes();
        self.page.body.words += self.words.count();
        self.out
    }

    /// Keeps a complaint about a place.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, position: Position) {
        self.page.diagnostics.push(diagnostic.at(position.in_file(&self.page.file.path)));
    }

    /// Gives the place of a range of the text.
    pub(super) fn position(&mut self, range: Range<usize>) -> Position {
        Position::of(&self.page.places.place(self.source.to_file(range.start)..self.source.to_file(range.end)))
    }

    /// Replaces control characters that the author wrote as references (`&#27;`), and says so.
    pub(super) fn printable<'t>(&mut self, text: &'t str, range: &Range<usize>) -> Cow<'t, str> {
        let clean = source::without_controls(text);
        if let Cow::Owned(_) = clean {
            let position = self.position(range.clone());
            let mut controls = text.chars().filter(|letter| source::is_control(*letter));
            let first = controls.next();
            self.report(control_character(first, 1 + controls.count()), position);
        }
        clean
    }

    /// The same for raw HTML, where they are references still.
    pub(super) fn printable_html<'t>(&mut self, html: &'t str, position: Position) -> Cow<'t, str> {
        let clean = source::without_control_references(html);
        if let Cow::Owned(_) = clean {
            self.report(control_character(None, 1), position);
        }
        clean
    }

    /// Decides anew what text is at this point.
    pub(super) fn update_kind(&mut self) {
        self.kind = if self.link_depth > 0 || self.around().is_link || self.clean_open.iter().any(|name| name == "a") {
            ProseKind::Link
        } else if self.heading.is_some() {
            ProseKind::Heading
        } else if self.quotes > 0 {
            ProseKind::Quote
        } else {
            ProseKind::Text
        };
    }

    pub(super) fn start_capture(&mut self) {
        self.capture.clear();
        self.captured_plain = 0;
        self.capturing = true;
    }

    /// Gives the text collected so far, without white space around it.
    pub(super) fn captured(&self) -> String {
        self.capture.trim().to_owned()
    }

    fn leaf(&mut self, event: Event<'s>, range: Range<usize>) {
        if range.start < self.skip {
            return;
        }
        if let Some(image) = &mut self.image {
            match event {
                Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => image.alt.push_str(&text),
                Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::SoftBreak => {
                self.out.raw("\n");
                self.words.gap();
                if self.capturing {
                    self.capture.push(' ');
                }
                // A name may go over the line.
                if let Some(last) =
                    self.out.prose.last_mut().filter(|last| last.end as usize + 1 == self.out.html.len())
                {
                    last.end += 1;
                }
            }
            Event::HardBreak => {
                self.out.raw("<br>\n");
                self.words.gap();
                if self.capturing {
                    self.capture.push(' ');
                }
            }
            Event::Code(code) => {
                self.out.raw("<code>");
                push_text(&mut self.out.html, &code);
                self.out.raw("</code>");
                if self.capturing {
                    self.capture.push_str(&code);
                }
            }
            Event::Html(html) => {
                if let Some((collected, _)) = &mut self.html {
                    collected.push_str(&html);
                }
            }
            Event::InlineHtml(html) => {
                let position = self.position(range);
                self.html_inline(&html, position);
            }
            Event::FootnoteReference(label) => self.footnote_reference(&label),
            Event::Rule => {
                self.out.line();
                self.out.raw("<hr>\n");
            }
            Event::TaskListMarker(done) => self.task(done),
            // Their syntax is not turned on.
            Event::Text(_) | Event::Start(_) | Event::End(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
        if self.key == KeyState::Begun || self.key == KeyState::BoldEnded {
            self.key = KeyState::No;
        }
    }

    fn task(&mut self, done: bool) {
        if self.out.html.ends_with("<li>") {
            self.out.html.truncate(self.out.html.len() - 1);
            self.out.raw(" class=\"task\">");
        }
        self.out.raw(if done {
            "<input type=\"checkbox\" disabled checked aria-label=\"Done\"> "
        } else {
            "<input type=\"checkbox\" disabled aria-label=\"To do\"> "
        });
    }
}
