//! Masthead turns a folder of Markdown into a newsletter site: files in, files out, values between.
//!
//! 1. [`source`]: the newsletter's folder, behind one door; on disk it is [`disk`]'s.
//! 2. [`load`]: every file is read and, by [`content`], parsed once: posts, editions, pages, profiles,
//!    replies. [`config`] says what they mean; [`diagnostic`] is what is wrong with them.
//! 3. [`newsroom`]: what may be published is put in order and joined: terms, names in the text, the
//!    ledger of deals, related news.
//! 4. [`site`]: every path of the output, and what templates see there; [`theme`] has the templates.
//! 5. [`snapshot`]: all of it at one moment, immutable.
//! 6. [`render`]: a snapshot and a route become bytes; a page has a key, the [`fingerprint`] of all that
//!    it depends on.
//! 7. The last step is another for each command: [`build`] writes what changed, [`preview`] answers a
//!    request, `check` in [`cli`] only prints. [`cache`] keeps what saves work, and [`texts`] finds what it left out.
//!
//! Start with `docs/architecture.md` for why it is so, and with [`build::build`] for how it runs.
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
pub mod process;
pub mod render;
pub mod site;
pub mod snapshot;
pub mod source;
pub mod texts;
pub mod theme;

/// Tells builds of this program apart: the digest of all that it was made from.
pub const BUILD_ID: &str = env!("MASTHEAD_BUILD_ID");
