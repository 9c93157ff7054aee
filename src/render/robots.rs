//! `robots.txt` (RFC 9309): robots may read everything, and where the sitemap is.

use super::percent::address;

/// Writes `robots.txt`, with the sitemap's full address where there is one. It counts only at the root of a host.
///
/// A page that should not be *found* says so itself (`noindex`), which a robot must be able to read.
pub fn robots(sitemap_url: Option<&str>) -> String {
    // Nothing after the colon means that everything may be read; old parsers don't know `Allow`.
    let mut out = "User-agent: *\nDisallow:\n".to_owned();
    if let Some(url) = sitemap_url {
        out.push_str(&format!("\nSitemap: {}\n", address(url)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_may_be_read() {
        let text = robots(Some("https://example.org/sitemap.xml"));
        assert_eq!(text, "User-agent: *\nDisallow:\n\nSitemap: https://example.org/sitemap.xml\n");
        assert_eq!(robots(None), "User-agent: *\nDisallow:\n");
    }

    #[test]
    fn a_value_stays_on_its_line() {
        let text = robots(Some("https://example.org/a b\nDisallow: /"));
        assert_eq!(text, "User-agent: *\nDisallow:\n\nSitemap: https://example.org/a%20b%0ADisallow:%20/\n");
    }
}
