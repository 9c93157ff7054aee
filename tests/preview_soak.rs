//! Hundreds of random edits, renames and deletions while somebody reads: at the end every page is what
//! a preview that has just been started shows, with what was kept and without, and the preview has not
//! grown. `MASTHEAD_SOAK=1000` makes it as many.
#![expect(clippy::disallowed_methods, reason = "edits a newsletter on the disk and waits for the preview")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod preview_site;

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use preview_site::Preview;

/// A small random number generator (SplitMix64), so that a run can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

fn post(number: usize, version: usize) -> String {
    let day = number % 28 + 1;
    format!(
        "---\ntitle: Post {number} version {version}\ndate: 2024-0{}-{day:02}\nsummary: Summary {version}.\n\
         tags: [one, t{}]\ncompanies: [Example Labs]\n---\n\nWords of {number}, version {version}.\n",
        number % 9 + 1,
        version % 5
    )
}

#[test]
fn after_any_edits_every_page_is_as_if_the_preview_had_just_started() {
    let edits = std::env::var("MASTHEAD_SOAK").ok().and_then(|count| count.parse().ok()).unwrap_or(150);
    let posts: Vec<(String, String)> = (0..40).map(|n| (format!("content/posts/post-{n}.md"), post(n, 0))).collect();
    let mut files: Vec<(&str, &str)> = posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("masthead.yaml", "title: Soak\nbase_url: https://example.org\n"));
    files.push(("static/css/card.css", ".card { outline: 0; }\n"));
    let same_address = ["--base-url", "https://example.org"];
    let preview = Preview::start(&files, &same_address);
    preview.wait_for("/posts/post-0/", "Words of 0");
    let done = AtomicBool::new(false);
    let mut chance = Chance(42);
    let mut resident_early = None;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut chance = Chance(7);
            while !done.load(Ordering::Relaxed) {
                let page = ["/", "/posts/", "/archive/", "/tags/one/"]
                    .get(chance.below(8))
                    .map_or_else(|| format!("/posts/post-{}/", chance.below(60)), |page| (*page).to_owned());
                let answer = preview.get(&page);
                assert!(matches!(answer.status, 200 | 404), "{page}: {}", answer.status);
                assert!(answer.body.trim_end().ends_with("</html>"), "half a page at {page}");
            }
        });
        for edit in 1..=edits {
            let root = preview.root();
            let number = chance.below(60);
            let path = root.join(format!("content/posts/post-{number}.md"));
            match chance.below(21) {
                20 => {
                    fs::create_dir_all(root.join("templates")).unwrap();
                    fs::write(
                        root.join("templates/404.html"),
                        format!("<html><head></head><body>Nothing {edit}.</body></html>\n"),
                    )
                    .unwrap();
                }
                0..=10 => fs::write(&path, post(number, edit)).unwrap(),
                11..=13 => {
                    let other = root.join(format!("content/posts/.tmp-{number}"));
                    fs::write(&other, post(number, edit)).unwrap();
                    fs::rename(&other, &path).unwrap();
                }
                14..=15 => drop(fs::remove_file(&path)),
                16 => drop(fs::rename(&path, root.join(format!("content/posts/post-{}.md", chance.below(60))))),
                17 => fs::write(&path, "---\ntitle: [broken\n---\n").unwrap(),
                18 => fs::write(root.join("static/css/card.css"), format!(".card {{ order: {edit}; }}\n")).unwrap(),
                _ => fs::write(
                    root.join("masthead.yaml"),
                    format!("title: Soak {edit}\nbase_url: https://example.org\n"),
                )
                .unwrap(),
            }
            std::thread::sleep(Duration::from_millis(chance.below(40) as u64));
            if edit == edits.min(100) {
                resident_early = preview.resident_kib();
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    // What is still broken is shown in its last good form; a preview that starts now never saw that.
    for number in 0..60 {
        let path = preview.root().join(format!("content/posts/post-{number}.md"));
        if fs::read_to_string(&path).is_ok_and(|text| text.contains("[broken")) {
            fs::write(&path, post(number, edits + 1)).unwrap();
        }
    }
    let start_again = || {
        let fresh = preview.second(&same_address);
        fresh.wait_until("the new preview shows a site", |fresh| fresh.get("/sitemap.xml").status == 200);
        fresh
    };
    // What was read is kept once it has been calm for a while; this file is the last that is written.
    preview.wait_until("the cache is written", |preview| preview.root().join(".masthead-cache/preview/keep").exists());
    let warm = start_again();
    fs::remove_dir_all(preview.root().join(".masthead-cache")).unwrap();
    let fresh = start_again();
    let sitemap = fresh.get("/sitemap.xml").body;
    let pages: Vec<&str> = sitemap
        .split("<loc>https://example.org")
        .skip(1)
        .filter_map(|rest| rest.split("</loc>").next())
        .chain(["/feed.xml", "/sitemap.xml", "/llms.txt", "/404.html"])
        .chain((0..3).map(|_| "/posts/post-59/"))
        .collect();
    assert!(pages.len() > 30, "{sitemap}");
    for page in pages {
        let started = Instant::now();
        loop {
            let (one, two, truth) = (preview.get(page), warm.get(page), fresh.get(page));
            if [&one, &two].iter().all(|other| (other.status, &other.body) == (truth.status, &truth.body)) {
                break;
            }
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "{page} differs:\n{}\n\n{}\n\n{}",
                one.body,
                two.body,
                truth.body
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    if let (Some(early), Some(late)) = (resident_early, preview.resident_kib()) {
        assert!(late < early + early / 5, "{early} KiB became {late} KiB");
    }
}
