//! What the program is made of, and what it does to the machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::newsletter::{Folder, Ran, not_tried, run, tree};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn no_code_of_ours_is_unsafe() {
    assert!(read("src/lib.rs").contains("#![forbid(unsafe_code)]"));
    assert!(read("Cargo.toml").contains("unsafe_code = \"forbid\""));
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).into_iter().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(entry.path()).unwrap();
            assert!(!text.contains("unsafe {") && !text.contains("unsafe fn"), "{}", entry.path().display());
        }
    }
}

#[test]
fn dependencies_are_few_locked_and_from_one_place() {
    let lock = read("Cargo.lock");
    let sources: BTreeSet<&str> = lock.lines().filter_map(|line| line.strip_prefix("source = ")).collect();
    assert_eq!(sources.len(), 1, "{sources:?}");
    let packages = lock.matches("[[package]]").count();
    assert!(packages < 330, "{packages} packages");
    let manifest = read("Cargo.toml");
    let direct = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let direct = direct.lines().filter(|line| line.contains('=') && !line.starts_with('#')).count();
    assert!(direct <= 48, "{direct} direct dependencies");
    for banned in ["openssl-sys", "serde_yml", "yaml-rust", "libyml", "native-tls", "h2"] {
        assert!(!lock.contains(&format!("name = \"{banned}\"")), "{banned}");
    }
}

/// Watches the system calls of a build.
#[cfg(target_os = "linux")]
#[test]
fn a_build_opens_no_connection_starts_no_program_and_writes_only_output_and_cache() {
    let has_strace = Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success());
    assert!(has_strace, "`strace` is missing, which this test watches the program with: apt-get install strace");
    let folder = Folder::of(&[
        (crate::newsletter::POST, "---\ntitle: A\n---\nSee [x](https://x.example).\n\n![y](https://y.example/y.png)\n"),
        ("static/s.txt", "x"),
    ]);
    let root = folder.path("").canonicalize().unwrap();
    let log = crate::workbench::folder();
    let log = log.path().join("calls");
    for arguments in [&["build"][..], &["build"], &["build", "--force"], &["check"], &["list", "posts"]] {
        let status = Command::new("strace")
            .args(["-f", "-qq", "-s", "4096", "-e", "trace=%network,%process,%file,write", "-o"])
            .arg(&log)
            .arg(env!("CARGO_BIN_EXE_masthead"))
            .args(arguments)
            .current_dir(&root)
            .output()
            .unwrap();
        assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
        let calls = fs::read_to_string(&log).unwrap();
        let mut programs = 0;
        for line in calls.lines() {
            let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
            let name = call.split('(').next().unwrap_or_default();
            assert!(
                !matches!(name, "connect" | "bind" | "listen" | "accept" | "accept4" | "sendto" | "sendmsg"),
                "{line}"
            );
            programs += usize::from(matches!(name, "execve" | "execveat"));
            let writes = match name {
                "open" | "openat" => {
                    ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| call.contains(flag))
                }
                "mkdir" | "mkdirat" | "rename" | "renameat" | "renameat2" | "unlink" | "unlinkat" | "rmdir"
                | "symlink" | "link" | "chmod" | "truncate" => true,
                _ => false,
            };
            if !writes || call.contains("= -1 ") {
                continue;
            }
            let paths = call.split('"').skip(1).step_by(2);
            for path in paths {
                let inside = Path::new(path)
                    .strip_prefix(&root)
                    .ok()
                    .or_else(|| Path::new(path).is_relative().then_some(Path::new(path)));
                let is_ours = inside.is_some_and(|path| {
                    let first = path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
                    first.is_some_and(|first| {
                        matches!(first.as_str(), "public" | ".masthead-cache" | ".masthead-staging-public")
                    }) || path.components().next().is_none()
                        || !path.components().any(|part| part.as_os_str() == "content")
                            && Path::new(call).is_relative()
                            && name != "openat"
                });
                let is_device = path.starts_with("/dev/") || path.starts_with("/proc/");
                assert!(is_ours || is_device, "{arguments:?}: {line}");
            }
        }
        assert_eq!(programs, 1, "the program itself, and no other");
        if arguments[0] != "build" {
            assert!(!calls.contains("O_CREAT"), "{arguments:?} writes nothing");
        }
    }
}

