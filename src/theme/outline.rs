//! A template's text in; what it extends, includes, calls and defines out.
//!
//! The engine tells none of this before it has followed all of it, so the tags are read here: as its
//! lexer reads them, and no further than names. What is no template at all is left for the engine to say.

use std::ops::Range;

/// What a template has to do with others.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outline<'t> {
    /// The template that it extends, and where it says so.
    pub(super) parent: Option<(String, Range<usize>)>,
    /// Its parts: the first is what stands in no block and no component.
    pub(super) pieces: Vec<Piece<'t>>,
}

/// A part of a template that the engine renders as one.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Piece<'t> {
    /// What it is.
    pub(super) kind: Kind<'t>,
    /// The tag that opens it.
    pub(super) at: Range<usize>,
    /// What it has rendered within it, and where it says so.
    pub(super) calls: Vec<(Call<'t>, Range<usize>)>,
    /// What it asks the site for.
    pub(super) asks: Vec<Ask>,
    /// Whether it may render what it stands in for.
    pub(super) calls_super: bool,
}

/// What a part of a template is.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Kind<'t> {
    /// All that is in none of the others.
    #[default]
    Body,
    /// A block of this name.
    Block(&'t str),
    /// A component of this name.
    Component(&'t str),
}

/// Something that is rendered inside something else.
#[derive(Debug, PartialEq)]
pub(super) enum Call<'t> {
    /// The template of this name.
    Include(String),
    /// The block of this name.
    Block(&'t str),
    /// The component of this name.
    Component(&'t str),
}

/// Something that a template asks the site for by a function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// Any posts.
    Posts,
    /// Any deals.
    Deals,
    /// The address of a file, by this name; without one, by a name that is computed.
    File(Option<String>),
}

/// A tag, or what stands between double braces.
pub(super) struct Tag<'t> {
    /// What is in it.
    pub(super) tokens: Vec<Token<'t>>,
    /// Where each of these begins.
    pub(super) starts: Vec<usize>,
    /// Where it is.
    pub(super) at: Range<usize>,
    /// Whether it is `{% %}` and not `{{ }}`.
    pub(super) is_statement: bool,
}

/// A part of a tag.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'t> {
    /// A name, with its dots; a keyword or a number.
    Word(&'t str),
    /// What stands between quotation marks.
    Text(String),
    /// Anything else.
    Sign(u8),
}

/// Words behind which an expression begins, so that `<` there opens a component and compares nothing.
const BEFORE_EXPRESSIONS: [&str; 8] = ["and", "elif", "else", "if", "in", "not", "or", "is"];

/// Reads the tags of a template.
pub(super) fn outline(text: &str) -> Outline<'_> {
    let mut outline = Outline { parent: None, pieces: vec![Piece::default()] };
    let mut open = vec![0];
    each_tag(text, |tag| outline.read(&tag, &mut open));
    outline
}

/// Finds the first tag whose end is missing, or stands where that of another should: its name, and where it is.
pub(super) fn not_closed(text: &str) -> Option<(&str, Range<usize>)> {
    let mut open: Vec<(&str, Range<usize>)> = vec![];
    let mut wrong = None;
    each_tag(text, |tag| match &tag.tokens[..] {
        _ if !tag.is_statement || wrong.is_some() => {}
        [Token::Word(name @ ("if" | "for" | "block" | "component" | "filter")), ..] => open.push((name, tag.at)),
        // With a value behind it, it is whole.
        [Token::Word("set"), Token::Word(_)] | [Token::Word("set"), Token::Word(_), Token::Sign(b'|'), ..] => {
            open.push(("set", tag.at));
        }
        [Token::Word(end), ..] => {
            let Some(name) = end.strip_prefix("end").filter(|name| !name.is_empty()) else { return };
            if open.last().is_some_and(|(opened, _)| *opened == name) {
                open.pop();
            } else if open.iter().any(|(opened, _)| *opened == name) {
                wrong = open.pop();
            }
        }
        _ => {}
    });
    wrong.or_else(|| open.pop())
}

/// Finds the tag with which lines get too long for the names in them: the length of its line, once for each name
/// that may be none, adds up to more than `limit` in this text.
pub(super) fn crowded_line(text: &str, limit: usize) -> Option<Range<usize>> {
    let (mut line, mut sum) = (0..0, 0);
    let mut crowded = None;
    each_tag(text, |Tag { tokens, at, .. }| {
        if at.start >= line.end {
            let start = text[..at.start].rfind('\n').map_or(0, |end| end + 1);
            line = start..text[at.start..].find('\n').map_or(text.len(), |length| at.start + length);
        }
        let calls = tokens.iter().filter(|token| {
            matches!(token, Token::Sign(b'|' | b'(' | b'<') | Token::Word("is" | "include" | "block" | "extends"))
        });
        sum += calls.count() * line.len();
        if sum > limit && crowded.is_none() {
            crowded = Some(at);
        }
    });
    crowded
}

