//! Facts about `masthead.yaml`.

use super::*;

fn read(text: &str) -> (Config, Vec<String>) {
    let (config, diagnostics) = Config::read(Some(&SourceFile::new(FILE_NAME, text)));
    (config, diagnostics.into_iter().map(|d| d.message).collect())
}

#[test]
fn an_empty_file_is_all_defaults() {
    let (config, said) = read("");
    assert!(said.is_empty());
    assert_eq!(config.content_folder, "content");
    assert!(config.taxonomy("companies").is_some_and(|t| t.entity));
}

#[test]
fn the_base_url_has_a_path_or_none() {
    assert_eq!(read("base_url: https://example.org/").0.base_path(), "");
    let (config, _) = read("base_url: https://example.org/news/");
    assert_eq!(config.base_path(), "/news");
    assert_eq!(config.href("/a/"), "/news/a/");
    assert_eq!(config.permalink("/a/"), "https://example.org/news/a/");
    assert_eq!(read("base_url: javascript:alert(1)").1.len(), 1);
}

#[test]
fn a_misspelt_key_gets_its_neighbour() {
    let (_, diagnostics) = Config::read(Some(&SourceFile::new(FILE_NAME, "titel: A\n")));
    assert_eq!(diagnostics[0].help, ["did you mean `title`?"]);
}

#[test]
fn a_base_url_is_a_host_that_readers_may_see() {
    for bad in [
        "https://me:secret@example.org",
        "https://me@example.org/x",
        "https://example.org:65536",
        "https://example.org:+80",
        "https://example.org:",
        "https://example.org:80x/y",
        "https://example.org/../x",
        "https://example.org/x/..",
        "https://example.org/./x",
        "https://example.org//x",
        "https://example.org/x//y",
    ] {
        let (config, said) = read(&format!("base_url: \"{bad}\"\n"));
        assert_eq!((config.base_url.as_str(), said.len()), ("http://localhost", 1), "{bad}: {said:?}");
    }
    for good in ["https://example.org:65535/x", "http://[::1]:8080", "http://[::1]", "https://example.org/a..b/@me"] {
        assert_eq!(read(&format!("base_url: \"{good}\"\n")).0.base_url, good);
    }
}

#[test]
fn an_address_that_leaves_the_site_unseen_or_runs_something_is_an_error() {
    for bad in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "javascript:x",
        "java\tscript:x",
    ] {
        let quoted = serde_json::to_string(bad).unwrap();
        for text in [
            format!("navigation: [{{title: A, url: {quoted}}}]\n"),
            format!("signup: {{provider: custom, action: {quoted}}}\n"),
            format!("replies: {{action: {quoted}}}\n"),
        ] {
            let (_, diagnostics) = Config::read(Some(&SourceFile::new(FILE_NAME, text.as_str())));
            assert!(
                diagnostics.iter().any(|said| said.is_error() && said.code == "bad-url"),
                "{text}: {diagnostics:?}"
            );
        }
    }
    let (config, said) = read("navigation: [{title: A, url: /a//b/}, {title: C, url: https://x.org//y}]\n");
    assert_eq!((config.navigation.map(|links| links.len()), said), (Some(2), vec![]));
    for (relative, help) in [("x/y", "`/x/y/`"), ("about.md", "`/about/`"), ("''", "`/about/`"), ("'?a'", "`/?a/`")] {
        let (_, said) =
            Config::read(Some(&SourceFile::new(FILE_NAME, format!("footer: [{{title: B, url: {relative}}}]\n"))));
        assert!(said.len() == 1 && said[0].code == "bad-url" && said[0].help[0].contains(help), "{relative}: {said:?}");
    }
}

