//! The one line that a page gets on its way to the browser, and never in the output.

use crate::fingerprint::Fingerprint;

/// What the script knows of the page that it is in.
pub(super) struct Marks<'p> {
    /// Where the page stands.
    pub(super) url: &'p str,
    /// The digest of all that it depends on.
    pub(super) key: Fingerprint,
    /// The digest of what it may load and run: that can't be changed in an open page.
    pub(super) policy: Fingerprint,
}

/// Puts the preview's script into a page.
///
/// It goes to the end of the head, before anything is shown; into a page without one, to the end.
pub(super) fn inject(html: &str, marks: &Marks<'_>) -> String {
    let prefix = super::PREFIX;
    let Marks { url, key, policy } = marks;
    let url = quick_xml::escape::escape(*url);
    let script = format!(
        "<script src=\"{prefix}preview.js\" data-page=\"{url}\" data-key=\"{key}\" data-policy=\"{policy}\" defer></script>"
    );
    let at = find_ignoring_case(html, "</head>").unwrap_or(html.len());
    let mut page = String::with_capacity(html.len() + script.len());
    page.push_str(&html[..at]);
    page.push_str(&script);
    page.push_str(&html[at..]);
    page
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_in_the_head_and_its_address_can_not_leave_it() {
        let marks = |url| Marks { url, key: Fingerprint(1), policy: Fingerprint(2) };
        let page = inject("<head><title>x</title></HEAD><body></body>", &marks("/a\"><script>/"));
        assert!(page.starts_with("<head><title>x</title><script src=\"/__masthead/preview.js\""), "{page}");
        assert!(page.contains("data-page=\"/a&quot;&gt;&lt;script&gt;/\""), "{page}");
        assert!(page.ends_with("</script></HEAD><body></body>"), "{page}");
        assert!(inject("<p>x", &marks("/")).starts_with("<p>x<script"));
    }
}
