//! Links: where a destination leads, and what is written for it.
//!
//! The list of schemes is a list of what is allowed, applied to what a browser would make of the text:
//! entities decoded (the parser did), control characters and outer spaces dropped, case ignored.

use std::borrow::Cow;

use super::body::{ExternalLink, HoleKind, Position};
use super::output::{push_attribute, push_url};
use super::render::Renderer;
use crate::diagnostic::Diagnostic;
use crate::source::SourcePath;

/// Where a destination leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// To another site.
    External(Cow<'a, str>),
    /// To another site, by `//host/…` or `https:/host/…`; completed to a whole address.
    Completed(String),
    /// To a mail or telephone program.
    Contact(Cow<'a, str>),
    /// An image inside the address itself.
    InlineImage(Cow<'a, str>),
    /// To an anchor of the same page; without `#`, as written.
    Anchor(Cow<'a, str>),
    /// From the site's root on.
    Site(Cow<'a, str>),
    /// To a Markdown file.
    Content { path: String, fragment: Option<String> },
    /// To any other file.
    File { path: String, fragment: Option<String> },
    /// Nowhere.
    Empty,
    /// Out of the newsletter's folder.
    Outside,
    /// To a scheme that is not allowed.
    Scheme(String),
    /// Where another program says, which would fill `{{ url }}` in.
    Unfilled,
}

/// Finds where a destination leads.
pub(super) fn target<'a>(written: &'a str, from: &SourcePath) -> Target<'a> {
    let url = cleaned(written);
    let Some(&first) = url.as_bytes().first() else { return Target::Empty };
    if url.contains("{{") || url.contains("{%") {
        return Target::Unfilled;
    }
    let is_slash = |byte: Option<&u8>| matches!(byte, Some(b'/' | b'\\'));
    if is_slash(Some(&first)) {
        if is_slash(url.as_bytes().get(1)) {
            return Target::Completed(format!("https://{}", url.trim_start_matches(['/', '\\'])));
        }
        return Target::Site(if first == b'\\' { url.replacen('\\', "/", 1).into() } else { url });
    }
    if first == b'#' {
        return Target::Anchor(match url {
            Cow::Borrowed(url) => Cow::Borrowed(&url[1..]),
            Cow::Owned(url) => Cow::Owned(url[1..].to_owned()),
        });
    }
    if let Some(scheme) = scheme(&url) {
        let scheme = scheme.to_ascii_lowercase();
        return match scheme.as_str() {
            "http" | "https" => match with_slashes(&url, &scheme) {
                Some(whole) => Target::Completed(whole),
                None => Target::External(url),
            },
            "mailto" | "tel" => Target::Contact(url),
            "data" if is_picture(&url) => Target::InlineImage(url),
            _ => Target::Scheme(scheme),
        };
    }
    relative(&url, from)
}

/// Completes `https:/host`, which a browser takes for a path of the page's own site; `None` for an address that is whole.
fn with_slashes(url: &str, scheme: &str) -> Option<String> {
    let rest = &url[scheme.len() + ":".len()..];
    let host = rest.trim_start_matches(['/', '\\']);
    let is_whole = rest.strip_prefix("//").is_some_and(|behind| behind == host);
    (!is_whole && !host.is_empty()).then(|| format!("{scheme}://{host}"))
}

impl Target<'_> {
    /// Gives the hole of an address of this site; `None` for any other. `written` is what a file that is
    /// not there falls back on.
    pub(super) fn into_hole(self, written: &str, is_picture: bool) -> Option<HoleKind> {
        // Dropping more than browsers do would make another address of it.
        let as_written = || cleaned(written).into_owned();
        Some(match self {
            Self::Site(url) if is_picture => HoleKind::Image { path: url.into_owned(), written: as_written() },
            Self::Content { path, .. } | Self::File { path, .. } if is_picture => {
                HoleKind::Image { path, written: as_written() }
            }
            Self::Site(url) => HoleKind::SiteLink { url: url.into_owned() },
            Self::Content { path, fragment } => HoleKind::ContentLink { path, fragment },
            Self::File { path, fragment } => HoleKind::FileLink { path, fragment, written: as_written() },
            _ => return None,
        })
    }
}

/// Gives the hole that an address of this site leaves, as it is written in the file `from`.
pub fn hole_of(written: &str, from: &SourcePath, is_picture: bool) -> Option<HoleKind> {
    target(written, from).into_hole(written, is_picture)
}

/// Says whether an address, as it is written in the file `from`, is what a hole stands for.
pub fn is_written_so(kind: &HoleKind, written: &str, from: &SourcePath) -> bool {
    hole_of(written, from, matches!(kind, HoleKind::Image { .. })).as_ref() == Some(kind)
}

/// Marks that editors put around words, and that an address has by mistake.
pub(super) const QUOTES: [char; 9] = ['“', '”', '„', '‘', '’', '‚', '«', '»', '"'];

/// Takes the quotation marks off an address that stands between them; `None` for one that does not.
pub(super) fn unquoted(written: &str) -> Option<&str> {
    written.trim().strip_prefix(QUOTES).map(|address| address.trim_end_matches(QUOTES))
}

/// Drops what browsers drop: control characters anywhere, spaces around.
pub(super) fn cleaned(written: &str) -> Cow<'_, str> {
    let trimmed = written.trim_matches(|letter: char| letter <= ' ');
    if trimmed.bytes().any(|byte| byte < b' ') {
        return Cow::Owned(trimmed.chars().filter(|letter| !letter.is_control()).collect());
    }
    Cow::Borrowed(trimmed)
}

