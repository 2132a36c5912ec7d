//! What flows by while a patch is read: its size, its hash, and copies if they are wanted.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use sha2::{Digest, Sha256};

use crate::text::hex;

/// Sees every byte of a patch, once and in order.
#[derive(Debug, Default)]
pub struct Tap {
    hash: Sha256,
    bytes: u64,
    copy: Option<Copy>,
    /// Takes one patch after the other; it is lent for this one.
    pub pack: Option<BufWriter<File>>,
}

/// A copy of one patch, up to a number of bytes.
#[derive(Debug)]
pub struct Copy {
    file: File,
    room: u64,
    /// The hash of what is in the copy, once it is known to end before the patch does.
    cut: Option<Sha256>,
}

/// What a tap saw.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Whole {
    /// How many bytes the patch has.
    pub bytes: u64,
    /// Their SHA-256, in hex.
    pub sha256: String,
    /// That of the copy, if it ended before the patch did.
    #[serde(skip)]
    pub cut_copy: Option<String>,
}

impl Whole {
    /// The SHA-256 of the copy, in hex.
    #[must_use]
    pub fn copy_sha256(&self) -> &str {
        self.cut_copy.as_ref().unwrap_or(&self.sha256)
    }
}

impl Tap {
    /// A tap that copies what it sees.
    #[must_use]
    pub fn copying(copy: Option<Copy>, pack: Option<BufWriter<File>>) -> Self {
        Self { copy, pack, ..Self::default() }
    }

    /// Sees the next bytes.
    pub fn see(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(copy) = &mut self.copy {
            copy.take(bytes, &self.hash)?;
        }
        if let Some(pack) = &mut self.pack {
            pack.write_all(bytes)?;
        }
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Ends the patch.
    #[must_use]
    pub fn finish(self) -> Whole {
        let sum = |hash: Sha256| hex(&hash.finalize());
        let cut_copy = self.copy.and_then(|copy| copy.cut).map(sum);
        Whole { bytes: self.bytes, sha256: sum(self.hash), cut_copy }
    }
}

impl Copy {
    /// A copy in a file, of so many bytes at most.
    #[must_use]
    pub fn to(file: File, limit: u64) -> Self {
        Self { file, room: limit, cut: None }
    }

    /// Takes what there is room for; `before` is the hash of all that came before.
    fn take(&mut self, bytes: &[u8], before: &Sha256) -> io::Result<()> {
        let fitting = usize::try_from(self.room).unwrap_or(usize::MAX).min(bytes.len());
        if fitting < bytes.len() && self.cut.is_none() {
            self.cut = Some(before.clone().chain_update(&bytes[..fitting]));
        }
        self.room -= fitting as u64;
        self.file.write_all(&bytes[..fitting])
    }
}
