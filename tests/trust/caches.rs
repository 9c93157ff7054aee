//! A cache that is damaged, and times that lie: the bytes are always those of a clean build.
//!
//! `MASTHEAD_DAMAGES` sets how many damages are tried (24 if it is not set).

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::newsletter::Folder;

const POSTS: usize = 6;

fn newsletter() -> Folder {
    let folder = Folder::of(&[]);
    for post in 0..POSTS {
        folder.write(&path_of(post), text_of(post, 0));
    }
    folder.write("templates/blocks/note.html", "<aside>{{ block.body_html | safe }}</aside>");
    folder.write("static/a.txt", "one");
    folder
}

fn path_of(post: usize) -> String {
    format!("content/posts/2024-07-{:02}-p{post}.md", post + 1)
}

/// Texts of one length, so that only bytes tell versions apart.
fn text_of(post: usize, version: usize) -> String {
    format!(
        "---\ntitle: Post {post} in version {version:03}\ncompanies: [TikTok, Microsoft]\ntags: [a{version:03}]\n---\nText {version:03} of Microsoft.\n\n```{{note}}\nA note.\n```\n"
    )
}

/// Builds in place, and compares with a build from nothing.
fn is_right(folder: &Folder, name: &str) {
    let ran = folder.run(&["build"]);
    assert_eq!(ran.status, 0, "{name}: {}", ran.said);
    let here = folder.tree("public");
    let there = folder.built_from_nothing();
    assert!(here.keys().eq(there.keys()), "{name}: other files");
    for (path, bytes) in &here {
        assert!(bytes == &there[path], "{name}: `{path}` differs");
    }
}

/// Lists the files of the cache that hold what it knows.
fn cache_files(folder: &Folder) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder.path(".masthead-cache")).sort_by_file_name().into_iter().flatten();
    files
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.is_file() && fs::metadata(path).unwrap().len() > 200)
        .collect()
}

fn random(seed: &mut u64, below: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize % below.max(1)
}

#[test]
fn no_damage_to_the_cache_changes_a_byte_of_the_site() {
    let damages = std::env::var("MASTHEAD_DAMAGES").ok().and_then(|text| text.parse().ok()).unwrap_or(24_usize);
    let mut seed = 7;
    let folder = newsletter();
    folder.build(0);
    for damage in 0..damages {
        let files = cache_files(&folder);
        assert!(!files.is_empty(), "there is a cache");
        let file = &files[damage % files.len()];
        let good = fs::read(file).unwrap();
        let at = random(&mut seed, good.len());
        let (name, bytes) = match damage / files.len() % 6 {
            0 => ("one bit flipped", {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << random(&mut seed, 8);
                bytes
            }),
            1 => ("cut", good[..at].to_vec()),
            2 => ("random bytes", (0..good.len()).map(|_| random(&mut seed, 256) as u8).collect()),
            3 => ("of another version", {
                let mut bytes = good.clone();
                let digit = bytes.iter().position(u8::is_ascii_digit).unwrap_or(0);
                bytes[digit] = if bytes[digit] == b'9' { b'8' } else { b'9' };
                bytes
            }),
            4 => ("empty", vec![]),
            _ => ("with a tail", [&good[..], b"tail"].concat()),
        };
        fs::write(file, bytes).unwrap();
        let post = random(&mut seed, POSTS);
        folder.write(&path_of(post), text_of(post, damage + 1));
        is_right(&folder, &format!("{} {name}, damage {damage} at {at}", file.display()));
    }
}

