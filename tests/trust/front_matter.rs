//! Facts on top of a file that are wrong, hostile or only strange.

use std::time::{Duration, Instant};

use crate::newsletter::{Folder, PAGE, POST, Site, post, site};

fn facts(facts: &str) -> Site {
    post(format!("---\n{facts}\n---\nText.\n"))
}

/// What a complaint about the one post starts with.
fn complaint(rest: &str) -> String {
    let (head, tail) = rest.split_once(" @").expect("`severity code @line:column message`");
    format!("{head} {POST}:{tail}")
}

fn table(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        facts(text).says(text, &[&complaint(expected)]);
    }
}

#[test]
fn a_file_without_facts_is_a_post_and_an_empty_one_is_an_error() {
    post("Just text.\n").is_fine("no front matter");
    for empty in ["", "  \n\n", "---\n---\n", "+++\n+++\n"] {
        let site = post(empty);
        assert!(site.said.len() == 1 && site.said[0].starts_with("error "), "{empty:?}: {:?}", site.said);
        assert!(site.said[0].ends_with("the file is empty"), "{empty:?}: {:?}", site.said);
    }
}

#[test]
fn a_draft_stays_one_in_the_words_of_other_generators() {
    let words = ["published: false", "is_published: false", "publishDate: 2099-01-01", "expiryDate: 2020-01-01"];
    for word in words {
        let secret = format!("---\ntitle: Secret\ndate: 2019-01-01\n{word}\n---\nSecret.\n");
        let site = site(&[("content/posts/2024-08-01-a.md", "A.\n"), ("content/posts/secret.md", secret.as_str())]);
        site.is_fine(word);
        let naming: Vec<_> = site.files.iter().filter(|(_, text)| text.contains("Secret")).collect();
        assert!(naming.is_empty(), "{word}: {naming:?}");
    }
    for word in ["published: false", "is_published: false", "draft: true", "date: 2099-01-01"] {
        let date = if word.starts_with("date") { "" } else { "date: 2024-08-02\n" };
        let reply = format!("---\nname: Kim\n{date}{word}\n---\nSecret.\n");
        let site = site(&[(POST, "A.\n"), ("content/replies/a/1.md", reply.as_str())]);
        assert!(!site.at(PAGE).contains("Secret"), "a reply: {word}");
    }
    post("---\npublished: true\nexpiryDate: 2099-01-01\n---\nText.\n").is_fine("published");
}

#[test]
fn a_slip_in_what_keeps_a_text_back_publishes_nothing() {
    for (line, expected) in [
        ("Draft: true", "error key-in-other-letters 2:1"),
        ("drafft: true", "error key-in-other-letters 2:1"),
        ("\u{a0}draft: true", "error key-in-other-letters 2:1"),
        ("dr\u{430}ft: true", "error key-in-other-letters 2:1"),
        ("isPublished: false", "error key-in-other-letters 2:1"),
        ("published: 0", "error wrong-type 2:12"),
        ("publishdate: 2099-01-01", "error key-in-other-letters 2:1"),
        ("isDraft: true", "error key-in-other-letters 2:1"),
        ("status: draft", "error key-in-other-letters 2:1"),
        ("visibility: private", "error key-in-other-letters 2:1"),
        ("published: no", "error wrong-type 2:12"),
        ("published: 'False'", "error wrong-type 2:12"),
        ("draft: yes", "error wrong-type 2:8"),
    ] {
        let text = format!("---\n{line}\n---\nText.\n");
        post(&text).says(line, &[&expected.replace(" 2:", &format!(" {POST}:2:"))]);
    }
    let held = "error key-elsewhere";
    for (facts, expected) in [
        ("extra:\n  draft: true", format!("{held} {POST}:3:3 `draft` keeps nothing")),
        ("extra: {published: false}", format!("{held} {POST}:2:9 `published` keeps nothing")),
    ] {
        post(format!("---\n{facts}\n---\nText.\n")).says(facts, &[&expected]);
    }
    for group in ["extra", "taxonomies"] {
        let text = format!("+++\ntitle = \"A\"\n[{group}]\ntags = [\"a\"]\ndraft = true\n+++\nText.\n");
        let site = post(text);
        assert!(site.said.iter().any(|said| said.starts_with(&format!("{held} {POST}:5:1"))), "{:?}", site.said);
    }
    post("---\nextra: {draft: false, published: 2024-01-01}\n---\nText.\n").is_fine("an author's own");
    let waiting = [
        "content/replies/Pending/r.md",
        "content/replies/_pending/r.md",
        "content/replies/a/pending/r.md",
        "content/_drafts/r.md",
        "content/posts/_Drafts/r.md",
        "content/posts/_drafts/x/index.md",
    ];
    for path in waiting {
        let site = site(&[(POST, "A.\n"), (path, "---\npost: a\nname: R\ndate: 2024-08-02\n---\nSecret.\n")]);
        site.is_fine(path);
        assert!(site.files.values().all(|text| !text.contains("Secret")), "{path}");
    }
}

