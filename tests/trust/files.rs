//! What stands in a folder and is no plain file, and files that nobody may read or write.

#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::newsletter::{CONFIG, Folder, PAGE, POST, Ran, run, tree};

const QUICK: Duration = Duration::from_secs(20);

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_pipe_anywhere_in_the_newsletter_is_said_and_never_read() {
    for path in ["content/posts/2024-01-01-x.md", "content/posts/x.png", "static/x", "templates/post.html"] {
        let folder = Folder::with_post();
        pipe(&folder.path(path));
        for command in ["build", "check"] {
            let ran = folder.run(&[command]);
            assert!(ran.said.contains(&format!("`{path}` is a pipe, a socket or a device")), "{command}: {}", ran.said);
            assert!(ran.status == 0 && ran.took < QUICK, "{path}: {} after {:?}", ran.status, ran.took);
        }
    }
    let folder = Folder::with_post();
    fs::remove_file(folder.path(CONFIG.0)).unwrap();
    pipe(&folder.path(CONFIG.0));
    let said = folder.build(3);
    assert!(said.contains("`masthead.yaml` can't be read: this is not a regular file"), "{said}");
}

#[test]
fn sockets_and_devices_are_said_and_never_read() {
    let folder = Folder::with_post();
    let _socket = UnixListener::bind(folder.path("content/posts/s.md")).unwrap();
    let said = folder.build(0);
    assert!(said.contains("`content/posts/s.md` is a pipe, a socket or a device"), "{said}");
    symlink("/dev/zero", folder.path("content/posts/z.md")).unwrap();
    symlink("/dev/zero", folder.path("content/posts/z.png")).unwrap();
    let said = folder.build(1);
    assert!(said.contains("`content/posts/z.md` is a link to `/dev/zero`") && said.contains("z.png"), "{said}");
}

#[test]
fn a_link_that_leads_out_is_refused_by_name_and_what_it_leads_to_is_never_shown() {
    let outside = crate::workbench::folder();
    let secret = outside.path().join("secret.txt");
    fs::write(&secret, "title: the-secret-itself\n").unwrap();
    for link in ["content/posts/2024-01-01-x.md", "content/posts/x.png", "static/x.txt", "templates/x.html", CONFIG.0] {
        let folder = Folder::with_post();
        fs::create_dir_all(folder.path(link).parent().unwrap()).unwrap();
        let _ = fs::remove_file(folder.path(link));
        symlink(&secret, folder.path(link)).unwrap();
        for command in ["build", "check"] {
            let ran = folder.run(&[command]);
            assert!(matches!(ran.status, 1 | 3) && ran.said.contains(link), "{link}: {} {}", ran.status, ran.said);
            assert!(!ran.said.contains("the-secret-itself"), "{command} {link}: {}", ran.said);
        }
        assert!(!folder.path("public").exists());
    }
    for link in ["content", "content/more", "static", "static/more", "templates"] {
        let folder = Folder::with_post();
        if link == "content" {
            fs::rename(folder.path("content"), outside.path().join("content")).unwrap();
        }
        fs::create_dir_all(folder.path(link).parent().unwrap()).unwrap();
        symlink(outside.path().join(if link == "content" { "content" } else { "" }), folder.path(link)).unwrap();
        let said = folder.build(1);
        assert!(
            said.contains(&format!("`{link}` is a link to")) && said.contains("outside the newsletter's"),
            "{said}"
        );
    }
}

#[test]
fn a_link_inside_the_folder_is_followed() {
    let folder = Folder::with_post();
    folder.write("content/pictures/p.txt", "a file");
    symlink("../pictures/p.txt", folder.path("content/posts/p.txt")).unwrap();
    symlink(folder.path(POST).canonicalize().unwrap(), folder.path("content/posts/2024-01-01-b.md")).unwrap();
    folder.build(0);
    assert_eq!(folder.tree("public")["posts/p.txt"], b"a file");
    assert!(folder.path("public/posts/b/index.html").is_file());
}

