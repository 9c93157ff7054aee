//! Facts about the facts on top of a file.

use super::*;

fn complaints(text: &str) -> Vec<String> {
    let file = SourceFile::new("content/posts/a.md", text);
    let (_, diagnostics) = parse(&file);
    diagnostics
        .iter()
        .map(|d| {
            let place = d.place.as_ref().unwrap();
            format!("{}:{} {}", place.line, place.column, d.message)
        })
        .collect()
}

#[test]
fn yaml_and_toml_come_out_alike() {
    let yaml = SourceFile::new("a.md", "---\ntitle: A\ntags: [x]\n---\nbody");
    let toml = SourceFile::new("a.md", "+++\ntitle = \"A\"\ntags = [\"x\"]\n+++\nbody");
    let ((a, _), (b, _)) = (parse(&yaml), parse(&toml));
    assert_eq!(a.root, b.root);
    assert_eq!(&yaml.text[a.body_start..], "body");
    assert_eq!(&toml.text[b.body_start..], "body");
}

#[test]
fn a_fence_glued_to_a_heading_closes() {
    let file = SourceFile::new("a.md", "---\ntitle: A\n---## Top\n");
    let (matter, diagnostics) = parse(&file);
    assert!(diagnostics.is_empty());
    assert_eq!(&file.text[matter.body_start..], "## Top\n");
}

#[test]
fn a_tag_that_says_text_is_text_and_others_are_refused() {
    let file = SourceFile::new("a.md", "---\ntitle: ! 'Issue #1'\n---\n");
    let (matter, diagnostics) = parse(&file);
    assert!(diagnostics.is_empty());
    assert_eq!(matter.root["title"], "Issue #1");
    assert_eq!(complaints("---\ntitle: !include /etc/passwd\n---\n"), ["2:8 the tag `!include` means nothing here"]);
}

#[test]
fn syntax_errors_point_at_their_line() {
    assert_eq!(complaints("---\ntitle: A\n"), ["1:1 the front matter is not closed"]);
    assert_eq!(complaints("---\ntitle: A\n\ttags: [x]\n---\n"), ["3:1 YAML can't be indented with a tab"]);
    assert_eq!(complaints("---\ntitle: A\ndate: 2024-01-01\ntitle: B\n---\n"), ["4:1 `title` is given twice"]);
    assert!(complaints("---\ntitle: A: B\n---\n")[0].starts_with("2:"));
}

#[test]
fn a_wrong_type_is_said_at_the_value() {
    let file = SourceFile::new("a.md", "---\ndeals:\n  - id: x\n    amount: [1]\n---\n");
    let (matter, _) = parse(&file);
    let reader = Reader::new(&file, &matter);
    let deals = reader.root().get("deals").unwrap();
    assert_eq!(deals.items()[0].get("amount").unwrap().text(), None);
    let said = reader.finish();
    assert_eq!(said[0].message, "`amount` should be text, not a list");
    let place = said[0].place.clone().unwrap();
    assert_eq!((place.line, place.column), (4, 13));
}
