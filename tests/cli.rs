//! The real program on small newsletters: what it leaves on the disk, and how it ends.
#![expect(clippy::disallowed_methods, reason = "looks at what the program did to the disk")]
#![allow(clippy::unwrap_used, reason = "a helper of a test may end the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

/// A folder that is gone after the test.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn letter() -> TempDir {
    folder(&[
        ("masthead.yaml", "title: The Letter\nbase_url: https://example.org\n"),
        ("content/posts/2024-08-01-one.md", "---\ntitle: One\nsummary: The first.\ntags: [cloud]\n---\nText.\n"),
        ("content/posts/2024-08-02-two.md", "---\ntitle: Two\nsummary: The second.\ntags: [cloud]\n---\nText.\n"),
    ])
}

/// Runs the program in a folder.
fn masthead(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
    command.current_dir(root).args(arguments);
    for variable in ["SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

/// Runs the program and expects a status; gives what it said on standard error.
#[track_caller]
fn run(root: &Path, arguments: &[&str], status: i32) -> String {
    let output = masthead(root, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(status), "masthead {}\n{said}", arguments.join(" "));
    said
}

/// Every file below a folder: its bytes and its time of change.
fn tree(root: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(name, (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap()));
        }
    }
    files
}

#[test]
fn a_new_newsletter_builds_and_has_nothing_to_complain_about() {
    let folder = folder(&[]);
    run(folder.path(), &["init", "letter"], 0);
    let root = folder.path().join("letter");
    run(&root, &["build"], 0);
    for file in ["index.html", "feed.xml", "sitemap.xml", "404.html"] {
        assert!(root.join("public").join(file).is_file(), "{file}");
    }
    let said = run(&root, &["check"], 0);
    assert!(!said.contains("error") && !said.contains("warning"), "{said}");
}

#[test]
fn a_failed_build_leaves_the_site_as_it_was() {
    let letter = letter();
    run(letter.path(), &["build"], 0);
    let before = tree(&letter.path().join("public"));
    write(letter.path(), "content/posts/2024-08-03-three.md", "---\ntitle: Three\ndate: 2024-02-30\n---\nText.\n");
    write(letter.path(), "content/posts/2024-08-01-one.md", "---\ntitle: One, changed\n---\nOther text.\n");
    let said = run(letter.path(), &["build"], 1);
    assert!(said.contains("content/posts/2024-08-03-three.md:3:7"), "{said}");
    assert!(said.contains("help: "), "{said}");
    // An error that only the template finds comes after everything has been read.
    fs::remove_file(letter.path().join("content/posts/2024-08-03-three.md")).unwrap();
    write(letter.path(), "templates/archive.html", "{{ page.title * 2 }}");
    run(letter.path(), &["build"], 1);
    assert_eq!(tree(&letter.path().join("public")), before);
}

#[test]
fn a_post_that_moves_without_a_word_is_noticed() {
    let folder = letter();
    let root = folder.path();
    let posts = root.join("content/posts");
    let moved = |old: &str, new: &str, file: &str, guid: &str| {
        format!(
            "note: /posts/{old}/ has moved to /posts/{new}/; write `aliases: [/posts/{old}/]` into `content/posts/{file}.md` so that links to it go on working{guid}\n"
        )
    };
    run(root, &["build"], 0);
    fs::rename(posts.join("2024-08-02-two.md"), posts.join("2024-08-02-second.md")).unwrap();
    let guid = ", and `guid: /posts/two/` so that feed readers don't take it for new";
    let said = run(root, &["build"], 0);
    assert!(said.contains(&moved("two", "second", "2024-08-02-second", guid)), "{said}");

    let text = "---\ntitle: Two\naliases: [/posts/two/]\nguid: /posts/two/\nslug: other\n---\nOther text.\n";
    fs::write(posts.join("2024-08-02-second.md"), text).unwrap();
    let said = run(root, &["build"], 0);
    assert!(said.contains(&moved("second", "other", "2024-08-02-second", "")), "the same file: {said}");
    assert!(!said.contains("/posts/two/"), "an old address that leads on: {said}");

    fs::remove_file(posts.join("2024-08-02-second.md")).unwrap();
    fs::write(posts.join("2024-08-03-again.md"), "---\ntitle: Two\n---\nNew text.\n").unwrap();
    let said = run(root, &["build"], 0);
    assert!(said.contains("/posts/other/ has moved to /posts/again/"), "the same title: {said}");

    fs::remove_file(posts.join("2024-08-03-again.md")).unwrap();
    let said = run(root, &["build"], 0);
    assert!(!said.contains("has moved"), "deleted: {said}");
}

