//! The program as a process: its streams, its arguments, its environment, and others like it.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::newsletter::{CONFIG, Folder, PAGE, POST, run};

/// Runs a line in a shell, `$M` being the program; its status and what it said come back.
fn shell(folder: &Folder, line: &str) -> (i32, String) {
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(format!("set -o pipefail; {line}")).env("M", env!("CARGO_BIN_EXE_masthead"));
    let ran = run(shell.current_dir(folder.path("")));
    (ran.status, ran.said)
}

#[test]
fn a_reader_who_left_is_no_error_and_a_full_device_is() {
    let folder = Folder::with_post();
    for (line, status) in [
        ("$M build --force >&-", 0),
        ("$M build --force 2>&-", 0),
        ("$M build --force >&- 2>&- <&-", 0),
        ("$M build --force 2>/dev/full", 0),
        ("$M list posts | head -1 >/dev/null", 0),
        ("$M schema | head -c 10 >/dev/null", 0),
        ("$M list posts >&-", 0),
        ("$M list posts --format json >/dev/full", 3),
        ("$M schema >/dev/full", 3),
        ("$M --help >/dev/full", 3),
        ("$M check --format json >/dev/full", 3),
    ] {
        let (code, said) = shell(&folder, line);
        assert_eq!(code, status, "{line}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn nothing_on_the_command_line_ends_in_anything_but_a_usage_error() {
    let folder = Folder::with_post();
    let long = "x".repeat(100_000);
    let rows: Vec<Vec<&str>> = vec![
        vec!["--nope"],
        vec!["--", "build"],
        vec![],
        vec![""],
        vec!["build", "build"],
        vec!["build", "--root"],
        vec!["build", &long],
        vec!["build", "--jobs", "0"],
        vec!["build", "--jobs", "100000"],
        vec!["build", "--jobs", "99999999999999999999"],
        vec!["build", "--output", "a", "--output", "b"],
        vec!["biuld"],
        vec!["list", "nope"],
        vec!["explain", "/nope/"],
        vec!["explain", "../../etc/passwd"],
        vec!["related", "nope"],
        vec!["new", "post", ""],
        vec!["build", "--page-timeout", "0"],
        vec!["build", "--base-url", "javascript:x"],
    ];
    for arguments in rows {
        let ran = folder.run(&arguments);
        assert_eq!(ran.status, 2, "{:?}: {}", arguments.first(), ran.said);
        assert!(ran.said.len() < 2_000, "{:?}", arguments.first());
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let bad = OsStr::from_bytes(b"\xff");
        assert_eq!(folder.run(&[bad]).status, 2);
        assert_eq!(folder.run(&[OsStr::new("build"), OsStr::new("--output"), bad]).status, 2);
        assert_eq!(folder.run(&[OsStr::new("--root"), bad, OsStr::new("build")]).status, 3);
    }
    assert!(!folder.path("public").exists());
}

#[test]
fn a_configuration_that_is_wrong_is_an_error_or_a_warning_at_its_place() {
    for (config, status, expected) in [
        ("title: [a]", 1, "masthead.yaml:1:8"),
        ("title: T\nbase_url: example.org", 1, "masthead.yaml:2:11"),
        ("base_url: javascript:x", 1, "masthead.yaml:1:11"),
        ("base_url: 'https://a\" onclick=\"x'", 1, "masthead.yaml:1:11"),
        ("titel: T", 0, "did you mean `title`?"),
        ("time_zone: Mars/Phobos", 1, "masthead.yaml:1:12"),
        ("paginate: 0", 1, "masthead.yaml:1:11"),
        ("paginate: -1", 1, "masthead.yaml:1:11"),
        ("paginate: 99999999999", 1, "masthead.yaml:1:11"),
        ("paginate: many", 1, "masthead.yaml:1:11"),
        ("content: ../elsewhere", 1, "masthead.yaml:1:10"),
        ("content: /etc", 1, "masthead.yaml:1:10"),
        ("markdown: {raw_html: sometimes}", 1, "masthead.yaml:1"),
        ("- a\n- b", 1, "masthead.yaml:1:1"),
        ("title: \"T", 1, "masthead.yaml:1:8"),
        ("title: T\ntitle: U", 1, "masthead.yaml:2:1"),
        ("\ttitle: T", 1, "masthead.yaml:1:1"),
        ("a: &a [*a]", 1, "masthead.yaml:1:4"),
        ("", 0, ""),
    ] {
        let folder = Folder::with_post();
        folder.write(CONFIG.0, config);
        let said = folder.build(status);
        assert!(said.contains(expected), "{config}: {said}");
    }
    let folder = Folder::with_post();
    folder.write(CONFIG.0, b"title: \xff");
    assert!(folder.build(1).contains("masthead.yaml:1:8"));
    folder.write(CONFIG.0, format!("title: T\nextra: {}", "x".repeat(300_000)));
    assert!(folder.build(1).contains("longer than 262144 bytes"));
}

#[test]
fn the_time_that_stands_for_now_is_one_or_a_usage_error() {
    let folder = Folder::with_post();
    let at = |time: &OsStr| run(folder.program().arg("build").arg("--force").env("SOURCE_DATE_EPOCH", time));
    for bad in ["", "garbage", "-1", "99999999999999999999", "1e9", "253402300800", "1722470400.5", "0x10"] {
        let ran = at(OsStr::new(bad));
        assert!(ran.status == 2 && ran.said.contains("SOURCE_DATE_EPOCH"), "{bad}: {} {}", ran.status, ran.said);
    }
    #[cfg(unix)]
    assert_eq!(at(std::os::unix::ffi::OsStrExt::from_bytes(b"\xff")).status, 2);
    let preview = run(folder.program().args(["serve", "--port", "0"]).env("SOURCE_DATE_EPOCH", "garbage"));
    assert!(preview.status == 2 && preview.said.contains("SOURCE_DATE_EPOCH"), "{}", preview.said);
    assert!(!folder.path("public").exists());
    assert_eq!(at(OsStr::new("1722470400")).status, 0);
    assert_eq!(at(OsStr::new("253402300799")).status, 0);
}

#[test]
fn one_newsletter_gives_one_site_whatever_surrounds_the_program() {
    let files = [
        (POST, "---\ntitle: A\ntags: [b, a, Ü]\ncompanies: [TikTok, Microsoft]\n---\nText of Microsoft.\n"),
        ("content/posts/2024-08-02-b.md", "---\ntags: [a]\n---\nSee [a](2024-08-01-a.md).\n"),
        ("static/ü.txt", "x"),
    ];
    let first = Folder::of(&files);
    let build = |folder: &Folder, arguments: &[&str], environment: &[(&str, &str)]| {
        let mut program = folder.program();
        program.arg("build").args(arguments).env("SOURCE_DATE_EPOCH", "1735689600").envs(environment.iter().copied());
        let ran = run(&mut program);
        assert_eq!(ran.status, 0, "{}", ran.said);
        folder.tree("public")
    };
    let expected = build(&first, &[], &[]);
    for (arguments, environment) in [
        (&["--jobs", "1"][..], &[][..]),
        (&["--jobs", "8"], &[]),
        (&["--jobs", "64"], &[]),
        (&[], &[("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")]),
        (&[], &[("HOME", "/nonexistent"), ("USER", "x"), ("COLUMNS", "1"), ("TERM", "dumb"), ("NO_COLOR", "1")]),
    ] {
        let other = Folder::of(&[]);
        for (path, text) in files.iter().rev() {
            other.write(path, text);
        }
        assert!(build(&other, arguments, environment) == expected, "{arguments:?} {environment:?}");
    }
    let (status, said) = shell(&first, "umask 077; cd /; $M build --force --root \"$OLDPWD\"");
    assert_eq!(status, 0, "{said}");
}

#[test]
fn eight_builds_at_once_give_one_whole_site() {
    let folder = Folder::with_post();
    for number in 0..10 {
        folder.write(&format!("content/posts/2024-07-{:02}-p.md", number + 1), format!("Post {number}.\n"));
    }
    let start = |_| folder.program().arg("build").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let children: Vec<_> = (0..8).map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let is_busy = output.status.code() == Some(3) && said.contains("another build of this newsletter is running");
        assert!(output.status.success() || is_busy, "{said}");
    }
    let together = folder.tree("public");
    std::fs::remove_dir_all(folder.path("public")).unwrap();
    std::fs::remove_dir_all(folder.path(".masthead-cache")).unwrap();
    folder.build(0);
    assert!(together == folder.tree("public"));
}

#[test]
fn a_lock_that_a_killed_build_left_keeps_nobody_out() {
    let folder = Folder::with_post();
    folder.write(".masthead-cache/lock", "");
    let ran = folder.run(&["build"]);
    assert!(ran.status == 0 && ran.took.as_secs() < 8, "{} {:?}", ran.said, ran.took);
}

#[test]
fn what_is_not_ours_in_the_output_stays_and_what_was_edited_is_said() {
    let folder = Folder::with_post();
    folder.build(0);
    for foreign in
        ["public/CNAME", "public/.git/config", "public/.nojekyll", "public/posts/a/notes.txt", "public/posts/mine.html"]
    {
        folder.write(foreign, "mine");
    }
    folder.write(&format!("public/{PAGE}"), "edited by hand");
    folder.write(POST, "---\ntitle: B\n---\nOther text.\n");
    let said = folder.build(0);
    assert!(
        said.contains("`posts/a/index.html` in the output was not as Masthead had left it; it is overwritten, and `"),
        "{said}"
    );
    let copy = folder.path(".masthead-rescued/posts/a/index.html");
    assert_eq!(std::fs::read_to_string(copy).unwrap(), "edited by hand");
    std::fs::remove_file(folder.path(POST)).unwrap();
    folder.write("content/posts/2024-08-02-b.md", "Text.\n");
    folder.build(0);
    for foreign in ["CNAME", ".git/config", ".nojekyll", "posts/a/notes.txt", "posts/mine.html"] {
        assert_eq!(std::fs::read_to_string(folder.path("public").join(foreign)).unwrap(), "mine");
    }
    assert!(!folder.path("public").join(PAGE).exists());
}

#[test]
fn a_manifest_that_is_damaged_deletes_nothing() {
    let outside = crate::workbench::folder();
    let victim = outside.path().join("victim.txt");
    std::fs::write(&victim, "precious").unwrap();
    for damage in 0..4 {
        let folder = Folder::with_post();
        folder.build(0);
        folder.write("public/notes.txt", "mine");
        folder.write("victim.txt", "mine too");
        let manifest = folder.path("public/.masthead-manifest");
        let text = std::fs::read_to_string(&manifest).unwrap();
        let bytes = match damage {
            0 => text.as_bytes()[..text.len() / 2].to_vec(),
            1 => text.replace("masthead manifest 1", "masthead manifest 9").into_bytes(),
            2 => text.replacen("index.html", "../victim.txt", 1).into_bytes(),
            _ => b"\xff\0garbage".to_vec(),
        };
        std::fs::write(&manifest, bytes).unwrap();
        std::fs::remove_dir_all(folder.path(".masthead-cache")).unwrap();
        let said = folder.build(4);
        assert!(said.contains("it holds files that Masthead did not make") && said.contains("--adopt"), "{said}");
        let ran = folder.run(&["build", "--adopt"]);
        assert_eq!(ran.status, 0, "{}", ran.said);
        assert_eq!(std::fs::read_to_string(folder.path("public/notes.txt")).unwrap(), "mine");
        assert_eq!(std::fs::read_to_string(folder.path("victim.txt")).unwrap(), "mine too");
    }
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "precious");
}

