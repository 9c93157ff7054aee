//! Bare URLs in text: where one starts and where it ends.

/// Finds the start of the URL whose `://` stands at `colon`: `http` or `https`, not inside a word.
pub(super) fn start(text: &str, colon: usize) -> Option<usize> {
    let before = &text.as_bytes()[..colon];
    let length = ["https", "http"].iter().find(|scheme| {
        before.len() >= scheme.len() && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes())
    })?;
    let start = colon - length.len();
    let inside_word = text[..start].ends_with(|letter: char| letter.is_alphanumeric());
    (!inside_word).then_some(start)
}

/// Finds the end of a URL that starts at `start`; `None` if nothing stands behind its scheme.
///
/// Punctuation at the end belongs to the sentence, and a closing parenthesis to the URL only if it was
/// opened inside, as in GitHub's autolinks. Signs that Markdown gives a meaning end it.
pub(super) fn end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let host = start + text[start..].find("://")? + 3;
    let ends = |byte: u8| {
        byte <= b' '
            || byte == 0x7f
            || matches!(byte, b'<' | b'>' | b'"' | b'`' | b'*' | b'|' | b'[' | b']' | b'\\' | b'{' | b'}' | b'^')
    };
    let mut end = host;
    while end < bytes.len() && !ends(bytes[end]) {
        end += 1;
    }
    // Quotes and ideographic signs are no part of an address, letters of any script may be.
    if let Some(at) = text[host..end].find(|letter: char| !letter.is_ascii() && !letter.is_alphanumeric()) {
        end = host + at;
    }
    trimmed(text, host, end)
}

/// Takes back what stands at the end of a URL but belongs to the sentence.
pub(super) fn trimmed(text: &str, host: usize, mut end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    // Balance of parentheses, kept while the end moves back, so that this stays linear.
    let mut open =
        text[host..end].bytes().fold(0_i64, |open, byte| open + i64::from(byte == b'(') - i64::from(byte == b')'));
    while end > host {
        match bytes[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'_' | b'~' | b'\'' | b'-' => {}
            b')' if open < 0 => open += 1,
            b'(' => open -= 1,
            _ => break,
        }
        end -= 1;
    }
    bytes[host..end].iter().any(u8::is_ascii_alphanumeric).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let start = start(text, text.find("://")?)?;
        Some(&text[start..end(text, start)?])
    }

    #[test]
    fn a_url_ends_where_the_sentence_goes_on() {
        assert_eq!(found("see https://a.example/x?y=1&z=2."), Some("https://a.example/x?y=1&z=2"));
        assert_eq!(found("(see https://a.example/b_(c))"), Some("https://a.example/b_(c)"));
        assert_eq!(found("“https://a.example”"), Some("https://a.example"));
        assert_eq!(found("HTTP://A.example, and"), Some("HTTP://A.example"));
        assert_eq!(found("xhttps://a"), None);
        assert_eq!(found("ftp://a"), None);
        assert_eq!(found("https:// x"), None);
    }
}
