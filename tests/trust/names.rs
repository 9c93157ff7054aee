//! What posts are called, and what that means when others come, go, or can't be read.

use std::fs;

use crate::newsletter::{Folder, site};

const OLDER: &str = "content/posts/2024-01-01-quiet-day.md";
const NEWER: &str = "content/posts/2024-01-09-quiet-day.md";

#[test]
fn a_name_means_the_same_post_when_a_newer_one_has_it_too_and_that_is_said() {
    let files = [
        (OLDER, "---\ntitle: First\n---\nOne.\n"),
        (NEWER, "---\ntitle: Second\n---\nTwo.\n"),
        ("content/posts/2024-01-05-other.md", "---\ntitle: Other\nrelated: {pin: [quiet-day]}\n---\nThree.\n"),
        ("content/editions/2024-01-10.md", "---\nnumber: 1\nposts: [quiet-day]\n---\n"),
        ("content/replies/quiet-day/a.md", "---\nname: Kim\ndate: 2024-08-01\n---\nWell said.\n"),
    ];
    let site = site(&files);
    assert!(site.at("posts/quiet-day/index.html").contains("Well said."));
    assert!(site.at("editions/2024-01-10/email.txt").contains("First"));
    assert!(!site.at("editions/2024-01-10/email.txt").contains("Second"));
    let said: Vec<_> = site.said.iter().filter(|said| said.starts_with("warning several-posts")).collect();
    assert_eq!(said.len(), 3, "{:?}", site.said);
    assert!(said[0].contains(OLDER), "{said:?}");
}

#[test]
fn a_post_is_found_by_each_of_its_names() {
    let names = ["a", "a.md", "posts/2024-08-01-a.md", "content/posts/2024-08-01-a.md", "/posts/a/", "2024-08-01-a"];
    for name in names {
        let name = if name == "a.md" { "2024-08-01-a.md" } else { name };
        let pin = format!("---\ntitle: B\nrelated: {{pin: [{name}]}}\n---\nB.\n");
        site(&[("content/posts/2024-08-01-a.md", "A.\n"), ("content/posts/2024-08-02-b.md", &pin)]).is_fine(name);
    }
}

#[test]
fn what_is_not_published_is_called_so_and_nothing_else_is_proposed() {
    let files = [
        ("content/posts/2024-08-01-a.md", "---\ntitle: A\nexpires: 2024-09-01\n---\nA.\n"),
        ("content/posts/2024-08-02-b.md", "---\ntitle: B\nrelated: {pin: [a]}\n---\nB.\n"),
        ("content/editions/2024-08-10.md", "---\nnumber: 1\nposts: [a, b]\n---\n"),
    ];
    let site = site(&files);
    assert_eq!(site.said.len(), 2, "{:?}", site.said);
    assert!(site.said.iter().all(|said| said.starts_with("warning unpublished-post")), "{:?}", site.said);
}

#[test]
fn a_file_that_can_not_be_read_is_the_only_thing_that_is_wrong() {
    let files = [
        (
            "content/posts/2024-01-01-a.md",
            "---\ntitle: A\ndate: 2024-02-30\ndeals: [{id: zz, buyer: X, seller: Y}]\n---\n# Head\n\n[x](no.md)\n",
        ),
        (
            "content/posts/2024-01-02-b.md",
            "---\ntitle: B\nrelated: {pin: [a]}\n---\n[a](2024-01-01-a.md#head)\n\n```{deal} zz\n```\n",
        ),
        ("content/editions/2024-01-10.md", "---\nnumber: 1\nposts: [a, b]\n---\n"),
        ("content/replies/a/1.md", "---\nname: Kim\ndate: 2024-08-01\n---\nWell said.\n"),
    ];
    site(&files).says("one date", &["error bad-date content/posts/2024-01-01-a.md:3:"]);
}

#[test]
fn what_is_wrong_with_texts_is_said_beside_what_is_wrong_with_templates() {
    let site = site(&[
        ("templates/page.html", "{% if %}"),
        ("content/posts/2024-01-01-a.md", "[x](no.md)\n\n```{deal} none\n```\n"),
    ]);
    for code in ["broken-link", "unknown-deal"] {
        assert!(site.said.iter().any(|said| said.contains(code)), "{code}: {:?}", site.said);
    }
}

#[test]
fn a_newsletter_of_editions_alone_is_one() {
    let folder = Folder::of(&[("content/editions/2024-01-05.md", "---\nnumber: 1\n---\nHello.\n")]);
    folder.build(0);
    assert!(folder.path("public/editions/2024-01-05/index.html").exists());
}

