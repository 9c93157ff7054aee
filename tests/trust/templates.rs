//! Templates that are wrong, endless, or want what they should not have.

use crate::newsletter::{Folder, POST, Site, site};

fn template(text: &str) -> Site {
    with(&[("templates/post.html", text)])
}

fn with(templates: &[(&str, &str)]) -> Site {
    let mut files = vec![(POST, "---\ntitle: A\n---\nText.\n")];
    files.extend(templates);
    site(&files)
}

fn table(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        template(text).says(text, &[&format!("error template templates/post.html:{expected}")]);
    }
}

#[test]
fn what_is_wrong_with_a_template_is_said_at_its_place() {
    table(&[
        ("a\n{% include \"nope.html\" %}", "2:12 Unknown template `nope.html`"),
        ("{% extends \"bsae.html\" %}", "1:1 `post.html` extends `bsae.html`, and there is no such template"),
        ("{{ <nope/> }}", "1:4 Unknown component `nope`"),
        ("x\n{{ a", "2:5 Unexpected end of input"),
        ("x\n{% block a %}", "2:14 Unexpected end of input"),
        ("x\n{{ 1 | nope }}", "2:8 Unknown filter `nope`"),
        ("x\n{{ nope() }}", "2:4 Unknown function `nope`"),
        ("x\n{{ 1 is nope }}", "2:9 Unknown test `nope`"),
        ("x\n{{ pots.title }}", "2:4 Variable `pots` is not defined"),
        ("x\n{{ post.titel }}", "2:9 Field `titel` is not defined"),
        ("x\n{{ post.titel | upper }}", "2:9 Field `titel` is not defined"),
        ("x\n{% for p in site.pots %}{% endfor %}", "2:18 Field `pots` is not defined"),
        ("x\n{{ related[0].post.titel }}", "2:20 Field `titel` is not defined"),
        ("x\n{{ post.title * 2 }}", "2:4 Math operations"),
        ("x\n{{ 1 / 0 }}", "2:8 Cannot divide by 0"),
        ("x\n{{ 1 % 0 }}", "2:8 Cannot divide by 0"),
        ("x\n{{ [1][9] }}", "2:4 Tried to render a variable that is undefined"),
        ("x\n{{ 10 ** 1000000 }}", "2:4 Unable to perform"),
        ("x\n{{ asset(path=\"css/print.css\") }}", "2:4 `css/print.css` is a part of `css/site.css`"),
        (
            "x\n{{ asset(path=\"favicon.svgg\") }}",
            "2:4 there is no file `static/favicon.svgg`; did you mean `favicon.svg`?",
        ),
        ("x\n{{ asset(path=1) }}", "2:4 `asset` wants text for `path`, and got a number"),
        ("x\n{{ url(path=\"/\", foo=1) }}", "2:4 `url` takes no `foo`; it takes `path`"),
        ("x\n{{ \"a\" | truncate(length=-1) }}", "2:10 Value `-1` is out of range"),
    ]);
}

#[test]
fn a_condition_that_never_holds_is_a_warning_unless_it_is_meant() {
    let warning = "warning template templates/post.html:2:12 Field `titel` is not defined";
    template("x\n{% if post.titel %}y{% endif %}").says("if", &[warning]);
    for text in [
        "x{% if post.titel is defined %}y{% endif %}{{ post.titel | default(value='') }}",
        "x{% if site.extra.a %}y{% endif %}{% for a in post.extra.b?.c or [] %}{{ a.d }}{% endfor %}",
    ] {
        template(text).is_fine(text);
    }
    let component = "{% component own(thing) %}{% if thing.colour %}y{% endif %}{% endcomponent own %}";
    with(&[("templates/components/own.html", component), ("templates/post.html", "x{{ <own thing={post} /> }}")])
        .is_fine("component");
}

