//! Facts about Markdown: what an author writes, and what becomes of it.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::source::SourcePath;

fn body(text: &str) -> Body {
    parse(&SourceFile::new("content/posts/a.md", text), 0..text.len(), &Options::default()).body
}

fn opening(text: &str) -> Opening {
    parse(&SourceFile::new("content/posts/a.md", text), 0..text.len(), &Options::default()).opening
}

fn html(text: &str) -> String {
    body(text).content.html.clone()
}

/// The HTML, if the text gives no complaint.
fn clean(text: &str) -> String {
    assert_eq!(complaints(text), Vec::<String>::new());
    html(text)
}

fn complaints(text: &str) -> Vec<String> {
    complaints_with(text, &Options::default())
}

fn complaints_with(text: &str, options: &Options) -> Vec<String> {
    let file = SourceFile::new("content/posts/a.md", text);
    let Parsed { diagnostics, .. } = parse(&file, 0..text.len(), options);
    diagnostics
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.place.as_ref().unwrap();
            assert!(!diagnostic.help.is_empty(), "{diagnostic:?}");
            format!("{}:{} {}", place.line, place.column, diagnostic.code)
        })
        .collect()
}

fn raw(raw_html: RawHtml) -> Options {
    Options { raw_html, ..Options::default() }
}

#[test]
fn headings_start_at_level_two_and_have_ids() {
    let body = body("# Top\n\n## *In* & out\n\n# Top\n\n###### Low\n");
    let levels: Vec<_> = body.headings.iter().map(|h| (h.level, h.id.as_str(), h.text.as_str())).collect();
    assert_eq!(levels, [(2, "top", "Top"), (3, "in-and-out", "In & out"), (2, "top-2", "Top"), (3, "low", "Low")]);
    assert!(body.content.html.starts_with(
        "<h2 id=\"top\">Top<a class=\"anchor\" href=\"#top\" aria-label=\"Link to this section\"></a></h2>"
    ));
    assert_eq!(opening("# Top\n\n# Next\n").heading.as_deref(), Some("Top"));
    assert!(html("### Only\n").starts_with("<h2 id=\"only\">"));
}

#[test]
fn heading_ids_are_never_empty_and_never_twice() {
    let text = "# 🚀\n\n# 🎉\n\n# fn 1\n\nx[^a]\n\n[^a]: y\n\n## own {#fn-1 .wide}\n\n##\n";
    let body = body(text);
    let mut anchors = body.anchors.clone();
    assert_eq!(&anchors[..2], ["section", "section-2"]);
    anchors.sort();
    anchors.dedup();
    assert_eq!(anchors.len(), body.anchors.len());
    assert!(body.content.html.contains(" class=\"wide\">own"));
    assert_eq!(complaints(text), ["11:1 duplicate-id", "13:1 empty-heading"]);
    assert_eq!(complaints("# a {onclick=x}\n"), ["1:1 heading-attribute"]);
}

#[test]
fn bold_openings_with_a_colon_are_key_points() {
    let body = body("**TikTok's *big* bet:** text\n\n**Outside**: too\n\nNo **point:** here\n\n> **Nor:** here\n");
    let points: Vec<_> = body.key_points.iter().map(|p| (p.id.as_str(), p.text.as_str())).collect();
    assert_eq!(points, [("tiktoks-big-bet", "TikTok’s big bet"), ("outside", "Outside")]);
    let wide = self::body("**要点：** 微软付款。\n\n**结论**：没有。\n");
    assert_eq!(wide.key_points.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["要点", "结论"]);
    assert!(body.content.html.starts_with("<p id=\"tiktoks-big-bet\" class=\"key-point\"><strong>TikTok’s <em>big</em> bet:</strong> text<a class=\"anchor\""));
}

