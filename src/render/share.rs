//! Links that pass a page on: plain addresses that carry the title and the permalink, and nobody's script.

use super::percent::component;
use crate::config::SHARE_SERVICES;

/// Gives the links of some services as `(id, name, address)`, in the publisher's order.
///
/// A service that is not in [`SHARE_SERVICES`] has no link. `copy` is the permalink itself: without a
/// script, it can be copied from there.
pub fn share_links(services: &[String], title: &str, permalink: &str) -> Vec<(&'static str, &'static str, String)> {
    // Each is the same for all services.
    let title = component(&title.split_whitespace().collect::<Vec<_>>().join(" "));
    let url = component(permalink);
    let known = services.iter().filter_map(|wanted| SHARE_SERVICES.iter().find(|(id, _)| id == wanted));
    known.map(|(id, name)| (*id, *name, link(id, &title, &url, permalink))).collect()
}

/// Writes the link of a service, from the title and the address as parts of another address.
fn link(service: &str, title: &str, url: &str, permalink: &str) -> String {
    match service {
        // Lines of a body end in CR LF (RFC 6068, section 5).
        "email" => format!("mailto:?subject={title}&body={title}%0D%0A%0D%0A{url}"),
        "linkedin" => format!("https://www.linkedin.com/sharing/share-offsite/?url={url}"),
        "bluesky" => format!("https://bsky.app/intent/compose?text={title}%20{url}"),
        // Mastodon's own page for choosing a server; what stands behind `#` is not sent to it.
        "mastodon" => format!("https://share.joinmastodon.org/#text={title}%20{url}"),
        "x" => format!("https://x.com/intent/post?text={title}&url={url}"),
        "hacker-news" => format!("https://news.ycombinator.com/submitlink?u={url}&t={title}"),
        "reddit" => format!("https://www.reddit.com/submit?url={url}&title={title}"),
        _ => permalink.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_gets_the_title_and_the_address_whole() {
        let all: Vec<String> = SHARE_SERVICES.iter().map(|(id, _)| (*id).to_owned()).collect();
        let title = "R&D = 50% of\n\"costs\"? #AI";
        let permalink = "https://example.org/p/?a=1&b=2#c";
        let links = share_links(&all, title, permalink);
        assert_eq!(links.len(), SHARE_SERVICES.len());
        let encoded_title = "R%26D%20%3D%2050%25%20of%20%22costs%22%3F%20%23AI";
        let encoded_url = "https%3A%2F%2Fexample.org%2Fp%2F%3Fa%3D1%26b%3D2%23c";
        for (id, _, url) in &links {
            if *id == "copy" {
                assert_eq!(url, permalink);
                continue;
            }
            assert!(url.contains(encoded_url), "{id}: {url}");
            assert!(url.contains(encoded_title) || *id == "linkedin", "{id}: {url}");
            assert!(!url.contains(|c: char| c.is_whitespace() || "\"<>".contains(c)), "{id}: {url}");
        }
        assert!(links[0].2.starts_with("mailto:?subject="));
    }

    #[test]
    fn the_order_is_the_publishers_and_unknown_services_have_no_link() {
        let wanted = ["x", "myspace", "email"].map(str::to_owned);
        let ids: Vec<_> = share_links(&wanted, "A", "https://example.org/").into_iter().map(|(id, ..)| id).collect();
        assert_eq!(ids, ["x", "email"]);
    }
}
