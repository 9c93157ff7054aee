//! How large an SVG says it is.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Reads width and height of an SVG in pixels, from its attributes or else from its `viewBox`.
///
/// As browsers have it (SVG 2, section 8.2): a length without a unit is one in pixels; one in another unit, or in
/// per cent, says nothing here.
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
    let pixels = |text: &str| {
        let number: f64 = text.trim().trim_end_matches("px").trim().parse().ok()?;
        (0.5..=f64::from(u16::MAX)).contains(&number).then(|| number.round() as u32)
    };
    let given = |name| pixels(&value(name)?);
    if let (Some(width), Some(height)) = (given("width"), given("height")) {
        return Some((width, height));
    }
    let view = value("viewBox")?;
    let mut numbers = view.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
    Some((pixels(numbers.next()?)?, pixels(numbers.next()?)?))
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
            ("<svg width=\"10em\" height=\"5em\"/>", None),
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
