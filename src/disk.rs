//! The disk: reading a newsletter's folder, and publishing a site so that nothing is ever half done.
//!
//! Read [`workspace`] for what is read and what is refused, [`guard`] for where a site may be
//! written, [`publication`] for how. All writing goes through [`file_system::FileSystem`], so that
//! tests can let every single step fail.
#![expect(clippy::disallowed_methods, reason = "this room is the door to the disk")]

pub mod file_system;
pub mod guard;
pub mod manifest;
pub mod publication;
pub mod workspace;

pub use workspace::DiskWorkspace;
