//! Faults of the machine that only the machine can make: a disk that is full, files that change meanwhile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::newsletter::{CONFIG, Folder, POST, not_tried, tree};

/// A small file system of its own, gone when it is dropped.
struct SmallDisk {
    place: PathBuf,
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts one; `None` where this system lets nobody mount.
    fn mount(options: &str) -> Option<Self> {
        let folder = crate::workbench::folder();
        let place = folder.path().to_path_buf();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&place).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self { place, _folder: folder })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.place).output();
    }
}

fn newsletter(posts: usize) -> Folder {
    let folder = Folder::of(&[]);
    for post in 0..posts {
        folder.write(&format!("content/posts/2024-07-{:02}-p{post}.md", post % 28 + 1), format!("Text {post}.\n"));
    }
    folder
}

fn build_to(folder: &Folder, output: &Path) -> crate::newsletter::Ran {
    folder.run(&["build".as_ref(), "--output".as_ref(), output.as_os_str()])
}

#[test]
fn a_full_disk_is_said_with_the_path_and_the_old_site_stays_whole() {
    // What each single step does on a full disk is in `tests/publishing.rs`, on every system. Here it is a
    // real one, of every size up to that which is enough.
    let Some(_) = SmallDisk::mount("size=64k") else {
        not_tried("no small disk can be mounted here: only the simulated one of `tests/publishing.rs` was tried");
        return;
    };
    let folder = newsletter(3);
    let mut refused = 0;
    for kilobytes in (40..).step_by(36) {
        let disk = SmallDisk::mount(&format!("size={kilobytes}k")).expect("it could be mounted before");
        let output = disk.place.join("site");
        let ran = build_to(&folder, &output);
        if ran.status == 0 {
            break;
        }
        assert_eq!(ran.status, 3, "{kilobytes} KiB: {}", ran.said);
        assert!(ran.said.contains("no space left on device") && ran.said.contains("site"), "{}", ran.said);
        assert!(!output.exists(), "{kilobytes} KiB: half a site");
        refused += 1;
        assert!(kilobytes < 4_000, "the site is small");
    }
    assert!(refused > 3, "{refused} sizes were too small");
    for options in ["size=600k", "size=4m,nr_inodes=70"] {
        let small = newsletter(3);
        let disk = SmallDisk::mount(options).unwrap();
        let output = disk.place.join("site");
        assert_eq!(build_to(&small, &output).status, 0);
        let before = tree(&output);
        for post in 3..28 {
            small.write(&format!("content/posts/2024-07-{:02}-p{post}.md", post + 1), "A longer text.\n".repeat(200));
        }
        let ran = build_to(&small, &output);
        assert!(
            ran.status == 3 && ran.said.contains("no space left on device"),
            "{options}: {} {}",
            ran.status,
            ran.said
        );
        assert!(tree(&output) == before, "{options}: the old site has changed");
        for post in 3..28 {
            fs::remove_file(small.path(format!("content/posts/2024-07-{:02}-p{post}.md", post + 1))).unwrap();
        }
        assert_eq!(build_to(&small, &output).status, 0);
        assert!(tree(&output) == before, "{options}: the next build does not repair");
    }
}

#[test]
fn an_output_on_another_disk_is_published_as_on_this_one() {
    let here = newsletter(3);
    here.build(0);
    let Some(disk) = SmallDisk::mount("size=8m") else {
        not_tried("no other disk can be mounted here");
        return;
    };
    let output = disk.place.join("site");
    for _ in 0..2 {
        assert_eq!(build_to(&here, &output).status, 0);
        assert!(tree(&output) == here.tree("public"));
        here.write(POST, "Another text.\n");
        here.build(0);
    }
}

#[test]
fn files_that_vanish_grow_or_change_meanwhile_give_an_error_or_a_whole_site() {
    let folder = newsletter(20);
    folder.build(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let victim = folder.path("content/posts/2024-07-05-p4.md");
            let moved = folder.path("content/posts/2024-07-05-moved.md");
            for round in 0_usize.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                match round % 4 {
                    0 => drop(fs::remove_file(&victim)),
                    1 => drop(fs::write(&victim, format!("Text {round}.\n").repeat(round % 2_000))),
                    2 => drop(fs::rename(&victim, &moved)),
                    _ => drop(fs::rename(&moved, &victim)),
                }
            }
        });
        for round in 0..12 {
            let ran = folder.run(&["build", if round % 2 == 0 { "--force" } else { "--quiet" }]);
            assert!(matches!(ran.status, 0 | 1 | 3), "{} {}", ran.status, ran.said);
            assert!(ran.status == 0 || ran.said.contains("error: "), "{}", ran.said);
            for (path, bytes) in folder.tree("public").iter().filter(|(path, _)| path.ends_with(".html")) {
                assert!(bytes.ends_with(b"</html>\n") || bytes.ends_with(b"</html>"), "{path} is cut");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    fs::remove_file(folder.path("content/posts/2024-07-05-moved.md")).unwrap_or_default();
    folder.write("content/posts/2024-07-05-p4.md", "Text 4.\n");
    folder.build(0);
    let clean = newsletter(20);
    clean.build(0);
    assert!(folder.tree("public") == clean.tree("public"));
}

/// Builds in a folder under limits that `ulimit` knows.
fn build_within(limits: &str, folder: &Folder) -> Output {
    let line = format!("ulimit {limits}; exec \"$M\" build --force --jobs 2");
    let mut command = Command::new("bash");
    command.args(["-c", &line]).env("M", env!("CARGO_BIN_EXE_masthead")).current_dir(folder.path(""));
    command.output().unwrap()
}

#[test]
fn few_open_files_are_enough() {
    let folder = newsletter(20);
    let output = build_within("-n 24", &folder);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || output.status.code() == Some(3), "{said}");
    assert_eq!(output.status.success(), folder.path("public").exists());
}

#[test]
fn a_gigabyte_and_a_usual_stack_are_enough_for_hostile_texts() {
    let folder = Folder::with_post();
    for (name, post) in crate::scaling::posts(60_000) {
        folder.write(POST, post.replace('\u{1}', ""));
        let output = build_within("-v 1048576 -s 8192", &folder);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{name}: {:?} {said}", output.status);
    }
}

#[test]
fn a_folder_of_any_name_and_depth_is_a_newsletter() {
    for name in ["with space", "100%", "a#b", "a'b\"c", "ünï", "$HOME", "-rf"] {
        let place = crate::workbench::folder();
        let root = place.path().join(name);
        fs::create_dir_all(root.join("content/posts")).unwrap();
        fs::write(root.join(CONFIG.0), CONFIG.1).unwrap();
        fs::write(root.join(POST), "Text.\n").unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_masthead"));
        let ran =
            crate::newsletter::run(program.current_dir(place.path()).arg(format!("--root=./{name}")).arg("build"));
        assert_eq!(ran.status, 0, "{name}: {}", ran.said);
        assert!(root.join("public/index.html").is_file());
    }
    let deep = Folder::with_post();
    deep.write(&format!("content/{}/2024-01-01-x.md", "deep/".repeat(100)), "Text.\n");
    let ran = deep.run(&["build"]);
    assert!(matches!(ran.status, 0 | 1), "{}", ran.said);
}
