//! `robots.txt` (RFC 9309): which robots may read what, and where the sitemap is.

use super::percent::address;

/// What robots are told. It counts only at the root of a host.
#[derive(Clone, Copy, Debug, Default)]
pub struct Robots<'a> {
    /// The sitemap's full address; empty where there is none.
    pub sitemap_url: &'a str,
    /// Paths from the host's root that no robot should read. A page that should not be *found* says
    /// so itself (`noindex`), which a robot must be able to read.
    pub disallowed_paths: &'a [&'a str],
    /// Robots that should read nothing, by product token such as `GPTBot`.
    pub refused_agents: &'a [&'a str],
}

/// Writes `robots.txt`.
pub fn robots(robots: &Robots<'_>) -> String {
    let Robots { sitemap_url, disallowed_paths, refused_agents } = robots;
    let mut out = String::new();
    let agents: Vec<String> =
        refused_agents.iter().map(|agent| token(agent)).filter(|token| !token.is_empty()).collect();
    if !agents.is_empty() {
        for agent in agents {
            line(&mut out, "User-agent", &agent);
        }
        out.push_str("Disallow: /\n\n");
    }
    out.push_str("User-agent: *\n");
    // Nothing after the colon means that everything may be read; old parsers don't know `Allow`.
    if disallowed_paths.is_empty() {
        out.push_str("Disallow:\n");
    }
    for path in *disallowed_paths {
        line(&mut out, "Disallow", &address(path).replace('#', "%23"));
    }
    if !sitemap_url.is_empty() {
        out.push('\n');
        line(&mut out, "Sitemap", &address(sitemap_url));
    }
    out
}

fn line(out: &mut String, key: &str, value: &str) {
    out.push_str(key);
    out.push_str(": ");
    out.push_str(value);
    out.push('\n');
}

/// Keeps what may stand in a product token (RFC 9309, section 2.2.1), and what robots use besides.
fn token(agent: &str) -> String {
    agent.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_may_be_read_unless_something_is_said() {
        let text = robots(&Robots { sitemap_url: "https://example.org/sitemap.xml", ..Robots::default() });
        assert_eq!(text, "User-agent: *\nDisallow:\n\nSitemap: https://example.org/sitemap.xml\n");
    }

    #[test]
    fn a_value_stays_on_its_line() {
        let text = robots(&Robots {
            sitemap_url: "",
            disallowed_paths: &["/a b\nDisallow: /", "/c#d"],
            refused_agents: &["GPTBot", "Evil\nAllow: /", " "],
        });
        assert_eq!(
            text,
            "User-agent: GPTBot\nUser-agent: EvilAllow\nDisallow: /\n\n\
             User-agent: *\nDisallow: /a%20b%0ADisallow:%20/\nDisallow: /c%23d\n"
        );
    }
}
