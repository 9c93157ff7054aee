//! What a disk may hold after the power went, tried out on a model of one.
//!
//! A build's steps are written down. The disk has all steps up to the last one that was waited for, and of
//! those after it any first part, with one of them missing perhaps; of the bytes written since then it may
//! have none, or zeros in their place (ext4, XFS). Each such disk must hold whole files only, and the next
//! build must make it the new site, and take nothing on it for somebody's edit.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use masthead::disk::file_system::{Disk, FileSystem, Stat};

use super::{clean, published, tree, workbench, write_site};

/// The files below a newsletter's folder.
type Files = BTreeMap<PathBuf, File>;

#[derive(Clone, PartialEq, Eq, Hash)]
struct File {
    bytes: Vec<u8>,
    time: SystemTime,
}

impl File {
    fn at(path: &Path) -> Self {
        Self { bytes: fs::read(path).unwrap(), time: fs::metadata(path).unwrap().modified().unwrap() }
    }
}

enum Step {
    Write(PathBuf, File),
    Rename(PathBuf, PathBuf),
    /// Of a file, or of a folder with all that it holds.
    Remove(PathBuf),
    Settle,
}

/// A disk that writes down what is done to it.
#[derive(Default)]
struct RecordingDisk(Mutex<Vec<Step>>);

impl RecordingDisk {
    /// One step after the other, so that they are in the order in which they were done.
    fn note<T>(&self, act: impl FnOnce() -> io::Result<T>, step: impl FnOnce() -> Step) -> io::Result<T> {
        let mut steps = self.0.lock().unwrap();
        let done = act()?;
        steps.push(step());
        Ok(done)
    }
}

impl FileSystem for RecordingDisk {
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        Disk.stat(path)
    }
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.note(|| Disk.write(path, bytes), || Step::Write(path.to_owned(), File::at(path)))
    }
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.note(|| Disk.copy(from, to), || Step::Write(to.to_owned(), File::at(to)))
    }
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        Disk.create_folder(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.note(|| Disk.rename(from, to), || Step::Rename(from.to_owned(), to.to_owned()))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.note(|| Disk.remove_file(path), || Step::Remove(path.to_owned()))
    }
    fn remove_empty_folder(&self, path: &Path) -> io::Result<bool> {
        Disk.remove_empty_folder(path)
    }
    fn settle(&self, folder: &Path) -> io::Result<()> {
        self.note(|| Disk.settle(folder), || Step::Settle)
    }
    fn remove_staging(&self, path: &Path) -> io::Result<()> {
        self.note(|| Disk.remove_staging(path), || Step::Remove(path.to_owned()))
    }
}

/// What has not got to the disk.
#[derive(Clone, Copy)]
enum Lost {
    Nothing,
    /// All bytes that were not waited for: the files are empty.
    Bytes,
    /// The same, where the length of files is on the disk already.
    BytesButNoLength,
    /// One step.
    Step(usize),
}

/// Gives what the disk holds if the power goes after so many steps.
fn disk_after(before: &Files, steps: &[Step], count: usize, lost: Lost) -> Files {
    let settled = steps[..count].iter().rposition(|step| matches!(step, Step::Settle)).map_or(0, |at| at + 1);
    let mut disk = before.clone();
    for (number, step) in steps[..count].iter().enumerate() {
        if matches!(lost, Lost::Step(missing) if missing == number && number >= settled) {
            continue;
        }
        match step {
            Step::Write(path, file) => {
                let mut file = file.clone();
                match lost {
                    Lost::Bytes if number >= settled => file.bytes.clear(),
                    Lost::BytesButNoLength if number >= settled => file.bytes.fill(0),
                    _ => {}
                }
                disk.insert(path.clone(), file);
            }
            Step::Rename(from, to) => {
                let moved: Vec<PathBuf> = disk.keys().filter(|path| path.starts_with(from)).cloned().collect();
                for path in moved {
                    let inside = path.strip_prefix(from).unwrap();
                    let target = if inside.as_os_str().is_empty() { to.clone() } else { to.join(inside) };
                    let file = disk.remove(&path).unwrap();
                    disk.insert(target, file);
                }
            }
            Step::Remove(gone) => disk.retain(|path, _| !path.starts_with(gone)),
            Step::Settle => {}
        }
    }
    // What is being prepared is deleted by the next build, whatever it is.
    disk.retain(|path, _| !path.iter().any(|name| name.to_string_lossy().starts_with(".masthead-staging")));
    disk
}