fn scheme(url: &str) -> Option<&str> {
    let end = url.find([':', '/', '\\', '?', '#']).filter(|&at| url.as_bytes()[at] == b':')?;
    let scheme = &url[..end];
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    (scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) && scheme.bytes().all(allowed)).then_some(scheme)
}

/// Pictures made of dots can't run scripts; SVG can.
fn is_picture(url: &str) -> bool {
    let rest = url.get(5..).unwrap_or_default().to_ascii_lowercase();
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]
        .iter()
        .any(|kind| rest.strip_prefix(kind).is_some_and(|rest| rest.starts_with([';', ','])))
}

fn relative<'a>(url: &str, from: &SourcePath) -> Target<'a> {
    let (rest, fragment) = match url.split_once('#') {
        Some((rest, fragment)) => (rest, Some(percent_decoded(fragment))),
        None => (url, None),
    };
    let fragment = fragment.filter(|fragment| !fragment.is_empty());
    let path = percent_decoded(rest.split('?').next().unwrap_or(rest)).replace('\\', "/");
    let is_content = path.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    });
    if path.contains('\0') {
        return Target::Outside;
    }
    if let Some(inside) = path.strip_prefix("@/") {
        // Zola's way: from the content folder on.
        return match SourcePath::new("").resolve(inside) {
            Some(path) => Target::Content { path: format!("@/{path}"), fragment },
            None => Target::Outside,
        };
    }
    match from.resolve(&path) {
        None => Target::Outside,
        Some(path) if is_content => Target::Content { path: path.as_str().to_owned(), fragment },
        Some(path) => Target::File { path: path.as_str().to_owned(), fragment },
    }
}

