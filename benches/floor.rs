//! The floor under a cold build: what nobody who builds the same site can leave out.
//!
//! `cargo bench --bench floor -- SOURCES OUTPUT` takes the folder of the sources and a finished site, and
//! prints the milliseconds (the median of some rounds) for reading every source, for turning every body
//! into HTML with pulldown-cmark, for writing every file of the site from memory into a new folder
//! beside it, and for the sum. All three run on two threads.
#![expect(clippy::disallowed_methods, reason = "times the disk itself")]
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints its figures, and ends when it can't run"
)]

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use walkdir::WalkDir;

const THREADS: usize = 2;
const ROUNDS: usize = 5;

fn main() {
    let folders: Vec<PathBuf> =
        std::env::args_os().skip(1).filter(|word| word != "--bench").map(PathBuf::from).collect();
    let [sources, output] = &folders[..] else {
        // `cargo bench` runs every target; there is nothing to measure without a site.
        println!("floor: name the folder of the sources and a finished site");
        return;
    };
    rayon::ThreadPoolBuilder::new().num_threads(THREADS).build_global().expect("threads can be started");
    let site: Vec<(PathBuf, Vec<u8>)> = files(output)
        .into_iter()
        .map(|path| {
            let bytes = fs::read(&path).expect("a file of the site can be read");
            (path.strip_prefix(output).expect("it lies in the site").to_owned(), bytes)
        })
        .collect();
    let rounds: Vec<[f64; 3]> = (0..ROUNDS).map(|_| round(sources, &site, output)).collect();
    let medians = [0, 1, 2].map(|part| median(rounds.iter().map(|round| round[part]).collect()));
    for (name, milliseconds) in ["read", "parse", "write"].iter().zip(medians) {
        println!("{name} {milliseconds:.1} ms");
    }
    println!("sum {:.1} ms", median(rounds.iter().map(|round| round.iter().sum()).collect()));
}

fn round(sources: &Path, site: &[(PathBuf, Vec<u8>)], output: &Path) -> [f64; 3] {
    let (texts, read) = timed(|| {
        files(sources).par_iter().map(|path| fs::read_to_string(path).expect("a source is text")).collect::<Vec<_>>()
    });
    let (pages, parse) = timed(|| texts.par_iter().map(|text| page(body(text))).collect::<Vec<_>>());
    black_box(pages);
    let target = output.with_extension("floor");
    let _ = fs::remove_dir_all(&target);
    let ((), write) = timed(|| write_all(site, &target));
    fs::remove_dir_all(&target).expect("what was written can be taken away");
    [read, parse, write]
}

fn page(body: &str) -> String {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut page = String::with_capacity(body.len() * 3 / 2);
    html::push_html(&mut page, Parser::new_ext(body, options));
    page
}

/// What stands behind the front matter.
fn body(text: &str) -> &str {
    text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body)
}

fn write_all(site: &[(PathBuf, Vec<u8>)], target: &Path) {
    let folders: BTreeSet<&Path> = site.iter().filter_map(|(path, _)| path.parent()).collect();
    for folder in folders {
        fs::create_dir_all(target.join(folder)).expect("a folder can be made");
    }
    site.par_iter().for_each(|(path, bytes)| fs::write(target.join(path), bytes).expect("a file can be written"));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).into_iter().map(|entry| entry.expect("the folder can be listed"));
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed().as_secs_f64() * 1000.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