#[test]
fn links_to_files_and_the_site_are_holes() {
    let body = body("[a](../companies/x%20y.md#deals) [b](@/posts/z.md) [c](a.pdf) [d](/deals/#x) ![e](i/p.png)");
    let kinds: Vec<_> = body.content.holes.iter().map(|hole| hole.kind.clone()).collect();
    assert_eq!(
        kinds,
        [
            HoleKind::ContentLink { path: "content/companies/x y.md".into(), fragment: Some("deals".into()) },
            HoleKind::ContentLink { path: "@/posts/z.md".into(), fragment: None },
            HoleKind::FileLink { path: "content/posts/a.pdf".into(), fragment: None, written: "a.pdf".into() },
            HoleKind::SiteLink { url: "/deals/#x".into() },
            HoleKind::Image { path: "content/posts/i/p.png".into(), written: "i/p.png".into() },
        ]
    );
    let mut filled = body.content.html.clone();
    for hole in body.content.holes.iter().rev() {
        filled
            .insert_str(hole.at as usize, if matches!(hole.kind, HoleKind::Image { .. }) { " src=\"i\"" } else { "L" });
    }
    assert_eq!(filled.matches("href=\"L\"").count(), 4);
    assert!(filled.contains("<img src=\"i\" alt=\"e\" loading=\"lazy\" decoding=\"async\">"));
}

#[test]
fn links_elsewhere_are_written_and_listed() {
    let body = body("[a](https://x.org/?a=1&b=2 \"T\") and https://y.org/a_b_(c)?x=1&y=_z_. <m@z.org>");
    assert_eq!(
        body.content.html,
        "<p><a href=\"https://x.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\" title=\"T\">a</a> and <a href=\"https://y.org/a_b_(c)?x=1&amp;y=\" rel=\"noopener noreferrer\">https://y.org/a_b_(c)?x=1&amp;y=</a><em>z</em>. <a href=\"mailto:m@z.org\">m@z.org</a></p>\n"
    );
    let urls: Vec<_> = body.external_links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(urls, ["https://x.org/?a=1&b=2", "https://y.org/a_b_(c)?x=1&y="]);
    assert_eq!(body.external_links[1].position.column, 37);
}

#[test]
fn unsafe_links_lose_their_address_and_are_told() {
    for evil in [
        "javascript:x",
        "JaVaScRiPt:x",
        "&#106;avascript:x",
        "java&Tab;script:x",
        "<\u{20}javascript:x>",
        "vbscript:x",
        "data:text/html,x",
        "blob:x",
        "../../../etc/passwd",
    ] {
        let text = format!("see [a]({evil})");
        assert_eq!(html(&text), "<p>see <a>a</a></p>\n", "{evil}");
        assert_eq!(complaints(&text), ["1:5 unsafe-link"], "{evil}");
    }
    assert!(html("[a](//evil)").contains("href=\"https://evil\""));
    assert_eq!(complaints("[a](//evil)"), ["1:1 protocol-relative-link"]);
    assert!(!html("![a](data:image/svg+xml,x)").contains("<img"));
}

#[test]
fn a_link_to_an_anchor_that_is_not_there_is_told() {
    assert_eq!(complaints("# Deals\n\n[a](#deals) [b](#dales) [c](#top)"), ["3:13 missing-anchor"]);
    assert_eq!(clean("[a](#x)\n\n<div id=\"x\"></div>").matches("#x").count(), 1);
}

#[test]
fn what_has_no_reference_stays_as_it_is_written() {
    assert_eq!(html("[missing ref][nope] & [x]"), "<p>[missing ref][nope] &amp; [x]</p>\n");
    assert_eq!(complaints("[missing ref][nope] & [x]"), ["1:1 missing-reference"]);
}

#[test]
fn images_with_a_title_are_figures_if_they_stand_alone() {
    assert_eq!(
        html("![A \"b\"](https://x.org/a.png \"Cap <b>\")"),
        "<figure><img src=\"https://x.org/a.png\" alt=\"A “b”\" loading=\"lazy\" decoding=\"async\"><figcaption>Cap &lt;b&gt;</figcaption></figure>\n"
    );
    assert!(html("x ![a](b.png \"t\")").starts_with("<p>x <img alt=\"a\" title=\"t\""));
    let linked = html("[![a](https://x.org/b.png \"t\")](https://x.org)");
    assert!(
        linked.starts_with("<figure><a href=") && linked.ends_with("</a><figcaption>t</figcaption></figure>\n"),
        "{linked}"
    );
}

