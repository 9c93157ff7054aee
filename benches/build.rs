//! Times whole builds, each in a process of its own: `cargo bench --bench build -- 1000 10000`.
//!
//! The corpus is made here, the same on every machine: posts of some 600 words with companies, tags,
//! links, key points, code, and a deal in every third. For each number of posts it prints the median of
//! several cold builds, of builds with nothing to do, with one body edited, and with one post added.
//! `MASTHEAD_BENCH_DIR` names the folder to work in: one in memory leaves the disk out of the figures.
#![expect(clippy::disallowed_methods, reason = "times whole builds on the disk")]
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints its table, and ends when it can't run"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Cold builds leave out what other generators do not make, so that the figures can be compared.
const LEAN: &str = "title: The Model Wire\nbase_url: https://example.org\ntaxonomies: [tags, companies]\noutputs: {mirrors: false, atom: false, json_feed: false, term_feeds: false, archive: false, ledger: false, ledger_data: false, llms: false, headers: false, redirects: false}\n";
const FULL: &str = "title: The Model Wire\nbase_url: https://example.org\ntaxonomies: [tags, companies]\n";
const RUNS: usize = 3;

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000] } else { sizes };
    let place =
        std::env::var_os("MASTHEAD_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from).join("masthead-bench");
    println!("| posts | outputs | cold | nothing changed | one body edited | one post added | peak memory |");
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for posts in sizes {
        for (name, config) in [("lean", LEAN), ("all", FULL)] {
            let _ = fs::remove_dir_all(&place);
            write_corpus(&place, posts);
            fs::write(place.join("masthead.yaml"), config).expect("the folder can be written to");
            println!("{}", row(&place, posts, name));
        }
    }
    let _ = fs::remove_dir_all(&place);
}

fn row(root: &Path, posts: usize, name: &str) -> String {
    let mut memory = 0;
    let mut cold: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let _ = fs::remove_dir_all(root.join("public"));
            let _ = fs::remove_dir_all(root.join(".masthead-cache"));
            let (took, peak) = build(root);
            memory = memory.max(peak);
            took
        })
        .collect();
    // A file that was written just now may change within one tick of the clock, so it is looked into.
    std::thread::sleep(Duration::from_secs(3));
    build(root);
    let mut nothing: Vec<Duration> = (0..RUNS).map(|_| build(root).0).collect();
    let mut edited: Vec<Duration> = (0..RUNS)
        .map(|run| {
            let path = post_path(root, posts / 2);
            let text = fs::read_to_string(&path).expect("the post is there");
            fs::write(&path, format!("{text}\nOne more sentence, number {run}.\n")).expect("the post can be written");
            build(root).0
        })
        .collect();
    let mut added: Vec<Duration> = (0..RUNS)
        .map(|run| {
            let mut dice = Dice(run as u64 + 99);
            fs::write(post_path(root, posts + run), post(&mut dice, posts + run, posts))
                .expect("the post can be written");
            build(root).0
        })
        .collect();
    let show = |times: &mut Vec<Duration>| {
        times.sort();
        format!("{:.3} s", times[times.len() / 2].as_secs_f64())
    };
    format!(
        "| {posts} | {name} | {} | {} | {} | {} | {} MiB |",
        show(&mut cold),
        show(&mut nothing),
        show(&mut edited),
        show(&mut added),
        memory / 1024
    )
}

/// Builds in a new process: how long it took, and its peak of memory in KiB where the system tells.
fn build(root: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_masthead")).args(["build", "--timings", "--root"]).arg(root).output();
    let took = start.elapsed();
    let output = output.expect("masthead can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let peak = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("peak memory")?.trim().strip_suffix(" KiB")?.parse().ok());
    (took, peak.unwrap_or(0))
}

fn post_path(root: &Path, number: usize) -> PathBuf {
    root.join(format!("content/posts/post-{number:06}.md"))
}

fn write_corpus(root: &Path, posts: usize) {
    fs::create_dir_all(root.join("content/posts")).expect("the folder can be made");
    for number in 0..posts {
        let mut dice = Dice((number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        fs::write(post_path(root, number), post(&mut dice, number, posts)).expect("the post can be written");
    }
}

/// A generator of numbers that are the same on every machine (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    /// Rolls so that small numbers come often and large ones seldom, as words do in texts.
    fn zipf(&mut self, sides: usize) -> usize {
        let wide = self.roll(sides) + 1;
        self.roll(wide)
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 24] = [
            "mo", "del", "cloud", "ser", "vi", "ce", "da", "ta", "tra", "ning", "chip", "li", "cen", "deal", "agent",
            "in", "fer", "ence", "mar", "ket", "com", "pute", "re", "port",
        ];
        let rank = self.zipf(6_000);
        let mut word = SYLLABLES[rank % 24].to_owned();
        let mut rest = rank / 24;
        while rest > 0 {
            word.push_str(SYLLABLES[rest % 24]);
            rest /= 24;
        }
        word
    }

    fn sentence(&mut self, words: usize) -> String {
        let mut text = (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ");
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text.push('.');
        text
    }
}

fn post(dice: &mut Dice, number: usize, posts: usize) -> String {
    let company = |dice: &mut Dice| format!("Company {}", dice.zipf(120));
    let day = 1 + number * 1_400 / posts.max(1);
    let date = format!("{}-{:02}-{:02}", 2022 + day / 360, 1 + day / 30 % 12, 1 + day % 28);
    let (buyer, seller) = (company(dice), format!("Supplier {}", dice.zipf(40)));
    let tags: Vec<String> = (0..4).map(|_| format!("tag-{}", dice.zipf(150))).collect();
    let mut text = format!(
        "---\ntitle: \"{buyer} {}\"\ndate: {date}\nauthor: Desk {}\n",
        dice.sentence(6).trim_end_matches('.'),
        dice.roll(12)
    );
    text.push_str(&format!(
        "companies: [{buyer}, {seller}]\ntags: [{}]\nsummary: {}\n",
        tags.join(", "),
        dice.sentence(18)
    ));
    if number.is_multiple_of(3) {
        text.push_str(&format!("deal: {{id: deal-{number}, buyer: {buyer}, seller: {seller}, kind: cloud, amount: $20M per month, status: reported}}\n"));
    }
    text.push_str("---\n\n");
    for part in 0..8 {
        text.push_str(&format!("## {}\n\n{} {}\n\n", dice.sentence(4), dice.sentence(20), dice.sentence(16)));
        text.push_str(&format!(
            "**{}:** {} [{}](https://news.example.com/{number}/{part})\n\n- {}\n- {}\n\n",
            dice.word(),
            dice.sentence(12),
            dice.word(),
            dice.sentence(9),
            dice.sentence(8)
        ));
    }
    if number.is_multiple_of(10) {
        text.push_str(&format!(
            "```rust\nfn post_{number}() -> usize {{\n    // {}\n    {number}\n}}\n```\n",
            dice.sentence(5)
        ));
    }
    text
}