#[test]
fn what_the_theme_asks_of_a_component_is_said_of_the_users() {
    let card = "{% component card(post) %}{{ post.title }}{% endcomponent card %}";
    let site = with(&[("templates/components/card.html", card)]);
    let errors: Vec<_> = site.said.iter().filter(|said| said.starts_with("error")).collect();
    assert!(
        !errors.is_empty()
            && errors
                .iter()
                .all(|said| said.contains(" templates/components/card.html:1:1 the component `card` does not take ")),
        "{:?}",
        site.said
    );
}

#[test]
fn a_template_that_fails_names_the_text_that_it_was_for() {
    let folder = Folder::with_post();
    folder.write("templates/post.html", "x\n{{ post.title * 2 }}");
    let said = folder.build(1);
    assert!(said.contains("templates/post.html:2:4") && said.contains(POST), "{said}");
    assert!(!folder.path("public").exists());
}

#[test]
fn templates_that_go_round_in_circles_are_found_when_they_are_read() {
    template("x{% include \"post.html\" %}")
        .says("itself", &["error template templates/post.html:1:2 `post.html` includes itself"]);
    with(&[("templates/a.html", "{% include \"b.html\" %}"), ("templates/b.html", "{% include \"a.html\" %}")])
        .says("two", &["error template templates/a.html:1:1 `a.html` includes itself, by way of `a.html`, `b.html`"]);
    with(&[("templates/a.html", "{% extends \"b.html\" %}"), ("templates/b.html", "{% extends \"a.html\" %}")])
        .says("parents", &["error template templates/a.html:1:1 `a.html` extends itself"]);
    with(&[
        ("templates/components/z.html", "{% component Zed() %}x{{ <Zed/> }}{% endcomponent Zed %}"),
        ("templates/post.html", "{{ <Zed/> }}"),
    ])
    .says(
        "component",
        &["error template templates/components/z.html:1:23 the component `Zed` calls itself over more than 20 levels"],
    );
}

#[test]
fn templates_that_reach_too_deep_into_one_another_are_found_when_they_are_read() {
    let chain = |length: usize, link: &dyn Fn(usize) -> String| {
        let mut files: Vec<(String, String)> =
            (0..length).map(|at| (format!("templates/x/t{at}.html"), link(at + 1))).collect();
        files.push((format!("templates/x/t{length}.html"), "end".to_owned()));
        files
    };
    let said = |files: &[(String, String)], more: &[(&str, &str)]| {
        let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        files.extend(more);
        with(&files)
    };
    let include = |at: usize| format!("{{% include \"x/t{at}.html\" %}}");
    let extend = |at: usize| format!("{{% extends \"x/t{at}.html\" %}}");
    let start = [("templates/post.html", "{% include \"x/t0.html\" %}")];
    said(&chain(60, &include), &start).is_fine("sixty");
    for (name, files, more, expected) in [
        ("included", chain(180, &include), &start[..], "templates reach into one another over more than 64 levels: `"),
        ("not used", chain(10_000, &include), &[], "templates reach into one another over more than 64 levels: `"),
        (
            "extended",
            chain(3_000, &extend),
            &[],
            "`x/t0.html` extends others over more than 64 levels, by way of `x/t0",
        ),
    ] {
        let site = said(&files, more);
        // That nothing uses the first of them is said as well.
        let errors: Vec<_> = site.said.iter().filter(|said| said.starts_with("error")).collect();
        assert_eq!(errors.len(), 1, "{name}: {:?}", site.said);
        let complaint = errors[0];
        assert!(complaint.starts_with("error template templates/x/t") && complaint.contains(":1:1 "), "{complaint}");
        assert!(complaint.contains(expected) && complaint.len() < 300, "{complaint}");
    }
    for length in [5, 10] {
        let mut files = chain(length, &include);
        files[length].1 = "{{ <Zed/> }}".to_owned();
        let zed = "{% component Zed() %}{% include \"x/t0.html\" %}{% endcomponent Zed %}";
        said(&files, &[("templates/components/z.html", zed), ("templates/post.html", "{{ <Zed/> }}")]).says(
            "component",
            &["error template templates/x/t0.html:1:1 `x/t0.html` includes itself, by way of `x/t0.html`, `x/t1.html`"],
        );
    }
}

