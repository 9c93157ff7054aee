//! Percent-encoding (RFC 3986, section 2.1).

use std::borrow::Cow;

use crate::config::{foreign_host, with_ascii_host};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Encodes all but the unreserved characters, for one value within an address.
pub(super) fn component(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push(&mut out, byte);
        }
    }
    out
}

/// Encodes what can't stand in an address at all and leaves the rest, `%` included. Its host is written in ASCII.
pub(super) fn address(url: &str) -> Cow<'_, str> {
    match with_ascii_host(url) {
        Cow::Borrowed(url) => identifier(url),
        Cow::Owned(url) => Cow::Owned(identifier(&url).into_owned()),
    }
}

/// The same for what feeds know something by, which stays what it was: the host is left as it is written.
///
/// A space, a control character or a quote is encoded even there.
pub(super) fn identifier(url: &str) -> Cow<'_, str> {
    if !url.bytes().any(|byte| NEEDS_ENCODING[usize::from(byte)]) {
        return Cow::Borrowed(url);
    }
    let host = foreign_host(url);
    let mut out = String::with_capacity(url.len() + 16);
    for (at, c) in url.char_indices() {
        if !c.is_ascii() && host.contains(&at) || c.is_ascii() && !NEEDS_ENCODING[c as usize] {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push(&mut out, byte));
        }
    }
    Cow::Owned(out)
}

/// Which bytes can't stand in an address as they are. A table, since every address of every page is asked about.
const NEEDS_ENCODING: [bool; 256] = {
    let mut needs = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let sign = byte as u8;
        needs[byte] =
            !sign.is_ascii_graphic() || matches!(sign, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}');
        byte += 1;
    }
    needs
};

/// Appends one byte in its encoded form.
pub(super) fn push(out: &mut String, byte: u8) {
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_keeps_nothing_that_could_end_it() {
        assert_eq!(component("a b&c=d#é\n"), "a%20b%26c%3Dd%23%C3%A9%0A");
        assert_eq!(component("A-z_0.~"), "A-z_0.~");
    }

    #[test]
    fn an_address_is_encoded_once_and_its_host_is_another_matter() {
        assert_eq!(address("https://münchen.de/ü b?q=\"%20\""), "https://xn--mnchen-3ya.de/%C3%BC%20b?q=%22%20%22");
        assert_eq!(address("https://mün／chen.de/ü"), "https://mün／chen.de/%C3%BC");
        assert_eq!(identifier("https://münchen.de/ü b?q=\"%20\""), "https://münchen.de/%C3%BC%20b?q=%22%20%22");
        assert_eq!(address("/a\nb"), "/a%0Ab");
        assert!(matches!(address("https://example.org/a?b=c#d"), Cow::Borrowed(_)));
    }
}