#[test]
fn a_word_that_holds_a_text_back_is_said_wherever_it_stands() {
    let held = |line: u32, column: u32| format!("error key-elsewhere {POST}:{line}:{column} ");
    for (text, line, column) in [
        ("---\nsummary: >\n  One line.\n  draft: true\n---\nText.\n", 4, 3),
        ("---\ntitle: \"S\ndraft: true\nsummary: two\"\n---\nText.\n", 3, 1),
        ("---\ntitle: X\n---\ndraft: true\n\nText.\n", 4, 1),
        ("---\ntitle: X\n---\ntags: [a]\nStatus: draft\n\nText.\n", 5, 1),
        ("````\n```\n````\n\n---\ndraft: true\n---\n", 6, 1),
        ("# X\n\ntitle: Y\ndraft: true\n\nText.\n", 4, 1),
        ("By Jane\n\n---\ntitle: X\ndraft: true\n---\nText.\n", 5, 1),
        ("***\ntitle: X\npublished: false\n***\nText.\n", 3, 1),
        ("---\nextra: {meta: {Draft: true}}\n---\nText.\n", 2, 16),
        ("---\nextra:\n  a:\n  - draft: true\n---\nText.\n", 4, 5),
    ] {
        post(text).says(text, &[&held(line, column)]);
    }
    for fine in [
        "---\npublisher: Acme\n---\nText.\n",
        "---\ntitle: X\n---\n```yaml\ndraft: true\n```\n",
        "---\ntitle: X\n---\nWrite this:\n\n    draft: true\n",
        "---\ntitle: X\n---\n````\n```\n---\ndraft: true\n```\n````\n",
        "---\ntitle: X\n---\n<pre>\ndraft: true\n</pre>\n",
        "---\ntitle: X\n---\nWe asked about the\nstatus: draft\nuntil today.\n",
        "---\ntitle: X\n---\nFounded: 2019\nStatus: private\n",
        "---\ntitle: X\ndraft: true\nextra: {draft: true}\n---\ndraft: true\n",
        "---\nisDraft: false\nPublisher: Acme\ndrafts: 3\n---\nText.\n",
        "---\ntitle: X\n---\nText.\n\nA draft: true to its word.\n",
        "---\ntitle: X\ndraft: false\n# draft: true\n...\nText.\n",
    ] {
        let site = post(fine);
        let is_error = |said: &&String| said.starts_with("error") && !said.starts_with("error nothing-to-publish");
        let errors: Vec<_> = site.said.iter().filter(is_error).collect();
        assert!(errors.is_empty(), "{fine}: {errors:?}");
    }
    site(&[
        (POST, "---\nbeer: {draft: true}\n---\nText.\n"),
        ("masthead.yaml", "title: T\nbase_url: https://e.example\nfront_matter: {allow: [beer]}\n"),
    ])
    .is_fine("allowed");
}

#[test]
fn a_comma_within_braces_makes_no_other_amount() {
    let text = "---\ndeals:\n  - {id: x, buyer: A, seller: B, amount: $1,234,567}\n---\nText.\n";
    post(text).says("a sum", &[&format!("error front-matter-syntax {POST}:3:45 `234` is read as a key")]);
    post("---\nextra: {2024: x}\n---\nText.\n").is_fine("a table of the author's own");
}

