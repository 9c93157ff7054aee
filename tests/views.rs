//! What templates can name: that pages hold it, and that the documentation says it.
#![allow(clippy::unwrap_used, reason = "a helper of a test may end the test")]

use std::collections::{BTreeMap, BTreeSet};

use masthead::config::Overrides;
use masthead::content::date::Moment;
use masthead::load::load;
use masthead::newsroom::memory::Memory;
use masthead::newsroom::timeline::Admission;
use masthead::render::{Rendered, render};
use masthead::site::view::contract;
use masthead::snapshot::Snapshot;
use masthead::source::MemoryWorkspace;
use serde_json::Value;

/// The templates of pages, each with the variables that it gets besides `site`, `page` and `structured_data`.
const PAGES: [(&str, &[&str]); 16] = [
    ("index.html", &["front", "content_html", "posts", "pager"]),
    ("post.html", &["post", "previous", "next", "related", "recent"]),
    ("page.html", &["content_html", "recent"]),
    ("section.html", &["section", "content_html", "posts", "pager"]),
    ("archive.html", &["years"]),
    ("archive-year.html", &["year", "groups", "older", "newer"]),
    ("taxonomy.html", &["taxonomy", "terms"]),
    ("term.html", &["taxonomy", "term", "profile", "posts", "pager", "recent"]),
    ("entity.html", &["taxonomy", "term", "profile", "dealings", "groups", "posts", "pager", "companions", "recent"]),
    ("author.html", &["term", "profile", "posts", "pager"]),
    ("editions.html", &["editions", "pager"]),
    ("edition.html", &["edition", "recent"]),
    ("ledger.html", &["ledger"]),
    ("deal.html", &["deal", "posts", "recent"]),
    ("404.html", &["recent"]),
    ("blocks/own.html", &["block"]),
];

