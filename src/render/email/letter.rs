//! What a mail says, before anybody decides how it looks: the one source of its HTML and its text.

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Inline {
    /// Words.
    Text(String),
    /// Strong words.
    Strong(Vec<Inline>),
    /// Words with emphasis.
    Emphasis(Vec<Inline>),
    /// Words that no longer hold.
    Deleted(Vec<Inline>),
    /// Code within a line.
    Code(String),
    /// The number of a footnote.
    Mark(String),
    /// Raised text.
    Raised(String),
    /// Lowered text.
    Lowered(String),
    /// A link; the address is full.
    Link { url: String, inside: Vec<Inline> },
    /// A picture within a line or a cell.
    Picture(Picture),
    /// A line break.
    Break,
}

/// A picture that every mail program can show.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    /// The full address.
    pub(super) url: String,
    /// What it shows.
    pub(super) alt: String,
    /// The width in pixels, and the height, where known.
    pub(super) size: Option<(u32, Option<u32>)>,
    /// Where it leads; may be empty.
    pub(super) link: String,
}

/// A piece of a mail.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A paragraph in small print: a caption, a source.
    Small(Vec<Inline>),
    /// A heading of a level from 2 to 6.
    Heading(u8, Vec<Inline>),
    /// A list; with a first number if it is ordered.
    List { first: Option<u64>, items: Vec<Vec<Block>> },
    /// The footnotes, with the first one's number.
    Notes { first: u64, items: Vec<Vec<Block>> },
    /// Somebody else's words.
    Quote(Vec<Block>),
    /// Code, line by line.
    Code(String),
    /// A table.
    Table(Table),
    /// A line across.
    Rule,
    /// A picture.
    Picture(Picture),
    /// A figure that speaks: `$60B`.
    Figure(String),
    /// A box with a label: an advertisement, a note, a deal.
    Panel { label: String, inside: Vec<Block> },
}

/// A table of data.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    /// What it shows; may be empty.
    pub(super) caption: String,
    /// The rows of the head; there may be none.
    pub(super) head: Vec<Vec<Cell>>,
    /// The rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    /// What it says.
    pub(super) inside: Vec<Inline>,
    /// Where it stands.
    pub(super) align: Align,
    /// How many further columns it reaches over.
    pub(super) more_columns: u32,
    /// How many further rows it reaches over.
    pub(super) more_rows: u32,
}

/// Where the text of a cell stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Align {
    /// At the start of the line.
    #[default]
    Start,
    /// In the middle.
    Centre,
    /// At the end, as figures do.
    End,
}

/// A post that the edition collects.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Story {
    /// The headline.
    pub(super) title: String,
    /// The language tag of headline and lead, if that is another than the letter's; else empty.
    pub(super) language: String,
    /// The way in which it is written, if that is another than the letter's; else empty.
    pub(super) direction: &'static str,
    /// The full address.
    pub(super) url: String,
    /// The lead; may be empty.
    pub(super) summary: String,
    /// The deal that it reports: words and the full address of its page, which may be empty.
    pub(super) deal: Option<(String, String)>,
    /// Date, category and length in a few words.
    pub(super) facts: String,
}

/// A whole mail.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Letter {
    /// The language tag.
    pub(super) language: String,
    /// The subject.
    pub(super) subject: String,
    /// The line that mail programs show behind the subject; may be empty.
    pub(super) preheader: String,
    /// The publication's name.
    pub(super) publication: String,
    /// The full address of its front page.
    pub(super) home: String,
    /// The full address of the edition's page.
    pub(super) web: String,
    /// The link to leave, as the provider fills it in; empty where there is none.
    pub(super) unsubscribe: String,
    /// Number and date: `Edition No. 2 · 12 September 2025`.
    pub(super) kicker: String,
    /// The headline.
    pub(super) title: String,
    /// The lead.
    pub(super) lead: Vec<Inline>,
    /// What the editor wrote.
    pub(super) opening: Vec<Block>,
    /// The posts that it collects.
    pub(super) stories: Vec<Story>,
    /// Why the reader gets it.
    pub(super) reason: String,
    /// The postal address.
    pub(super) address: Address,
}

/// The sender's postal address.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Address {
    /// In the publisher's words; may be empty.
    Words(String),
    /// The tag that the provider fills in.
    Tag(&'static str),
}

impl Default for Address {
    fn default() -> Self {
        Self::Words(String::new())
    }
}

/// How much of a mail is sent: the rest is on the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// How many blocks of the opening.
    pub(super) opening: usize,
    /// How many stories.
    pub(super) stories: usize,
}

impl Letter {
    /// Gives the extent of the whole.
    pub(super) fn whole(&self) -> Extent {
        Extent { opening: self.opening.len(), stories: self.stories.len() }
    }

    /// Gives the extent of the first pieces: the opening's blocks, then the stories.
    pub(super) fn first(&self, pieces: usize) -> Extent {
        let opening = pieces.min(self.opening.len());
        Extent { opening, stories: (pieces - opening).min(self.stories.len()) }
    }

    /// Gives the numbers of the footnotes that are not sent; nothing would explain their marks.
    pub(super) fn unsent_notes(&self, extent: Extent) -> Vec<String> {
        let cut = self.opening.iter().skip(extent.opening);
        let numbers = cut.filter_map(|block| match block {
            Block::Notes { first, items } => Some(*first..first.saturating_add(items.len() as u64)),
            _ => None,
        });
        numbers.flatten().map(|number| number.to_string()).collect()
    }

    /// Says where the rest is, if there is a rest: words and address.
    pub(super) fn rest(&self, extent: Extent) -> Option<(String, String)> {
        let stories = self.stories.len() - extent.stories;
        let noun = if stories == 1 { "story" } else { "stories" };
        if extent.opening < self.opening.len() {
            let more = if stories > 0 { format!(", and {stories} {noun}") } else { String::new() };
            return Some((format!("Read on: the rest of this letter{more} on the web"), self.web.clone()));
        }
        let more = if extent.stories > 0 { " more" } else { "" };
        (stories > 0).then(|| (format!("{stories}{more} {noun} on the web"), format!("{}#in-this-edition", self.web)))
    }
}

/// Gives the words of running text, without marks.
pub(super) fn plain(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, &mut text);
    text
}

fn push_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text)
            | Inline::Code(text)
            | Inline::Mark(text)
            | Inline::Raised(text)
            | Inline::Lowered(text) => out.push_str(text),
            Inline::Picture(picture) => out.push_str(&picture.alt),
            Inline::Strong(inside)
            | Inline::Emphasis(inside)
            | Inline::Deleted(inside)
            | Inline::Link { inside, .. } => push_plain(inside, out),
            Inline::Break => out.push(' '),
        }
    }
}

/// Says whether running text says or shows anything.
pub(super) fn says_something(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Strong(inside) | Inline::Emphasis(inside) | Inline::Deleted(inside) | Inline::Link { inside, .. } => {
            says_something(inside)
        }
        Inline::Picture(_) => true,
        other => !plain(std::slice::from_ref(other)).trim().is_empty(),
    })
}
