//! The preview sees what happens to its folder, however it happens, once and whole.
#![expect(clippy::disallowed_methods, reason = "edits a newsletter on the disk and waits for the preview")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod preview_site;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use preview_site::Preview;

fn post(words: &str) -> String {
    format!("---\ntitle: A deal\ndate: 2024-08-01\nsummary: One line.\n---\n\n{words}\n")
}

fn site(posts: usize) -> Preview {
    let mut files = vec![("masthead.yaml".to_owned(), "title: The Test\nbase_url: https://example.org\n".to_owned())];
    files.extend((0..posts).map(|n| (format!("content/posts/post-{n}.md"), post(&format!("Words of {n}.")))));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Preview::start(&files, &[])
}

/// The preview is to have come back within this after the folder has.
const RECOVERY: Duration = Duration::from_secs(2);

#[track_caller]
fn soon(preview: &Preview, page: &str, words: &str) {
    let started = Instant::now();
    preview.wait_for(page, words);
    assert!(started.elapsed() < RECOVERY, "{page} took {:?}", started.elapsed());
}

#[test]
fn a_thousand_files_that_change_together_are_one_change() {
    let mut preview = site(1_000);
    preview.wait_for("/posts/post-999/", "Words of 999.");
    preview.forget_events();
    for n in 0..1_000 {
        // As Git does: the old file is taken away and a new one made under its name.
        let path = preview.root().join(format!("content/posts/post-{n}.md"));
        fs::remove_file(&path).unwrap();
        fs::write(&path, post(&format!("Checked out {n}."))).unwrap();
    }
    preview.wait_for("/posts/post-999/", "Checked out 999.");
    let changes = preview.events_within(Duration::from_secs(2), "changed");
    assert_eq!(changes.len(), 1, "{:.300}", changes.join("\n"));
    assert_eq!(changes[0].matches("content/posts/").count(), 1_000);
    for n in [0, 1, 500, 998] {
        assert!(preview.get(&format!("/posts/post-{n}/")).body.contains(&format!("Checked out {n}.")), "{n}");
    }
}

#[test]
fn a_change_while_another_is_taken_in_is_never_lost() {
    let preview = site(10);
    let path = preview.root().join("content/posts/post-3.md");
    let rounds = 60;
    for round in 0..rounds {
        fs::write(&path, post(&format!("Round {round}."))).unwrap();
        // At every distance from the one before: within a batch, while it is read, while it is joined.
        std::thread::sleep(Duration::from_millis(round % 20 * 3));
        fs::write(&path, post(&format!("Round {round}, again."))).unwrap();
        std::thread::sleep(Duration::from_millis(round % 7));
        if round % 10 == 9 {
            preview.wait_for("/posts/post-3/", &format!("Round {round}, again."));
        }
    }
    // Title and text come in two steps; lists are to follow the last one too.
    fs::write(&path, post("The end.").replace("A deal", "The last deal")).unwrap();
    preview.wait_for("/posts/post-3/", "The end.");
    preview.wait_for("/posts/", "The last deal");
}

#[cfg(unix)]
#[test]
fn a_content_folder_that_goes_and_comes_back_is_found_again() {
    let preview = site(3);
    let content = preview.root().join("content");
    let aside = preview.root().join("aside");
    preview.wait_for("/posts/post-1/", "Words of 1.");
    let copy = |from: &Path, to: &Path| {
        fs::create_dir_all(to.join("posts")).unwrap();
        for entry in fs::read_dir(from.join("posts")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join("posts").join(entry.file_name())).unwrap();
        }
    };
    // Deleted, and restored by hand.
    copy(&content, &aside);
    let mut events = preview.listen("/posts/post-1/");
    fs::remove_dir_all(&content).unwrap();
    assert!(events.wait_for("problems").contains("content"));
    copy(&aside, &content);
    events.wait_for("ok");
    fs::write(content.join("posts/post-1.md"), post("After the return.")).unwrap();
    soon(&preview, "/posts/post-1/", "After the return.");
    // Moved away and back.
    fs::rename(&content, preview.root().join("moved")).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    fs::rename(preview.root().join("moved"), &content).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    fs::write(content.join("posts/post-1.md"), post("After the move.")).unwrap();
    soon(&preview, "/posts/post-1/", "After the move.");
    // The newsletter's own folder, moved away and back.
    let elsewhere = preview.root().with_extension("elsewhere");
    fs::rename(preview.root(), &elsewhere).unwrap();
    std::thread::sleep(Duration::from_millis(800));
    fs::rename(&elsewhere, preview.root()).unwrap();
    soon(&preview, "/posts/post-1/", "After the move.");
    fs::write(content.join("posts/post-1.md"), post("At home again.")).unwrap();
    soon(&preview, "/posts/post-1/", "At home again.");
    // Replaced by a link.
    fs::rename(&content, preview.root().join("real")).unwrap();
    std::os::unix::fs::symlink("real", &content).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    fs::write(preview.root().join("real/posts/post-1.md"), post("Behind a link.")).unwrap();
    soon(&preview, "/posts/post-1/", "Behind a link.");
}