#[test]
fn what_yaml_takes_away_is_said() {
    table(&[
        ("title: The #1 model", "error front-matter-syntax @2:8 YAML reads a comment from `#1 model` on"),
        ("tags: #ai", "error front-matter-syntax @2:7 YAML reads a comment"),
        ("tags:\n  - a\n  - #ai", "error front-matter-syntax @4:5 YAML reads a comment"),
        ("title: &Partners", "error front-matter-syntax @2:8 YAML takes `&Partners` for the name"),
        ("tags:\n  -ai\n  -llm", "error front-matter-syntax @2:1 what stands below `tags` is one text"),
        ("tags:\n-ai\n-llm", "error front-matter-syntax @4:1 `-llm` is no item of a list"),
        ("companies: OpenAI, Microsoft", "warning one-name @2:12 `OpenAI, Microsoft` is one name"),
        ("authors: Kim, Lee", "warning one-name @2:10 `Kim, Lee` is one name"),
    ]);
    let deal = |parties: &str| format!("deals:\n- {{id: x, kind: cloud, {parties}}}");
    for (parties, expected) in [
        ("parties: 'A, B'", "warning one-name @3:33 `A, B` is one name"),
        ("parties: [Acme, Inc.]", "warning cut-name @3:33 `Acme` and `Inc.` are two names: a comma parts them"),
        ("seller: X, buyer: [A, Acme, GmbH]", "warning cut-name @3:42 `Acme` and `GmbH` are two names"),
    ] {
        facts(&deal(parties)).says(parties, &[&complaint(expected)]);
    }
    table(&[("companies: [OpenAI, Acme, S.A.]", "warning cut-name @2:12 `Acme` and `S.A.` are two names")]);
    for two in ["[A, B]", "[Volvo, AB]", "[Inc., Fortune]", "['Acme, Inc.', Beta]", "[Kim, Lee]"] {
        facts(&deal(&format!("parties: {two}"))).is_fine(two);
        facts(&format!("companies: {two}\ntags: [career, phd]")).is_fine(two);
    }
    facts(
        "authors: Martin Luther King, Jr.\ntitle: Ours # a comment\ncompanies: [\"Acme, Inc.\"]\nextra: {a: 3} #three",
    )
    .is_fine("no cut");
    let site = facts("extra:\n  a: [4.10, {b: 1.50}]\nmodels: [4.10, 1e3]\ntags: [{a: b}]");
    assert!(site.at(PAGE).contains(">4.10<") && site.at(PAGE).contains(">1e3<"), "{}", site.at(PAGE));
}

#[test]
fn what_a_merge_left_is_said() {
    let conflict = "<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> fix\n";
    post(format!("Text.\n\n{conflict}")).says("a text", &[&format!("error merge-conflict {POST}:3:1")]);
    post(format!("Text.\n\n```\n{conflict}```\n")).is_fine("code");
    let facts = conflict.replace("One", "title: One").replace("Two", "title: Two");
    post(format!("---\n{facts}---\nText.\n")).says("facts", &[&format!("error front-matter-syntax {POST}:2:1 two")]);
}

#[test]
fn a_text_under_another_name_is_published_by_no_mistake() {
    let draft = "---\ntitle: Secret\ndraft: true\n---\nSecret.\n";
    let a = ("content/posts/2024-08-01-a.md", "A.\n");
    site(&[a, ("content/posts/2024-08-02-x.MD", draft)]).is_fine("another case");
    for name in ["x.mdx", "x.txt", "x.html", "x"] {
        let path = format!("content/posts/2024-08-02-{name}");
        let expected = format!("error text-by-another-name {path}:1:1");
        site(&[a, (path.as_str(), draft)]).says(name, &[expected.as_str()]);
        site(&[a, (path.as_str(), &format!("\n{draft}"))]).says(name, &[expected.as_str()]);
    }
    for facts in [
        "title: X\ndraft: true\n\nSecret.\n",
        "{\n \"title\": \"X\",\n \"draft\": true\n}\n",
        "{\"title\":\"X\",\"draft\":true}\n\nSecret.\n",
    ] {
        site(&[a, ("content/posts/x.txt", facts)]).says(facts, &["error text-by-another-name content/posts/x.txt:1:1"]);
    }
    let held = ("content/drafts/2024-08-01-a.md", "---\ndraft: true\n---\nA.\n");
    site(&[a, held]).is_fine("drafts that are some");
    let b = ("content/drafts/2024-08-02-b.md", "B.\n");
    let drafts = site(&[a, held, b, ("content/drafts/2024-08-03-c.md", "C.\n")]);
    drafts.says("a folder", &["warning folder-of-drafts content/drafts/2024-08-02-b.md:1:1"]);
    let folder = Folder::of(&[a, ("content/posts/data.yaml", "---\na: 1\n")]);
    for name in ["b.md.bak", "b.md.BAK", "b.md.orig", "b.md.save", "#b.md#", "b.md~"] {
        folder.write(&format!("content/posts/{name}"), draft);
    }
    folder.build(0);
    let published: Vec<String> = folder.tree("public").into_keys().filter(|path| path.contains("b.md")).collect();
    assert!(published.is_empty(), "{published:?}");
    assert!(folder.path("public/posts/data.yaml").exists());
}

