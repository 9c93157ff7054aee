//! Short texts with Markdown in them, such as a summary: as plain text, or as HTML within a line.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::body::{Fragment, Hole, HoleKind, Position};
use super::links::{self, Target, target};
use super::output::{push_attribute, push_text, push_url};
use super::quotes::{NARROW_SPACE, OpenQuotes, Quotes};
use super::raw_html::sanitise;
use super::source::without_controls;
use super::{Options, RawHtml, render, tags};
use crate::diagnostic::Diagnostic;
use crate::source::SourcePath;

/// Stands before a text while it is parsed: a line that starts with a word opens no list, quote, heading, rule,
/// definition or block of HTML, whatever follows.
const WORD: &str = "x ";

/// Makes one line of a text that the parser reads as a paragraph; [`WORD`] stands before it.
fn as_paragraph(markdown: &str) -> String {
    [WORD, &one_line(markdown)].concat()
}

/// Strips inline Markdown to text: one line, without HTML and image addresses.
///
/// There are no blocks in it: `1. The first deal` and `# AI` keep their signs, as a title wants. Quotes, dashes
/// and ellipses become typographic where `smart_punctuation` has them so in the text below.
pub fn plain_text(markdown: &str, smart_punctuation: Option<Quotes>) -> String {
    if is_plain(markdown) && !(smart_punctuation.is_some() && has_punctuation(markdown)) {
        return one_line(markdown);
    }
    let options = Options { smart_punctuation, ..Options::default() };
    let mut text = String::with_capacity(markdown.len());
    let paragraph = as_paragraph(markdown);
    let mut open = OpenQuotes::default();
    for (event, range) in Parser::new_ext(&paragraph, render::syntax(&options)).into_offset_iter() {
        match event {
            Event::Text(piece) => text.push_str(open.shown(smart_punctuation, &piece, &paragraph, range.start)),
            Event::Code(piece) => text.push_str(&piece),
            Event::InlineHtml(tag) if tags::is_word(&tag) => text.push_str(&tag),
            _ => {}
        }
    }
    one_line(text.strip_prefix(WORD.trim_end()).unwrap_or(&text))
}

/// Gives words that are no Markdown the quotes, dashes and ellipses of the texts around them; all other signs stay.
pub fn typeset(words: &str, smart_punctuation: Option<Quotes>) -> String {
    if smart_punctuation.is_none() || !has_punctuation(words) {
        return words.to_owned();
    }
    let mut escaped = String::with_capacity(words.len());
    for letter in words.chars() {
        if letter.is_ascii_punctuation() && !matches!(letter, '\'' | '"' | '-' | '.') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    plain_text(&escaped, smart_punctuation)
}

/// Says whether a text is surely without markup, as most titles are.
fn is_plain(text: &str) -> bool {
    // These are the bytes that inline markup starts with.
    !text.bytes().any(|byte| matches!(byte, b'*' | b'_' | b'`' | b'~' | b'\\' | b'<' | b'&' | b'['))
}

/// Says whether a text has signs that typography has better ones for.
fn has_punctuation(text: &str) -> bool {
    text.contains(['\'', '"']) || text.contains("--") || text.contains("...")
}

/// Makes one line of a text: single spaces, and no control characters. A narrow no-break space is part of a mark, as
/// those inside the quotes of French are.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let words = text.split(|letter: char| letter.is_whitespace() && letter != NARROW_SPACE);
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        if word.chars().any(char::is_control) {
            line.extend(word.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }));
        } else {
            line.push_str(word);
        }
    }
    line
}

