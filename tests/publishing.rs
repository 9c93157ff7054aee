//! Publishing under fire: whatever fails, at whatever step, every file is old or new, nothing of the
//! author's is touched, and the next build finishes the job.
#![expect(clippy::disallowed_methods, reason = "looks at what publishing did to the disk")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod power_loss;
mod workbench;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use masthead::build::{BuildError, Request, build};
use masthead::config::Overrides;
use masthead::content::date::Moment;
use masthead::disk::file_system::{Disk, FileSystem, Stat};
use masthead::disk::publication::{Adoption, Summary};
use masthead::newsroom::timeline::Admission;

/// A disk whose steps fail from a certain one on: as if it were full, or the plug were pulled.
struct FailingDisk {
    steps: AtomicUsize,
    fails_at: usize,
    for_good: bool,
    /// Whether it has no room for another folder of the site.
    has_no_folders: bool,
}

impl FailingDisk {
    fn at(fails_at: usize) -> Self {
        Self { steps: AtomicUsize::new(0), fails_at, for_good: false, has_no_folders: false }
    }

    fn step(&self) -> io::Result<()> {
        let step = self.steps.fetch_add(1, Ordering::SeqCst);
        let fails = if self.for_good { step >= self.fails_at } else { step == self.fails_at };
        // A disk that is full stays full; one that is broken fails now and then (5 is EIO).
        let error = || if self.for_good { io::ErrorKind::StorageFull.into() } else { io::Error::from_raw_os_error(5) };
        if fails { Err(error()) } else { Ok(()) }
    }

    /// A full disk can still be read.
    fn look(&self) -> io::Result<()> {
        if self.for_good { Ok(()) } else { self.step() }
    }
}

impl FileSystem for FailingDisk {
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.look()?;
        Disk.stat(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.look()?;
        Disk.read(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.step() {
            // A disk that is full takes half a file.
            let _ = Disk.write(path, &bytes[..bytes.len() / 2]);
            return Err(error);
        }
        Disk.write(path, bytes)
    }
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Disk.copy(from, to)
    }
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        if self.has_no_folders && path.ends_with("posts/only-two") {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Disk.create_folder(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Disk.rename(from, to)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Disk.remove_file(path)
    }
    fn remove_empty_folder(&self, path: &Path) -> io::Result<bool> {
        self.step()?;
        Disk.remove_empty_folder(path)
    }
    fn settle(&self, folder: &Path) -> io::Result<()> {
        self.step()?;
        Disk.settle(folder)
    }
    fn remove_staging(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        Disk.remove_staging(path)
    }
}

fn write_site(root: &Path, version: &str) {
    fs::create_dir_all(root.join("content/posts")).unwrap();
    fs::write(root.join("masthead.yaml"), "title: Test\nbase_url: https://example.org\n").unwrap();
    for number in 0..3 {
        let text = format!(
            "---\ntitle: Post {number} {version}\ndate: 2024-08-0{}\ncompanies: [TikTok]\n---\n\nText {version}.\n",
            number + 1
        );
        fs::write(root.join(format!("content/posts/post-{number}.md")), text).unwrap();
    }
    // Each version has a post that the other has not.
    let _ = fs::remove_file(root.join("content/posts/only-one.md"));
    let _ = fs::remove_file(root.join("content/posts/only-two.md"));
    fs::write(
        root.join(format!("content/posts/only-{version}.md")),
        format!("---\ntitle: Only {version}\ndate: 2024-08-09\n---\nText.\n"),
    )
    .unwrap();
}

fn publish(root: &Path, files: &dyn FileSystem) -> Result<(), BuildError> {
    published(root, files, false).map(|_| ())
}

fn published(root: &Path, files: &dyn FileSystem, durable: bool) -> Result<Summary, BuildError> {
    let request = Request {
        root,
        overrides: Overrides::default(),
        admission: Admission { now: Moment::from_unix(1_800_000_000), drafts: false, future: false },
        adoption: Adoption::Refuse,
        allow_empty: false,
        force: false,
        durable,
        files,
    };
    let report = build(&request, &|_, _| {})?;
    Ok(report.summary.unwrap_or_else(|| panic!("{:?}", report.diagnostics)))
}

fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.starts_with(".masthead") {
            files.insert(name, fs::read(entry.path()).unwrap());
        } else if entry.file_type().is_dir() && !name.is_empty() {
            files.insert(format!("{name}/"), vec![]);
        }
    }
    files
}

fn clean(version: &str) -> BTreeMap<String, Vec<u8>> {
    let place = workbench::folder();
    write_site(place.path(), version);
    publish(place.path(), &Disk).unwrap();
    tree(&place.path().join("public"))
}

