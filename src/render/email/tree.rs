//! A body's HTML as a tree: stretches of HTML in, elements and texts out.
//!
//! The body is what Markdown made, complete but for the author's own tags, so a few rules of the HTML
//! standard are enough here: elements without an end, ends that may be left out, and elements whose
//! inside is no markup. Whatever else is wrong costs no text.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

/// Elements deeper than this stand beside their parent instead of in it.
const MAX_DEPTH: usize = 150;

/// A piece of a body.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// An element.
    Element(Element),
    /// A text, without entities.
    Text(String),
    /// A fenced block of the author, by its place in the body's list.
    Fence(u32),
}

/// An element.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Element {
    /// Its name, in small letters.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// What is in it.
    pub(super) children: Vec<Node>,
}

impl Element {
    /// Gives an attribute's value, without white space around it.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.trim())
    }

    /// Says whether it is of a class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|found| found == class))
    }

    /// Finds the first element of a name in it.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.children.iter().find_map(|node| match node {
            Node::Element(child) if child.name == name => Some(child),
            Node::Element(child) => child.find(name),
            _ => None,
        })
    }

    /// Gives the elements right below it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(child) => Some(child),
            _ => None,
        })
    }

    /// Says whether browsers show nothing of it.
    fn is_hidden(&self) -> bool {
        let style = self.attribute("style").unwrap_or_default().to_ascii_lowercase();
        let mut declarations = style.rsplit(';').filter_map(|declaration| declaration.split_once(':'));
        let display = declarations.find(|(property, _)| property.trim() == "display");
        let is_none = |value: &str| value.trim().trim_end_matches("!important").trim_end() == "none";
        match display {
            Some((_, value)) => is_none(value),
            // A style of its own outdoes the attribute.
            None => self.attribute("hidden").is_some(),
        }
    }

    /// Gives all its text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        push_text(&self.children, &mut text);
        text
    }
}

fn push_text(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Element(child) if child.name == "br" => out.push('\n'),
            Node::Element(child) => push_text(&child.children, out),
            Node::Text(text) => out.push_str(text),
            Node::Fence(_) => {}
        }
    }
}

/// Reads one body, stretch by stretch.
pub(super) struct Reader {
    tokenizer: Tokenizer<Sink>,
}

impl Reader {
    /// Starts.
    pub(super) fn new() -> Self {
        let sink = Sink { open: RefCell::new(vec![Element::default()]) };
        Self { tokenizer: Tokenizer::new(sink, Default::default()) }
    }

    /// Reads a stretch that ends between two tags.
    pub(super) fn feed(&self, html: &str) {
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from_slice(html));
        // The sink never asks for a script to be run, so that one call reads all.
        let _ = self.tokenizer.feed(&queue);
    }

    /// Puts a fenced block where the reader has come to.
    pub(super) fn fence(&self, index: u32) {
        self.tokenizer.sink.push(Node::Fence(index));
    }

    /// Gives what was read.
    pub(super) fn finish(self) -> Vec<Node> {
        self.tokenizer.end();
        let mut open = self.tokenizer.sink.open.into_inner();
        while open.len() > 1 {
            close(&mut open);
        }
        open.pop().map(|root| root.children).unwrap_or_default()
    }
}

/// Reads a whole text.
pub(super) fn read(html: &str) -> Vec<Node> {
    let reader = Reader::new();
    reader.feed(html);
    reader.finish()
}

struct Sink {
    /// The elements that are open, the root first.
    open: RefCell<Vec<Element>>,
}

impl Sink {
    fn push(&self, node: Node) {
        if let Some(parent) = self.open.borrow_mut().last_mut() {
            match (parent.children.last_mut(), node) {
                (Some(Node::Text(before)), Node::Text(more)) => before.push_str(&more),
                (_, node) => parent.children.push(node),
            }
        }
    }

