//! What an author or a stranger wrote stays text: in pages, feeds, data, and in addresses.

use crate::newsletter::{CONFIG, PAGE, POST, Site, post, site};

/// Ends whatever it may stand in: an element, an attribute of either quote, a script, a comment, a line.
/// Facts are Markdown, so its tags are spelled as entities, which a careless writer turns back into tags.
const EVIL: &str =
    "&lt;/title>&lt;/script>&lt;script>alert(1)&lt;/script>\"'`${7*7}&lt;!-- -->&lt;img src=x onerror=alert(1)>";
/// The same as a reader should see it.
const SEEN: &str = "</title></script><script>alert(1)</script>";

/// A newsletter with hostile text in every field that reaches an output.
fn hostile() -> Site {
    let quoted = format!("'{}'", EVIL.replace('\'', "''"));
    let mut facts = String::new();
    for key in ["title", "author", "category", "summary", "story", "tags", "companies", "people", "models", "topics"] {
        facts.push_str(&format!("{key}: {quoted}\n"));
    }
    facts.push_str(&format!("sources:\n- title: {quoted}\n  publisher: {quoted}\n  url: https://x.example/\n"));
    facts.push_str(&format!("image:\n  src: b.svg\n  alt: {quoted}\n  credit: {quoted}\n"));
    facts.push_str(&format!("deals:\n- id: d1\n  buyer: {quoted}\n  seller: {quoted}\n  kind: cloud\n  amount: $1M\n  status: signed\n  source: {quoted}\n  note: {quoted}\n"));
    facts.push_str(&format!("extra: {{a: {quoted}}}\n"));
    let config = format!(
        "title: {quoted}\nbase_url: https://example.org\ntagline: {quoted}\ndescription: {quoted}\npublisher: {quoted}\n\
         copyright: {quoted}\nlanguage: {quoted}\nnavigation:\n- title: {quoted}\n  url: /about/\n"
    );
    let body = "# `</script><script>alert(1)</script>`\n\n![\"><script>alert(1)</script>](b.svg \"\\\"><script>alert(1)</script>\")\n\n\
                ```\"><script>alert(1)</script>\nx\n```\n\n| </td><script>alert(1)</script> |\n|---|\n";
    site(&[
        (CONFIG.0, config.as_str()),
        (POST, &format!("---\n{facts}---\nText.\n")),
        ("content/posts/2024-08-02-b.md", body),
        ("content/posts/b.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("content/replies/a/1.md", &format!("---\nname: {quoted}\nauthor: {quoted}\ndate: 2024-08-02\n---\n{EVIL}\n")),
        ("masthead.yaml", &config),
    ])
}

#[test]
fn no_field_of_any_file_can_end_what_it_stands_in() {
    // Raw HTML of the author's own body is the author's; the body here has it in places that are text.
    let site = hostile();
    assert!(site.files.len() > 40, "{:?}", site.said);
    for (path, text) in &site.files {
        let is_markup = path.ends_with(".html") || path.ends_with("feed.xml") || path.ends_with("atom.xml");
        if !is_markup {
            continue;
        }
        for (at, _) in text.match_indices("alert(1)") {
            let before = &text[text[..at].rfind('<').unwrap_or(0)..at];
            let is_element = before.starts_with("<script>") || before.starts_with("<img src=x");
            let is_body = path.starts_with("posts/b/") || path.ends_with(".xml");
            assert!(!is_element || is_body, "{path}: …{}…", &text[at.saturating_sub(120)..at + 20]);
        }
        if path.ends_with(".xml") {
            let mut reader = quick_xml::Reader::from_str(text);
            while reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) != quick_xml::events::Event::Eof
            {
            }
        }
    }
}

#[test]
fn structured_data_is_one_json_that_no_text_can_leave() {
    let site = hostile();
    let mut seen = 0;
    for (path, text) in site.files.iter().filter(|(path, _)| path.ends_with(".html")) {
        for part in text.split("<script type=\"application/ld+json\">").skip(1) {
            let json = &part[..part.find("</script>").unwrap()];
            assert!(!json.contains(['<', '\u{2028}', '\u{2029}']), "{path}");
            serde_json::from_str::<serde_json::Value>(json).unwrap_or_else(|error| panic!("{path}: {error}"));
            seen += 1;
        }
    }
    assert!(seen > 10);
    let lines = post("---\ntitle: \"A\\u2028B\\u2029C\"\n---\nx\n");
    assert!(!lines.at(PAGE).split("ld+json").nth(1).unwrap().contains('\u{2028}'));
}