#[cfg(unix)]
#[test]
fn folders_that_are_new_or_reached_through_a_link_are_watched() {
    let preview = site(1);
    let content = preview.root().join("content");
    fs::create_dir_all(content.join("essays/deep/deeper")).unwrap();
    fs::write(content.join("essays/deep/deeper/one.md"), post("Deep words.")).unwrap();
    preview.wait_for("/essays/one/", "Deep words.");
    fs::write(content.join("essays/deep/deeper/one.md"), post("Deep words, changed.")).unwrap();
    preview.wait_for("/essays/one/", "Deep words, changed.");
    // A link to a folder beside, made while the preview runs.
    fs::create_dir(preview.root().join("beside")).unwrap();
    fs::write(preview.root().join("beside/two.md"), post("Linked words.")).unwrap();
    std::os::unix::fs::symlink("../beside", content.join("notes")).unwrap();
    preview.wait_for("/notes/two/", "Linked words.");
    fs::write(preview.root().join("beside/two.md"), post("Linked words, changed.")).unwrap();
    preview.wait_for("/notes/two/", "Linked words, changed.");
    // Two ways to one folder: the system tells of one of them.
    std::os::unix::fs::symlink("essays", content.join("mirror")).unwrap();
    preview.wait_for("/mirror/one/", "Deep words, changed.");
    fs::write(content.join("essays/deep/deeper/one.md"), post("Deep words, both ways.")).unwrap();
    preview.wait_for("/essays/one/", "Deep words, both ways.");
    preview.wait_for("/mirror/one/", "Deep words, both ways.");
}

#[test]
fn configuration_templates_and_static_files_reach_as_far_as_they_do() {
    let preview = site(2);
    preview.wait_for("/", "The Test");
    let root = preview.root();
    fs::write(root.join("masthead.yaml"), "title: The Renamed\n").unwrap();
    preview.wait_for("/posts/post-1/", "The Renamed");
    fs::create_dir(root.join("templates")).unwrap();
    fs::write(root.join("templates/404.html"), "Nothing, said by hand.").unwrap();
    preview.wait_for("/nowhere/", "Nothing, said by hand.");
    fs::create_dir_all(root.join("static/pictures")).unwrap();
    fs::write(root.join("static/pictures/a.txt"), "One.").unwrap();
    preview.wait_for("/pictures/a.txt", "One.");
    fs::write(root.join("static/pictures/a.txt"), "Two.").unwrap();
    preview.wait_for("/pictures/a.txt", "Two.");
    fs::remove_dir_all(root.join("templates")).unwrap();
    preview.wait_until("the theme's own page is back", |preview| {
        !preview.get("/nowhere/").body.contains("Nothing, said by hand.")
    });
    fs::remove_file(root.join("masthead.yaml")).unwrap();
    preview.wait_for("/posts/post-1/", "Untitled newsletter");
}

#[test]
fn a_slip_in_the_configuration_changes_no_page_before_or_after_it_is_mended() {
    let config = "title: T\ntime_zone: Asia/Tokyo\ntaxonomies: [tags, labs]\nmarkdown: {smart_punctuation: false}\n";
    let text = "---\ntitle: A\ndate: 2024-08-01T10:00\nlabs: [DeepMind]\n---\n\"Words\"\n";
    let preview = Preview::start(&[("masthead.yaml", config), ("content/posts/a.md", text)], &[]);
    let path = preview.root().join("masthead.yaml");
    let is_whole = |preview: &Preview| {
        let page = preview.get("/posts/a/").body;
        page.contains("10:00:00+09:00") && page.contains("\"Words\"") && preview.get("/labs/deepmind/").status == 200
    };
    preview.wait_until("the site is there", is_whole);
    for slip in ["x: [\n", "time_zone: Asia/Tokio\n"] {
        fs::write(&path, config.replace("time_zone: Asia/Tokyo\n", "") + slip).unwrap();
        let mut events = preview.listen("/posts/a/");
        assert!(events.wait_for("problems").contains("masthead.yaml"), "{slip}");
        assert!(is_whole(&preview), "{slip}: while it is broken");
        fs::write(&path, config).unwrap();
        events.wait_for("ok");
        preview.wait_until("the slip is mended", is_whole);
    }
}