/// Decodes `%20` and the like; text that would not be UTF-8 is left as it is.
pub fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
        {
            decoded.push((high * 16 + low) as u8);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

impl Renderer<'_, '_, '_> {
    /// Writes a link's opening tag.
    pub(super) fn start_link(&mut self, destination: &str, title: &str, is_mail: bool, position: Position) {
        self.out.raw("<a");
        if is_mail {
            self.out.raw(" href=\"mailto:");
            push_url(&mut self.out.html, destination);
            self.out.raw("\"");
        } else {
            self.link_target(destination, position);
        }
        if !title.is_empty() {
            self.out.raw(" title=\"");
            push_attribute(&mut self.out.html, title);
            self.out.raw("\"");
        }
        self.out.raw(">");
    }

    /// Gives an address without quotation marks around it, and says so if there were any.
    pub(super) fn without_quotes<'d>(&mut self, destination: &'d str, position: Position) -> &'d str {
        let Some(address) = unquoted(destination) else { return destination };
        self.report(quoted(destination, address), position);
        address
    }

    fn link_target(&mut self, destination: &str, position: Position) {
        let file = self.page.file;
        let destination = self.without_quotes(destination, position);
        match target(destination, &file.path) {
            Target::External(url) => self.external_link(&url, position),
            Target::Completed(url) => {
                self.report_incomplete(destination, &url, position);
                self.external_link(&url, position);
            }
            Target::Contact(url) => self.href(|html| push_url(html, &url)),
            Target::Anchor(fragment) => {
                self.page.body.own_links.push(position);
                let wanted = percent_decoded(&fragment);
                // A reader links to what stands above in the reply, or else to something in the post.
                let own = self.page.ids.full(&wanted);
                let is_own = own != wanted && self.page.ids.has(&own);
                self.href(|html| {
                    html.push('#');
                    push_url(html, if is_own { &own } else { &fragment });
                });
                let wanted = if is_own { own } else { wanted };
                if !wanted.is_empty() && wanted != "top" {
                    self.page.anchor_links.push((wanted, position));
                }
            }
            of_site @ (Target::Site(_) | Target::Content { .. } | Target::File { .. }) => {
                if let Some(kind) = of_site.into_hole(destination, false) {
                    self.href_hole(position, kind);
                }
            }
            Target::Empty => self.report(empty(), position),
            Target::Outside => self.report_outside(destination, position),
            Target::InlineImage(_) => self.report_scheme("data", position),
            Target::Scheme(scheme) => self.report_scheme(&scheme, position),
            Target::Unfilled => self.report(unfilled(destination), position),
        }
    }

    fn href(&mut self, write: impl FnOnce(&mut String)) {
        self.out.raw(" href=\"");
        write(&mut self.out.html);
        self.out.raw("\"");
    }

    fn href_hole(&mut self, position: Position, kind: HoleKind) {
        self.out.raw(" href=\"");
        self.out.hole(position, kind);
        self.out.raw("\"");
    }

    /// Writes the attributes of a link to another site.
    pub(super) fn external_link(&mut self, url: &str, position: Position) {
        self.href(|html| push_url(html, url));
        let options = self.page.options;
        let rel = if self.sponsored { &options.sponsored_rel } else { &options.external_rel };
        if !rel.is_empty() {
            self.out.raw(" rel=\"");
            push_attribute(&mut self.out.html, rel);
            self.out.raw("\"");
        }
        self.page.body.external_links.push(ExternalLink { url: url.to_owned(), position });
    }

    pub(super) fn report_incomplete(&mut self, written: &str, url: &str, position: Position) {
        self.report(incomplete(written, url), position);
    }

    pub(super) fn report_outside(&mut self, written: &str, position: Position) {
        self.report(outside(written), position);
    }

    pub(super) fn report_scheme(&mut self, scheme: &str, position: Position) {
        self.report(bad_scheme(scheme), position);
    }
}

/// Complains about a link without an address.
pub(super) fn empty() -> Diagnostic {
    Diagnostic::warning("empty-link", "the link leads nowhere").with_help("put an address between the parentheses")
}

/// Complains about an address between quotation marks.
pub(super) fn quoted(written: &str, address: &str) -> Diagnostic {
    Diagnostic::warning(
        "quoted-address",
        format!("the address `{}` stands between quotation marks, and is taken without them", written.trim()),
    )
    .with_help(format!("write `({address})`"))
}

/// Complains about `//host/…`, and about `https:/host/…`.
pub(super) fn incomplete(written: &str, url: &str) -> Diagnostic {
    let written = written.trim();
    let complaint = match written.starts_with(['/', '\\']) {
        true => Diagnostic::warning(
            "protocol-relative-link",
            format!("`{written}` says no protocol, and `https` is assumed"),
        ),
        false => Diagnostic::warning(
            "slashes-in-address",
            format!("`{written}` has not two slashes behind its colon, and is taken for `{url}`"),
        ),
    };
    complaint.with_help(format!("write `{url}`"))
}

