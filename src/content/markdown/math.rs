//! Formulas: LaTeX in, MathML out, and never an amount of money.
//!
//! Newsletters about an industry are full of `$20M … $1B`, so the parser's own reading of `$` stays
//! off. A formula is, in this order of preference for authors:
//!
//! - a fence ```` ```math ````;
//! - `$$…$$`, alone on its lines or with something in it that only formulas have (one of `\ ^ _ = { }`);
//! - ``$`…`$``, as GitHub and GitLab write it, for formulas in a sentence;
//! - `$…$`, if all of this holds: the opening `$` stands at the start, behind a space or behind one of
//!   `([{"'“‘—–-*_:;,|>`, and before no space; the **next** `$` of the paragraph stands behind no space and before no letter or digit (so
//!   that of two amounts the second never closes the first); between them stands something that only
//!   formulas have, or nothing but single letters, digits and operators; if a digit stands first, a
//!   LaTeX command, `^` or `_{` follows (`$10^{23}$` is a formula, `$20M–$` is not).
//!
//! How: what reads as a formula is found in the paragraphs of a first parse, where it can neither start
//! in code nor leave its paragraph or link. Its bytes are then replaced by signs without meaning, so
//! that nothing of it is taken for emphasis when the text is parsed to be rendered. A text without a
//! candidate, which is nearly every text, is parsed once.

use std::ops::Range;
use std::sync::OnceLock;

use math_core::{LatexToMathML, MathDisplay};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::body::Position;
use super::mathml::{is_mathml, without_styles};
use super::output::push_text;
use super::render::Renderer;
use crate::diagnostic::Diagnostic;

/// Longer formulas are refused: the converter recurses.
const MAX_LATEX: usize = 2000;
/// The same for braces within each other.
const MAX_DEPTH: i32 = 50;

/// How a formula stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    /// In a line of text.
    Inline,
    /// On lines of its own.
    Block,
}

/// A formula in text.
#[derive(Debug)]
pub(super) struct Formula {
    /// The bytes it takes, signs included.
    pub(super) range: Range<usize>,
    /// The same without the line ends and prefixes inside it.
    lines: Vec<Range<usize>>,
    pub(super) latex: String,
    pub(super) display: Display,
}

/// Finds formulas and gives the text with them masked; `None` if there are none.
pub(super) fn set_aside(text: &str, options: Options) -> Option<(String, Vec<Formula>)> {
    if !has_candidate(text) {
        return None;
    }
    let mut finder = Finder { text, formulas: Vec::new(), open: None, link: 0, images: 0, gap: None, done: 0 };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        finder.event(&event, range);
    }
    let mut formulas = finder.formulas;
    let masked = mask(text, &formulas);
    // The text around a formula may read differently now: whatever is no longer in plain text stays as
    // it was written.
    let count = formulas.len();
    keep_reachable(&masked, options, &mut formulas);
    if formulas.is_empty() {
        return None;
    }
    let masked = if formulas.len() == count { masked } else { mask(text, &formulas) };
    Some((masked, formulas))
}

/// Puts `%`, which has no meaning in Markdown, in the place of formulas; spaces stay.
fn mask(text: &str, formulas: &[Formula]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for lines in formulas.iter().map(|formula| &formula.lines) {
        for line in lines {
            masked.push_str(text.get(from..line.start).unwrap_or_default());
            masked.extend(
                text.get(line.clone()).unwrap_or_default().bytes().map(|byte| if byte == b' ' { ' ' } else { '%' }),
            );
            from = line.end;
        }
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

fn keep_reachable(masked: &str, options: Options, formulas: &mut Vec<Formula>) {
    let mut closed_to = 0;
    let mut reachable = Vec::new();
    for (event, range) in Parser::new_ext(masked, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Image { .. } | Tag::HtmlBlock) => {
                closed_to = range.end.max(closed_to)
            }
            Event::Text(text) if range.start >= closed_to && text.len() == range.len() => reachable.push(range),
            _ => {}
        }
    }
    formulas.retain(|formula| {
        let next = reachable.partition_point(|range| range.start <= formula.range.start);
        reachable.get(next.wrapping_sub(1)).is_some_and(|range| range.contains(&formula.range.start))
    });
}

