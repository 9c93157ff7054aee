//! `llms.txt` (llmstxt.org): the site for a language model, as one page of Markdown.

use super::markdown::plain;
use super::percent::address;

/// What stands in `llms.txt`. All text is plain; what would be Markdown in it is escaped.
#[derive(Clone, Debug, Default)]
pub struct Llms<'a> {
    /// The publication's name.
    pub title: &'a str,
    /// One or two sentences about it.
    pub summary: &'a str,
    /// Lists of links, the most useful first. By convention a reader in a hurry skips `Optional`.
    pub sections: Vec<LlmsSection<'a>>,
}

/// A list of links under a heading; left out if it has none.
#[derive(Clone, Debug, Default)]
pub struct LlmsSection<'a> {
    /// The heading: `Posts`, `Editions`, `Companies`, `Ledger of deals`, `Feeds`.
    pub title: &'a str,
    /// The links.
    pub links: Vec<LlmsLink<'a>>,
}

/// A link with a sentence about what stands there.
#[derive(Clone, Copy, Debug, Default)]
pub struct LlmsLink<'a> {
    /// Its words.
    pub title: &'a str,
    /// Its full address; the Markdown mirror of a page where there is one.
    pub url: &'a str,
    /// One sentence; may be empty.
    pub note: &'a str,
}

/// Writes `llms.txt`.
pub fn llms(llms: &Llms<'_>) -> String {
    let Llms { title, summary, sections } = llms;
    let mut out = format!("# {}\n", plain(title));
    let summary = plain(summary);
    if !summary.is_empty() {
        out.push_str(&format!("\n> {summary}\n"));
    }
    for section in sections.iter().filter(|section| !section.links.is_empty()) {
        out.push_str(&format!("\n## {}\n\n", plain(section.title)));
        for link in &section.links {
            let words = plain(if link.title.trim().is_empty() { link.url } else { link.title });
            out.push_str(&format!("- [{words}]({})", destination(link.url)));
            let note = plain(link.note);
            if !note.is_empty() {
                out.push_str(": ");
                out.push_str(&note);
            }
            out.push('\n');
        }
    }
    out
}

/// Writes an address so that it can't end the parentheses around it.
fn destination(url: &str) -> String {
    address(url).replace('(', "%28").replace(')', "%29").replace('&', "&amp;")
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// Reads Markdown back as `(kind, text, address)` of headings, quotation, links and paragraphs.
    fn read(markdown: &str) -> Vec<String> {
        let mut found = vec![];
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::Start(Tag::Link { dest_url, .. }) => found.push(format!("-> {dest_url}")),
                Event::End(TagEnd::Heading(level)) => found.push(format!("{level}: {}", std::mem::take(&mut text))),
                Event::End(TagEnd::Link) => found.push(format!("link: {}", std::mem::take(&mut text))),
                Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                    found.push(format!("text: {}", std::mem::take(&mut text)))
                }
                Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) | Event::Start(_) => {}
                other => panic!("{other:?} in {markdown}"),
            }
        }
        found
    }

    #[test]
    fn any_text_comes_back_as_it_was() {
        for text in [
            "](https://evil.example) [x",
            "# not a heading #",
            "C # and a hash#",
            "---",
            "> quote",
            "- list",
            "+ list",
            "1. list",
            "12) list",
            "*a* _b_ __c__ a_b_c `code` ~~d~~ ~e",
            "<script>alert(1)</script> <https://a.example>",
            "AT&T &lt; &#60; & more &copy",
            "back\\slash \\[",
            "$20M and $30M | table",
            "=== ",
            ": definition",
            "[^1]: note",
            "![alt](x)",
        ] {
            let written = llms(&Llms {
                title: text,
                summary: text,
                sections: vec![LlmsSection {
                    title: text,
                    links: vec![LlmsLink { title: text, url: "https://example.org/a(b)?c=1&copy=2", note: text }],
                }],
            });
            let t = text.trim();
            let expected = [
                format!("h1: {t}"),
                format!("text: {t}"),
                format!("h2: {t}"),
                "-> https://example.org/a%28b%29?c=1&copy=2".to_owned(),
                format!("link: {t}"),
                format!("text: : {t}"),
            ];
            assert_eq!(read(&written), expected, "from\n{written}");
        }
    }

    #[test]
    fn text_is_one_line_and_empty_parts_are_left_out() {
        let links = vec![LlmsLink { title: "A\n\n# B", url: "https://example.org/\n- [x](y)", note: "" }];
        let sections = vec![LlmsSection { title: "Posts", links }, LlmsSection { title: "Empty", links: vec![] }];
        let text = llms(&Llms { title: "The Desk", sections, ..Llms::default() });
        assert_eq!(text, "# The Desk\n\n## Posts\n\n- [A \\# B](https://example.org/%0A-%20[x]%28y%29)\n");
    }
}
