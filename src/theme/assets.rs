//! Stylesheets and scripts: bundled, minified, named by their content; other static files as they are.
//!
//! A file of the user's `static/` replaces the built-in one of the same name. What lies in `css/` and
//! `js/` of the built-in theme is served under `/assets/` with its digest in the name, so that browsers
//! may keep it for ever.

use std::collections::{BTreeMap, BTreeSet};

use super::STATIC_FOLDER;
use super::address::{Address, foreign, from_assets};
use super::bundle::bundle;
use super::loose;
use super::minify::minify;
use super::script::imports;
use crate::diagnostic::{Diagnostic, Places};
use crate::fingerprint::Fingerprint;
use crate::site::OutPath;
use crate::source::SourcePath;

/// The stylesheet that imports all others.
pub const STYLESHEET: &str = "css/site.css";

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
    /// Makes the theme's files; `user` are the user's stylesheets and the text files of `js/`, `rules` what the
    /// configuration puts at the end of the stylesheet, and `is_there` says which files the site has.
    pub fn build(
        user: &BTreeMap<String, String>,
        rules: &str,
        is_there: &dyn Fn(&str) -> bool,
    ) -> (Self, Vec<Diagnostic>) {
        let mut files: BTreeMap<String, Vec<u8>> = super::built_in::static_files().collect();
        let of_theme: BTreeSet<String> = files.keys().cloned().collect();
        for (name, text) in user {
            files.insert(name.clone(), text.clone().into_bytes());
        }
        let mut assets = Self::default();
        let mut diagnostics = Vec::new();
        let texts: BTreeMap<&str, &str> = files
            .iter()
            .filter(|(name, _)| name.starts_with("css/") && name.ends_with(".css"))
            .filter_map(|(name, bytes)| Some((name.as_str(), std::str::from_utf8(bytes).ok()?)))
            .collect();
        if texts.contains_key(STYLESHEET) {
            let (lexemes, said, bundled) = bundle(STYLESHEET, &texts, is_there);
            diagnostics = said;
            let is_loose = |name: &str| name.ends_with(".css") && !bundled.contains(name) && !of_theme.contains(name);
            let loose = user.iter().filter(|(name, _)| is_loose(name));
            diagnostics.extend(loose.filter_map(|(name, text)| loose::check(name, text)));
            assets.insert_hashed(STYLESHEET, [&minify(&lexemes), rules].concat().into_bytes());
        }
        for (name, bytes) in files {
            if name.starts_with("js/") {
                let bytes = match user.get(&name) {
                    Some(text) => move_imports(&name, text, is_there, &mut diagnostics).into_bytes(),
                    None => bytes,
                };
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

/// Has the imports of a script lead from `/assets/` to where they led from its file.
fn move_imports(name: &str, text: &str, is_there: &dyn Fn(&str) -> bool, diagnostics: &mut Vec<Diagnostic>) -> String {
    let mut places = Places::new(SourcePath::new(format!("{STATIC_FOLDER}/{name}")), text);
    let mut moved = String::with_capacity(text.len());
    let mut end = 0;
    for range in imports(text) {
        let address = &text[range.clone()];
        // Any other is the name of a module that the page gives a meaning to.
        if !address.starts_with(['.', '/']) && !address.contains("://") {
            continue;
        }
        let said = |message: String, help| Diagnostic::warning("script-import", message).with_help(help);
        let problem = match Address::read(name, address) {
            Address::Here { path, tail } => {
                moved.push_str(&text[end..range.start]);
                moved.push_str(&from_assets(&path, tail));
                end = range.end;
                if path.starts_with("js/") && super::built_in::has_static(&path) {
                    let message = format!("`{path}` can't be imported: it is served under a name that changes with it");
                    Some(said(message, "put what both scripts need into a file of another name"))
                } else if !is_there(&path) {
                    let message = format!("`{address}` can't be imported: there is no file `{STATIC_FOLDER}/{path}`");
                    Some(said(message, "an import counts from the file in which it stands"))
                } else {
                    None
                }
            }
            Address::Outside => {
                let message = format!("`{address}` can't be imported: it leads out of `{STATIC_FOLDER}/`");
                Some(said(message, "put the file into `static/js/`"))
            }
            Address::Foreign => Some(foreign(address)),
            Address::Itself => None,
        };
        diagnostics.extend(problem.map(|problem| problem.at(places.place(range))));
    }
    moved.push_str(&text[end..]);
    moved
}

#[cfg(test)]
mod tests {
    use super::super::lexeme::read;
    use super::*;

    #[test]
    fn the_built_in_theme_is_one_stylesheet_with_nothing_left_to_take_away() {
        let (assets, diagnostics) = Assets::build(&BTreeMap::new(), "", &|_| false);
        assert_eq!(diagnostics, []);
        let css = std::str::from_utf8(&assets.get(STYLESHEET).unwrap().bytes).unwrap();
        assert!(css.starts_with("@layer reset,tokens,base,layout,components,utilities;@layer reset{"));
        assert!(!css.contains("@import"));
        assert_eq!(minify(&read(css).unwrap()), css);
    }

    #[test]
    fn what_is_wrong_in_a_stylesheet_of_the_user_is_said_there() {
        let user = BTreeMap::from([("css/card.css".to_owned(), "/* mine */\n.card { order: 1;\n".to_owned())]);
        let (_, diagnostics) = Assets::build(&user, "", &|_| true);
        assert_eq!(diagnostics.len(), 1);
        let place = diagnostics[0].place.as_ref().unwrap();
        assert_eq!((place.path.as_str(), place.line, place.column), ("static/css/card.css", 2, 7));
    }
    #[test]
    fn a_script_imports_from_its_new_place_what_it_imported_from_its_own() {
        let text = "import './mod.js';\nimport a from \"../lib/a.js?v=1\";\nimport b from 'b';\nimport './nope.js';\nimport './theme.js';\n";
        let user = BTreeMap::from([("js/site.js".to_owned(), text.to_owned())]);
        let (assets, diagnostics) = Assets::build(&user, "", &|path| path != "js/nope.js");
        let script = std::str::from_utf8(&assets.get("js/site.js").unwrap().bytes).unwrap();
        assert!(
            script.starts_with("import '../js/mod.js';\nimport a from \"../lib/a.js?v=1\";\nimport b from 'b';\n"),
            "{script}"
        );
        let places: Vec<_> = diagnostics.iter().map(|said| said.place.as_ref().unwrap()).collect();
        assert_eq!(places.iter().map(|place| (place.line, place.column)).collect::<Vec<_>>(), [(4, 9), (5, 9)]);
    }
}
