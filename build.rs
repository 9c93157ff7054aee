//! Gives each build of the program a name of its own, so that a cache of another build is told apart.
#![expect(clippy::disallowed_methods, reason = "a build script reads the sources that it is named after")]

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

fn main() {
    let mut files = Vec::new();
    for top in ["src", "templates", "static", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={top}");
        collect(Path::new(top), &mut files);
    }
    files.sort();
    // The same sources give the same name on every machine: the hasher has fixed keys.
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file).unwrap_or_default());
    }
    println!("cargo::rustc-env=MASTHEAD_BUILD_ID={:016x}", hasher.finish());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else {
        files.push(path.to_path_buf());
        return;
    };
    for entry in entries.flatten() {
        collect(&entry.path(), files);
    }
}