#[test]
fn a_draft_stays_one_however_its_fence_is_spoilt() {
    let wrong = [
        "\n---",
        " ---",
        "\t---",
        "----",
        "--",
        "\u{2014}",
        "---yaml",
        "--- # c",
        "\u{200b}---",
        "\u{feff}\u{feff}---",
        "---\u{200b}",
    ];
    let facts = "title: Secret\ndraft: true\n---\nSecret.\n";
    for fence in wrong.map(|fence| format!("{fence}\n")).iter().chain([
        &"---\n---\n".to_owned(),
        &"---\n---\n\n---\n".to_owned(),
        &"\n".to_owned(),
        &String::new(),
    ]) {
        let site = post(format!("{fence}{facts}"));
        assert!(site.said.len() == 1 && site.said[0].starts_with("error front-matter-"), "{fence:?}: {:?}", site.said);
        assert!(site.files.values().all(|text| !text.contains("Secret")), "{fence:?}");
    }
    for fence in ["--- ", "---\t", "---  \t ", "\u{feff}--- "] {
        let site = post(format!("{fence}\n{facts}"));
        site.says(fence, &["error nothing-to-publish"]);
    }
    for fence in ["\n+++", "++++", "+++ x", " +++"] {
        let site = post(format!("{fence}\ntitle = \"Secret\"\ndraft = true\n+++\nText.\n"));
        site.says(fence, &[&complaint("error front-matter-fence @1:1 this looks like front matter, but ")]);
    }
    let toml = post("+++ \ntitle = \"Secret\"\ndraft = true\n+++\nSecret.\n");
    toml.says("TOML", &["error nothing-to-publish"]);
    for text in ["----\nTwo words: prose.\n\n---\n\nMore.\n", "\n---\n\nProse.\n", "***\ntitle: x\n"] {
        post(text).is_fine(text);
    }
}

#[test]
fn a_second_block_of_facts_is_an_error() {
    post("---\ntitle: A\n---\ntitle: B\n---\nx\n")
        .says("at once", &[&complaint("error front-matter-twice @4:1 a second block of facts follows the first")]);
    post("---\ntitle: A\n---\nUpdate: a heading\n---\nx\n").is_fine("a heading");
}

#[test]
fn a_title_keeps_all_words_and_signs() {
    for title in
        ["1. The first deal", "2024. A year", "1) x", "- x", "+ x", "> x", "# x", "[AI]: what next", "1.", "#", "=== x"]
    {
        let shown = title.replace('>', "&gt;");
        let site = facts(&format!("title: \"{title}\"\nsummary: \"{title}\""));
        site.is_fine(title);
        let page = site.at(PAGE);
        assert!(page.contains(&format!("<title>{shown} · T")), "{title}: {page}");
    }
    for (title, shown) in [
        ("<!-- x --> y", "y"),
        ("<script>x", "x"),
        ("*A* `b` [c](d.md)", "A b c"),
        ("<!-- x -->", "&lt;!-- x --&gt;"),
        // A rule in text below, a dash in a title.
        ("---", "—"),
        ("A's -- and B's", "A’s – and B’s"),
    ] {
        let site = facts(&format!("title: \"{title}\""));
        assert!(site.at(PAGE).contains(&format!("<title>{shown} · T")), "{title}: {}", site.at(PAGE));
    }
    for (heading, shown) in [("# 1\\. The deal", "1. The deal"), ("# Use \\*stars\\*", "Use *stars*")] {
        let site = post(format!("{heading}\n\nText.\n"));
        assert!(site.at(PAGE).contains(&format!("<title>{shown} · T")), "{heading}: {}", site.at(PAGE));
    }
}

#[test]
fn what_is_wrong_inside_a_group_is_said_as_it_is_at_the_top() {
    table(&[
        ("email: x", "error wrong-type @2:8 `email` should be a group of keys, not text"),
        ("email: {subjct: a}", "warning unknown-key @2:9 `subjct` is not known in `email`"),
        ("related: 3", "error wrong-type @2:10 `related` should be a group of keys, not a number"),
        ("related: nope", "error wrong-type @2:10 `related` should be a group of keys, not text"),
        ("related: [a]", "error wrong-type @2:10 `related` should be a group of keys, not a list"),
        ("related:\n  pinn: [a]", "warning unknown-key @3:3 `pinn` is not known in `related`"),
        ("extra: 3", "error wrong-type @2:8 `extra` should be a group of keys, not a number"),
        ("extra: [1, 2]", "error wrong-type @2:8 `extra` should be a group of keys, not a list"),
        ("extra: text", "error wrong-type @2:8 `extra` should be a group of keys, not text"),
        ("extra:\n  a: .inf", "error bad-number @3:6 `a` is no number that templates can show"),
        ("extra:\n  a:\n  - b: -.inf", "error bad-number @4:8 `b` is no number that templates can show"),
        (
            "sources:\n- title: x\n  urll: https://x.example",
            "warning unknown-key @4:3 `urll` is not known in `sources`",
        ),
    ]);
    facts("image: {src: b.png, altt: foo}")
        .said
        .iter()
        .find(|said| said.contains("`altt` is not known in `image`"))
        .unwrap();
    let edition = |facts: &str| {
        site(&[
            (POST, "Text.\n".to_owned()),
            ("content/editions/2024-08-02.md", format!("---\ntitle: E\n{facts}\n---\nText.\n")),
        ])
    };
    edition("email: x")
        .says("edition", &["error wrong-type content/editions/2024-08-02.md:3:8 `email` should be a group"]);
    edition("email: {subjct: x}").says("edition", &["warning unknown-key content/editions/2024-08-02.md:3:9 `subjct`"]);
    edition("email: {subject: x, preheader: y}").is_fine("edition");
}