#[test]
fn a_post_that_expires_leaves_its_address_to_nobody() {
    let folder = Folder::of(&[
        ("content/posts/2024-01-01-note.md", "---\ntitle: First\nexpires: 2024-06-01\n---\nOne.\n"),
        ("content/posts/2024-02-01-note.md", "---\ntitle: Second\n---\nTwo.\n"),
    ]);
    let at = |seconds: &str| {
        let mut program = folder.program();
        let ran = crate::newsletter::run(program.arg("build").env("SOURCE_DATE_EPOCH", seconds));
        assert_eq!(ran.status, 0, "{}", ran.said);
    };
    let second = "public/posts/2024-02-01-note/index.html";
    at("1714521600");
    assert!(folder.path("public/posts/note/index.html").exists() && folder.path(second).exists());
    at("1719800000");
    assert!(!folder.path("public/posts/note").exists() && folder.path(second).exists());
}

#[test]
fn a_deal_that_expires_with_its_post_keeps_nothing_from_being_published() {
    let files = [
        (
            "content/posts/2024-01-01-a.md",
            "---\ntitle: A\nexpires: 2024-06-01\ndeals: [{id: dd, buyer: A, seller: B, amount: $5M}]\n---\nOld.\n",
        ),
        ("content/posts/2024-02-01-b.md", "---\ntitle: B\n---\nBefore.\n\n```{deal} dd\n```\n\nAfter.\n"),
        ("content/editions/2024-02-10.md", "---\nnumber: 1\n---\n```{deal} dd\n```\n\nHello.\n"),
    ];
    let site = site(&files);
    assert!(site.said.iter().all(|said| said.starts_with("warning unpublished-deal")), "{:?}", site.said);
    assert!(site.at("posts/b/index.html").contains("After."));
    assert!(site.at("posts/b/index.md").contains("Before.\n\n\n\nAfter."), "{}", site.at("posts/b/index.md"));
    assert!(site.at("editions/2024-02-10/email.txt").contains("Hello."));
}

#[test]
fn a_post_that_loses_its_address_to_an_older_one_is_named() {
    let folder = Folder::of(&[(NEWER, "---\ntitle: Second\n---\nTwo.\n")]);
    folder.build(0);
    folder.write(OLDER, "---\ntitle: First\n---\nOne.\n");
    let said = folder.build(0);
    let note = format!("note: `{NEWER}` has moved from /posts/quiet-day/ to /posts/2024-01-09-quiet-day/");
    assert!(said.contains(&note) && said.contains(&format!("give `{OLDER}` a `slug`")), "{said}");
}

#[test]
fn an_address_that_a_draft_will_take_is_said_by_check() {
    let draft = |facts: &str| format!("---\ntitle: First\ndraft: true\n{facts}---\nOne.\n");
    let folder = Folder::of(&[(OLDER, &draft("")), (NEWER, "---\ntitle: Second\n---\nTwo.\n")]);
    let lost = format!("once `{OLDER}` is published, it takes `/posts/quiet-day/`, and this moves to");
    let said = folder.run(&["check"]).said;
    assert!(said.contains(&format!("warning: {lost} `/posts/2024-01-09-quiet-day/`\n --> {NEWER}:1:1")), "{said}");
    assert!(said.contains("give the draft a `slug` of its own"), "{said}");
    assert!(!folder.run(&["check", "--drafts"]).said.contains(&lost));
    folder.write(OLDER, draft("slug: first\n"));
    assert!(!folder.run(&["check"]).said.contains("once `"));
}

#[test]
fn old_addresses_of_lists_lead_to_them() {
    let a = ("content/posts/2024-08-01-a.md", "Text.\n");
    let lists = site(&[
        a,
        ("content/posts/_index.md", "---\ntitle: News\naliases: [/blog/]\n---\n"),
        ("content/_index.md", "---\ntitle: Home\naliases: [/home.html]\n---\n"),
    ]);
    lists.is_fine("lists");
    let redirects = lists.at("_redirects");
    assert!(redirects.contains("/blog/ /posts/ 301\n") && redirects.contains("/home.html / 301\n"), "{redirects}");
    assert!(lists.at("blog/index.html").contains("https://example.org/posts/"));
    let empty = ("content/news/_index.md", "---\ntitle: N\naliases:\n- /old/\n---\n");
    let said = "warning lost-alias content/news/_index.md:4:3 `/old/` leads nowhere: no post of the section `news` is published";
    site(&[a, empty]).says("no list", &[said]);
}

#[test]
fn an_address_that_a_kind_of_text_can_not_have_is_said() {
    let a = ("content/posts/2024-08-01-a.md", "Text.\n");
    for (path, line) in [
        ("content/posts/_index.md", "path: /x/"),
        ("content/posts/_index.md", "slug: x"),
        ("content/_index.md", "path: /x/"),
        ("content/_index.md", "slug: ‘x’"),
        ("content/companies/acme.md", "path: /x/"),
    ] {
        let key = line.split(':').next().unwrap();
        let said = format!("warning unknown-key {path}:3:1 `{key}` is a key of posts, and says nothing here");
        site(&[a, (path, format!("---\ntitle: News\n{line}\n---\nText.\n").as_str())]).says(line, &[&said]);
    }
    let profile = ("content/companies/acme.md", "---\nname: Acme\nslug: x\nold_urls: [/acme/]\n---\nText.\n");
    let site = site(&[a, profile]);
    site.is_fine("a profile");
    assert!(site.files.contains_key("companies/x/index.html") && site.files.contains_key("acme/index.html"));
}

