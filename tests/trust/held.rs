//! Words that were to keep a text from readers, and stand where they do not: none of them is published in silence,
//! and prose that only looks like one is.

use crate::newsletter::{Folder, PAGE, POST, Site, post, site};

const REPLY: &str = "content/replies/a/1.md";

fn reply(facts: &str, text: &str) -> Site {
    let reply = format!("---\nname: K\ndate: 2024-08-02\n{facts}---\n{text}");
    site(&[(POST, "Text.\n"), (REPLY, reply.as_str())])
}

fn errors(site: &Site) -> Vec<&String> {
    site.said.iter().filter(|said| said.starts_with("error")).collect()
}

#[test]
fn words_of_others_within_a_text_of_the_facts_are_said() {
    for (line, column) in [
        ("visibility: private", 3),
        ("draft: true # not yet", 3),
        ("approved: 0", 3),
        ("expires: 2024-09-01", 3),
        ("status: draft", 3),
    ] {
        let text = format!("---\ntitle: A\ndescription: |\n  Words.\n  {line}\n---\nText.\n");
        let key = line.split(':').next().unwrap();
        let expected = format!("error key-elsewhere {POST}:5:{column} `{key}` is a part of the text above it");
        post(&text).says(line, &[&expected]);
    }
    for fine in ["Status: private", "Status: pending", "Visibility: hidden", "expires: 30 days on", "a draft: true # x"]
    {
        post(format!("---\ntitle: A\ndescription: |\n  Words.\n  {fine}\n---\nText.\n")).is_fine(fine);
    }
}

#[test]
fn words_of_others_right_within_a_group_of_ones_own_are_said() {
    for (line, what) in [
        ("status: draft", "keeps nothing"),
        ("visibility: private", "keeps nothing"),
        ("approved: no", "keeps nothing"),
        ("publishDate: 2099-01-01", "keeps nothing"),
        ("expires: 2024-09-01", "takes nothing down"),
        ("unpublishDate: 2099-09-01", "takes nothing down"),
    ] {
        let key = line.split(':').next().unwrap();
        post(format!("---\nextra:\n  {line}\n---\nText.\n"))
            .says(line, &[&format!("error key-elsewhere {POST}:3:3 `{key}` {what}")]);
    }
    let toml = post("+++\ntitle = \"A\"\n[extra]\nstatus = \"draft\"\nexpires = 2024-09-01\n+++\nText.\n");
    let said = |line: u32, key: &str| format!("error key-elsewhere {POST}:{line}:1 `{key}`");
    toml.says("TOML", &[&said(4, "status"), &said(5, "expires")]);
    for fine in ["{status: private}", "{private: true}", "{offer: {expires: 2024-09-01}}", "{bill: {status: draft}}"] {
        post(format!("---\nextra: {fine}\n---\nText.\n")).is_fine(fine);
    }
    let config = ("masthead.yaml", "title: T\nbase_url: https://e.example\nfront_matter: {allow: [extra]}\n");
    site(&[(POST, "---\nextra: {status: draft}\n---\nText.\n"), config]).is_fine("an author's own");
}

#[test]
fn no_advice_on_a_reply_publishes_what_was_held_back() {
    for facts in ["approved: 0\n", "approved: false\n", "status: spam\n", "Status: Unapproved\n", "spam: true\n"] {
        let site = reply(facts, "Secret.\n");
        let key = facts.split(':').next().unwrap();
        site.says(facts, &[&format!("error key-in-other-letters {REPLY}:4:1 `{key}")]);
        assert!(!site.said[0].contains("take it out"));
    }
    reply("", "approved: false\n\nSecret.\n")
        .says("below the fence", &[&format!("error key-elsewhere {REPLY}:5:1 `approved` keeps nothing")]);
    reply("moderation: waiting\n", "Hi.\n")
        .says("unknown", &[&format!("warning unknown-key {REPLY}:4:1 `moderation`")]);
    for fine in ["", "draft: false\n", "published: true\n"] {
        let site = reply(fine, "Approved: no\n\nSo said the court.\n");
        site.is_fine(fine);
        assert!(site.at(PAGE).contains("So said the court."));
    }
    let folder = Folder::with_post();
    folder.write(REPLY, "---\nname: K\ndate: 2024-08-02\nmoderation: waiting\n---\nHi.\n");
    let said = folder.build(0);
    assert!(said.contains("if it was to keep the reply from readers, write `draft: true`"), "{said}");
}

