//! Reads the tags of raw HTML: enough to know what is open, what has an id, and where text stands.

use std::ops::Range;

/// A piece of raw HTML; the pieces of a text cover it without gaps.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'h> {
    pub(super) range: Range<usize>,
    pub(super) what: What<'h>,
}

/// What a piece is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What<'h> {
    /// Text between tags.
    Text,
    /// What stands in a script, a style or the like.
    RawText,
    /// An opening tag; `attributes` is what stands behind its name.
    Open { name: &'h str, attributes: &'h str },
    /// A closing tag.
    Close { name: &'h str },
    /// A comment, a declaration or the like; says how to close it if it is not.
    Comment { unclosed: Option<&'static str> },
}

/// Elements whose inside is no HTML.
const RAW_TEXT: [&str; 6] = ["script", "style", "textarea", "title", "xmp", "iframe"];

/// Reads all pieces of a stretch of HTML.
pub(super) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut at = 0;
    let mut plain_from = 0;
    // Inside an element of raw text only its own closing tag counts.
    let mut raw_text: Option<&str> = None;
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        let Some((end, what)) = markup(html, start, raw_text) else {
            at = start + 1;
            continue;
        };
        if plain_from < start {
            pieces.push(Piece {
                range: plain_from..start,
                what: if raw_text.is_some() { What::RawText } else { What::Text },
            });
        }
        raw_text = match what {
            What::Open { name, .. } => RAW_TEXT.iter().find(|raw| raw.eq_ignore_ascii_case(name)).copied(),
            _ => None,
        };
        pieces.push(Piece { range: start..end, what });
        (at, plain_from) = (end, end);
    }
    if plain_from < html.len() {
        pieces.push(Piece {
            range: plain_from..html.len(),
            what: if raw_text.is_some() { What::RawText } else { What::Text },
        });
    }
    pieces
}

/// Reads the markup that starts at `start`, if it is any.
fn markup<'h>(html: &'h str, start: usize, raw_text: Option<&str>) -> Option<(usize, What<'h>)> {
    let rest = &html[start..];
    let is_close = rest[1..].starts_with('/');
    let name_start = start + 1 + usize::from(is_close);
    let name_length = html[name_start..]
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':'))
        .count();
    let name = &html[name_start..name_start + name_length];
    if raw_text.is_some_and(|raw| !is_close || !raw.eq_ignore_ascii_case(name)) {
        return None;
    }
    if let Some((open, close)) = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
        .iter()
        .find(|(open, _)| rest.starts_with(open))
    {
        // `<!-->` is a whole comment.
        let from = if *open == "<!--" { 2 } else { open.len() };
        let end = rest[from..].find(close).map(|found| start + from + found + close.len());
        return Some((
            end.unwrap_or(html.len()),
            What::Comment { unclosed: if end.is_some() { None } else { Some(close) } },
        ));
    }
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let end = tag_end(html, name_start + name_length);
    let what = if is_close {
        What::Close { name }
    } else {
        What::Open { name, attributes: &html[name_start + name_length..end] }
    };
    Some(((end + 1).min(html.len()), what))
}

/// Finds the `>` that ends a tag, past quoted values.
fn tag_end(html: &str, from: usize) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// Gives the value of an attribute.
pub(super) fn attribute<'h>(attributes: &'h str, name: &str) -> Option<&'h str> {
    Attributes { rest: attributes }.find(|(found, _)| found.eq_ignore_ascii_case(name)).and_then(|(_, value)| value)
}

/// Finds an attribute whose value stands between curly quotes, which are a part of it: `href=“…”`.
pub(super) fn curly_quoted(attributes: &str) -> Option<&str> {
    let mut straight = None;
    // Where an attribute's name ends whose value is about to begin.
    let mut name_end = None;
    for (at, letter) in attributes.char_indices() {
        match (straight, letter) {
            (Some(quote), _) if letter == quote => straight = None,
            (Some(_), _) => {}
            (None, '=') => name_end = Some(at),
            (None, _) if letter.is_ascii_whitespace() => {}
            (None, '“' | '”' | '„' | '‘' | '’') if name_end.is_some() => {
                return attributes[..name_end?].split_ascii_whitespace().next_back();
            }
            (None, '"' | '\'') => {
                straight = Some(letter);
                name_end = None;
            }
            (None, _) => name_end = None,
        }
    }
    None
}

/// Gives the names of attributes, as they are written.
pub(super) fn attribute_names(attributes: &str) -> impl Iterator<Item = &str> {
    Attributes { rest: attributes }.map(|(name, _)| name)
}