#[test]
fn a_post_whose_old_name_is_taken_by_another_is_noticed() {
    let folder = letter();
    let root = folder.path();
    let posts = root.join("content/posts");
    run(root, &["build"], 0);
    let renamed = |said: &str, old: &str, new: &str| {
        let file = |name: &str| format!("content/posts/2024-08-02-{name}.md");
        let (to, at) = (file(new), file(old));
        let note = format!(
            "note: `{to}` has moved from /posts/{old}/ to /posts/{new}/, and `{at}` stands there now, so that links and \
             feed readers take the one for the other; give `{at}` a `slug` of its own, and write \
             `aliases: [/posts/{old}/]` and `guid: /posts/{old}/` into `{to}`\n"
        );
        assert!(said.contains(&note), "{said}");
    };
    fs::rename(posts.join("2024-08-02-two.md"), posts.join("2024-08-02-second.md")).unwrap();
    fs::write(posts.join("2024-08-02-two.md"), "---\ntitle: Another\n---\nText.\n").unwrap();
    renamed(&run(root, &["build"], 0), "two", "second");

    let text = fs::read_to_string(posts.join("2024-08-02-second.md")).unwrap();
    fs::remove_file(posts.join("2024-08-02-second.md")).unwrap();
    fs::write(posts.join("2024-08-02-third.md"), text + "More.\n").unwrap();
    fs::write(posts.join("2024-08-02-second.md"), "---\ntitle: New\n---\nText.\n").unwrap();
    renamed(&run(root, &["build"], 0), "second", "third");

    fs::write(posts.join("2024-08-02-second.md"), "---\ntitle: Newer\n---\nText.\n").unwrap();
    fs::write(posts.join("2024-08-03-other.md"), "---\ntitle: New\n---\nOther text.\n").unwrap();
    let said = run(root, &["build"], 0);
    assert!(!said.contains("has moved"), "another title: {said}");
}

#[test]
fn a_second_build_writes_nothing() {
    let letter = letter();
    run(letter.path(), &["build"], 0);
    let before = tree(&letter.path().join("public"));
    run(letter.path(), &["build"], 0);
    assert_eq!(tree(&letter.path().join("public")), before);
}

#[test]
fn what_is_no_longer_in_the_content_leaves_the_site() {
    let letter = letter();
    run(letter.path(), &["build"], 0);
    assert!(letter.path().join("public/posts/two/index.html").is_file());
    fs::remove_file(letter.path().join("content/posts/2024-08-02-two.md")).unwrap();
    run(letter.path(), &["build"], 0);
    assert!(!letter.path().join("public/posts/two").exists());
    assert!(letter.path().join("public/posts/one/index.html").is_file());
}

#[test]
fn a_site_is_never_written_over_the_authors_work() {
    let letter = letter();
    let before = tree(letter.path());
    for output in ["content", "content/posts", ".", "..", "templates/x", ""] {
        let said = run(letter.path(), &["build", "--output", output], 4);
        assert!(said.contains("refusing") && said.contains("help: "), "{said}");
    }
    assert_eq!(tree(letter.path()), before);
}

#[test]
fn other_peoples_files_are_refused_and_kept() {
    let letter = letter();
    write(letter.path(), "public/thesis.txt", "three years of work");
    run(letter.path(), &["build"], 4);
    assert_eq!(tree(&letter.path().join("public")).len(), 1);
    run(letter.path(), &["build", "--adopt"], 0);
    // From now on the folder is ours, and still the file is not.
    fs::remove_file(letter.path().join("content/posts/2024-08-02-two.md")).unwrap();
    run(letter.path(), &["build", "--force"], 0);
    assert_eq!(fs::read_to_string(letter.path().join("public/thesis.txt")).unwrap(), "three years of work");
    assert!(letter.path().join("public/index.html").is_file());
}

#[test]
fn a_folder_without_content_is_no_site() {
    let empty = folder(&[]);
    let said = run(empty.path(), &["build"], 1);
    assert!(said.contains("content") && said.contains("help: "), "{said}");
    assert!(!empty.path().join("public").exists());
    run(empty.path(), &["--root", "nowhere", "build"], 3);
}

