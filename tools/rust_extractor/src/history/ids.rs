//! The ids of the commits to read: given, or walked from a revision; checked, and shared out.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use bstr::ByteSlice;

use crate::arguments::History;
use crate::failure::Failure;
use crate::git::child::GitChild;
use crate::git::command::git;
use crate::git::object_id::is_object_id;
use crate::git::repository::Repository;
use crate::git::scratch::Scratch;
use crate::patch::lines::Lines;

/// Ids in a file of the scratch folder, all of one length.
pub struct Ids {
    /// How many there are.
    pub count: u64,
    length: usize,
}

/// Collects the ids, and lays the scratch folder out, since their length tells what kind of repository it is.
pub fn collect(
    task: &History,
    repository: &Repository,
    boundary: &[Vec<u8>],
    scratch: &Scratch,
) -> Result<Ids> {
    if let Some(path) = &task.ids {
        let ids = save(open(path)?, scratch)?;
        scratch.borrow_objects(&repository.objects()?, boundary, ids.length)?;
        return Ok(ids);
    }
    let tip = resolve(&task.rev, repository)?;
    scratch.borrow_objects(&repository.objects()?, boundary, tip.len())?;
    walk(&tip, task.limit, scratch)
}

impl Ids {
    /// How many shares the ids are dealt out in: one a shard, or a few, so that a shard whose commits were cheap can
    /// take another, and a reader has the first ones early. They are long, since git finds the versions of a file faster
    /// near each other.
    #[must_use]
    pub fn shares(&self, shards: usize) -> usize {
        const LONG: u64 = 500;
        let most = if shards > 1 { 2 * shards } else { 1 };
        usize::try_from(self.count / LONG).unwrap_or(most).clamp(shards, most)
    }

    /// Writes down each contiguous share.
    pub fn share_out(&self, scratch: &Scratch, shares: usize, boundary: &[Vec<u8>]) -> Result<()> {
        let width = self.length as u64 + 1;
        let mut all = File::open(scratch.path("ids"))?;
        for number in 0..shares as u64 {
            let begin = self.count * number / shares as u64;
            let end = self.count * (number + 1) / shares as u64;
            let path = scratch.path(&format!("ids.{number}"));
            all.seek(SeekFrom::Start(begin * width))?;
            io::copy(&mut (&all).take((end - begin) * width), &mut File::create(&path)?)?;
            let mut compared = BufWriter::new(File::create(scratch.path(&format!("compared.{number}")))?);
            write_without(File::open(path)?, boundary, &mut compared)?;
        }
        Ok(())
    }
}

fn write_without(ids: File, boundary: &[Vec<u8>], output: &mut impl Write) -> Result<()> {
    let mut lines = Lines::new(ids);
    while let Some(id) = lines.read()? {
        if boundary.binary_search_by(|entry| entry.as_slice().cmp(id)).is_err() {
            output.write_all(id)?;
            output.write_all(b"\n")?;
        }
    }
    Ok(output.flush()?)
}

fn open(path: &Path) -> Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| {
        Failure::usage(
            format!("cannot read the ids in `{}`: {error}", path.display()),
            "Give a file, or `-` for stdin.",
        )
    })?;
    Ok(Box::new(file))
}

/// Checks each id and writes them down; none of them is ever an argument of a command.
fn save(source: impl Read, scratch: &Scratch) -> Result<Ids> {
    let mut output = BufWriter::new(File::create(scratch.path("ids"))?);
    let mut lines = Lines::new(source);
    let (mut count, mut length) = (0, 40);
    while let Some(line) = lines.read()? {
        let id = line.trim_ascii();
        if id.is_empty() {
            continue;
        }
        if !is_object_id(id) || (count > 0 && id.len() != length) {
            let shown = id[..id.len().min(80)].to_str_lossy().into_owned();
            return Err(Failure::data(
                format!(
                    "line {} of the ids, `{shown}`, is no full commit id like the others",
                    lines.number()
                ),
                "Give 40 (or, of a SHA-256 repository, 64) lower-case hex digits a line, as `git rev-list` does.",
            ));
        }
        (count, length) = (count + 1, id.len());
        output.write_all(id)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(Ids { count, length })
}

/// What a revision names; refs are looked up in the repository itself, objects only in the scratch folder.
fn resolve(rev: &str, repository: &Repository) -> Result<String> {
    let unknown = || {
        Failure::data(
            format!("`{rev}` names no commit of this repository"),
            "Give a branch, a tag or an id that `git rev-parse --verify` knows, with --rev.",
        )
    };
    let output = git(&repository.git_dir)
        .args(["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{rev}^{{commit}}")])
        .stdin(Stdio::null())
        .output()
        .context("cannot start git")?;
    let id = output.stdout.trim_ascii();
    if output.status.success() && is_object_id(id) {
        Ok(id.to_str_lossy().into_owned())
    } else {
        Err(unknown())
    }
}

fn walk(tip: &str, limit: Option<u64>, scratch: &Scratch) -> Result<Ids> {
    let mut command = git(scratch.folder());
    command.arg("rev-list");
    if let Some(limit) = limit {
        command.arg(format!("--max-count={limit}"));
    }
    command.args([tip, "--"]);
    let (child, output) = GitChild::start("rev-list", command, None, scratch.path("rev-list.stderr"))?;
    let ids = save(output, scratch)?;
    child.finish()?;
    Ok(ids)
}