#[test]
fn what_is_allowed_of_depth_fits_into_a_thread() {
    // Blocks with `super()`, includes and components at once, as deep as each may be.
    let mut files: Vec<(String, String)> = (0..60)
        .map(|at| (format!("templates/x/t{at}.html"), format!("{{% include \"x/t{}.html\" %}}", at + 1)))
        .collect();
    files.push(("templates/x/t60.html".to_owned(), "{{ <Zed n={18}/> }}".to_owned()));
    files.push((
        "templates/components/z.html".to_owned(),
        "{% component Zed(n) %}{% if n > 0 %}{{ <Zed n={n - 1}/> }}{% else %}deep{% endif %}{% endcomponent Zed %}"
            .to_owned(),
    ));
    files.push(("templates/post.html".to_owned(), "{% include \"x/t0.html\" %}".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let site = with(&files);
    site.is_fine("deep");
    assert_eq!(site.at(crate::newsletter::PAGE), "deep");
}

#[test]
fn a_template_of_any_depth_is_an_error_and_its_message_is_short() {
    for text in [
        format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000)),
        "{% if true %}".repeat(5_000) + &"{% endif %}".repeat(5_000),
        format!("{{% if 1 %}}{}{{% endif %}}", "{% elif 1 %}".repeat(10_000)),
        format!("{{{{ {} 1 }}}}", "1 ~ ".repeat(100_000)),
        format!("{{{{ 1 {} }}}}", "| str ".repeat(100_000)),
        format!("{{{{ {}1 }}}}", "1 if 1 else ".repeat(10_000)),
        format!("{{{{ {} }}}}", "[".repeat(100_000)),
        "{{ a|nope }}".repeat(16_000),
        "{% if 1 is nope %}{% endif %}{{ <nope/> }}{{ nope() }}".repeat(4_000),
        format!("{}{{{{ nope }}}}{}", "x".repeat(100_000), "y".repeat(100_000)),
    ] {
        let site = template(&text);
        let templates: Vec<_> =
            site.said.iter().filter(|said| said.starts_with("error template templates/post.html:")).collect();
        assert_eq!(templates.len(), 1, "{:?}", site.said);
        assert!(templates[0].len() < 600, "{}", templates[0].len());
    }
    template(&format!("x{{% if 0 %}}{}{{% endif %}}", "{% elif 0 %}".repeat(150))).is_fine("branches");
}

#[test]
fn a_page_has_a_limit_of_length_and_a_loop_one_of_turns() {
    template("{% for i in range(end=100000000) %}x{% endfor %}")
        .says("range", &["error template templates/post.html:1:13 Function `range` would produce 100000000 elements"]);
    let turns = "{% for i in range(end=100000) %}{% for j in range(end=100000) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}";
    template("{% for i in range(end=1000) %}{% for j in range(end=10001) %}{% endfor %}{% endfor %}").says(
        "turns",
        &["error template templates/post.html:1:43 the loops over `range` make more than 10000000 turns for one page"],
    );
    template("x{% for i in range(end=100) %}{% for j in range(end=10000) %}{% endfor %}{% endfor %}").is_fine("turns");
    template(turns).says("long", &["error page-too-long templates/post.html:1:1 the template writes more than 64 MiB"]);
}