#[test]
fn two_words_for_one_fact_are_said_and_one_of_them_counts() {
    table(&[
        ("author: X\nauthors: [Y]", "warning same-key @2:1 `author` is another word for `authors`, which is given too"),
        ("category: X\ncategories: [Y]", "warning same-key @2:1 `category` is another word for `categories`"),
        ("summary: X.\ndescription: Y.", "warning same-key @3:1 `description` is another word for `summary`"),
        ("source: X\nsources: [Y]", "warning same-key @2:1 `source` is another word for `sources`"),
        ("updated: 2024-08-02\nlastmod: 2024-08-03", "warning same-key @3:1 `lastmod` is another word for `updated`"),
    ]);
    facts("summary: X.\ndescription: X.").is_fine("the same twice");
    let profile = |facts: &str| {
        let text = format!("---\n{facts}\n---\nText.\n");
        site(&[(POST, "Text.\n"), ("content/companies/acme.md", text.as_str())])
    };
    let said = "warning same-key content/companies/acme.md:3:1 `title` is another word for `name`, which is given too";
    profile("name: Acme\ntitle: Acme Inc.").says("a profile", &[said]);
    for fine in ["name: Acme\ntitle: Acme", "title: Acme", "name: ''\ntitle: Acme"] {
        profile(fine).is_fine(fine);
    }
}

#[test]
fn links_of_a_profile_say_what_they_do_not_know() {
    let folder = Folder::with_post();
    let profile = |links: &str| format!("---\nname: Acme\nlinks:\n{links}\n---\nText.\n");
    folder.write("content/companies/acme.md", profile("- name: Code\n  url: https://c.example\n  foo: 1"));
    let said = folder.build(0);
    assert!(said.contains("`name` is not known in `links`\n --> content/companies/acme.md:4:3"), "{said}");
    assert!(said.contains("did you mean `title`?"), "{said}");
    assert!(said.contains("`foo` is not known in `links`\n --> content/companies/acme.md:6:3"), "{said}");
    folder.write("content/companies/acme.md", profile("- https://a.example\n- {title: B, url: https://b.example}"));
    assert!(!folder.build(0).contains("warning"));
}

#[test]
fn what_becomes_a_subject_holds_no_line_break() {
    let edition = |title: &str, more: &str| {
        let edition = format!("---\ntitle: \"{title}\"\n{more}---\nText.\n");
        site(&[(POST, "Text.\n".to_owned()), ("content/editions/2024-08-02.md", edition)])
    };
    for title in ["a\\r\\nBcc: x", "a\\nb", "a\\Lb", "a\\Pb", "a\\Nb", "a\\0b"] {
        let said = edition(title, "").said;
        let error = "error line-break content/editions/2024-08-02.md:2:8 `title` holds the character U+";
        assert!(said.iter().any(|said| said.starts_with(error)), "{title}: {said:?}");
    }
    edition("a\\nb", "email: {subject: x}\n").is_fine("the subject is another");
    edition("ab", "").is_fine("a plain title");
}

