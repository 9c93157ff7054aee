//! Files for machines: feeds, tables, redirects, headers, the sitemap.

use std::collections::BTreeSet;

use crate::newsletter::{CONFIG, Folder, POST, Site, post, site};

fn events(xml: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut count = 0;
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {
        count += 1;
    }
    count
}

#[test]
fn no_character_breaks_a_feed() {
    for code in (0..0x20).chain([0x7f, 0x85, 0xfffe, 0xffff]) {
        let letter = char::from_u32(code).unwrap();
        let site = post(format!(
            "---\ntitle: \"A\\u{code:04x}B\"\nsummary: \"C\\u{code:04x}D ]]> &nbsp; <x>\"\ncategory: \"E\\u{code:04x}F\"\n---\nG&#x{code:x};H ]]> &nbsp;\n"
        ));
        for feed in ["feed.xml", "atom.xml", "sitemap.xml"] {
            let text = site.at(feed);
            assert!(events(text) > 3, "{feed}");
            let is_legal =
                |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            assert!(text.chars().all(is_legal), "U+{code:04X} in {feed}");
            assert!(
                letter == '\n'
                    || letter == '\t'
                    || letter == '\r'
                    || letter == '\u{85}'
                    || letter == '\u{7f}'
                    || !text.contains(letter)
            );
        }
        let feed = site.at("feed.json");
        serde_json::from_str::<serde_json::Value>(feed).unwrap();
    }
}

#[test]
fn addresses_in_feeds_are_full_ones() {
    let text = "See [b](2024-08-02-b.md), [top](#top), ![p](p.png), <a href=\"/about/\">raw</a>, <img src=\"x.png\" srcset=\"a.png 1x, /b.png 2x\">.\n\n## Top\n";
    let site = site(&[
        (POST, text),
        ("content/posts/2024-08-02-b.md", "x\n"),
        ("content/posts/p.png", "x"),
        ("content/about.md", "x\n"),
    ]);
    for feed in ["feed.xml", "atom.xml", "feed.json"] {
        let text =
            site.at(feed).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("\\\"", "\"");
        for attribute in ["href=\"", "src=\"", "srcset=\""] {
            for value in text.split(attribute).skip(1).map(|rest| &rest[..rest.find('"').unwrap()]) {
                assert!(value.starts_with("http"), "{feed}: {attribute}{value}");
            }
        }
    }
}

