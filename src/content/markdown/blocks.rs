//! Fenced code: shown with colours, read as a formula, or taken as a block if its name is in braces.

use super::addresses::Judge;
use super::body::{Block, BlockData, HoleKind, Position};
use super::output::{Output, push_attribute, push_text};
use super::render::{self, Renderer};
use super::source::Source;
use super::{highlight, math};
use crate::content::front_matter::{SyntaxProblem, parse_yaml};
use crate::diagnostic::Diagnostic;

/// Blocks nested deeper than this are refused.
const MAX_NESTING: u32 = 16;

/// Code between its start and its end.
pub(super) struct OpenCode {
    /// What stands behind the fence; `None` for indented code.
    pub(super) info: Option<String>,
    pub(super) position: Position,
    /// How many bytes of the file it takes, fences included.
    pub(super) length: u32,
    pub(super) text: String,
    /// Where its pieces come from: (byte in `text`, byte in the source).
    pub(super) pieces: Vec<(usize, usize)>,
    pub(super) is_closed: bool,
}

/// Says whether fenced code, given from its first to its last byte, has its closing fence.
pub(super) fn is_closed(code: &str) -> bool {
    let fence = code.trim_start();
    let Some(sign @ (b'`' | b'~')) = fence.bytes().next() else { return true };
    let width = fence.bytes().take_while(|byte| *byte == sign).count();
    let Some((_, last)) = code.trim_end().rsplit_once('\n') else { return false };
    let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
    last.len() >= width && last.bytes().all(|byte| byte == sign)
}

/// What is written behind a fence.
#[derive(Debug, PartialEq, Eq)]
enum Info<'i> {
    Language(&'i str),
    Block { name: &'i str, rest: &'i str },
}

fn read_info(info: &str) -> Info<'_> {
    let info = info.trim();
    if let Some((name, rest)) = info.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
        let name = name.trim();
        // A block that is written with a capital is none that is known, and is said as such.
        let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_name {
            return Info::Block { name, rest: rest.trim() };
        }
        // As Pandoc writes a language: `{.rust}`.
        return Info::Language(name.trim_start_matches('.').split([' ', ',']).next().unwrap_or_default());
    }
    // As rustdoc writes it: `rust,no_run`.
    Info::Language(info.split([' ', ',', '\t', '{']).next().unwrap_or_default())
}

/// What is written behind a block's name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    words: String,
    options: Vec<(String, String)>,
    /// Whether a quote is not closed.
    is_unclosed: bool,
    /// An option whose value lacks quotes, `caption=two words`: its key, and all of the value as it was meant.
    unquoted: Option<(String, String)>,
    /// An option with a space before its `=`: its key.
    spaced: Option<String>,
}

/// Reads `word word key=value key="a b"`.
fn read_arguments(rest: &str) -> Arguments {
    let mut arguments = Arguments::default();
    let mut words = Vec::new();
    // Whether the last thing was an option without quotes, so that words behind it seem to be more of its value.
    let mut goes_on = false;
    let mut rest = rest.trim_start();
    while !rest.is_empty() {
        let key_length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        let key = &rest[..key_length];
        let spaced = value_behind_space(key, &rest[key_length..])
            // Words before it may go on with `x = y`.
            .filter(|value| value.starts_with(['"', '“']) || words.is_empty() && arguments.options.is_empty());
        if spaced.is_some() {
            arguments.spaced.get_or_insert_with(|| key.to_owned());
        }
        if let Some(value) = spaced.or(rest[key_length..].strip_prefix('=').filter(|_| key_length > 0)) {
            goes_on = !value.starts_with('"');
            let (value, after) = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or_else(|| {
                    arguments.is_unclosed = true;
                    (quoted, "")
                }),
                None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            arguments.options.push((key.to_owned(), value.to_owned()));
            rest = after.trim_start();
            continue;
        }
        let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        match arguments.options.last() {
            Some((key, value)) if goes_on => {
                let (_, meant) = arguments.unquoted.get_or_insert_with(|| (key.clone(), value.clone()));
                meant.extend([if meant.is_empty() { "" } else { " " }, word.trim_matches('"')]);
            }
            _ => words.push(word.trim_matches('"')),
        }
        rest = after.trim_start();
    }
    arguments.words = words.join(" ");
    arguments
}

/// Gives what stands behind `key =`, with a space before the sign; a single letter is one of a formula.
fn value_behind_space<'r>(key: &str, behind: &'r str) -> Option<&'r str> {
    let value = behind.trim_start().strip_prefix('=')?.trim_start();
    let is_key = key.len() > 1 && key.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'));
    (is_key && behind.starts_with(char::is_whitespace) && !value.is_empty() && !value.starts_with('=')).then_some(value)
}