#[test]
fn a_loop_that_writes_nothing_ends_with_the_time_that_a_page_may_take() {
    let folder = Folder::with_post();
    folder.build(0);
    let before = folder.tree("public");
    folder.write(
        "templates/post.html",
        "{% set r = range(end=100000) %}{% for i in r %}{% for j in r %}{% endfor %}{% endfor %}",
    );
    let ran = folder.run(&["build", "--page-timeout", "1"]);
    assert_eq!(ran.status, 1, "{}", ran.said);
    assert!(ran.said.contains("the page `/posts/a/` is not done after 1 seconds"), "{}", ran.said);
    assert_eq!(folder.tree("public"), before);
    folder.write("templates/post.html", "{{ post.title }}");
    folder.build(0);
    assert_eq!(folder.tree("public")[crate::newsletter::PAGE], b"A");
}

#[test]
fn a_template_gets_nothing_from_outside() {
    table(&[
        ("{% include \"/etc/passwd\" %}", "1:12 Unknown template `/etc/passwd`"),
        ("{% include \"../masthead.yaml\" %}", "1:12 Unknown template `../masthead.yaml`"),
        ("{% set n = \"/etc/passwd\" %}{% include n %}", "1:39 Found identifier but expected string"),
        ("{{ now() }}", "1:4 Unknown function `now`"),
        ("{{ random(end=9) }}", "1:4 Unknown function `random`"),
        ("{{ get_env(name=\"HOME\") }}", "1:4 Unknown function `get_env`"),
        ("{{ load_data(path=\"/etc/passwd\") }}", "1:4 Unknown function `load_data`"),
    ]);
}

#[test]
fn a_template_file_of_any_shape_is_read_or_said() {
    with(&[("templates/post.html", "\u{feff}a{{ post.title }}")]).is_fine("byte order mark");
    with(&[("templates/post.html", "a\r\n{{ post.title }}\r\n")]).is_fine("line ends");
    let empty = "error empty-page templates/post.html:1:1 the template `post.html` writes nothing";
    with(&[("templates/post.html", "")]).says("empty", &[empty]);
    let bytes = site(&[(POST, &b"x"[..]), ("templates/post.html", b"a\n\xff")]);
    bytes.says("bytes", &["error not-utf-8 templates/post.html:2:1 byte 2 is not valid UTF-8"]);
    site(&[(POST, &b"x"[..]), ("templates/a.png", b"a\n\xff"), ("templates/post.html.bak", b"{{")]).is_fine("others");
}

#[test]
fn a_file_of_the_theme_that_is_no_text_is_said_and_not_replaced_in_silence() {
    let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain("a{}".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (path, bytes, expected) in [
        ("static/css/tokens.css", &utf_16[..], "1:1 the file is UTF-16, not UTF-8"),
        ("static/css/tokens.css", b":root {}\n\xff", "2:1 byte 9 is not valid UTF-8"),
        ("static/css/site.css", b"\xff", "1:1 byte 0 is not valid UTF-8"),
        ("static/js/theme.js", b"\"\xfc\"", "1:2 byte 1 is not valid UTF-8"),
    ] {
        let site = site(&[(POST, &b"x"[..]), (path, bytes)]);
        site.says(path, &[&format!("error not-utf-8 {path}:{expected}")]);
    }
    // Other files of these kinds are copied as they are.
    site(&[(POST, &b"x"[..]), ("static/old.css", b"\xff"), ("static/js/old.js", b"\xff")]).is_fine("others");
}

#[test]
fn an_article_tells_the_newest_reports_of_a_deal_and_how_many_there_are() {
    let post = "---\ndeal: {id: x, buyer: A, seller: B}\n---\nText.\n";
    let paths: Vec<String> =
        (0..60).map(|at| format!("content/posts/2024-{:02}-{:02}-p{at}.md", 1 + at / 28, 1 + at % 28)).collect();
    let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), post)).collect();
    let counts = "{{ deal.reports }} of {{ deal.history | length }}";
    let article = counts.replace("deal.", "post.deals[0].");
    files.extend([("templates/post.html", article.as_str()), ("templates/deal.html", counts)]);
    let site = with(&files);
    assert_eq!(site.at("posts/p7/index.html"), "60 of 50");
    assert_eq!(site.at("deals/x/index.html"), "60 of 60");
}