/// Reads tag after tag.
pub(super) fn each_tag<'t>(text: &'t str, mut read: impl FnMut(Tag<'t>)) {
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let end = match text.as_bytes().get(start + 1) {
            Some(b'#') => text[start..].find("#}").map(|length| start + length + 2),
            Some(b'%') => {
                let (tokens, starts, end) = tokens(text, start + 2, b'%');
                let is_raw = matches!(&tokens[..], [Token::Word("raw")]);
                read(Tag { tokens, starts, at: start..end, is_statement: true });
                if is_raw { end_of_raw(text, end) } else { Some(end) }
            }
            Some(b'{') => {
                let (tokens, starts, end) = tokens(text, start + 2, b'}');
                read(Tag { tokens, starts, at: start..end, is_statement: false });
                Some(end)
            }
            _ => Some(start + 1),
        };
        // What is not closed is an error that the engine finds.
        let Some(end) = end else { break };
        at = end;
    }
}

impl<'t> Outline<'t> {
    fn read(&mut self, tag: &Tag<'t>, open: &mut Vec<usize>) {
        let (is_tag, at) = (tag.is_statement, tag.at.clone());
        match &tag.tokens[..] {
            [Token::Word("extends"), Token::Text(name), ..] if is_tag => self.parent = Some((name.clone(), at)),
            [Token::Word("include"), Token::Text(name), ..] if is_tag => {
                self.add(open, Call::Include(name.clone()), at);
            }
            [Token::Word("block"), Token::Word(name), ..] if is_tag => {
                self.add(open, Call::Block(name), at.clone());
                self.open(Kind::Block(name), at, open);
            }
            [Token::Word("component"), Token::Word(name), ..] if is_tag => self.open(Kind::Component(name), at, open),
            [Token::Word("endblock" | "endcomponent"), ..] if is_tag => {
                if open.len() > 1 {
                    open.pop();
                }
            }
            tokens => self.read_expression(tokens, &at, open),
        }
    }

