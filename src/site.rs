//! What is published: every path of the output, and what templates see there.

mod collision;
mod media;
mod out_path;
mod plan;
mod route;
pub mod view;

pub use media::{Media, MediaLibrary};
pub use out_path::OutPath;
pub use plan::{Plan, SITEMAP_URLS, plan};
pub(crate) use plan::{mirror_url, page_url, pages};
pub use route::{EmailFormat, FeedFormat, FeedScope, Route};

/// Makes JSON safe inside `<script>`: no `</script>`, no `<!--`, no line separators that old scripts trip over.
pub fn json_for_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        match letter {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

/// Percent-encodes what can't stand in the path of a URL (RFC 3986, section 3.3); `%` codes that are
/// there stay.
pub fn encode_path(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#%".contains(&byte);
    if path.bytes().all(plain) {
        return path.to_owned();
    }
    let mut encoded = String::with_capacity(path.len() + 16);
    for byte in path.bytes() {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_can_not_end_its_script() {
        assert_eq!(json_for_script("\"</script>\u{2028}\""), "\"\\u003c/script\\u003e\\u2028\"");
    }

    #[test]
    fn paths_are_encoded_once() {
        assert_eq!(encode_path("/über uns/"), "/%C3%BCber%20uns/");
        assert_eq!(encode_path("/a%20b/"), "/a%20b/");
    }
}