#[test]
fn a_key_for_a_date_that_a_kind_of_text_does_not_heed_is_an_error_and_no_advice_publishes_it() {
    let a = (POST, "Text.\n");
    let kinds = [
        ("content/plan.md", "kind: page", "page"),
        ("content/companies/acme.md", "name: Acme", "profile"),
        ("content/posts/_index.md", "title: News", "text of `_index.md`"),
        ("content/_index.md", "title: News", "text of `_index.md`"),
        (REPLY, "date: 2024-08-02", "reply"),
    ];
    for (path, facts, noun) in kinds {
        for (keys, what) in [
            (["publishDate", "publishdate"], format!("keeps no {noun} from being published")),
            (["expires", "Expires"], format!("takes no {noun} down")),
            (["expiryDate", "expirydate"], format!("takes no {noun} down")),
            (["unpublishDate", "unpublishdate"], format!("takes no {noun} down")),
        ] {
            for (key, code) in keys.into_iter().zip(["key-elsewhere", "key-in-other-letters"]) {
                for day in ["2099-01-01", "August 1, 2099"] {
                    let text = format!("---\n{facts}\n{key}: {day}\n---\nSecret.\n");
                    let said = format!("error {code} {path}:3:1 `{key}` {what}");
                    site(&[a, (path, text.as_str())]).says(path, &[&said]);
                }
            }
        }
        let text = format!("---\n{facts}\ndraft: true\n---\nSecret.\n");
        let held = site(&[a, (path, text.as_str())]);
        held.is_fine(path);
        assert!(held.files.values().all(|text| !text.contains("Secret")), "{path}");
    }
    let own = ("masthead.yaml", "title: T\nbase_url: https://e.example\nfront_matter: {allow: [expires]}\n");
    site(&[a, ("content/plan.md", "---\nexpires: 2024-01-01\n---\nPlan.\n"), own]).is_fine("an author's own");
    let folder = Folder::with_post();
    folder.write(REPLY, "---\ndate: 2024-08-02\npublishdate: 2099-01-01\n---\nHi.\n");
    let said = folder.build(1);
    assert!(said.contains("write `draft: true`") && said.contains("or as its `date` the day"), "{said}");
    assert!(!said.contains("the key is"), "{said}");
}

#[test]
fn an_edition_waits_for_its_day_and_is_never_taken_down() {
    let edition = |fact: &str| {
        let text = format!("---\nnumber: 1\n{fact}\n---\nSecret.\n");
        site(&[(POST, "Text.\n"), ("content/editions/2024-08-02.md", text.as_str())])
    };
    let waits = edition("publishDate: 2099-01-01");
    waits.is_fine("waits");
    assert!(waits.files.values().all(|text| !text.contains("Secret")));
    edition("publishdate: 2099-01-01")
        .says("a slip", &["error key-in-other-letters content/editions/2024-08-02.md:3:1 "]);
    edition("expires: 2024-09-01")
        .says("for ever", &["error key-elsewhere content/editions/2024-08-02.md:3:1 `expires` takes no edition down"]);
}

#[test]
fn a_page_that_is_dated_later_is_published_and_that_is_said() {
    let page = |path: &str, facts: &str| {
        let text = format!("---\nkind: page\n{facts}---\nPlan.\n");
        site(&[(POST, "Text.\n"), (path, text.as_str())])
    };
    for (path, facts, place) in
        [("content/plan.md", "date: 2099-01-01\n", "3:7"), ("content/2099-01-01-p.md", "", "1:1")]
    {
        let said = format!(
            "warning date-in-future {path}:{place} the page is dated 1 January 2099, and is published all the same"
        );
        page(path, facts).says(path, &[&said]);
    }
    for fine in ["date: 2024-08-01\nupdated: 2099-01-01\n", "draft: true\ndate: 2099-01-01\n"] {
        page("content/plan.md", fine).is_fine(fine);
    }
}

#[test]
fn facts_as_items_or_quotes_of_a_text_without_a_fence_are_said() {
    for (text, line) in [
        ("- title: X\n- draft: true\n\nText.\n", 2),
        ("- draft: true\n\nText.\n", 1),
        ("> draft: true\n\nText.\n", 1),
        ("title: X\n- draft: true\n\nText.\n", 2),
        ("* title: X\n* published: false\n", 2),
        ("Draft: Yes\n\nText.\n", 1),
    ] {
        post(text).says(text, &[&format!("error key-elsewhere {POST}:{line}:1 ")]);
    }
    for fine in ["- a draft: true to life\n", "> He said: no draft\n", "Text.\n\n- draft: true\n"] {
        post(fine).is_fine(fine);
    }
}

