//! What flows by while a patch is read: its size, its hash, and a copy if one is wanted.

use std::fs::File;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::text::hex;

/// Sees every byte of a patch, once and in order.
#[derive(Debug, Default)]
pub struct Tap {
    hash: Sha256,
    bytes: u64,
    copy: Option<Copy>,
}

#[derive(Debug)]
struct Copy {
    file: File,
    room: u64,
    cut: bool,
}

/// What a tap saw.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Whole {
    /// How many bytes the patch has.
    pub bytes: u64,
    /// Their SHA-256, in hex.
    pub sha256: String,
    /// Whether the copy ended before the patch did.
    #[serde(skip)]
    pub copy_cut: bool,
}

impl Tap {
    /// A tap that copies what it sees to a file, up to a number of bytes.
    #[must_use]
    pub fn copying_to(file: File, limit: u64) -> Self {
        Self { copy: Some(Copy { file, room: limit, cut: false }), ..Self::default() }
    }

    /// Sees the next bytes.
    pub fn see(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.copy.as_mut().map_or(Ok(()), |copy| copy.take(bytes))
    }

    /// Ends the patch.
    #[must_use]
    pub fn finish(self) -> Whole {
        let copy_cut = self.copy.is_some_and(|copy| copy.cut);
        Whole { bytes: self.bytes, sha256: hex(&self.hash.finalize()), copy_cut }
    }
}

impl Copy {
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let fitting = usize::try_from(self.room).unwrap_or(usize::MAX).min(bytes.len());
        self.cut |= fitting < bytes.len();
        self.room -= fitting as u64;
        self.file.write_all(&bytes[..fitting])
    }
}