#[test]
fn what_is_no_yaml_is_an_error_at_its_place() {
    post("---\ntitle: A\nText.\n").says("unclosed", &[&complaint("error front-matter-unclosed @1:1 the front matter")]);
    table(&[
        ("title: A\nextra:\n\tx: 1", "error front-matter-syntax @4:1 YAML can't be indented with a tab"),
        ("title: A\ntitle: B", "error front-matter-syntax @3:1 `title` is given twice"),
        ("title: A: B", "error front-matter-syntax @2:9 this is not valid YAML"),
        ("title: A\n[[deals]]\nid = \"x\"", "error front-matter-syntax @3:1 `[[deals]]` opens a table of TOML"),
        ("title: A\n[extra.a]\nb: 1", "error front-matter-syntax @3:1 `[extra.a]` opens a table of TOML"),
        ("title = \"A\"\n[extra]\nb = 1", "error front-matter-syntax @2:1 these facts are TOML, and their fence is"),
        ("title: \"A", "error front-matter-syntax @2:8 this is not valid YAML: the `\"` is never closed"),
        ("tags: [a\nb: c", "error front-matter-syntax @2:7 this is not valid YAML: the `[` is never closed"),
        ("title: A\ntags:\n- 'a\nb: c", "error front-matter-syntax @4:3 this is not valid YAML: the `'` is never"),
        ("title: A\n...\nb: c", "error front-matter-twice @4:1 a second block of facts follows the first"),
        ("title: A\n--- foo\nb: c", "error front-matter-syntax @3:1 `--- foo` ends the YAML, and more of it follows"),
        ("title: É\nextra: {a: 1, a: 2}", "error front-matter-syntax @3:15 `a` is given twice"),
        ("a: {b: 1}\nextra:\n  b: 1\n  c: 2\n  b: 3", "error front-matter-syntax @6:3 `b` is given twice"),
        ("extra:\n  title: x\ntitle: A\ntitle: B", "error front-matter-syntax @5:1 `title` is given twice"),
        ("title: !!python/object:os.system x", "error front-matter-syntax @2:8 the tag `!!python/object:os.system`"),
        ("extra: {a: [!!binary aGk=]}", "error front-matter-syntax @2:13 the tag `!!binary` means nothing here"),
        (
            "title: !<tag:yaml.org,2002:binary> aGk=",
            "error front-matter-syntax @2:8 the tag `!<tag:yaml.org,2002:binary>`",
        ),
        ("- a\n- b", "error front-matter-syntax @2:1 the front matter is not a list of `key: value` lines"),
        ("title: !include /etc/passwd", "error front-matter-syntax @2:8 the tag `!include` means nothing here"),
        ("title: 99999999999999999999", "error front-matter-syntax @2:8 this number is too large"),
    ]);
    post("+++\ntitle = \"A\n+++\nx\n")
        .says("broken TOML", &[&complaint("error front-matter-syntax @2:11 this is not valid TOML")]);
    post("---\ntitle: A\nsummary: |\n  ---\n  x\n---\nx\n").is_fine("a fence inside a block of text");
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_at_the_value() {
    table(&[
        ("title: [1, 2]", "error wrong-type @2:8 `title` should be text, not a list"),
        ("title: {a: b}", "error wrong-type @2:8 `title` should be text, not a group of keys"),
        ("draft: \"yes\"", "error wrong-type @2:8 `draft` should be `true` or `false`, not text"),
        ("date: true", "error wrong-type @2:7 `date` should be a date, not a truth value"),
        ("date: [1]", "error wrong-type @2:7 `date` should be a date, not a list"),
        ("authors: {x: y}", "error wrong-type @2:10 `authors` should be text, not a group of keys"),
        ("tags: [[a]]", "error wrong-type @2:8 `tags` should be text, not a list"),
        ("deals: 3", "error wrong-type @2:8 `deals` should be a deal with keys of its own, not a number"),
        ("titel: A", "warning unknown-key @2:1 `titel` is not a key that Masthead knows"),
    ]);
}

#[test]
fn a_date_that_does_not_exist_is_an_error_that_says_why() {
    table(&[
        ("date: 2026-02-30", "error bad-date @2:7 the date `2026-02-30` does not exist: February 2026 has 28 days"),
        ("date: 2026-13-01", "error bad-date @2:7 the date `2026-13-01` does not exist: there is no month 13"),
        ("date: 0000-00-00", "error bad-date @2:7 the date `0000-00-00` does not exist"),
        ("date: tomorrow", "error bad-date @2:7 `tomorrow` is not a date that can be read"),
        ("date: 2026-01-01T24:00", "error bad-date @2:7 the time `24:00` does not exist"),
        ("date: 2026-01-01T23:59:60Z", "error bad-date @2:7 the time `23:59:60` does not exist"),
        ("date: 10000-01-01", "error bad-date @2:7 `10000-01-01` has a year beyond 9999"),
        ("date: 9999-12-31", "error bad-date @2:7 `9999-12-31` is too far away"),
        ("date: 2026-01-01T00:00:00+15:00", "error bad-date @2:7 the offset `+15:00` does not exist"),
    ]);
    facts("date: 2024-02-29").is_fine("a leap day");
    let long = facts(&format!("date: \"{}\"", "(".repeat(10_000)));
    assert!(long.said[0].ends_with("is longer than 64 bytes"), "{:?}", long.said);
}

#[test]
fn a_post_without_a_date_and_two_editions_of_one_number_are_said() {
    site(&[("content/posts/a.md", "Text.\n")])
        .says("no date", &["error no-date content/posts/a.md:1:1 there is no date"]);
    let edition = "---\ntitle: E\nnumber: 7\n---\nText.\n";
    site(&[
        (POST, "Text.\n"),
        ("content/editions/2024-08-02.md", edition),
        ("content/editions/2024-08-09.md", edition),
    ])
    .says("one number", &["warning same-number content/editions/2024-08-0"]);
}

#[test]
fn aliases_that_stand_for_gigabytes_are_refused_in_no_time() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", ")));
    }
    let start = Instant::now();
    facts(&bomb).says("nine to the ninth", &[&complaint("error front-matter-syntax @3:10 the aliases of this")]);
    let long = format!("x: &x \"{}\"\ny: [{}]", "x".repeat(1_000), vec!["*x"; 40_000].join(", "));
    facts(&long).says("forty megabytes", &[&complaint("error front-matter-syntax @3:5 the aliases of this")]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    for own in ["a: &a [*a]", "a: &a {b: *a}"] {
        facts(own).says(own, &[&complaint("error front-matter-syntax @2:4 values are nested deeper than 32 levels")]);
    }
    facts("tags: &t [a]\nextra: {again: *t}").is_fine("an alias");
}

