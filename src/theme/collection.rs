//! The templates of a site by their names: the built-in ones with a user's over them, and what stands
//! behind those that are replaced.

use std::collections::{BTreeMap, BTreeSet};

use super::outline::crowded_line;
use super::{BLOCKS, BUILT_IN_PREFIX, COMPONENTS, FOLDER, built_in};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::source::{SourceFile, SourcePath};

/// A template with more branches than this is refused: the engine compiles each inside the one before.
const MAX_BRANCHES: usize = 200;
/// Bytes of lines, each counted for every name that it calls: the engine writes the whole line, four times over,
/// into what it says of each name that nothing has.
const MAX_SAID: usize = 128 * 1024 * 1024;
/// Endings of files that are templates.
const KINDS: [&str; 5] = ["html", "htm", "xml", "svg", "txt"];

/// All templates.
#[derive(Debug, Default)]
pub(super) struct Collection {
    /// Their texts, by name.
    pub(super) texts: BTreeMap<String, String>,
    /// Names of those that the user wrote.
    pub(super) own: BTreeSet<String>,
}

impl Collection {
    /// Puts a user's templates over the built-in ones.
    ///
    /// # Errors
    /// A file stands where the built-in ones have their place, has too many branches, or too many names on a line.
    pub(super) fn of(user: &[SourceFile]) -> Result<Self, Vec<Diagnostic>> {
        let built_in: BTreeMap<String, String> = built_in::templates().collect();
        let mut texts = built_in.clone();
        let mut own = BTreeSet::new();
        for file in templates(user) {
            let name = name_of(&file.path);
            if let Some((at, branch)) = file.text.match_indices("elif").nth(MAX_BRANCHES) {
                return Err(vec![
                    Diagnostic::error("template", format!("the template has more than {MAX_BRANCHES} `elif`"))
                        .at(file.place(at..at + branch.len()))
                        .with_help("look the value up in a map instead: `{% set names = {…} %}`"),
                ]);
            }
            if let Some(at) = crowded_line(&file.text, MAX_SAID) {
                return Err(vec![
                    Diagnostic::error("template", "the line is too long for the number of names that it calls")
                        .at(file.place(at))
                        .with_help("break it into lines: `{{-` and `-}}` leave out the white space beside them"),
                ]);
            }
            if let Some(meant) = name.strip_prefix(BUILT_IN_PREFIX) {
                let message = format!("`{BUILT_IN_PREFIX}` is where the built-in templates are; no other can be there");
                let help = match built_in.contains_key(meant) {
                    true => format!("move it to `{FOLDER}/{meant}`, which replaces the built-in one"),
                    false => format!("move it to `{FOLDER}/{meant}`"),
                };
                return Err(vec![
                    Diagnostic::error("template", message).at(Place::file(file.path.clone())).with_help(help),
                ]);
            }
            if let Some(original) = built_in.get(&name).filter(|original| **original != file.text) {
                texts.insert(format!("{BUILT_IN_PREFIX}{name}"), original.clone());
            }
            // Those that nothing replaces are compiled twice only if they are asked for.
            for mentioned in mentioned(&file.text).filter(|name| !name.starts_with(COMPONENTS)) {
                if let Some(original) = built_in.get(mentioned) {
                    texts.insert(format!("{BUILT_IN_PREFIX}{mentioned}"), original.clone());
                }
            }
            texts.insert(name.clone(), file.text.clone());
            own.insert(name);
        }
        Ok(Self { texts, own })
    }

    /// Says whether the user wrote a template.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    /// Gives a template's text; empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Lists names that a user may write: all but those of the built-in ones by themselves.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str).filter(|name| !name.starts_with(BUILT_IN_PREFIX))
    }
}

/// Finds the built-in templates that a text names by their place under `theme/`.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(BUILT_IN_PREFIX).filter_map(|(at, prefix)| {
        let rest = &text[at + prefix.len()..];
        rest.find(['"', '\'', '`']).map(|end| &rest[..end])
    })
}

/// Picks the files that are templates: by their names, or because another names them.
fn templates(user: &[SourceFile]) -> impl Iterator<Item = &SourceFile> {
    user.iter().filter(move |file| is_template(&file.path) || is_named(&name_of(&file.path), user))
}

/// Says whether a file of the folder is a template by its name. Beside them lie notes and pictures, and what
/// editors and tools leave behind.
pub fn is_template(path: &SourcePath) -> bool {
    let name = path.file_name();
    let is_leftover = name.starts_with(['.', '#', '~'])
        || name.ends_with(['~', '#'])
        || path.as_str().split('/').any(|folder| folder == "node_modules");
    let is_kind = path.extension().is_some_and(|ending| KINDS.contains(&ending.to_ascii_lowercase().as_str()));
    is_kind && !is_leftover
}

/// Says whether a template of the user names another.
fn is_named(name: &str, user: &[SourceFile]) -> bool {
    let quoted = ['"', '\'', '`'].map(|quote| format!("{quote}{name}{quote}"));
    user.iter().any(|file| quoted.iter().any(|quoted| file.text.contains(quoted)))
}