/// Says quickly whether there may be a formula.
fn has_candidate(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut previous: Option<usize> = None;
    for at in memchr::memchr_iter(b'$', bytes) {
        if bytes.get(at + 1) == Some(&b'$') || bytes.get(at + 1) == Some(&b'`') {
            return true;
        }
        if previous.is_some_and(|open| opens(text, open) && closes(text, open, at)) {
            return true;
        }
        previous = Some(at);
    }
    false
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

fn opens(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at + 1..].chars().next();
    before.is_none_or(|letter| letter.is_whitespace() || "([{\"'“‘—–-*_:;,|>".contains(letter))
        && after.is_some_and(|letter| !letter.is_whitespace() && !matches!(letter, '$' | '`'))
        && !is_escaped(text.as_bytes(), at)
}

/// Says whether a `$` closes the formula that another one has opened.
fn closes(text: &str, open: usize, at: usize) -> bool {
    let inside = &text[open + 1..at];
    inside.len() <= MAX_LATEX
        && !inside.ends_with(char::is_whitespace)
        && !text[at + 1..].starts_with(|letter: char| letter.is_alphanumeric() || letter == '$')
        && !is_escaped(text.as_bytes(), at)
        && is_formula(inside)
}

/// Says whether a text has something that only formulas have.
fn has_math_sign(text: &str) -> bool {
    text.contains(['\\', '^', '_', '=', '{', '}'])
}

fn is_formula(inside: &str) -> bool {
    if inside.starts_with(|first: char| first.is_ascii_digit()) {
        let has_command =
            inside.split('\\').skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()));
        return has_command || inside.contains('^') || inside.contains("_{");
    }
    if has_math_sign(inside) {
        return true;
    }
    // Single letters, digits and operators: `$n$`, `$f(x)$`, `$a + b$`.
    let sign = |letter: char| letter.is_ascii_alphanumeric() || "()+-*/,.|!'<> ".contains(letter);
    let longest = inside.split(|letter: char| !letter.is_ascii_alphabetic()).map(str::len).max().unwrap_or(0);
    inside.contains(|letter: char| letter.is_ascii_alphabetic())
        && inside.len() <= 24
        && longest <= 2
        && inside.chars().all(sign)
}

struct Open {
    at: usize,
    display: Display,
    link: u32,
    /// What stands between its lines: line ends and the prefixes of quotes and lists.
    gaps: Vec<Range<usize>>,
}

struct Finder<'t> {
    text: &'t str,
    formulas: Vec<Formula>,
    open: Option<Open>,
    /// Grows with every border of a link, which no formula may cross.
    link: u32,
    /// Images that are open: their text is an attribute, where no formula can stand.
    images: u32,
    /// Where the line break started whose end is not known yet.
    gap: Option<usize>,
    /// What lies before this is taken.
    done: usize,
}

