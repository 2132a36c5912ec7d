//! The changes of commits from `git diff-tree --stdin`: for each its id, raw entries, and the patch.

use std::io::Read;
use std::process::ChildStdout;

use anyhow::{Result, bail};

use crate::arguments::MergeMode;
use crate::commit_folder::CommitFolder;
use crate::functions::Touches;
use crate::git::child::GitChild;
use crate::history::blobs::Blobs;
use crate::history::file_versions::FileVersions;
use crate::history::plan::Plan;
use crate::language;
use crate::patch::file_patch::FilePatch;
use crate::patch::header::Header;
use crate::patch::lines::{Lines, VISIBLE};
use crate::patch::old_file::OldFile;
use crate::patch::raw_entry::RawEntry;
use crate::patch::tap::Tap;
use crate::patch::type_change::LoneLine;
use crate::record::Stats;
use crate::record::file::FileRecord;
use crate::record::sink::Sink;

/// How many bytes of raw entries are kept for one commit, about 100,000 files; of more, the lines are counted only.
const ENTRIES_LIMIT: usize = 16 << 20;

/// How many bytes of files that were read lately are kept, for all shards together.
const VERSIONS: usize = 16 << 20;

/// The mode of a submodule, whose id names a commit elsewhere.
const GITLINK: &str = "160000";

/// The changes of one share.
pub struct ChangeStream<'a> {
    plan: &'a Plan,
    share: usize,
    child: GitChild,
    lines: Lines<ChildStdout>,
    entries: Vec<u8>,
    blobs: Blobs,
    versions: FileVersions,
}

/// What was found in a commit, beside its files.
#[derive(Debug, Default)]
pub struct Found {
    /// The sums over all files.
    pub stats: Stats,
    /// Whether there were more files than are listed.
    pub files_cut: bool,
    added_files: u64,
    deleted_files: u64,
}

impl Found {
    /// Whether git gave up looking for renames: then more candidates are left than the limit allows.
    pub fn renames_limited(&self, limit: u32) -> bool {
        limit > 0 && self.added_files.saturating_mul(self.deleted_files) > u64::from(limit).pow(2)
    }

    fn count(&mut self, entry: &RawEntry) {
        self.stats.files += 1;
        match entry.status {
            'A' => self.added_files += 1,
            'D' => self.deleted_files += 1,
            _ => {}
        }
    }
}

impl<'a> ChangeStream<'a> {
    /// Starts git on the ids of a share, with every flag that shapes its bytes.
    pub fn start(plan: &'a Plan, share: usize) -> Result<Self> {
        let merges = match plan.merges {
            MergeMode::FirstParent => "--diff-merges=first-parent",
            MergeMode::None => "--diff-merges=off",
        };
        let mut command = plan.git();
        command
            .args([
                "diff-tree",
                "--stdin",
                "--root",
                "--always",
                "-r",
                "-p",
                "--raw",
                "-M",
                "--full-index",
                merges,
            ])
            .args([
                "--no-abbrev",
                "--no-ext-diff",
                "--no-textconv",
                "--no-color",
                "--unified=3",
                "--inter-hunk-context=0",
            ])
            .args([
                "--diff-algorithm=myers",
                "--indent-heuristic",
                "--submodule=short",
                "--ignore-submodules=none",
            ])
            .args(["--src-prefix=a/", "--dst-prefix=b/", "--no-relative", "-O/dev/null"])
            .arg(format!("-l{}", plan.rename_limit));
        let (child, output) = GitChild::start(
            "diff-tree",
            command,
            Some(&plan.compared_ids(share)),
            plan.words("diff-tree", share),
        )?;
        Ok(Self {
            plan,
            share,
            child,
            lines: Lines::new(output),
            entries: Vec::new(),
            blobs: Blobs::default(),
            versions: FileVersions::with_room(VERSIONS / plan.shards),
        })
    }

