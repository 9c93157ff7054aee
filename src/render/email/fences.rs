//! An author's fenced blocks in a mail: those that come with Masthead are written for it, and any other
//! is what its template makes of it on the web, as far as a mail can show that.

use std::cell::RefCell;

use serde_json::Value;

use super::letter::{Block, Cell, Inline, Table};
use super::reading::{Met, Reading};
use super::tree::{self, Element, Node};
use crate::content::entry::Entry;
use crate::content::markdown::{Block as Fence, Fragment, HoleKind};
use crate::diagnostic::Diagnostic;
use crate::render::body::{self, Medium};
use crate::render::{feed, story};
use crate::site::view;
use crate::snapshot::Snapshot;

/// A body that is turned into a letter.
pub(super) struct Source<'s> {
    /// The site.
    pub(super) snapshot: &'s Snapshot,
    /// The file.
    pub(super) entry: &'s Entry,
    /// The full address of the page that it has on the web.
    pub(super) web: &'s str,
    /// The first block that failed.
    pub(super) problem: RefCell<Option<Diagnostic>>,
    /// The pictures that were met.
    pub(super) met: RefCell<Vec<Met>>,
}

impl Source<'_> {
    /// Reads a stretch of the body.
    pub(super) fn blocks(&self, fragment: &Fragment) -> Vec<Block> {
        let reader = tree::Reader::new();
        let mut html = String::new();
        let mut from = 0;
        for hole in &fragment.holes {
            html.push_str(fragment.html.get(from..hole.at as usize).unwrap_or_default());
            from = hole.at as usize;
            match &hole.kind {
                HoleKind::Block(index) => {
                    reader.feed(&self.absolute(&std::mem::take(&mut html)));
                    reader.fence(*index);
                }
                other => body::write_address(&self.snapshot.parts, other, &mut html),
            }
        }
        html.push_str(fragment.html.get(from..).unwrap_or_default());
        reader.feed(&self.absolute(&html));
        self.read(&reader.finish())
    }

    /// Reads a stretch of HTML in one line.
    pub(super) fn line(&self, html: &str) -> Vec<Inline> {
        self.with_reading(|reading| reading.line(&tree::read(&self.absolute(html))))
    }

    fn read(&self, nodes: &[Node]) -> Vec<Block> {
        self.with_reading(|reading| reading.blocks(nodes))
    }

    fn with_reading<T>(&self, read: impl FnOnce(&Reading<'_>) -> T) -> T {
        let config = &self.snapshot.parts.config;
        let own = format!("{}/", config.base_url.strip_suffix(config.base_path()).unwrap_or(&config.base_url));
        read(&Reading { own: &own, fence: &|index| self.fence(index), met: &self.met })
    }

    fn absolute(&self, html: &str) -> String {
        feed::absolutise(html, &self.snapshot.parts.config.base_url, self.web)
    }

    fn fence(&self, index: u32) -> Vec<Block> {
        let Some(fence) = self.entry.body.blocks.get(index as usize) else { return vec![] };
        match self.known(fence).unwrap_or_else(|| self.by_template(fence)) {
            Ok(blocks) => blocks,
            Err(problem) => {
                self.problem.borrow_mut().get_or_insert(problem);
                vec![]
            }
        }
    }

    /// Writes a block that comes with Masthead; `None` for any other.
    fn known(&self, fence: &Fence) -> Option<Result<Vec<Block>, Diagnostic>> {
        match fence.name.as_str() {
            "web-only" => return Some(Ok(vec![])),
            "email-only" => return Some(Ok(self.blocks(&fence.body))),
            "sponsor" | "stat" | "quote" | "note" | "deal" | "chart" => {}
            _ => return None,
        }
        if body::is_withheld(&self.snapshot.parts, fence) {
            return Some(Ok(vec![]));
        }
        let place = self.entry.place(fence.position);
        let view = match body::block_view(&self.snapshot.parts, &self.entry.source, fence, String::new()) {
            Ok(view) => view,
            Err(problem) => return Some(Err(problem.at(place))),
        };
        let said = Said { source: self, fence, view: &view };
        Some(Ok(match fence.name.as_str() {
            "sponsor" => said.sponsor(),
            "stat" => said.stat(),
            "quote" => said.quote(),
            "note" => said.note(),
            "deal" => said.deal(),
            _ => said.chart(),
        }))
    }

    fn by_template(&self, fence: &Fence) -> Result<Vec<Block>, Diagnostic> {
        let mut html = String::new();
        body::write_block(self.snapshot, self.entry, fence, Medium::Plain, &mut html)?;
        Ok(self.read(&tree::read(&self.absolute(&html))))
    }
}

/// What a block says, field by field.
struct Said<'s> {
    source: &'s Source<'s>,
    fence: &'s Fence,
    view: &'s view::Block,
}

