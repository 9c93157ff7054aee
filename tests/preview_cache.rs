//! The preview starts from what an earlier run kept, and never shows what is not true any more.
#![expect(clippy::disallowed_methods, reason = "edits a newsletter on the disk and waits for the preview")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod preview_site;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use preview_site::Preview;

fn post(words: &str) -> String {
    format!("---\ntitle: A deal\ndate: 2024-08-01\nsummary: One line.\n---\n\n{words}\n")
}

fn files() -> Vec<(String, String)> {
    let mut files = vec![("masthead.yaml".to_owned(), "title: The Test\nbase_url: https://example.org\n".to_owned())];
    files.extend((0..30).map(|n| (format!("content/posts/post-{n}.md"), post(&format!("Words of {n}.")))));
    files
}

fn start() -> Preview {
    let files = files();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Preview::start(&files, &[])
}

/// Sets the times of all files back, so that they are not doubted for being new.
fn age(root: &Path) {
    for entry in fs::read_dir(root.join("content/posts")).unwrap() {
        let file = fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
    }
}

fn build(root: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_masthead")).arg("--root").arg(root).args(["build", "-q"]).status();
    assert!(status.unwrap().success());
}

fn cache_of_preview(root: &Path) -> std::path::PathBuf {
    root.join(".masthead-cache/preview/keep")
}

#[test]
fn what_the_preview_read_is_kept_for_the_next_one_and_edits_between_the_two_are_seen() {
    let preview = start();
    age(preview.root());
    preview.wait_for("/posts/post-1/", "Words of 1.");
    preview.wait_until("the cache is written", |preview| cache_of_preview(preview.root()).exists());
    let path = |name: &str| preview.root().join("content/posts").join(name);
    fs::write(path("post-2.md"), post("Other words.")).unwrap();
    fs::write(path("post-new.md"), post("New words.")).unwrap();
    fs::remove_file(path("post-3.md")).unwrap();
    let next = preview.second(&[]);
    for (page, words) in [("post-1", "Words of 1."), ("post-2", "Other words."), ("post-new", "New words.")] {
        assert!(next.get(&format!("/posts/{page}/")).body.contains(words), "{page}");
    }
    assert_eq!(next.get("/posts/post-3/").status, 404);
}

#[test]
fn a_build_and_a_preview_leave_each_other_their_caches() {
    let preview = start();
    age(preview.root());
    build(preview.root());
    let state = fs::read(preview.root().join(".masthead-cache/builds/state")).unwrap();
    preview.wait_until("the cache is written", |preview| cache_of_preview(preview.root()).exists());
    assert_eq!(fs::read(preview.root().join(".masthead-cache/builds/state")).unwrap(), state);
    // What a build kept is enough for a preview.
    fs::remove_file(cache_of_preview(preview.root())).unwrap();
    let next = preview.second(&[]);
    assert!(next.get("/posts/post-5/").body.contains("Words of 5."));
    assert!(next.get("/feed.xml").body.contains("Words of"));
    std::thread::sleep(Duration::from_secs(3));
    assert!(!cache_of_preview(next.root()).exists(), "what is known is not written again");
}

#[test]
fn a_damaged_cache_is_said_and_nothing_of_it_is_shown() {
    let preview = start();
    preview.wait_until("the cache is written", |preview| cache_of_preview(preview.root()).exists());
    let path = cache_of_preview(preview.root());
    let good = fs::read(&path).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 4;
        bytes
    };
    for bytes in [good[..good.len() / 2].to_vec(), flipped(good.len() - 1), flipped(good.len() / 2), b"x".to_vec()] {
        fs::write(&path, &bytes).unwrap();
        let next = preview.second(&[]);
        assert!(next.get("/posts/post-1/").body.contains("Words of 1."));
        assert_eq!(next.events_within(Duration::from_millis(50), "remark").len(), 1, "{} bytes", bytes.len());
    }
}

#[test]
fn a_post_that_breaks_before_it_was_ever_shown_says_why_and_comes_when_it_is_fixed() {
    let preview = start();
    age(preview.root());
    preview.wait_until("the cache is written", |preview| cache_of_preview(preview.root()).exists());
    let next = preview.second(&[]);
    next.wait_until("there is a site", |next| next.get("/posts/").status == 200);
    let path = next.root().join("content/posts/post-7.md");
    fs::write(&path, "---\ntitle: [A deal\n---\n").unwrap();
    next.wait_until("the error is known", |next| !next.events_within(Duration::from_millis(20), "error").is_empty());
    let page = next.get("/posts/post-7/");
    assert!(page.body.contains("post-7.md") || page.body.contains("Words of 7."), "{}", page.body);
    assert!(page.body.contains("<script src=\"/__masthead/preview.js\""), "{}", page.body);
    fs::write(&path, post("Mended words.")).unwrap();
    next.wait_for("/posts/post-7/", "Mended words.");
}

#[test]
fn a_page_is_never_shown_without_its_text_while_its_file_changes() {
    let preview = start();
    age(preview.root());
    preview.wait_until("the cache is written", |preview| cache_of_preview(preview.root()).exists());
    let next = preview.second(&[]);
    next.wait_until("there is a site", |next| next.get("/posts/").status == 200);
    for n in 0..30 {
        let path = next.root().join(format!("content/posts/post-{n}.md"));
        fs::write(path, post(&format!("Later words of {n}."))).unwrap();
        let page = next.get(&format!("/posts/post-{n}/")).body;
        assert!(page.contains(&format!("ords of {n}.")), "{page}");
    }
}