impl Finder<'_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        if let Some(start) = self.gap.take()
            && let Some(open) = &mut self.open
        {
            open.gaps.push(start..range.start.max(start));
        }
        match event {
            Event::Text(_) if self.images == 0 => self.text(range),
            Event::Code(code) if self.images == 0 => self.code(code, range),
            Event::Text(_) | Event::Code(_) => {}
            Event::SoftBreak | Event::HardBreak => self.gap = Some(range.start),
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => {
                self.images = self.images.saturating_sub(1);
                self.link += 1;
            }
            Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link) => self.link += 1,
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_) => {}
            // Anything else ends the paragraph, the cell or the heading.
            _ => self.open = None,
        }
    }

    fn text(&mut self, range: Range<usize>) {
        let text = self.text;
        let mut from = range.start.max(self.done);
        while let Some(at) = text.get(from..range.end).and_then(|rest| rest.find('$')).map(|found| from + found) {
            let width = text.as_bytes()[at..].iter().take_while(|byte| **byte == b'$').count();
            from = at + width;
            if width > 2 || is_escaped(text.as_bytes(), at) {
                continue;
            }
            match self.open.take() {
                Some(open) if open.display == Display::Block => {
                    if width == 2 && open.link == self.link {
                        self.close_display(open, at);
                    } else {
                        self.open = Some(open);
                    }
                }
                Some(open) if width == 1 && open.link == self.link && closes(text, open.at, at) => {
                    self.push(open, at, 1)
                }
                _ if width == 2 => self.open = Some(self.opened(at, Display::Block)),
                _ if opens(text, at) => self.open = Some(self.opened(at, Display::Inline)),
                _ => {}
            }
            from = from.max(self.done);
        }
    }

    fn opened(&self, at: usize, display: Display) -> Open {
        Open { at, display, link: self.link, gaps: Vec::new() }
    }

    fn close_display(&mut self, open: Open, at: usize) {
        let inside = &self.text[open.at + 2..at];
        // No further than to the next letter: a line may be as long as the text, and hold as many formulas.
        let before = self.text[..open.at].trim_end_matches([' ', '\t', '>']);
        let after = self.text[at + 2..].trim_start_matches(|letter: char| letter != '\n' && letter.is_whitespace());
        let is_alone = (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'));
        if !inside.trim().is_empty() && (is_alone || has_math_sign(inside)) {
            self.push(open, at, 2);
        }
    }

    fn code(&mut self, code: &str, range: Range<usize>) {
        let bytes = self.text.as_bytes();
        let Some(start) = range.start.checked_sub(1).filter(|&start| start >= self.done && bytes[start] == b'$') else {
            return;
        };
        if bytes.get(range.end) != Some(&b'$') || is_escaped(bytes, start) {
            return;
        }
        // A `$` inside `$$…$$` belongs to that.
        if self.open.as_ref().is_some_and(|open| open.display == Display::Block) {
            return;
        }
        self.open = None;
        self.done = range.end + 1;
        let range = start..range.end + 1;
        // The parser gives code without its line ends; a copy over two lines is left alone.
        if !self.text[range.clone()].contains('\n') {
            self.formulas.push(Formula {
                lines: vec![range.clone()],
                range,
                latex: code.to_owned(),
                display: Display::Inline,
            });
        }
    }

    fn push(&mut self, open: Open, at: usize, width: usize) {
        let inside = open.at + width..at;
        let mut latex = String::with_capacity(inside.len());
        let mut lines = Vec::with_capacity(open.gaps.len() + 1);
        let (mut from, mut line_from) = (inside.start, open.at);
        for gap in open.gaps {
            latex.push_str(self.text.get(from..gap.start).unwrap_or_default());
            latex.push('\n');
            lines.push(line_from..gap.start.max(line_from));
            (from, line_from) = (gap.end, gap.end);
        }
        latex.push_str(self.text.get(from..inside.end).unwrap_or_default());
        lines.push(line_from..at + width);
        // Without a LaTeX command `$…$` is a guess, and a guess that fails is text.
        if open.display == Display::Inline && !latex.contains('\\') && to_mathml(&latex, Display::Inline).is_err() {
            return;
        }
        if lines.iter().any(|line| self.text.get(line.clone()).is_none_or(|text| text.contains('\n'))) {
            return;
        }
        self.done = at + width;
        self.formulas.push(Formula { range: open.at..at + width, lines, latex, display: open.display });
    }
}

