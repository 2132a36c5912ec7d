//! The folder of one commit: `commit_<first 12 digits of its id>`, named by the id and nothing else.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::arguments::Artifact;
use crate::failure::Failure;
use crate::patch::quoted::quote;
use crate::patch::raw_entry::RawEntry;
use crate::record::Stats;
use crate::visible::visible;

/// A folder that is being filled under another name, and appears under its own when it is whole.
#[derive(Debug)]
pub struct CommitFolder<'a> {
    part: PathBuf,
    whole: PathBuf,
    files: &'a [Artifact],
    stats: Option<BufWriter<File>>,
}

impl<'a> CommitFolder<'a> {
    /// Begins the folder of a commit. A half-filled one of an earlier, interrupted run is begun anew.
    pub fn begin(out: &Path, id: &str, files: &'a [Artifact]) -> Result<Self> {
        let name = format!("commit_{}", &id[..12]);
        let (whole, part) = (out.join(&name), out.join(format!(".{name}.part")));
        if whole.symlink_metadata().is_ok() {
            return Err(Failure::data(
                format!("`{}` is already there", whole.display()),
                "Give a fresh folder with --out, or leave out the ids that are done.",
            ));
        }
        if part.symlink_metadata().is_ok_and(|there| there.is_dir()) {
            fs::remove_dir_all(&part)?;
        }
        fs::create_dir(&part).with_context(|| format!("cannot make the folder {}", part.display()))?;
        let mut folder = Self { part, whole, files, stats: None };
        folder.stats = folder.create(Artifact::Stats, "diff_stats.txt")?.map(BufWriter::new);
        Ok(folder)
    }

    /// The file for the record, if it is wanted.
    pub fn record(&self) -> Result<Option<File>> {
        self.create(Artifact::Commit, "commit.json")
    }

    /// The file for git's own text, if it is wanted.
    pub fn diff(&self) -> Result<Option<File>> {
        self.create(Artifact::Diff, "full_diff.txt")
    }

    /// Writes the message, if it is wanted, so that showing it does nothing to a terminal.
    pub fn write_message(&self, message: &[u8]) -> Result<()> {
        let file = self.create(Artifact::Message, "commit_message.txt")?;
        file.map_or(Ok(()), |mut file| Ok(file.write_all(visible(message).as_bytes())?))
    }

    /// Writes the line of one file, as numstat has it.
    pub fn write_stat(&mut self, entry: &RawEntry, lines: Option<(u64, u64)>) -> Result<()> {
        let Some(stats) = &mut self.stats else { return Ok(()) };
        match lines {
            Some((added, deleted)) => write!(stats, "{added}\t{deleted}\t")?,
            None => write!(stats, "-\t-\t")?,
        }
        if let Some(old) = &entry.old_path {
            write!(stats, "{} => ", quote(old))?;
        }
        Ok(writeln!(stats, "{}", quote(&entry.path))?)
    }

    /// Ends the folder: the sums, then its own name.
    pub fn finish(self, total: Stats) -> Result<()> {
        if let Some(mut stats) = self.stats {
            let Stats { files, added, deleted } = total;
            writeln!(stats, "{files} files, {added} lines added, {deleted} lines deleted")?;
            stats.flush()?;
        }
        fs::rename(&self.part, &self.whole).with_context(|| format!("cannot make {}", self.whole.display()))
    }

    fn create(&self, artifact: Artifact, name: &str) -> Result<Option<File>> {
        if !self.files.contains(&artifact) {
            return Ok(None);
        }
        let path = self.part.join(name);
        let file = File::create_new(&path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Some(file))
    }
}