struct Attributes<'h> {
    rest: &'h str,
}

impl<'h> Iterator for Attributes<'h> {
    type Item = (&'h str, Option<&'h str>);

    fn next(&mut self) -> Option<Self::Item> {
        // A stray `=` starts a name, and `/` separates, as in a browser.
        let rest = self.rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        let first = rest.chars().next()?;
        let ends = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '>' | '/');
        let length = rest[first.len_utf8()..].find(ends).map_or(rest.len(), |at| at + first.len_utf8());
        let (name, after) = rest.split_at(length);
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            self.rest = after;
            return Some((name, None));
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.rest = after;
        Some((name, Some(value)))
    }
}

/// Elements that stand within a line of text.
pub(super) fn is_inline(name: &str) -> bool {
    let inline = [
        "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
        "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    ];
    inline.iter().any(|inline| inline.eq_ignore_ascii_case(name))
}

/// Says whether what looks like a tag is a word: `<think>` in a text about models, `Vec<T>` in one about code.
pub(super) fn is_word(tag: &str) -> bool {
    match pieces(tag).first().map(|piece| &piece.what) {
        Some(What::Open { name, .. } | What::Close { name }) => !is_known(name),
        _ => false,
    }
}

/// Says whether a browser knows an element that may stand in a text; names with `-` are made by
/// scripts. `<base>` and `<body>` belong to the page, which is not the author's to open or to turn.
pub(super) fn is_known(name: &str) -> bool {
    if name.eq_ignore_ascii_case("base") {
        return false;
    }
    const BLOCKS: &[&str] = &[
        "a",
        "address",
        "article",
        "aside",
        "audio",
        "blockquote",
        "button",
        "canvas",
        "caption",
        "center",
        "col",
        "colgroup",
        "datalist",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "iframe",
        "label",
        "legend",
        "li",
        "main",
        "map",
        "marquee",
        "math",
        "menu",
        "meter",
        "nav",
        "nobr",
        "noscript",
        "object",
        "ol",
        "optgroup",
        "option",
        "output",
        "p",
        "picture",
        "pre",
        "progress",
        "rb",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "script",
        "search",
        "section",
        "select",
        "slot",
        "style",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "template",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
    ];
    name.contains('-')
        || is_inline(name)
        || is_void(name)
        || BLOCKS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Elements that have no closing tag.
pub(super) fn is_void(name: &str) -> bool {
    let void =
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
    void.iter().any(|void| void.eq_ignore_ascii_case(name))
}

/// Elements whose closing tag may be left out, and is, by Markdown's own paragraphs and lists among them.
pub(super) fn closes_itself(name: &str) -> bool {
    let optional = [
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption", "option",
        "optgroup", "rp", "rt", "html", "head", "body",
    ];
    optional.iter().any(|optional| optional.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_html_are_told_apart() {
        let html = "<div id=\"a>b\" class=x>text<br/><!-- <b> --></div><script>a<b></script>x < y<!-- open";
        let found = pieces(html);
        assert_eq!(found[0].what, What::Open { name: "div", attributes: " id=\"a>b\" class=x" });
        assert_eq!(&html[found[1].range.clone()], "text");
        assert_eq!(found[2].what, What::Open { name: "br", attributes: "/" });
        assert_eq!(found[3].what, What::Comment { unclosed: None });
        assert_eq!(found[4].what, What::Close { name: "div" });
        assert_eq!(found[6].what, What::RawText);
        assert_eq!(found[7].what, What::Close { name: "script" });
        assert_eq!(&html[found[8].range.clone()], "x < y");
        assert_eq!(found[9].what, What::Comment { unclosed: Some("-->") });
        assert!(found.windows(2).all(|pair| pair[0].range.end == pair[1].range.start));
    }

    #[test]
    fn attributes_are_found_in_any_spelling() {
        assert_eq!(attribute(" id=\"a>b\" class=x", "id"), Some("a>b"));
        assert_eq!(attribute(" hidden ID = 'q' x", "id"), Some("q"));
        assert_eq!(attribute(" class=x/", "class"), Some("x/"));
        assert_eq!(attribute(" = = x", "id"), None);
        assert_eq!(attribute("é=1 id=2", "id"), Some("2"));
        assert_eq!(curly_quoted(" rel=x href = “https://a.example”"), Some("href"));
        assert_eq!(curly_quoted(" title=\"“So”, she said\" alt='a=“b”' id=b“"), None);
    }
}
