//! Facts about `masthead.yaml`.

use super::*;

fn read(text: &str) -> (Config, Vec<String>) {
    let (config, diagnostics) = Config::read(Some(&SourceFile::new(FILE_NAME, text)));
    (config, diagnostics.into_iter().map(|d| d.message).collect())
}

#[test]
fn an_empty_file_is_all_defaults() {
    let (config, said) = read("");
    assert!(said.is_empty());
    assert_eq!(config.content_folder, "content");
    assert!(config.taxonomy("companies").is_some_and(|t| t.entity));
}

#[test]
fn the_base_url_has_a_path_or_none() {
    assert_eq!(read("base_url: https://example.org/").0.base_path(), "");
    let (config, _) = read("base_url: https://example.org/news/");
    assert_eq!(config.base_path(), "/news");
    assert_eq!(config.href("/a/"), "/news/a/");
    assert_eq!(config.permalink("/a/"), "https://example.org/news/a/");
    assert_eq!(read("base_url: javascript:alert(1)").1.len(), 1);
}

#[test]
fn a_misspelt_key_gets_its_neighbour() {
    let (_, diagnostics) = Config::read(Some(&SourceFile::new(FILE_NAME, "titel: A\n")));
    assert_eq!(diagnostics[0].help, ["did you mean `title`?"]);
}