#[test]
fn footnotes_are_numbered_by_reference_and_link_back() {
    let out = clean("a[^B] b[^a] c[^b]\n\n[^a]: first\n[^b]: second\n");
    assert!(
        out.contains("<a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\" aria-label=\"Footnote 1\">1</a>"),
        "{out}"
    );
    let notes = &out[out.find("<section").unwrap()..];
    assert!(notes.find("second").unwrap() < notes.find("first").unwrap());
    assert!(
        notes.contains("href=\"#fnref-1\"")
            && notes.contains("href=\"#fnref-1-2\"")
            && notes.contains("href=\"#fnref-2\"")
    );
    assert_eq!(complaints("x\n\n[^a]: y\n"), ["3:1 unused-footnote"]);
}

#[test]
fn tables_lists_alerts_and_definitions_are_accessible() {
    let table = clean("| a | b |  |\n|---|--:|:-:|\n| 1 | 2 | 3 |\n");
    assert!(table.contains("<th scope=\"col\">a</th><th scope=\"col\" class=\"right\">b</th><td></td>"), "{table}");
    assert!(
        table.contains("<td class=\"center\">3</td>")
            && table.starts_with("<div class=\"table-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Table\">")
    );
    assert!(
        clean("- [x] a\n- [ ] b\n")
            .contains("<li class=\"task\"><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>")
    );
    assert!(clean("> [!TIP]\n> x\n").starts_with(
        "<aside class=\"alert alert-tip\" role=\"note\" aria-label=\"Tip\">\n<p class=\"alert-title\">Tip</p>\n<p>x</p>"
    ));
    assert_eq!(clean("T\n: D\n"), "<dl>\n<dt>T</dt>\n<dd>D</dd>\n</dl>\n");
    assert_eq!(clean("3. a\n4. b\n"), "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n");
}

#[test]
fn money_stays_money_and_formulas_become_mathml() {
    assert_eq!(clean("**$20M** a month, ($1B–$2B) and $5"), "<p><strong>$20M</strong> a month, ($1B–$2B) and $5</p>\n");
    let out = clean("with $E=mc^2$, *not* $10M: $`a_1 * b_2 * c`$ end");
    assert_eq!(out.matches("<math>").count(), 2, "{out}");
    assert!(out.contains("<em>not</em> $10M") && !out.contains('%'), "{out}");
    assert!(clean("> $$\n> \\frac{a}{b}\n> $$\n").contains("<math display=\"block\">"));
    assert!(clean("```math\nx^2\n```\n").contains("<math display=\"block\">"));
    assert_eq!(complaints("a $\\frac{1}$ b"), ["1:3 invalid-math"]);
    assert!(html("a $\\frac{1}$ b").contains("a <code class=\"math\">\\frac{1}</code> b"));
    // Where a formula can't be, it is text as it was written.
    assert!(html("[a](https://x.org/$x^2$) `$x^2$` https://x.org/-$x^2$").contains("https://x.org/$x%5E2$"));
    let off = Options { math: false, ..Options::default() };
    assert_eq!(parse(&SourceFile::new("a.md", "$x^2$"), 0..5, &off).body.content.html, "<p>$x^2$</p>\n");
}

#[test]
fn code_is_coloured_and_its_language_escaped() {
    assert!(
        clean("```rust,no_run\nfn x() {}\n```\n")
            .starts_with("<pre class=\"code\" data-language=\"rust\" tabindex=\"0\"><code><span class=\"k\">fn ")
    );
    let evil = html("```\"><script>\nx\n```\n");
    assert!(evil.contains("data-language=\"&quot;&gt;&lt;script&gt;\"") && !evil.contains("<script>"), "{evil}");
    assert_eq!(complaints("```rsut\nx\n```\n"), ["1:1 unknown-language"]);
    assert_eq!(complaints("a\n\n```rust\nx\n"), ["3:1 unclosed-fence"]);
    assert!(clean("    a < b\n").contains("<code>a &lt; b\n</code>"));
}

#[test]
fn a_braced_name_makes_a_block() {
    let text = "```{sponsor} Acme plan=\"a b\"\n:wide: yes\n\nHello [x](x.md) [y](https://y.org)\n```\n\n~~~{deal}\nid: a\nparties: [b]\n~~~\n";
    let body = body(text);
    let [sponsor, deal] = &body.blocks[..] else { panic!() };
    assert_eq!((sponsor.name.as_str(), sponsor.argument.as_str()), ("sponsor", "Acme"));
    assert_eq!((sponsor.option("plan"), sponsor.option("wide")), (Some("a b"), Some("yes")));
    assert!(sponsor.body.html.contains("rel=\"sponsored nofollow noopener noreferrer\""));
    assert_eq!(sponsor.body.holes[0].position, Position { line: 4, column: 7, length: 9 });
    let data = deal.data.as_ref().unwrap();
    assert_eq!(data.fields().get("id").and_then(|id| id.as_str()), Some("a"));
    assert_eq!(data.yaml, "id: a\nparties: [b]\n");
    assert!(text[data.start as usize..].starts_with("id: a\nparties"));
    assert_eq!(
        body.content.holes.iter().map(|hole| hole.kind.clone()).collect::<Vec<_>>(),
        [HoleKind::Block(0), HoleKind::Block(1)]
    );
}

