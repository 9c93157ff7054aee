//! What is published: every path of the output, and what templates see there.

mod out_path;
pub mod view;

pub use out_path::OutPath;