/// Reads `:key: value` lines on top of a body; gives them and where the body goes on.
fn read_option_lines(body: &str) -> (Vec<(String, String)>, usize) {
    let mut options = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let Some((key, value)) = line.strip_prefix(':').and_then(|line| line.split_once(':')) else { break };
        let is_key = key.starts_with(|letter: char| letter.is_ascii_lowercase())
            && key
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
        if !is_key || !(value.starts_with([' ', '\n']) || value.is_empty()) {
            break;
        }
        options.push((key.to_owned(), value.trim().trim_matches('"').to_owned()));
        at += line.len();
    }
    (options, at)
}

/// What a block's body is.
enum BodyKind {
    Data,
    Markdown,
    /// It starts as data and is no YAML.
    Broken(SyntaxProblem),
}

/// Tells data from Markdown: data opens with a lower-case `key:`, parses, and has only such keys.
fn body_kind(body: &str) -> BodyKind {
    let is_key = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let first = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let opens = first
        .split_once(':')
        .is_some_and(|(key, rest)| is_key(key) && (rest.is_empty() || rest.starts_with([' ', '\t'])));
    if !opens {
        return BodyKind::Markdown;
    }
    match parse_yaml(body) {
        Ok(fields) if fields.keys().all(|key| key.as_str().is_some_and(is_key)) => BodyKind::Data,
        Ok(_) => BodyKind::Markdown,
        Err(problem) => BodyKind::Broken(problem),
    }
}