#[test]
fn blocks_nest_and_keep_their_places_in_lists_and_quotes() {
    let text = "- x\n\n  > ````{note}\n  > ## Deep\n  >\n  > ```{stat} [y](z)\n  > see [a](#nope)\n  > ```\n  > ````\n";
    let body = body(text);
    assert_eq!(body.blocks.iter().map(|block| block.name.as_str()).collect::<Vec<_>>(), ["stat", "note"]);
    assert!(body.blocks[1].body.html.starts_with("<h2 id=\"deep\">"), "{}", body.blocks[1].body.html);
    assert_eq!(complaints(text), ["7:9 missing-anchor"]);
    let deep: String = (0..20)
        .rev()
        .map(|n| format!("{}{{note}}\n", "`".repeat(n + 3)))
        .chain((0..20).map(|n| format!("{}\n", "`".repeat(n + 3))))
        .collect();
    assert_eq!(complaints(&deep), ["17:1 blocks-too-deep"]);
}

#[test]
fn broken_data_is_told_at_its_line() {
    assert_eq!(complaints("x\n\n```{deal}\nid: a\namount: [1\nkind: b\n```\n"), ["5:1 block-data-syntax"]);
    assert!(body("```{note}\nNote: this is text\n```\n").blocks[0].data.is_none());
    assert!(body("```{note}\nhttps://x.org is text\n```\n").blocks[0].data.is_none());
}

#[test]
fn raw_html_is_allowed_sanitised_or_denied() {
    let text = "a <b onclick=x>b</b> <script>c</script>\n\n<div id=\"q\" class=\"r\">d</div>\n";
    assert!(clean(text).contains("<b onclick=x>b</b> <script>c</script>"));
    let file = SourceFile::new("a.md", text);
    let sanitised = parse(&file, 0..text.len(), &raw(RawHtml::Sanitise)).body.content.html.clone();
    assert_eq!(sanitised, "<p>a <b>b</b> c</p>\n<div>d</div>\n");
    let denied = parse(&file, 0..text.len(), &raw(RawHtml::Deny)).body.content.html.clone();
    assert!(denied.contains("&lt;script&gt;") && !denied.contains("<div"), "{denied}");
    assert_eq!(complaints_with(text, &raw(RawHtml::Deny)), ["1:3 raw-html", "1:22 raw-html", "3:1 raw-html"]);
    let open = parse(&SourceFile::new("a.md", "a <i>b\n\nc"), 0..9, &raw(RawHtml::Sanitise)).body.content.html.clone();
    assert_eq!(open, "<p>a <i>b</i></p>\n<p>c</p>\n");
}

#[test]
fn raw_html_cannot_break_the_page_around_it() {
    assert_eq!(html("x\n\n<!-- open\n\ny"), "<p>x</p>\n<!-- open\n\ny-->\n");
    assert_eq!(complaints("x\n\n<!-- open\n\ny"), ["3:1 unclosed-html"]);
    assert_eq!(html("<details>\n\nx\n"), "<details>\n<p>x</p>\n</details>");
    assert_eq!(complaints("<details>\n\nx\n"), ["1:1 unclosed-html"]);
    assert_eq!(html("x\n\n</div>\n\ny"), "<p>x</p>\n\n<p>y</p>\n");
    assert_eq!(complaints("x\n\n</div>\n"), ["3:1 stray-tag"]);
    assert_eq!(html("a <b>b\n\nc"), "<p>a <b>b</b></p>\n<p>c</p>\n");
    assert_eq!(html("the <think> token"), "<p>the &lt;think&gt; token</p>\n");
    assert_eq!(complaints("the <think> token"), ["1:5 unknown-element"]);
    assert_eq!(
        clean("<svg><path d=x></path></svg> <my-chart>a</my-chart>"),
        "<p><svg><path d=x></path></svg> <my-chart>a</my-chart></p>\n"
    );
}