#[test]
fn a_new_post_never_writes_over_anything() {
    let folder = Folder::with_post();
    let new = |title: &str| folder.run(&["new", "post", title, "--date", "2024-08-01"]);
    let before = std::fs::read(folder.path(POST)).unwrap();
    let ran = new("A");
    assert_ne!(ran.status, 0, "{}", ran.said);
    assert_eq!(std::fs::read(folder.path(POST)).unwrap(), before);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/nonexistent/x", folder.path("content/posts/2024-08-01-b.md")).unwrap();
        assert_ne!(new("B").status, 0);
        std::fs::create_dir(folder.path("content/posts/2024-08-01-c.md")).unwrap();
        assert_ne!(new("C").status, 0);
    }
    assert_eq!(new("../../D").status, 0);
    assert!(folder.path("content/posts/2024-08-01-d.md").is_file());
}

#[cfg(unix)]
#[test]
fn a_working_folder_that_is_no_more_is_said_and_no_hindrance_for_another_one() {
    let folder = Folder::with_post();
    let deleted = "mkdir gone && cd gone && rmdir ../gone &&";
    for command in ["build", "check", "list posts", "serve --port 0", "new post X", "related"] {
        let (code, said) = shell(&folder, &format!("{deleted} $M {command}"));
        assert!(code == 3 && said.contains("error: "), "{command}: {code} {said}");
        assert!(!said.contains("panicked") && !said.contains("a bug in Masthead"), "{said}");
    }
    let root = folder.path("").canonicalize().unwrap();
    let (code, said) = shell(&folder, &format!("{deleted} $M --root {root:?} build"));
    assert_eq!(code, 0, "{said}");
    assert!(folder.path("public").join(PAGE).is_file());
}

