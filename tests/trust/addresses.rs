//! Slugs, paths, aliases and names that want to be somewhere else, or where something is already.

use crate::newsletter::{POST, Site, post, site};

const OTHER: &str = "content/posts/2024-08-02-b.md";

fn with(fact: &str) -> Site {
    post(format!("---\n{fact}\n---\nText.\n"))
}

/// Names that no file of a site may have, on some system or other.
const IMPOSSIBLE: &[&str] = &[
    "../../x",
    "/etc/x/../../y",
    "..",
    ".",
    "a//b",
    "a/../b",
    "a\\b",
    "C:\\x",
    "\\\\server\\x",
    "a:b",
    "con",
    "CON",
    "nul.html",
    "aux.x",
    "COM1",
    "COM¹",
    "LPT9",
    "a?b",
    "a*b",
    "a<b",
    "a|b",
    "a%2e%2e",
    "%00",
    "a%b",
];

#[test]
fn no_slug_leads_out_of_its_folder_or_to_a_name_that_some_system_can_not_hold() {
    for bad in IMPOSSIBLE.iter().chain(&["/etc/x", "a/b", "a b", "a#b"]) {
        with(&format!("slug: '{bad}'")).says(bad, &[&format!("error bad-slug {POST}:2:7 `{bad}` can't be part of")]);
    }
    for bad in ["a\\nb", "a\\tb", "a\\0b", "a\\x1bb", "a\\u202eb"] {
        let site = with(&format!("slug: \"{bad}\""));
        assert!(site.said.iter().any(|said| said.starts_with("error bad-slug")), "{bad}: {:?}", site.said);
    }
    let long = with(&format!("slug: {}", "x".repeat(256)));
    assert!(long.said[0].starts_with("error bad-slug"), "{:?}", long.said);
    for curly in ["‘my-slug’", "my-slug’", "“my-slug”"] {
        let text = format!("---\nslug: {curly}\n---\nText.\n");
        let said = crate::newsletter::Folder::of(&[(POST, text.as_str())]).build(1);
        assert!(said.contains(&format!("`{curly}` has curly quotes")) && said.contains("`slug: my-slug`"), "{said}");
    }
    for good in ["x".repeat(255), "a&b".to_owned(), "-rf".to_owned(), "é".to_owned()] {
        let site = with(&format!("slug: '{good}'"));
        site.is_fine(&good);
        assert!(site.files.contains_key(&format!("posts/{good}/index.html")));
    }
}

#[test]
fn no_path_and_no_alias_leads_out_of_the_site() {
    let elsewhere = [
        "https://evil.example",
        "//evil.example",
        "javascript:x",
        "/../../x",
        "/a/%2e%2e/x",
        "/C:/x",
        "/a?b=c",
        "/a#b",
        "/",
        "/*",
        "/:x/",
        "/.git/hooks/pre-commit",
        "/.masthead-manifest",
        "/.masthead-staging/x",
        "/.Masthead-manifest",
        "/.MASTHEAD-STAGING/x",
        "/.g\u{200c}it/x",
        "/git~1/x",
        "/a/GIT~1",
    ];
    for bad in IMPOSSIBLE.iter().chain(&elsewhere) {
        with(&format!("path: '{bad}'"))
            .says(bad, &[&format!("error bad-address {POST}:2:7 `{bad}` can't be an address")]);
        with(&format!("aliases: ['{bad}']"))
            .says(bad, &[&format!("error bad-address {POST}:2:11 `{bad}` can't be an")]);
    }
    for bad in ["/a\\nb /x 302", "/a\\r\\n/b", "/a\\0"] {
        let site = with(&format!("aliases: [\"{bad}\"]"));
        assert!(site.said.iter().any(|said| said.starts_with("error bad-address")), "{bad}: {:?}", site.said);
    }
}

#[test]
fn the_other_names_of_a_profile_are_no_addresses_and_its_old_ones_are() {
    let profile = |facts: &str| {
        let facts = format!("---\nname: X Corp\n{facts}\n---\n");
        site(&[(POST, "---\ncompanies: [X Corp]\n---\nText.\n".to_owned()), ("content/companies/x.md", facts)])
    };
    profile("aliases: [\"Which?\", \"C#\", \"Yum: Brands\", \"50%\", con, \"a|b\"]").is_fine("names");
    assert!(profile("old_urls: [/old/]").files.contains_key("old/index.html"));
    profile("old_urls: ['/a?b']").says("old", &["error bad-address content/companies/x.md:3:12"]);
}

#[test]
fn a_section_without_letters_in_its_title_has_its_folders_address() {
    site(&[(POST, "Text.\n"), ("content/_index.md", "---\ntitle: \"\u{1f680}\"\n---\nText.\n")])
        .is_fine("the front page");
}

#[test]
fn the_mirror_of_a_post_stands_beside_it_under_a_name_of_its_own() {
    for (path, mirror) in
        [("/x.xml", "x.xml.md"), ("/x/index.htm", "x/index.htm.md"), ("/x.html", "x.md"), ("/x/", "x/index.md")]
    {
        let site = with(&format!("path: {path}"));
        site.is_fine(path);
        assert!(site.files.contains_key(mirror), "{path}: {:?}", site.files.keys());
        assert!(
            site.at("llms.txt").contains(&format!("https://example.org/{mirror}")),
            "{path}: {}",
            site.at("llms.txt")
        );
    }
    let two = site(&[(POST, "---\npath: /x.xml\n---\nText.\n"), (OTHER, "---\npath: /x.xml.html\n---\nText.\n")]);
    assert!(two.said.iter().any(|said| said.contains("would both stand at `/x.xml.md`")), "{:?}", two.said);
}

