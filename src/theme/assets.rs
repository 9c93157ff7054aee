//! Stylesheets and scripts: bundled, minified, named by their content; other static files as they are.
//!
//! A file of the user's `static/` replaces the built-in one of the same name. What lies in `css/` and
//! `js/` of the built-in theme is served under `/assets/` with its digest in the name, so that browsers
//! may keep it for ever.

use std::collections::BTreeMap;

use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};

use super::STATIC_FOLDER;
use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::Fingerprint;
use crate::site::OutPath;
use crate::source::SourcePath;

/// The stylesheet that imports all others.
pub const STYLESHEET: &str = "css/site.css";
const IMPORT_DEPTH: usize = 8;

/// A file that the theme serves.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its address from the site's root on.
    pub url: String,
    /// Its path in the output.
    pub path: OutPath,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All files of the theme, by the name that templates call them.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    by_name: BTreeMap<String, Asset>,
}

impl Assets {
    /// Makes the theme's files; `user` are the text files of the user's `css/` and `js/`.
    pub fn build(user: &BTreeMap<String, String>) -> (Self, Vec<Diagnostic>) {
        let mut files: BTreeMap<String, Vec<u8>> = super::built_in::static_files().collect();
        for (name, text) in user {
            files.insert(name.clone(), text.clone().into_bytes());
        }
        let mut assets = Self::default();
        let mut diagnostics = Vec::new();
        let texts: BTreeMap<&str, &str> = files
            .iter()
            .filter(|(name, _)| name.ends_with(".css"))
            .filter_map(|(name, bytes)| Some((name.as_str(), std::str::from_utf8(bytes).ok()?)))
            .collect();
        if texts.contains_key(STYLESHEET) {
            let bundle = bundle(STYLESHEET, &texts, IMPORT_DEPTH, &mut diagnostics);
            match minify(&bundle) {
                Ok(css) => assets.insert_hashed(STYLESHEET, css.into_bytes()),
                Err((message, line)) => {
                    diagnostics.push(find_css_error(&texts, message, line));
                }
            }
        }
        for (name, bytes) in files {
            if name.starts_with("js/") {
                assets.insert_hashed(&name, bytes);
            } else if !name.starts_with("css/")
                && !user.contains_key(&name)
                && let Ok(path) = OutPath::new(&name)
            {
                assets.by_name.insert(name, Asset { url: path.url(), path, bytes });
            }
        }
        (assets, diagnostics)
    }

    /// Finds a file by the name that templates call it.
    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.by_name.get(name)
    }

    /// Lists all files, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.by_name.iter().map(|(name, asset)| (name.as_str(), asset))
    }

    fn insert_hashed(&mut self, name: &str, bytes: Vec<u8>) {
        let file = name.rsplit('/').next().unwrap_or(name);
        let (stem, extension) = file.rsplit_once('.').unwrap_or((file, "bin"));
        let hashed = format!("assets/{stem}-{}.{extension}", Fingerprint::of_bytes(&bytes).short());
        if let Ok(path) = OutPath::new(&hashed) {
            self.by_name.insert(name.to_owned(), Asset { url: path.url(), path, bytes });
        }
    }
}

/// Puts stylesheets in the place of their `@import`s, each in the layer that the import names.
fn bundle(name: &str, texts: &BTreeMap<&str, &str>, depth: usize, diagnostics: &mut Vec<Diagnostic>) -> String {
    let Some(text) = texts.get(name) else { return String::new() };
    let mut css = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        let Some((target, layer)) = import(line) else {
            css.push_str(line);
            css.push('\n');
            continue;
        };
        let from = SourcePath::new(name);
        let target = from.resolve(target).map(|path| path.as_str().to_owned()).unwrap_or_default();
        if depth == 0 || !texts.contains_key(target.as_str()) {
            let place = Place {
                path: static_path(name),
                line: index as u32 + 1,
                column: 1,
                length: line.chars().count() as u32,
            };
            let what = if depth == 0 { "imports go round in a circle" } else { "there is no stylesheet of that name" };
            diagnostics.push(
                Diagnostic::error("css-import", format!("`{target}` can't be imported: {what}"))
                    .at(place)
                    .with_help("import a file of `static/css/` by a path relative to this one"),
            );
            continue;
        }
        let inner = bundle(&target, texts, depth - 1, diagnostics);
        match layer {
            Some(layer) => {
                css.push_str(&format!("@layer {layer} {{\n{inner}}}\n"));
            }
            None => css.push_str(&inner),
        }
    }
    css
}

