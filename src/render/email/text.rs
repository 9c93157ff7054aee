//! The text of a mail, for those who read it without HTML: the same words and the same links.
//!
//! Lines are wrapped; links in running text have numbers, and their addresses follow in a list.

mod table;
mod wrap;

use self::wrap::{columns, wrap};
use super::letter::{Address, Block, Extent, Inline, Letter, Picture, Story, plain};
use super::provider;
use crate::config::Provider;

/// Letters of a line.
const MEASURE: usize = 72;

struct Writer {
    out: String,
    provider: Provider,
    language: String,
    /// What stands before each line: the marks of quotes, boxes and lists.
    prefix: String,
    /// What stands before the next line instead, as the mark of a list's item does.
    first: Option<String>,
    /// The addresses that have a number, the first being 1.
    numbered: Vec<String>,
    /// The numbers of the notes that are not sent.
    unsent_notes: Vec<String>,
}

/// Writes a mail.
pub(super) fn write(letter: &Letter, extent: Extent, provider: Provider) -> String {
    let mut writer = Writer {
        out: String::with_capacity(8 * 1024),
        provider,
        language: letter.language.clone(),
        prefix: String::new(),
        first: None,
        numbered: vec![],
        unsent_notes: letter.unsent_notes(extent),
    };
    writer.head(letter);
    writer.blocks(letter.opening.get(..extent.opening).unwrap_or_default());
    writer.addresses();
    let stories = letter.stories.get(..extent.stories).unwrap_or_default();
    if !stories.is_empty() {
        writer.underlined("In this edition", '-');
    }
    for (index, story) in stories.iter().enumerate() {
        writer.story(index + 1, story);
    }
    if let Some((words, url)) = letter.rest(extent) {
        writer.lines(&format!("{words}:"));
        writer.address(&url);
        writer.gap();
    }
    writer.foot(letter);
    writer.out
}

impl Writer {
    fn head(&mut self, letter: &Letter) {
        self.lines(&format!("Read this on the web: {}", provider::text_url(&letter.web)));
        self.leave(letter);
        self.gap();
        self.capitals(&letter.publication);
        self.address(&letter.home);
        self.lines(&letter.kicker);
        self.gap();
        self.underlined(&letter.title, '=');
        if !letter.lead.is_empty() {
            self.paragraph(&letter.lead);
        }
    }

    /// Writes words in capitals, but in the languages whose capitals are others than Unicode gives without knowing the
    /// language: Turkish and Azeri have two i, Greek leaves accents out, Lithuanian keeps its dots.
    fn capitals(&mut self, words: &str) {
        let main = self.language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(main.as_str(), "tr" | "az" | "el" | "lt") {
            self.lines(words);
        } else {
            self.lines(&words.to_uppercase());
        }
    }

    fn story(&mut self, number: usize, story: &Story) {
        let mark = format!("{number}. ");
        let indent = " ".repeat(mark.len());
        self.inside(&indent, Some(mark), |writer| {
            writer.lines(&story.title);
            writer.lines(&story.summary);
            if let Some((words, url)) = &story.deal {
                writer.lines(words);
                writer.address(url);
            }
            writer.lines(&story.facts);
            writer.address(&story.url);
        });
        self.gap();
    }

    fn foot(&mut self, letter: &Letter) {
        self.lines(&"-".repeat(MEASURE));
        self.lines(&letter.publication);
        match &letter.address {
            Address::Words(words) => self.lines(words),
            Address::Tag(tag) => self.verbatim(tag),
        }
        self.lines(&letter.reason);
        self.leave(letter);
    }

    fn leave(&mut self, letter: &Letter) {
        if !letter.unsubscribe.is_empty() {
            self.verbatim(&format!("Unsubscribe: {}", letter.unsubscribe));
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(line) | Block::Small(line) => self.paragraph(line),
            Block::Heading(level, line) => {
                let text = self.line(line);
                self.underlined(&text, if *level <= 2 { '-' } else { '.' });
            }
            Block::List { first, items } => {
                self.items(*first, items);
                self.gap();
            }
            Block::Notes { first, items } => {
                self.block(&Block::Rule);
                self.items(Some(*first), items);
                self.gap();
            }
            Block::Quote(inside) => self.inside("> ", None, |writer| writer.blocks(inside)),
            Block::Code(code) => self.inside("    ", None, |writer| {
                code.lines().for_each(|line| writer.push(line));
                writer.gap();
            }),
            Block::Table(table) => self.table(table),
            Block::Rule => {
                self.push("* * *");
                self.gap();
            }
            Block::Picture(picture) => self.picture(picture),
            Block::Figure(figure) => self.lines(figure),
            Block::Panel { label, inside } => {
                self.inside("| ", None, |writer| {
                    writer.capitals(label);
                    writer.blocks(inside);
                });
                self.gap();
            }
        }
    }