#[test]
fn nesting_beyond_the_limit_is_refused_before_it_costs_anything() {
    let start = Instant::now();
    for text in [
        format!("extra: {}{}", "[".repeat(33), "]".repeat(33)),
        format!("extra: {}{}", "[".repeat(20_000), "]".repeat(20_000)),
        format!("extra: {}", "[".repeat(20_000)),
        format!("extra: {}1{}", "{a: ".repeat(5_000), "}".repeat(5_000)),
        (0..700).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
    ] {
        let site = facts(&text);
        assert!(site.said[0].contains("nested deeper than 32 levels"), "{:?}", site.said);
    }
    let deep_toml = post(format!("+++\nx = {}{}\n+++\nText.\n", "[".repeat(5_000), "]".repeat(5_000)));
    assert!(deep_toml.said[0].contains("this is not valid TOML"), "{:?}", deep_toml.said);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    facts(&format!("extra: {{a: {}{}}}", "[".repeat(29), "]".repeat(29))).is_fine("thirty levels");
}

#[test]
fn too_many_facts_and_too_long_ones_are_refused() {
    let start = Instant::now();
    let keys = |number: usize| (0..number).map(|key| format!("k{key}: 1\n")).collect::<String>();
    facts(&keys(20_000)).says("keys", &[&complaint("error front-matter-syntax @2:1 there are more than 10000 keys")]);
    let long = facts(&format!("title: {}", "x".repeat(300_000)));
    long.says("long", &[&complaint("error front-matter-too-long @1:1 the front matter is longer than 262144 bytes")]);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let block = post(format!("```{{deal}}\nid: {}\n```\n", "[".repeat(20_000)));
    assert!(block.said.iter().any(|said| said.starts_with("error block-data-syntax")), "{:?}", block.said);
}

#[test]
fn a_byte_order_mark_and_any_line_ends_give_the_same_page() {
    let plain = post("---\ntitle: A\n---\nOne.\n\nTwo.\n");
    plain.is_fine("plain");
    for text in [
        "\u{feff}---\ntitle: A\n---\nOne.\n\nTwo.\n",
        "---\r\ntitle: A\r\n---\r\nOne.\r\n\r\nTwo.\r\n",
        "---\rtitle: A\r---\rOne.\r\rTwo.\r",
        "---\r\ntitle: A\n---\r\nOne.\n\nTwo.\r",
    ] {
        let other = post(text);
        other.is_fine(text);
        assert_eq!(other.at(PAGE), plain.at(PAGE), "{text:?}");
    }
}

#[test]
fn a_file_that_is_no_utf_8_is_an_error_at_the_first_bad_byte() {
    let utf_16 = |bytes: fn(u16) -> [u8; 2]| "---\ntitle: A\n".encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for bytes in [
        [vec![0xff, 0xfe], utf_16(u16::to_le_bytes)].concat(),
        [vec![0xfe, 0xff], utf_16(u16::to_be_bytes)].concat(),
        utf_16(u16::to_le_bytes),
        utf_16(u16::to_be_bytes),
    ] {
        post(bytes).says("UTF-16", &[&complaint("error not-utf-8 @1:1 the file is UTF-16, not UTF-8")]);
    }
    for bad in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82"] {
        let in_body = [b"---\ntitle: A\n---\nx", bad].concat();
        post(in_body).says("body", &[&complaint("error not-utf-8 @4:2 byte 18 is not valid UTF-8")]);
        let in_title = [b"---\ntitle: A", bad, b"\n---\nx"].concat();
        post(in_title).says("title", &[&complaint("error not-utf-8 @2:9 byte 12 is not valid UTF-8")]);
    }
}

