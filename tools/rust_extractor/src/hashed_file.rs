//! A file that is hashed while it is written, so that nobody has to read it again.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::text::hex;

/// A new file, and the hash of what was written to it, if one is wanted.
#[derive(Debug)]
pub struct HashedFile {
    file: File,
    hash: Option<Sha256>,
}

impl HashedFile {
    /// Makes the file, which must not be there.
    pub fn create(path: &Path, hashed: bool) -> Result<Self> {
        let file = File::create_new(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { file, hash: hashed.then(Sha256::new) })
    }

    /// Ends the file, and gives its SHA-256 in hex, if it was to be hashed.
    #[must_use]
    pub fn sum(self) -> Option<String> {
        self.hash.map(|hash| hex(&hash.finalize()))
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        if let Some(hash) = &mut self.hash {
            hash.update(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
