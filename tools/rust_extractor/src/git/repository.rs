//! Where a repository keeps its objects, found from its files alone: git is not asked, so nothing of it is obeyed.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bstr::ByteSlice;

use crate::failure::Failure;
use crate::git::object_id::is_object_id;

/// A repository to read: where its refs and its objects are.
#[derive(Debug)]
pub struct Repository {
    /// The git directory; of a linked worktree, its own.
    pub git_dir: PathBuf,
    /// The folder that linked worktrees share; else the git directory.
    common_dir: PathBuf,
}

impl Repository {
    /// Finds the git directory of a worktree, a linked worktree, a submodule or a bare repository.
    pub fn find(folder: &Path) -> Result<Self> {
        let resolved = folder.canonicalize().map_err(|_| absent(folder))?;
        let git_dir = match fs::read(resolved.join(".git")) {
            Ok(link) => resolved.join(path_after(&link, b"gitdir: ").ok_or_else(|| absent(folder))?),
            Err(_) if resolved.join(".git").is_dir() => resolved.join(".git"),
            Err(_) => resolved,
        };
        Self::open(git_dir, folder)
    }

    /// Opens a git directory, whatever lies in it under the name of `.git`; `shown` is what the caller called it.
    pub fn open(git_dir: PathBuf, shown: &Path) -> Result<Self> {
        let common_dir = match fs::read(git_dir.join("commondir")) {
            Ok(link) => git_dir.join(path_after(&link, b"").ok_or_else(|| absent(shown))?),
            Err(_) => git_dir.clone(),
        };
        let found = git_dir.join("HEAD").symlink_metadata().is_ok() && common_dir.join("objects").is_dir();
        if found { Ok(Self { git_dir, common_dir }) } else { Err(absent(shown)) }
    }

    /// The folder of its objects, absolute.
    pub fn objects(&self) -> Result<PathBuf> {
        let objects = self.common_dir.join("objects");
        objects.canonicalize().with_context(|| format!("cannot find {}", objects.display()))
    }

    /// The commits at which a shallow clone ends, sorted; none in a full one.
    pub fn shallow_boundary(&self) -> Vec<Vec<u8>> {
        let list = fs::read(self.common_dir.join("shallow")).unwrap_or_default();
        let mut ids: Vec<Vec<u8>> = list
            .lines()
            .map(<[u8]>::trim_ascii)
            .filter(|line| is_object_id(line))
            .map(<[u8]>::to_vec)
            .collect();
        ids.sort();
        ids
    }
}

fn absent(folder: &Path) -> anyhow::Error {
    Failure::data(
        format!("`{}` is no git repository: no HEAD and objects in it or in its .git", folder.display()),
        "Give the top folder of a worktree, or a git directory, with --repo.",
    )
}

/// The path in a one-line link file such as `gitdir: ../.git/worktrees/x`.
fn path_after(link: &[u8], prefix: &[u8]) -> Option<PathBuf> {
    let path = link.strip_prefix(prefix)?.trim_end_with(|end| matches!(end, '\n' | '\r'));
    (!path.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(path)))
}