    /// Reads the changes of the next commit, and writes its files.
    pub fn read(
        &mut self,
        id: &str,
        tap: Tap,
        sink: &mut Sink,
        mut folder: Option<&mut CommitFolder>,
    ) -> Result<(Tap, Found)> {
        if self.lines.read()? != Some(id.as_bytes()) {
            bail!("git diff-tree did not answer with commit {id}");
        }
        let mut found = Found::default();
        let unlisted_blocks = self.read_entries(&mut found)?;
        self.lines.open_tap(tap)?;
        let entries = std::mem::take(&mut self.entries);
        for line in entries.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let entry = parse(line)?;
            let file = self.read_file(&entry)?;
            found.stats.added += file.added;
            found.stats.deleted += file.deleted;
            if let Some(folder) = &mut folder {
                folder.write_stat(&entry, (!file.binary).then_some((file.added, file.deleted)))?;
            }
            sink.file(&file)?;
        }
        self.entries = entries;
        for _ in 0..unlisted_blocks {
            let mut patch = FilePatch::default();
            let mut none = || Ok(None);
            let old_file = &mut OldFile::new(&mut none, None);
            read_block(&mut self.lines, &mut patch, &mut Touches::default(), old_file)?;
            found.stats.added += patch.added;
            found.stats.deleted += patch.deleted;
        }
        Ok((self.lines.close_tap()?.unwrap_or_default(), found))
    }

    /// When git itself failed, its words are the reason for what went wrong here.
    pub fn reason_for(self, error: anyhow::Error) -> anyhow::Error {
        let Self { child, lines, .. } = self;
        drop(lines);
        child.reason_for(error)
    }

    /// Waits for git's end.
    pub fn finish(self) -> Result<()> {
        self.child.finish()
    }

    /// Keeps the raw entries up to the limit; says how many blocks of the patch belong to the others.
    fn read_entries(&mut self, found: &mut Found) -> Result<usize> {
        self.entries.clear();
        let mut unlisted_blocks = 0;
        while self.lines.peek()?.is_some_and(|line| line.starts_with(b":")) {
            let line = self.lines.read()?.unwrap_or_default();
            let entry = parse(line)?;
            found.count(&entry);
            if unlisted_blocks > 0 || line.len() == VISIBLE || self.entries.len() + line.len() > ENTRIES_LIMIT
            {
                unlisted_blocks += entry.blocks();
                found.files_cut = true;
            } else {
                self.entries.extend_from_slice(line);
                self.entries.push(b'\n');
            }
        }
        if found.stats.files > 0 && self.lines.read()? != Some(b"") {
            bail!("git diff-tree put no empty line between raw entries and patch");
        }
        Ok(unlisted_blocks)
    }

    fn read_file(&mut self, entry: &RawEntry) -> Result<FileRecord> {
        let mut touches = Touches::of(language::of_path(&entry.path));
        let mut patch = FilePatch::default();
        if entry.status == 'T' {
            patch.lone_line = LoneLine::watching();
        }
        let mut binary = false;
        for _ in 0..entry.blocks() {
            let (blobs, plan, share) = (&mut self.blobs, self.plan, self.share);
            let fetch = &mut || blobs.source(plan, share, entry.old_blob).map(Some);
            let newer = self.versions.get(entry.new_blob).filter(|_| entry.blocks() == 1);
            let mut old_file = OldFile::new(fetch, newer);
            let header = read_block(&mut self.lines, &mut patch, &mut touches, &mut old_file)?;
            // Without hunks there is nothing that could be undone.
            let older = (!patch.hunks.is_empty() && entry.blocks() == 1).then(|| old_file.finish());
            if let Some(content) = older.flatten() {
                self.versions.keep(entry.old_blob, content);
            }
            binary |= header.binary;
            check(&header, entry)?;
        }
        if entry.old_blob == entry.new_blob && entry.new_mode != GITLINK {
            binary = self.blobs.is_binary(self.plan, self.share, entry.new_blob)?;
        }
        let shared = if entry.old_blob == entry.new_blob { patch.added } else { patch.lone_line.shared() };
        patch.added -= shared;
        patch.deleted -= shared;
        Ok(FileRecord::of_commit(entry, binary, patch, touches))
    }
}

fn read_block<R: Read>(
    lines: &mut Lines<R>,
    patch: &mut FilePatch,
    touches: &mut Touches,
    old_file: &mut OldFile,
) -> Result<Header> {
    if !lines.peek()?.is_some_and(|line| line.starts_with(b"diff --git ")) {
        bail!("git diff-tree gave fewer patches than raw entries");
    }
    let header = Header::read(lines)?;
    patch.read(lines, touches, old_file)?;
    Ok(header)
}

fn parse(line: &[u8]) -> Result<RawEntry<'_>> {
    match RawEntry::parse(line) {
        Some(entry) => Ok(entry),
        None => bail!("git diff-tree gave a raw entry of an unknown form"),
    }
}

/// The blobs of the patch must be those of the entry it is joined with.
fn check(header: &Header, entry: &RawEntry) -> Result<()> {
    let fits = |blob: &Option<String>, expected: &str| {
        blob.as_deref().is_none_or(|id| id == expected || id.bytes().all(|digit| digit == b'0'))
    };
    if fits(&header.old_blob, entry.old_blob) && fits(&header.new_blob, entry.new_blob) {
        return Ok(());
    }
    bail!("git diff-tree gave its patches in another order than its raw entries")
}