#[test]
fn control_characters_are_said_and_reach_no_output() {
    for letter in ['\u{0}', '\u{1}', '\u{8}', '\u{1b}', '\u{7f}', '\u{85}', '\u{fffe}', '\u{ffff}'] {
        let code = format!("U+{:04X}", letter as u32);
        let escaped = facts(&format!("title: \"A\\u{:04x}B\"", letter as u32));
        escaped.says(
            &code,
            &[&complaint(&format!("warning control-character @2:8 `title` holds the control character {code}"))],
        );
        if letter < '\u{fffe}' {
            let holders: Vec<_> = escaped.files.iter().filter(|(_, text)| text.contains(letter)).collect();
            assert!(
                holders.is_empty(),
                "{code} stands in {:?}",
                holders.iter().map(|(path, _)| path).collect::<Vec<_>>()
            );
        }
        assert!(!escaped.at("feed.xml").contains(letter), "{code} in the feed");
        if letter != '\u{85}' {
            let raw = facts(&format!("title: A{letter}B"));
            assert!(
                raw.said[0].starts_with(&complaint("error front-matter-syntax @2:9 this is not"))
                    && raw.said[0].contains(&code),
                "{:?}",
                raw.said
            );
        }
    }
    post("---\ntitle: A\n---\nx\u{8}y\n").says("body", &[&complaint("warning control-character @4:2 a control")]);
}

#[test]
fn letters_that_turn_others_around_are_said_in_facts_and_refused_in_addresses() {
    for letter in ['\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        let code = format!("U+{:04X}", letter as u32);
        for key in ["title", "author", "summary", "category", "tags"] {
            let column = key.len() + 3;
            let expected = format!("warning bidi-control @2:{column} `{key}` holds {code}");
            facts(&format!("{key}: A{letter}B")).says(key, &[&complaint(&expected)]);
        }
        for key in ["slug", "path", "aliases"] {
            let site = facts(&format!("{key}: A{letter}B"));
            assert!(site.said.iter().any(|said| said.starts_with("error bad-")), "{key}: {:?}", site.said);
        }
    }
    facts("title: \u{5e9}\u{5dc}\u{5d5}\u{5dd} A\u{200f}").is_fine("Hebrew needs none of them");
}

#[test]
fn what_looks_like_a_number_or_a_truth_stays_what_the_author_wrote() {
    for value in
        ["no", "1:30", "012", "1e3", ".inf", "2026-01-01", "true", "0x1F", "1_000", "1.0", "1.10", "0o17", "-5"]
    {
        let site = facts(&format!("title: {value}\ntags:\n- {value}"));
        site.is_fine(value);
        assert!(site.at(PAGE).contains(&format!("<title>{value} · T")), "{value}");
    }
    for nothing in ["~", "", "null"] {
        let site = facts(&format!("title: {nothing}"));
        assert!(site.at(PAGE).contains("<title>A · T"), "`title: {nothing}` says nothing");
    }
}

#[test]
fn a_control_character_in_a_fact_is_said_and_in_no_output() {
    for (letter, written) in [("\0", "\\0"), ("\u{1b}", "\\e"), ("\u{7f}", "\\x7f"), ("\u{92}", "\\u0092")] {
        let text = format!(
            "---\ntitle: \"A{written}A\"\ncategory: \"B{written}B\"\ncompanies: [\"C{written}C\"]\nextra: {{a: \"D{written}D\"}}\ndeals:\n- {{id: d, buyer: \"E{written}E\", seller: F, kind: cloud, amount: $1M, status: signed, source: \"G{written}G\"}}\n---\nText.\n"
        );
        let config = format!("title: \"H{written}H\"\nbase_url: https://example.org\n");
        let site = crate::newsletter::site(&[("masthead.yaml", config.as_str()), (POST, text.as_str())]);
        assert!(site.said.iter().filter(|said| said.contains("control-character")).count() >= 5, "{:?}", site.said);
        for (name, text) in &site.files {
            assert!(!text.contains(letter), "{written} in {name}");
        }
        assert!(site.at("deals.csv").contains("E\u{fffd}E"));
    }
}
