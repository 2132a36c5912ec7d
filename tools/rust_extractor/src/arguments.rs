//! What can be asked of the program; the doc comments are its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Read git history or a patch, and write records as JSON lines
///
/// Exit codes: 0 done, 64 wrong call, 65 bad data (ids, a patch, a repository), 70 anything else.
#[derive(Debug, Parser)]
#[command(name = "rust_extractor", version, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// The two things the program does.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Write one record per commit of a repository, one a line, in the order of the ids
    #[command(after_help = "Examples:
  rust_extractor history --repo . > commits.jsonl
  git rev-list -n 100 HEAD | rust_extractor history --repo . --ids - --shards 2 --out mined

Nothing in the repository is run or written: git reads its objects from a scratch folder, without its
configuration, attributes, hooks, replace refs and grafts.")]
    History(Box<History>),
    /// Read one patch in git's format on stdin, and write the record of its files
    #[command(after_help = "Example:
  git diff --full-index main | rust_extractor diff")]
    Diff,
}

/// Against which parent a merge is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MergeMode {
    /// Its first parent: what the merge brought in
    FirstParent,
    /// None: a merge has no files
    None,
}

/// One of the files that are written for each commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Artifact {
    /// The record, as on stdout
    #[value(name = "commit.json")]
    Commit,
    /// The message, with control characters made visible
    #[value(name = "commit_message.txt")]
    Message,
    /// Lines added and deleted for each file, as `git diff-tree --numstat` writes them
    #[value(name = "diff_stats.txt")]
    Stats,
    /// Git's own text of the patch
    #[value(name = "full_diff.txt")]
    Diff,
}

impl Artifact {
    /// What the file is called in the folder of its commit.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Commit => "commit.json",
            Self::Message => "commit_message.txt",
            Self::Stats => "diff_stats.txt",
            Self::Diff => "full_diff.txt",
        }
    }
}

/// The arguments of `history`.
#[derive(Debug, Args)]
pub struct History {
    /// The repository: a worktree or a git directory
    #[arg(long, value_name = "DIR", required_unless_present = "git_dir")]
    pub repo: Option<PathBuf>,
    /// In place of --repo: the git directory itself, which is not looked for
    #[arg(long, value_name = "DIR", conflicts_with = "repo")]
    pub git_dir: Option<PathBuf>,
    /// Read full commit ids, one a line, from a file, or from stdin if FILE is `-`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rev", "limit"])]
    pub ids: Option<PathBuf>,
    /// Without --ids: walk the history of this revision
    #[arg(long, default_value = "HEAD")]
    pub rev: String,
    /// Without --ids: at most this many commits, the newest
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// How many shares of the ids are worked on at the same time; the output is the same
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub shards: u8,
    /// Write a folder `commit_<first 12 digits>` for each commit into DIR
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Which files those folders hold
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        requires = "out",
        default_value = "commit.json,commit_message.txt,diff_stats.txt,full_diff.txt"
    )]
    pub files: Vec<Artifact>,
    /// Leave `full_diff.txt` out of those folders
    #[arg(long, requires = "out")]
    pub no_full_diff: bool,
    /// Cut `full_diff.txt` after this many bytes (the record says so, and has the hash of the whole)
    #[arg(long, value_name = "BYTES", requires = "out")]
    pub diff_limit: Option<u64>,
    /// Write the SHA-256 of every file in those folders to FILE, as sha256sum does, in the order of the ids
    #[arg(long, value_name = "FILE", requires = "out")]
    pub sums: Option<PathBuf>,
    /// Write git's own text of all patches to FILE, one after the other in the order of the ids
    #[arg(long, value_name = "FILE")]
    pub patches: Option<PathBuf>,
    /// Give up looking for inexact renames above this many candidates on a side, as `git diff -l`; 0: never
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub rename_limit: u32,
    /// Against which parent a merge is compared
    #[arg(long, value_enum, default_value_t = MergeMode::FirstParent)]
    pub merges: MergeMode,
    /// Write `<done> <total>` to stderr as commits are done, five times a second
    #[arg(long)]
    pub progress: bool,
}
