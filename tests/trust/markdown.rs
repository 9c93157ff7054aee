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
    site.is_fine("braces");
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