/// Renders inline Markdown as HTML that may stand inside a paragraph: emphasis, code and links.
///
/// There are no blocks in it. Images become their text. Raw HTML is sanitised, or shown as text where it is
/// denied. `from` is the file that links are relative to, `position` the place of the whole in it; complaints
/// are of links that lead nowhere.
pub fn inline(markdown: &str, options: &Options, from: &SourcePath, position: Position) -> (Fragment, Vec<Diagnostic>) {
    let html = String::with_capacity(markdown.len());
    let mut line =
        Line { html, holes: vec![], complaints: vec![], gap: false, open: Vec::new(), options, from, position };
    let mut images = 0;
    let paragraph = as_paragraph(markdown);
    let mut open = OpenQuotes::default();
    for (event, range) in Parser::new_ext(&paragraph, render::syntax(options)).into_offset_iter() {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images -= 1,
            Event::Text(text) => line.text(open.shown(options.smart_punctuation, &text, &paragraph, range.start)),
            Event::Code(code) if images > 0 => line.text(&code),
            _ if images > 0 => {}
            Event::Code(code) => {
                line.raw("<code>");
                push_text(&mut line.html, &code);
                line.html.push_str("</code>");
            }
            Event::Start(Tag::Emphasis) => line.raw("<em>"),
            Event::End(TagEnd::Emphasis) => line.html.push_str("</em>"),
            Event::Start(Tag::Strong) => line.raw("<strong>"),
            Event::End(TagEnd::Strong) => line.html.push_str("</strong>"),
            Event::Start(Tag::Strikethrough) => line.raw("<del>"),
            Event::End(TagEnd::Strikethrough) => line.html.push_str("</del>"),
            Event::Start(Tag::Link { dest_url, link_type, .. }) => {
                line.link(&dest_url, link_type == pulldown_cmark::LinkType::Email);
            }
            Event::End(TagEnd::Link) => line.html.push_str("</a>"),
            Event::InlineHtml(html) => line.tag(&html),
            _ => {}
        }
    }
    line.close_tags(0);
    let Line { html, mut holes, complaints, .. } = line;
    let text = html.strip_prefix(WORD.trim_end()).unwrap_or(&html).trim_start().to_owned();
    let dropped = (html.len() - text.len()) as u32;
    holes.iter_mut().for_each(|hole| hole.at -= dropped);
    let complaints = complaints.into_iter().map(|complaint| complaint.at(position.in_file(from))).collect();
    (Fragment { html: text, holes, prose: vec![] }, complaints)
}

struct Line<'o> {
    html: String,
    holes: Vec<Hole>,
    complaints: Vec<Diagnostic>,
    /// A space is due before the next text.
    gap: bool,
    /// Sanitised tags to be closed.
    open: Vec<String>,
    options: &'o Options,
    from: &'o SourcePath,
    position: Position,
}

