//! The folder of one commit: `commit_<first 12 digits of its id>`, named by the id and nothing else.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::arguments::Artifact;
use crate::failure::Failure;
use crate::hashed_file::HashedFile;
use crate::patch::quoted::quote;
use crate::patch::raw_entry::RawEntry;
use crate::patch::tap::Whole;
use crate::record::Stats;
use crate::visible::visible;

/// How many digits of an id name its folder.
pub const DIGITS: usize = 12;

/// What the folders of all commits hold.
#[derive(Debug)]
pub struct Contents {
    /// The files that are wanted.
    pub files: Vec<Artifact>,
    /// Whether the sums of those files are wanted.
    pub summed: bool,
}

/// A folder that is being filled under another name, and appears under its own when it is whole.
#[derive(Debug)]
pub struct CommitFolder<'a> {
    name: String,
    part: PathBuf,
    whole: PathBuf,
    contents: &'a Contents,
    message: Option<HashedFile>,
    stats: Option<BufWriter<HashedFile>>,
}

impl<'a> CommitFolder<'a> {
    /// Begins the folder of a commit. A half-filled one of an earlier, interrupted run is begun anew.
    pub fn begin(out: &Path, id: &str, contents: &'a Contents) -> Result<Self> {
        let name = format!("commit_{}", &id[..DIGITS]);
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
        let mut folder = Self { name, part, whole, contents, message: None, stats: None };
        folder.message = folder.create(Artifact::Message)?;
        folder.stats = folder.create(Artifact::Stats)?.map(BufWriter::new);
        Ok(folder)
    }

    /// The file for the record, if it is wanted.
    pub fn record(&self) -> Result<Option<HashedFile>> {
        self.create(Artifact::Commit)
    }

    /// The file for git's own text, if it is wanted; the patch is hashed anyway, so this file is not.
    pub fn diff(&self) -> Result<Option<File>> {
        self.path(Artifact::Diff).map_or(Ok(None), |path| {
            File::create_new(&path).map(Some).with_context(|| format!("cannot write {}", path.display()))
        })
    }

    /// Writes the message, if it is wanted, so that showing it does nothing to a terminal.
    pub fn write_message(&mut self, message: &[u8]) -> Result<()> {
        self.message.as_mut().map_or(Ok(()), |file| Ok(file.write_all(visible(message).as_bytes())?))
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

    /// Ends the folder: the totals, then its own name. Gives the sums of its files, if they are wanted, as
    /// sha256sum(1) writes them.
    pub fn finish(self, total: Stats, record: Option<HashedFile>, patch: &Whole) -> Result<String> {
        let stats = self.stats.map_or(Ok(None), |stats| end_stats(stats, total).map(Some))?;
        let diff = self.contents.summed.then(|| patch.copy_sha256().to_owned());
        fs::rename(&self.part, &self.whole)
            .with_context(|| format!("cannot make {}", self.whole.display()))?;
        let sums = [
            (Artifact::Commit, record.and_then(HashedFile::sum)),
            (Artifact::Message, self.message.and_then(HashedFile::sum)),
            (Artifact::Stats, stats.and_then(HashedFile::sum)),
            (Artifact::Diff, diff.filter(|_| self.contents.files.contains(&Artifact::Diff))),
        ];
        let line = |(artifact, sum): (Artifact, Option<String>)| {
            sum.map(|sum| format!("{sum}  {}/{}\n", self.name, artifact.file_name()))
        };
        Ok(sums.into_iter().filter_map(line).collect())
    }

    fn create(&self, artifact: Artifact) -> Result<Option<HashedFile>> {
        self.path(artifact).map(|path| HashedFile::create(&path, self.contents.summed)).transpose()
    }

    fn path(&self, artifact: Artifact) -> Option<PathBuf> {
        self.contents.files.contains(&artifact).then(|| self.part.join(artifact.file_name()))
    }
}

fn end_stats(mut stats: BufWriter<HashedFile>, total: Stats) -> Result<HashedFile> {
    let Stats { files, added, deleted } = total;
    writeln!(stats, "{files} files, {added} lines added, {deleted} lines deleted")?;
    Ok(stats.into_inner().map_err(std::io::IntoInnerError::into_error)?)
}