/// Complains about an address that another program would fill in.
pub(super) fn unfilled(written: &str) -> Diagnostic {
    let message = format!("another program fills `{}` in, and here it makes no link", written.trim());
    Diagnostic::warning("shortcode", message).with_help("write the address itself")
}

/// Complains about an address that leads out of the newsletter's folder.
pub(super) fn outside(written: &str) -> Diagnostic {
    Diagnostic::warning(
        "unsafe-link",
        format!("`{}` leads out of the newsletter's folder, and is left out", written.trim()),
    )
    .with_help("link to a file inside the folder, or to a full address with `https://`")
}

/// Complains about a scheme that is not allowed.
pub(super) fn bad_scheme(scheme: &str) -> Diagnostic {
    Diagnostic::warning("unsafe-link", format!("addresses with `{scheme}:` are not allowed, and this one is left out"))
        .with_help("use `https:`, `http:`, `mailto:`, `tel:`, `#anchor` or a relative address")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(written: &str) -> Target<'_> {
        target(written, &SourcePath::new("content/posts/a.md"))
    }

    #[test]
    fn scripts_do_not_pass_however_they_are_spelled() {
        for evil in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "java\tscript:x",
            " javascript:x",
            "\u{1}javascript:x",
            "java\nscript:x",
            "vbscript:x",
            "data:text/html,x",
            "data:image/svg+xml,x",
            "blob:x",
            "file:///etc/passwd",
        ] {
            assert!(matches!(of(evil), Target::Scheme(_)), "{evil:?}: {:?}", of(evil));
        }
        assert_eq!(of("//evil"), Target::Completed("https://evil".into()));
        assert_eq!(of("\\\\evil"), Target::Completed("https://evil".into()));
        assert_eq!(of("/\\evil"), Target::Completed("https://evil".into()));
        for (written, whole) in [
            ("https:/a.example/b", "https://a.example/b"),
            ("HTTP:a.example", "http://a.example"),
            ("https:\\\\a.example", "https://a.example"),
            ("https:///a.example", "https://a.example"),
        ] {
            assert_eq!(of(written), Target::Completed(whole.into()), "{written}");
        }
        assert_eq!(of("../../../etc/passwd"), Target::Outside);
        assert_eq!(of("%2e%2e/%2e%2e/../x"), Target::Outside);
    }

    #[test]
    fn what_is_meant_is_told_apart() {
        assert!(matches!(of("HTTPS://example.org"), Target::External(_)));
        assert!(matches!(of("mailto:a@b.c"), Target::Contact(_)));
        assert!(matches!(of("data:image/png;base64,AA"), Target::InlineImage(_)));
        assert_eq!(of("#a%20b"), Target::Anchor("a%20b".into()));
        assert_eq!(of("/deals/#x"), Target::Site("/deals/#x".into()));
        assert_eq!(of(""), Target::Empty);
        assert_eq!(of("{{ url }}"), Target::Unfilled);
        assert_eq!(of("https://a.example/{{ slug }}"), Target::Unfilled);
        let content = |path: &str, fragment: Option<&str>| Target::Content {
            path: path.into(),
            fragment: fragment.map(str::to_owned),
        };
        assert_eq!(of("b.md"), content("content/posts/b.md", None));
        assert_eq!(of("../companies/open%20ai.md#deals"), content("content/companies/open ai.md", Some("deals")));
        assert_eq!(of("@/posts/b.md#x"), content("@/posts/b.md", Some("x")));
        assert_eq!(
            of("report.pdf?x=1#p"),
            Target::File { path: "content/posts/report.pdf".into(), fragment: Some("p".into()) }
        );
        assert_eq!(of("a/b:c"), Target::File { path: "content/posts/a/b:c".into(), fragment: None });
    }
}
