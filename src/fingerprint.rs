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

/// Collects several values into one fingerprint: that of all their bytes, one after the other.
pub struct FingerprintBuilder {
    /// Bytes that wait: hashing a few at a time costs more than the hashing.
    waiting: Vec<u8>,
    /// What was hashed before them; none for most, which are short.
    hashed: Option<Box<Xxh3>>,
}

/// Bytes that wait at most, and not much longer.
const WAITING: usize = 16 * 1024;

/// Room for what most digests are made of.
const USUAL: usize = 256;

impl Default for FingerprintBuilder {
    fn default() -> Self {
        Self { waiting: Vec::with_capacity(USUAL), hashed: None }
    }
}

impl FingerprintBuilder {
    /// Adds a value by its serialised form.
    pub fn add<T: Serialize + ?Sized>(&mut self, value: &T) {
        // Writing into memory can't fail, and a value that refuses to be serialised (a map with keys
        // that are no strings) is told apart by the marker.
        if serde_json::to_writer(&mut self.waiting, value).is_err() {
            self.waiting.extend_from_slice(b"\xff unserialisable");
        }
        self.waiting.push(0);
        self.hash_much();
    }

    /// Adds bytes, with their length, so that neighbours can't run into one another.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.waiting.extend_from_slice(bytes);
        self.hash_much();
    }

    /// Adds another fingerprint.
    pub fn add_fingerprint(&mut self, other: Fingerprint) {
        self.waiting.extend_from_slice(&other.0.to_le_bytes());
        self.hash_much();
    }

    /// Ends the collection.
    pub fn finish(self) -> Fingerprint {
        match self.hashed {
            None => Fingerprint::of_bytes(&self.waiting),
            Some(mut hasher) => {
                hasher.update(&self.waiting);
                Fingerprint(hasher.digest128())
            }
        }
    }

    fn hash_much(&mut self) {
        if self.waiting.len() >= WAITING {
            self.hashed.get_or_insert_default().update(&self.waiting);
            self.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_hashed_as_a_whole() {
        for length in [0, 100, WAITING - 24, WAITING, 3 * WAITING + 5] {
            let (mut builder, mut all) = (FingerprintBuilder::default(), Vec::new());
            for part in [vec![1; length], vec![2; 7]] {
                builder.add_bytes(&part);
                all.extend_from_slice(&(part.len() as u64).to_le_bytes());
                all.extend_from_slice(&part);
            }
            builder.add_fingerprint(Fingerprint(3));
            all.extend_from_slice(&3_u128.to_le_bytes());
            assert_eq!(builder.finish(), Fingerprint::of_bytes(&all), "{length}");
        }
    }

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