/// Lets every step of an update fail in turn, until one build passes untouched.
fn every_step_fails_in_turn(for_good: bool) {
    let (old, new) = (clean("one"), clean("two"));
    for fails_at in 0.. {
        let place = workbench::folder();
        let root = place.path();
        write_site(root, "one");
        publish(root, &Disk).unwrap();
        fs::write(root.join("public/CNAME"), "example.org").unwrap();
        write_site(root, "two");
        let disk = FailingDisk { for_good, ..FailingDisk::at(fails_at) };
        let result = publish(root, &disk);
        let sources = tree(&root.join("content"));
        let now = tree(&root.join("public"));
        for (name, bytes) in now.iter().filter(|(name, _)| *name != "CNAME" && !name.ends_with('/')) {
            let whole = old.get(name) == Some(bytes) || new.get(name) == Some(bytes);
            assert!(whole, "step {fails_at}: `{name}` is neither old nor new");
        }
        assert_eq!(now.get("CNAME").map(Vec::as_slice), Some(&b"example.org"[..]), "step {fails_at}");
        if let Err(error) = &result {
            let said = error.to_string();
            assert!(said.starts_with('`') && said.contains("public") && said.contains("can't be "), "{said}");
        }
        assert_eq!(sources, tree(&root.join("content")), "step {fails_at}: a source was touched");
        // The next build finishes the job, or what was new has been taken back meanwhile.
        let goes_on = fails_at % 2 == 0;
        if !goes_on {
            write_site(root, "one");
        }
        publish(root, &Disk).unwrap();
        let mut after = tree(&root.join("public"));
        assert_eq!(after.remove("CNAME").as_deref(), Some(&b"example.org"[..]));
        assert!(after == *if goes_on { &new } else { &old }, "step {fails_at}: the next build is no clean one");
        if result.is_ok() && disk.steps.load(Ordering::SeqCst) <= fails_at {
            assert!(fails_at > 20, "an update takes more steps than {fails_at}");
            return;
        }
    }
}

#[test]
fn one_failing_step_leaves_every_file_old_or_new() {
    every_step_fails_in_turn(false);
}

#[test]
fn a_disk_that_is_full_from_some_step_on_leaves_every_file_old_or_new() {
    every_step_fails_in_turn(true);
}

#[test]
fn a_disk_without_room_for_another_folder_leaves_the_old_site() {
    let place = workbench::folder();
    let root = place.path();
    write_site(root, "one");
    publish(root, &Disk).unwrap();
    let before = tree(&root.join("public"));
    write_site(root, "two");
    let said = publish(root, &FailingDisk { has_no_folders: true, ..FailingDisk::at(usize::MAX) }).unwrap_err();
    assert!(said.to_string().contains("posts/only-two"), "{said}");
    assert!(tree(&root.join("public")) == before && !root.join("public/.masthead-pending").exists());
    publish(root, &Disk).unwrap();
    assert!(tree(&root.join("public")) == clean("two"));
}

#[test]
fn what_a_stopped_build_had_made_ready_is_gone_after_the_next_one() {
    let place = workbench::folder();
    let root = place.path();
    write_site(root, "one");
    publish(root, &Disk).unwrap();
    let staging = root.join("public/.masthead-staging");
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join("page"), "of a text that was taken back").unwrap();
    publish(root, &Disk).unwrap();
    assert!(!staging.exists());
}

#[test]
fn a_first_build_that_fails_leaves_no_output() {
    for fails_at in [0, 3, 20] {
        let place = workbench::folder();
        write_site(place.path(), "one");
        let disk = FailingDisk { for_good: true, ..FailingDisk::at(fails_at) };
        assert!(publish(place.path(), &disk).is_err());
        assert!(!place.path().join("public").exists());
        publish(place.path(), &Disk).unwrap();
        assert_eq!(tree(&place.path().join("public")), clean("one"));
    }
}

/// A disk on which somebody puts a link in place of a folder just before files get their names.
#[cfg(unix)]
struct SwappingDisk {
    folder: std::path::PathBuf,
    victim: std::path::PathBuf,
}

#[cfg(unix)]
impl FileSystem for SwappingDisk {
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        Disk.stat(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        Disk.write(path, bytes)
    }
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        Disk.copy(from, to)
    }
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        Disk.create_folder(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        if to.ends_with(".masthead-pending") {
            fs::remove_dir_all(&self.folder)?;
            std::os::unix::fs::symlink(&self.victim, &self.folder)?;
        }
        Disk.rename(from, to)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        Disk.remove_file(path)
    }
    fn remove_empty_folder(&self, path: &Path) -> io::Result<bool> {
        Disk.remove_empty_folder(path)
    }
    fn settle(&self, folder: &Path) -> io::Result<()> {
        Disk.settle(folder)
    }
    fn remove_staging(&self, path: &Path) -> io::Result<()> {
        Disk.remove_staging(path)
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_deleted_through_a_link_that_takes_the_place_of_a_folder_meanwhile() {
    let victim = workbench::folder();
    for page in ["posts/post-0", "posts/only-one"] {
        fs::create_dir_all(victim.path().join(page)).unwrap();
        fs::write(victim.path().join(page).join("index.html"), "theirs").unwrap();
    }
    for folder in ["posts", "posts/post-0", "posts/only-one"] {
        let place = workbench::folder();
        let root = place.path();
        write_site(root, "one");
        publish(root, &Disk).unwrap();
        write_site(root, "two");
        let disk = SwappingDisk { folder: root.join("public").join(folder), victim: victim.path().join(folder) };
        let before = tree(victim.path());
        let result = publish(root, &disk);
        assert!(before == tree(victim.path()), "{folder}");
        // A page that is no longer there needs no place; where one is written, the link is refused by name.
        assert_eq!(result.is_err(), folder != "posts/only-one", "{folder}");
        fs::remove_file(root.join("public").join(folder)).unwrap();
        publish(root, &Disk).unwrap();
        assert!(tree(&root.join("public")) == clean("two"), "{folder}: the next build does not finish the job");
    }
}