impl Renderer<'_, '_, '_> {
    /// Ends code: writes it, or leaves a hole for its block.
    pub(super) fn end_code(&mut self, code: OpenCode) {
        if !code.is_closed {
            self.report(
                Diagnostic::warning("unclosed-fence", "the code block is never closed, and takes everything below")
                    .with_help("add a line with only the closing fence, as long as the opening one"),
                code.position,
            );
        }
        let info = match read_info(code.info.as_deref().unwrap_or_default()) {
            Info::Block { name, .. } if !self.page.options.blocks => Info::Language(name),
            info => info,
        };
        match info {
            Info::Block { name, rest } => self.block(name, rest, &code),
            Info::Language("math") if self.page.options.math => {
                self.out.line();
                self.out.raw("<p>");
                self.math(&code.text, math::Display::Block, code.position);
                self.out.raw("</p>\n");
            }
            Info::Language(language) => self.code_block(language, &code),
        }
    }

    fn code_block(&mut self, language: &str, code: &OpenCode) {
        self.page.body.has_code = true;
        self.out.line();
        self.out.raw("<pre class=\"code\"");
        if !language.is_empty() {
            self.out.raw(" data-language=\"");
            push_attribute(&mut self.out.html, language);
            self.out.raw("\"");
        }
        self.out.raw(" tabindex=\"0\"><code>");
        let outcome = match self.page.options.highlight {
            true => highlight::highlight(language, &code.text, &mut self.out.html),
            false => highlight::Outcome::Plain,
        };
        match outcome {
            highlight::Outcome::Coloured => {}
            highlight::Outcome::Plain => push_text(&mut self.out.html, &code.text),
            highlight::Outcome::TooLong => {
                push_text(&mut self.out.html, &code.text);
                self.report(
                    Diagnostic::note(
                        "code-too-long",
                        "the code block is too long, or nested too deeply, to be coloured",
                    )
                    .with_help("link to the file instead, or show the lines that matter"),
                    code.position,
                );
            }
            highlight::Outcome::Unknown => {
                push_text(&mut self.out.html, &code.text);
                let mut note = Diagnostic::note(
                    "unknown-language",
                    format!("the language `{language}` is not known, and the code stays plain"),
                );
                note.help.push(match highlight::nearest_language(language) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "write `text` for plain text".to_owned(),
                });
                self.report(note, code.position);
            }
        }
        self.out.raw("</code></pre>\n");
    }

    fn block(&mut self, name: &str, rest: &str, code: &OpenCode) {
        let position = code.position;
        if self.nesting >= MAX_NESTING {
            self.report(
                Diagnostic::error("blocks-too-deep", format!("blocks are nested deeper than {MAX_NESTING} levels"))
                    .with_help("take the inner blocks out"),
                position,
            );
            self.code_block("", code);
            return;
        }
        let Arguments { words: argument, mut options, is_unclosed, unquoted, spaced } = read_arguments(rest);
        if is_unclosed {
            self.report(
                Diagnostic::warning("unclosed-quote", format!("a quote behind `{{{name}}}` is not closed"))
                    .with_help("add the closing `\"`"),
                position,
            );
        }
        let (lines, skip) = read_option_lines(&code.text);
        options.extend(lines);
        let text = &code.text[skip..];
        let pieces = code
            .pieces
            .iter()
            .enumerate()
            // Of the pieces before the body, the last one may reach into it.
            .filter(|(index, _)| code.pieces.get(index + 1).is_none_or(|next| next.0 > skip))
            .map(|(_, piece)| {
                (piece.0.saturating_sub(skip), self.source.to_file(piece.1 + skip.saturating_sub(piece.0)))
            })
            .collect();
        let source = Source::pieces(text.to_owned(), pieces);

        let mut block = Block {
            name: name.to_owned(),
            argument,
            options,
            quotes: self.page.options.smart_punctuation,
            position,
            length: code.length,
            ..Block::default()
        };
        let mut body = Output::default();
        match body_kind(text) {
            _ if text.trim().is_empty() => {}
            BodyKind::Data => block.data = Some(BlockData { yaml: text.to_owned(), start: source.to_file(0) as u32 }),
            BodyKind::Broken(SyntaxProblem { message: said, at, help }) => {
                let at = text.floor_char_boundary(at.start.min(text.trim_end().len()));
                let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
                let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n);
                let line = source.to_file(line_start)..source.to_file(line_start) + (line_end - line_start);
                let place = Position::of(&self.page.places.place(line));
                self.report(
                    Diagnostic::error("block-data-syntax", format!("the body of `{{{name}}}` can't be read: {said}"))
                        .with_help(help.unwrap_or_else(|| "correct the line".to_owned()))
                        .with_help("if it is Markdown, start it with something other than a lower-case `key:`"),
                    place,
                );
                block.data = Some(BlockData::default());
            }
            BodyKind::Markdown => {
                let sponsored = self.sponsored || name == "sponsor";
                let pictures = self.page.body.picture_origins.len();
                body = render::fragment(self.page, &source, self.nesting + 1, sponsored);
                if name == "email-only" {
                    // No page shows them.
                    self.page.body.picture_origins.truncate(pictures);
                }
            }
        }
        let problem = match (spaced, unquoted) {
            (Some(key), unquoted) => {
                let whole = unquoted.filter(|(other, _)| *other == key).map(|(_, meant)| meant);
                let value = || block.options.iter().find(|(other, _)| *other == key).map(|(_, value)| value.clone());
                let meant = whole.or_else(value).unwrap_or_default();
                let message = format!("a space stands before the `=` of `{key}`");
                Some((Diagnostic::error("space-in-option", message), key, meant, "write it without"))
            }
            (None, Some((key, meant))) => {
                let message = format!("the value of `{key}=` ends at its first space");
                Some((Diagnostic::error("unquoted-value", message), key, meant, "put it in quotes"))
            }
            (None, None) => None,
        };
        if let Some((problem, key, meant, what_to_do)) = problem {
            let meant = meant.trim_matches(['\'', '“', '”', '‘', '’']);
            let help = format!("{what_to_do}: `{key}=\"{meant}\"`; other words stand before `{key}=`");
            self.report(problem.with_help(help), position);
            block.data.get_or_insert_default();
        }
        let file = self.page.file;
        let complain = &mut |key: &str, mut complaint: Diagnostic| {
            complaint.message = format!("`{key}` of `{{{name}}}`: {}", complaint.message);
            self.report(complaint, position);
        };
        block.judged_fields(&file.path, &mut Judge { resolve: &mut |_| None, complain });
        let index = self.page.body.blocks.len() as u32;
        self.page.body.blocks.push(block);
        self.page.block_bodies.push(body);
        self.out.line();
        self.out.hole(position, HoleKind::Block(index));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_braced_name_makes_a_block_and_anything_else_a_language() {
        assert_eq!(
            read_info("{sponsor} Acme plan=\"a b\""),
            Info::Block { name: "sponsor", rest: "Acme plan=\"a b\"" }
        );
        assert_eq!(read_info("rust,no_run"), Info::Language("rust"));
        assert_eq!(read_info("{.python startFrom=3}"), Info::Language("python"));
        assert_eq!(read_info("\"><script>"), Info::Language("\"><script>"));
    }

    #[test]
    fn arguments_are_words_and_options() {
        let read = read_arguments("Big news kind=bar title=\"a b\" x=");
        let option = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
        assert_eq!(read.words, "Big news");
        assert_eq!(read.options, [("kind", "bar"), ("title", "a b"), ("x", "")].map(option));
        assert!(read.unquoted.is_none() && !read.is_unclosed && read_arguments("a=\"b").is_unclosed);
        let unquoted = read_arguments("Big news kind=bar caption=two more words x=y").unquoted;
        assert_eq!(unquoted, Some(option(("caption", "two more words"))));
        for (rest, key) in [("by = \"Sam\"", "by"), ("by = Sam A", "by"), ("Big news by =\"Sam\"", "by")] {
            assert_eq!(read_arguments(rest).spaced.as_deref(), Some(key), "{rest}");
        }
        for words in ["x = y", "Big news = good news", "by == x", "= x", "by ="] {
            assert!(read_arguments(words).spaced.is_none(), "{words}");
        }
        let (options, at) = read_option_lines(":kind: bar\n:class: a b\ntext: x\n");
        assert_eq!((options.len(), at), (2, 23));
    }

    #[test]
    fn an_open_fence_is_told_from_a_closed_one() {
        assert!(is_closed("```rust\nx\n```"));
        assert!(is_closed("> ```\n> x\n> ```\n".trim_start_matches("> ")));
        assert!(!is_closed("```rust\nx\n"));
        assert!(!is_closed("````\n```\n"));
        assert!(!is_closed("```"));
    }
}
