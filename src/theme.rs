//! Templates: the built-in ones, a user's over them, compiled once; and what each of them reads.
//!
//! Tera tells which variables a template and all that it extends or includes may read. A page's
//! fingerprint is made of just those, so a template that ignores the sidebar is not rendered again
//! when the sidebar changes. A template whose includes can't be known (a name that is computed)
//! depends on all templates; so does every template that calls a component.

mod address;
pub mod allowance;
pub mod assets;
pub mod built_in;
mod bundle;
mod depth;
mod filters;
pub mod functions;
mod lexeme;
mod minify;
mod outline;
mod script;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tera::{Context, Tera};

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::source::{SourceFile, SourcePath};

/// The folder of templates in a newsletter.
pub const FOLDER: &str = "templates";
/// The folder of files that are copied as they are.
pub const STATIC_FOLDER: &str = "static";
/// Under this prefix a template of the user can extend the built-in one that it replaces.
pub const BUILT_IN_PREFIX: &str = "theme/";
/// A page longer than this is an error.
pub const MAX_PAGE_BYTES: usize = 64 * 1024 * 1024;
/// Room for most pages.
const USUAL_PAGE_BYTES: usize = 32 * 1024;
/// A template with more branches than this is refused: the engine compiles each inside the one before.
const MAX_BRANCHES: usize = 200;
const BLOCKS: &str = "blocks/";
const COMPONENTS: &str = "components/";

/// All templates, compiled.
#[derive(Clone)]
pub struct Theme {
    tera: Tera,
    read_by: BTreeMap<String, BTreeSet<String>>,
    fingerprint: Fingerprint,
}

impl Theme {
    /// Compiles the built-in templates with a user's over them.
    ///
    /// # Errors
    /// A template is wrong; every problem is located.
    pub fn compile(user: &[SourceFile]) -> Result<Self, Vec<Diagnostic>> {
        let mut sources: BTreeMap<String, String> = BTreeMap::new();
        let mut built_in = BTreeMap::new();
        for (name, text) in built_in::templates() {
            built_in.insert(name.clone(), text.clone());
            sources.insert(name, text);
        }
        for file in user {
            let name = name_of(&file.path);
            if let Some((at, branch)) = file.text.match_indices("elif").nth(MAX_BRANCHES) {
                return Err(vec![
                    Diagnostic::error("template", format!("the template has more than {MAX_BRANCHES} `elif`"))
                        .at(file.place(at..at + branch.len()))
                        .with_help("look the value up in a map instead: `{% set names = {…} %}`"),
                ]);
            }
            // Components are known by their own names, so a file of them can't stand beside its original.
            if let Some(original) = built_in.get(&name).filter(|original| **original != file.text)
                && !name.starts_with(COMPONENTS)
            {
                sources.insert(format!("{BUILT_IN_PREFIX}{name}"), original.clone());
            }
            sources.insert(name, file.text.clone());
        }
        depth::check(&sources).map_err(|problem| vec![problem])?;
        let mut builder = FingerprintBuilder::default();
        for (name, text) in &sources {
            builder.add_bytes(name.as_bytes());
            builder.add_bytes(text.as_bytes());
        }
        let mut tera = Tera::default();
        tera.autoescape_on(vec![".html", ".htm", ".xml"]);
        tera.set_escape_fn(allowance::escape);
        filters::register(&mut tera);
        functions::declare(&mut tera);
        tera.add_raw_templates(sources.iter().map(|(name, text)| (name.as_str(), text.as_str())))
            .map_err(|error| vec![describe(&error, None)])?;
        let mut read_by = BTreeMap::new();
        for name in sources.keys() {
            let variables = tera.get_template_variables(name).map_err(|error| vec![describe(&error, None)])?;
            read_by.insert(name.clone(), variables.into_iter().map(str::to_owned).collect());
        }
        Ok(Self { tera, read_by, fingerprint: builder.finish() })
    }

    /// Says whether there is a template of a name.
    pub fn has(&self, template: &str) -> bool {
        self.read_by.contains_key(template)
    }

    /// Gives the variables that a template may read; none if there is no such template.
    pub fn read_by(&self, template: &str) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.read_by.get(template).unwrap_or(&NONE)
    }

    /// Gives the digest of all templates.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Lists the names of blocks that authors can use.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.read_by.keys().filter_map(|name| name.strip_prefix(BLOCKS)?.strip_suffix(".html"))
    }

    /// Gives the template of a block.
    ///
    /// # Errors
    /// There is no such block; the nearest name is the help.
    pub fn block_template(&self, name: &str) -> Result<String, Diagnostic> {
        let template = format!("{BLOCKS}{name}.html");
        if self.has(&template) {
            return Ok(template);
        }
        let help = nearest(name, self.blocks()).map_or_else(
            || {
                format!(
                    "known blocks: {}; a file `templates/blocks/{name}.html` adds one",
                    self.blocks().collect::<Vec<_>>().join(", ")
                )
            },
            |near| format!("did you mean `{near}`?"),
        );
        Err(Diagnostic::error("unknown-block", format!("there is no block `{name}`")).with_help(help))
    }

    /// Gives an engine whose functions are those of one snapshot.
    pub fn engine(&self, functions: impl FnOnce(&mut Tera)) -> Tera {
        let mut tera = self.tera.clone();
        functions(&mut tera);
        tera
    }
}