#[test]
fn prose_below_facts_may_look_like_one() {
    for fine in [
        "Draft: Yes\n\nThe word of the week.\n",
        "Published: no\n\nThe word of the week.\n",
        "# Words\n\nDraft: yes\n",
        "Draft: Yes\n---\n\nA heading.\n",
        "One.\n\n---\nPublished: No\n\nTwo.\n",
    ] {
        let site = post(format!("---\ntitle: A\n---\n{fine}"));
        assert!(errors(&site).is_empty(), "{fine}: {:?}", site.said);
        assert!(!site.files.is_empty(), "{fine}");
    }
    for (held, line) in [
        ("draft: yes\n\nText.\n", 4),
        ("Draft: true\n\nText.\n", 4),
        ("Draft: Yes\ntags: [a]\n\nText.\n", 4),
        ("tags: [a]\nDraft: Yes\n\nText.\n", 5),
        ("Text.\n\n---\nDraft: Yes\n---\n\nText.\n", 7),
        ("visibility: private\n\nText.\n", 4),
    ] {
        post(format!("---\ntitle: A\n---\n{held}")).says(held, &[&format!("error key-elsewhere {POST}:{line}:1 ")]);
    }
}

#[test]
fn a_text_in_another_format_is_published_by_no_mistake() {
    let a = (POST, "A.\n");
    for (name, text) in [
        ("x.txt", "# X\n\ndraft: true\n\nSecret.\n"),
        ("x.html", "title: X\ndraft: true\n\nSecret.\n"),
        ("x.html", "<!-- x -->\ndraft: true\n\nSecret.\n"),
        ("x.rst", "X\n=\n\n:date: 2024-08-02\n:status: draft\n\nSecret.\n"),
        ("x.rst", ".. title: X\n.. status: draft\n\nSecret.\n"),
        ("x.adoc", "= X\nJane Doe\n:draft: true\n\nSecret.\n"),
        ("x.adoc", "= X\n:author: Jane\n\nSecret.\n"),
        ("x.org", "#+TITLE: X\n#+DRAFT: true\n\nSecret.\n"),
        ("x.org", "#+TITLE: X\n\nSecret.\n"),
        ("x.ORG", "---\ntitle: X\n---\nSecret.\n"),
        ("x.csv", "---\ntitle: X\ndraft: true\n---\na,b\n"),
        ("x.txt", "---\r\nTitle: X\r\nsummary: >\r\n  Two\r\n  lines\r\n---\r\nSecret.\r\n"),
    ] {
        let path = format!("content/posts/{name}");
        site(&[a, (path.as_str(), text)]).says(text, &[&format!("error text-by-another-name {path}:1:1 ")]);
    }
    for (name, text) in [
        ("x.txt", "---\nWords of a licence.\n---\nMore: of it.\n"),
        ("x.txt", "---\nNote: a rule above\n---\n"),
        ("x.txt", "Draft: Yes\n\nThe word of the week.\n"),
        ("x.csv", "---\na,b\n1,2\n"),
        ("x.html", "<!doctype html>\n<title>X</title>\n<p>Draft: yes\n"),
        ("x.rst", "X\n=\n\nWords: a table.\n"),
    ] {
        let path = format!("content/posts/{name}");
        site(&[a, (path.as_str(), text)]).is_fine(text);
    }
}

#[test]
fn a_folder_that_is_named_like_one_of_drafts_is_said() {
    let a = (POST, "A.\n");
    for path in [
        "content/my drafts/2024-08-02-b.md",
        "content/editions/drafts/2024-08-02.md",
        "content/posts/Drafts-2024/2024-08-02-b.md",
        "content/companies/drafts/acme.md",
    ] {
        site(&[a, (path, "B.\n")]).says(path, &[&format!("warning folder-of-drafts {path}:1:1 ")]);
    }
    for path in ["content/nfl-draft/2024-08-02-b.md", "content/draftees/2024-08-02-b.md", "content/_drafts/b.md"] {
        site(&[a, (path, "B.\n")]).is_fine(path);
    }
}
