//! Addresses in stylesheets and scripts, which move when they are bundled.
//!
//! What is served under `/assets/` is written somewhere else, and an address in it means what it meant
//! there. So it is written anew as the way from `/assets/`, which no path of `base_url` can break.

use crate::diagnostic::Diagnostic;
use crate::source::SourcePath;

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// To a file of the site: its path from the site's root on, and what follows behind `?` or `#`.
    Here { path: String, tail: &'a str },
    /// To another site, which is asked for it by whoever reads a page.
    Foreign,
    /// Out of the site: it has more `..` than folders.
    Outside,
    /// Nowhere else: it is the thing itself (`data:`), a part of the page (`#a`), or empty.
    Itself,
}

impl<'a> Address<'a> {
    /// Reads an address that stands in a file of `static/`.
    pub(super) fn read(file: &str, address: &'a str) -> Self {
        let address = address.trim();
        if address.starts_with("//") || address.starts_with("\\\\") {
            return Self::Foreign;
        }
        if let Some((scheme, rest)) = address.split_once(':')
            && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
        {
            return if rest.starts_with("//") { Self::Foreign } else { Self::Itself };
        }
        let (path, tail) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        if path.is_empty() {
            return Self::Itself;
        }
        let base = if path.starts_with('/') { SourcePath::new("") } else { SourcePath::new(file) };
        match base.resolve(path) {
            Some(path) => Self::Here { path: path.as_str().to_owned(), tail },
            None => Self::Outside,
        }
    }
}

/// Writes the way to a file of the site from a file in `/assets/`.
pub(super) fn from_assets(path: &str, tail: &str) -> String {
    format!("../{path}{tail}")
}

/// Says that readers would be sent to another site, and that they are not.
pub(super) fn foreign(address: &str) -> Diagnostic {
    let message = format!("`{address}` is of another site: the security policy keeps browsers from loading it");
    Diagnostic::warning("foreign-address", message)
        .with_help("put a copy into `static/` and name that: then a page asks nobody but the site itself")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_means_what_it_means_in_the_file_where_it_stands() {
        let here = |path: &str, tail| Address::Here { path: path.to_owned(), tail };
        for (address, expected) in [
            ("q.png", here("css/parts/q.png", "")),
            ("./q.svg#a", here("css/parts/q.svg", "#a")),
            ("../../img/p.png?v=1", here("img/p.png", "?v=1")),
            ("/img/p.png", here("img/p.png", "")),
            ("a%20b.png", here("css/parts/a%20b.png", "")),
            ("../../../p.png", Address::Outside),
            ("#a", Address::Itself),
            ("", Address::Itself),
            ("data:image/png;base64,AAAA", Address::Itself),
            ("https://example.com/a.png", Address::Foreign),
            ("//example.com/a.png", Address::Foreign),
        ] {
            assert_eq!(Address::read("css/parts/a.css", address), expected, "{address}");
        }
    }
}