#[test]
fn what_a_files_name_says_changes_with_it() {
    let folder = Folder::of(&[
        ("content/companies/acme.md", "---\nname: Acme\n---\nBio.\n"),
        ("content/posts/2024-02-01-z.md", "---\ntitle: Zebra market\n---\nZebra prices.\n"),
        ("content/posts/2024-01-01-acme.md", "Prices.\n"),
        ("content/posts/2024-01-02-globex.md", "Prices.\n"),
    ]);
    folder.build(0);
    let posts = folder.path("content/posts");
    fs::write(posts.join("2024-03-01-third.md"), "Third.\n").unwrap();
    folder.build(0);
    assert!(folder.tree("public") == folder.built_from_nothing(), "after a third post");
    fs::rename(posts.join("2024-01-01-acme.md"), posts.join("2024-01-01-initech.md")).unwrap();
    folder.build(0);
    assert!(folder.tree("public") == folder.built_from_nothing(), "after a new name");
}

#[test]
fn a_parent_that_comes_and_goes_is_one_for_the_names_that_are_found() {
    let profile = |parent: &str| format!("---\nname: Devin\nambiguous: true\n{parent}---\nx\n");
    let folder = Folder::of(&[
        ("content/posts/a.md", "---\ntitle: A\ndate: 2024-08-01\ncompanies: [ByteDance]\n---\nDevin court\n"),
        ("content/companies/devin.md", &profile("")),
    ]);
    folder.build(0);
    for parent in ["parent: ByteDance\n", ""] {
        folder.write("content/companies/devin.md", profile(parent));
        folder.build(0);
        assert!(folder.tree("public") == folder.built_from_nothing(), "{parent:?}");
    }
}

#[test]
fn a_mirror_names_no_draft_however_the_link_is_written() {
    let text = "A [one](acme.md), [two][d], [three][].\n\n[d]: acme.md \"A title\"\n[three]: <./acme.md>\n";
    let draft = "---\ndate: 2024-08-02\ntitle: Deal\ndraft: true\n---\nx\n";
    let site = site(&[("content/posts/2024-08-01-a.md", text), ("content/posts/acme.md", draft)]);
    let mirror = site.at("posts/a/index.md");
    assert!(!mirror.contains("acme"), "{mirror}");
    assert!(mirror.contains("[d]: # \"A title\""), "{mirror}");
}

#[test]
fn a_mirror_follows_a_picture_that_comes_and_goes() {
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";
    let folder =
        Folder::of(&[("content/posts/2024-01-01-a.md", "![A picture](/img/a.svg)\n"), ("static/img/a.svg", picture)]);
    folder.build(0);
    fs::remove_file(folder.path("static/img/a.svg")).unwrap();
    folder.build(0);
    assert!(folder.tree("public") == folder.built_from_nothing(), "gone");
    folder.write("static/img/a.svg", picture);
    folder.build(0);
    assert!(folder.tree("public") == folder.built_from_nothing(), "back");
}

#[test]
fn a_tag_of_a_company_s_name_renames_nobody() {
    let facts = "---\ntags: [openai, chips]\ndeals: [{id: q, buyer: OpenAI, seller: Chips, amount: $1M}]\n---\nText.\n";
    let site = site(&[("content/posts/2024-08-01-a.md", facts)]);
    assert!(site.at("deals.csv").contains("OpenAI") && site.at("deals.csv").contains("Chips"));
    assert!(site.at("deals/q/index.html").contains("OpenAI → Chips"));
}

#[test]
fn a_name_from_the_right_does_not_turn_a_deal_around() {
    let facts = "---\ndeals: [{id: q, buyer: \u{5d0}\u{5d1}, seller: OpenAI, amount: $1M}]\n---\nText.\n";
    let site = site(&[("content/posts/2024-08-01-a.md", facts)]);
    assert!(site.at("deals/q/index.html").contains("\u{2068}\u{5d0}\u{5d1}\u{2069} → OpenAI"));
}

#[test]
fn an_edition_without_a_title_has_its_number_for_one() {
    let files = [("content/editions/2024-01-05.md", "---\nnumber: 12\n---\nHello.\n")];
    assert!(site(&files).at("editions/2024-01-05/index.html").contains("T, edition 12"));
}

#[test]
fn a_tag_has_a_text_of_its_own() {
    let files = [
        ("content/posts/2024-08-01-a.md", "---\ntags: [cloud]\n---\nText.\n"),
        ("content/tags/cloud.md", "---\nname: Cloud\n---\nAll about *clouds*.\n"),
    ];
    assert!(site(&files).at("tags/cloud/index.html").contains("All about <em>clouds</em>."));
}