#[test]
fn the_output_folder_is_as_it_was_whatever_is_in_it() {
    let preview = site(2);
    let public = preview.root().join("public");
    fs::create_dir(&public).unwrap();
    fs::write(public.join("foreign.txt"), "Mine.").unwrap();
    fs::write(public.join("index.html"), "Old.").unwrap();
    fs::write(preview.root().join("content/posts/post-1.md"), post("Changed.")).unwrap();
    preview.wait_for("/posts/post-1/", "Changed.");
    let second = preview.second(&[]);
    assert_eq!(second.get("/").status, 200);
    assert_eq!(second.interrupt().0, Some(130));
    assert_eq!(fs::read_to_string(public.join("foreign.txt")).unwrap(), "Mine.");
    assert_eq!(fs::read_to_string(public.join("index.html")).unwrap(), "Old.");
    assert_eq!(fs::read_dir(&public).unwrap().count(), 2);
}

#[test]
fn a_template_that_does_not_end_keeps_nobody_waiting_but_its_own_page() {
    let preview = Preview::start(
        &[
            ("masthead.yaml", "title: The Test\n"),
            ("content/posts/post-1.md", &post("Words of 1.")),
            (
                "templates/404.html",
                "{% set r = range(end=90000) %}{% for a in r %}{% for b in r %}{% for c in r %}\
                 {%- if c == 90001 -%}never{%- endif -%}{% endfor %}{% endfor %}{% endfor %}",
            ),
        ],
        &[],
    );
    assert!(preview.get("/posts/post-1/").body.contains("Words of 1."));
    let (page, asked) = std::thread::scope(|scope| {
        let hanging = scope.spawn(|| {
            let asked = Instant::now();
            (preview.get("/nowhere/"), asked.elapsed())
        });
        for _ in 0..50 {
            let asked = Instant::now();
            assert_eq!(preview.get("/posts/post-1/").status, 200);
            assert!(asked.elapsed() < Duration::from_millis(1_500), "others wait {:?}", asked.elapsed());
            std::thread::sleep(Duration::from_millis(20));
        }
        hanging.join().unwrap()
    });
    assert!(page.body.contains("does not end"), "{}", page.body);
    assert!(asked < Duration::from_secs(10), "{asked:?}");
    let path = preview.root().join("content/posts/post-1.md");
    fs::write(path, post("Changed.")).unwrap();
    preview.wait_for("/posts/post-1/", "Changed.");
    fs::write(preview.root().join("templates/404.html"), "Nothing here.").unwrap();
    preview.wait_for("/nowhere/", "Nothing here.");
    let (code, took) = preview.interrupt();
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn pages_that_do_not_end_spoil_no_others_and_are_shown_again_once_they_are_mended() {
    let posts: Vec<(String, String)> =
        (1..=6).map(|n| (format!("content/posts/post-{n}.md"), post(&format!("Words of {n}.")))).collect();
    let mut files: Vec<(&str, &str)> = posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("masthead.yaml", "title: The Test\nbase_url: https://example.org\n"));
    let endless = |what: &str| {
        format!(
            "{{% set r = range(end=90000) %}}\
             {{% for a in r %}}{{% for b in r %}}{{% for c in r %}}{what}{{% endfor %}}{{% endfor %}}{{% endfor %}}"
        )
    };
    let (calling, silent) = (endless("{% if url(path='/') == 1 %}{% endif %}"), endless(""));
    files.push(("templates/post.html", &calling));
    let preview = Preview::start(&files, &[]);
    let ask_for_all = || {
        std::thread::scope(|scope| {
            for n in 1..=6 {
                let preview = &preview;
                scope.spawn(move || preview.get(&format!("/posts/post-{n}/")));
            }
        });
    };
    ask_for_all();
    for path in ["/robots.txt", "/posts/", "/archive/", "/feed.xml"] {
        let answer = preview.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    let path = preview.root().join("templates/post.html");
    fs::write(&path, "Mended: {{ post.title }}").unwrap();
    preview.wait_for("/posts/post-1/", "Mended");
    // What neither writes nor calls anything can't be ended. It is named, and nothing else is blamed.
    fs::write(&path, &silent).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    ask_for_all();
    for path in ["/robots.txt", "/feed.xml"] {
        assert_eq!(preview.get(path).status, 200, "{path}");
    }
    let page = preview.get("/archive/2024/");
    assert!(!page.body.contains("`/archive/2024/` does not end"), "{}", page.body);
    assert!(page.status == 200 || page.body.contains("waits for other pages, which were given up"), "{}", page.body);
}

#[cfg(unix)]
#[test]
fn a_polite_request_to_end_is_obeyed_at_once() {
    let preview = site(2);
    let _open = preview.listen("/posts/post-1/");
    let (status, took) = preview.end("-TERM");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(15));
    assert!(took < Duration::from_secs(1), "{took:?}");
}
