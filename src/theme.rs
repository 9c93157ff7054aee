//! Templates: the built-in ones, a user's over them, compiled once; and what each of them reads.
//!
//! Tera tells which variables a template and all that it extends or includes may read. A page's
//! fingerprint is made of just those, so a template that ignores the sidebar is not rendered again
//! when the sidebar changes. What templates ask the site for by functions is found in their texts ([`Ask`]).

mod address;
pub mod allowance;
mod argument;
pub mod assets;
pub mod built_in;
mod bundle;
mod collection;
mod complaint;
mod depth;
mod failure;
mod fields;
mod filters;
mod foreign;
pub mod functions;
mod lexeme;
mod loose;
mod minify;
mod names_known;
mod outline;
mod reach;
mod recursion;
mod script;
pub mod shape;
pub mod undefined;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tera::{Context, Tera};

use self::collection::Collection;
pub use self::collection::{is_template, misnamed};
pub use self::reach::Ask;
use self::reach::Reach;
use self::shape::Shapes;
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
const BLOCKS: &str = "blocks/";
const COMPONENTS: &str = "components/";

/// All templates, compiled.
#[derive(Clone)]
pub struct Theme {
    tera: Tera,
    templates: Arc<Collection>,
    read_by: BTreeMap<String, BTreeSet<String>>,
    asks: BTreeMap<String, BTreeSet<Ask>>,
    fingerprint: Fingerprint,
}

impl Theme {
    /// Compiles the built-in templates with a user's over them.
    ///
    /// # Errors
    /// A template is wrong; every problem is located.
    pub fn compile(user: &[SourceFile]) -> Result<Self, Vec<Diagnostic>> {
        let templates = Collection::of(user)?;
        depth::check(&templates).map_err(|problem| vec![problem])?;
        let mut builder = FingerprintBuilder::default();
        for (name, text) in &templates.texts {
            builder.add_bytes(name.as_bytes());
            builder.add_bytes(text.as_bytes());
        }
        let mut tera = Tera::default();
        tera.autoescape_on(vec![".html", ".htm", ".xml"]);
        tera.set_escape_fn(allowance::escape);
        filters::register(&mut tera);
        functions::declare(&mut tera);
        // A component of the user's takes the place of the built-in one, and the others of its file stay.
        let wrong = |error: &tera::Error| complaint::of_compiling(error, &templates);
        tera.set_fallback_prefixes([BUILT_IN_PREFIX]).map_err(|error| wrong(&error))?;
        tera.add_raw_templates(templates.texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
            .map_err(|error| wrong(&error))?;
        let reach = Reach::of(&templates);
        let asks = templates.texts.keys().map(|name| (name.clone(), reach.asks(name))).collect();
        let mut read_by = BTreeMap::new();
        for name in templates.texts.keys() {
            let variables = tera.get_template_variables(name).map_err(|error| wrong(&error))?;
            read_by.insert(name.clone(), variables.into_iter().map(str::to_owned).collect());
        }
        Ok(Self { tera, templates: Arc::new(templates), read_by, asks, fingerprint: builder.finish() })
    }

    /// Says whether there is a template of a name.
    pub fn has(&self, template: &str) -> bool {
        self.read_by.contains_key(template)
    }

    /// Says whether the user wrote a template, or else it is built in.
    pub fn is_own(&self, template: &str) -> bool {
        self.templates.is_own(template)
    }

    /// Lists the templates of the user that take part when one is rendered, itself among them.
    pub fn own_parts(&self, template: &str) -> BTreeSet<&str> {
        let mut parts = Reach::of(&self.templates).parts(template);
        parts.retain(|name| self.templates.is_own(name));
        parts
    }

    /// Lists what a template may ask the site for; nothing if there is no such template.
    pub fn asks(&self, template: &str) -> &BTreeSet<Ask> {
        static NOTHING: BTreeSet<Ask> = BTreeSet::new();
        self.asks.get(template).unwrap_or(&NOTHING)
    }

    /// Lists all templates with what each may ask the site for.
    pub fn all_asks(&self) -> impl Iterator<Item = (&str, &BTreeSet<Ask>)> {
        self.asks.iter().map(|(name, asks)| (name.as_str(), asks))
    }

    /// Gives the variables that a template may read; none if there is no such template.
    pub fn read_by(&self, template: &str) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        self.read_by.get(template).unwrap_or(&NONE)
    }

    /// Finds what the user's templates ask of values that never have it.
    pub fn slips(&self, shapes: &Shapes) -> Vec<Diagnostic> {
        fields::slips(&self.templates, shapes)
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
    pub fn engine(&self, functions: impl FnOnce(&mut Tera)) -> Engine {
        let mut tera = self.tera.clone();
        functions(&mut tera);
        Engine { tera, templates: self.templates.clone() }
    }
}

/// Templates with the functions of one site.
#[derive(Clone)]
pub struct Engine {
    tera: Tera,
    templates: Arc<Collection>,
}

/// Renders a template.
///
/// # Errors
/// The template fails; the diagnostic names the template's place, and `rendering` is what it was for.
pub fn render(engine: &Engine, template: &str, context: &Context, rendering: &str) -> Result<String, Diagnostic> {
    let given_up = allowance::given_up();
    let mut page = Bounded { bytes: Vec::with_capacity(USUAL_PAGE_BYTES), is_full: false, given_up };
    match allowance::for_a_page(|| engine.tera.render_to(template, context, &mut page)) {
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
        Err(error) => Err(failure::of_rendering(&error, &engine.templates, template, rendering)),
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

/// Gives the path under which a template is shown to its author.
pub fn path_of(template: &str) -> SourcePath {
    SourcePath::new(format!("{FOLDER}/{template}"))
}
