//! Everything that is settled before the first commit is read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use anyhow::{Context, Result};

use crate::arguments::{Artifact, History, MergeMode};
use crate::commit_folder::Contents;
use crate::git::command::git;
use crate::git::repository::Repository;
use crate::git::scratch::Scratch;
use crate::history::{folder_names, ids};

/// What each shard, a thread with git processes of its own, needs to know.
#[derive(Debug)]
pub struct Plan {
    scratch: Scratch,
    /// How many shards there are.
    pub shards: usize,
    /// How many commits there are.
    pub total: u64,
    /// How many of them are done.
    pub done: AtomicU64,
    /// A shard failed, so the others need not go on.
    pub stopped: AtomicBool,
    /// How many shares the ids are dealt out in.
    dealt: usize,
    /// The share that nobody has begun yet.
    next: AtomicUsize,
    /// The commits at which a shallow clone ends, sorted.
    pub boundary: Vec<Vec<u8>>,
    /// Against which parent a merge is compared.
    pub merges: MergeMode,
    /// See `--rename-limit`.
    pub rename_limit: u32,
    /// Where the folders of the commits go, if they are wanted.
    pub out: Option<PathBuf>,
    /// What they hold.
    pub contents: Contents,
    /// Whether git's own text of all patches is wanted in one file.
    pub packed: bool,
    /// See `--diff-limit`.
    pub diff_limit: u64,
}

impl Plan {
    /// Finds the repository, lays out the scratch folder, collects the ids and shares them out.
    pub fn make(task: &History) -> Result<Self> {
        let repository = repository(task)?;
        let boundary = repository.shallow_boundary();
        let scratch = Scratch::make()?;
        let ids = ids::collect(task, &repository, &boundary, &scratch)?;
        let shards = usize::try_from(ids.count.clamp(1, u64::from(task.shards)))?;
        let dealt = ids.shares(shards);
        ids.share_out(&scratch, dealt, &boundary)?;
        if let Some(out) = &task.out {
            folder_names::check(&scratch.path("ids"))?;
            fs::create_dir_all(out).with_context(|| format!("cannot make the folder {}", out.display()))?;
        }
        Ok(Self {
            scratch,
            shards,
            total: ids.count,
            done: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            dealt,
            next: AtomicUsize::new(0),
            boundary,
            merges: task.merges,
            rename_limit: task.rename_limit,
            out: task.out.clone(),
            contents: Contents { files: files(task), summed: task.sums.is_some() },
            packed: task.patches.is_some(),
            diff_limit: task.diff_limit.unwrap_or(u64::MAX),
        })
    }

    /// A share to begin; none when all are begun, or when another one failed.
    pub fn next_share(&self) -> Option<usize> {
        let share = self.next.fetch_add(1, Ordering::Relaxed);
        (share < self.dealt && !self.stopped.load(Ordering::Relaxed)).then_some(share)
    }

    /// A git command in the scratch folder.
    pub fn git(&self) -> Command {
        git(self.scratch.folder())
    }

    /// The ids of a share, one a line.
    pub fn ids(&self, share: usize) -> PathBuf {
        self.scratch.path(&format!("ids.{share}"))
    }

    /// Those of them that are compared with their parents: all, but for the boundary of a shallow clone.
    pub fn compared_ids(&self, share: usize) -> PathBuf {
        self.scratch.path(&format!("compared.{share}"))
    }

    /// Where a git process of a share leaves its words.
    pub fn words(&self, name: &str, share: usize) -> PathBuf {
        self.scratch.path(&format!("{name}.{share}.stderr"))
    }

    /// Where something of a later share waits for its turn.
    pub fn spool(&self, name: &str, share: usize) -> PathBuf {
        self.scratch.path(&format!("{name}.{share}.spool"))
    }
}

fn repository(task: &History) -> Result<Repository> {
    match (&task.git_dir, &task.repo) {
        (Some(git_dir), _) => Repository::open(git_dir.clone(), git_dir),
        (None, repo) => Repository::find(repo.as_deref().unwrap_or(Path::new("."))),
    }
}

fn files(task: &History) -> Vec<Artifact> {
    let dropped = |file: &Artifact| task.no_full_diff && *file == Artifact::Diff;
    task.files.iter().copied().filter(|file| !dropped(file)).collect()
}
