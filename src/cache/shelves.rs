//! Posts as the cache keeps them: everything but the text itself, on a fixed number of shelves.
//!
//! The text is the larger part, and most builds need that of a few posts only: those are read again.
//! A post's shelf follows from its path, and each shelf is a file of its own that opens with a key: the
//! digest of all that it was made from. So after an edit one shelf is written anew and the others stay.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bitcode::{Decode, Encode};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::documents::Said;
use super::{Found, is_file, magic, read_file, unseal, write_sealed};
use crate::content::document::Document;
use crate::content::post::Post;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::load::{self, ReadDocument, Sources};
use crate::newsroom::memory::{Memory, SavedNotes};

/// How many shelves there are: enough that one is quickly written, few enough to open them all.
const SHELVES: usize = 64;

/// A post and what is known of it.
#[derive(Encode, Decode)]
pub(super) struct KeptPost {
    said: Said,
    post: Post,
    notes: SavedNotes,
}

impl KeptPost {
    fn restore(self) -> RestoredPost {
        let Self { said, post, notes } = self;
        (Arc::new(said.with(Document::Post(Arc::new(post)))), notes)
    }
}

/// A post as it was read, and what the newsroom noted of it.
pub(super) type RestoredPost = (Arc<ReadDocument>, SavedNotes);

/// Writes the posts of sources to their shelves; gives the keys of all shelves.
///
/// # Errors
/// The disk fails.
pub(super) fn write(folder: &Path, sources: &Sources, memory: &Memory) -> io::Result<Vec<Fingerprint>> {
    let mut shelves: Vec<Vec<(&ReadDocument, &Arc<Post>)>> = vec![vec![]; SHELVES];
    for read in sources.documents.values() {
        if let Some(Document::Post(post)) = &read.document {
            let shelf = xxh3_64(read.entry.path.as_str().as_bytes()) as usize % SHELVES;
            shelves[shelf].push((read, post));
        }
    }
    let common = [load::meaning(&sources.config), memory.registry()];
    shelves
        .par_iter()
        .enumerate()
        .map(|(number, posts)| {
            let key = key(common, posts);
            let path = path(folder, number);
            if read_key(&path) == Some(key) {
                return Ok(key);
            }
            let kept: Vec<KeptPost> = posts
                .iter()
                .filter_map(|(read, post)| {
                    let notes = memory.save_notes(post.entry.fingerprint);
                    Some(KeptPost { said: Said::of(read)?, post: post.without_text(), notes })
                })
                .collect();
            write_sealed(&path, key, &bitcode::encode(&kept))?;
            Ok(key)
        })
        .collect()
}

/// Reads the posts of those shelves that still have their keys.
pub(super) fn read(folder: &Path, keys: &[Fingerprint]) -> Found<Vec<RestoredPost>> {
    let shelves: Vec<Found<Vec<RestoredPost>>> = keys
        .par_iter()
        .enumerate()
        .map_init(Vec::new, |room, (number, key)| read_shelf(&path(folder, number), *key, room))
        .collect();
    let mut posts = Vec::new();
    for shelf in shelves {
        match shelf {
            Found::Whole(more) => posts.extend(more),
            Found::Absent => {}
            Found::Damaged => return Found::Damaged,
        }
    }
    Found::Whole(posts)
}

fn read_shelf(path: &Path, key: Fingerprint, room: &mut Vec<u8>) -> Found<Vec<RestoredPost>> {
    let Some(bytes) = read_file(path, room) else { return Found::Absent };
    let found = match unseal(bytes) {
        Found::Whole((found, payload)) if found == key => bitcode::decode(payload)
            .map_or(Found::Damaged, |posts: Vec<KeptPost>| {
                Found::Whole(posts.into_iter().map(KeptPost::restore).collect())
            }),
        Found::Whole(_) | Found::Absent => Found::Absent,
        Found::Damaged => Found::Damaged,
    };
    if matches!(found, Found::Damaged) {
        // Its key may be whole, and whoever writes looks at no more than that.
        let _ = fs::remove_file(path);
    }
    found
}

/// Gives the key of the shelf that stands on the disk, without a look at the rest of it.
fn read_key(path: &Path) -> Option<Fingerprint> {
    use std::io::Read;
    is_file(path).then_some(())?;
    let magic = magic();
    let mut head = vec![0; magic.len() + 16];
    fs::File::open(path).ok()?.read_exact(&mut head).ok()?;
    let key = head.strip_prefix(magic.as_bytes())?.first_chunk::<16>()?;
    Some(Fingerprint(u128::from_le_bytes(*key)))
}

fn key(common: [Fingerprint; 2], posts: &[(&ReadDocument, &Arc<Post>)]) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    common.into_iter().for_each(|part| builder.add_fingerprint(part));
    for (read, _) in posts {
        builder.add_bytes(read.entry.path.as_str().as_bytes());
        builder.add_bytes(&read.entry.size.to_le_bytes());
        builder.add_bytes(&read.entry.modified.to_le_bytes());
        builder.add_fingerprint(read.fingerprint);
    }
    builder.finish()
}

fn path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("posts-{number:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;
    use crate::load::load;
    use crate::source::MemoryWorkspace;

    #[test]
    fn a_damaged_shelf_is_written_anew() {
        let mut workspace = MemoryWorkspace::default();
        workspace.write("content/posts/2024-08-01-a.md", "---\ntitle: A\n---\nText.\n");
        let (sources, _) = load(&workspace, &Overrides::default(), None);
        let (folder, memory) = (tempfile::tempdir().unwrap(), Memory::default());
        let keys = write(folder.path(), &sources, &memory).unwrap();
        let posts = |found: Found<Vec<RestoredPost>>| found.whole().map(|posts| posts.len());
        assert_eq!(posts(read(folder.path(), &keys)), Some(1));
        for number in 0..SHELVES {
            let path = path(folder.path(), number);
            let mut bytes = fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&path, bytes).unwrap();
        }
        assert!(matches!(read(folder.path(), &keys), Found::Damaged));
        assert_eq!(write(folder.path(), &sources, &memory).unwrap(), keys);
        assert_eq!(posts(read(folder.path(), &keys)), Some(1));
    }
}
