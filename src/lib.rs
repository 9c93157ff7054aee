//! Masthead turns a folder of Markdown into a newsletter site.
#![forbid(unsafe_code)]

pub mod config;
pub mod content;
pub mod diagnostic;
pub mod disk;
pub mod fingerprint;
pub mod site;
pub mod source;
