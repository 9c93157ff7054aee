//! The theme that Masthead brings along: the project's own `templates/` and `static/`, in the binary.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// Gives the built-in templates: name and text.
pub fn templates() -> impl Iterator<Item = (String, String)> {
    Templates::iter().filter_map(|name| {
        let file = Templates::get(&name)?;
        Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    })
}

/// Gives the built-in static files: name and bytes, by name.
pub fn static_files() -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut names: Vec<_> = Static::iter().collect();
    names.sort();
    names.into_iter().filter_map(|name| Static::get(&name).map(|file| (name.into_owned(), file.data.into_owned())))
}

/// Says whether there is a built-in static file of a name.
pub fn has_static(name: &str) -> bool {
    Static::get(name).is_some()
}

/// Gives the text of a built-in template, for showing a line of it.
pub fn template(name: &str) -> Option<String> {
    Templates::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}