#[test]
fn a_link_to_what_is_hidden_is_refused() {
    for (hidden, link) in [(".env", "static/x.txt"), (".git/config", "content/posts/x.txt"), (".env", CONFIG.0)] {
        let folder = Folder::with_post();
        folder.write(hidden, "TOKEN=the-secret-itself");
        fs::create_dir_all(folder.path(link).parent().unwrap()).unwrap();
        let _ = fs::remove_file(folder.path(link));
        symlink(folder.path(hidden), folder.path(link)).unwrap();
        let ran = folder.run(&["build"]);
        assert!(matches!(ran.status, 1 | 3) && ran.said.contains("hidden"), "{link}: {} {}", ran.status, ran.said);
        assert!(!ran.said.contains("the-secret-itself") && !folder.path("public").exists(), "{}", ran.said);
    }
}

#[test]
fn links_that_lead_nowhere_or_round_in_circles_are_said_once() {
    for (target, link, expected) in [
        ("nope", "content/posts/x.md", "`content/posts/x.md` is a link to `nope`, which can't be followed"),
        ("nope", "static/x", "`static/x` is a link to `nope`, which can't be followed"),
        ("x.md", "content/posts/x.md", "`content/posts/x.md` is a link to `x.md`, which can't be followed"),
        ("..", "content/posts/up", "`content/posts/up` is a link to a folder that holds it"),
        (".", "content/posts/here", "`content/posts/here` is a link to a folder that holds it"),
        ("nope", "static", "`static` is a link to `nope`, which can't be followed"),
        ("templates", "templates", "`templates` is a link to `templates`, which can't be followed"),
    ] {
        let folder = Folder::with_post();
        fs::create_dir_all(folder.path(link).parent().unwrap()).unwrap();
        symlink(target, folder.path(link)).unwrap();
        let said = folder.build(1);
        assert_eq!(said.matches(expected).count(), 1, "{said}");
    }
}

#[test]
fn what_stands_in_the_place_of_a_folder_is_not_taken_for_none() {
    for name in ["content", "static", "templates"] {
        let folder = Folder::with_post();
        folder.build(0);
        let before = folder.tree("public");
        let _ = fs::remove_dir_all(folder.path(name));
        folder.write(name, "../elsewhere");
        assert!(folder.build(1).contains(&format!("error: `{name}` is no folder")), "{name}");
        assert_eq!(folder.tree("public"), before, "{name}");
        fs::remove_file(folder.path(name)).unwrap();
        pipe(&folder.path(name));
        assert!(folder.build(1).contains(&format!("error: `{name}` is no folder")), "{name}");
    }
}

#[test]
fn a_name_that_is_no_text_is_an_error_that_shows_it() {
    for folder_of_it in ["content/posts", "static", "templates"] {
        let folder = Folder::with_post();
        fs::create_dir_all(folder.path(folder_of_it)).unwrap();
        let name = OsStr::from_bytes(b"2024-01-01-\xff.md");
        fs::write(folder.path(folder_of_it).join(name), "x").unwrap();
        let said = folder.build(1);
        assert!(
            said.contains(&format!("the name of `{folder_of_it}/2024-01-01-\u{fffd}.md` is not valid UTF-8")),
            "{said}"
        );
    }
}