    fn paragraph(&mut self, line: &[Inline]) {
        let text = self.line(line);
        self.lines(&text);
        self.gap();
    }

    fn items(&mut self, first: Option<u64>, items: &[Vec<Block>]) {
        for (index, item) in items.iter().enumerate() {
            let mark =
                first.map_or_else(|| "- ".to_owned(), |first| format!("{}. ", first.saturating_add(index as u64)));
            let indent = " ".repeat(mark.len());
            self.inside(&indent, Some(mark), |writer| match &item[..] {
                // Lists in an item follow at once.
                [Block::Paragraph(line), rest @ ..] if rest.iter().all(|block| matches!(block, Block::List { .. })) => {
                    let text = writer.line(line);
                    writer.lines(&text);
                    for block in rest {
                        if let Block::List { first, items } = block {
                            writer.items(*first, items);
                        }
                    }
                }
                blocks => writer.blocks(blocks),
            });
        }
    }

    fn picture(&mut self, picture: &Picture) {
        let link = if picture.link.is_empty() { String::new() } else { format!(" {}", self.number(&picture.link)) };
        self.lines(&format!("{}{link}", shown(picture)));
        self.gap();
    }

    /// Lists the addresses of the links so far.
    fn addresses(&mut self) {
        for index in 0..self.numbered.len() {
            let line = format!("[{}] {}", index + 1, provider::text_url(&self.numbered[index]));
            self.push(&line);
        }
        self.gap();
    }

    /// Writes what belongs behind a mark.
    fn inside(&mut self, prefix: &str, first: Option<String>, write: impl FnOnce(&mut Self)) {
        let outer = self.prefix.clone();
        if let Some(mark) = first {
            self.first = Some(format!("{}{mark}", self.first.as_deref().unwrap_or(&outer)));
        }
        self.prefix.push_str(prefix);
        write(self);
        // An empty line at the end belongs to no mark.
        let end = format!("\n{}\n", self.prefix.trim_end());
        if self.out.ends_with(&end) && !prefix.trim().is_empty() {
            self.out.truncate(self.out.len() - end.len() + 1);
            self.prefix = outer;
            self.gap();
        } else {
            self.prefix = outer;
        }
        self.first = None;
    }

    fn underlined(&mut self, text: &str, sign: char) {
        let from = self.out.len();
        self.lines(text);
        let longest = self.out[from..].lines().map(columns).max().unwrap_or(0);
        let length = longest.saturating_sub(columns(&self.prefix));
        self.push(&sign.to_string().repeat(length));
        self.gap();
    }

    /// Writes an address on a line of its own.
    fn address(&mut self, url: &str) {
        if !url.is_empty() {
            self.push(&provider::text_url(url));
        }
    }

    /// Writes text in lines of the measure; words longer than a line stay whole.
    fn lines(&mut self, text: &str) {
        let measure = MEASURE.saturating_sub(columns(&self.prefix)).max(20);
        for line in text.lines().flat_map(|part| wrap(part, measure)) {
            self.push(&line);
        }
    }

    fn push(&mut self, line: &str) {
        let line = provider::escape_text(self.provider, line);
        self.verbatim(&line);
    }

    fn verbatim(&mut self, line: &str) {
        let before = self.first.take().unwrap_or_else(|| self.prefix.clone());
        self.out.push_str(format!("{before}{line}").trim_end());
        self.out.push('\n');
    }

    /// Leaves a line empty, but never two.
    fn gap(&mut self) {
        let empty = self.prefix.trim_end().to_owned();
        let is_there = self.out.is_empty()
            || self.out.ends_with("\n\n")
            || !empty.is_empty() && self.out.ends_with(&format!("\n{empty}\n"));
        if !is_there {
            self.out.push_str(&empty);
            self.out.push('\n');
        }
    }

    /// Gives running text, links numbered.
    fn line(&mut self, inlines: &[Inline]) -> String {
        let mut text = String::new();
        self.inlines(inlines, &mut text);
        text
    }

