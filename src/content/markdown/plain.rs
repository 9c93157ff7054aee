//! Short texts with Markdown in them, such as a summary: as plain text, or as HTML within a line.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::links::{Target, target};
use super::output::{push_attribute, push_text, push_url};
use super::raw_html::sanitise;
use super::{Options, RawHtml, render, tags};
use crate::source::SourcePath;

/// Strips Markdown to text: one line, without HTML, footnote marks and image addresses.
pub fn plain_text(markdown: &str) -> String {
    if is_plain(markdown) {
        return one_line(markdown);
    }
    let options = Options { smart_punctuation: false, ..Options::default() };
    let mut text = String::with_capacity(markdown.len());
    let mut hidden = 0;
    for event in Parser::new_ext(markdown, render::syntax(&options)) {
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => hidden += 1,
            Event::End(TagEnd::FootnoteDefinition) => hidden -= 1,
            _ if hidden > 0 => {}
            Event::Text(piece) | Event::Code(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::Rule => text.push(' '),
            Event::End(tag) if is_block(tag) => text.push(' '),
            _ => {}
        }
    }
    one_line(&text)
}

/// Says whether a text is surely one paragraph without markup, as most titles are.
fn is_plain(text: &str) -> bool {
    // A letter opens neither list nor quote nor heading, and these are the bytes that markup starts with.
    text.starts_with(char::is_alphabetic)
        && !text
            .bytes()
            .any(|byte| matches!(byte, b'\n' | b'\r' | b'*' | b'_' | b'`' | b'~' | b'\\' | b'<' | b'&' | b'['))
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
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

fn is_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// Renders Markdown as HTML that may stand inside a paragraph: emphasis, code and links to other sites.
///
/// Blocks become words in a row, images their text, and links to files lose their address, since
/// nothing can be spliced in here. Raw HTML is sanitised, or shown as text where it is denied.
pub fn inline_html(markdown: &str, options: &Options) -> String {
    let mut line = Line { html: String::with_capacity(markdown.len()), gap: false, open: Vec::new(), options };
    let mut images = 0;
    let mut notes = 0;
    for event in Parser::new_ext(markdown, render::syntax(options)) {
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => notes += 1,
            Event::End(TagEnd::FootnoteDefinition) => notes -= 1,
            _ if notes > 0 => {}
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images -= 1,
            Event::Text(text) => line.text(&text),
            Event::Code(code) if images > 0 => line.text(&code),
            Event::SoftBreak | Event::HardBreak | Event::Rule => line.gap = true,
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
            Event::End(tag) if is_block(tag) => {
                line.close_tags(0);
                line.gap = true;
            }
            _ => {}
        }
    }
    line.close_tags(0);
    line.html
}

struct Line<'o> {
    html: String,
    /// A space is due before the next text.
    gap: bool,
    /// Sanitised tags to be closed.
    open: Vec<String>,
    options: &'o Options,
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
        push_text(&mut self.html, text);
    }

    fn link(&mut self, destination: &str, is_mail: bool) {
        self.raw("<a");
        let path = SourcePath::new("");
        let (url, is_external) = match target(destination, &path) {
            _ if is_mail => (format!("mailto:{destination}"), false),
            Target::External(url) => (url.into_owned(), true),
            Target::ProtocolRelative(url) => (url, true),
            Target::Contact(url) => (url.into_owned(), false),
            _ => {
                self.html.push('>');
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

    fn tag(&mut self, html: &str) {
        if self.options.raw_html == RawHtml::Deny {
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
                let clean = sanitise(html);
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

    #[test]
    fn plain_text_has_no_markdown_left() {
        let markdown = "**OpenAI** and [Microsoft](https://m.example) use `code`[^1]\n\n> ![alt](x.png) *end* <b>x</b>\n\n[^1]: note";
        assert_eq!(plain_text(markdown), "OpenAI and Microsoft use code alt end x");
        assert_eq!(plain_text("$20M & \"more\""), "$20M & \"more\"");
    }

    #[test]
    fn inline_html_stands_in_a_line() {
        let html = inline_html(
            "**A** [x](https://x.example/?a=1&b=2) [f](b.md) `<c>`\n\n- d <script>e</script> <i>f\n",
            &Options::default(),
        );
        assert_eq!(
            html,
            "<strong>A</strong> <a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer\">x</a> <a>f</a> <code>&lt;c&gt;</code> d e <i>f</i>"
        );
        let denied = Options { raw_html: RawHtml::Deny, ..Options::default() };
        assert_eq!(inline_html("a <b>x</b>", &denied), "a &lt;b&gt;x&lt;/b&gt;");
    }
}
