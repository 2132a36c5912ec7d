//! Blobs, where the patch is not enough: pure renames and changes of mode do not say whether content is binary, and
//! in some languages the functions around a hunk stand elsewhere in the file.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout};

use anyhow::{Result, bail};
use bstr::ByteSlice;

use crate::git::child::GitChild;
use crate::history::plan::Plan;
use crate::patch::old_file::KNOWN;

/// Git takes content for binary if there is a NUL in so many bytes at its beginning.
const LOOKED_AT: u64 = 8000;
/// Git takes larger content for binary without a look (`core.bigFileThreshold`).
const LARGE: u64 = 512 << 20;

/// Answers one question after the other; git is started with the first.
#[derive(Default)]
pub struct Blobs {
    asked: Option<Asked>,
}

struct Asked {
    _child: GitChild,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Blobs {
    /// Whether git takes the content of a blob for binary.
    pub fn is_binary(&mut self, plan: &Plan, share: usize, id: &str) -> Result<bool> {
        let (size, beginning) = self.asked(plan, share)?.read(id, LOOKED_AT)?;
        Ok(size > LARGE || beginning.contains(&0))
    }

    /// The content of a blob, up to `KNOWN` bytes.
    pub fn source(&mut self, plan: &Plan, share: usize, id: &str) -> Result<Vec<u8>> {
        Ok(self.asked(plan, share)?.read(id, KNOWN as u64)?.1)
    }

    fn asked(&mut self, plan: &Plan, share: usize) -> Result<&mut Asked> {
        match &mut self.asked {
            Some(asked) => Ok(asked),
            none => Ok(none.insert(Asked::start(plan, share)?)),
        }
    }
}

impl Asked {
    fn start(plan: &Plan, share: usize) -> Result<Self> {
        let mut command = plan.git();
        command.args(["cat-file", "--batch"]);
        let (child, output) = GitChild::start_asking("cat-file", command, plan.words("blobs", share))?;
        let input = child.input()?;
        Ok(Self { _child: child, input, output: BufReader::with_capacity(1 << 16, output) })
    }

    /// The size of a blob, and its beginning.
    fn read(&mut self, id: &str, limit: u64) -> Result<(u64, Vec<u8>)> {
        self.input.write_all(format!("{id}\n").as_bytes())?;
        let mut line = Vec::new();
        self.output.read_until(b'\n', &mut line)?;
        let size =
            line.to_str_lossy().rsplit(' ').next().and_then(|size| size.trim_end().parse::<u64>().ok());
        let Some(size) = size else { bail!("blob {id} is missing: fetch it first") };
        let kept = size.min(limit);
        let mut beginning = Vec::with_capacity(usize::try_from(kept)?);
        (&mut self.output).take(kept).read_to_end(&mut beginning)?;
        io::copy(&mut (&mut self.output).take(size - kept + 1), &mut io::sink())?;
        Ok((size, beginning))
    }
}
