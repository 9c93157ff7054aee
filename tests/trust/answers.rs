//! What templates are told by functions, and what incremental builds make of it.

use std::fs;

use crate::newsletter::{Folder, POST, site};

const OTHER: &str = "content/posts/2023-01-01-other.md";
const DEAL: &str = "deals: [{id: x, parties: [{name: Acme, role: buyer}, {name: Bolt, role: seller}], amount: $5M}]";

fn same_as_from_nothing(folder: &Folder, name: &str) {
    folder.build(0);
    assert!(folder.tree("public") == folder.built_from_nothing(), "{name}: another site than a clean build's");
}

#[test]
fn pages_follow_what_functions_of_their_templates_find() {
    let about = "{% extends 'theme/page.html' %}{% block body %}";
    let folder = Folder::of(&[
        (POST, "---\ntitle: A\n---\nText.\n"),
        (OTHER, &format!("---\ntitle: Other\ncompanies: [Acme]\n{DEAL}\n---\nText.\n")),
        ("content/about.md", "# About\n\nUs.\n"),
        ("content/noted.md", "# Noted\n\n```{mine}\n```\n"),
        (
            "templates/page.html",
            &format!(
                "{about}{{% for post in posts(company='Acme') %}}[{{{{ post.title }}}}]{{% endfor %}}{{% endblock %}}"
            ),
        ),
        (
            "templates/partials/footer.html",
            "{% for deal in deals(company='Acme') %}[{{ deal.title }}: {{ deal.amount }}]{% endfor %}",
        ),
        ("templates/blocks/mine.html", "{% for post in posts(limit=9) %}({{ post.title }}){% endfor %}"),
    ]);
    same_as_from_nothing(&folder, "at first");
    folder.write(OTHER, format!("---\ntitle: Renamed\ncompanies: [Acme]\n{DEAL}\n---\nText.\n"));
    same_as_from_nothing(&folder, "another title");
    folder
        .write(OTHER, format!("---\ntitle: Renamed\ncompanies: [Acme]\n{}\n---\nText.\n", DEAL.replace("$5M", "$7M")));
    same_as_from_nothing(&folder, "another amount");
    folder.write("content/companies/acme.md", "---\nname: Acme Again\naliases: [Acme]\n---\n");
    same_as_from_nothing(&folder, "another name of a company");
    folder.write("content/companies/acme.md", "---\nname: Acme Again\n---\n");
    same_as_from_nothing(&folder, "without its other name");
    folder.write(OTHER, format!("---\ntitle: Renamed\ndraft: true\ncompanies: [Acme]\n{DEAL}\n---\nText.\n"));
    same_as_from_nothing(&folder, "taken back");
    let tree = folder.tree("public");
    assert!(tree.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("Renamed")));
}

#[test]
fn a_page_whose_template_names_a_file_that_is_gone_is_an_error_in_any_build() {
    for template in ["{{ asset(path='img/a.svg') }}", "{% set name = 'img/a.svg' %}{{ asset(path=name) }}"] {
        let folder = Folder::of(&[
            (POST, "---\ntitle: A\n---\nText.\n"),
            ("static/img/a.svg", "<svg/>"),
            ("templates/404.html", template),
        ]);
        folder.build(0);
        fs::remove_file(folder.path("static/img/a.svg")).unwrap();
        let said = folder.build(1);
        assert!(said.contains("there is no file `static/img/a.svg`"), "{template}: {said}");
    }
}

#[test]
fn a_page_does_not_wait_for_what_its_template_never_asks() {
    let note = "```{note}\nMind this.\n```\n";
    let folder = Folder::of(&[
        ("templates/post.html", "{{ post.content_html | safe }}{{ asset(path='favicon.svg') }}"),
        (POST, &format!("---\ntitle: A\n---\n{note}")),
        (OTHER, "---\ntitle: Other\n---\nText.\n"),
    ]);
    folder.build(0);
    folder.write(OTHER, "---\ntitle: Renamed\n---\nText.\n");
    folder.write("static/other.svg", "<svg/>");
    folder.build(0);
    let told = folder.program().args(["explain", "/posts/a/"]).output().unwrap().stdout;
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains("rendered because it was new"), "{told}");
}

#[test]
fn a_newsletter_whose_content_folder_is_its_own_has_the_same_rules() {
    let folder = Folder::of(&[
        ("masthead.yaml", "title: T\nbase_url: https://example.org\ncontent: .\n"),
        ("posts/2024-08-01-a.md", "---\ntitle: A\n---\n[b](@/posts/2024-08-02-b.md)\n"),
        ("posts/2024-08-02-b.md", "---\ntitle: B\n---\nText.\n"),
        ("replies/a/note.txt", "private"),
        ("index.md", "---\ntitle: Index\nkind: page\n---\n![p](p.svg)\n"),
        ("p.svg", "<svg/>"),
    ]);
    let said = folder.build(0);
    let public = folder.tree("public");
    assert!(!public.keys().any(|path| path.contains("note.txt")), "{said}");
    let page = String::from_utf8_lossy(&public["posts/a/index.html"]).into_owned();
    assert!(page.contains("href=\"/posts/b/\""), "{said}");
    assert!(folder.build(0).contains("nothing changed"));
}

#[test]
fn what_lies_beside_templates_keeps_no_build_from_having_nothing_to_do() {
    let folder = Folder::with_post();
    folder.write("templates/picture.png", [0xff, 0xfe, 0]);
    folder.build(0);
    assert!(folder.build(0).contains("nothing changed"));
    folder.write("templates/picture.png", [0xff, 0xfe, 1, 2]);
    folder.build(0);
    assert!(folder.build(0).contains("nothing changed"));
}

#[test]
fn a_link_from_the_content_folder_on_counts_for_related_news() {
    let long = |title: &str, words: &str| format!("---\ntitle: {title}\n---\n{words}\n");
    let site = site(&[
        (POST, long("A", "Of bridges [there](@/posts/2023-01-01-other.md).").as_str()),
        (OTHER, long("Other", "Olive oil is dear.").as_str()),
    ]);
    assert!(site.at("posts/a/index.html").contains("linked from this post"));
}

#[test]
fn a_mirror_holds_no_notes_of_its_author_to_themselves() {
    let site = site(&[(
        POST,
        "---\ntitle: A\n---\nText <!-- SECRET --> and [b][c].\n\n[//]: # (SECRET)\n[//]: # (SECRET)\n[c]: https://b.example\n",
    )]);
    let mirror = site.at("posts/a/index.md");
    assert!(!mirror.contains("SECRET") && mirror.contains("[c]: https://b.example"), "{mirror}");
}

#[test]
fn the_policy_names_no_site_that_pages_load_nothing_from() {
    let site = site(&[
        (POST, "---\ntitle: A\nimage: http-logo.png\n---\n```{email-only}\n![x](https://mail.example/a.png)\n```\n"),
        ("content/posts/http-logo.png", "PNG"),
    ]);
    assert!(site.at("_headers").contains("img-src 'self' data:;"), "{}", site.at("_headers"));
}

#[test]
fn the_day_of_a_source_is_told_to_machines() {
    let site = site(&[(
        POST,
        "---\ntitle: A\nsources: [{title: S, url: 'https://s.example/', date: 2023-12-31}, {title: M, url: \
         'https://m.example/', date: 2023-11}]\n---\nText.\n",
    )]);
    let page = site.at("posts/a/index.html");
    assert!(
        page.contains("\"datePublished\":\"2023-12-31\"") && !page.contains("\"datePublished\":\"November"),
        "{page}"
    );
}
