//! Writing SVG: escaped text, rounded numbers, and the frame every chart shares.

use super::{
    Caption,
    measure::{self, FONT_SIZE},
};

/// The width of every large chart in user units.
pub(super) const WIDTH: f64 = 480.0;

/// The height that a note under a drawing takes.
const NOTE: f64 = 24.0;

/// The drawing of one chart while it grows.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    body: String,
    has_links: bool,
}

/// What a finished drawing is called and how large it is.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) class: &'static str,
    pub(super) description: &'a str,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A start tag while its attributes are written.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    body: &'a mut String,
    name: &'static str,
}

impl Drawing {
    pub(super) fn tag(&mut self, name: &'static str, class: &str) -> Tag<'_> {
        self.body.push('<');
        self.body.push_str(name);
        let tag = Tag { body: &mut self.body, name };
        if class.is_empty() { tag } else { tag.attribute("class", class) }
    }

    pub(super) fn close(&mut self, name: &'static str) {
        self.body.push_str("</");
        self.body.push_str(name);
        self.body.push('>');
    }

    /// Opens what shows `title` on hover: a link where there is a page to go to, else a group.
    pub(super) fn open_item(&mut self, title: &str, href: Option<&str>, reach: Reach) {
        match href {
            Some(href) => {
                self.has_links = true;
                let tag = self.tag("a", "chart-item").attribute("href", href);
                match reach {
                    Reach::Tab => tag.open(),
                    Reach::PointerOnly => tag.attribute("tabindex", "-1").open(),
                }
            }
            None => self.tag("g", "chart-item").open(),
        }
        self.tag("title", "").text(title);
    }

    pub(super) fn close_item(&mut self, href: Option<&str>) {
        self.close(if href.is_some() { "a" } else { "g" });
    }

    /// Writes characters into the element that is open.
    pub(super) fn characters(&mut self, text: &str) {
        escape_into(text, &mut self.body);
    }

    /// Draws a horizontal or vertical hairline.
    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        // Without a stylesheet a grid as black as the axis would be all one sees.
        let tag = self
            .tag("line", class)
            .number("x1", from.0)
            .number("y1", from.1)
            .number("x2", to.0)
            .number("y2", to.1)
            .attribute("stroke", "currentColor");
        match class {
            "chart-grid" => tag.attribute("stroke-opacity", "0.2").empty(),
            _ => tag.empty(),
        }
    }

    /// Writes one line of text, its middle at the height of `at`; what does not fit in
    /// `room` is cut and stands in full in the text's `<title>`.
    pub(super) fn write(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &Text<'_>) {
        let shown = measure::fit(text.content, text.room);
        let tag = self.tag("text", class).number("x", at.0).number("y", at.1).attribute("dy", "0.35em");
        let tag = match anchor {
            Anchor::Start => tag,
            Anchor::Middle => tag.attribute("text-anchor", "middle"),
            Anchor::End => tag.attribute("text-anchor", "end"),
        };
        if shown == text.content {
            tag.text(&shown);
        } else {
            tag.open();
            self.tag("title", "").text(text.content);
            escape_into(&shown, &mut self.body);
            self.close("text");
        }
    }

    /// Writes the caption's notes under the drawing, and gives the height and the description with them.
    fn write_notes(&mut self, caption: &Caption<'_>, frame: &Frame<'_>) -> (f64, String) {
        let (mut height, mut description) = (frame.height, frame.description.to_owned());
        for note in caption.notes {
            height += NOTE;
            let text = Text { content: note, room: frame.width };
            self.write("chart-note", (0.0, height - NOTE / 2.0), Anchor::Start, &text);
            description.push(' ');
            description.push_str(note);
        }
        (height, description)
    }

    /// Wraps what was drawn in its `<svg>` element with a name and a description.
    pub(super) fn finish(mut self, caption: &Caption<'_>, frame: &Frame<'_>) -> String {
        let (height, description) = self.write_notes(caption, frame);
        let Self { body, has_links } = self;
        let title_id = format!("{}-title", caption.id);
        let description_id = format!("{}-desc", caption.id);
        let view = format!("0 0 {} {}", number(frame.width), number(height));

        let mut page = Drawing::default();
        page.tag("svg", &format!("chart {}", frame.class))
            .attribute("xmlns", "http://www.w3.org/2000/svg")
            .attribute("role", if has_links { "group" } else { "img" })
            .attribute("aria-labelledby", &title_id)
            .attribute("aria-describedby", &description_id)
            .attribute("viewBox", &view)
            .number("width", frame.width)
            .number("height", height)
            // On a page that is written from the right, anchors would be at the other ends.
            .attribute("direction", "ltr")
            .attribute("font-family", "system-ui, sans-serif")
            .number("font-size", FONT_SIZE)
            .attribute("fill", "currentColor")
            .open();
        page.tag("title", "").attribute("id", &title_id).text(caption.title);
        page.tag("desc", "").attribute("id", &description_id).text(&description);
        page.body.push_str(&body);
        page.close("svg");
        page.body
    }
}

/// How a link in a drawing is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// By keyboard as well.
    Tab,
    /// By pointer only: two hundred tab stops help nobody, and the table beside
    /// the chart has the same links.
    PointerOnly,
}

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text and the room it may take.
#[derive(Debug)]
pub(super) struct Text<'a> {
    pub(super) content: &'a str,
    pub(super) room: f64,
}

impl<'a> Text<'a> {
    /// Takes a text whose room was reserved by measuring it.
    pub(super) fn whole(content: &'a str) -> Self {
        Self { content, room: f64::INFINITY }
    }
}

impl Tag<'_> {
    pub(super) fn attribute(self, name: &str, value: &str) -> Self {
        self.body.push(' ');
        self.body.push_str(name);
        self.body.push_str("=\"");
        escape_into(value, self.body);
        self.body.push('"');
        self
    }

    pub(super) fn number(self, name: &str, value: f64) -> Self {
        self.attribute(name, &number(value))
    }

    pub(super) fn empty(self) {
        self.body.push_str("/>");
    }

    pub(super) fn open(self) {
        self.body.push('>');
    }

    pub(super) fn text(self, text: &str) {
        self.body.push('>');
        escape_into(text, self.body);
        self.body.push_str("</");
        self.body.push_str(self.name);
        self.body.push('>');
    }
}

/// Writes a coordinate with one decimal at most.
///
/// A tenth of a unit is finer than a pixel, and coarse enough that logarithms
/// which differ in the last bit between machines give the same bytes.
pub(super) fn number(value: f64) -> String {
    let tenths = (value * 10.0).round();
    if !tenths.is_finite() || tenths == 0.0 {
        return "0".to_owned();
    }
    let figure = format!("{:.1}", tenths / 10.0);
    figure.strip_suffix(".0").unwrap_or(&figure).to_owned()
}

/// Escapes text for an element or a quoted attribute, and drops the characters
/// that XML 1.0 (section 2.2) does not allow at all.
fn escape_into(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(number(-0.04), "0");
        assert_eq!(number(12.0), "12");
        assert_eq!(number(12.345), "12.3");
        assert_eq!(number(-7.96), "-8");
        assert_eq!(number(f64::NAN), "0");
    }

    #[test]
    fn text_can_not_leave_its_element() {
        let mut out = String::new();
        escape_into("\"<b>\u{1}&\n'", &mut out);
        assert_eq!(out, "&quot;&lt;b&gt;&amp; &#39;");
    }
}
