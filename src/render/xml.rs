//! Writing XML that every parser takes: balanced by construction, and free of what XML 1.0 forbids.

use std::borrow::Cow;

use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesCData, BytesStart};

/// An attribute: its name and its value, not yet escaped.
pub(super) type Attribute<'a> = (&'a str, &'a str);

/// An XML document as it grows.
pub(super) struct Xml {
    out: String,
}

impl Xml {
    /// Starts a document with room for `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Self {
        let mut out = String::with_capacity(capacity);
        out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        Self { out }
    }

    /// Writes an element whose children `inner` writes; each child begins on a line of its own.
    pub(super) fn parent(&mut self, name: &str, attributes: &[Attribute<'_>], inner: impl FnOnce(&mut Self)) {
        self.tag(name, attributes, ">\n");
        inner(self);
        self.close(name);
    }

    /// Writes an element that holds text; empty text still makes an element.
    pub(super) fn text(&mut self, name: &str, attributes: &[Attribute<'_>], text: &str) {
        self.tag(name, attributes, ">");
        self.out.push_str(&partial_escape(legal(text)));
        self.close(name);
    }

    /// Writes an element that holds text, unless the text is empty.
    pub(super) fn some_text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.text(name, &[], text);
        }
    }

    /// Writes an element that holds markup as character data, which keeps long bodies short and
    /// legible; a `]]>` in it is divided between two sections.
    pub(super) fn character_data(&mut self, name: &str, attributes: &[Attribute<'_>], markup: &str) {
        self.tag(name, attributes, ">");
        for section in BytesCData::escaped(&legal(markup)) {
            self.out.push_str("<![CDATA[");
            self.out.push_str(&section);
            self.out.push_str("]]>");
        }
        self.close(name);
    }

    /// Writes an element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.tag(name, attributes, "/>\n");
    }

    /// Gives the document's length so far, in bytes.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Ends the document.
    pub(super) fn finish(self) -> String {
        self.out
    }

    fn tag(&mut self, name: &str, attributes: &[Attribute<'_>], end: &str) {
        let mut start = BytesStart::new(name);
        for (key, value) in attributes {
            start.push_attribute((*key, legal(value)));
        }
        self.out.push('<');
        self.out.push_str(&start);
        self.out.push_str(end);
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }
}

/// Leaves out the characters that XML 1.0 can't hold, not even escaped (section 2.2, `Char`).
///
/// One of them in one title makes the whole feed unreadable for every subscriber.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    // A body has thousands of bytes and hardly ever one of these: all are looked at together.
    let may_be_forbidden = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == NONCHARACTER;
    let suspicious = text.bytes().fold(false, |found, byte| found | may_be_forbidden(byte));
    if suspicious && !text.chars().all(is_legal) {
        text.chars().filter(|c| is_legal(*c)).collect()
    } else {
        Cow::Borrowed(text)
    }
}

/// The byte with which the two characters begin that are forbidden and no control characters.
const NONCHARACTER: u8 = 0xEF;

fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_left_out_and_the_rest_stays() {
        let forbidden: String =
            ('\0'..' ').filter(|c| !"\t\n\r".contains(*c)).chain(['\u{FFFE}', '\u{FFFF}']).collect();
        assert_eq!(forbidden.chars().count(), 31);
        assert_eq!(legal(&forbidden), "");
        let allowed = "\t\n\r a\u{7F}é\u{D7FF}\u{E000}\u{FFFD}😀";
        assert!(matches!(legal(allowed), Cow::Borrowed(same) if same == allowed));
    }

    #[test]
    fn character_data_may_hold_its_own_end() {
        let mut xml = Xml::new(0);
        xml.character_data("a", &[("b", "\"<&>'\n")], "x]]>y]]>");
        let text = xml.finish();
        let mut reader = quick_xml::Reader::from_str(&text);
        let (mut content, mut attribute) = (String::new(), String::new());
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::CData(data) => content.push_str(&data.into_inner()),
                quick_xml::events::Event::Start(start) => {
                    let value =
                        start.attributes().next().expect("an attribute").expect("well-formed").value.into_owned();
                    attribute = quick_xml::escape::unescape(&value).expect("well-formed").into_owned();
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(content, "x]]>y]]>");
        assert_eq!(attribute, "\"<&>'\n");
    }
}