#[test]
fn names_that_command_a_terminal_are_shown_and_not_obeyed() {
    for name in ["a\u{1b}[31mb", "a\rb", "a\nb", "a\u{9b}31mb", "\u{202e}b"] {
        let folder = Folder::with_post();
        folder.write(&format!("static/{name}.txt"), "x");
        let said = folder.build(1);
        assert!(said.contains("error: ") && said.contains("can't be a file of the site"), "{said}");
        assert!(!said.contains(['\u{1b}', '\r', '\u{9b}', '\u{202e}']), "{said:?}");
    }
    for (length, status) in [(251, 0), (255, 0)] {
        let folder = Folder::with_post();
        folder.write(&format!("static/{}", "x".repeat(length)), "x");
        folder.build(status);
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_before_it_is_read() {
    for path in ["content/posts/2024-01-01-big.md", "templates/big.html"] {
        let folder = Folder::with_post();
        folder.write(path, "");
        // A sparse file: longer than the memory of this machine, and nothing on the disk.
        fs::File::options().write(true).open(folder.path(path)).unwrap().set_len(1 << 40).unwrap();
        let ran = folder.run(&["build"]);
        assert!(ran.status == 3 && ran.said.contains("the file is longer than 64 MiB"), "{} {}", ran.status, ran.said);
        assert!(ran.took < QUICK);
    }
}

#[test]
fn a_file_that_is_copied_may_be_of_any_length_and_is_never_in_memory_as_a_whole() {
    let folder = Folder::with_post();
    folder.write("static/film.bin", "x");
    folder.write("static/100%.txt", "x");
    fs::File::options().write(true).open(folder.path("static/film.bin")).unwrap().set_len(300 << 20).unwrap();
    // Address space for the program, its threads and its tables, and none for the film.
    let line = "ulimit -v 600000; exec \"$M\" build --jobs 2";
    let mut shell = Command::new("bash");
    shell.args(["-c", line]).env("M", env!("CARGO_BIN_EXE_masthead")).current_dir(folder.path(""));
    let ran = run(&mut shell);
    assert_eq!(ran.status, 0, "{}", ran.said);
    assert_eq!(fs::metadata(folder.path("public/film.bin")).unwrap().len(), 300 << 20);
    assert!(ran.said.contains("`%` in the name of `static/100%.txt`"), "{}", ran.said);
    // The film is so new that its bytes decide whether it is the same: that costs no build.
    let said = folder.run(&["build", "--timings"]).said;
    assert!(said.contains("nothing changed") && said.contains("look at the output"), "{said}");
}

#[test]
fn without_content_there_is_no_site_and_the_old_one_stays() {
    let folder = Folder::with_post();
    folder.build(0);
    let before = folder.tree("public");
    fs::rename(folder.path("content"), folder.path("elsewhere")).unwrap();
    assert!(folder.build(1).contains("there is no folder `content`"));
    fs::create_dir(folder.path("content")).unwrap();
    let said = folder.build(1);
    assert!(said.contains("error: ") && said.contains("help: "), "{said}");
    folder.write(POST, "---\ntitle: A\ndraft: true\n---\nText.\n");
    for command in ["build", "check", "list", "related"] {
        let said = folder.run(&[command]).said;
        let help = "`serve` shows them, and `build`, `check` and `email` with `--drafts` and `--future`";
        assert!(said.contains("is to be published") && said.contains(help), "{command}: {said}");
    }
    folder.write(POST, "---\ntitle: A\nexpires: 2024-09-01\n---\nText.\n");
    let said = folder.build(1);
    assert!(said.contains("what has expired") && !said.contains("--drafts"), "{said}");
    assert_eq!(folder.tree("public"), before);
    assert_eq!(folder.run(&["build", "--allow-empty"]).status, 0);
}

#[test]
fn a_checkout_that_lost_its_posts_deletes_no_site() {
    let folder = Folder::with_post();
    folder.write("content/about.md", "---\ntitle: About\n---\nText.\n");
    folder.build(0);
    let before = folder.tree("public");
    fs::remove_dir_all(folder.path("content/posts")).unwrap();
    let said = folder.build(1);
    assert!(said.contains("the newsletter has no post any more") && said.contains("--allow-empty"), "{said}");
    assert_eq!(folder.tree("public"), before);
    assert_eq!(folder.run(&["build", "--allow-empty"]).status, 0);
    assert!(!folder.path(format!("public/{PAGE}")).exists());
    // A site of pages alone may lose one.
    folder.write("content/imprint.md", "---\ntitle: Imprint\n---\nText.\n");
    folder.build(0);
    fs::remove_file(folder.path("content/imprint.md")).unwrap();
    folder.build(0);
}

#[test]
fn nothing_is_written_through_a_link_in_the_cache() {
    let files = ["lock", "builds/state.new", "builds/keep.new", "builds/pages.new", "builds/posts-00.new"];
    for path in files {
        let folder = Folder::with_post();
        let victim = folder.path("victim");
        fs::write(&victim, "precious").unwrap();
        let link = folder.path(".masthead-cache").join(path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&victim, &link).unwrap();
        folder.build(0);
        folder.write(POST, "---\ntitle: B\n---\nOther text.\n");
        folder.build(0);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "{path}");
    }
    for path in [".masthead-cache", ".masthead-cache/builds"] {
        let folder = Folder::with_post();
        let elsewhere = crate::workbench::folder();
        let link = folder.path(path);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(elsewhere.path(), &link).unwrap();
        let said = folder.build(0);
        assert!(path != ".masthead-cache/builds" || said.contains("The cache could not be written"), "{said}");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "{path}");
    }
}