/// Renders a template.
///
/// # Errors
/// The template fails; the diagnostic names the template's place, and `rendering` is what it was for.
pub fn render(tera: &Tera, template: &str, context: &Context, rendering: &str) -> Result<String, Diagnostic> {
    let given_up = allowance::given_up();
    let mut page = Bounded { bytes: Vec::with_capacity(USUAL_PAGE_BYTES), is_full: false, given_up };
    match allowance::for_a_page(|| tera.render_to(template, context, &mut page)) {
        Ok(()) => {
            Ok(String::from_utf8(page.bytes).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into()))
        }
        Err(_) if page.is_full => {
            let message = format!("the template writes more than {} MiB for one page", MAX_PAGE_BYTES / 1024 / 1024);
            Err(Diagnostic::error("page-too-long", message)
                .at(Place::file(path_of(template)))
                .with_help(format!("it was rendering `{rendering}`"))
                .with_help("look for a loop in a loop; a list of all posts on every page grows with their square"))
        }
        Err(error) => {
            let problem = describe(&error, Some(rendering));
            let place = problem.place.clone().unwrap_or_else(|| Place::file(path_of(template)));
            Err(problem.at(place))
        }
    }
}

/// A page as it grows, up to a length that no reader would wait for, or until nobody waits for it.
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
    given_up: Option<Arc<AtomicBool>>,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes.len() + bytes.len() > MAX_PAGE_BYTES {
            self.is_full = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        if self.given_up.as_ref().is_some_and(|given_up| given_up.load(Ordering::Relaxed)) {
            return Err(io::Error::from(io::ErrorKind::TimedOut));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Finds templates of the user's that nothing uses and whose names are nearly those of built-in ones.
pub fn misnamed(user: &[SourceFile]) -> Vec<Diagnostic> {
    let known: Vec<String> = built_in::templates().map(|(name, _)| name).collect();
    let is_named = |name: &str| {
        let quoted = [format!("\"{name}\""), format!("'{name}'")];
        user.iter().any(|file| quoted.iter().any(|quoted| file.text.contains(quoted)))
    };
    let is_used = |name: &String| {
        // Blocks and components are found by names of their own.
        known.contains(name) || name.starts_with(BLOCKS) || name.starts_with(COMPONENTS) || is_named(name)
    };
    let strangers = user.iter().map(|file| (file, name_of(&file.path))).filter(|(_, name)| !is_used(name));
    strangers
        .filter_map(|(file, name)| {
            let (folder, own) = name.split_at(name.rfind('/').map_or(0, |at| at + 1));
            let beside = known.iter().filter_map(|known| known.strip_prefix(folder)?.strip_suffix(".html"));
            let near = nearest(own.trim_end_matches(".html"), beside)?;
            Some(
                Diagnostic::warning("unused-template", format!("nothing uses the template `{name}`"))
                    .at(Place::file(file.path.clone()))
                    .with_help(format!("did you mean `{folder}{near}.html`?")),
            )
        })
        .collect()
}

fn name_of(path: &SourcePath) -> String {
    let inside = path.as_str().strip_prefix(FOLDER).unwrap_or(path.as_str());
    inside.trim_start_matches('/').to_owned()
}

/// Turns Tera's report into a diagnostic.
fn describe(error: &tera::Error, rendering: Option<&str>) -> Diagnostic {
    use tera::ErrorKind;
    let at = |template: &str| Some(Place::file(path_of(template)));
    let (message, place) = match error.kind() {
        ErrorKind::MissingParent { current, parent } => {
            (format!("`{current}` extends `{parent}`, and there is no such template"), at(current))
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            (format!("`{tpl}` extends itself, by way of {}", names(inheritance_chain)), at(tpl))
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            (format!("`{tpl}` includes itself, by way of {}", names(include_chain)), at(tpl))
        }
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let place = Place {
                path: path_of(report.filename()),
                line: u32::try_from(span.start_line).unwrap_or(1),
                column: u32::try_from(span.start_col).unwrap_or(0) + 1,
                length: u32::try_from(span.range.len()).unwrap_or(1).max(1),
            };
            (report.message().to_owned(), Some(place))
        }
        _ => {
            let text = error.to_string();
            let place = place_in_report(&text);
            let first = text.lines().next().unwrap_or("the template fails");
            (first.trim_start_matches("error: ").to_owned(), place)
        }
    };
    // The engine prints all it knows; a reader needs the first part.
    let message: String = message.chars().take(400).collect();
    let mut diagnostic = Diagnostic::error("template", message);
    diagnostic.place = place;
    if let Some(rendering) = rendering {
        diagnostic = diagnostic.with_help(format!("it was rendering `{rendering}`"));
    }
    diagnostic
}

fn names(templates: &[String]) -> String {
    templates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Reads ` --> name:line:column` out of a report that has no structure.
fn place_in_report(report: &str) -> Option<Place> {
    let line = report.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let mut parts = line.trim().rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    Some(Place { path: path_of(parts.next()?), line: number, column, length: 1 })
}

fn path_of(template: &str) -> SourcePath {
    SourcePath::new(format!("{FOLDER}/{template}"))
}