fn files_below(root: &Path) -> Files {
    let entries = walkdir::WalkDir::new(root).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    entries.map(|entry| (entry.path().to_owned(), File::at(entry.path()))).collect()
}

/// Finds a file of the output that is neither old nor new.
fn damaged(root: &Path, disk: &Files, sites: [&BTreeMap<String, Vec<u8>>; 2]) -> Option<String> {
    let output = root.join("public");
    let named = disk.iter().filter_map(|(path, file)| Some((path.strip_prefix(&output).ok()?.to_str()?, file)));
    let mut ours = named.filter(|(name, _)| !name.starts_with(".masthead"));
    ours.find(|(name, file)| sites.iter().all(|site| site.get(*name) != Some(&file.bytes)))
        .map(|(name, _)| name.to_owned())
}

/// Has a build publish the second version over the first, or as a first one, and pulls the plug everywhere.
/// Gives how many disks were seen, and a file that is damaged on one of them.
fn pull_the_plug(over_a_site: bool, durable: bool) -> (usize, Option<String>) {
    let (old, new) = (clean("one"), clean("two"));
    let place = workbench::folder();
    let root = place.path();
    if over_a_site {
        write_site(root, "one");
        published(root, &Disk, durable).unwrap();
    }
    write_site(root, "two");
    let before = files_below(&root.join("public"));
    let recorder = RecordingDisk::default();
    published(root, &recorder, durable).unwrap();
    // Sources and cache are those of the end: a cache that claims more than there is must not be believed.
    let rest: Files =
        files_below(root).into_iter().filter(|(path, _)| !path.starts_with(root.join("public"))).collect();
    let steps = recorder.0.into_inner().unwrap();
    let mut seen = HashSet::new();
    for count in 0..=steps.len() {
        let losses = [Lost::Nothing, Lost::Bytes, Lost::BytesButNoLength];
        for lost in losses.into_iter().chain((0..count).map(Lost::Step)) {
            let disk = disk_after(&before, &steps, count, lost);
            let mut hasher = DefaultHasher::new();
            disk.hash(&mut hasher);
            if !seen.insert(hasher.finish()) {
                continue;
            }
            if let Some(name) = damaged(root, &disk, [&old, &new]) {
                return (seen.len(), Some(name));
            }
            if durable && !matches!(lost, Lost::Step(_)) {
                the_next_build_finishes(root, disk.iter().chain(&rest), &new);
            }
        }
    }
    (seen.len(), None)
}

fn the_next_build_finishes<'f>(
    root: &Path,
    disk: impl Iterator<Item = (&'f PathBuf, &'f File)>,
    new: &BTreeMap<String, Vec<u8>>,
) {
    let place = workbench::folder();
    for (path, file) in disk {
        let path = place.path().join(path.strip_prefix(root).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &file.bytes).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(file.time).unwrap();
    }
    let summary = published(place.path(), &Disk, true).unwrap();
    assert_eq!((&summary.overwritten, &summary.kept_edits), (&vec![], &vec![]), "taken for an edit");
    assert!(tree(&place.path().join("public")) == *new, "the next build does not finish the job");
}

#[test]
fn after_a_loss_of_power_every_file_of_a_durable_build_is_old_or_new() {
    for over_a_site in [true, false] {
        let (disks, damaged) = pull_the_plug(over_a_site, true);
        assert_eq!(damaged, None);
        assert!(disks > if over_a_site { 50 } else { 1 }, "{disks}");
    }
}

#[test]
fn the_model_of_a_disk_damages_a_build_that_waits_for_nothing() {
    for over_a_site in [true, false] {
        assert!(pull_the_plug(over_a_site, false).1.is_some());
    }
}