#[test]
fn prose_is_what_a_reader_reads() {
    let body = body(
        "# Head\n\nAT&T’s `code` [link](https://x.org) <a href=\"x\">raw</a> don't\n\n> Quote\n\n<p>In html</p>\n",
    );
    let prose: Vec<_> = body.content.prose.iter().map(|p| (p.kind, body.content.text_of(p))).collect();
    let expected = [
        (ProseKind::Heading, "Head"),
        (ProseKind::Text, "AT&T’s "),
        (ProseKind::Text, " "),
        (ProseKind::Link, "link"),
        (ProseKind::Text, " "),
        (ProseKind::Link, "raw"),
        (ProseKind::Text, " don’t"),
        (ProseKind::Quote, "Quote"),
        (ProseKind::Html, "In html"),
    ];
    assert_eq!(prose, expected.map(|(kind, text)| (kind, text.to_owned())));
    assert_eq!(body.words, 7);
}

#[test]
fn the_first_paragraph_says_something() {
    assert_eq!(
        opening("# H\n\n[TOC]\n\n![x](y.png)\n\n**Label**\n\nOpenAI and Microsoft\nsign *a* deal.\n").paragraph,
        "OpenAI and Microsoft sign a deal."
    );
    assert_eq!(opening("**Label**\n").paragraph, "Label");
    assert!(opening(&"word ".repeat(500)).paragraph.chars().count() <= 600);
}

#[test]
fn control_characters_are_replaced_and_told() {
    assert_eq!(html("a\u{0}b\u{7}c"), "<p>a\u{fffd}b\u{fffd}c</p>\n");
    assert_eq!(complaints("a\n\u{7}b"), ["2:1 control-character"]);
    assert_eq!(html("a&#7;b"), "<p>a\u{fffd}b</p>\n");
}

#[test]
fn positions_are_those_of_the_file() {
    let text = "---\ntitle: x\n---\nü [a](javascript:x)\n";
    let file = SourceFile::new("a.md", text);
    let Parsed { diagnostics, .. } = parse(&file, 17..text.len(), &Options::default());
    let place = diagnostics[0].place.as_ref().unwrap();
    assert_eq!((place.line, place.column, place.length), (4, 3, 17));
}

#[test]
fn a_body_survives_the_cache() {
    let body = body("# A\n\n[x](y.md) ![i](j.png)\n\n```{note}\nhi\n```\n\n[^1]\n\n[^1]: n\n");
    assert_eq!(bitcode::decode::<Body>(&bitcode::encode(&body)).unwrap(), body);
}

#[expect(clippy::disallowed_methods, reason = "measures that hostile input takes no longer than it may")]
#[test]
fn hostile_input_takes_no_time_and_no_stack() {
    let cases: Vec<(&str, String)> = vec![
        ("quotes", ">".repeat(100_000) + "x"),
        ("links", "[a](".repeat(100_000)),
        ("brackets", "[".repeat(100_000)),
        ("table", format!("{}\n{}\n{}", "|a".repeat(3000), "|-".repeat(3000), "|\n".repeat(3000))),
        ("list", (0..3000).map(|n| format!("{}- x\n", " ".repeat(2 * (n % 1500)))).collect()),
        ("dense list", "- ".repeat(3000) + "x"),
        ("backticks", (1..2000).map(|n| "`".repeat(n) + " ").collect()),
        ("emphasis", "*a **a ".repeat(50_000)),
        ("stars", "*".repeat(50_000) + "a" + &"*".repeat(50_000)),
        ("strikes", "~~a ".repeat(50_000)),
        ("dollars", "$a".repeat(100_000)),
        ("formulas", "$x^2$ ".repeat(5_000)),
        ("displays", "$$ a ".repeat(50_000)),
        ("wikilinks", "[[a|".repeat(60_000)),
        ("definitions", (0..20_000).map(|n| format!("[r{n}]: /x\n")).collect()),
        ("footnotes", (0..20_000).map(|n| format!("[^f{n}]\n\n[^f{n}]: x\n\n")).collect()),
        ("unused footnotes", (0..20_000).map(|n| format!("[^f{n}]: x\n\n")).collect()),
        ("one footnote", "[^1] ".repeat(10_000) + "\n\n[^1]: x"),
        ("headings", "# a\n".repeat(10_000)),
        ("tags", "<a>".repeat(30_000)),
        ("closing tags", "x </a>".repeat(30_000)),
        ("comments", "<!--".repeat(50_000)),
        ("addresses", "https://a.example/_b_ ".repeat(10_000)),
        ("colons", "://".repeat(60_000)),
        ("parentheses", format!("https://a.example/{}", ")".repeat(100_000))),
        ("wrong anchors", "[a](#bbbbbbbbbbbb)\n".repeat(5_000) + &"# bbbbbbbbbbbc\n".repeat(200)),
        ("one line of links", "[a](https://a.example) ".repeat(20_000)),
        ("code", format!("```rust\n{}\n```", "fn a() {} ".repeat(20_000))),
    ];
    for (name, text) in cases {
        let start = Instant::now();
        let body = body(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(1), "{name}: {took:?}");
        assert!(body.content.html.len() < 400 * text.len() + 1000, "{name}: {} bytes", body.content.html.len());
    }
    assert_eq!(complaints(&(">".repeat(200) + "x")), ["1:101 nested-too-deeply"]);
    assert_eq!(html(&(">".repeat(200) + "x")).matches("<blockquote>").count(), 100);
}