    fn start(&self, tag: Tag) {
        let name = tag.name.to_string();
        let mut open = self.open.borrow_mut();
        while open.len() > 1 && open.last().is_some_and(|parent| ends_before(&parent.name, &name)) {
            close(&mut open);
        }
        let attributes =
            tag.attrs.iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string())).collect();
        let element = Element { name, attributes, children: vec![] };
        if is_void(&element.name) || tag.self_closing || open.len() > MAX_DEPTH {
            add(&mut open, element);
        } else {
            open.push(element);
        }
    }

    fn end(&self, name: &str) {
        let mut open = self.open.borrow_mut();
        // A tag that closes nothing is nothing.
        let Some(at) = open.iter().skip(1).rposition(|element| element.name == name) else { return };
        while open.len() > at + 1 {
            close(&mut open);
        }
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.push(Node::Text(text.to_string())),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => self.end(&tag.name),
            Token::TagToken(tag) => {
                let raw = raw_kind(&tag.name);
                self.start(tag);
                if let Some(kind) = raw {
                    return TokenSinkResult::RawData(kind);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Closes the innermost element.
fn close(open: &mut Vec<Element>) {
    if let Some(element) = open.pop() {
        add(open, element);
    }
}

/// Adds an element to the innermost that is open. What pages hide is in no mail either, whose readers would
/// see it: mail programs know no `hidden`.
fn add(open: &mut [Element], element: Element) {
    if let Some(parent) = open.last_mut().filter(|_| !element.is_hidden()) {
        parent.children.push(Node::Element(element));
    }
}

/// Says whether an open element ends where another begins, its own end being left out.
fn ends_before(open: &str, next: &str) -> bool {
    match open {
        "p" => super::reading::is_block(next),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "tfoot"),
        "thead" | "tbody" => matches!(next, "tbody" | "tfoot"),
        _ => false,
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Says how the inside of an element is read, if not as markup.
fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "title" | "textarea" => Some(RawKind::Rcdata),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(nodes: &[Node]) -> String {
        nodes
            .iter()
            .map(|node| match node {
                Node::Element(element) => format!("{}({})", element.name, shape(&element.children)),
                Node::Text(text) => format!("{text:?}"),
                Node::Fence(index) => format!("#{index}"),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn entities_are_read_and_elements_nest() {
        assert_eq!(shape(&read("<p>a &amp; <b>c</b><br>d</p>")), r#"p("a & " b("c") br() "d")"#);
        assert_eq!(shape(&read("<P CLASS=x>a<P>b")), r#"p("a") p("b")"#);
        assert_eq!(shape(&read("<ul><li>a<li>b<ul><li>c</ul></ul>d")), r#"ul(li("a") li("b" ul(li("c")))) "d""#);
    }

    #[test]
    fn what_is_no_markup_stays_text_and_stray_ends_do_nothing() {
        assert_eq!(shape(&read("<script>a<b></script></div>x<!-- y -->")), r#"script("a<b>") "x""#);
        assert_eq!(shape(&read("a < b")), r#""a < b""#);
    }

    #[test]
    fn what_pages_hide_is_left_out() {
        for hidden in [
            "hidden",
            "hidden=until-found",
            "style=\"color:red; DISPLAY : None\"",
            "style=\"display:block;display:none !important\"",
        ] {
            assert_eq!(shape(&read(&format!("a<div {hidden}>b<p>c</div><img {hidden}>d"))), r#""ad""#, "{hidden}");
        }
        for shown in
            ["aria-hidden=true", "style=\"display:block\"", "hidden style=\"display:block\"", "style=\"x:none\""]
        {
            assert_eq!(shape(&read(&format!("<p {shown}>b</p>"))), r#"p("b")"#, "{shown}");
        }
    }

    #[test]
    fn a_fence_stands_where_it_was_put() {
        let reader = Reader::new();
        reader.feed("<blockquote>\n<p>a</p>\n");
        reader.fence(3);
        reader.feed("</blockquote>");
        assert_eq!(shape(&reader.finish()), "blockquote(\"\\n\" p(\"a\") \"\\n\" #3)");
    }

    #[test]
    fn depth_has_an_end() {
        let nodes = read(&("<div>".repeat(50_000) + "x" + &"</div>".repeat(50_000)));
        assert!(shape(&nodes).contains("\"x\""));
    }
}