impl Said<'_> {
    fn field(&self, key: &str) -> String {
        match self.view.data.get(key) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// Gives a field, or the words behind the block's name.
    fn field_or_argument(&self, key: &str) -> String {
        let field = self.field(key);
        if field.is_empty() { self.view.argument.trim().to_owned() } else { field }
    }

    /// Gives the body, or the field `text`.
    fn words(&self) -> Vec<Block> {
        let blocks = self.source.blocks(&self.fence.body);
        if !blocks.is_empty() {
            return blocks;
        }
        paragraph(&self.field("text")).into_iter().collect()
    }

    /// Links words to the field `url`, if there is one.
    fn linked(&self, words: &str) -> Inline {
        let url = story::full_address(&self.source.snapshot.parts, &self.field("url"));
        let text = Inline::Text(words.to_owned());
        if url.is_empty() { text } else { Inline::Link { url, inside: vec![text] } }
    }

    fn sponsor(&self) -> Vec<Block> {
        let label = self.field("label");
        let label = if label.is_empty() { "Sponsor".to_owned() } else { label };
        let name = self.field_or_argument("name");
        let mut inside = Vec::new();
        if !name.is_empty() {
            inside.push(Block::Paragraph(vec![Inline::Strong(vec![self.linked(&name)])]));
        }
        inside.extend(self.words());
        vec![Block::Panel { label, inside }]
    }

    fn stat(&self) -> Vec<Block> {
        let mut inside = vec![Block::Figure(self.field_or_argument("value"))];
        inside.extend(paragraph(&self.field("label")));
        inside.extend(self.source.blocks(&self.fence.body));
        inside.extend(small(&self.field("source")));
        vec![Block::Panel { label: String::new(), inside }]
    }

    fn quote(&self) -> Vec<Block> {
        let mut inside = self.words();
        let source = self.field("source");
        let mut whose = vec![self.field_or_argument("by"), self.field("role")];
        whose.retain(|part| !part.is_empty());
        let mut line = Vec::new();
        if !whose.is_empty() {
            line.push(Inline::Text(whose.join(", ")));
        }
        if !source.is_empty() {
            line.extend((!line.is_empty()).then(|| Inline::Text(", ".to_owned())));
            line.push(self.linked(&source));
        }
        if !line.is_empty() {
            line.insert(0, Inline::Text("— ".to_owned()));
            inside.push(Block::Small(line));
        }
        vec![Block::Quote(inside)]
    }

    fn note(&self) -> Vec<Block> {
        let label = self.field_or_argument("title");
        let label = if label.is_empty() { "Note".to_owned() } else { label };
        vec![Block::Panel { label, inside: self.words() }]
    }

    fn deal(&self) -> Vec<Block> {
        let Some(deal) = &self.view.deal else { return vec![] };
        let title = Inline::Text(deal.title.clone());
        let title = match deal.url.is_empty() {
            true => title,
            false => {
                Inline::Link { url: story::full_address(&self.source.snapshot.parts, &deal.url), inside: vec![title] }
            }
        };
        let facts = [
            ("Amount", &deal.amount),
            ("Kind", &deal.kind),
            ("Status", &deal.status),
            ("As of", &deal.as_of),
            ("Source", &deal.source),
        ];
        let cell = |text: &str| Cell { inside: vec![Inline::Text(text.to_owned())], ..Cell::default() };
        let rows = facts.iter().filter(|(_, value)| !value.is_empty());
        let rows = rows.map(|(name, value)| vec![cell(name), cell(value)]).collect();
        let mut inside = vec![Block::Paragraph(vec![Inline::Strong(vec![title])])];
        inside.push(Block::Table(Table { rows, ..Table::default() }));
        inside.extend(deal.conflicts.iter().flat_map(|conflict| small(conflict)));
        inside.extend(self.source.blocks(&self.fence.body));
        vec![Block::Panel { label: "Deal".to_owned(), inside }]
    }

    /// A drawing in words: no mail program shows SVG.
    fn chart(&self) -> Vec<Block> {
        let nodes = tree::read(&self.view.chart_html);
        let Some(Node::Element(drawing)) = nodes.iter().find(|node| matches!(node, Node::Element(_))) else {
            return vec![];
        };
        let said = |name: &str| drawing.find(name).map(Element::text).unwrap_or_default();
        let caption = self.field("caption");
        let title = if caption.is_empty() { said("title") } else { caption };
        let mut inside = Vec::new();
        if !title.is_empty() {
            inside.push(Block::Paragraph(vec![Inline::Strong(vec![Inline::Text(title)])]));
        }
        inside.extend(paragraph(&said("desc")));
        inside.extend(self.source.blocks(&self.fence.body));
        let see = vec![Inline::Text("See the chart on the web".to_owned())];
        inside.push(Block::Small(vec![Inline::Link { url: self.source.web.to_owned(), inside: see }]));
        vec![Block::Panel { label: "Chart".to_owned(), inside }]
    }
}

fn paragraph(text: &str) -> Option<Block> {
    (!text.is_empty()).then(|| Block::Paragraph(vec![Inline::Text(text.to_owned())]))
}

fn small(text: &str) -> Option<Block> {
    (!text.is_empty()).then(|| Block::Small(vec![Inline::Text(text.to_owned())]))
}