#[test]
fn machine_files_are_read_back_as_they_were_meant() {
    let site = hostile();
    for path in ["feed.json", "deals.json", "deals.schema.json"] {
        serde_json::from_str::<serde_json::Value>(site.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let feed: serde_json::Value = serde_json::from_str(site.at("feed.json")).unwrap();
    let titles: Vec<_> = feed["items"].as_array().unwrap().iter().filter_map(|item| item["title"].as_str()).collect();
    assert!(titles.iter().any(|title| title.starts_with(SEEN)), "{titles:?}");
    for line in site.at("llms.txt").lines() {
        assert!(!line.starts_with("<script") && !line.contains("](javascript:"), "{line}");
    }
}

#[test]
fn no_disguise_gets_a_script_into_an_address() {
    let disguises = [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x09;script:alert(1)",
        "java&#x0a;script:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "&#x01;javascript:alert(1)",
        "java\tscript:alert(1)",
        "  javascript:alert(1)",
        "\u{a0}javascript:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/svg+xml,x",
        "blob:x",
        "file:///etc/passwd",
        "intent://x",
        "ms-msdt:/id",
        "view-source:x",
        "chrome://x",
        "jar:x!/y",
        "javascript:x\"onclick=\"y",
    ];
    for disguise in disguises {
        for text in
            [format!("[x](<{disguise}>)"), format!("![x](<{disguise}>)"), format!("[x][r]\n\n[r]: <{disguise}>")]
        {
            let site = post(format!("---\ntitle: A\n---\n{text}\n"));
            let page = site.at(PAGE);
            let article =
                &page[page.find("<article").or_else(|| page.find("<main")).unwrap()..page.find("</main>").unwrap()];
            let scheme =
                disguise.rsplit(';').next().unwrap_or(disguise).trim().split(':').next().unwrap().to_lowercase();
            for attribute in ["href=\"", "src=\"", "onclick="] {
                for value in article.split(attribute).skip(1).map(|rest| &rest[..rest.find('"').unwrap_or(0)]) {
                    let address = value.to_lowercase();
                    let hidden =
                        ["javascript", "vbscript", "data:", "blob:", "file:", "intent:", "jar:", "chrome:", "ms-msdt:"];
                    assert!(!hidden.iter().any(|bad| address.starts_with(bad)), "{text} ({scheme}): {value}");
                    assert!(!address.contains("&colon;") && !address.contains("&#"), "{text}: {value}");
                }
            }
        }
    }
}

#[test]
fn addresses_without_a_protocol_get_https_and_those_elsewhere_their_rel() {
    for (text, expected) in [
        ("[x](//evil.example/x)", "<a href=\"https://evil.example/x\" rel=\"noopener noreferrer\">"),
        ("[x](</\\evil.example>)", "<a href=\"https://evil.example\" rel=\"noopener noreferrer\">"),
        ("[x](https://a.example)", "<a href=\"https://a.example\" rel=\"noopener noreferrer\">"),
        ("[x](HTTPS://a.example)", "rel=\"noopener noreferrer\">"),
    ] {
        let site = post(format!("---\ntitle: A\n---\n{text}\n"));
        assert!(site.at(PAGE).contains(expected), "{text}");
    }
}

#[test]
fn no_block_gets_a_script_into_an_address_whatever_its_template() {
    let own = (
        "templates/blocks/own.html",
        "{% if block.data?.source_url %}<a href=\"{{ block.data.source_url }}\">x</a>{% endif %}\
         {% for item in block.data?.items or [] %}<img src=\"{{ item?.image or \"\" }}\">{% endfor %}",
    );
    for address in ["javascript:alert(1)", "JaVa\\tScript:alert(1)", "data:text/html,alert(1)", "../../../../alert(1)"]
    {
        for block in [
            format!("```{{sponsor}} Click\nurl: \"{address}\"\ntext: hi\n```"),
            format!("```{{sponsor}} Click url={address}\nhi\n```"),
            format!("```{{sponsor}} Click\n:url: {address}\nhi\n```"),
            format!("```{{quote}} Q\ntext: hi\nsource: S\nurl: \"{address}\"\n```"),
            format!("```{{own}}\nsource_url: \"{address}\"\nitems:\n- image: \"{address}\"\n```"),
        ] {
            // Only YAML knows `\t`.
            if address.contains('\\') && !block.contains('"') {
                continue;
            }
            for setting in ["allow", "sanitise", "deny"] {
                let config = format!("title: T\nbase_url: https://example.org\nmarkdown: {{raw_html: {setting}}}\n");
                let site = site(&[
                    (CONFIG.0, config.as_str()),
                    own,
                    (POST, &block),
                    ("content/about.md", &block),
                    ("content/editions/2024-08-02.md", &format!("---\nposts: [a]\n---\n{block}\n")),
                ]);
                let said = site.said.iter().filter(|said| said.starts_with("warning unsafe-link")).count();
                assert!(said >= 3, "{block}: {:?}", site.said);
                assert!(site.said.iter().any(|said| said.contains("url` of `{")), "{block}: {:?}", site.said);
                for (path, text) in &site.files {
                    let is_source = path.ends_with(".md") || path.ends_with(".eml");
                    assert!(is_source || !text.contains("alert(1)"), "{block}: {path}");
                }
            }
        }
    }
    let good = post("```{quote} Q\ntext: hi\nsource: S\nurl: //a.example/x\n```\n");
    good.says("protocol", &[&format!("warning protocol-relative-link {POST}:1:1 `url` of `{{quote}}`: ")]);
    assert!(good.at(PAGE).contains("<a href=\"https://a.example/x\" rel=\"noopener noreferrer\">S</a>"));
}

#[test]
fn links_of_the_theme_to_other_sites_say_nothing_of_where_they_are_followed_from() {
    let config = "title: T\nbase_url: https://example.org\nnavigation: [{title: a, url: 'https://n.example/'}, {title: b, url: /about/}]\n\
                  footer: [{title: a, url: 'https://f.example/'}]\nprofiles: [{title: a, url: 'https://p.example/'}]\n\
                  replies: {mailto: a@example.org}\n";
    let site = site(&[
        (CONFIG.0, config),
        (
            POST,
            "---\ntitle: A\nauthor: desk\ncompanies: [X]\nsources: [{title: s, url: 'https://s.example/'}]\n---\n\
             ```{sponsor} S\nurl: https://b.example/\ntext: x\n```\n\n```{quote}\ntext: x\nsource: y\nurl: https://q.example/\n```\n",
        ),
        ("content/about.md", "Us.\n"),
        (
            "content/authors/desk.md",
            "---\nname: desk\nsite: https://a.example/\nlinks: ['https://l.example/']\n---\nx\n",
        ),
        ("content/companies/x.md", "---\nname: X\nsite: https://c.example/\nlinks: ['https://k.example/']\n---\nx\n"),
        ("content/replies/a/1.md", "---\nname: R\nurl: https://r.example/\ndate: 2024-08-02\n---\nx\n"),
    ]);
    let mut hosts = std::collections::BTreeSet::new();
    for (path, text) in site.files.iter().filter(|(path, _)| path.ends_with("/index.html")) {
        for link in text.split("<a ").skip(1).map(|rest| &rest[..rest.find('>').unwrap()]) {
            let Some(at) = link.find("href=\"https://") else { continue };
            let host = link[at + 14..].split(['/', '"']).next().unwrap();
            assert!(link.contains("noopener noreferrer") || host == "example.org", "{path}: {link}");
            hosts.insert(host);
        }
    }
    for host in ["n", "f", "p", "s", "b", "q", "a", "l", "c", "k", "r"] {
        assert!(hosts.contains(format!("{host}.example").as_str()), "{host}: {hosts:?}");
    }
}

#[test]
fn no_fact_and_no_setting_takes_an_address_that_runs_something() {
    let bad = "javascript:alert(1)";
    let facts = [
        ("canonical_url", format!("canonical_url: '{bad}'")),
        ("source", format!("sources: [{{title: s, url: '{bad}'}}]")),
        ("source without protocol", "sources: [{title: s, url: '//evil.example'}]".to_owned()),
        ("data", "sources: [{title: s, url: 'data:text/html,x'}]".to_owned()),
    ];
    for (name, fact) in facts {
        let site = post(format!("---\ntitle: A\n{fact}\n---\nx\n"));
        assert!(
            site.said.iter().any(|said| said.starts_with("error ") && said.contains("is not a web address")),
            "{name}: {:?}",
            site.said
        );
    }
    for (path, text) in [
        ("content/authors/desk.md", format!("---\nname: Desk\nsite: '{bad}'\n---\nx\n")),
        ("content/authors/desk.md", format!("---\nname: Desk\nlinks: ['{bad}']\n---\nx\n")),
        ("content/companies/x.md", format!("---\nname: X\nsite: '{bad}'\n---\nx\n")),
        ("content/replies/a/1.md", format!("---\nname: x\nurl: '{bad}'\ndate: 2024-08-02\n---\nx\n")),
    ] {
        let site = site(&[(POST, "x\n"), (path, &text)]);
        assert!(
            site.said.iter().any(|said| said.starts_with("error ") && said.contains("is not a web address")),
            "{text}: {:?}",
            site.said
        );
    }
    for setting in [
        format!("navigation: [{{title: a, url: '{bad}'}}]"),
        format!("footer: [{{title: a, url: '{bad}'}}]"),
        format!("profiles: [{{title: a, url: '{bad}'}}]"),
        format!("reactions: {{action: '{bad}'}}"),
        format!("replies: {{action: '{bad}'}}"),
        format!("signup: {{provider: custom, action: '{bad}'}}"),
    ] {
        let config = format!("title: T\nbase_url: https://example.org\n{setting}\n");
        let site = site(&[(CONFIG.0, config.as_str()), (POST, "x\n")]);
        assert!(site.said.iter().any(|said| said.starts_with("error ")), "{setting}: {:?}", site.said);
        assert!(site.files.values().all(|text| !text.contains("\"javascript:")), "{setting}");
    }
}

#[test]
fn what_readers_wrote_runs_no_script_whatever_is_configured() {
    let replies = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<style>@import 'x'</style>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0>",
        "<form action=//evil.example><input>",
        "<b style=position:fixed>x",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<svg><style><img/src=x onerror=alert(1)//</b>",
        "<x id=a tabindex=1 onfocus=alert(1)>",
    ];
    for reply in replies {
        let text = format!("---\nname: x\ndate: 2024-08-02\n---\nBefore.\n\n{reply}\n");
        let site = site(&[(POST, "Text.\n"), ("content/replies/a/1.md", &text)]);
        let page = site.at(PAGE);
        let at = page.find("Before.").expect("the reply is shown");
        let shown = page[at..at + 600.min(page.len() - at)].to_lowercase();
        let shown = &shown[..shown.find("</li>").or_else(|| shown.find("</article>")).unwrap_or(shown.len())];
        for bad in [
            "<script",
            "onerror=alert(1)>",
            "onload=alert(1)>",
            "onfocus=alert(1)>",
            "<svg",
            "<iframe",
            "<style",
            "<base",
            "<meta",
            "<form",
            "<math",
            "style=",
            "href='javascript",
        ] {
            assert!(!shown.contains(bad), "{reply}: {shown}");
        }
    }
}

#[test]
fn raw_html_is_the_trusted_authors_unless_the_configuration_says_otherwise() {
    for html in ["<script>alert(1)</script>", "<iframe src=https://x.example></iframe>", "<b onclick=x>y</b>"] {
        let with = |setting: &str| {
            let config = format!("title: T\nbase_url: https://example.org\nmarkdown: {{raw_html: {setting}}}\n");
            site(&[(CONFIG.0, config.as_str()), (POST, &format!("Before.\n\n{html}\n"))])
        };
        assert!(with("allow").at(PAGE).contains(html), "{html}");
        let sanitised = with("sanitise");
        let main = sanitised.at(PAGE).split("Before.").last().unwrap().split("</main>").next().unwrap().to_owned();
        assert!(
            !main.contains("<script>alert")
                && !main.contains("<iframe")
                && !main.contains("onclick")
                && !main.contains("<base"),
            "{html}"
        );
        assert!(with("deny").said.iter().any(|said| said.starts_with("error raw-html")), "{html}");
    }
}