#[cfg(unix)]
#[test]
fn who_may_read_the_site_is_up_to_the_umask_for_every_file_alike() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let mut rows = vec![
        ("077", 0o755, 0o600, 0o700),
        ("022", 0o755, 0o644, 0o755),
        ("002", 0o755, 0o664, 0o775),
        ("000", 0o755, 0o666, 0o777),
    ];
    if cfg!(target_os = "linux") {
        // A folder that hands its group down to all that is made in it (setgid).
        rows.push(("002", 0o2775, 0o664, 0o2775));
    }
    for (umask, root, file, directory) in rows {
        let folder = Folder::with_post();
        std::fs::set_permissions(folder.path(""), std::fs::Permissions::from_mode(root)).unwrap();
        folder.write("static/s.txt", "x");
        for text in ["First.\n", "Second.\n"] {
            folder.write(POST, text);
            let (code, said) = shell(&folder, &format!("umask {umask}; $M build"));
            assert_eq!(code, 0, "{said}");
            for entry in walkdir::WalkDir::new(folder.path("public")).into_iter().flatten() {
                let expected = if entry.file_type().is_dir() { directory } else { file };
                let mode = entry.metadata().unwrap().mode() & 0o7777;
                assert_eq!(mode, expected, "umask {umask} in {root:o}: {}", entry.path().display());
            }
        }
    }
}
