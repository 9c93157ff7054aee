//! The output of any sequence of incremental builds is, byte for byte, the output of a clean build.
//!
//! A small newsletter is edited at random: bodies, front matter, templates, configuration, renames,
//! deletions, drafts, static files, the output itself, the cache. After every edit it is built in
//! place, with all that earlier builds left, and once more from nothing; the two sites are compared.
//! `MASTHEAD_SEQUENCES` sets how many sequences are run (500 if it is not set).
#![expect(clippy::disallowed_methods, reason = "edits newsletters on the disk")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use masthead::build::{Request, build};
use masthead::config::Overrides;
use masthead::content::date::Moment;
use masthead::disk::file_system::Disk;
use masthead::disk::publication::Adoption;
use masthead::newsroom::timeline::Admission;

/// A generator of numbers that are the same on every machine (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.roll(items.len())]
    }
}

const WORDS: &[&str] = &[
    "cloud",
    "licence",
    "chips",
    "TikTok",
    "Microsoft",
    "OpenAI",
    "pays",
    "signs",
    "a deal",
    "$20M",
    "models",
    "the court",
];
const COMPANIES: &[&str] = &["TikTok", "Microsoft", "OpenAI", "Anthropic", "microsoft", "Hugging Face", "hugging-face"];

fn sentence(dice: &mut Dice) -> String {
    (0..4 + dice.roll(6)).map(|_| dice.pick(WORDS)).collect::<Vec<_>>().join(" ")
}

fn post(dice: &mut Dice) -> String {
    let mut text = format!("---\ntitle: {}\ndate: 2024-0{}-1{}\n", sentence(dice), 1 + dice.roll(9), dice.roll(9));
    text.push_str(&format!("companies: [{}, {}]\n", dice.pick(COMPANIES), dice.pick(COMPANIES)));
    if dice.roll(3) == 0 {
        text.push_str(&format!("tags: [{}]\n", dice.pick(&["cloud", "law", "money"])));
    }
    if dice.roll(5) == 0 {
        text.push_str("draft: true\n");
    }
    if dice.roll(4) == 0 {
        text.push_str(&format!("summary: {}.\n", sentence(dice)));
    }
    if dice.roll(4) == 0 {
        text.push_str(&format!("story: {}\n", dice.pick(&["one", "two"])));
    }
    if dice.roll(3) == 0 {
        text.push_str(&format!(
            "deals:\n  - id: deal-{}\n    buyer: {}\n    seller: Nvidia\n    kind: cloud\n    amount: ${}M\n    status: signed\n",
            dice.roll(3),
            dice.pick(COMPANIES),
            1 + dice.roll(90)
        ));
    }
    text.push_str("---\n\n");
    for _ in 0..1 + dice.roll(3) {
        text.push_str(&format!("**{}:** {}\n\n", dice.pick(WORDS), sentence(dice)));
    }
    if dice.roll(4) == 0 {
        text.push_str(&format!("See [another](post-{}.md).\n\n", dice.roll(6)));
    }
    if dice.roll(6) == 0 {
        text.push_str("![A picture](../pictures/a.svg)\n\n");
    }
    if dice.roll(6) == 0 {
        text.push_str("```{note}\nA note.\n```\n");
    }
    text
}

