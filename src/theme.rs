//! Templates: the built-in ones, a user's over them, compiled once; and what each of them reads.
//!
//! Tera tells which variables a template and all that it extends or includes may read. A page's
//! fingerprint is made of just those, so a template that ignores the sidebar is not rendered again
//! when the sidebar changes. A template whose includes can't be known (a name that is computed)
//! depends on all templates; so does every template that calls a component.

pub mod assets;
pub mod built_in;
mod bundle;
mod filters;
mod lexeme;
mod minify;

use std::collections::{BTreeMap, BTreeSet};

use tera::{Context, Kwargs, State, Tera, Value};

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::source::{SourceFile, SourcePath};

/// The folder of templates in a newsletter.
pub const FOLDER: &str = "templates";
/// The folder of files that are copied as they are.
pub const STATIC_FOLDER: &str = "static";
/// Under this prefix a template of the user can extend the built-in one that it replaces.
pub const BUILT_IN_PREFIX: &str = "theme/";
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
            // Components are known by their own names, so a file of them can't stand beside its original.
            if let Some(original) = built_in.get(&name).filter(|original| **original != file.text)
                && !name.starts_with(COMPONENTS)
            {
                sources.insert(format!("{BUILT_IN_PREFIX}{name}"), original.clone());
            }
            sources.insert(name, file.text.clone());
        }
        let mut builder = FingerprintBuilder::default();
        for (name, text) in &sources {
            builder.add_bytes(name.as_bytes());
            builder.add_bytes(text.as_bytes());
        }
        let mut tera = Tera::default();
        tera.autoescape_on(vec![".html", ".htm", ".xml"]);
        filters::register(&mut tera);
        declare_functions(&mut tera);
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

    /// Says whether a template may read a variable.
    pub fn reads(&self, template: &str, variable: &str) -> bool {
        self.read_by.get(template).is_some_and(|variables| variables.contains(variable))
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
    tera.render(template, context).map_err(|error| describe(&error, Some(rendering)))
}

/// Functions are known when templates are compiled, so that a misspelt one is found then; what they
/// answer is filled in for each snapshot.
fn declare_functions(tera: &mut Tera) {
    for name in ["asset", "url", "posts", "deals"] {
        tera.register_function(name, |_: Kwargs, _: &State| -> tera::TeraResult<Value> { Ok(Value::none()) });
    }
}

fn name_of(path: &SourcePath) -> String {
    let inside = path.as_str().strip_prefix(FOLDER).unwrap_or(path.as_str());
    inside.trim_start_matches('/').to_owned()
}

/// Turns Tera's report into a diagnostic.
fn describe(error: &tera::Error, rendering: Option<&str>) -> Diagnostic {
    use tera::ErrorKind;
    let (message, place) = match error.kind() {
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
