//! Old addresses lead to new ones: the file `_redirects` for hosts that read it. For all others there is a page
//! at each old address, by the template `redirect.html`.

use super::percent::{address, push};

/// An old address and where it leads now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirect<'a> {
    /// A path from the host's root: `/2024/08/old-name/`.
    pub from: &'a str,
    /// A path from the host's root, or a full address.
    pub to: &'a str,
}

/// Writes `_redirects` as Netlify, Cloudflare and GitLab read it: one permanent redirect (301) a line.
///
/// Left out is what the format can't say: a `from` with a query or not from the root, and one that
/// leads to itself. Paths are taken literally: `*` and `:name` in them match nothing else. Netlify
/// prefers a file at the old address, so that the page there is served instead.
/// Cloudflare reads the first 2,000 lines, GitLab the first 1,000.
pub fn redirects(redirects: &[Redirect<'_>]) -> String {
    let mut out = String::new();
    for Redirect { from, to } in redirects.iter().filter(|redirect| is_expressible(redirect)) {
        out.push_str(&literal(from).replace('#', "%23"));
        out.push(' ');
        out.push_str(&literal(to));
        out.push_str(" 301\n");
    }
    out
}

/// Says whether `_redirects` can hold a redirect.
pub fn is_expressible(redirect: &Redirect<'_>) -> bool {
    let Redirect { from, to } = redirect;
    let is_path = from.starts_with('/') && !from.starts_with("//") && !from.contains('?');
    let leads_on = to.starts_with('/') || to.starts_with("https://") || to.starts_with("http://");
    is_path && leads_on && from != to
}

/// Encodes what would end the field, and what would make it a pattern.
fn literal(path: &str) -> String {
    let encoded = address(path);
    let mut out = String::with_capacity(encoded.len());
    let mut bytes = encoded.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let names_a_part = byte == b':' && bytes.peek().is_some_and(u8::is_ascii_alphabetic);
        if byte == b'*' || names_a_part || !byte.is_ascii() {
            push(&mut out, byte);
        } else {
            out.push(char::from(byte));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(from: &str, to: &str) -> String {
        redirects(&[Redirect { from, to }])
    }

    #[test]
    fn each_redirect_is_one_line_of_three_fields_and_means_one_path() {
        assert_eq!(line("/old/", "/new/"), "/old/ /new/ 301\n");
        assert_eq!(line("/o l d", "https://b.example/x?y=1#z"), "/o%20l%20d https://b.example/x?y=1#z 301\n");
        assert_eq!(line("/a\n/* /evil 302", "/b\r\n/c"), "/a%0A/%2A%20/evil%20302 /b%0D%0A/c 301\n");
        assert_eq!(line("/:all/x:1#y", "/:splat"), "/%3Aall/x:1%23y /%3Asplat 301\n");
        assert_eq!(line("/über/%20", "/é"), "/%C3%BCber/%20 /%C3%A9 301\n");
    }

    #[test]
    fn what_the_format_cannot_say_is_left_out() {
        for (from, to) in
            [("/?p=1", "/a/"), ("old", "/a/"), ("//x", "/a/"), ("/a/", "/a/"), ("/a/", "javascript:x"), ("/a", "")]
        {
            assert_eq!(line(from, to), "", "{from} to {to}");
        }
    }
}