#[test]
fn check_writes_nothing_and_speaks_json() {
    let letter = letter();
    write(letter.path(), "content/posts/2024-08-03-three.md", "See [two](2024-08-09-none.md).\n");
    let before = tree(letter.path());
    let output = masthead(letter.path(), &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "a broken link is an error of `check`");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report.to_string().contains("broken-link"), "{report}");
    assert_eq!(tree(letter.path()), before);
}

#[test]
fn data_goes_to_standard_output_and_talk_to_standard_error() {
    let letter = letter();
    let list = masthead(letter.path(), &["list", "posts", "--format", "json"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&list.stdout).is_ok());
    let schema = masthead(letter.path(), &["schema"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&schema.stdout).is_ok());
    let build = masthead(letter.path(), &["build"]);
    assert!(build.stdout.is_empty() && !build.stderr.is_empty());
    assert!(!build.stderr.contains(&0x1b), "no colours into a pipe");
}

#[test]
fn the_mail_of_what_nobody_shall_read_yet_is_not_given_by_mistake() {
    let folder = letter();
    write(folder.path(), "content/editions/one.md", "---\ntitle: 1\ndate: 2024-08-03\nnumber: 1\n---\nText.\n");
    write(folder.path(), "content/editions/two.md", "---\ntitle: 2\ndate: 2024-08-04\ndraft: true\n---\nText.\n");
    write(folder.path(), "content/editions/three.md", "---\ntitle: 3\ndate: 9999-01-01\nnumber: 3\n---\nText.\n");
    run(folder.path(), &["email", "1"], 0);
    let file = folder.path().join("content/editions/one.md");
    for path in ["content/editions/one.md", "./content/editions/one.md", file.to_str().unwrap()] {
        run(folder.path(), &["email", path], 0);
    }
    assert!(run(folder.path(), &["email", "two"], 4).contains("`content/editions/two.md` is a draft"));
    assert!(run(folder.path(), &["email", "3"], 4).contains("is dated 9999-01-01"));
    run(folder.path(), &["email", "two", "--drafts"], 0);
    run(folder.path(), &["email", "3", "--future"], 0);
    run(folder.path(), &["email", "four"], 2);
}

#[test]
fn check_names_what_is_unfinished_and_what_is_to_come() {
    let folder = letter();
    let root = folder.path();
    let check = |status| run(root, &["check"], status);
    assert!(!check(0).contains("placeholder"));
    write(root, "content/posts/2024-08-05-five.md", "---\ntitle: Five\n---\nFirst.\n\nThe sum is TK.\n");
    write(root, "content/posts/2024-08-06-six.md", "---\ntitle: Six\n---\n`TODO` is code.\n");
    let said = check(0);
    assert!(said.contains("the text holds `TK`") && said.contains("2024-08-05-five.md:6:12"), "{said}");
    assert!(!said.contains("holds `TODO`"), "{said}");
    let block = "---\ntitle: Nine\n---\nText.\n\n```{note}\n:title: TBD of it\n\nText.\n```\n";
    write(root, "content/posts/2024-08-07-nine.md", block);
    assert!(check(0).contains("the text holds `TBD`"), "{}", check(0));
    for (name, date) in [("seven", "2024-08-07"), ("eight", "9999-01-01")] {
        let text = format!("---\ntitle: {name}\ndate: {date}\nslug: seven\n---\nText.\n");
        write(root, &format!("content/posts/{name}.md"), &text);
    }
    let said = check(0);
    assert!(said.contains("once all texts of the future are due: "), "{said}");
    write(root, "masthead.yaml", "title: T\n");
    assert!(check(0).contains("there is no `base_url`"));
}

#[test]
fn one_slip_in_a_template_is_said_once() {
    let folder = letter();
    write(folder.path(), "templates/post.html", "{{ post.title * 2 }}");
    for command in ["build", "check"] {
        let said = run(folder.path(), &[command], 1);
        assert_eq!(said.matches("post.title * 2").count(), 1, "{command}: {said}");
        assert!(said.contains("more pages") || said.contains("another page"), "{command}: {said}");
    }
}

