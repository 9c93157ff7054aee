use proptest::prelude::*;

use super::*;

const BASE: &str = "https://example.org/news";
const PAGE: &str = "https://example.org/news/posts/x/";

fn full(html: &str) -> String {
    absolutise(html, BASE, PAGE)
}

#[test]
fn each_kind_of_address_leads_where_a_browser_would_go() {
    for (written, expected) in [
        ("/news/a/", "https://example.org/news/a/"),
        ("/", "https://example.org/"),
        ("y/", "https://example.org/news/posts/x/y/"),
        ("./y.png", "https://example.org/news/posts/x/y.png"),
        ("../y/?q=1#z", "https://example.org/news/posts/y/?q=1#z"),
        ("../../../../y", "https://example.org/y"),
        ("..", "https://example.org/news/posts/"),
        (".", "https://example.org/news/posts/x/"),
        ("/a/./b/../c", "https://example.org/a/c"),
        ("/a?x=/../y", "https://example.org/a?x=/../y"),
        ("#key", "https://example.org/news/posts/x/#key"),
        ("", "https://example.org/news/posts/x/"),
        ("?page=2", "https://example.org/news/posts/x/?page=2"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("\\\\cdn.example/x", "https://cdn.example/x"),
        ("/a\\b", "https://example.org/a/b"),
        ("https://other.example/?a=1&amp;b=2", "https://other.example/?a=1&amp;b=2"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("data:image/png;base64,AA", "data:image/png;base64,AA"),
        (" /a/ ", "https://example.org/a/"),
        ("/a\nb", "https://example.org/ab"),
        ("/a?x=1&amp;y=2", "https://example.org/a?x=1&amp;y=2"),
        ("a&amp;b", "https://example.org/news/posts/x/a&amp;b"),
        ("&#x2F;a", "https://example.org/a"),
        ("&sol;&sol;cdn.example", "https://cdn.example"),
        ("&#35;key", "https://example.org/news/posts/x/#key"),
        ("java&#115;cript&colon;alert(1)", "java&#115;cript&colon;alert(1)"),
        ("a/b:c", "https://example.org/news/posts/x/a/b:c"),
        ("2024:x", "https://example.org/news/posts/x/2024:x"),
    ] {
        assert_eq!(full(&format!("<a href=\"{written}\">")), format!("<a href=\"{expected}\">"), "for {written:?}");
    }
}

#[test]
fn the_page_may_be_named_from_the_root_and_have_a_query() {
    let link = "<a href='#a'>";
    assert_eq!(absolutise(link, BASE, "/news/p/"), "<a href='https://example.org/news/p/#a'>");
    assert_eq!(absolutise(link, BASE, "https://example.org"), "<a href='https://example.org/#a'>");
    assert_eq!(absolutise(link, BASE, "/p?a=1&b='2'#c"), "<a href='https://example.org/p?a=1&amp;b=%272%27#a'>");
    assert_eq!(absolutise("<a href=x>", BASE, "/p/q?r=/s/"), "<a href=\"https://example.org/p/x\">");
    assert_eq!(absolutise("<a href=/x>", "http://localhost:1111", "/p/"), "<a href=\"http://localhost:1111/x\">");
}

#[test]
fn every_attribute_that_holds_an_address_is_seen_however_it_is_written() {
    for (html, expected) in [
        ("<IMG SRC=/a.png>", "<IMG SRC=\"https://example.org/a.png\">"),
        (
            "<img alt='<a href=\"/x\">' src = '/a.png' />",
            "<img alt='<a href=\"/x\">' src = 'https://example.org/a.png' />",
        ),
        ("<img data-src=/a src=/b\"c>", "<img data-src=/a src=\"https://example.org/b&quot;c\">"),
        (
            "<video poster=/p.jpg src=\"/v.mp4\"/>",
            "<video poster=\"https://example.org/p.jpg\" src=\"https://example.org/v.mp4\"/>",
        ),
        ("<object data=/o></object><p data=/o>", "<object data=\"https://example.org/o\"></object><p data=/o>"),
        ("<form action=/f><form action=\"\">", "<form action=\"https://example.org/f\"><form action=\"\">"),
        ("<q cite=\"/c\"/a href=/x>", "<q cite=\"https://example.org/c\"/a href=\"https://example.org/x\">"),
        ("<a href>x</a><a =href=/x>", "<a href>x</a><a =href=/x>"),
        ("<a href=>x", "<a href=\"https://example.org/news/posts/x/\">x"),
        ("<a\nhref\n=\n\"/x\">", "<a\nhref\n=\n\"https://example.org/x\">"),
    ] {
        assert_eq!(full(html), expected);
    }
}

#[test]
fn a_set_of_pictures_keeps_its_widths_and_the_commas_of_its_addresses() {
    for (set, expected) in [
        ("/a.png 1x, b.png 2x", "https://example.org/a.png 1x, https://example.org/news/posts/x/b.png 2x"),
        ("/a.png,/b.png 2x", "https://example.org/a.png,/b.png 2x"),
        ("/a.png, /b.png", "https://example.org/a.png, https://example.org/b.png"),
        ("/w=1,h=2/a.png 300w,\n  /b 600w", "https://example.org/w=1,h=2/a.png 300w,\n  https://example.org/b 600w"),
        ("data:image/png;base64,AA== 1x, /b 2x", "data:image/png;base64,AA== 1x, https://example.org/b 2x"),
        ("/a x(1,2), /b", "https://example.org/a x(1,2), https://example.org/b"),
        ("https://cdn.example/a 1x", "https://cdn.example/a 1x"),
        (" , ", " , "),
    ] {
        assert_eq!(full(&format!("<img srcset=\"{set}\">")), format!("<img srcset=\"{expected}\">"));
    }
}

#[test]
fn what_is_no_markup_stays_as_it_is() {
    for html in [
        "<!-- <a href=\"/x\"> -->",
        "<!--><!---><!-- a --!><!doctype html><?php <a href=/x?>",
        "<script>x = '<a href=\"/x\">'</script>",
        "<STYLE>a{} <a href=/x></StYlE >",
        "<textarea><a href=/x></textareas></textarea>",
        "a < b <3 <a href=\"/unfinished",
        "<svg><use href=\"#arrow\"/><use xlink:href='#b'/></svg>",
        "<plaintext><a href=/x>",
        "text & text",
        "",
    ] {
        assert_eq!(full(html), html);
    }
}

#[test]
fn markup_behind_something_odd_is_seen_again() {
    let link = "<a href=\"/x\">";
    let expected = "<a href=\"https://example.org/x\">";
    for odd in [
        "<!-->",
        "<!--->",
        "<!-- <b --!>",
        "<!-- -- > -->",
        "<!x>",
        "</>",
        "<script><a href=/y></script>",
        "<svg><title/><style/></svg>",
        "<svg><title>a</title></svg>",
        "<title></title>",
        "</p href=\">\">",
        "<p \"'=/>",
        "a<b<",
        "<é>",
        "<p é=ü ü>",
    ] {
        assert!(full(&format!("{odd}{link}")).ends_with(expected), "behind {odd:?}: {}", full(&format!("{odd}{link}")));
    }
    assert_eq!(full("<svg><a href=\"#x\"></a></svg>"), format!("<svg><a href=\"{PAGE}#x\"></a></svg>"));
}

proptest! {
    #[test]
    fn any_text_is_taken_and_a_second_pass_finds_nothing_to_do(
        parts in proptest::collection::vec(prop_oneof![
            "[ -~é\\n]{0,8}",
            Just("<a href=".to_owned()), Just("\"".to_owned()), Just("'".to_owned()), Just(">".to_owned()),
            Just("/x".to_owned()), Just("#f".to_owned()), Just("<!--".to_owned()), Just("-->".to_owned()),
            Just("<img srcset=\"/a 1x, b".to_owned()), Just("<svg>".to_owned()), Just("&#x2f;".to_owned()),
            Just("<script>".to_owned()), Just("</script>".to_owned()), Just("../".to_owned()),
        ], 0..24)
    ) {
        let once = full(&parts.concat());
        prop_assert_eq!(full(&once), once);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "measures that time grows with length, not with its square")]
fn a_long_body_takes_time_in_proportion_to_its_length() {
    // Each of these made a scanner that looks ahead for an end quadratic.
    for part in
        ["<a href=\"/x\">", "<!-- ", "<!-- --!>", "<!---->", "<a b='", "</", "<script></", "<img srcset=\"a,", "&"]
    {
        let long = part.repeat(2_000_000 / part.len());
        let started = std::time::Instant::now();
        let _ = full(&long);
        assert!(started.elapsed().as_secs() < 5, "{part:?} took {:?}", started.elapsed());
    }
}
