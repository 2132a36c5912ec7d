//! Raw commit objects from `git cat-file --batch`: each with its length in front, so that no message can forge one.

use std::io::{self, BufRead, BufReader, Read};
use std::process::ChildStdout;

use anyhow::Result;
use bstr::ByteSlice;

use crate::failure::Failure;
use crate::git::child::GitChild;
use crate::history::plan::Plan;

/// How much of a commit object is read, in bytes; longer messages are cut, and the record says so.
pub const COMMIT_LIMIT: u64 = 1 << 20;

/// The commits of one share, in their order.
pub struct CommitStream {
    child: GitChild,
    output: BufReader<ChildStdout>,
    line: Vec<u8>,
}

/// A commit as it came.
pub struct RawCommit {
    /// Its id.
    pub id: String,
    /// Its object, up to the limit.
    pub object: Vec<u8>,
    /// Whether there is more of it.
    pub cut: bool,
}

impl CommitStream {
    /// Starts git on the ids of a share.
    pub fn start(plan: &Plan, share: usize) -> Result<Self> {
        let mut command = plan.git();
        command.args(["cat-file", "--batch", "--buffer"]);
        let (child, output) =
            GitChild::start("cat-file", command, Some(&plan.ids(share)), plan.words("cat-file", share))?;
        Ok(Self { child, output: BufReader::with_capacity(1 << 16, output), line: Vec::new() })
    }

    /// The next commit; nothing after the last.
    pub fn next(&mut self) -> Result<Option<RawCommit>> {
        self.line.clear();
        if self.output.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        let line = self.line.to_str_lossy();
        let mut words = line.split_whitespace();
        let (id, kind, size) = (words.next().unwrap_or(""), words.next(), words.next());
        match (kind, size.and_then(|size| size.parse().ok())) {
            (Some("commit"), Some(size)) => self.read(id.to_owned(), size).map(Some),
            (Some("missing"), _) => Err(unknown(id, "is not in this repository")),
            (Some(kind), Some(_)) => Err(unknown(id, &format!("is a {kind}, not a commit"))),
            _ => Err(self.child.failure()),
        }
    }

    /// Waits for git's end.
    pub fn finish(self) -> Result<()> {
        self.child.finish()
    }

    fn read(&mut self, id: String, size: u64) -> Result<RawCommit> {
        let kept = size.min(COMMIT_LIMIT);
        let mut object = Vec::with_capacity(usize::try_from(kept)?);
        (&mut self.output).take(kept).read_to_end(&mut object)?;
        // The rest of the object, and the LF behind it.
        io::copy(&mut (&mut self.output).take(size - kept + 1), &mut io::sink())?;
        Ok(RawCommit { id, object, cut: size > kept })
    }
}

fn unknown(id: &str, what: &str) -> anyhow::Error {
    Failure::data(
        format!("{id} {what}"),
        "Give ids of commits that are there, as `git rev-list` prints them.",
    )
}
