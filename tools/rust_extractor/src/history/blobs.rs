//! Whether a blob is binary, for the files whose patch has no content: pure renames and changes of mode.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout};

use anyhow::{Result, bail};
use bstr::ByteSlice;

use crate::git::child::GitChild;
use crate::history::plan::Plan;

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
    pub fn is_binary(&mut self, plan: &Plan, shard: usize, id: &str) -> Result<bool> {
        let asked = match &mut self.asked {
            Some(asked) => asked,
            None => self.asked.insert(Asked::start(plan, shard)?),
        };
        asked.is_binary(id)
    }
}

impl Asked {
    fn start(plan: &Plan, shard: usize) -> Result<Self> {
        let mut command = plan.git();
        command.args(["cat-file", "--batch"]);
        let (mut child, output) = GitChild::start_asking("cat-file", command, plan.words("blobs", shard))?;
        let input = child.input()?;
        Ok(Self { _child: child, input, output: BufReader::new(output) })
    }

    fn is_binary(&mut self, id: &str) -> Result<bool> {
        writeln!(self.input, "{id}")?;
        let mut line = Vec::new();
        self.output.read_until(b'\n', &mut line)?;
        let size =
            line.to_str_lossy().rsplit(' ').next().and_then(|size| size.trim_end().parse::<u64>().ok());
        let Some(size) = size else { bail!("blob {id} is missing: fetch it first") };
        let mut beginning = Vec::new();
        (&mut self.output).take(size.min(LOOKED_AT)).read_to_end(&mut beginning)?;
        let rest = size - beginning.len() as u64 + 1;
        io::copy(&mut (&mut self.output).take(rest), &mut io::sink())?;
        Ok(size > LARGE || beginning.contains(&0))
    }
}
