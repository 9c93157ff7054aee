//! Markdown that is hostile, broken or only strange.

use std::time::{Duration, Instant};

use crate::newsletter::{PAGE, POST, Site, post};

fn body(text: &str) -> Site {
    post(format!("---\ntitle: A\n---\n{text}"))
}

/// A body and what a complaint about it starts with: `severity code @line:column message`, lines counted
/// from the body on.
fn table(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        let (head, place) = expected.split_once(" @").unwrap();
        let (line, rest) = place.split_once(':').unwrap();
        let line = line.parse::<usize>().unwrap() + 3;
        body(text).says(text, &[&format!("{head} {POST}:{line}:{rest}")]);
    }
}

#[test]
fn nesting_beyond_the_limit_is_an_error_at_its_place_and_takes_no_time() {
    let start = Instant::now();
    let list: String = (0..3_000).map(|level| format!("{}- x\n", " ".repeat(2 * (level % 1_500)))).collect();
    for (name, text, place) in [
        ("quotes", ">".repeat(100_000) + "x", "4:101"),
        ("list", list, "104:201"),
        ("short", ">".repeat(101) + "x", "4:101"),
    ] {
        body(&text).says(name, &[&format!("error nested-too-deeply {POST}:{place} this is nested deeper than 100")]);
    }
    body(&(">".repeat(100) + "x")).is_fine("a hundred quotes");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn what_is_never_closed_is_said_and_closed() {
    table(&[
        ("```\ncode", "warning unclosed-fence @1:1 the code block is never closed"),
        ("```{note}\nx", "warning unclosed-fence @1:1 the code block is never closed"),
        ("<!-- x", "warning unclosed-html @1:1 a comment is never closed"),
        ("<details>\nx", "warning unclosed-html @1:1 `<details>` is never closed"),
    ]);
    for (text, closed) in [("<!-- x", "-->"), ("<details>\nx", "</details>"), ("<b>x\n\ny", "</b>")] {
        let site = body(text);
        let page = site.at(PAGE);
        let after = &page[page.find(&text[..3]).unwrap()..];
        assert!(after.contains(closed) && after.contains("</main>"), "{text}");
    }
}

#[test]
fn a_template_in_a_text_is_text() {
    let site = body("{{ site.title }} {% include \"x\" %} {# y #}\n");
    site.says("braces", &[&format!("warning shortcode {POST}:4:18 the shortcode `include` is one of")]);
    assert!(site.at(PAGE).contains("<p>{{ site.title }} {% include"));
}

#[test]
fn an_unknown_block_and_a_block_about_nothing_are_errors() {
    table(&[
        ("```{ntoe}\nx\n```", "error unknown-block @1:1 there is no block `ntoe`"),
        ("```{deal} nope\n```", "error unknown-deal @1:1 there is no deal `nope`"),
        ("```{deal}\nx: 1\n```", "error unknown-deal @1:1 the block names no deal"),
    ]);
    let nested: String = (0..1_000).rev().map(|level| format!("{}{{note}}\n", "`".repeat(level % 40 + 3))).collect();
    assert!(body(&nested).said.iter().any(|said| said.starts_with("error blocks-too-deep")));
}

#[test]
fn sixteen_blocks_stand_inside_one_another_and_seventeen_do_not() {
    let nested = |count: usize| {
        let fence = |level: usize| "`".repeat(3 + count - level);
        let open: String = (0..count).map(|level| format!("{}{{note}}\n", fence(level))).collect();
        let close: String = (0..count).rev().map(|level| format!("{}\n", fence(level))).collect();
        format!("{open}Text.\n{close}")
    };
    body(&nested(16)).is_fine("sixteen");
    assert_eq!(body(&nested(16)).at(PAGE).matches("class=\"note\"").count(), 16);
    body(&nested(17))
        .says("seventeen", &[&format!("error blocks-too-deep {POST}:20:1 blocks are nested deeper than 16")]);
}

#[test]
fn a_block_says_what_it_does_not_know_and_what_it_lacks() {
    table(&[
        ("```{stat}\nvalue: 1\nlable: 2\n```", "warning unknown-key @1:1 `{stat}` does not know `lable`"),
        ("```{note} Title colour=red\nText.\n```", "warning unknown-key @1:1 `{note}` does not know `colour`"),
        ("```{stat}\nlabel: 2\n```", "warning empty-block @1:1 there is nothing in `{stat}`"),
        ("```{stat}\nvalue:\n```", "warning empty-block @1:1 there is nothing in `{stat}`"),
        ("```{quote} Somebody\n```", "warning empty-block @1:1 there is nothing in `{quote}`"),
        ("```{note}\n```", "warning empty-block @1:1 there is nothing in `{note}`"),
        (
            "```{sponsor}\nname: A\ntext: Try [the trial](https://x.example) *now*\n```",
            "warning markdown-in-data @1:1 `text` of `{sponsor}` is shown with its signs of Markdown",
        ),
        ("```{quote} A text=\"**Now**\"\n```", "warning markdown-in-data @1:1 `text` of `{quote}` is shown"),
        ("```{note}\ntext: Use `code`\n```", "warning markdown-in-data @1:1 `text` of `{note}` is shown"),
    ]);
    for text in [
        "```{stat} $20M\na month\n```",
        "```{stat}\nvalue: 0\nlabel: a\nsource: b\n```",
        "```{quote} Somebody\n*Words*.\n```",
        "```{quote}\ntext: Words\nby: A\nrole: B\nsource: C\nurl: https://c.example/\n```",
        "```{quote}\ntext: 2 * 3 * 4, snake_case_words, AT&T, Vec<T> & \"more\"...\n```",
        "```{sponsor} Acme\n```",
        "```{note} Only a title\n```",
    ] {
        body(text).is_fine(text);
    }
    let own = ("templates/blocks/stat.html", "{{ block.data.colour }}");
    crate::newsletter::site(&[(POST, "```{stat}\ncolour: red\n```\n"), own]).is_fine("a template of its own");
}

#[test]
fn raw_html_that_is_never_closed_has_a_limit_and_takes_no_time() {
    let start = Instant::now();
    for piece in ["<div>", "<b>", "<div><p>", "> <div>\n"] {
        let text = piece.repeat(100_000);
        let site = body(&text);
        let deep = format!("error nested-too-deeply {POST}:");
        assert_eq!(site.said.iter().filter(|said| said.starts_with(&deep)).count(), 1, "{piece}");
        for setting in ["sanitise", "deny"] {
            let config = format!("title: T\nbase_url: https://example.org\nmarkdown: {{raw_html: {setting}}}\n");
            crate::newsletter::site(&[("masthead.yaml", config.as_str()), (POST, &text)]);
        }
    }
    body(&("<div>".repeat(400) + &"</div>".repeat(400))).is_fine("deep and closed");
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn the_text_of_a_reader_is_shown_and_vouched_for_by_nobody() {
    let text = |body: &str| format!("---\nname: A\ndate: 2024-08-02\n---\n{body}\n");
    let site = crate::newsletter::site(&[
        ("masthead.yaml", "title: T\nbase_url: https://example.org\nreplies: {action: https://forms.example/x}\n"),
        (POST, "Text.\n"),
        (
            "content/replies/a/name.md",
            &text(
                "[x](https://spam.example) <a href=\"https://raw.example\" rel=\"follow\">y</a>\n\n```{python}\nprint(1)\n```",
            ),
        ),
        ("content/replies/a/draft.md", &text("Hidden words.").replace("name: A", "name: A\ndraft: true")),
        ("content/replies/pending/a/1.md", "edit: I was wrong\n---\nHere is why\n"),
    ]);
    site.is_fine("replies");
    let page = site.at(PAGE);
    assert!(page.contains("href=\"https://spam.example\" rel=\"ugc nofollow noopener noreferrer\""));
    assert!(page.contains("href=\"https://raw.example\" rel=\"ugc nofollow noopener noreferrer\""), "{page}");
    assert!(page.contains("print"), "code is code, whatever stands behind its fence");
    assert!(!page.contains("Hidden words."), "a draft");
    // The form has a field of that name.
    assert!(page.contains("id=\"reply--name\"") && page.matches("id=\"reply-name\"").count() == 1);
    let twins = crate::newsletter::site(&[
        (POST, "Text.\n"),
        ("content/replies/a/a-b.md", &text("x")),
        ("content/replies/a/a b.md", &text("x")),
    ]);
    twins.says("one name", &["error same-reply content/replies/a/a-b.md:1:1 two replies"]);
}

#[test]
fn replies_and_the_theme_keep_their_ids_apart_from_those_of_the_text() {
    let text = "## Setup\n\n## Related\n\n## Share\n\n## Replies\n\n## Reply form\n\nx[^1]\n\n[^1]: y\n";
    let reply = "---\nname: A\ndate: 2024-08-02\n---\n## Setup\n\n[up](#setup) x[^1]\n\n[^1]: z\n";
    let other = "---\ntags: [a]\n---\nText.\n";
    let site = crate::newsletter::site(&[
        ("masthead.yaml", "title: T\nbase_url: https://example.org\nreplies: {mailto: a@example.org}\n"),
        (POST, format!("---\ntitle: A\ntags: [a]\n---\n{text}").as_str()),
        ("content/posts/2024-08-01-b.md", other),
        ("content/replies/a/1.md", reply),
        ("content/replies/a/2.md", reply),
    ]);
    site.is_fine("ids");
    let page = site.at(PAGE);
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    for id in ["related-2", "share-2", "share", "reply--1--fn-1", "reply--2--fnref-1", "reply--1--setup", "fn-1"] {
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
    assert!(page.contains("<a href=\"#reply--1--setup\">up</a>") && page.contains("href=\"#reply--2--fn-1\""));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
    table(&[("## A {#main}", "warning duplicate-id @1:1 the id `main` is taken by the page around the text")]);
}

#[test]
fn no_heading_takes_an_id_of_the_themes_templates() {
    let shows_text = |name: &str| {
        matches!(name, "base.html" | "post.html" | "page.html" | "edition.html" | "entity.html" | "author.html")
            || name.starts_with("partials/")
            || name == "components/people.html"
    };
    let mut count = 0;
    for (name, text) in masthead::theme::built_in::templates().filter(|(name, _)| shows_text(name)) {
        for (at, _) in text.match_indices(" id=\"") {
            let id = text[at + 5..].split('"').next().unwrap();
            let is_signup = text[..at].ends_with("<signup form={site.signup}");
            let id = if is_signup { format!("signup-{id}") } else { id.to_owned() };
            if !id.is_empty() && !id.contains('{') {
                assert!(masthead::content::markdown::is_of_theme(&id), "{name}: add `{id}` to `anchors.rs`");
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn a_control_character_is_said_and_in_no_output_however_it_is_written() {
    for text in [
        "a \u{1b} b",
        "a &#27; b",
        "a &#x7f; b",
        "a &#128; b",
        "a &#xFFFE; b",
        "a \u{fffe} b",
        "a \u{9b} b",
        "# a&#27;b",
        "[x](https://a.example \"a&#27;b\")",
        "![a&#27;](https://a.example/x.png)",
        "<p title=\"&#27;\">a&#127;</p>",
        "a <b>&#27;</b>",
        "```js&#27;\nx\n```",
    ] {
        let site = body(text);
        assert!(site.said.iter().any(|said| said.starts_with("warning control-character")), "{text}: {:?}", site.said);
        for (path, output) in &site.files {
            let found = output.find(|letter: char| {
                letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
                    || matches!(letter, '\u{fffe}' | '\u{ffff}')
            });
            assert!(found.is_none(), "{text}: {path} at {found:?}");
            let is_source = path.ends_with(".md") || path.ends_with("llms.txt");
            assert!(is_source || !output.contains("&#27;") && !output.contains("&#127;"), "{text}: {path}");
        }
    }
    body("`&#27;` and &#150;\n\n<p>&#150;</p>").says("others", &["warning control-character"]);
}

#[test]
fn headings_have_ids_of_their_own_and_footnotes_too() {
    let site = body("# 🚀\n\n# 🚀\n\n# …\n\n## A\n\n## A\n\n[^1] [^1]\n\n[^1]: x\n");
    site.is_fine("headings");
    let page = site.at(PAGE);
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.iter().all(|id| !id.is_empty()) && ids.len() == count, "{ids:?}");
}

#[test]
fn a_link_that_leads_nowhere_is_said_with_its_neighbour() {
    table(&[
        ("[x](b.md)", "warning broken-link @1:1 there is no file `content/posts/b.md`"),
        ("a [x](2024-08-01-A.md)", "warning broken-link @1:3 there is no file `content/posts/2024-08-01-A.md`"),
        ("[x](/nope/)", "warning broken-link @1:1 nothing stands at `/nope/`"),
        ("[x](#nope)", "warning missing-anchor @1:1 there is no `#nope`"),
        ("![x](no.png)", "warning missing-picture @1:1 there is no picture `content/posts/no.png`"),
        ("[x](../../../../etc/passwd)", "warning unsafe-link @1:1"),
    ]);
}

#[test]
fn an_anchor_is_looked_for_behind_links_of_every_kind() {
    let other = ("content/posts/2024-08-01-b.md", "## The bill\n\n[^1]\n\n[^1]: x\n");
    let linked = |link: &str| {
        crate::newsletter::site(&[(POST, format!("[x]({link})\n").as_str()), other, ("content/about.md", "Us.\n")])
    };
    for link in ["/posts/b/#the-bil", "/posts/b#the-bil", "2024-08-01-b.md#the-bil", "/about/#nope", "/posts/b/?x#nope"]
    {
        linked(link).says(link, &[&format!("warning missing-anchor {POST}:1:1 `")]);
    }
    for link in [
        "/posts/b/#the-bill",
        "/posts/b/#fn-1",
        "/posts/b/#share",
        "/posts/b/#",
        "/posts/b/#top",
        "/#any",
        "/posts/b/?x#the-bill",
    ] {
        linked(link).is_fine(link);
    }
}

#[test]
fn the_help_for_a_broken_link_is_a_link_that_works() {
    let help = |link: &str| {
        let mut workspace = masthead::source::MemoryWorkspace::default();
        for (path, text) in [
            crate::newsletter::CONFIG,
            (POST, link),
            ("content/posts/2024-08-02-other.md", "Text.\n"),
            ("content/about.md", "Us.\n"),
            ("static/img/Bill.png", "x"),
            ("content/pictures/Beside.png", "x"),
        ] {
            workspace.write(path, text);
        }
        let admission = masthead::newsroom::timeline::Admission {
            now: masthead::content::date::Moment::from_unix(1_735_689_600),
            drafts: false,
            future: false,
        };
        let (sources, _) = masthead::load::load(&workspace, &masthead::config::Overrides::default(), None);
        let (_, said) = masthead::snapshot::Snapshot::build(&sources, &admission, &mut Default::default());
        let broken = said.into_iter().filter(|said| masthead::render::links::BROKEN.contains(&&*said.code));
        broken.flat_map(|said| said.help).collect::<Vec<_>>()
    };
    for (link, expected) in [
        ("[x](/posts/Other/)", "did you mean `/posts/other/`?"),
        ("[x](/About)", "did you mean `/about/`?"),
        ("[x](../About.md)", "did you mean `../about.md`?"),
        ("[x](../posts/2024-08-02-othr.md)", "did you mean `2024-08-02-other.md`?"),
        ("![x](Bill.png)", "did you mean `/img/Bill.png`?"),
        ("![x](beside.png)", "did you mean `../pictures/Beside.png`?"),
    ] {
        assert_eq!(help(link), [expected], "{link}");
    }
}

#[test]
fn a_picture_that_lies_about_itself_costs_nothing_and_is_copied_as_it_is() {
    let header = |width: u32, height: u32| {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        png
    };
    let pictures: [(&str, Vec<u8>); 6] = [
        ("huge.png", header(60_000, 60_000)),
        ("none.png", header(0, 0)),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec()),
        ("cut.jpg", b"\xff\xd8\xff\xe0\x00".to_vec()),
        ("huge.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff".to_vec()),
        ("page.gif", b"GIF89a<script>alert(1)</script>".to_vec()),
    ];
    for (name, bytes) in pictures {
        let text = format!("![x]({name})\n");
        let picture = format!("content/posts/{name}");
        let site = crate::newsletter::site(&[(POST, text.as_bytes()), (&picture, &bytes)]);
        site.is_fine(name);
        assert!(site.at(PAGE).contains(&format!("src=\"/posts/{name}\"")), "{name}");
    }
}

#[test]
fn code_of_any_language_and_length_is_shown() {
    let start = Instant::now();
    for text in [
        "```brainf\nx\n```".to_owned(),
        format!("```rust\n{}\n```", "fn a() {} ".repeat(20_000)),
        format!("```js\n\"{}\n```", "\\".repeat(200_000)),
        format!("```html\n{}\n```", "<a b=\"c\">".repeat(20_000)),
    ] {
        let site = body(&text);
        assert!(site.said.iter().all(|said| said.starts_with("warning unknown-language")), "{:?}", site.said);
        assert!(site.at(PAGE).contains("</code></pre>"));
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