#[test]
fn no_pipe_in_the_cache_or_the_output_is_waited_for() {
    let cache = ["lock", "builds/state", "builds/keep", "builds/pages", "builds/posts-00"];
    let cache = cache.map(|name| format!(".masthead-cache/{name}"));
    let output = [".masthead-manifest", ".masthead-pending", PAGE].map(|name| format!("public/{name}"));
    for path in cache.iter().chain(&output) {
        let folder = Folder::with_post();
        folder.build(0);
        let _ = fs::remove_file(folder.path(path));
        pipe(&folder.path(path));
        folder.write(POST, "---\ntitle: B\n---\nOther text.\n");
        // Without its list, the output may be anybody's.
        let ran = folder.run(&["build", "--adopt"]);
        assert!(ran.status == 0 && ran.took < QUICK, "{path}: {} {}", ran.status, ran.said);
        assert!(fs::read_to_string(folder.path(format!("public/{PAGE}"))).unwrap().contains("Other text."));
        assert!(folder.run(&["explain", "/"]).took < QUICK, "{path}");
    }
}

#[test]
fn what_is_copied_has_the_permissions_of_any_other_file_of_the_site() {
    let folder = Folder::with_post();
    let mode = |path: &str| fs::metadata(folder.path(path)).unwrap().permissions().mode();
    for (name, mode) in [("secret.txt", 0o600), ("script.sh", 0o755)] {
        folder.write(&format!("static/{name}"), "x");
        forbid(&folder.path(format!("static/{name}")), mode);
    }
    folder.build(0);
    for name in ["secret.txt", "script.sh"] {
        assert_eq!(mode(&format!("public/{name}")), mode(&format!("public/{PAGE}")), "{name}");
    }
}