/// Finds templates of the user's that nothing uses: mostly, another name was meant.
pub fn misnamed(user: &[SourceFile]) -> Vec<Diagnostic> {
    let known: Vec<String> = built_in::templates().map(|(name, _)| name).collect();
    let strangers = templates(user).filter_map(|file| {
        let name = name_of(&file.path);
        if known.contains(&name) || is_named(&name, user) {
            return None;
        }
        let in_other_case = known.iter().find(|known| known.eq_ignore_ascii_case(&name));
        // Blocks and components are found by names of their own, and what is no page may be kept for later.
        let is_found = name.starts_with(BLOCKS) || name.starts_with(COMPONENTS);
        let is_page = name.ends_with(".html") || name.ends_with(".htm");
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let meant = match is_found {
            true => Some(in_other_case?.clone()),
            false => in_other_case.cloned().or_else(|| near_name(&name, &names).map(str::to_owned)),
        };
        if meant.is_none() && !is_page {
            return None;
        }
        let message = match &meant {
            Some(meant) if is_found => format!("`{name}` does not replace `{meant}`: capital and small letters differ"),
            _ => format!("nothing uses the template `{name}`"),
        };
        let help = match &meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "templates of pages have names of their own, such as `post.html`, `page.html` and `term.html`; \
                     others are used where one extends or includes them"
                .to_owned(),
        };
        Some(Diagnostic::warning("unused-template", message).at(Place::file(file.path.clone())).with_help(help))
    });
    strangers.collect()
}

/// Finds the template that was meant by a name: the same file in another folder, or one of a name that is nearly the
/// same in the same folder. That both lie in one, or end in `.html`, makes no two names alike.
pub(super) fn near_name<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let (folder, own) = name.split_at(name.rfind('/').map_or(0, |at| at + 1));
    let stem = |file: &str| file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned();
    let beside: Vec<(&str, String)> =
        known.iter().filter_map(|known| Some((*known, stem(known.strip_prefix(folder)?)))).collect();
    let wanted = stem(own);
    let near = nearest(&wanted, beside.iter().map(|(_, stem)| stem.as_str()));
    let near = near.and_then(|near| beside.iter().find(|(_, stem)| stem == near)).map(|(known, _)| *known);
    let is_it = |known: &&&str| known.rsplit('/').next().is_some_and(|file| stem(file) == wanted);
    near.or_else(|| known.iter().find(is_it).copied())
}

/// Gives the name that templates call a file of the folder.
fn name_of(path: &SourcePath) -> String {
    let inside = path.as_str().strip_prefix(FOLDER).unwrap_or(path.as_str());
    inside.trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Vec<SourceFile> {
        files.iter().map(|(name, text)| SourceFile::new(format!("templates/{name}").as_str(), *text)).collect()
    }

    #[test]
    fn every_built_in_template_that_is_mentioned_is_there_under_its_own_name() {
        let user = files(&[
            ("page.html", "{% include \"theme/partials/footer.html\" %}{% include 'theme/nope.html' %}"),
            ("post.html", "mine"),
        ]);
        let all = Collection::of(&user).unwrap();
        assert_eq!(all.text("theme/partials/footer.html"), all.text("partials/footer.html"));
        assert!(!all.text("theme/post.html").is_empty() && all.text("theme/nope.html").is_empty());
        assert!(all.is_own("post.html") && !all.is_own("theme/post.html") && !all.is_own("404.html"));
        assert_eq!(all.texts.keys().filter(|name| name.starts_with("theme/")).count(), 3);
    }

    #[test]
    fn nothing_can_take_the_place_of_the_built_in_ones_behind_those_of_the_user() {
        let problems = Collection::of(&files(&[("theme/page.html", "mine")])).unwrap_err();
        assert_eq!(problems[0].place.as_ref().unwrap().path.as_str(), "templates/theme/page.html");
        assert!(problems[0].help[0].starts_with("move it to `templates/page.html`"), "{problems:?}");
    }

    #[test]
    fn notes_and_what_editors_leave_behind_are_no_templates() {
        let broken = "{{";
        let user = files(&[
            ("post.html.bak", broken),
            ("post.html.orig", broken),
            ("README.md", broken),
            ("#post.html#", broken),
            (".#post.html", broken),
            ("post.html~", broken),
            ("node_modules/a/index.html", broken),
            ("keep", broken),
            ("icons/a.svg", "<svg/>"),
            ("notes.md", "Text."),
            ("page.html", "{% include 'notes.md' %}"),
        ]);
        let all = Collection::of(&user).unwrap();
        assert_eq!(all.own.iter().collect::<Vec<_>>(), ["icons/a.svg", "notes.md", "page.html"]);
    }

    #[test]
    fn a_template_that_nothing_uses_is_said_with_the_one_that_was_meant() {
        let said = misnamed(&files(&[
            ("layouts/post.html", ""),
            ("partial/footer.html", ""),
            ("post.htm", ""),
            ("_default/single.html", ""),
            ("used.html", ""),
            ("page.html", "{% include 'used.html' %}"),
        ]));
        let help: Vec<_> = said.iter().map(|said| said.help[0].split(',').next().unwrap_or_default()).collect();
        let none = "templates of pages have names of their own";
        assert_eq!(
            help,
            ["did you mean `post.html`?", "did you mean `partials/footer.html`?", "did you mean `post.html`?", none]
        );
    }

    #[test]
    fn a_name_that_differs_in_its_letters_case_replaces_nothing() {
        let said =
            misnamed(&files(&[("PAGE.html", ""), ("POST.HTML", ""), ("blocks/Quote.html", ""), ("own.txt", "")]));
        let help: Vec<_> = said.iter().map(|said| said.help[0].as_str()).collect();
        assert_eq!(
            help,
            ["did you mean `page.html`?", "did you mean `post.html`?", "did you mean `blocks/quote.html`?"]
        );
    }
}
