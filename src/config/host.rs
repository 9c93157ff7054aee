//! Hosts in other letters than ASCII, and the form by which the net knows them (IDNA, Punycode).
//!
//! An author writes `https://bücher.example`. Browsers find that by themselves; feed readers, mail programs and
//! policies need `https://xn--bcher-kva.example`, and percent-encoding makes a host that is nobody's.

use std::borrow::Cow;
use std::ops::Range;

/// Gives the form of a host that the net knows it by: `xn--bcher-kva.example` for `bücher.example`.
///
/// `None` for what is no host. A letter that would become a sign of addresses (`／`) makes none.
pub fn ascii_host(host: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::URL).ok()?;
    (!ascii.is_empty()).then(|| ascii.into_owned())
}

/// Writes the host of a full address in ASCII; one that has no such form stays as it is, like all of any other
/// address.
pub fn with_ascii_host(url: &str) -> Cow<'_, str> {
    let place = foreign_host(url);
    match url.get(place.clone()).and_then(ascii_host) {
        Some(host) => Cow::Owned([&url[..place.start], &host, &url[place.end..]].concat()),
        None => Cow::Borrowed(url),
    }
}

/// Finds the host of a full address, if it has other letters than ASCII; else an empty range.
pub fn foreign_host(url: &str) -> Range<usize> {
    let place = if url.is_ascii() { None } else { host(url) };
    place.filter(|place| !url[place.clone()].is_ascii()).unwrap_or_default()
}

/// Finds the host behind `scheme://name:password@` and before `:port`.
fn host(url: &str) -> Option<Range<usize>> {
    let (scheme, rest) = url.split_once("://")?;
    let is_scheme =
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let authority = rest.split(['/', '\\', '?', '#']).next().filter(|_| is_scheme)?;
    let host = authority.rsplit('@').next()?;
    let start = url.len() - rest.len() + authority.len() - host.len();
    Some(start..start + host.find(':').unwrap_or(host.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_become_ascii_and_the_rest_stays() {
        for (written, ascii) in [
            ("https://bücher.example/ä?q=ö", "https://xn--bcher-kva.example/ä?q=ö"),
            ("HTTPS://Bücher.example", "HTTPS://xn--bcher-kva.example"),
            ("https://me:pä@münchen.example:8080#x", "https://me:pä@xn--mnchen-3ya.example:8080#x"),
            ("https://例え.example。jp", "https://xn--r8jz45g.example.jp"),
        ] {
            assert_eq!(with_ascii_host(written), ascii);
        }
    }

    #[test]
    fn what_has_no_such_host_stays_as_it_is() {
        for same in [
            "https://Example.org/ä",
            "/go?to=https://bücher.example",
            "bücher.example",
            "mailto:x@bücher.example",
            "https://good.example／bü",
            "https://good.example＠evil.example",
            "https://b%C3%BCcher.example",
            "https://\u{200b}/",
            "://ü",
            "",
        ] {
            assert_eq!(with_ascii_host(same), same);
        }
    }
}
