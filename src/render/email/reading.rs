//! From the tree of a body to the blocks of a letter: what a mail can't show becomes what it can.
//!
//! Scripts, forms and drawings go; films and frames become links; a picture stays one if it is a PNG, a
//! JPEG or a GIF of this site, and becomes its words with a link otherwise, so that opening a mail asks
//! no other host for anything.

mod tables;

use std::cell::RefCell;

use super::clean::{clean, clean_lines, tidy};
use super::formula;
use super::letter::{Block, Inline, Picture, plain, says_something};
use super::tree::{Element, Node};

/// What reading a body needs to know.
pub(super) struct Reading<'r> {
    /// What the addresses of the site's own files start with: scheme and host, and a slash.
    pub(super) own: &'r str,
    /// Gives the blocks of an author's fenced block.
    pub(super) fence: &'r dyn Fn(u32) -> Vec<Block>,
    /// Notes every picture that was met, for the rules.
    pub(super) met: &'r RefCell<Vec<Met>>,
}

/// A picture that was met.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Met {
    /// Its address.
    pub(super) url: String,
    /// Whether it says in words what it shows.
    pub(super) has_words: bool,
    /// Whether it stays a picture.
    pub(super) is_shown: bool,
}

/// Says whether an element begins a block of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "details"
            | "div"
            | "dl"
            | "dd"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}

/// Elements that say nothing in a mail.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "title"
            | "textarea"
            | "select"
            | "button"
            | "svg"
            | "canvas"
            | "noscript"
            | "map"
            | "datalist"
            | "dialog"
            | "head"
            | "link"
            | "meta"
            | "base"
            | "object"
            | "embed"
    )
}

impl Reading<'_> {
    /// Reads the blocks of a body.
    pub(super) fn blocks(&self, nodes: &[Node]) -> Vec<Block> {
        let mut flow = Flow { reading: self, blocks: vec![], line: vec![] };
        flow.nodes(nodes);
        flow.flush();
        flow.blocks
    }

    /// Reads running text; what would be a block becomes its words.
    pub(super) fn line(&self, nodes: &[Node]) -> Vec<Inline> {
        let mut line = Vec::new();
        self.inlines(nodes, &mut line);
        tidy(line)
    }

    fn inlines(&self, nodes: &[Node], out: &mut Vec<Inline>) {
        for node in nodes {
            match node {
                Node::Text(text) => out.push(Inline::Text(text.clone())),
                Node::Element(element) => self.inline(element, out),
                Node::Fence(_) => {}
            }
        }
    }

    fn inline(&self, element: &Element, out: &mut Vec<Inline>) {
        let inside = || {
            let mut inside = Vec::new();
            self.inlines(&element.children, &mut inside);
            inside
        };
        match element.name.as_str() {
            name if is_dropped(name) => {}
            "br" => out.push(Inline::Break),
            "strong" | "b" => out.push(Inline::Strong(inside())),
            "em" | "i" | "cite" | "dfn" | "var" => out.push(Inline::Emphasis(inside())),
            "del" | "s" | "strike" => out.push(Inline::Deleted(inside())),
            "code" | "kbd" | "samp" | "tt" => out.push(Inline::Code(clean(&element.text()))),
            "sup" if element.has_class("footnote-ref") => out.push(Inline::Mark(clean(element.text().trim()))),
            "sup" => out.push(Inline::Raised(clean(element.text().trim()))),
            "sub" => out.push(Inline::Lowered(clean(element.text().trim()))),
            "q" => {
                out.push(Inline::Text("“".to_owned()));
                out.extend(inside());
                out.push(Inline::Text("”".to_owned()));
            }
            "math" => out.push(Inline::Code(formula::line(element))),
            "a" => out.extend(self.link(element, inside())),
            "img" => match self.picture(element, "") {
                Some(picture) => out.push(Inline::Picture(picture)),
                None => out.extend(self.words_of(element)),
            },
            "iframe" | "video" | "audio" => out.extend(film(element)),
            "input" if element.attribute("type") == Some("checkbox") => {
                let mark = if element.attribute("checked").is_some() { "☑ " } else { "☐ " };
                out.push(Inline::Text(mark.to_owned()));
            }
            "input" => {}
            _ => out.extend(inside()),
        }
    }

    fn link(&self, element: &Element, inside: Vec<Inline>) -> Vec<Inline> {
        // Marks of the page itself: the anchor of a heading, the way back from a footnote.
        if element.has_class("anchor") || element.has_class("footnote-back") || !says_something(&inside) {
            return vec![];
        }
        match element.attribute("href").filter(|url| may_be_followed(url)) {
            Some(url) => vec![Inline::Link { url: url.to_owned(), inside }],
            None => inside,
        }
    }

    /// Takes a picture that every mail program can show, from this site.
    fn picture(&self, image: &Element, link: &str) -> Option<Picture> {
        let url = image.attribute("src")?;
        let number = |name| image.attribute(name).and_then(|value| value.parse::<u32>().ok()).filter(|size| *size > 0);
        if !url.starts_with(self.own) || !is_plain_picture(url) {
            return None;
        }
        let alt = image.attribute("alt").unwrap_or_default().to_owned();
        self.meet(url, &alt, true);
        let size = number("width").map(|width| (width, number("height")));
        Some(Picture { url: url.to_owned(), alt, size, link: link.to_owned() })
    }

    /// Gives the words of a picture that can't be shown, with a link to it.
    fn words_of(&self, image: &Element) -> Vec<Inline> {
        let alt = image.attribute("alt").unwrap_or_default();
        let url = image.attribute("src").unwrap_or_default();
        self.meet(url, alt, false);
        if alt.is_empty() {
            return vec![];
        }
        let words = vec![Inline::Text(format!("Picture: {alt}"))];
        if may_be_followed(url) { vec![Inline::Link { url: url.to_owned(), inside: words }] } else { words }
    }

    fn meet(&self, url: &str, alt: &str, is_shown: bool) {
        self.met.borrow_mut().push(Met { url: url.to_owned(), has_words: !alt.is_empty(), is_shown });
    }
}

