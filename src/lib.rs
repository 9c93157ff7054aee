//! Masthead turns a folder of Markdown into a newsletter site.
#![forbid(unsafe_code)]

pub mod content;
pub mod diagnostic;
pub mod fingerprint;
pub mod source;