fn check_bounds(fragment: &Fragment) {
    let mut last = 0;
    for hole in &fragment.holes {
        assert!(hole.at >= last && fragment.html.is_char_boundary(hole.at as usize), "{fragment:?}");
        last = hole.at;
    }
    let mut last = 0;
    for prose in &fragment.prose {
        assert!(prose.start >= last && prose.start < prose.end, "{fragment:?}");
        assert!(
            fragment.html.is_char_boundary(prose.start as usize) && fragment.html.is_char_boundary(prose.end as usize)
        );
        let text = &fragment.html[prose.start as usize..prose.end as usize];
        // What raw HTML holds between its tags is not escaped by us.
        assert!(!text.contains(['<', '>']) || matches!(prose.kind, ProseKind::Html | ProseKind::Link), "{text}");
        last = prose.end;
    }
}

/// Pieces that mean something in Markdown, in any order.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zü ]{1,6}",
        1 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        6 => proptest::sample::select(vec![
            "# ", "## ", "> ", "> [!NOTE]\n", "- ", "1. ", "- [ ] ", "  ", "    ", "\t", "*", "**", "~~", "`", "```\n", "```{note} a=b\n", "````{stat}\n", "```rust\n",
            "~~~\n", "$", "$$", "$`", "`$", "\\", "x^2", "key: value\n", ":a: b\n", "[", "]", "](", ")", "![", "[^a]", "[^a]: ", "<b>", "</b>", "<div>\n", "</div>", "<!--", "-->",
            "<a href=x>", "<script>", "https://x.org/a_b", "://", "&amp;", "&#0;", "\u{0}", "| a | b |\n|---|---|\n", "|", "---\n", "===\n", ": ", "{#id .c}", "\"", "'", "...", "--", "🚀", ":", "**B:** ",
            "(javascript:x)", "(../x.md#y)", "(#a)", "(i.png \"t\")", "%", "é",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_renders_within_bounds(text in markdown(), policy in 0..3) {
        let options = raw([RawHtml::Allow, RawHtml::Sanitise, RawHtml::Deny][policy as usize]);
        let file = SourceFile::new("content/posts/a.md", text.as_str());
        let Parsed { body, diagnostics, .. } = parse(&file, 0..text.len(), &options);
        check_bounds(&body.content);
        body.blocks.iter().for_each(|block| check_bounds(&block.body));
        let mut anchors = body.anchors.clone();
        anchors.sort();
        anchors.dedup();
        prop_assert!(policy == 0 || anchors.len() == body.anchors.len());
        for diagnostic in &diagnostics {
            let place = diagnostic.place.as_ref().unwrap();
            let line = file.text.split('\n').nth(place.line as usize - 1).unwrap();
            prop_assert!(place.column as usize <= line.chars().count() + 1);
        }
        let file = SourcePath::new("content/posts/a.md");
        let _ = (plain_text(&text, options.smart_punctuation), inline(&text, &options, &file, Position::default()));
    }
}