/// Runs a build in a network of its own that leads nowhere, with the whole folder read-only but for `writable`.
///
/// `None` where this system lets nobody make such a surrounding.
#[cfg(target_os = "linux")]
fn build_shut_in(folder: &Folder, writable: &str, output: &Path) -> Option<Ran> {
    // The script says with a status of its own that the surrounding is not what it should be.
    const SCRIPT: &str = "
        mount --bind . . && cd \"$PWD\" || exit 77
        for kept in $WRITABLE; do mount --bind \"$kept\" \"$kept\" || exit 77; done
        mount -o remount,bind,ro . || exit 77
        if grep -v -e '|' -e ' lo:' /proc/net/dev; then echo 'there is a network' >&2; exit 78; fi
        for source in . content content/posts static; do
            if touch \"$source/new\" 2>/dev/null; then echo \"$source can be written to\" >&2; exit 78; fi
        done
        exec \"$M\" build --output \"$OUTPUT\"";
    // Where users may have a world of their own, nobody has to be the superuser for that.
    [&["--map-root-user", "--net", "--mount"][..], &["--net", "--mount"]].into_iter().find_map(|rights| {
        let mut command = Command::new("unshare");
        command.args(rights).args(["bash", "-c", SCRIPT]).current_dir(folder.path("").canonicalize().unwrap());
        command.env("M", env!("CARGO_BIN_EXE_masthead")).env("WRITABLE", writable).env("OUTPUT", output);
        command.env_remove("SOURCE_DATE_EPOCH");
        let may = Command::new("unshare").args(rights).arg("true").output();
        let ran = may.is_ok_and(|output| output.status.success()).then(|| run(&mut command))?;
        (ran.status != 77).then_some(ran)
    })
}

/// Shows what the system calls above can't: that nothing outside is needed either.
#[cfg(target_os = "linux")]
#[test]
fn a_build_without_a_network_on_sources_that_nobody_can_write_to_gives_the_same_site() {
    const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"/>";
    let folder = Folder::of(&[
        (
            crate::newsletter::POST,
            "---\ntitle: A\ncompanies: [TikTok]\n---\nSee [x](https://x.example).\n\n![y](/y.svg)\n",
        ),
        ("content/posts/2024-08-02-b.md", "---\ncompanies: [TikTok]\n---\nSee [a](2024-08-01-a.md). $x^2$\n"),
        ("content/editions/2024-08-03-c.md", "---\nposts: [a, b]\n---\nText.\n"),
        ("templates/archive.html", "{% extends \"theme/archive.html\" %}"),
        ("static/y.svg", PICTURE),
    ]);
    // Such a folder has a cache in one world, and may not even have that in another.
    fs::create_dir(folder.path(".masthead-cache")).unwrap();
    let places = [".masthead-cache", ""].map(|writable| (writable, crate::workbench::folder()));
    for edit in ["first", "second"] {
        folder.write("content/posts/2024-08-04-d.md", format!("Text of the {edit} build.\n"));
        let sources = folder.tree("content");
        let sites = places.each_ref().map(|(writable, place)| {
            let output = place.path().join("site");
            build_shut_in(&folder, writable, &output).map(|ran| {
                assert_eq!(ran.status, 0, "{edit}, writable: {writable:?}: {}", ran.said);
                tree(&output)
            })
        });
        let expected = folder.built_from_nothing();
        for site in sites {
            let Some(site) = site else {
                not_tried("no program can be shut in here: only its system calls were watched");
                return;
            };
            assert!(site.keys().eq(expected.keys()) && site == expected, "{edit}: another site");
        }
        assert!(folder.tree("content") == sources, "{edit}: a source was touched");
    }
    let kept = fs::read_dir(folder.path(".masthead-cache")).unwrap().count();
    assert!(kept > 1, "the second build went on from the first one's cache");
}