#[test]
fn a_mistake_on_the_command_line_is_told_from_one_in_the_content() {
    let letter = letter();
    let said = run(letter.path(), &["bild"], 2);
    assert!(said.contains("build"), "{said}");
    run(letter.path(), &["build", "--base-url", "nowhere"], 2);
}

#[test]
fn the_clock_can_be_set_from_outside() {
    let letter = letter();
    let list_at = |seconds: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        let output = command.current_dir(letter.path()).env("SOURCE_DATE_EPOCH", seconds).args(["build"]).output();
        assert!(output.unwrap().status.success());
        letter.path().join("public/posts/two/index.html").is_file()
    };
    assert!(!list_at("1722556799"), "the last second of 1 August 2024");
    assert!(list_at("1722556800"), "the first second of 2 August 2024");
    run(letter.path(), &["check"], 0);
}

#[test]
fn check_refuses_an_output_that_a_build_refuses() {
    let folder = letter();
    for output in [".", "content", "static"] {
        write(folder.path(), "masthead.yaml", &format!("title: T\nbase_url: https://example.org\noutput: {output}\n"));
        let said = run(folder.path(), &["check"], 1);
        assert!(said.contains("refusing to write the site to"), "{output}: {said}");
    }
}

#[test]
fn a_new_edition_takes_what_came_after_the_last_one_and_nothing_twice() {
    let letter = letter();
    let write = |path: &str, text: &str| {
        let path = letter.path().join("content").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("editions/2024-09-05.md", "---\ntitle: First\ndate: 2024-09-05\n---\n");
    // The edition went out at the start of that day.
    write("posts/2024-09-05-late.md", "---\ntitle: Late\ndate: 2024-09-05T18:00:00Z\n---\nText.\n");
    write("posts/2024-09-09-evening.md", "---\ntitle: Evening\ndate: 2024-09-09T20:00:00Z\n---\nText.\n");
    run(letter.path(), &["new", "edition", "--date", "2024-09-09"], 0);
    let text = fs::read_to_string(letter.path().join("content/editions/2024-09-09.md")).unwrap();
    assert!(text.contains("late") && text.contains("evening"), "{text}");
    write("posts/2024-09-10-next.md", "---\ntitle: Next\n---\nText.\n");
    run(letter.path(), &["new", "edition", "--date", "2024-09-10"], 0);
    let text = fs::read_to_string(letter.path().join("content/editions/2024-09-10.md")).unwrap();
    assert!(text.contains("next") && !text.contains("late") && !text.contains("evening"), "{text}");
}

#[test]
fn a_second_edition_of_a_day_is_refused_with_another_day_to_give() {
    let letter = letter();
    run(letter.path(), &["new", "edition", "--date", "2024-08-02"], 0);
    let said = run(letter.path(), &["new", "edition", "--date", "2024-08-02"], 4);
    assert!(said.contains("2024-08-02.md` is there already") && said.contains("a day has one edition"), "{said}");
    run(letter.path(), &["new", "edition", "--date", "2024-08-03"], 0);
}

#[test]
fn code_keeps_its_colours_from_build_to_build() {
    let folder = letter();
    let root = folder.path();
    let code = "---\ntitle: Three\nsummary: The third.\n---\n```rust\nfn answer() -> u32 {\n    42\n}\n```\n";
    write(root, "content/posts/2024-08-03-three.md", code);
    run(root, &["build"], 0);
    // A build that never sees the code passes on how it was coloured …
    write(root, "content/posts/2024-08-01-one.md", "---\ntitle: One\nsummary: The first.\n---\nOther text.\n");
    run(root, &["build"], 0);
    let kept = fs::read(root.join(".masthead-cache/builds/keep")).unwrap();
    let coloured = br#"<span class="f">answer</span>"#;
    assert!(kept.windows(coloured.len()).any(|bytes| bytes == coloured));
    // … and one that takes it from there writes what a clean one does.
    write(root, "content/posts/2024-08-03-three.md", &code.replace("The third", "The last"));
    run(root, &["build"], 0);
    let page = "public/posts/three/index.html";
    let incremental = fs::read(root.join(page)).unwrap();
    fs::remove_dir_all(root.join(".masthead-cache")).unwrap();
    fs::remove_dir_all(root.join("public")).unwrap();
    run(root, &["build"], 0);
    assert_eq!(String::from_utf8(incremental), String::from_utf8(fs::read(root.join(page)).unwrap()));
}