/// What the three feeds of a site know its posts by, in the order of the feed.
fn identifiers(site: &Site) -> Vec<String> {
    let between = |text: &str, open: &str, close: &str| -> Vec<String> {
        let parts = text.split(open).skip(1);
        parts.map(|rest| rest[..rest.find(close).unwrap()].rsplit('>').next().unwrap().to_owned()).collect()
    };
    let rss = between(site.at("feed.xml"), "<guid", "</guid>");
    let entries = site.at("atom.xml").split_once("<entry>").unwrap().1;
    assert_eq!(between(entries, "<id", "</id>"), rss);
    let json: serde_json::Value = serde_json::from_str(site.at("feed.json")).unwrap();
    let items = json["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), rss);
    rss
}

#[test]
fn feeds_know_a_post_after_another_name_date_and_domain() {
    let old = "content/posts/2024-08-01-tiktok.md";
    let before = identifiers(&site(&[(old, "---\ntitle: A\n---\nx\n")]));
    assert_eq!(before, ["https://example.org/posts/tiktok/"]);
    let moved = |guid: &str, config: &str| {
        let text = format!("---\ntitle: A\ndate: 2024-08-09\nguid: {guid}\n---\nx\n");
        identifiers(&site(&[("content/deals/other.md", &*text), (CONFIG.0, config)]))
    };
    let domain = "title: T\nbase_url: https://example.net\nfeeds: {guid_prefix: 'https://example.org/'}\n";
    assert_eq!(moved("/posts/tiktok/", CONFIG.1), before);
    assert_eq!(moved("/posts/tiktok", domain), before);
    assert_eq!(moved("https://example.org/posts/tiktok/", "title: T\nbase_url: https://example.net/news\n"), before);
    // What other generators gave their posts.
    for guid in ["http://blog.example/?p=12", "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", "tag:example.org,2024:a"]
    {
        assert_eq!(moved(guid, domain), [guid]);
    }
    let tags = "title: T\nbase_url: https://example.net\nfeeds: {guid_prefix: 'tag:example.org,2024:'}\n";
    let tagged = site(&[(old, "x\n"), (CONFIG.0, tags)]);
    assert_eq!(identifiers(&tagged), ["tag:example.org,2024:/posts/tiktok/"]);
    assert!(tagged.at("atom.xml").contains("<id>tag:example.org,2024:/</id>"), "the feed's own");
    assert!(tagged.at("feed.xml").contains("<guid isPermaLink=\"false\">"));
}

#[test]
fn what_identifies_a_post_in_feeds_is_its_own() {
    let two = |a: &str, b: &str| {
        site(&[
            ("content/posts/2024-08-01-a.md", format!("---\ntitle: A\n{a}---\nx\n")),
            ("content/posts/2024-08-02-b.md", format!("---\ntitle: B\n{b}---\nx\n")),
        ])
    };
    let same = |path: &str, guid: &str| {
        format!("error same-guid content/posts/{path}:3:7 feed readers would take two posts for one, `{guid}`")
    };
    let of_a = "https://example.org/posts/a/";
    let of_b = "https://example.org/posts/b/";
    two("", "guid: /posts/b/\n").is_fine("its own address");
    two("", "guid: /posts/a/\n").says("that of an older one", &[&same("2024-08-02-b.md", of_a)]);
    two("guid: /posts/b/\n", "").says("that of a newer one", &[&same("2024-08-01-a.md", of_b)]);
    two(&format!("guid: {of_b}\n"), "").says("spelt in full", &[&same("2024-08-01-a.md", of_b)]);
    two("guid: tag:x,2024:1\n", "guid: tag:x,2024:1\n")
        .says("one for both", &[&same("2024-08-01-a.md", "tag:x,2024:1")]);
    let encoded = site(&[
        ("content/posts/2024-08-01-a.md", "---\nslug: café\n---\nx\n"),
        ("content/posts/2024-08-02-b.md", "---\nguid: https://example.org/posts/caf%C3%A9/\n---\nx\n"),
    ]);
    assert!(encoded.said.iter().any(|said| said.contains("same-guid")), "{:?}", encoded.said);
    two("guid: /posts/b/\n", "guid: /posts/a/\n").is_fine("names changed places");
    for (wrong, said) in [
        ("12", "warning bad-guid"),
        ("posts/a", "warning bad-guid"),
        ("a b:c", "warning bad-guid"),
        ("/../a", "error bad-address"),
    ] {
        let place = "content/posts/2024-08-01-a.md:3:7";
        two(&format!("guid: {wrong}\n"), "").says(wrong, &[&format!("{said} {place} `{wrong}` ")]);
    }
    let config = "title: T\nbase_url: https://example.org\nfeeds: {guid_prefix: example.org}\n";
    site(&[(CONFIG.0, config), (POST, "x\n")])
        .says("a prefix", &["error bad-guid masthead.yaml:3:22 `example.org` can't start an identifier"]);
}

/// Reads a CSV file as RFC 4180 has it.
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.push(letters.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}

fn deal(buyer: &str, note: &str) -> Site {
    let quote = |text: &str| {
        format!(
            "\"{}\"",
            text.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
                .replace('\r', "\\r")
        )
    };
    post(format!(
        "---\ntitle: A\ndeals:\n- id: d1\n  buyer: {}\n  seller: Seller\n  kind: cloud\n  amount: $5.2M\n  status: signed\n  source: {}\n---\nx\n",
        quote(buyer),
        quote(note)
    ))
}

#[test]
fn no_cell_of_the_ledger_is_a_formula() {
    for evil in
        ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "=1\",\"x", " =1", "a\nb", "a,b", "\"q\""]
    {
        let site = deal(evil, evil);
        let rows = csv(site.at("deals.csv"));
        let width = rows[0].len();
        assert!(rows.len() == 2 && rows.iter().all(|row| row.len() == width), "{evil:?}: {rows:?}");
        for cell in &rows[1] {
            let is_number = cell.parse::<f64>().is_ok();
            assert!(is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{evil:?}: {cell:?}");
        }
    }
}

#[test]
fn a_redirect_is_one_line_of_one_address_to_another() {
    let site = post("---\naliases: ['/old path/', '/caf\u{e9}/', '/a;b/', \"/x'y/\", '/200/', '/old.html']\n---\nx\n");
    site.is_fine("aliases");
    let lines: Vec<&str> =
        site.at("_redirects").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(lines.len(), 6);
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(matches!(words[..], [from, "/posts/a/", "301"] if from.starts_with('/') && from.is_ascii()), "{line}");
    }
}

