//! The map of the rooms, held against the code: which room of `src/` may import which.
//!
//! `docs/architecture.md` says why. An arrow that is missing here is a question about the design: add
//! it only together with the answer there.
#![expect(clippy::disallowed_methods, reason = "reads the source files of this package")]
#![expect(clippy::unwrap_used, reason = "a helper of a test may end the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with what it may import: a whole room, or some things of it (`site::OutPath`).
///
/// The core, from the ground up. Five arrows lead upwards, and each is as narrow as it can be said:
///
/// - `diagnostic` and `source` need one another: a problem names its file, a file knows its places.
/// - `config` reads its file with the reader of front matter; `content` is read as `config` says.
/// - `site::OutPath` is a checked path and `site::json_for_script` an escape; neither knows a site.
/// - `site` plans the files of `theme::assets`.
/// - `snapshot` prepares for `render` what all pages share; `render` reads the snapshot.
const CORE: &[(&str, &[&str])] = &[
    ("fingerprint", &[]),
    ("diagnostic", &["source::SourcePath"]),
    ("source", &["diagnostic", "fingerprint"]),
    ("config", &["content::front_matter", "diagnostic", "source"]),
    ("content", &["config", "diagnostic", "fingerprint", "site::OutPath", "source"]),
    ("texts", &["config", "content", "source"]),
    ("newsroom", &["config", "content", "diagnostic", "fingerprint", "source", "texts"]),
    ("theme", &["content::slug", "diagnostic", "fingerprint", "site::OutPath", "site::json_for_script", "source"]),
    ("site", &["config", "content", "diagnostic", "fingerprint", "newsroom", "source", "theme::assets"]),
    ("load", &["config", "content", "diagnostic", "fingerprint", "site::Media", "source", "texts", "theme"]),
    (
        "snapshot",
        &[
            "config",
            "content",
            "diagnostic",
            "fingerprint",
            "load",
            "newsroom",
            "render::asked",
            "render::functions",
            "render::links",
            "render::site",
            "render::views",
            "site",
            "source",
            "texts",
            "theme",
        ],
    ),
    (
        "render",
        &["config", "content", "diagnostic", "fingerprint", "newsroom", "site", "snapshot", "source", "texts", "theme"],
    ),
];

/// The shell: all that touches the disk, the clock, the environment, the terminal or the network.
const SHELL: &[(&str, &[&str])] = &[
    ("process", &[]),
    ("disk", &["diagnostic", "fingerprint", "site::OutPath", "source"]),
    (
        "cache",
        &[
            "config",
            "content",
            "diagnostic",
            "disk",
            "fingerprint",
            "load",
            "newsroom",
            "render",
            "site",
            "snapshot",
            "source",
            "texts",
            "theme",
        ],
    ),
    (
        "build",
        &[
            "cache",
            "config",
            "content",
            "diagnostic",
            "disk",
            "fingerprint",
            "load",
            "newsroom",
            "render",
            "site",
            "snapshot",
            "source",
            "texts",
            "theme",
        ],
    ),
    (
        "preview",
        &[
            "cache",
            "config",
            "content",
            "diagnostic",
            "disk",
            "fingerprint",
            "load",
            "newsroom",
            "process",
            "render",
            "site",
            "snapshot",
            "source",
            "texts",
            "theme",
        ],
    ),
    (
        "cli",
        &[
            "build",
            "cache",
            "config",
            "content",
            "diagnostic",
            "disk",
            "load",
            "newsroom",
            "preview",
            "process",
            "render",
            "site",
            "snapshot",
            "source",
            "texts",
            "theme",
        ],
    ),
];

/// Files longer than this are two subjects.
const LONGEST_FILE: usize = 500;

