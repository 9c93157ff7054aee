//! `sitemap.xml` (sitemaps.org protocol 0.9): every page that may be found, with its last change.

use super::percent::address;
use super::xml::Xml;

/// Most addresses in one file that the protocol allows.
const MAX_URLS: usize = 50_000;
/// Most bytes in one file that the protocol allows.
const MAX_BYTES: usize = 50 * 1024 * 1024;
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A page in the sitemap. Drafts, redirects and pages marked `noindex` don't belong there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SitemapUrl<'a> {
    /// Its full address.
    pub url: &'a str,
    /// When its content last changed (RFC 3339, or a date alone); empty where nobody knows.
    pub last_modified: &'a str,
}

/// One of the files that make up the sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapFile {
    /// Its name at the site's root.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// Writes the sitemap, `sitemap.xml` first.
///
/// Beyond 50,000 addresses or 50 MiB that file is an index of `sitemap-1.xml` and so on. Addresses
/// keep their order; given oldest first, a new page leaves all files but the last as they are.
/// `base_url` is the site's, without a slash at the end.
pub fn sitemap(base_url: &str, urls: &[SitemapUrl<'_>]) -> Vec<SitemapFile> {
    divide(base_url, urls, MAX_URLS, MAX_BYTES)
}

fn divide(base_url: &str, urls: &[SitemapUrl<'_>], max_urls: usize, max_bytes: usize) -> Vec<SitemapFile> {
    let mut rest = urls;
    let mut parts = vec![];
    loop {
        let mut taken = 0;
        let mut xml = Xml::new(rest.len().min(max_urls) * 128);
        xml.parent("urlset", &[("xmlns", NAMESPACE)], |xml| {
            for entry in rest.iter().take(max_urls) {
                // No byte of an address takes more than five when it is written.
                if taken > 0 && xml.len() + entry.url.len() * 5 + 256 > max_bytes {
                    break;
                }
                xml.parent("url", &[], |xml| {
                    xml.text("loc", &[], &address(entry.url));
                    xml.some_text("lastmod", entry.last_modified);
                });
                taken += 1;
            }
        });
        let (part, others) = rest.split_at(taken);
        parts.push((newest(part), xml.finish()));
        rest = others;
        if rest.is_empty() {
            break;
        }
    }
    let count = parts.len();
    let named = parts.into_iter().enumerate().map(|(at, (newest, text))| {
        let name = if count == 1 { "sitemap.xml".to_owned() } else { format!("sitemap-{}.xml", at + 1) };
        (newest, SitemapFile { name, text })
    });
    if count == 1 {
        return named.map(|(_, file)| file).collect();
    }
    let mut xml = Xml::new(count * 128);
    let mut files = vec![];
    xml.parent("sitemapindex", &[("xmlns", NAMESPACE)], |xml| {
        for (newest, file) in named {
            xml.parent("sitemap", &[], |xml| {
                xml.text("loc", &[], &address(&format!("{base_url}/{}", file.name)));
                xml.some_text("lastmod", newest);
            });
            files.push(file);
        }
    });
    files.insert(0, SitemapFile { name: "sitemap.xml".to_owned(), text: xml.finish() });
    files
}

/// Finds the last change among some pages, whatever their offsets; empty if none is known.
fn newest<'a>(urls: &[SitemapUrl<'a>]) -> &'a str {
    let moment = |text: &str| {
        let date = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        text.parse().ok().or_else(|| date().map(|zoned| zoned.timestamp()))
    };
    let known = urls.iter().filter_map(|entry| Some((moment(entry.last_modified)?, entry.last_modified)));
    known.max_by_key(|(at, _): &(jiff::Timestamp, _)| *at).map_or("", |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locations(text: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(text);
        let (mut found, mut inside) = (vec![], false);
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Start(start) => {
                    inside = start.name().as_ref() == "loc";
                    if inside {
                        found.push(String::new());
                    }
                }
                quick_xml::events::Event::Text(text) if inside => found.last_mut().expect("a start").push_str(&text),
                quick_xml::events::Event::GeneralRef(name) if inside => {
                    let sign = quick_xml::escape::unescape(&format!("&{};", &*name)).expect("known").into_owned();
                    found.last_mut().expect("a start").push_str(&sign);
                }
                quick_xml::events::Event::End(_) => inside = false,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        found
    }

    #[test]
    fn addresses_are_encoded_and_pages_without_a_date_have_none() {
        let urls = [
            SitemapUrl { url: "https://example.org/ü b/?a&b", last_modified: "2024-08-01" },
            SitemapUrl { url: "https://example.org/", last_modified: "" },
        ];
        let files = sitemap("https://example.org", &urls);
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].name, "sitemap.xml");
        assert_eq!(locations(&files[0].text), ["https://example.org/%C3%BC%20b/?a&b", "https://example.org/"]);
        assert_eq!(files[0].text.matches("<lastmod>").count(), 1);
    }

    #[test]
    fn more_than_fits_is_divided_under_an_index() {
        let urls: Vec<String> = (0..7).map(|n| format!("https://example.org/{n}/")).collect();
        let dates = ["2024-08-01T01:00:00+02:00", "2024-07-31T23:30:00Z", "2024-07-31", "", "", "", "2024-01-01"];
        let urls: Vec<_> =
            urls.iter().zip(dates).map(|(url, last_modified)| SitemapUrl { url, last_modified }).collect();
        let files = divide("https://example.org", &urls, 3, MAX_BYTES);
        let names: Vec<_> = files.iter().map(|file| &file.name[..]).collect();
        assert_eq!(names, ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]);
        assert_eq!(locations(&files[0].text).last().map(String::as_str), Some("https://example.org/sitemap-3.xml"));
        assert!(files[0].text.contains("<lastmod>2024-07-31T23:30:00Z</lastmod>"), "an offset is taken into account");
        let all: Vec<String> = files[1..].iter().flat_map(|file| locations(&file.text)).collect();
        assert_eq!(all, urls.iter().map(|entry| entry.url).collect::<Vec<_>>());
    }

    #[test]
    fn no_file_is_larger_than_allowed() {
        let long = format!("https://example.org/{}", "&".repeat(300));
        let urls = vec![SitemapUrl { url: &long, last_modified: "2024-08-01" }; 20];
        let files = divide("https://example.org", &urls, MAX_URLS, 4000);
        assert!(files.len() > 2 && files.iter().all(|file| file.text.len() <= 4000));
        assert_eq!(files[1..].iter().map(|file| locations(&file.text).len()).sum::<usize>(), 20);
    }

    #[test]
    fn fifty_thousand_fit_and_one_more_does_not() {
        let urls = vec![SitemapUrl { url: "https://example.org/", last_modified: "" }; MAX_URLS + 1];
        assert_eq!(sitemap("https://example.org", &urls[1..]).len(), 1);
        assert_eq!(sitemap("https://example.org", &urls).len(), 3);
    }
}