#[test]
fn nothing_that_is_configured_adds_a_header() {
    for evil in ["T\\n  X-Evil: 1", "T\\r\\n/*\\r\\n  Set-Cookie: a=b", "T\\n/*"] {
        let config = format!(
            "title: \"{evil}\"\ntagline: \"{evil}\"\npublisher: \"{evil}\"\nbase_url: https://example.org\nsignup: {{provider: custom, action: \"https://x.example/{evil}\"}}\n"
        );
        let site = site(&[(CONFIG.0, config.as_str()), (POST, "x\n")]);
        if let Some(headers) = site.files.get("_headers") {
            assert!(!headers.contains("X-Evil") && !headers.contains("Set-Cookie"), "{headers}");
        } else {
            assert!(site.said.iter().any(|said| said.starts_with("error ")), "{:?}", site.said);
        }
    }
}

#[test]
fn the_policy_lets_in_the_pictures_that_are_shown_and_no_others() {
    let images = |files: &[(&str, &str)]| {
        let site = site(files);
        let headers = site.at("_headers");
        headers.split("; ").find_map(|directive| directive.strip_prefix("img-src ")).unwrap().to_owned()
    };
    assert_eq!(
        images(&[(POST, "![a](/x.png) https://no.example/y.png [b](https://no.example/z.png)\n")]),
        "'self' data:"
    );
    let post = "---\nimage: https://front.example:8443/x.png\n---\n\
                ![a](https://Text.example/p.png) and ![b](https://text.example/q.png)\n\n```{note}\n![c](//block.example/r.png)\n```\n";
    assert_eq!(
        images(&[
            (POST, post),
            ("content/about.md", "# About\n\n![d](https://page.example/s.png)\n"),
            (
                "content/editions/2024-08-03.md",
                "---\ntitle: E\ndate: 2024-08-03\n---\n![e](https://edition.example/t.png)\n"
            ),
            ("content/posts/2024-08-02-draft.md", "---\ndraft: true\n---\n![f](https://secret.example/u.png)\n"),
        ]),
        "'self' data: https://block.example https://edition.example https://front.example:8443 https://page.example \
         https://text.example"
    );
}

#[test]
fn the_policy_follows_a_picture_into_and_out_of_an_incremental_build() {
    let folder = Folder::with_post();
    let second = "content/posts/2024-08-02-b.md";
    folder.write(second, "Text.\n");
    let policy = || String::from_utf8(folder.tree("public")["_headers"].clone()).unwrap();
    folder.build(0);
    assert!(policy().contains("img-src 'self' data:;"));
    folder.write(second, "![a](https://text.example/p.png)\n");
    folder.build(0);
    assert!(policy().contains("img-src 'self' data: https://text.example;"));
    // The post comes out of the cache, without its text.
    folder.write(POST, "---\ntitle: B\n---\nOther text.\n");
    folder.build(0);
    assert!(policy().contains("img-src 'self' data: https://text.example;"));
    folder.write(second, "Text.\n");
    folder.build(0);
    assert!(policy().contains("img-src 'self' data:;"));
}

#[test]
fn robots_and_reading_lists_hold_one_fact_a_line() {
    let site = post(
        "---\ntitle: \"A\\n\\n## Injected\\n[x](https://evil.example)\"\nsummary: \"B\\n- [y](https://evil.example)\"\n---\nx\n",
    );
    let lines: Vec<&str> = site.at("llms.txt").lines().collect();
    assert!(!lines.iter().any(|line| line.starts_with("## Injected") || line.starts_with("- [y]")), "{lines:#?}");
    let config = "title: T\nbase_url: https://example.org/a\n";
    let robots = crate::newsletter::site(&[(CONFIG.0, config), (POST, "x\n")]);
    assert!(robots.at("robots.txt").lines().all(|line| line.is_empty() || line.contains(':') || line.starts_with('#')));
}

#[test]
fn the_page_of_a_reader_loads_nothing_from_elsewhere() {
    let site = post("---\ntitle: A\ntags: [x]\n---\nSee [y](https://y.example).\n");
    let mut loaded = BTreeSet::new();
    for (path, text) in site.files.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".css")) {
        for attribute in [" src=\"", " srcset=\"", "url(", "@import "] {
            for value in text.split(attribute).skip(1).map(|rest| rest.split(['"', ')', ';']).next().unwrap()) {
                if value.contains("//") && !value.contains("//example.org") && !value.contains("http://www.w3.org/") {
                    loaded.insert(format!("{path}: {value}"));
                }
            }
        }
        for link in text.split("<link ").skip(1).map(|rest| &rest[..rest.find('>').unwrap()]) {
            let is_loaded = ["stylesheet", "preload", "icon", "modulepreload"].iter().any(|kind| link.contains(kind));
            if is_loaded && link.contains("href=\"http") && !link.contains("//example.org") {
                loaded.insert(format!("{path}: {link}"));
            }
        }
    }
    assert!(loaded.is_empty(), "{loaded:#?}");
}
