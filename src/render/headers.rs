//! `_headers` for hosts that read it (Netlify, Cloudflare), and the content security policy in it.
//!
//! The policy allows what Masthead's own theme needs: files of the site, forms that post to the addresses
//! in `masthead.yaml`, and pictures of the sites that authors show some of. JSON-LD needs no leave:
//! a block of data is not a script (CSP 3, section 6.1.12 with HTML, section 4.12.1).

use std::collections::BTreeSet;

/// More sites than this that pictures come from make a header too long for hosts: any may be then.
const MAX_IMAGE_ORIGINS: usize = 20;

/// What pages may load and where their forms may post to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy<'a> {
    /// Addresses that forms post to, in full: sign-up, replies, reactions. Browsers may apply the rule
    /// to redirects as well, so a provider's second host belongs here too.
    pub form_actions: &'a [&'a str],
    /// Other hosts that pictures come from, by any full address there.
    pub image_origins: &'a [&'a str],
}

/// What stands in `_headers`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Headers<'a> {
    /// The site's address, without a slash at the end; its scheme decides on HSTS.
    pub base_url: &'a str,
    /// What pages may load.
    pub policy: Policy<'a>,
    /// Paths below `base_url` whose names change with their content: `/assets/*`.
    pub immutable_paths: &'a [&'a str],
    /// More rules, each a path below `base_url` (`*` matches anything, `:name` one part) with its headers.
    pub rules: &'a [Rule<'a>],
}

/// Headers for some paths.
///
/// Hosts join a header that several matching rules set into one with a comma. A rule must therefore
/// not set what another one for the same path sets.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// A path below the site's address.
    pub path: &'a str,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
}

/// For files that search engines should leave out, such as the e-mail editions.
pub const NOINDEX: (&str, &str) = ("X-Robots-Tag", "noindex");

/// Writes `_headers`.
///
/// `Cache-Control` is set for [`Headers::immutable_paths`] only: hosts let everything else be asked
/// for again each time, and a second value would be joined to the first.
pub fn headers(headers: &Headers<'_>) -> String {
    let Headers { base_url, policy, immutable_paths, rules } = headers;
    let is_secure = base_url.starts_with("https://");
    let host = base_url.find("://").map_or(0, |at| at + 3);
    let base_path = base_url[host..].find('/').map_or("", |at| &base_url[host + at..]);
    let csp = policy.header(is_secure);
    let mut site = vec![
        ("Content-Security-Policy", &*csp),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ];
    if is_secure {
        // Neither subdomains nor preloading: those are for the owner of the domain to promise.
        site.push(("Strict-Transport-Security", "max-age=31536000"));
    }
    let mut out = String::new();
    block(&mut out, base_path, "/*", &site);
    for path in *immutable_paths {
        block(&mut out, base_path, path, &[("Cache-Control", "public, max-age=31536000, immutable")]);
    }
    for rule in *rules {
        block(&mut out, base_path, rule.path, rule.headers);
    }
    out
}

impl Policy<'_> {
    /// Gives the value of the header `Content-Security-Policy`.
    ///
    /// Where the site itself is encrypted, what it loads is to be as well.
    fn header(&self, is_secure: bool) -> String {
        let upgrade = if is_secure { "; upgrade-insecure-requests" } else { "" };
        format!("{}; frame-ancestors 'none'{upgrade}", self.page())
    }

    /// Gives what of it is about the page itself: not who may show it in a frame, and not how it is served.
    pub fn page(&self) -> String {
        let Policy { form_actions, image_origins } = self;
        let forms: BTreeSet<String> = form_actions.iter().filter_map(|url| origin(url)).collect();
        let directive = |fixed: &str, more: BTreeSet<String>| {
            let mut text = fixed.to_owned();
            for source in more {
                text.push(' ');
                text.push_str(&source);
            }
            text
        };
        [
            "default-src 'none'".to_owned(),
            directive("img-src 'self' data:", pictures(image_origins)),
            "style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'".to_owned(),
            "media-src 'self'; manifest-src 'self'".to_owned(),
            directive("form-action 'self'", forms),
            "base-uri 'none'".to_owned(),
        ]
        .join("; ")
    }
}

/// Gives the sources of pictures: all sites where some can't be named, or are too many.
fn pictures(urls: &[&str]) -> BTreeSet<String> {
    let named: Option<BTreeSet<String>> = urls.iter().map(|url| origin(url)).collect();
    if let Some(named) = named.filter(|named| named.len() <= MAX_IMAGE_ORIGINS) {
        return named;
    }
    let is_used = |scheme: &&str| urls.iter().any(|url| url.trim().to_ascii_lowercase().starts_with(*scheme));
    ["https:", "http:"].into_iter().filter(is_used).map(str::to_owned).collect()
}

