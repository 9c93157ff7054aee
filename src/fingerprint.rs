//! One stable 128-bit hash for everything that is compared: sources, views, pages, assets.
//!
//! XXH3 is a fixed specification, so a fingerprint means the same on every machine and in every
//! version of Rust. It is no protection against somebody who wants a collision: whoever can write
//! the content can write the pages.

use std::fmt;
use std::io;

use serde::Serialize;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// A 128-bit digest of a value's canonical encoding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bitcode::Encode, bitcode::Decode)]
pub struct Fingerprint(pub u128);

impl Fingerprint {
    /// Hashes bytes as they are.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(xxh3_128(bytes))
    }

    /// Hashes all bytes that a reader gives: the same as [`Fingerprint::of_bytes`] of them.
    ///
    /// # Errors
    /// The reader fails.
    pub fn of_stream(mut reader: impl io::Read) -> io::Result<Self> {
        let mut hasher = Xxh3::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => return Ok(Self(hasher.digest128())),
                Ok(length) => hasher.update(&piece[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Hashes a value by its serialised form; field order is part of it.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        let mut hasher = FingerprintBuilder::default();
        hasher.add(value);
        hasher.finish()
    }

    /// Shortens the digest to ten letters and digits, for the names of assets.
    pub fn short(self) -> String {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        (0..10).map(|i| char::from(ALPHABET[(self.0 >> (5 * i)) as usize & 31])).collect()
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Collects several values into one fingerprint.
#[derive(Default)]
pub struct FingerprintBuilder(Xxh3);

impl FingerprintBuilder {
    /// Adds a value by its serialised form.
    pub fn add<T: Serialize + ?Sized>(&mut self, value: &T) {
        // Serialising into a hasher can't fail for lack of room, and a value that refuses to be
        // serialised (a map with keys that are no strings) is told apart by the marker.
        if serde_json::to_writer(HashWriter(&mut self.0), value).is_err() {
            self.0.update(b"\xff unserialisable");
        }
        self.0.update(&[0]);
    }

    /// Adds bytes, with their length, so that neighbours can't run into one another.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds another fingerprint.
    pub fn add_fingerprint(&mut self, other: Fingerprint) {
        self.0.update(&other.0.to_le_bytes());
    }

    /// Ends the collection.
    pub fn finish(&self) -> Fingerprint {
        Fingerprint(self.0.digest128())
    }
}

struct HashWriter<'a>(&'a mut Xxh3);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_its_bytes() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
        for length in [0, 1, 240, 65_536, 65_537, 200_000] {
            assert_eq!(Fingerprint::of_stream(&bytes[..length]).unwrap(), Fingerprint::of_bytes(&bytes[..length]));
        }
    }

    #[test]
    fn neighbours_do_not_run_into_one_another() {
        let mut a = FingerprintBuilder::default();
        a.add_bytes(b"ab");
        a.add_bytes(b"c");
        let mut b = FingerprintBuilder::default();
        b.add_bytes(b"a");
        b.add_bytes(b"bc");
        assert_ne!(a.finish(), b.finish());
    }
}