#[test]
fn two_things_at_one_address_are_an_error_that_names_both() {
    let at = |facts: &str| format!("---\n{facts}\n---\nText.\n");
    type Row<'a> = (&'a str, Vec<(&'a str, String)>, &'a str);
    let rows: Vec<Row<'_>> = vec![
        ("slugs", vec![(POST, at("slug: x")), (OTHER, at("slug: x"))], "would both stand at `/posts/x/`"),
        (
            "a static file",
            vec![(POST, at("")), ("static/posts/a/index.html", "x".into())],
            "`static/posts/a/index.html` would both",
        ),
        (
            "an alias and a post",
            vec![(POST, at("aliases: [/posts/b/]")), (OTHER, at(""))],
            "would both stand at `/posts/b/`",
        ),
        (
            "two aliases",
            vec![(POST, at("aliases: [/old/]")), (OTHER, at("aliases: [/old/]"))],
            "would both stand at `/old/`",
        ),
        ("an alias twice", vec![(POST, at("aliases: [/old/, /old/]"))], "would stand at `/old/` twice"),
        ("its own address", vec![(POST, at("aliases: [/posts/a/]"))], "would stand at `/posts/a/` twice"),
        ("a feed", vec![(POST, at("")), ("static/feed.xml", "x".into())], "`static/feed.xml` and a feed would both"),
        ("the sitemap", vec![(POST, at("")), ("static/sitemap.xml", "x".into())], "and the sitemap would both"),
        ("headers", vec![(POST, at("")), ("static/_headers", "x".into())], "and a file that Masthead makes would both"),
        (
            "a taxonomy",
            vec![(POST, at("tags: [x]")), ("content/tags.md", "x".into())],
            "and the list of a taxonomy would both",
        ),
        (
            "a section",
            vec![(POST, at("")), ("content/posts.md", "x".into())],
            "and the list of the section `posts` would both",
        ),
        (
            "case",
            vec![(POST, at("slug: Same")), (OTHER, at("slug: same"))],
            "are one file where letter case does not count",
        ),
        (
            "case of files",
            vec![(POST, at("")), ("static/A.txt", "x".into()), ("static/a.txt", "y".into())],
            "letter case",
        ),
        ("sharp s", vec![(POST, at("")), ("static/straße", "x".into()), ("static/STRASSE", "y".into())], "letter case"),
        (
            "composition",
            vec![(POST, at("slug: caf\u{e9}")), (OTHER, at("slug: cafe\u{301}"))],
            "have names that look the same and are spelled with other characters",
        ),
        (
            "a file and a folder",
            vec![(POST, at("")), ("static/posts", "x".into())],
            "would be the file `posts` where `content/posts/2024-08-01-a.md` needs a folder",
        ),
        (
            "a file and a folder of another case",
            vec![(POST, at("")), ("static/POSTS", "x".into())],
            "where `content/posts/2024-08-01-a.md` needs a folder",
        ),
    ];
    for (name, files, expected) in rows {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let site = site(&files);
        let said = site.said.iter().find(|said| said.starts_with("error same-address ") && said.contains(expected));
        assert!(said.is_some(), "{name}: {:#?}", site.said);
    }
}

#[test]
fn a_name_without_letters_needs_a_slug_and_letters_of_all_scripts_give_one() {
    for name in ["🚀", "👩\u{200d}👩"] {
        let path = format!("content/posts/2024-01-01-{name}.md");
        let site = site(&[(path.as_str(), format!("---\ntitle: \"{name}\"\n---\nText.\n"))]);
        assert!(site.said.len() == 1 && site.said[0].starts_with("error no-slug"), "{:?}", site.said);
    }
    for name in ["北京", "שלום", "Ærø", "q", "a*b", "a?b", "a\"b", "a<b", "a\\b", "a:b", "a\nb", "a\u{1b}[31mb"]
    {
        let path = format!("content/posts/2024-01-01-{name}.md");
        let site = site(&[(path.as_str(), "Text.\n")]);
        site.is_fine(name);
        let pages: Vec<_> =
            site.files.keys().filter(|path| path.starts_with("posts/") && path.matches('/').count() == 2).collect();
        assert!(pages.iter().all(|path| path.bytes().all(|byte| byte.is_ascii_graphic())), "{pages:?}");
    }
}

#[test]
fn tags_of_any_name_have_addresses_of_their_own() {
    let names =
        ["../x", "/etc/passwd", "C++", "C#", "c", "🚀", "a/b", "con", "nul", "..", "index.html", "page", "feed.xml"];
    let list = names.map(|name| format!("\"{name}\"")).join(", ");
    let site = with(&format!("tags: [{list}]"));
    site.is_fine("tags");
    let pages = site.files.keys().filter(|path| path.starts_with("tags/") && path.ends_with("/index.html"));
    // One for each tag, and the list of them.
    assert_eq!(pages.count(), names.len() + 1, "{:?}", site.files.keys());
}