/// Gives the source that stands for an address in a policy: its origin, or `mailto:`.
///
/// `None` if it is no such address, or its host is not ASCII (it is written in Punycode then).
pub fn origin(url: &str) -> Option<String> {
    let url = url.trim();
    if url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        return Some("mailto:".to_owned());
    }
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    (matches!(&*scheme, "https" | "http") && is_host).then(|| format!("{scheme}://{host}"))
}

/// Writes a path with its headers; a line break in any of them becomes a space.
fn block(out: &mut String, base_path: &str, path: &str, headers: &[(&str, &str)]) {
    let one_line = |text: &str| text.split(char::is_control).collect::<Vec<_>>().join(" ");
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&super::percent::address(&format!("{base_path}{path}")));
    out.push('\n');
    for (name, value) in headers {
        out.push_str(&format!("  {}: {}\n", one_line(name), one_line(value).trim()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'t>(text: &'t str, path: &str, name: &str) -> Option<&'t str> {
        let block = text.split("\n\n").find(|block| block.lines().next() == Some(path))?;
        block.lines().find_map(|line| line.strip_prefix("  ")?.strip_prefix(name)?.strip_prefix(": "))
    }

    #[test]
    fn pages_may_load_from_their_own_site_only() {
        let text = headers(&Headers { base_url: "https://example.org", ..Headers::default() });
        assert_eq!(
            of(&text, "/*", "Content-Security-Policy"),
            Some(
                "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; \
                 connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
                 frame-ancestors 'none'; upgrade-insecure-requests"
            )
        );
        assert_eq!(of(&text, "/*", "X-Content-Type-Options"), Some("nosniff"));
        assert!(of(&text, "/*", "Strict-Transport-Security").is_some());
    }

    #[test]
    fn a_site_without_encryption_promises_none() {
        let text = headers(&Headers { base_url: "http://localhost:1111", ..Headers::default() });
        assert!(!text.contains("Strict-Transport") && !text.contains("upgrade-insecure"));
    }

    #[test]
    fn forms_may_post_to_the_origins_of_their_addresses() {
        let policy = Policy {
            form_actions: &[
                "https://buttondown.com/api/emails/embed-subscribe/x",
                "https://Buttondown.com/other",
                "mailto:desk@example.org",
                "https://evil.example; script-src *",
                "javascript:alert(1)",
                "/relative",
            ],
            ..Policy::default()
        };
        let text = policy.header(true);
        assert!(text.contains("form-action 'self' https://buttondown.com mailto:; base-uri"), "{text}");
        assert!(text.contains("script-src 'self'; font-src"), "{text}");
    }

    #[test]
    fn pictures_may_come_from_the_sites_that_are_named_as_long_as_they_are_few() {
        let urls: Vec<String> =
            (0..=MAX_IMAGE_ORIGINS).map(|number| format!("https://p{number}.example/x.png")).collect();
        let mut urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let sources = |urls: &[&str]| {
            let policy = Policy { image_origins: urls, ..Policy::default() }.header(true);
            policy.split("; ").find_map(|directive| directive.strip_prefix("img-src ")).unwrap().to_owned()
        };
        assert_eq!(sources(&[urls[2], urls[1], urls[2]]), "'self' data: https://p1.example https://p2.example");
        assert_eq!(sources(&urls), "'self' data: https:");
        urls.push("http://old.example/x.png");
        assert_eq!(sources(&urls), "'self' data: http: https:");
        for unnamed in ["https://bücher.example/a.png", "https://my_bucket.s3.example/b.png"] {
            assert_eq!(sources(&["https://p.example", unnamed]), "'self' data: https:");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert_eq!(origin("https://a.example:8443/x?y").as_deref(), Some("https://a.example:8443"));
        assert_eq!(origin("http://[::1]:1111/").as_deref(), Some("http://[::1]:1111"));
        for bad in
            ["https://", "https://user@a.example/", "https://ü.example", "ftp://a.example", "a.example", "https://a b"]
        {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_header_is_one_line_under_the_sites_own_path() {
        let text = headers(&Headers {
            base_url: "https://example.org/news",
            immutable_paths: &["/assets/*"],
            rules: &[
                Rule { path: "/editions/:slug/email.html", headers: &[NOINDEX] },
                Rule { path: "/a b\n/*", headers: &[("X-A", "1\r\nX-Evil: 2")] },
            ],
            ..Headers::default()
        });
        assert_eq!(of(&text, "/news/assets/*", "Cache-Control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(of(&text, "/news/*", "Cache-Control"), None, "it would be joined to the one for assets");
        assert_eq!(of(&text, "/news/editions/:slug/email.html", "X-Robots-Tag"), Some("noindex"));
        assert_eq!(of(&text, "/news/a%20b%0A/*", "X-A"), Some("1  X-Evil: 2"));
    }
}
