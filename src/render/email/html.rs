//! The HTML of a mail: tables and lean inline styles, since Outlook draws with Word and Gmail clips by weight.
//!
//! Everything that matters is inline; the sheet in the head only betters what a client understands
//! (narrow screens, night). Padding stands on table cells, colours have six digits, sizes are pixels.

mod pictures;
mod sides;
mod tables;

use self::sides::Sides;
use super::letter::{Address, Block, Extent, Inline, Letter, Story};
use super::palette::{INK, INK_SOFT, PAPER, Palette, RAISED, RULE};
use super::provider;
use crate::config::Provider;
use crate::render::views::direction;

/// The width of the text in pixels: 600 without the padding at both sides.
const TEXT_WIDTH: u32 = 536;
/// Letters that a list of mails shows behind the subject, about.
const PREVIEW: usize = 110;

const TABLE: &str = "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"";
const MONOSPACE: &str = "Menlo,Consolas,monospace";

/// A written mail.
pub(super) struct Written {
    /// The HTML.
    pub(super) html: String,
    /// What stands in it, each with its bytes.
    pub(super) sections: Vec<(String, usize)>,
    /// The addresses that it leads to, one for each link.
    pub(super) links: Vec<String>,
}

struct Writer<'w> {
    out: String,
    provider: Provider,
    palette: &'w Palette,
    sides: Sides,
    /// The width in pixels that a picture may have where it stands.
    room: u32,
    /// The numbers of the notes that are not sent.
    unsent_notes: Vec<String>,
    links: Vec<String>,
}

/// Writes a mail.
pub(super) fn write(letter: &Letter, extent: Extent, provider: Provider, palette: &Palette) -> Written {
    let mut writer = Writer {
        out: String::with_capacity(16 * 1024),
        provider,
        palette,
        sides: Sides::of(direction(&letter.language)),
        room: TEXT_WIDTH,
        unsent_notes: letter.unsent_notes(extent),
        links: vec![],
    };
    let mut sections = Vec::new();
    let mut from = 0;
    let mut end = |name: &str, writer: &Writer<'_>| {
        sections.push((name.to_owned(), writer.out.len() - from));
        from = writer.out.len();
    };
    writer.head(letter);
    end("frame and head", &writer);
    writer.title(letter);
    writer.blocks(letter.opening.get(..extent.opening).unwrap_or_default());
    end("opening", &writer);
    let stories = letter.stories.get(..extent.stories).unwrap_or_default();
    if !stories.is_empty() {
        writer.heading(2, &[Inline::Text("In this edition".to_owned())]);
    }
    for (index, story) in stories.iter().enumerate() {
        writer.story(index + 1, story);
        end(&story.title, &writer);
    }
    if let Some((words, url)) = letter.rest(extent) {
        writer.raw("<p style=\"margin:0 0 16px\"><b>");
        writer.link(&url, &[Inline::Text(format!("{words} →"))]);
        writer.raw("</b></p>\n");
    }
    writer.foot(letter);
    end("foot", &writer);
    Written { html: writer.out, sections, links: writer.links }
}