fn start(root: &Path, dice: &mut Dice) {
    for folder in
        ["content/posts", "content/editions", "content/companies", "content/pictures", "templates/blocks", "static"]
    {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::write(root.join("masthead.yaml"), "title: Test\nbase_url: https://example.org\npaginate: 3\n").unwrap();
    fs::write(root.join("content/about.md"), "---\ntitle: About\n---\n\nWords.\n").unwrap();
    fs::write(
        root.join("content/pictures/a.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
    )
    .unwrap();
    fs::write(
        root.join("content/editions/2026-12-31.md"),
        "---\ntitle: All of it\n---\n\nSee [one](../posts/post-0.md).\n\n![A picture](../pictures/a.svg)\n",
    )
    .unwrap();
    for number in 0..4 {
        fs::write(root.join(format!("content/posts/post-{number}.md")), post(dice)).unwrap();
    }
}

/// Changes one thing, and says what.
fn edit(root: &Path, dice: &mut Dice) -> String {
    let name = format!("content/posts/post-{}.md", dice.roll(6));
    let path = root.join(&name);
    match dice.roll(14) {
        0..=4 => {
            fs::write(&path, post(dice)).unwrap();
            format!("write {name}")
        }
        5 | 6 if path.exists() => {
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, format!("{text}\n{}\n", sentence(dice))).unwrap();
            format!("append to {name}")
        }
        7 if path.exists() && fs::read_dir(root.join("content/posts")).unwrap().count() > 1 => {
            fs::remove_file(&path).unwrap();
            format!("delete {name}")
        }
        8 if path.exists() => {
            let to = format!("content/posts/post-{}.md", dice.roll(6));
            fs::rename(&path, root.join(&to)).unwrap();
            format!("rename {name} to {to}")
        }
        9 => {
            let text = format!(
                "title: {}\nbase_url: https://example.org/{}\npaginate: {}\n",
                sentence(dice),
                dice.pick(&["", "news"]),
                2 + dice.roll(3)
            );
            fs::write(root.join("masthead.yaml"), text).unwrap();
            "write masthead.yaml".to_owned()
        }
        10 => {
            let template = root.join("templates/blocks/note.html");
            fs::write(template, format!("<aside>{{{{ block.body_html | safe }}}}{}</aside>", dice.roll(3))).unwrap();
            "write a template".to_owned()
        }
        11 => {
            let profile = format!(
                "---\nname: Microsoft\naliases: [{}]\n---\n\n{}\n",
                dice.pick(&["MSFT", "Redmond"]),
                sentence(dice)
            );
            fs::write(root.join("content/companies/microsoft.md"), profile).unwrap();
            "write a profile".to_owned()
        }
        12 => {
            fs::write(root.join("static/robots-note.txt"), sentence(dice)).unwrap();
            let size = 1 + dice.roll(90);
            let picture = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"9\"/>");
            fs::write(root.join("content/pictures/a.svg"), picture).unwrap();
            "write static files".to_owned()
        }
        _ => {
            let victim =
                [".masthead-cache/keep", ".masthead-cache/state", "public/index.html", "public/about/index.html"]
                    [dice.roll(4)];
            if dice.roll(2) == 0 {
                let _ = fs::remove_file(root.join(victim));
                return format!("delete {victim}");
            }
            if root.join(victim).exists() {
                fs::write(root.join(victim), "damaged").unwrap();
            }
            format!("damage {victim}")
        }
    }
}

fn publish(root: &Path, force: bool) -> Result<BTreeMap<String, Vec<u8>>, Vec<String>> {
    let request = Request {
        root,
        overrides: Overrides::default(),
        admission: Admission { now: Moment::from_unix(1_800_000_000), drafts: false, future: false },
        adoption: Adoption::Refuse,
        allow_empty: false,
        force,
        files: &Disk,
    };
    let report = build(&request, &|_, _| {}).unwrap();
    if report.summary.is_none() {
        let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        return Err(errors.map(|diagnostic| diagnostic.message.clone()).collect());
    }
    Ok(tree(&report.output))
}

fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.starts_with(".masthead") {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

fn copy_sources(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let relative = entry.path().strip_prefix(from).unwrap();
        if relative.starts_with("public") || relative.starts_with(".masthead-cache") {
            continue;
        }
        let target = to.join(relative);
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn run_sequence(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("site");
    fs::create_dir(&root).unwrap();
    start(&root, &mut dice);
    let mut history = vec![];
    for _ in 0..1 + dice.roll(4) {
        history.push(edit(&root, &mut dice));
        let here = publish(&root, false);
        let clean = tempfile::tempdir().unwrap();
        copy_sources(&root, clean.path());
        let there = publish(clean.path(), true);
        match (here, there) {
            (Ok(here), Ok(there)) => {
                let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
                assert_eq!(names(&here), names(&there), "seed {seed}: {history:?}");
                for (name, bytes) in &here {
                    assert!(bytes == &there[name], "seed {seed}: `{name}` differs after {history:?}");
                }
            }
            (Err(here), Err(there)) => assert_eq!(here, there, "seed {seed}: {history:?}"),
            (here, there) => panic!("seed {seed}: {:?} and {:?} after {history:?}", here.is_ok(), there.is_ok()),
        }
    }
}

#[test]
fn incremental_builds_equal_clean_ones() {
    use rayon::prelude::*;
    let sequences = std::env::var("MASTHEAD_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(500);
    (1..=sequences).into_par_iter().for_each(run_sequence);
}
