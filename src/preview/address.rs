//! The path of a request, decoded once and judged: what passes names a file of the site or nothing.

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPath(pub &'static str);

/// Decodes the path of a request and refuses whatever could mean something else to a file system.
///
/// The result starts with `/`, has no `.` or `..` part, no backslash and no control character.
pub fn decode(path: &str) -> Result<String, BadPath> {
    if !path.starts_with('/') {
        return Err(BadPath("the path does not start with a slash"));
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let decoded = match byte {
            b'%' => {
                let digits = (rest.next().and_then(hex), rest.next().and_then(hex));
                let (Some(high), Some(low)) = digits else { return Err(BadPath("a `%` has no two digits behind it")) };
                let decoded = high << 4 | low;
                // An encoded slash is part of a name, and no file has such a name.
                if decoded == b'/' {
                    return Err(BadPath("a slash is encoded"));
                }
                decoded
            }
            byte => byte,
        };
        bytes.push(decoded);
    }
    let path = String::from_utf8(bytes).map_err(|_| BadPath("the path is not UTF-8"))?;
    if path.chars().any(|c| c.is_control() || c == '\\') {
        return Err(BadPath("the path has a character that no file's name may have"));
    }
    // `..;` is what some servers behind a proxy take for `..`.
    if path.split('/').any(|part| matches!(part, "." | "..") || part.starts_with("..;")) {
        return Err(BadPath("the path has a part of dots"));
    }
    Ok(path)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Takes the site's own path off an address; `None` if the address lies elsewhere.
///
/// `base` is empty, or `/news`. The result starts with `/`.
pub fn below<'p>(path: &'p str, base: &str) -> Option<&'p str> {
    path.strip_prefix(base).filter(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_leave_the_site_is_refused() {
        for bad in [
            "",
            "x",
            "/..",
            "/../x",
            "/a/../../x",
            "/./x",
            "/%2e%2e/",
            "/%2e%2e%2fx",
            "/..%2fx",
            "/%2fetc/passwd",
            "/a%5cb",
            "/a\\b",
            "/..%5c",
            "/a%00.html",
            "/.%00/",
            "/..;/x",
            "/%ff%fe",
            "/%c0%ae",
            "/%",
            "/%2",
            "/%zz",
            "/a%0ab",
            "/a%7f",
        ] {
            assert!(decode(bad).is_err(), "{bad:?} should be refused");
        }
    }

    #[test]
    fn what_an_author_may_name_a_file_passes() {
        for (path, decoded) in [
            ("/", "/"),
            ("/%C3%BCber%20uns/", "/über uns/"),
            ("/a+b/~kim/", "/a+b/~kim/"),
            ("/%252e%252e/", "/%2e%2e/"),
            ("/.well-known/x", "/.well-known/x"),
            ("//etc/passwd", "//etc/passwd"),
        ] {
            assert_eq!(decode(path).as_deref(), Ok(decoded));
        }
    }

    #[test]
    fn the_sites_own_path_is_taken_off_whole() {
        assert_eq!(below("/news/a/", "/news"), Some("/a/"));
        assert_eq!(below("/newspaper/", "/news"), None);
        assert_eq!(below("/news", "/news"), None);
        assert_eq!(below("/a/", ""), Some("/a/"));
    }
}