const POST: &str = "---
title: A pays B
summary: A pays B for *computing*.
updated: 2024-08-09
author: Ann
category: Business
tags: [cloud]
companies: [A, B]
story: bills
image: {src: https://example.org/a.png, alt: A bill}
replies: true
sources: [{title: The bill, publisher: P, url: https://example.org/bill, date: 2024-08-01}]
deals: [{id: a-b, buyer: A, seller: B, kind: cloud, amount: $20M per month, status: signed, as_of: 2024-03, source: P}]
extra: {colour: red}
---
**A point:** text.

## A heading

```{own} a-b
```
";

fn newsletter() -> MemoryWorkspace {
    let mut workspace = MemoryWorkspace::default();
    workspace.write(
        "masthead.yaml",
        "title: T\nbase_url: https://example.org\nreplies: {mailto: a@example.org}\nreactions: {action: /r}\n\
         signup: {provider: custom, action: https://example.org/s, hidden: {tag: site}}\nextra: {free: 1}\n",
    );
    for day in 1..=4 {
        workspace.write(&format!("content/posts/2024-08-0{day}-post.md"), POST);
    }
    workspace.write("content/replies/post/r.md", "---\nname: R\ndate: 2024-08-05\n---\nWell.\n");
    workspace.write(
        "content/companies/a.md",
        "---\ntitle: A\nticker: A\nparent: B\nlinks: [https://a.example]\n---\nText.\n",
    );
    workspace.write("content/authors/ann.md", "---\ntitle: Ann\nlinks: [https://ann.example]\n---\nWrites.\n");
    workspace.write("content/editions/2024-08-05.md", "---\ntitle: One\nnumber: 1\nposts: [post]\n---\nText.\n");
    workspace.write("content/editions/2024-08-06.md", "---\ntitle: Two\nnumber: 2\nposts: [post]\n---\nText.\n");
    workspace.write("content/about.md", "---\ntitle: About\n---\nText.\n");
    for (name, variables) in PAGES {
        let all: Vec<String> = variables
            .iter()
            .chain(&["site", "page"])
            .filter(|variable| !name.starts_with("blocks/") || **variable != "page")
            .map(|variable| format!("<script>{{{{ {{'{variable}': {variable}}} | json | safe }}}}</script>"))
            .collect();
        let text = if name == "post.html" { "{{ post.content_html | safe }}" } else { "" };
        workspace.write(&format!("templates/{name}"), all.join("\n") + text);
    }
    workspace
}

/// Holds a value against its schema: all fields are there and no others. Counts the views that were met.
fn hold(contract: &Value, schema: &Value, value: &Value, path: &str, met: &mut BTreeSet<String>) {
    if value.is_null() {
        return;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/$defs/");
        met.insert(name.to_owned());
        return hold(contract, &contract["$defs"][name], value, path, met);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let choice = choices.iter().find(|choice| choice["type"] != "null").unwrap();
        return hold(contract, choice, value, path, met);
    }
    if let Some(fields) = schema["properties"].as_object() {
        let value = value.as_object().unwrap_or_else(|| panic!("{path} is no map: {value}"));
        let names = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(value), names(fields), "{path}");
        fields.iter().for_each(|(name, schema)| hold(contract, schema, &value[name], &format!("{path}.{name}"), met));
    } else if schema["type"] == "array" {
        let items = value.as_array().unwrap_or_else(|| panic!("{path} is no list: {value}"));
        items.iter().for_each(|item| hold(contract, &schema["items"], item, &format!("{path}[]"), met));
    } else if !schema["type"].is_null() {
        assert!(!value.is_object() && !value.is_array(), "{path} has fields: {value}");
    }
}

#[test]
fn pages_hold_what_the_contract_says() {
    let admission = Admission { now: Moment::from_unix(1_735_689_600), drafts: false, future: false };
    let (sources, mut said) = load(&newsletter(), &Overrides::default(), None);
    let (snapshot, of_site) = Snapshot::build(&sources, &admission, &mut Memory::default());
    said.extend(of_site);
    assert!(!said.iter().any(masthead::diagnostic::Diagnostic::is_error), "{said:#?}");
    let snapshot = snapshot.unwrap();
    let contract = contract();
    let schemas = &contract["$defs"]["Variables"]["properties"];
    let mut met = BTreeSet::new();
    let mut variables = BTreeSet::new();
    for (path, route) in snapshot.parts.plan.iter().filter(|(_, route)| route.is_page()) {
        let Rendered::Bytes(page) = render(&snapshot, path, route).unwrap() else { continue };
        let page = String::from_utf8(page).unwrap();
        for script in page.split("<script>").skip(1) {
            let (json, _) = script.split_once("</script>").unwrap();
            let held: BTreeMap<String, Value> = serde_json::from_str(json).unwrap();
            for (name, value) in held {
                hold(&contract, &schemas[&name], &value, &name, &mut met);
                variables.insert(name);
            }
        }
    }
    let all: BTreeSet<String> = schemas.as_object().unwrap().keys().cloned().collect();
    let unmet: Vec<_> = all.difference(&variables).collect();
    assert_eq!(unmet, ["structured_data", "target"], "they hold text");
    let views: BTreeSet<String> = contract["$defs"].as_object().unwrap().keys().cloned().collect();
    let unmet: Vec<_> = views.difference(&met).collect();
    assert_eq!(unmet, ["Functions", "Variables"]);
}

#[test]
fn the_documentation_lists_every_field_of_every_view() {
    let text = include_str!("../docs/templates.md");
    let (_, text) = text.split_once("## What the fields hold").unwrap();
    let mut documented: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for section in text.split("\n### ").skip(1) {
        let fields =
            section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(name, _)| name));
        documented.insert(section.lines().next().unwrap(), fields.collect());
    }
    let contract = contract();
    let views = contract["$defs"].as_object().unwrap();
    let views: BTreeMap<&str, BTreeSet<&str>> = views
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "Functions" | "Variables"))
        .map(|(name, view)| {
            (name.as_str(), view["properties"].as_object().unwrap().keys().map(String::as_str).collect())
        })
        .collect();
    assert_eq!(documented, views);
}