#[test]
fn a_room_imports_only_what_the_map_allows() {
    let map: BTreeMap<&str, &[&str]> = CORE.iter().chain(SHELL).copied().collect();
    let mut wrong = Vec::new();
    for file in source_files() {
        let Some(room) = file.room() else { continue };
        let Some(allowed) = map.get(room.as_str()) else {
            wrong.push(format!("`{room}` ({}) is no room of the map", file.path));
            continue;
        };
        for import in imports(&file) {
            let target = import.split("::").next().unwrap_or_default();
            let fits = |allowed: &&str| import == **allowed || import.starts_with(&format!("{allowed}::"));
            if target != room && !allowed.iter().any(fits) {
                wrong.push(format!("`{room}` may not import `{import}` ({})", file.path));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_core_imports_no_shell() {
    let shell: BTreeSet<&str> = SHELL.iter().map(|(room, _)| *room).collect();
    for (room, allowed) in CORE {
        let outside: Vec<_> =
            allowed.iter().filter(|import| shell.contains(import.split("::").next().unwrap_or_default())).collect();
        assert!(outside.is_empty(), "`{room}` is core and may not import {outside:?}");
    }
}

#[test]
fn asynchronous_code_stays_in_the_preview() {
    for file in source_files() {
        let is_preview = file.room().is_some_and(|room| room == "preview");
        let text = code_of(&file.text);
        let found = ["async fn", "async move", ".await", "tokio::"].into_iter().find(|word| text.contains(word));
        assert!(is_preview || found.is_none(), "{} has `{}` in it", file.path, found.unwrap_or_default());
    }
}

#[test]
fn no_file_is_longer_than_a_subject() {
    let long: Vec<String> = source_files()
        .iter()
        .map(|file| (file.text.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, path)| format!("{path} has {lines} lines"))
        .collect();
    assert!(long.is_empty(), "files of at most {LONGEST_FILE} lines:\n{}\n", long.join("\n"));
}

#[test]
fn imports_are_found_in_every_form() {
    let find = |path: &str, text: &str| imports(&File { path: path.to_owned(), text: text.to_owned() });
    assert_eq!(find("a.rs", "use crate::x::Y;\nfn f() { crate::z::w(); }"), ["x::Y", "z::w"]);
    assert_eq!(find("a.rs", "use crate::x::{self, Y as V, n::{A, B},\n    Z};"), ["x", "x::Y", "x::n", "x::Z"]);
    assert_eq!(find("a.rs", "use crate::{x, y::Z};"), ["x", "y::Z"]);
    assert_eq!(find("a/b.rs", "use super::super::x::Y;\nuse super::c;"), ["x::Y"]);
    assert_eq!(find("a.rs", "//! [`crate::x`]\n/// [`crate::y`]\n// crate::z"), Vec::<String>::new());
    assert_eq!(find("a.rs", "#[cfg(test)]\nmod tests {\n    use crate::x::Y;\n}"), Vec::<String>::new());
}

/// A file of `src/`.
struct File {
    /// Its path from `src/` on, with `/`.
    path: String,
    text: String,
}

impl File {
    /// Gives the room: the first part of the path; the crate's two roots are none.
    fn room(&self) -> Option<String> {
        let first = self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        (!matches!(first, "lib" | "main")).then(|| first.to_owned())
    }

    /// Counts the modules from the crate's root to this file.
    fn depth(&self) -> usize {
        self.path.trim_end_matches("/mod.rs").split('/').count()
    }
}

fn source_files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                files.push(File { path: relative, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 50, "src/ should be where it was");
    files
}

/// Drops comments and unit tests: a test may look at its room from outside.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Finds what a file imports from the crate's root on: the room, and what of it.
fn imports(file: &File) -> Vec<String> {
    if file.path.ends_with("tests.rs") {
        return vec![];
    }
    let text = code_of(&file.text);
    let up = "super::".repeat(file.depth());
    let mut found = Vec::new();
    for prefix in ["crate::", up.as_str()] {
        for (at, _) in text.match_indices(prefix) {
            let is_whole = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"_:$".contains(c));
            if !is_whole {
                continue;
            }
            let rest = &text[at + prefix.len()..];
            // One module further up than the root there is nothing.
            if rest.starts_with("super::") {
                continue;
            }
            // What begins with a capital is a constant of the crate's root, and no room.
            for path in paths(rest).into_iter().filter(|path| !path.starts_with(char::is_uppercase)) {
                let path = path.strip_suffix("::self").unwrap_or(&path).to_owned();
                if !found.contains(&path) {
                    found.push(path);
                }
            }
        }
    }
    found
}

/// Reads `a::b`, `a::{b, c::d}` or `{a, b::c}`: at most two parts of each path.
fn paths(text: &str) -> Vec<String> {
    if let Some(group) = group(text) {
        return group.iter().flat_map(|item| paths(item)).collect();
    }
    let first = identifier(text);
    match text[first.len()..].strip_prefix("::") {
        Some(rest) => match group(rest) {
            Some(items) => items.iter().map(|item| format!("{first}::{}", identifier(item))).collect(),
            None => vec![format!("{first}::{}", identifier(rest))],
        },
        None => vec![first.to_owned()],
    }
}

fn identifier(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// Splits what stands in braces at the commas of the outermost level.
fn group(text: &str) -> Option<Vec<String>> {
    let inside = text.strip_prefix('{')?;
    let mut items = vec![String::new()];
    let mut depth = 0;
    for letter in inside.chars() {
        match letter {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(String::new()),
            _ => {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                items.last_mut()?.push(letter);
            }
        }
    }
    Some(items.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
}