    fn read_expression(&mut self, tokens: &[Token<'t>], at: &Range<usize>, open: &[usize]) {
        for (index, token) in tokens.iter().enumerate() {
            match (token, tokens.get(index + 1)) {
                (Token::Word("super"), Some(Token::Sign(b'('))) => {
                    if let Some(piece) = open.last().and_then(|piece| self.pieces.get_mut(*piece)) {
                        piece.calls_super = true;
                    }
                }
                (Token::Word(function), Some(Token::Sign(b'('))) => {
                    if let Some(piece) = open.last().and_then(|piece| self.pieces.get_mut(*piece)) {
                        piece.asks.extend(ask(function, &tokens[index + 2..]));
                    }
                }
                (Token::Sign(b'<'), Some(Token::Word(name))) => {
                    let is_operand = match index.checked_sub(1).and_then(|before| tokens.get(before)) {
                        None => true,
                        Some(Token::Word(word)) => BEFORE_EXPRESSIONS.contains(word),
                        Some(Token::Text(_)) => false,
                        Some(Token::Sign(sign)) => !matches!(sign, b')' | b']' | b'}'),
                    };
                    if is_operand {
                        self.add(open, Call::Component(name), at.clone());
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, open: &[usize], call: Call<'t>, at: Range<usize>) {
        if let Some(piece) = open.last().and_then(|piece| self.pieces.get_mut(*piece)) {
            piece.calls.push((call, at));
        }
    }

    fn open(&mut self, kind: Kind<'t>, at: Range<usize>, open: &mut Vec<usize>) {
        open.push(self.pieces.len());
        self.pieces.push(Piece { kind, at, ..Piece::default() });
    }
}

/// Says what a call of a function asks the site for, if it is one of those that do.
fn ask(function: &str, arguments: &[Token<'_>]) -> Option<Ask> {
    match function {
        "posts" => Some(Ask::Posts),
        "deals" => Some(Ask::Deals),
        "asset" => Some(Ask::File(match arguments {
            [Token::Word("path"), Token::Sign(b'='), Token::Text(name), Token::Sign(b')'), ..] => Some(name.clone()),
            _ => None,
        })),
        _ => None,
    }
}

/// Reads a tag up to its end: `%}` or `}}`. Gives what is in it, where each of that begins, and where the text goes on.
fn tokens(text: &str, from: usize, closer: u8) -> (Vec<Token<'_>>, Vec<usize>, usize) {
    let bytes = text.as_bytes();
    let (mut tokens, mut starts) = (vec![], vec![]);
    let mut at = from + usize::from(bytes.get(from) == Some(&b'-'));
    while let Some(byte) = bytes.get(at) {
        let is_end = |at: usize| bytes.get(at) == Some(&closer) && bytes.get(at + 1) == Some(&b'}');
        let start = at;
        if is_end(at) {
            return (tokens, starts, at + 2);
        }
        at += 1;
        match byte {
            b'-' if is_end(at) => return (tokens, starts, at + 2),
            b'"' | b'\'' | b'`' => {
                let (string, end) = string(text, at, *byte);
                tokens.push(Token::Text(string));
                at = end;
            }
            byte if is_word(*byte) => {
                while bytes.get(at).is_some_and(|byte| is_word(*byte) || *byte == b'.') {
                    at += 1;
                }
                tokens.push(Token::Word(&text[start..at]));
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => tokens.push(Token::Sign(*byte)),
        }
        // White space is none.
        starts.resize(tokens.len(), start);
    }
    (tokens, starts, text.len())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Reads a string from behind its quotation mark to behind the next one.
fn string(text: &str, from: usize, quote: u8) -> (String, usize) {
    let mut string = String::new();
    let mut letters = text[from..].char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, 'n')) => string.push('\n'),
                Some((_, 't')) => string.push('\t'),
                Some((_, 'r')) => string.push('\r'),
                Some((_, letter)) => string.push(letter),
                None => {}
            },
            letter if letter == char::from(quote) => return (string, from + at + 1),
            letter => string.push(letter),
        }
    }
    (string, text.len())
}

/// Finds the tag that ends a stretch in which tags are text.
fn end_of_raw(text: &str, from: usize) -> Option<usize> {
    text[from..].match_indices("{%").map(|(at, _)| from + at).find(|at| {
        let inside = text[at + 2..].trim_start_matches('-').trim_start();
        inside.strip_prefix("endraw").is_some_and(|rest| rest.trim_start().trim_start_matches('-').starts_with("%}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str) -> Vec<Call<'_>> {
        outline(text).pieces.into_iter().flat_map(|piece| piece.calls).map(|(call, _)| call).collect()
    }

    #[test]
    fn the_tags_of_a_template_are_read_as_the_engine_reads_them() {
        let include = |name: &str| vec![Call::Include(name.to_owned())];
        assert_eq!(calls("x{%- include 'a.html' -%}y"), include("a.html"));
        assert_eq!(calls("{% include \"a\\\"%}.html\" %}"), include("a\"%}.html"));
        assert_eq!(calls("{% set x = `{% include 'a' %}` %}{%include 'b'%}"), include("b"));
        for text in [
            "{# {% include 'a' %} #}",
            "{% raw %}{% include 'a' %}{% endraw %}",
            "{%- raw -%}{% include 'a' %}{{ <b/> }}{%- endraw -%}",
            "{{ \"{% include 'a' %}\" }}",
            "{ % include 'a' %}",
            "{% if a < b and f(c) < d %}{{ x[0] < y }}{% endif %}",
            "{% include 'a",
        ] {
            let expected = if text.ends_with("'a") { include("a") } else { vec![] };
            assert_eq!(calls(text), expected, "{text}");
        }
        let component = |name| vec![Call::Component(name)];
        for text in ["{{ <a.b c=1/> }}", "{% <a.b> %}x{% </a.b> %}", "{{ x ~ <a.b/> }}", "{% set x = <a.b/> %}"] {
            assert_eq!(calls(text), component("a.b"), "{text}");
        }
        assert_eq!(
            calls("{% if not <z/> %}{% elif 1 %}{{ f(x=<z/>) }}{% endif %}"),
            [Call::Component("z"), Call::Component("z")]
        );
    }

    #[test]
    fn what_stands_in_a_block_or_a_component_belongs_to_it() {
        let read = outline(
            "{% extends 'p' %}{% block a %}{% block b %}{% include 'i' %}{{ super() }}{% endblock b %}{% endblock %}\
             {% component c(d = 1) %}{{ <c/> }}{% endcomponent c %}{% include 'j' %}",
        );
        assert_eq!(read.parent.as_ref().map(|parent| &*parent.0), Some("p"));
        let pieces: Vec<_> = read
            .pieces
            .iter()
            .map(|piece| (&piece.kind, piece.calls.iter().map(|call| &call.0).collect::<Vec<_>>(), piece.calls_super))
            .collect();
        assert_eq!(
            pieces,
            [
                (&Kind::Body, vec![&Call::Block("a"), &Call::Include("j".to_owned())], false),
                (&Kind::Block("a"), vec![&Call::Block("b")], false),
                (&Kind::Block("b"), vec![&Call::Include("i".to_owned())], true),
                (&Kind::Component("c"), vec![&Call::Component("c")], false),
            ]
        );
    }

    #[test]
    fn the_tag_that_is_not_closed_is_found() {
        let of = |text| not_closed(text).map(|(name, at): (&str, Range<usize>)| (name.to_owned(), at.start));
        for (text, expected) in [
            ("{% if a %}{% else %}{% endif %}{% set x = 1 %}{% set y %}{% endset %}", None),
            ("{% for a in b %}{% if c %}{% endfor %}", Some(("if", 16))),
            ("{% block a %}{% if c %}{% endif %}", Some(("block", 0))),
            ("{% if a %}{% raw %}{% endif %}{% endraw %}", Some(("if", 0))),
            ("{% set a %}", Some(("set", 0))),
            ("{% endif %}", None),
        ] {
            assert_eq!(of(text), expected.map(|(name, at): (&str, usize)| (name.to_owned(), at)), "{text}");
        }
    }
}