/// Says whether an address names a picture in a format that every mail program shows.
fn is_plain_picture(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".png", ".jpg", ".jpeg", ".gif"].iter().any(|ending| path.ends_with(ending))
}

fn may_be_followed(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    matches!(scheme.as_str(), "https" | "http" | "mailto" | "tel")
}

/// Gives a link to something that moves or sounds.
fn film(element: &Element) -> Vec<Inline> {
    let source = element.attribute("src").or_else(|| element.find("source").and_then(|source| source.attribute("src")));
    let Some(url) = source.filter(|url| may_be_followed(url)) else { return vec![] };
    let words = element.attribute("title").or(element.attribute("aria-label")).unwrap_or(match element.name.as_str() {
        "video" => "Watch the film",
        "audio" => "Listen to the recording",
        _ => "See the embedded page",
    });
    vec![Inline::Link { url: url.to_owned(), inside: vec![Inline::Text(words.to_owned())] }]
}

/// Gives the number that a list begins with.
fn first_number(list: &Element) -> u64 {
    list.attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1)
}

/// Blocks in the making.
struct Flow<'f, 'r> {
    reading: &'f Reading<'r>,
    blocks: Vec<Block>,
    line: Vec<Inline>,
}

impl Flow<'_, '_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.line.push(Inline::Text(text.clone())),
                Node::Element(element) => self.element(element),
                Node::Fence(index) => {
                    self.flush();
                    self.blocks.extend((self.reading.fence)(*index));
                }
            }
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let line = tidy(std::mem::take(&mut self.line));
        if !line.is_empty() {
            self.blocks.push(Block::Paragraph(line));
        }
    }

    fn element(&mut self, element: &Element) {
        let name = element.name.as_str();
        match name {
            "img" => self.image(element, ""),
            "a" if element.find("img").is_some() && element.text().trim().is_empty() => {
                let link = element.attribute("href").filter(|url| may_be_followed(url)).unwrap_or_default();
                if let Some(image) = element.find("img") {
                    self.image(image, link);
                }
            }
            "iframe" | "video" | "audio" => {
                self.flush();
                self.line.extend(film(element));
                self.flush();
            }
            "picture" => self.nodes(&element.children),
            _ if is_block(name) => {
                self.flush();
                self.block(element);
                self.flush();
            }
            _ => self.reading.inline(element, &mut self.line),
        }
    }

    fn block(&mut self, element: &Element) {
        let line = || self.reading.line(&element.children);
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = element.name.as_bytes()[1] - b'0';
                let line = line();
                if !line.is_empty() {
                    self.blocks.push(Block::Heading(level.max(2), line));
                }
            }
            "hr" => self.blocks.push(Block::Rule),
            "pre" => self.blocks.push(Block::Code(clean_lines(&element.text()))),
            "ul" | "ol" | "menu" => self.list(element),
            "blockquote" => {
                let inside = self.reading.blocks(&element.children);
                if !inside.is_empty() {
                    self.blocks.push(Block::Quote(inside));
                }
            }
            "table" => self.blocks.extend(tables::table(self.reading, element)),
            "figcaption" => self.small(line()),
            "p" if element.has_class("meta") => self.small(line()),
            "dt" | "summary" => {
                let line = line();
                if !line.is_empty() {
                    self.blocks.push(Block::Paragraph(vec![Inline::Strong(line)]));
                }
            }
            "section" if element.has_class("footnotes") && element.elements().all(|list| list.name == "ol") => {
                self.notes(element);
            }
            _ if element.attribute("role") == Some("note") => self.panel(element),
            _ => self.nodes(&element.children),
        }
    }

    fn small(&mut self, line: Vec<Inline>) {
        if !line.is_empty() {
            self.blocks.push(Block::Small(line));
        }
    }

    fn image(&mut self, image: &Element, link: &str) {
        match self.reading.picture(image, link) {
            Some(picture) => {
                self.flush();
                self.blocks.push(Block::Picture(picture));
            }
            None => self.line.extend(self.reading.words_of(image)),
        }
    }

    fn list(&mut self, element: &Element) {
        let first = (element.name == "ol").then(|| first_number(element));
        let items = self.items(element);
        if !items.is_empty() {
            self.blocks.push(Block::List { first, items });
        }
    }

    fn notes(&mut self, section: &Element) {
        for list in section.elements() {
            self.blocks.push(Block::Notes { first: first_number(list), items: self.items(list) });
        }
    }

    fn items(&self, list: &Element) -> Vec<Vec<Block>> {
        list.elements().map(|item| self.reading.blocks(&item.children)).filter(|item| !item.is_empty()).collect()
    }

    /// A box whose label may be its first paragraph as well.
    fn panel(&mut self, element: &Element) {
        let label = element.attribute("aria-label").unwrap_or_default().to_owned();
        let mut inside = self.reading.blocks(&element.children);
        if let Some(Block::Paragraph(first)) = inside.first()
            && plain(first) == label
        {
            inside.remove(0);
        }
        self.blocks.push(Block::Panel { label, inside });
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::read;
    use super::*;

    /// Reads a body with a fence in it that is a line across.
    pub(super) fn blocks(html: &str) -> Vec<Block> {
        let met = RefCell::default();
        let reading = Reading { own: "https://a.example/", fence: &|_| vec![Block::Rule], met: &met };
        reading.blocks(&read(html))
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn white_space_is_single_across_elements() {
        let found = blocks("<p> a\n <b> b </b> c </p>");
        assert_eq!(found, [Block::Paragraph(vec![text("a "), Inline::Strong(vec![text("b ")]), text("c")])]);
        assert_eq!(blocks("<p> <br> </p><div>\n</div>"), []);
    }

    #[test]
    fn pictures_of_this_site_stay_and_others_become_words() {
        let own = blocks("<p><img src=\"https://a.example/x.png?1\" alt=\"A bill\" width=\"20\" height=\"10\"></p>");
        let Block::Picture(picture) = &own[0] else { panic!("{own:?}") };
        assert_eq!((picture.size, &*picture.alt), (Some((20, Some(10))), "A bill"));
        for (given, size) in [("width=20", Some((20, None))), ("height=10", None), ("width=5% height=9", None)] {
            let found = blocks(&format!("<img src=\"https://a.example/x.png\" {given}>"));
            let Block::Picture(picture) = &found[0] else { panic!("{found:?}") };
            assert_eq!(picture.size, size, "{given}");
        }
        for html in
            ["<b>IMG</b>", "<h2>IMG</h2>", "<table><tr><td>IMG</table>", "<a href=\"https://b.example\">IMG so</a>"]
        {
            let found = format!("{:?}", blocks(&html.replace("IMG", "<img src=\"https://a.example/x.png\">")));
            assert!(found.contains("Picture(Picture"), "{found}");
        }
        for src in ["https://b.example/x.png", "https://a.example/x.webp", "https://a.example/x.svg"] {
            let found = blocks(&format!("<img src=\"{src}\" alt=\"A bill\">"));
            let link = Inline::Link { url: src.to_owned(), inside: vec![text("Picture: A bill")] };
            assert_eq!(found, [Block::Paragraph(vec![link])]);
        }
        assert_eq!(
            blocks("<img src=\"data:image/png;base64,xx\" alt=\"A bill\">"),
            [Block::Paragraph(vec![text("Picture: A bill")])]
        );
    }

    #[test]
    fn what_acts_is_left_out() {
        assert_eq!(blocks("<script>x()</script><form><button>Go</button></form><svg><text>no</text></svg>"), []);
        assert_eq!(blocks("<p><a href=\"javascript:x()\">go</a></p>"), [Block::Paragraph(vec![text("go")])]);
        let film = blocks("<iframe src=\"https://b.example/f\" title=\"A talk\"></iframe>");
        let link = Inline::Link { url: "https://b.example/f".to_owned(), inside: vec![text("A talk")] };
        assert_eq!(film, [Block::Paragraph(vec![link])]);
    }

    #[test]
    fn marks_of_the_page_are_no_links_of_the_mail() {
        let html = "<h2>Title<a class=\"anchor\" href=\"#t\"></a></h2><p>x<sup class=\"footnote-ref\"><a href=\"#fn-1\">1</a></sup><sup>2</sup></p>";
        let line = vec![text("x"), Inline::Mark("1".to_owned()), Inline::Raised("2".to_owned())];
        assert_eq!(blocks(html), [Block::Heading(2, vec![text("Title")]), Block::Paragraph(line)]);
    }

    #[test]
    fn a_note_is_a_box_and_says_its_label_once() {
        let html = "<aside role=\"note\" aria-label=\"Tip\"><p class=\"alert-title\">Tip</p><p>Read.</p></aside>";
        let inside = vec![Block::Paragraph(vec![text("Read.")])];
        assert_eq!(blocks(html), [Block::Panel { label: "Tip".to_owned(), inside }]);
    }

    #[test]
    fn controls_of_pasted_text_are_what_they_were_meant_to_be() {
        assert_eq!(blocks("<p>it\u{92}s\u{8f}</p>"), [Block::Paragraph(vec![text("it’s")])]);
    }
}