/// Converts LaTeX; the error says why not, in words.
fn to_mathml(latex: &str, display: Display) -> Result<String, String> {
    static CONVERTER: OnceLock<LatexToMathML> = OnceLock::new();
    if latex.len() > MAX_LATEX {
        return Err(format!("it is longer than {MAX_LATEX} bytes"));
    }
    let mut depth = 0;
    for byte in latex.bytes() {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        if depth > MAX_DEPTH {
            return Err(format!("its braces are nested deeper than {MAX_DEPTH} levels"));
        }
    }
    let display = match display {
        Display::Inline => MathDisplay::Inline,
        Display::Block => MathDisplay::Block,
    };
    let converter = CONVERTER.get_or_init(LatexToMathML::default);
    match converter.convert_with_local_state(latex.trim(), display) {
        Ok(done) if is_mathml(&done.mathml) => Ok(without_styles(&done.mathml)),
        Ok(_) => Err("it holds HTML".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

impl Renderer<'_, '_, '_> {
    /// Writes a formula; one that can't be read is shown as code.
    pub(super) fn math(&mut self, latex: &str, display: Display, position: Position) {
        match to_mathml(latex, display) {
            Ok(mathml) => {
                self.page.body.has_math = true;
                self.out.raw(&mathml);
            }
            Err(reason) => {
                self.report(
                    Diagnostic::warning("invalid-math", format!("the formula can't be read: {reason}"))
                        .with_help("correct the LaTeX, or write `\\$` if a dollar sign is meant"),
                    position,
                );
                self.out.raw("<code class=\"math\">");
                push_text(&mut self.out.html, latex.trim());
                self.out.raw("</code>");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formulas(text: &str) -> Vec<String> {
        set_aside(text, Options::ENABLE_TABLES).map_or(vec![], |(masked, found)| {
            assert_eq!(masked.len(), text.len());
            found.into_iter().map(|formula| formula.latex).collect()
        })
    }

    #[test]
    fn money_is_never_a_formula() {
        for text in [
            "TikTok pays $20M a month, OpenAI made $1B.",
            "between **$20M** and **$30M**",
            "($10–$15B) \"$5\" '$6' $7/$8 $1.5bn_x$2bn_",
            "$TSLA, $NVDA/$AMD and US$5 or C$6",
            "raised $10M (at $100M post), from $5M/$10M",
            "costs $$ to train and $$$ to run, so $$ matters",
            "5$ or 6$, 7$",
            "`$x$` and \\$y\\$ and $HOME/$USER",
            "[$5](https://a.example/?$x=1) and [$6](y)",
            "$20M in 2023; $2^",
        ] {
            assert_eq!(formulas(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn formulas_are_found_in_their_four_forms() {
        assert_eq!(
            formulas("so $E = mc^2$ holds, and $n$, $10^{23}$ or $2\\times$"),
            ["E = mc^2", "n", "10^{23}", "2\\times"]
        );
        assert_eq!(formulas("with $`a_1 * b`$ too"), ["a_1 * b"]);
        assert_eq!(formulas("$$\n\\sum_i x_i * y_i * z\n$$"), ["\n\\sum_i x_i * y_i * z\n"]);
        assert_eq!(formulas("> $$\n> a _b\n> c_ d\n> $$\n"), ["\na _b\nc_ d\n"]);
        assert_eq!(formulas("a $20M deal, $\\frac{1}{2}$ of $40M"), ["\\frac{1}{2}"]);
    }

    #[test]
    fn latex_cannot_break_out_or_run_away() {
        for latex in [
            "\\text{<script>}",
            "a<script>b",
            "\\mathrm{<img src=x>}",
            "\\href{javascript:x}{y}",
            "\\operatorname{<b>}",
            "\\class{\"><b>}{x}",
        ] {
            let html = to_mathml(latex, Display::Inline).unwrap_or_default();
            assert!(
                !html.contains("<script")
                    && !html.contains("<img")
                    && !html.contains("<b>")
                    && !html.contains("javascript"),
                "{html}"
            );
        }
        assert!(to_mathml("\\text{a}<b", Display::Inline).unwrap().contains("&lt;"));
        assert!(to_mathml("a > \\operatorname{b}", Display::Inline).unwrap().contains("&gt;"));
        for latex in
            ["\\sqrt".repeat(400), "{".repeat(2000), "x^{".repeat(600), "\\left(".repeat(300), "\\frac".repeat(380)]
        {
            let _ = to_mathml(&latex, Display::Block);
        }
        assert!(to_mathml("\\frac{1}", Display::Inline).is_err());
    }
}