#[test]
fn one_file_of_the_cache_without_the_other_is_no_cache() {
    let folder = newsletter();
    folder.build(0);
    for number in 0..cache_files(&folder).len() {
        fs::remove_file(&cache_files(&folder)[number]).unwrap();
        folder.write(&path_of(0), text_of(0, number + 1));
        is_right(&folder, "one is missing");
    }
    // A file of an older build beside one of a newer.
    let old: Vec<(PathBuf, Vec<u8>)> =
        cache_files(&folder).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    for (path, bytes) in &old {
        folder.write(&path_of(1), text_of(1, 50));
        folder.build(0);
        fs::write(path, bytes).unwrap();
        folder.write(&path_of(2), text_of(2, 51));
        is_right(&folder, "an old one beside a new one");
    }
    // The cache of another newsletter.
    let other = newsletter();
    other.write(&path_of(0), text_of(0, 99));
    other.build(0);
    for path in cache_files(&other) {
        let place = path.strip_prefix(other.path("")).unwrap();
        fs::copy(&path, folder.path("").join(place)).unwrap();
    }
    is_right(&folder, "another newsletter's");
}

#[test]
fn a_cache_and_a_site_of_two_builds_give_the_right_bytes() {
    let folder = newsletter();
    folder.build(0);
    let older = folder.tree(".masthead-cache");
    folder.write(&path_of(1), text_of(1, 1));
    folder.build(0);
    for (path, bytes) in older {
        folder.write(&format!(".masthead-cache/{path}"), bytes);
    }
    folder.write(&path_of(1), text_of(1, 0));
    is_right(&folder, "an older cache beside a newer site");

    fs::rename(folder.path("public"), folder.path("aside")).unwrap();
    folder.write(&path_of(1), text_of(1, 1));
    folder.build(0);
    fs::remove_dir_all(folder.path("public")).unwrap();
    fs::rename(folder.path("aside"), folder.path("public")).unwrap();
    is_right(&folder, "a newer cache beside an older site");
}

fn set_time(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_times(FileTimes::new().set_modified(time).set_accessed(time)).unwrap();
}

#[test]
fn an_edit_of_the_same_length_and_time_is_seen() {
    let folder = newsletter();
    let day = Duration::from_secs(24 * 60 * 60);
    let now = SystemTime::now();
    let times = [
        ("of an hour ago", now - day / 24),
        ("of yesterday", now - day),
        ("of 1970", SystemTime::UNIX_EPOCH),
        ("of 1960", SystemTime::UNIX_EPOCH - 3_650 * day),
        ("of tomorrow", now + day),
        ("of 2107", SystemTime::UNIX_EPOCH + 137 * 365 * day),
    ];
    for (round, (name, time)) in times.into_iter().enumerate() {
        for path in [path_of(3), "templates/blocks/note.html".to_owned(), "static/a.txt".to_owned()] {
            set_time(&folder.path(path), time);
        }
        // So old that no build can take the times for its own.
        folder.build(0);
        folder.write(&path_of(3), text_of(3, round + 1));
        folder.write("static/a.txt", format!("{:03}", round + 1));
        folder.write(
            "templates/blocks/note.html",
            format!("<{0}>{{{{ block.body_html | safe }}}}</{0}>", ["aside", "div"][round % 2]),
        );
        for path in [path_of(3), "templates/blocks/note.html".to_owned(), "static/a.txt".to_owned()] {
            set_time(&folder.path(path), time);
        }
        is_right(&folder, name);
    }
}

#[test]
fn a_clock_that_goes_back_hides_no_edit() {
    let folder = newsletter();
    for (round, days) in [400, 1, 30].into_iter().enumerate() {
        folder.build(0);
        folder.write(&path_of(4), text_of(4, round + 1));
        set_time(&folder.path(path_of(4)), SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60));
        is_right(&folder, "an edit dated before the build");
    }
}

#[test]
fn a_cache_and_a_site_that_were_copied_elsewhere_still_give_the_right_bytes() {
    let folder = newsletter();
    folder.build(0);
    let copy = Folder::of(&[]);
    for entry in
        walkdir::WalkDir::new(folder.path("")).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let relative = entry.path().strip_prefix(folder.path("")).unwrap();
        copy.write(&relative.to_string_lossy(), fs::read(entry.path()).unwrap());
    }
    copy.write(&path_of(5), text_of(5, 7));
    is_right(&copy, "a copy");
}