impl Line<'_> {
    fn raw(&mut self, markup: &str) {
        if std::mem::take(&mut self.gap) && !self.html.is_empty() {
            self.html.push(' ');
        }
        self.html.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        self.raw("");
        push_text(&mut self.html, &without_controls(text));
    }

    fn link(&mut self, destination: &str, is_mail: bool) {
        self.raw("<a");
        let destination = match links::unquoted(destination) {
            Some(address) => {
                self.complaints.push(links::quoted(destination, address));
                address
            }
            None => destination,
        };
        let (url, is_external) = match target(destination, self.from) {
            _ if is_mail => (format!("mailto:{destination}"), false),
            Target::External(url) => (url.into_owned(), true),
            Target::Completed(url) => {
                self.complaints.push(links::incomplete(destination, &url));
                (url, true)
            }
            Target::Contact(url) => (url.into_owned(), false),
            // An anchor is one of a page, and the line stands on several.
            other => {
                self.complaints.extend(match &other {
                    Target::Outside => Some(links::outside(destination)),
                    Target::Scheme(scheme) => Some(links::bad_scheme(scheme)),
                    Target::InlineImage(_) => Some(links::bad_scheme("data")),
                    Target::Empty => Some(links::empty()),
                    Target::Unfilled => Some(links::unfilled(destination)),
                    _ => None,
                });
                match other.into_hole(destination, false) {
                    Some(kind) => self.hole(kind),
                    None => self.html.push('>'),
                }
                return;
            }
        };
        self.html.push_str(" href=\"");
        push_url(&mut self.html, &url);
        if is_external && !self.options.external_rel.is_empty() {
            self.html.push_str("\" rel=\"");
            push_attribute(&mut self.html, &self.options.external_rel);
        }
        self.html.push_str("\">");
    }

    fn hole(&mut self, kind: HoleKind) {
        self.html.push_str(" href=\"");
        self.holes.push(Hole { at: self.html.len() as u32, position: self.position, kind });
        self.html.push_str("\">");
    }

    fn tag(&mut self, html: &str) {
        if self.options.raw_html == RawHtml::Deny || tags::is_word(html) {
            self.text(html);
            return;
        }
        match tags::pieces(html).first().map(|piece| &piece.what) {
            Some(tags::What::Close { name }) => {
                if let Some(found) = self.open.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
                    self.close_tags(found);
                }
            }
            Some(tags::What::Open { name, .. }) if tags::is_inline(name) => {
                let clean = sanitise(html, &self.options.external_rel);
                if let Some(opening) = clean.strip_suffix(&format!("</{}>", name.to_ascii_lowercase())) {
                    self.raw(opening);
                    self.open.push(name.to_ascii_lowercase());
                } else if tags::is_void(name) {
                    self.gap = true;
                }
            }
            _ => {}
        }
    }

    fn close_tags(&mut self, down_to: usize) {
        while self.open.len() > down_to
            && let Some(name) = self.open.pop()
        {
            self.html.push_str("</");
            self.html.push_str(&name);
            self.html.push('>');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline_html(markdown: &str, options: &Options) -> String {
        inline(markdown, options, &SourcePath::new("content/posts/a.md"), Position::default()).0.html
    }

    #[test]
    fn plain_text_has_no_markdown_left() {
        let markdown = "**OpenAI** and [Microsoft](https://m.example) use `code`\n![alt](x.png) *end* <b>x</b>";
        assert_eq!(plain_text(markdown, None), "OpenAI and Microsoft use code alt end x");
        assert_eq!(plain_text("$20M & \"more\"", None), "$20M & \"more\"");
    }

    #[test]
    fn plain_text_has_the_signs_of_the_text_below() {
        for (written, shown) in [
            ("Google's \"AI\" bid -- or not...", "Google’s “AI” bid – or not…"),
            ("'Later' he said", "‘Later’ he said"),
            ("`it's` and *it's*", "it's and it’s"),
            ("\\\"kept\\\"", "\"kept\""),
            ("-1", "-1"),
            ("Why <think> and Vec<T> are <b>words</b>", "Why <think> and Vec<T> are words"),
            ("x<y and a>b", "x<y and a>b"),
        ] {
            assert_eq!(plain_text(written, Some(Quotes::English)), shown);
        }
    }

    #[test]
    fn what_would_open_a_block_is_text() {
        let options = Options { smart_punctuation: None, ..Options::default() };
        for text in [
            "1. The first deal",
            "2024. A year",
            "1) x",
            "1.",
            "- x",
            "+ x",
            "* x",
            "> x",
            "# x",
            "#",
            "---",
            "***",
            "+++",
            "===",
            "___",
            "[AI]: what next",
            "[^1]: x",
            "| a | b |",
            ": x",
            "- [x] done",
            "~~~",
            "```",
            "```rust",
            "- x - y",
            "1. a 2. b",
            "\\",
        ] {
            assert_eq!(plain_text(text, None), text);
            let html = inline_html(text, &options);
            assert_eq!(html, text.replace('>', "&gt;"), "{text}");
        }
        assert_eq!(plain_text("    x\n\n- *y*\n> z", None), "x - y > z");
        for (text, plain) in
            [("<!-- x --> y", "y"), ("<script>x", "x"), ("*1.* x", "1. x"), ("_a_ b", "a b"), ("x x", "x x"), ("", "")]
        {
            assert_eq!(plain_text(text, None), plain);
        }
        assert_eq!(inline_html("_1_ x", &options), "<em>1</em> x");
        assert_eq!(inline_html("", &options), "");
    }

    #[test]
    fn inline_html_stands_in_a_line() {
        let html = inline_html(
            "**A** [x](https://x.example/?a=1&b=2) [f](b.md) `<c>`\n\n- d <script>e</script> <i>f\n",
            &Options::default(),
        );
        assert_eq!(
            html,
            "<strong>A</strong> <a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer\">x</a> <a href=\"\">f</a> <code>&lt;c&gt;</code> - d e <i>f</i>"
        );
        let (line, said) = inline(
            "  [f](b.md#c) [g](/g/) [h](#h)",
            &Options::default(),
            &SourcePath::new("content/posts/a.md"),
            Position::default(),
        );
        assert!(said.is_empty());
        assert_eq!(line.html, "<a href=\"\">f</a> <a href=\"\">g</a> <a>h</a>");
        let file = HoleKind::ContentLink { path: "content/posts/b.md".to_owned(), fragment: Some("c".to_owned()) };
        let site = HoleKind::SiteLink { url: "/g/".to_owned() };
        assert_eq!(line.holes.iter().map(|hole| (hole.at, &hole.kind)).collect::<Vec<_>>(), [(9, &file), (26, &site)]);
        let bad = "[j](javascript:x) [e]() [o](../../../x.md) [p](//p.example) [d](data:text/html,x)";
        let (line, said) =
            inline(bad, &Options::default(), &SourcePath::new("content/posts/a.md"), Position::default());
        assert_eq!(said.len(), 5, "{said:?}");
        assert_eq!(line.html.matches("<a>").count(), 4, "{}", line.html);
        let denied = Options { raw_html: RawHtml::Deny, ..Options::default() };
        assert_eq!(inline_html("a <b>x</b>", &denied), "a &lt;b&gt;x&lt;/b&gt;");
    }
}
