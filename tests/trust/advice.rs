//! What is said of a slip: once, at its place, and whatever would be wrong in silence as an error.

use crate::newsletter::{CONFIG, Folder, PAGE, POST, Site, post, run, site};

/// Says what one post with these facts gets: each part in turn is what a complaint starts with, with `@` for the file.
#[track_caller]
fn of_facts(facts: &str, expected: &[&str]) -> Site {
    of_post(&format!("---\n{facts}\n---\nText.\n"), expected)
}

#[track_caller]
fn of_post(text: &str, expected: &[&str]) -> Site {
    let expected: Vec<String> = expected.iter().map(|said| said.replace('@', &format!("{POST}:"))).collect();
    let site = post(text);
    site.says(text, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    site
}

/// The same of lines in `masthead.yaml`.
#[track_caller]
fn of_config(lines: &str, expected: &[&str]) {
    let config = format!("{}{lines}\n", CONFIG.1);
    site(&[(CONFIG.0, config.as_str()), (POST, "Text.\n")]).says(lines, expected);
}

#[test]
fn a_post_that_nobody_would_ever_see_is_an_error() {
    for key in ["expires", "expiryDate", "unpublishDate"] {
        let column = key.len() + 3;
        for day in ["2024-07-01", "2024-08-01"] {
            of_facts(
                &format!("{key}: {day}"),
                &[&format!("error expires-before-date @2:{column} the post is taken down")],
            );
        }
        of_facts(&format!("{key}: 2099-08-01"), &[]);
    }
    of_facts("unpublishdate: 2099-08-01", &["error key-in-other-letters @2:1 `unpublishdate`"]);
}

#[test]
fn a_change_before_the_post_reaches_no_output() {
    let site = of_facts("updated: 2024-07-01", &["warning updated-before-date @2:10 `updated` is 1 July 2024, before"]);
    for path in [PAGE, "atom.xml", "feed.json", "sitemap.xml"] {
        assert!(!site.at(path).contains("2024-07-01"), "{path}");
    }
    let of_that_day = of_facts("date: 2024-08-01T10:00:00Z\nupdated: 2024-08-01", &[]);
    assert!(of_that_day.at("atom.xml").contains("<updated>2024-08-01T10:00:00Z</updated>"));
    assert!(!of_that_day.at("atom.xml").contains("2024-08-01T00:00:00Z"));
}

#[test]
fn a_change_that_is_still_to_come_is_said_and_in_no_output_until_then() {
    let said =
        "warning updated-in-future @2:10 `updated` is 1 July 2026, which is still to come: until then it is left";
    let site = of_facts("updated: 2026-07-01", &[said]);
    for (path, text) in &site.files {
        assert!(!text.contains("2026-07-01") && !text.contains("July 2026"), "{path}");
    }
    let said = "warning updated-in-future @2:10 `updated` is 2026-07-01T10:00:00+02:00, which";
    of_facts("lastmod: 2026-07-01T10:00:00+02:00", &[said]);
    of_facts("lastmod: 2024-12-31", &[]);
}

#[test]
fn a_change_counts_from_the_moment_that_it_is_made() {
    let folder = Folder::of(&[(POST, "---\nupdated: 2025-07-01\n---\nText.\n")]);
    let outputs = [PAGE, "atom.xml", "feed.xml", "feed.json", "sitemap.xml"];
    for (now, is_made) in [("1735689600", false), ("1751414400", true), ("1735689600", false)] {
        assert_eq!(run(folder.program().arg("build").env("SOURCE_DATE_EPOCH", now)).status, 0);
        for path in outputs {
            let text = std::fs::read_to_string(folder.path(format!("public/{path}"))).unwrap();
            assert_eq!(text.contains("2025-07-01"), is_made, "{path} at {now}");
        }
    }
    let early = run(folder.program().args(["build", "--future"]).env("SOURCE_DATE_EPOCH", "1735689600"));
    assert!(early.status == 0 && !early.said.contains("still to come"), "{}", early.said);
}

#[test]
fn a_form_that_nobody_would_get_is_said_where_it_is_asked_for() {
    let replies = "warning replies-without-way @2:10 there is no way for replies to reach you, so this post takes none";
    let reactions = "warning reactions-without-way @3:12 nothing takes reactions, so this post shows none";
    let site = of_facts("replies: true\nreactions: true", &[replies, reactions]);
    assert!(!site.at(PAGE).contains("id=\"replies\"") && !site.at(PAGE).contains("id=\"reactions\""));
    of_facts("replies: false\nreactions: false", &[]);
    let config = format!(
        "{}replies: {{enabled: false, mailto: a@b.example}}\nreactions: {{action: https://b.example/}}\n",
        CONFIG.1
    );
    let text = "---\nreplies: true\nreactions: true\n---\nText.\n";
    let site = crate::newsletter::site(&[(CONFIG.0, config.as_str()), (POST, text)]);
    site.is_fine("there is a way");
    assert!(site.at(PAGE).contains("id=\"replies\"") && site.at(PAGE).contains("id=\"reactions\""));
}

#[test]
fn a_year_has_four_digits() {
    for name in ["204-08-01-a", "20244-08-01-a"] {
        let day = name.trim_end_matches("-a");
        for folder in ["content/posts", "content", "content/editions"] {
            let path = format!("{folder}/{name}.md");
            let said =
                format!("error no-date {path}:1:1 there is no date: `{day}` starts like a date, but a year has four");
            site(&[(POST, "Text.\n"), (path.as_str(), "Text.\n")]).says(name, &[said.as_str()]);
        }
        let dated = format!("content/posts/{name}.md");
        site(&[(dated.as_str(), "---\ndate: 2024-08-01\n---\nText.\n")]).is_fine(name);
    }
    for name in ["0204-08-01-a", "20240801-a", "2024_08_01-a", "01-08-2024-a"] {
        let folder = Folder::of(&[(POST, "Text.\n"), (&format!("content/posts/{name}.md"), "Text.\n")]);
        let said = folder.build(1);
        assert!(said.contains("or name the file `2024-08-01-a.md`"), "{name}: {said}");
    }
    for (date, why) in [
        ("204-08-01", "`204-08-01` has the year 204: years have four digits"),
        ("0204-08-01", "`0204-08-01` has the year 204: years have four digits"),
        ("20244-08-01", "`20244-08-01` has a year beyond 9999"),
        ("August 1, 20244", "`August 1, 20244` has the year 20244: years have four digits"),
        ("1 August 204", "`1 August 204` has the year 204: years have four digits"),
    ] {
        of_facts(&format!("date: {date}"), &[&format!("error bad-date @2:7 {why}")]);
    }
    let as_of = |date: &str| format!("deals:\n- id: x\n  buyer: A\n  seller: B\n  as_of: {date}");
    for date in ["204", "0204", "20244", "204-03-01"] {
        of_facts(&as_of(date), &["error bad-date @6:10 "]);
    }
}

#[test]
fn a_deal_is_of_no_time_that_its_post_can_not_know() {
    let deal = |lines: &str| format!("deals:\n- id: x\n  buyer: A\n  seller: B\n  {lines}");
    for (as_of, is_later) in [
        ("2024", false),
        ("2024-Q3", false),
        ("2024-08-01", false),
        ("2024-08-02", true),
        ("2024-09", true),
        ("2044", true),
    ] {
        let said: &[&str] = if is_later { &["warning as-of-after-post @6:10 `as_of` is "] } else { &[] };
        of_facts(&deal(&format!("as_of: {as_of}")), said);
    }
    of_facts(&deal("as_of: 2024-09\nupdated: 2024-09-12"), &[]);
    of_facts(
        &deal("announced: 2024-05\n  closed: 2024-03"),
        &["warning closed-before-announced @7:11 the deal was closed"],
    );
    of_facts(&deal("announced: 2024-05\n  closed: 2024"), &[]);
}

#[test]
fn a_reply_answers_one_that_is_there() {
    let thread = |answers: &[(&str, &str)]| {
        let reply = |(id, to): &(&str, &str)| {
            let to = if to.is_empty() { String::new() } else { format!("in_reply_to: {to}\n") };
            (format!("content/replies/a/{id}.md"), format!("---\nname: K\ndate: 2024-08-02\n{to}---\nHi.\n"))
        };
        let files: Vec<_> = answers.iter().map(reply).chain([(POST.to_owned(), "Text.\n".to_owned())]).collect();
        site(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
    };
    thread(&[("1", ""), ("2", "1"), ("3", "2"), ("4", "2")]).is_fine("a thread");
    thread(&[("1", "nope")])
        .says("nobody", &["warning unknown-reply content/replies/a/1.md:4:14 there is no reply `nope` to this post"]);
    thread(&[("1", "1")])
        .says("itself", &["warning circle-of-replies content/replies/a/1.md:4:14 the reply answers itself"]);
    thread(&[("1", "3"), ("2", "1"), ("3", "2"), ("4", "3")]).says(
        "a circle",
        &["warning circle-of-replies content/replies/a/1.md:4:14 the reply answers one that answers"],
    );
    let draft = "---\nname: K\ndate: 2024-08-02\ndraft: true\n---\nHi.\n";
    let answer = "---\nname: K\ndate: 2024-08-02\nin_reply_to: d\n---\nHi.\n";
    site(&[(POST, "Text.\n"), ("content/replies/a/d.md", draft), ("content/replies/a/1.md", answer)])
        .is_fine("a draft");
    site(&[(POST, "Text.\n"), ("content/replies/r.md", draft)])
        .says("no folder", &["error no-post content/replies/r.md:1:1 the reply does not say which post it answers"]);
}

#[test]
fn an_old_address_that_is_taken_is_said_at_its_own_place() {
    let a = ("content/posts/2024-08-01-a.md", "---\ntitle: A\naliases:\n- /fine/\n- /old/\n---\nText.\n");
    let other = |alias: &str| format!("---\ntitle: B\naliases:\n- {alias}\n---\nText.\n");
    for (alias, place) in [
        ("/old/", "content/posts/2024-08-0"),
        ("/posts/a/", "content/posts/2024-08-02-b.md:4:3 "),
        ("/posts/b/", "content/posts/2024-08-02-b.md:4:3 "),
        ("/archive/", "content/posts/2024-08-02-b.md:4:3 "),
    ] {
        let site = site(&[a, ("content/posts/2024-08-02-b.md", other(alias).as_str())]);
        assert!(
            site.said.len() == 1 && site.said[0].starts_with(&format!("error same-address {place}")),
            "{:?}",
            site.said
        );
        assert!(!site.said[0].contains(":1:1 "), "{:?}", site.said);
    }
}

#[test]
fn a_day_in_a_name_that_does_not_exist_is_an_error_wherever_the_file_lies() {
    for path in ["content/posts/2024-02-30-x.md", "content/2024-02-30-x.md", "content/editions/2024-02-30.md"] {
        let expected = format!("error no-date {path}:1:1 there is no date: `2024-02-30` starts like a date, but");
        site(&[(POST, "Text.\n"), (path, "Text.\n")]).says(path, &[expected.as_str()]);
    }
}

#[test]
fn a_folder_in_other_letters_is_an_error_and_publishes_nothing() {
    for (path, meant) in [
        ("content/Companies/acme.md", "companies"),
        ("content/Companies/2024-08-02-acme.md", "companies"),
        ("content/Replies/pending/a/2024-08-02-x.md", "replies"),
        ("content/EDITIONS/2024-08-02.md", "editions"),
    ] {
        let site = site(&[(POST, "Text.\n"), (path, "---\ndate: 2024-08-02\n---\nSecret.\n")]);
        let expected = format!("error folder-in-other-letters {path}:1:1 the folder `");
        site.says(path, &[expected.as_str()]);
        assert!(site.said[0].ends_with(&format!("it is called `{meant}`")), "{:?}", site.said);
        assert!(site.files.values().all(|text| !text.contains("Secret")), "{path}");
    }
    let many = [(POST, "Text.\n"), ("content/Companies/a.md", "A.\n"), ("content/Companies/b.md", "B.\n")];
    site(&many).says("once", &["error folder-in-other-letters content/Companies/a.md:1:1 "]);
}

#[test]
fn a_chart_of_nothing_says_why() {
    let chart = |deal: &str, block: &str| {
        format!("---\ndeals:\n- id: x\n  buyer: A\n  seller: B\n  {deal}\n---\n```{{chart}} {block}\n```\n")
    };
    for (deal, why) in [
        ("amount: nearly $20M per month", "what is paid per month or per year is no sum that can be drawn"),
        ("amount: up to $1M", "an amount that is only a ceiling (`up to`) is no sum that can be drawn"),
        ("amount: undisclosed", "no deal that it asks for has an amount in figures"),
        ("amount: $1M\n  status: denied", "the deals that it asks for are over or denied"),
        ("amount: $1M\n  kind: data", "no post reports a deal that it asks for"),
    ] {
        let kind = if deal.contains("kind") { " kind=cloud" } else { "" };
        // Deals over time show a ceiling too.
        let name = if deal.contains("up to") { "who-pays-whom" } else { "deals-over-time" };
        let site = post(chart(deal, &format!("{name}{kind}")));
        assert_eq!(site.said.len(), 1, "{:?}", site.said);
        assert!(site.said[0].ends_with(&format!("the chart `{name}` is empty: {why}")), "{:?}", site.said);
    }
    let parties = chart("amount: $1M", "who-pays-whom").replace("buyer: A\n  seller: B", "parties: [A, B]");
    assert!(post(parties).said[0].ends_with("is empty: no deal that it asks for says who pays whom"));
}

#[test]
fn one_slip_is_said_once() {
    let deal = |lines: &str| format!("deals:\n- id: x\n  kind: cloud\n  {lines}");
    of_facts(&deal("parties:\n  - OpenAI: buyer"), &["error party-as-key @6:5 `OpenAI` names a party"]);
    of_facts(
        &deal("parties:\n    OpenAI: buyer\n    Oracle: seller"),
        &["error party-as-key @6:5 `OpenAI` names a party"],
    );
    of_post("```{stat}\nvalue: *x\n```\n", &["error block-data-syntax @2:1 the body of `{stat}` can't be read"]);
    of_post("```{stat} amount=20M\n```\n", &["warning unknown-key @1:1 `{stat}` does not know `amount`"]);
    let facts = "---\ndeals: [{id: x, buyer: A, seller: B, kind: cloud, amount: $1M}]\n---\n";
    for block in
        ["chart} deals-over-time caption=two words", "sponsor} name=Acme Corp", "sponsor} url=https://x.example Acme"]
    {
        of_post(&format!("{facts}```{{{block}\n```\n"), &["error unquoted-value @4:1 the value of `"]);
    }
    for block in ["quote} by = \"Sam\"", "quote} by = Sam Altman", "sponsor} Acme url =\"https://x.example\""] {
        let site =
            of_post(&format!("{facts}```{{{block}\nText.\n```\n"), &["error space-in-option @4:1 a space stands"]);
        assert!(site.said[0].ends_with("before the `=` of `by`") || block.contains("url"), "{:?}", site.said);
    }
    of_post("```{note} x = y\nText.\n```\n", &[]);
    let file = CONFIG.0;
    for (lines, expected) in [
        ("signup: buttondown", "error wrong-type @3:9 `signup` should be a group of keys, not text"),
        ("reactions: true", "error wrong-type @3:12 `reactions` should be a group of keys, not a truth value"),
        ("reactions: {action: 'javascript:x'}", "error bad-url @3:21 "),
        ("navigation: [Deals: /deals/]", "error missing-key @3:21 a link needs a `title` and a `url`"),
        ("navigation:\n- About", "error missing-key @4:3 a link needs a `title` and a `url`"),
        ("paginate: -1", "error bad-number @3:11 `paginate` should be at least 1"),
        ("paginate: 1.5", "error wrong-type @3:11 `paginate` should be a whole number from 0 on, not `1.5`"),
    ] {
        of_config(lines, &[&expected.replace('@', &format!("{file}:"))]);
    }
}

#[test]
fn a_ledger_without_pages_is_linked_to_from_nowhere() {
    let facts = "deals: [{id: x, buyer: A, seller: B, kind: cloud, amount: $1M}]";
    let text = format!("---\n{facts}\n---\nText.\n");
    let config = format!("{}outputs: {{ledger: false}}\n", CONFIG.1);
    let without = site(&[(CONFIG.0, config.as_str()), (POST, text.as_str())]);
    without.is_fine("without pages");
    for (path, text) in &without.files {
        assert!(!text.contains("example.org/deals/") && !text.contains("\"/deals/"), "{path}: {text}");
    }
    assert!(post(&text).at("deals.json").contains("\"url\": \"https://example.org/deals/\""));
}
