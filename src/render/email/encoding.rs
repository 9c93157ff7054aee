//! How text travels by mail: quoted-printable and base64 (RFC 2045), encoded words in the head (RFC 2047).
//!
//! Lines end in CR LF and are at most 76 octets long.

/// The longest line without its end (RFC 2045, 6.7 and 6.8).
const LINE: usize = 76;
/// The longest word of the head: encoded ones may have 75 letters (RFC 2047, 2), and the header's name
/// stands on the same line.
const WORD: usize = 64;

/// A part of a message, ready to travel.
pub(super) struct Encoded {
    /// The name of the encoding.
    pub(super) name: &'static str,
    /// The lines.
    pub(super) body: String,
}

/// Encodes a part in the way that makes it smaller: a Latin text stays legible, a Chinese one is packed.
pub(super) fn encode(text: &str) -> Encoded {
    let quoted = quoted_printable(text);
    let packed_length = text.len().div_ceil(3) * 4 * (LINE + 2) / LINE;
    if quoted.len() <= packed_length {
        return Encoded { name: "quoted-printable", body: quoted };
    }
    let mut body = String::with_capacity(packed_length + 2);
    let lines = text.replace("\r\n", "\n").replace('\n', "\r\n");
    for (at, letter) in base64(lines.as_bytes()).char_indices() {
        if at > 0 && at % LINE == 0 {
            body.push_str("\r\n");
        }
        body.push(letter);
    }
    body.push_str("\r\n");
    Encoded { name: "base64", body }
}

/// Writes text as quoted-printable.
pub(super) fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        let bytes = line.as_bytes();
        let mut length = 0;
        for (at, &byte) in bytes.iter().enumerate() {
            let is_last = at + 1 == bytes.len();
            let is_plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || matches!(byte, b' ' | b'\t') && !is_last;
            let width = if is_plain { 1 } else { 3 };
            // The last place of a line is for the sign that it goes on.
            if length + width > if is_last { LINE } else { LINE - 1 } {
                out.push_str("=\r\n");
                length = 0;
            }
            // What stands first in a line can end a message (a point, RFC 5321, 4.5.2) or open one in a mailbox.
            let is_risky = length == 0 && (byte == b'.' || bytes[at..].starts_with(b"From "));
            if is_plain && !is_risky {
                out.push(char::from(byte));
                length += 1;
            } else {
                out.push_str(&format!("={byte:02X}"));
                length += 3;
            }
        }
        out.push_str("\r\n");
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Writes words of the head: as they are if they are ASCII, else as encoded words.
///
/// The caller has made sure that there is no line break in them.
pub(super) fn head_words(text: &str) -> Vec<String> {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("=?");
    let fits = text.split(' ').all(|word| word.len() <= WORD);
    if is_plain && fits {
        return text.split(' ').map(str::to_owned).collect();
    }
    let mut words = Vec::new();
    let mut chunk = String::new();
    // `=?UTF-8?B?` and `?=` take 12 letters; what is left holds 39 bytes, and no letter is cut.
    for letter in text.chars() {
        if chunk.len() + letter.len_utf8() > 39 {
            words.push(std::mem::take(&mut chunk));
        }
        chunk.push(letter);
    }
    words.push(chunk);
    words.into_iter().map(|chunk| encoded_word(&chunk)).collect()
}

/// Writes one encoded word: so that people can read it, unless that makes it much longer.
fn encoded_word(text: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => quoted.push('_'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'!' | b'*' | b'+' | b'-' | b'/' => quoted.push(char::from(byte)),
            byte => quoted.push_str(&format!("={byte:02X}")),
        }
    }
    let packed = base64(text.as_bytes());
    if quoted.len() + 12 <= WORD && quoted.len() * 2 <= packed.len() * 3 {
        format!("=?UTF-8?Q?{quoted}?=")
    } else {
        format!("=?UTF-8?B?{packed}?=")
    }
}

/// Joins words to a line of the head, folded before it gets too long.
pub(super) fn fold(name: &str, words: &[String]) -> String {
    let mut out = format!("{name}:");
    let mut length = out.len();
    for word in words {
        if length + 1 + word.len() > LINE && length > name.len() + 1 {
            out.push_str("\r\n");
            length = 0;
        }
        out.push(' ');
        out.push_str(word);
        length += 1 + word.len();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_looks_like_the_end_of_a_message_or_the_beginning_of_one() {
        assert_eq!(
            quoted_printable(".\n.dot\nFrom here\nFromage a.b\n"),
            "=2E\r\n=2Edot\r\n=46rom here\r\nFromage a.b\r\n"
        );
        let broken = quoted_printable(&format!("{}.x", "a".repeat(LINE - 1)));
        assert_eq!(broken, format!("{}=\r\n=2Ex\r\n", "a".repeat(LINE - 1)));
    }

    #[test]
    fn a_latin_text_stays_legible_and_a_chinese_one_is_packed() {
        assert_eq!(quoted_printable("Café = 1 \n"), "Caf=C3=A9 =3D 1=20\r\n");
        assert_eq!(encode(&"A small café by the sea. ".repeat(20)).name, "quoted-printable");
        assert_eq!(encode(&"人工智能".repeat(50)).name, "base64");
        assert_eq!(base64(b"a"), "YQ==");
        assert_eq!(base64(b"ab"), "YWI=");
        assert_eq!(base64(b"abc"), "YWJj");
    }

    #[test]
    fn no_line_is_longer_than_it_may_be() {
        for text in
            ["x".repeat(500), "é".repeat(300), "a ".repeat(300), "人".repeat(400), format!("{}é", "x".repeat(75))]
        {
            for line in encode(&text).body.split("\r\n") {
                assert!(line.len() <= LINE, "{} {line}", line.len());
            }
            for word in head_words(&text) {
                assert!(word.len() <= WORD, "{} {word}", word.len());
            }
            assert!(fold("Subject", &head_words(&text)).split("\r\n").all(|line| line.len() <= 78));
        }
    }

    #[test]
    fn the_head_is_ascii_and_nothing_in_it_looks_encoded_that_is_not() {
        assert_eq!(head_words("A letter, 2"), ["A", "letter,", "2"]);
        assert_eq!(head_words("Café"), ["=?UTF-8?Q?Caf=C3=A9?="]);
        assert_eq!(head_words("=?x?="), ["=?UTF-8?B?PT94Pz0=?="]);
    }
}
