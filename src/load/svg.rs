//! How large an SVG says it is.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Reads width and height of an SVG in pixels, from its attributes or else from its `viewBox`.
///
/// As browsers have it (SVG 2, section 8.2): one length alone keeps the ratio of the `viewBox`.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut reader = Reader::from_reader(bytes);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => {
                return (element.local_name().as_ref() == "svg").then(|| size_of(&element))?;
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn size_of(svg: &BytesStart<'_>) -> Option<(u32, u32)> {
    let value = |name: &str| {
        let attribute = svg.try_get_attribute(name).ok()??;
        Some(attribute.value.into_owned())
    };
    let view: Option<Vec<f64>> = value("viewBox").and_then(|view| {
        view.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
    });
    let ratio = view.as_deref().and_then(|view| Some((*view.get(2)?, *view.get(3)?)));
    let (width, height) = match (Length::of(value("width")), Length::of(value("height")), ratio) {
        (Length::Pixels(width), Length::Pixels(height), _) => (width, height),
        (Length::Pixels(width), Length::Auto, Some((across, down))) => (width, width * down / across),
        (Length::Auto, Length::Pixels(height), Some((across, down))) => (height * across / down, height),
        (Length::Auto, Length::Auto, Some(view)) => view,
        _ => return None,
    };
    let whole = |length: f64| (0.5..=f64::from(u16::MAX)).contains(&length).then(|| length.round() as u32);
    Some((whole(width)?, whole(height)?))
}

/// A width or height as it is written.
enum Length {
    /// None, or a share of what is around it.
    Auto,
    Pixels(f64),
    /// One that hangs on the type around it.
    Unknown,
}

impl Length {
    fn of(written: Option<String>) -> Self {
        let Some(written) = written else { return Self::Auto };
        let written = written.trim();
        let digits = written.find(|letter: char| letter.is_ascii_alphabetic() && !matches!(letter, 'e' | 'E'));
        let (number, unit) = written.split_at(digits.or_else(|| written.find('%')).unwrap_or(written.len()));
        // CSS values, section 6.2: absolute lengths.
        let pixels = match unit.trim() {
            "" | "px" => 1.0,
            "in" => 96.0,
            "cm" => 96.0 / 2.54,
            "mm" => 9.6 / 2.54,
            "pt" => 96.0 / 72.0,
            "pc" => 16.0,
            "%" => return Self::Auto,
            _ => return Self::Unknown,
        };
        number.trim().parse().map_or(Self::Unknown, |number: f64| Self::Pixels(number * pixels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_svg_has_the_size_that_it_states() {
        for (svg, expected) in [
            ("<svg width=\"300\" height=\"100.4px\"/>", Some((300, 100))),
            ("<?xml version=\"1.0\"?><!-- a --><svg viewBox=\"0 0 640,250\" xmlns=\"x\"><g/></svg>", Some((640, 250))),
            ("<svg width=\"100%\" height=\"100%\" viewBox='-1 -1 24 24'>", Some((24, 24))),
            ("<svg width=\"300\" viewBox=\"0 0 40 20\"/>", Some((300, 150))),
            ("<svg width=\"2in\" height=\"2.54cm\" viewBox=\"0 0 40 20\"/>", Some((192, 96))),
            ("<svg width=\"10em\" height=\"5em\" viewBox=\"0 0 40 20\"/>", None),
            ("<svg width=\"3\" viewBox=\"0 0 0 0\"/>", None),
            ("<svg width=\"0\" height=\"5\"/>", None),
            ("<svg width=\"1e99\" height=\"5\"/>", None),
            ("<html><svg width=\"3\" height=\"3\"/></html>", None),
            ("<svg", None),
            ("", None),
        ] {
            assert_eq!(size(svg.as_bytes()), expected, "{svg}");
        }
    }
}