/// Runs the program as somebody who owns the newsletter and nothing else: the superuser may read everything.
fn as_owner(folder: &Folder, arguments: &[&str]) -> Ran {
    const NOBODY: u32 = 65_534;
    let mut program = folder.program();
    program.args(arguments).env("HOME", "/nonexistent");
    let is_superuser = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if is_superuser {
        for entry in walkdir::WalkDir::new(folder.path("")).into_iter().flatten() {
            std::os::unix::fs::lchown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        // The program itself may lie where only the superuser comes. Another process copies it: a file that this
        // one writes can't be run as long as a child of another test still has it open.
        let place = crate::workbench::folder();
        forbid(place.path(), 0o755);
        let copy = place.path().join("masthead");
        assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_masthead")).arg(&copy).status().unwrap().success());
        let mut program = Command::new(&copy);
        program
            .args(arguments)
            .current_dir(folder.path(""))
            .env("HOME", "/nonexistent")
            .env_remove("SOURCE_DATE_EPOCH");
        return run(program.uid(NOBODY).gid(NOBODY));
    }
    run(&mut program)
}

fn forbid(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_may_not_be_read_ends_the_build_with_status_3_and_its_name() {
    for path in [POST, "content/posts", "content", "static/s.txt", "static", "templates/x.html", CONFIG.0] {
        let folder = Folder::with_post();
        folder.write("static/s.txt", "x");
        folder.write("templates/x.html", "x");
        assert_eq!(as_owner(&folder, &["build"]).status, 0);
        let before = tree(&folder.path("public"));
        forbid(&folder.path(path), 0);
        for command in ["build", "check"] {
            let ran = as_owner(&folder, &[command, if command == "build" { "--force" } else { "--strict" }]);
            assert_eq!(ran.status, 3, "{command} {path}: {}", ran.said);
            assert!(ran.said.contains(&format!("`{path}` can't be read: ")), "{path}: {}", ran.said);
        }
        forbid(&folder.path(path), 0o755);
        assert!(tree(&folder.path("public")) == before, "{path}");
    }
}

#[test]
fn where_nothing_may_be_written_the_build_ends_with_status_3_and_the_old_site_stays() {
    for path in ["public", "public/posts", "public/posts/a"] {
        let folder = Folder::with_post();
        assert_eq!(as_owner(&folder, &["build"]).status, 0);
        let before = tree(&folder.path("public"));
        folder.write(POST, "---\ntitle: B\n---\nOther text.\n");
        forbid(&folder.path(path), 0o555);
        let ran = as_owner(&folder, &["build"]);
        forbid(&folder.path(path), 0o755);
        assert_eq!(ran.status, 3, "{path}: {}", ran.said);
        assert!(ran.said.contains("can't be written: permission denied"), "{}", ran.said);
        for (name, bytes) in tree(&folder.path("public")) {
            assert!(path != "public" || before[&name] == bytes, "{name}");
        }
        assert_eq!(as_owner(&folder, &["build"]).status, 0);
        assert!(String::from_utf8_lossy(&tree(&folder.path("public"))[PAGE]).contains("Other text."));
    }
    let folder = Folder::with_post();
    forbid(&folder.path(""), 0o555);
    let ran = as_owner(&folder, &["build"]);
    forbid(&folder.path(""), 0o755);
    assert!(ran.status == 3 && ran.said.contains("can't be written"), "{} {}", ran.status, ran.said);
    assert_eq!(as_owner(&folder, &["check"]).status, 0);
}

#[test]
fn an_output_that_is_holds_or_lies_in_anything_of_the_authors_is_refused_however_it_is_named() {
    let home = crate::workbench::folder();
    for output in [
        "content",
        "content/posts",
        "content/new",
        "./content/",
        "content/../content",
        "x/../content",
        "templates",
        "templates/x",
        "static",
        "static/x",
        ".",
        "..",
        "../..",
        "/",
        "",
        ".git",
        ".git/x",
        ".masthead-cache",
        CONFIG.0,
        "link",
        "link/x",
        "up",
    ] {
        let folder = Folder::with_post();
        for source in ["templates", "static", ".git"] {
            folder.write(&format!("{source}/keep"), "x");
        }
        fs::remove_file(folder.path("templates/keep")).unwrap();
        symlink("content", folder.path("link")).unwrap();
        symlink(".", folder.path("up")).unwrap();
        let before = tree(&folder.path(""));
        let ran = folder.run(&["build", "--output", output, "--adopt"]);
        assert!(
            ran.status == 4 && ran.said.contains("refusing to write the site to"),
            "{output}: {} {}",
            ran.status,
            ran.said
        );
        assert!(tree(&folder.path("")) == before, "{output}");
        if !output.is_empty() {
            folder.write(CONFIG.0, format!("title: T\noutput: '{output}'\n"));
            let ran = folder.run(&["build", "--adopt"]);
            assert_eq!(ran.status, 4, "{output} by the configuration: {}", ran.said);
        }
    }
    let folder = Folder::with_post();
    let ran = run(folder.program().env("HOME", home.path()).args(["build", "--output"]).arg(home.path()));
    assert!(ran.status == 4 && ran.said.contains("home folder"), "{}", ran.said);
}

#[test]
fn a_link_in_the_output_is_replaced_or_refused_and_its_target_never_touched() {
    let victim = crate::workbench::folder();
    fs::write(victim.path().join("index.html"), "precious").unwrap();
    let folder = Folder::with_post();
    folder.build(0);
    let page = folder.path("public/posts/a/index.html");
    fs::remove_file(&page).unwrap();
    symlink(victim.path().join("index.html"), &page).unwrap();
    folder.build(0);
    assert!(fs::symlink_metadata(&page).unwrap().is_file());
    fs::remove_dir_all(folder.path("public/posts/a")).unwrap();
    symlink(victim.path(), folder.path("public/posts/a")).unwrap();
    let said = folder.build(4);
    assert!(said.contains("refusing to write through"), "{said}");
    fs::remove_file(folder.path(POST)).unwrap();
    folder.write("content/posts/2024-08-02-b.md", "Other.\n");
    folder.run(&["build"]);
    assert_eq!(tree(victim.path()).len(), 1);
    assert_eq!(fs::read_to_string(victim.path().join("index.html")).unwrap(), "precious");
}

#[test]
fn a_reply_that_waits_keeps_nothing_from_being_published() {
    let folder = Folder::with_post();
    folder.write("content/replies/pending/a/1.md", b"\xff\xfe not UTF-8");
    folder.write("content/replies/pending/a/2.md", "---\nname: [\n---\nx\n");
    std::os::unix::fs::symlink("nowhere", folder.path("content/replies/pending/a/3.md")).unwrap();
    folder.build(0);
    let said = folder.run(&["build", "--timings"]).said;
    assert!(said.contains("nothing changed"), "{said}");
}
