//! A git directory of our own that borrows the objects of the mined repository and nothing else.
//!
//! Its configuration, attributes, hooks, replace refs and grafts are never read, and no git process of ours has a
//! path by which it could write there. Blobs that a partial clone lacks are an error, since nothing here knows from
//! where they could be fetched.

use std::fs::{self, DirBuilder};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::interruption;

/// The scratch folder; it is removed when the value is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Makes an empty scratch folder that only its owner can enter, in the folder for temporary files.
    pub fn make() -> Result<Self> {
        let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        let name = format!("rust_extractor-{}-{nanoseconds}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("cannot make the scratch folder {}", folder.display()))?;
        interruption::remember_scratch(&folder);
        Ok(Self { folder })
    }

    /// Lays the git directory out. The length of the ids tells the object format: 64 digits are SHA-256.
    pub fn borrow_objects(&self, objects: &Path, boundary: &[Vec<u8>], id_length: usize) -> Result<()> {
        let sha256 = if id_length == 64 { "[extensions]\n\tobjectFormat = sha256\n" } else { "" };
        let config =
            format!("[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n\tcommitGraph = false\n{sha256}");
        fs::create_dir(self.path("refs"))?;
        fs::create_dir_all(self.path("objects/info"))?;
        fs::write(self.path("HEAD"), "ref: refs/heads/none\n")?;
        fs::write(self.path("config"), config)?;
        fs::write(self.path("objects/info/alternates"), quoted(objects))?;
        if !boundary.is_empty() {
            fs::write(self.path("shallow"), [boundary.join(&b'\n'), b"\n".to_vec()].concat())?;
        }
        Ok(())
    }

    /// A path inside the scratch folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The scratch folder itself, which is the git directory.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays behind in the place for temporary files does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A path as a line of `objects/info/alternates`, in git's C style, so that any byte may be in it.
fn quoted(path: &Path) -> Vec<u8> {
    let mut line = vec![b'"'];
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'"' | b'\\' => line.extend([b'\\', byte]),
            b'\n' => line.extend(b"\\n"),
            _ => line.push(byte),
        }
    }
    line.extend(b"\"\n");
    line
}
