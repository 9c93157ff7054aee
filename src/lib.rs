//! Masthead turns a folder of Markdown into a newsletter site.
#![forbid(unsafe_code)]

pub mod build;
pub mod cache;
pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod disk;
pub mod fingerprint;
pub mod load;
pub mod newsroom;
pub mod preview;
pub mod render;
pub mod site;
pub mod snapshot;
pub mod source;
pub mod texts;
pub mod theme;

/// Tells builds of this program apart: the digest of all that it was made from.
pub const BUILD_ID: &str = env!("MASTHEAD_BUILD_ID");
