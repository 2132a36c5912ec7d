//! A git process whose output is read as a stream.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use bstr::ByteSlice;

use crate::failure::Failure;
use crate::interruption::{self, lock, wait};

/// How much of git's output may wait for us, in bytes: what Linux allows every user.
#[cfg(target_os = "linux")]
const PIPE_SIZE: usize = 1 << 20;

/// A running git that reads a file and writes to us; it is ended when the value is dropped.
///
/// Its words go to a file, so that no second stream has to be drained while the first is read.
#[derive(Debug)]
pub struct GitChild {
    child: Arc<Mutex<Child>>,
    name: &'static str,
    words: PathBuf,
}

impl GitChild {
    /// Starts git with the file at `input` as its stdin, and gives the stream of its stdout too.
    pub fn start(
        name: &'static str,
        command: Command,
        input: Option<&Path>,
        words: PathBuf,
    ) -> Result<(Self, ChildStdout)> {
        let stdin = input.map_or(Ok(Stdio::null()), |path| File::open(path).map(Stdio::from))?;
        Self::start_with(name, command, stdin, words)
    }

    /// Starts git to be asked through `input`, one question after the other.
    pub fn start_asking(name: &'static str, command: Command, words: PathBuf) -> Result<(Self, ChildStdout)> {
        Self::start_with(name, command, Stdio::piped(), words)
    }

    fn start_with(
        name: &'static str,
        mut command: Command,
        stdin: Stdio,
        words: PathBuf,
    ) -> Result<(Self, ChildStdout)> {
        let stderr = File::create(&words).with_context(|| format!("cannot write {}", words.display()))?;
        let spawned = interruption::spawn(command.stdin(stdin).stdout(Stdio::piped()).stderr(stderr));
        let child = spawned.map_err(|error| {
            Failure::other(format!("cannot start git: {error}"), "Install git 2.32 or newer, on the PATH.")
        })?;
        let stdout = lock(&child).stdout.take().context("git has no stdout")?;
        widen(&stdout);
        Ok((Self { child, name, words }, stdout))
    }

    /// The stream on which git is asked; there is one only, and only if it was started for it.
    pub fn input(&self) -> Result<ChildStdin> {
        lock(&self.child).stdin.take().context("git has no stdin")
    }

    /// Waits for the end, and turns git's own failure into ours.
    pub fn finish(self) -> Result<()> {
        let status = wait(&self.child)?;
        if status.success() { Ok(()) } else { Err(self.failure()) }
    }

    /// When git failed with words of its own, those are the reason for an error of ours; its stream must be closed.
    #[must_use]
    pub fn reason_for(self, error: anyhow::Error) -> anyhow::Error {
        let failed = wait(&self.child).is_ok_and(|status| !status.success());
        let said = fs::metadata(&self.words).is_ok_and(|words| words.len() > 0);
        if failed && said { self.failure() } else { error }
    }

    /// What git said, as a failure; for when its stream ended before its time.
    #[must_use]
    pub fn failure(&self) -> anyhow::Error {
        // A git that still runs has said nothing yet that matters.
        let _ = wait(&self.child);
        let words = fs::read(&self.words).unwrap_or_default();
        let last =
            words.lines().rev().find(|line| !line.trim_ascii().is_empty()).unwrap_or(b"no reason given");
        Failure::data(
            format!("git {} stopped: {}", self.name, last.to_str_lossy()),
            "If objects are missing (a partial or damaged clone), fetch them first, and run again.",
        )
    }
}

/// Lets git go on writing while we do something else, such as asking another git. A system that has no room for it, or
/// no such call, leaves the pipe as it is.
#[cfg(target_os = "linux")]
fn widen(pipe: &ChildStdout) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_SIZE);
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &ChildStdout) {}

impl Drop for GitChild {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = lock(&self.child).kill();
        let _ = wait(&self.child);
    }
}
