//! Which files of the output are ours: the list that publishing keeps in the output folder.
//!
//! It is plain text, one file a line, closed by a checksum. A line names the digest, the length and
//! the time of change of a file as we wrote it, so that one look at each file tells whether the
//! output is still what it was. While a build is being published, what it is about to write stands
//! in a second file of the same form: whatever happens in between, the next build knows its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rayon::prelude::*;

use crate::fingerprint::Fingerprint;
use crate::site::OutPath;

/// The name of the list in the output folder.
pub const FILE_NAME: &str = ".masthead-manifest";
/// The name of the list of what is about to be written.
pub const PENDING_NAME: &str = ".masthead-pending";

const HEADER: &str = "masthead manifest 1";

/// A file of the output as we wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The digest of its bytes.
    pub fingerprint: Fingerprint,
    /// Its length in bytes.
    pub size: u64,
    /// Its time of change in nanoseconds since 1970.
    pub modified: i128,
}

/// The files of an output that are ours.
pub type Manifest = BTreeMap<OutPath, Written>;

/// Files whose lines one thread writes at a time.
const BATCH: usize = 1024;

/// Writes a list down.
pub fn encode(manifest: &Manifest) -> String {
    let files: Vec<(&OutPath, &Written)> = manifest.iter().collect();
    let lines: Vec<String> = files
        .par_chunks(BATCH)
        .map(|files| {
            let mut lines = String::with_capacity(files.len() * 128);
            for (path, Written { fingerprint, size, modified }) in files {
                // Writing into a `String` can't fail.
                let _ = writeln!(lines, "{fingerprint} {size} {modified} {path}");
            }
            lines
        })
        .collect();
    let mut text = format!("{HEADER}\n{}", lines.concat());
    let checksum = Fingerprint::of_bytes(text.as_bytes());
    let _ = writeln!(text, "end {checksum}");
    text
}

/// Reads a list; `None` if it is damaged, cut short, or of another version.
pub fn decode(text: &str) -> Option<Manifest> {
    let file = |line| {
        let (path, written) = read_line(line)?;
        Some((OutPath::new(path).ok()?, written))
    };
    let files: Option<Vec<_>> = lines(text)?.into_par_iter().map(file).collect();
    Some(files?.into_iter().collect())
}

/// Counts the files of a list if something holds of all of them; the paths are as they stand there, and
/// good for no more than a look.
pub fn count_if_all(text: &str, holds: impl Fn(&str, &Written) -> bool + Sync) -> Option<usize> {
    let lines = lines(text)?;
    let all = lines.par_iter().all(|line| read_line(line).is_some_and(|(path, written)| holds(path, &written)));
    all.then_some(lines.len())
}

/// Gives the lines of a list, one for each file; `None` if it is damaged, cut short, or of another version.
fn lines(text: &str) -> Option<Vec<&str>> {
    let end = text.rfind("end ")?;
    let (body, last) = text.split_at(end);
    if last.trim_end().strip_prefix("end ")? != Fingerprint::of_bytes(body.as_bytes()).to_string() {
        return None;
    }
    let mut lines = body.lines();
    (lines.next()? == HEADER).then(|| lines.collect())
}

fn read_line(line: &str) -> Option<(&str, Written)> {
    let mut parts = line.splitn(4, ' ');
    let fingerprint = Fingerprint(u128::from_str_radix(parts.next()?, 16).ok()?);
    let size = parts.next()?.parse().ok()?;
    let modified = parts.next()?.parse().ok()?;
    Some((parts.next()?, Written { fingerprint, size, modified }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_back_and_a_damaged_one_does_not() {
        let written = Written { fingerprint: Fingerprint::of_bytes(b"x"), size: 1, modified: 5 };
        let manifest: Manifest = [(OutPath::new("a b/index.html").unwrap(), written)].into();
        let text = encode(&manifest);
        assert_eq!(decode(&text), Some(manifest));
        assert_eq!(count_if_all(&text, |path, found| path == "a b/index.html" && *found == written), Some(1));
        assert_eq!(count_if_all(&text, |_, _| false), None);
        assert_eq!(decode(&text[..text.len() / 2]), None);
        assert_eq!(decode(&text.replace("index.html", "../x.html ")), None);
    }
}
