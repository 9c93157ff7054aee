//! Rendering: a snapshot and a route in, bytes out.
//!
//! A page for readers is made in two steps. [`html::prepare`] collects its variables, each with a
//! digest; from those that its template reads comes the page's key. [`html::finish`] runs the
//! template. Whoever has a page of the same key already may leave the second step out. Everything
//! else is written by one function for each kind of file.

pub mod asked;
mod blocks;
pub mod body;
pub mod chart;
pub mod deals;
pub mod email;
pub mod feed;
pub mod functions;
pub mod headers;
pub mod html;
pub mod links;
pub mod lists;
pub mod llms;
pub mod machine;
mod markdown;
pub mod metadata;
mod mirror;
mod percent;
pub mod redirects;
pub mod robots;
pub mod share;
pub mod site;
pub mod sitemap;
pub mod story;
pub mod structured_data;
pub mod variables;
pub mod views;
mod xml;

use crate::diagnostic::Diagnostic;
use crate::site::{OutPath, Route};
use crate::snapshot::Snapshot;

/// What a route became.
pub enum Rendered {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of a file of the newsletter's folder, by its path.
    CopyOf(String),
}

/// Renders a route.
///
/// # Errors
/// A template fails.
pub fn render(snapshot: &Snapshot, path: &OutPath, route: &Route) -> Result<Rendered, Diagnostic> {
    if let Some(page) = html::prepare(snapshot, route) {
        return html::finish(snapshot, page).map(|html| Rendered::Bytes(html.into_bytes()));
    }
    machine::render(snapshot, path, route)
}