impl Writer<'_> {
    fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        provider::push_html(&mut self.out, self.provider, text);
    }

    fn head(&mut self, letter: &Letter) {
        let direction = direction(&letter.language);
        self.raw("<!doctype html>\n<html lang=\"");
        self.text(&letter.language);
        self.raw(&format!("\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n"));
        self.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
        self.raw("<meta name=\"robots\" content=\"noindex\">\n");
        self.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
        self.raw("<meta name=\"supported-color-schemes\" content=\"light dark\">\n");
        self.raw(
            "<meta name=\"format-detection\" content=\"telephone=no,date=no,address=no,email=no,url=no\">\n<title>",
        );
        self.text(&letter.subject);
        self.raw("</title>\n<!--[if mso]><xml><o:OfficeDocumentSettings xmlns:o=\"urn:schemas-microsoft-com:office:office\">");
        self.raw("<o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>");
        self.raw("<style>td,th,p,li,h1,h2,h3{font-family:Georgia,serif!important}</style><![endif]-->\n");
        self.sheet();
        self.raw(&format!("</head>\n<body class=\"r\" style=\"margin:0;padding:0;background:{RAISED}\">\n"));
        self.raw("<div role=\"article\" aria-roledescription=\"email\" aria-label=\"");
        self.text(&letter.subject);
        self.raw("\" lang=\"");
        self.text(&letter.language);
        self.raw(&format!("\" dir=\"{direction}\">\n"));
        self.preheader(&letter.preheader);
        self.raw(&format!("{TABLE} class=\"r\" bgcolor=\"{RAISED}\"><tr><td align=\"center\">\n"));
        self.raw("<!--[if mso]><table role=\"presentation\" width=\"600\"><tr><td><![endif]-->\n");
        self.raw(&format!("{TABLE} class=\"p\" bgcolor=\"{PAPER}\" style=\"max-width:600px\"><tr>\n"));
        self.raw(&format!(
            "<td class=\"t c\" style=\"padding:20px 32px 32px;font:17px/1.55 Georgia,serif;color:{INK};text-align:start;word-break:break-word\">\n"
        ));
    }

    /// What a client may leave out: narrow screens, and night.
    fn sheet(&mut self) {
        let night = self.palette.accent_at_night.clone();
        let rules = |before: &str| {
            format!(
                "{before}.r{{background:#171e1a!important}}{before}.p{{background:#0f1412!important}}\
                 {before}.t{{color:#e8ece8!important}}{before}.s{{color:#b2bbb5!important}}\
                 {before}.t a{{color:{night}!important}}{before}.t a.n{{color:#e8ece8!important}}\
                 {before}.u{{border-color:#38413c!important}}{before}.a{{border-color:{night}!important}}"
            )
        };
        let (query, outlook) = (rules(""), rules("[data-ogsc] "));
        self.raw("<style>\n@media(max-width:480px){.c{padding:16px 20px 28px!important}}\n");
        self.raw(&format!("@media(prefers-color-scheme:dark){{{query}}}\n{outlook}\n</style>\n"));
    }

    /// The line behind the subject; what fills it up keeps the text of the mail out of the list.
    fn preheader(&mut self, preheader: &str) {
        if preheader.is_empty() {
            return;
        }
        self.raw("<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">");
        self.text(preheader);
        let missing = PREVIEW.saturating_sub(preheader.chars().count());
        for _ in 0..missing / 2 {
            self.raw("&#847;&zwnj;&nbsp;");
        }
        self.raw("</div>\n");
    }

    fn title(&mut self, letter: &Letter) {
        self.raw(&format!("<p class=\"s\" style=\"margin:0 0 20px;font-size:13px;color:{INK_SOFT}\">"));
        self.link(&letter.web, &[Inline::Text("Read this on the web".to_owned())]);
        self.leave(letter, " · ");
        self.raw("</p>\n<p class=\"a\" style=\"margin:0 0 20px;padding:0 0 10px;font-size:26px;line-height:1.2;");
        self.raw(&format!("font-weight:bold;border-bottom:3px solid {}\"><a href=\"", self.palette.accent));
        self.links.push(letter.home.clone());
        provider::push_url(&mut self.out, &letter.home);
        self.raw(&format!("\" class=\"n\" style=\"color:{INK};text-decoration:none\">"));
        self.text(&letter.publication);
        self.raw("</a></p>\n");
        self.small(&[Inline::Text(letter.kicker.clone())]);
        self.raw("<h1 style=\"margin:0 0 12px;font-size:29px;line-height:1.2\">");
        self.text(&letter.title);
        self.raw("</h1>\n");
        if !letter.lead.is_empty() {
            self.raw("<p style=\"margin:0 0 20px;font-size:19px;line-height:1.45\">");
            self.inlines(&letter.lead);
            self.raw("</p>\n");
        }
    }

    fn story(&mut self, number: usize, story: &Story) {
        let mut spoken = String::new();
        for (name, value) in [("lang", story.language.as_str()), ("dir", story.direction)] {
            if !value.is_empty() {
                spoken.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        self.raw(&format!("<h3{spoken} style=\"margin:0 0 4px;font-size:19px;line-height:1.3\">"));
        self.raw(&format!("{number}. "));
        self.link(&story.url, &[Inline::Text(story.title.clone())]);
        self.raw("</h3>\n");
        if !story.summary.is_empty() {
            self.raw(&format!("<p{spoken} style=\"margin:0 0 4px\">"));
            self.text(&story.summary);
            self.raw("</p>\n");
        }
        self.raw(&format!("<p class=\"s\" style=\"margin:0 0 24px;font-size:14px;color:{INK_SOFT}\">"));
        if let Some((words, url)) = &story.deal {
            let words = [Inline::Text(words.clone())];
            if url.is_empty() {
                self.inlines(&words)
            } else {
                self.link(url, &words)
            }
            self.raw("<br>");
        }
        self.text(&story.facts);
        self.raw("</p>\n");
    }

    fn foot(&mut self, letter: &Letter) {
        self.rule();
        self.raw(&format!("<p class=\"s\" style=\"margin:0;font-size:13px;color:{INK_SOFT}\">"));
        self.link(&letter.home, &[Inline::Text(letter.publication.clone())]);
        match &letter.address {
            Address::Words(words) if words.is_empty() => {}
            Address::Words(words) => {
                self.raw(" · ");
                self.text(words);
            }
            Address::Tag(tag) => self.raw(&format!(" · {tag}")),
        }
        self.raw("<br>");
        self.text(&letter.reason);
        self.leave(letter, " ");
        self.raw("</p>\n</td></tr></table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</div>\n");
        self.raw("</body>\n</html>\n");
    }

    /// Writes the link to leave, whose address is the provider's tag or what the publisher put there.
    fn leave(&mut self, letter: &Letter, before: &str) {
        if letter.unsubscribe.is_empty() {
            return;
        }
        self.links.push(letter.unsubscribe.clone());
        let address = letter.unsubscribe.replace('&', "&amp;").replace('"', "%22").replace('<', "%3C");
        let accent = &self.palette.accent;
        let markup = format!("{before}<a href=\"{address}\" style=\"color:{accent}\">Unsubscribe</a>");
        self.raw(&markup);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(line) => {
                self.raw("<p style=\"margin:0 0 16px\">");
                self.inlines(line);
                self.raw("</p>\n");
            }
            Block::Small(line) => self.small(line),
            Block::Heading(level, line) => self.heading(*level, line),
            Block::List { first, items } => self.list(*first, items),
            Block::Quote(inside) => {
                let (margin, padding) =
                    (self.sides.four("0", "0", "16px", "8px"), self.sides.four("0", "0", "0", "16px"));
                let side = self.sides.start;
                self.raw(&format!("<blockquote class=\"u\" style=\"margin:{margin};padding:{padding};"));
                self.raw(&format!("border-{side}:3px solid {RULE}\">\n"));
                self.blocks(inside);
                self.raw("</blockquote>\n");
            }
            Block::Notes { first, items } => {
                self.rule();
                self.list(Some(*first), items);
            }
            Block::Code(code) => self.code(code),
            Block::Table(table) => self.table(table),
            Block::Rule => self.rule(),
            Block::Picture(picture) => self.picture(picture),
            Block::Figure(figure) => {
                self.raw("<p style=\"margin:0 0 4px;font-size:32px;line-height:1.2\">");
                self.text(figure);
                self.raw("</p>\n");
            }
            Block::Panel { label, inside } => self.panel(label, inside),
        }
    }

    fn small(&mut self, line: &[Inline]) {
        self.raw(&format!("<p class=\"s\" style=\"margin:0 0 8px;font-size:14px;color:{INK_SOFT}\">"));
        self.inlines(line);
        self.raw("</p>\n");
    }

    fn heading(&mut self, level: u8, line: &[Inline]) {
        let (element, size) = match level {
            0..=2 => ("h2", 22),
            3 => ("h3", 19),
            _ => ("h4", 17),
        };
        self.raw(&format!("<{element} style=\"margin:28px 0 12px;font-size:{size}px;line-height:1.3\">"));
        self.inlines(line);
        self.raw(&format!("</{element}>\n"));
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>]) {
        let element = match first {
            None => "ul",
            Some(_) => "ol",
        };
        self.raw(&format!("<{element}"));
        if let Some(first) = first.filter(|first| *first != 1) {
            self.raw(&format!(" start=\"{first}\""));
        }
        let padding = self.sides.four("0", "0", "0", "26px");
        self.raw(&format!(" style=\"margin:0 0 16px;padding:{padding}\">\n"));
        for item in items {
            self.raw("<li style=\"margin:0 0 6px\">");
            match &item[..] {
                [Block::Paragraph(line)] => self.inlines(line),
                // What a tight item says comes before the list in it.
                [Block::Paragraph(line), rest @ ..] if rest.iter().all(|block| matches!(block, Block::List { .. })) => {
                    self.inlines(line);
                    self.blocks(rest);
                }
                blocks => self.blocks(blocks),
            }
            self.raw("</li>\n");
        }
        self.raw(&format!("</{element}>\n"));
    }

    /// Outlook knows no `white-space`, so that spaces which count can't be broken, and lines are.
    fn code(&mut self, code: &str) {
        self.raw(&format!("{TABLE} style=\"margin:0 0 16px\"><tr><td class=\"r t\" bgcolor=\"{RAISED}\" "));
        self.raw(&format!("style=\"padding:12px 14px;font:13px/1.5 {MONOSPACE};color:{INK}\">"));
        for (index, line) in code.lines().enumerate() {
            self.raw(if index > 0 { "<br>\n" } else { "" });
            let mut previous = ' ';
            for letter in line.chars() {
                if letter == ' ' && previous == ' ' {
                    self.raw("&nbsp;");
                } else {
                    self.text(letter.encode_utf8(&mut [0; 4]));
                }
                previous = letter;
            }
        }
        self.raw("</td></tr></table>\n");
    }

    fn rule(&mut self) {
        self.raw("<hr class=\"u\" style=\"margin:24px 0;border:0;border-top:1px solid ");
        self.raw(&format!("{RULE}\">\n"));
    }

    fn panel(&mut self, label: &str, inside: &[Block]) {
        self.raw(&format!("{TABLE} style=\"margin:4px 0 20px\"><tr><td class=\"r t a\" bgcolor=\"{RAISED}\" "));
        self.raw(&format!("style=\"padding:14px 18px 2px;font:16px/1.5 Georgia,serif;color:{INK};"));
        self.raw(&format!("border-{}:3px solid {}\">\n", self.sides.start, self.palette.accent));
        if !label.is_empty() {
            self.small(&[Inline::Strong(vec![Inline::Text(label.to_owned())])]);
        }
        self.blocks(inside);
        self.raw("</td></tr></table>\n");
    }

    fn link(&mut self, url: &str, inside: &[Inline]) {
        self.links.push(url.to_owned());
        self.raw("<a href=\"");
        provider::push_url(&mut self.out, url);
        self.raw(&format!("\" style=\"color:{}\">", self.palette.accent));
        self.inlines(inside);
        self.raw("</a>");
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Strong(inside) => self.wrapped("b", inside),
                Inline::Emphasis(inside) => self.wrapped("i", inside),
                Inline::Deleted(inside) => self.wrapped("s", inside),
                Inline::Code(code) => {
                    self.raw(&format!("<code style=\"font-family:{MONOSPACE};font-size:14px\">"));
                    self.text(code);
                    self.raw("</code>");
                }
                Inline::Mark(number) if self.unsent_notes.contains(number) => {}
                Inline::Mark(text) | Inline::Raised(text) => {
                    self.raw("<sup style=\"font-size:12px;line-height:0\">");
                    self.text(text);
                    self.raw("</sup>");
                }
                Inline::Lowered(text) => {
                    self.raw("<sub style=\"font-size:12px;line-height:0\">");
                    self.text(text);
                    self.raw("</sub>");
                }
                Inline::Link { url, inside } => self.link(url, inside),
                Inline::Picture(picture) => self.image(picture, "inline-block;vertical-align:middle"),
                Inline::Break => self.raw("<br>\n"),
            }
        }
    }

    fn wrapped(&mut self, element: &str, inside: &[Inline]) {
        self.raw(&format!("<{element}>"));
        self.inlines(inside);
        self.raw(&format!("</{element}>"));
    }
}