/// Reads `@import "./tokens.css" layer(tokens);`.
fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.trim().strip_prefix("@import")?.trim_start();
    let rest = rest.strip_prefix("url(").unwrap_or(rest);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (target, rest) = rest[1..].split_once(quote)?;
    if target.contains("://") || target.starts_with("//") {
        return None;
    }
    let layer = rest.split_once("layer(").and_then(|(_, rest)| rest.split_once(')')).map(|(layer, _)| layer);
    Some((target, layer))
}

fn minify(css: &str) -> Result<String, (String, u32)> {
    // Browsers of the last four years: they know layers, nesting is lowered for them.
    let browsers = Browsers {
        chrome: Some(105 << 16),
        edge: Some(105 << 16),
        firefox: Some(104 << 16),
        safari: Some(15 << 16 | 6 << 8),
        ios_saf: Some(15 << 16 | 6 << 8),
        ..Browsers::default()
    };
    let targets = Targets::from(browsers);
    let mut sheet = StyleSheet::parse(css, ParserOptions::default()).map_err(|error| {
        let line = error.loc.as_ref().map_or(0, |loc| loc.line);
        (error.kind.to_string(), line)
    })?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| (error.kind.to_string(), error.loc.as_ref().map_or(0, |loc| loc.line)))?;
    sheet
        .to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })
        .map(|result| result.code)
        .map_err(|error| (error.kind.to_string(), 0))
}

/// Finds which of the bundled files an error is in, by parsing each alone.
fn find_css_error(texts: &BTreeMap<&str, &str>, message: String, line: u32) -> Diagnostic {
    for (name, text) in texts {
        if let Err(error) = StyleSheet::parse(text, ParserOptions::default()) {
            let (line, column) = error.loc.as_ref().map_or((0, 1), |loc| (loc.line, loc.column));
            let place = Place { path: static_path(name), line: line + 1, column, length: 1 };
            return Diagnostic::error("css", error.kind.to_string()).at(place).with_help("correct the stylesheet");
        }
    }
    let place = Place { path: static_path(STYLESHEET), line: line + 1, column: 1, length: 1 };
    Diagnostic::error("css", message).at(place).with_help("correct the stylesheet")
}

fn static_path(name: &str) -> SourcePath {
    SourcePath::new(format!("{STATIC_FOLDER}/{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_put_in_place_in_their_layers() {
        let texts = BTreeMap::from([
            ("css/site.css", "@layer a, b;\n@import \"./a.css\" layer(a);\np { color: red }"),
            ("css/a.css", "b { top: 0 }\n"),
        ]);
        let mut diagnostics = vec![];
        let css = bundle("css/site.css", &texts, 3, &mut diagnostics);
        assert!(diagnostics.is_empty());
        assert_eq!(minify(&css).unwrap(), "@layer a{b{top:0}}@layer b;p{color:red}");
    }

    #[test]
    fn a_missing_import_is_said_at_its_line() {
        let texts = BTreeMap::from([("css/site.css", "\n@import './x.css';\n")]);
        let mut diagnostics = vec![];
        bundle("css/site.css", &texts, 3, &mut diagnostics);
        assert_eq!(diagnostics[0].place.as_ref().unwrap().line, 2);
    }
}