#[test]
fn the_link_to_leave_is_an_address_or_a_tag_and_runs_nothing() {
    for bad in ["javascript:x", "java\tscript:x", "data:text/html,x", "www.x.example/leave", "/leave/", "unsub", "x y"]
    {
        let (config, said) = read(&format!("email: {{unsubscribe: {}}}\n", serde_json::to_string(bad).unwrap()));
        assert!(config.email.unsubscribe.is_empty() && !said.is_empty(), "{bad}: {said:?}");
    }
    for good in [
        "https://x.example/leave",
        "mailto:a@x.example",
        "{{ unsubscribe_url }}",
        "*|UNSUB|*",
        "[unsubscribe]",
        "{% url: leave %}",
    ] {
        let (config, said) = read(&format!("email: {{unsubscribe: \"{good}\"}}\n"));
        assert_eq!((config.email.unsubscribe.as_str(), said), (good, vec![]));
    }
}

#[test]
fn a_service_that_is_not_known_gets_its_neighbour() {
    let (config, diagnostics) =
        Config::read(Some(&SourceFile::new(FILE_NAME, "share:\n  - email\n  - linkedn\n  - fax\n")));
    assert_eq!(config.share, ["email"]);
    assert_eq!(diagnostics[0].place.as_ref().map(|place| (place.line, place.column)), Some((3, 5)));
    assert_eq!(diagnostics[0].help, ["did you mean `linkedin`?"]);
    assert!(diagnostics[1].help[0].starts_with("known are `email`"), "{diagnostics:?}");
}

#[test]
fn a_number_that_json_has_no_word_for_is_an_error() {
    assert_eq!(read("extra: {a: [.inf]}\n").1, ["`a` is no number that templates can show"]);
}

#[test]
fn a_group_is_a_group_and_an_entry_knows_its_keys() {
    for text in ["sidebars: false", "outputs: [rss]", "markdown: no", "feeds: 5", "email: a@b.example", "replies: true"]
    {
        let (_, said) = read(&format!("{text}\n"));
        assert!(said.len() == 1 && said[0].contains("should be a group of keys"), "{text}: {said:?}");
    }
    assert_eq!(read("footer: [{title: A, url: /a/, foo: x}]\n").1, ["`foo` is not known in `footer`"]);
    for (text, said) in [
        ("taxonomies: [tags, posts]", "`posts` means something else"),
        ("taxonomies: [{title: x}]", "a taxonomy needs a `name`"),
        ("accent: red", "`red` is no colour"),
        ("accent: '#ffee88'", "`#ffee88` can't be read on light paper"),
    ] {
        let found = read(&format!("{text}\n")).1;
        assert!(found.len() == 1 && found[0].starts_with(said), "{text}: {found:?}");
    }
}

#[test]
fn the_help_for_a_group_that_is_none_is_a_group_that_works() {
    let help = |text: &str| {
        let (_, said) = Config::read(Some(&SourceFile::new(FILE_NAME, format!("{text}\n"))));
        assert_eq!(said.len(), 1, "{text}: {said:?}");
        let (_, shown) = said[0].help[0].split_once('`').unwrap();
        shown.trim_end_matches('`').to_owned()
    };
    let providers = ["buttondown", "kit", "mailchimp", "listmonk", "custom", "yes"];
    let groups = providers.map(|provider| format!("signup: {provider}"));
    for text in groups.iter().map(String::as_str).chain(["reactions: true", "replies: true"]) {
        assert_eq!(read(&format!("{}\n", help(text))).1, Vec::<String>::new(), "{text}");
    }
    for (text, shown) in [
        ("navigation: [Deals: /deals/]", "{title: Deals, url: /deals/}"),
        ("navigation: [About]", "{title: About, url: /about/}"),
        ("navigation: [/deals/]", "{title: About, url: /deals/}"),
        ("navigation: {Deals: /deals/}", "{title: Deals, url: /deals/}"),
        ("footer: [{title: 'A, B', ulr: https://b.example/}]", "{title: \"A, B\", url: \"https://b.example/\"}"),
        ("footer: [{name: A, link: /a/}]", "{title: A, url: /a/}"),
    ] {
        assert_eq!(help(text), shown);
        assert_eq!(read(&format!("footer: [{shown}]\n")).1, Vec::<String>::new());
    }
}