    fn inlines(&mut self, inlines: &[Inline], out: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => out.push_str(text),
                Inline::Strong(inside) | Inline::Emphasis(inside) => self.inlines(inside, out),
                Inline::Deleted(inside) => {
                    out.push('~');
                    self.inlines(inside, out);
                    out.push('~');
                }
                Inline::Code(code) => out.push_str(&format!("`{code}`")),
                Inline::Mark(number) if self.unsent_notes.contains(number) => {}
                Inline::Mark(text) | Inline::Raised(text) => out.push_str(&raised(text)),
                Inline::Lowered(text) => out.push_str(&format!("_{text}")),
                Inline::Link { url, inside } => {
                    let words = plain(inside);
                    let shown = url.strip_prefix("mailto:").unwrap_or(url);
                    if words.trim() == shown {
                        out.push_str(&words);
                    } else {
                        self.inlines(inside, out);
                        out.push_str(&format!(" {}", self.number(url)));
                    }
                }
                Inline::Picture(picture) if picture.alt.is_empty() => {}
                Inline::Picture(picture) => out.push_str(&shown(picture)),
                Inline::Break => out.push('\n'),
            }
        }
    }

    /// Gives the mark of an address in the list.
    fn number(&mut self, url: &str) -> String {
        let known = self.numbered.iter().position(|known| known == url);
        let index = known.unwrap_or_else(|| {
            self.numbered.push(url.to_owned());
            self.numbered.len() - 1
        });
        format!("[{}]", index + 1)
    }
}

fn shown(picture: &Picture) -> String {
    format!("[Picture: {}]", picture.alt)
}

/// Raises digits; anything else gets a sign that says so.
fn raised(text: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits: Option<String> =
        text.chars().map(|letter| letter.to_digit(10).map(|digit| DIGITS[digit as usize])).collect();
    digits.unwrap_or_else(|| format!("^{text}"))
}

#[cfg(test)]
mod tests {
    use super::super::letter::Cell;
    use super::*;

    pub(super) fn text(blocks: &[Block]) -> String {
        let mut writer = Writer {
            out: String::new(),
            provider: Provider::None,
            language: String::new(),
            prefix: String::new(),
            first: None,
            numbered: vec![],
            unsent_notes: vec![],
        };
        writer.blocks(blocks);
        writer.addresses();
        writer.out
    }

    pub(super) fn words(text: &str) -> Vec<Inline> {
        vec![Inline::Text(text.to_owned())]
    }

    pub(super) fn cells(texts: &[&str]) -> Vec<Cell> {
        texts.iter().map(|text| Cell { inside: words(text), ..Cell::default() }).collect()
    }

    #[test]
    fn lines_end_before_the_measure_and_long_words_stay_whole() {
        let long = format!("{} https://example.org/{}", "word ".repeat(40), "x".repeat(80));
        let text = text(&[Block::Paragraph(words(&long))]);
        assert!(text.lines().all(|line| line.len() <= MEASURE || !line.contains(' ')), "{text}");
    }

    #[test]
    fn marks_of_lists_and_quotes_stand_before_each_line() {
        let item = |text: &str| vec![Block::Paragraph(words(text))];
        let inner = Block::List { first: None, items: vec![item("c")] };
        let list = Block::List { first: Some(9), items: vec![item("a"), vec![Block::Paragraph(words("b")), inner]] };
        assert_eq!(text(&[list]), "9. a\n10. b\n    - c\n\n");
        let quote = Block::Quote(vec![Block::Paragraph(words("a")), Block::Paragraph(words("b"))]);
        assert_eq!(text(&[quote, Block::Paragraph(words("c"))]), "> a\n>\n> b\n\nc\n\n");
    }

    #[test]
    fn links_have_numbers_and_a_bare_address_stands_for_itself() {
        let link = |url: &str, text: &str| Inline::Link { url: url.to_owned(), inside: words(text) };
        let line = vec![link("https://a.example/", "A"), link("https://b.example/", "https://b.example/")];
        let again = vec![link("https://a.example/", "again")];
        let text = text(&[Block::Paragraph(line), Block::Paragraph(again)]);
        assert_eq!(text, "A [1]https://b.example/\n\nagain [1]\n\n[1] https://a.example/\n\n");
    }

    #[test]
    fn a_box_is_marked_and_the_number_of_a_note_is_raised() {
        let inside = vec![Block::Paragraph(vec![Inline::Text("a".to_owned()), Inline::Raised("12".to_owned())])];
        let panel = Block::Panel { label: "Sponsor".to_owned(), inside };
        assert_eq!(text(&[panel]), "| SPONSOR\n| a¹²\n\n");
    }
}
