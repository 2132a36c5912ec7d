//! `rust_extractor history`: the commits of a repository in, one record a line out.

mod blobs;
mod changes;
mod commit_stream;
mod ids;
mod plan;
mod progress;
mod share;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::Ordering;
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::arguments::History;
use plan::Plan;

/// Writes the records to stdout, and the folders of the commits if they are asked for.
pub fn run(task: &History) -> Result<()> {
    let plan = &Plan::make(task)?;
    thread::scope(|scope| {
        let _progress = task.progress.then(|| progress::report(scope, plan));
        let others: Vec<_> = (1..plan.shards).map(|_| scope.spawn(|| work(plan, &mut || Ok(())))).collect();
        let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut written = 1;
        let mut result = stopping(plan, share::run(plan, 0, &mut output));
        result = result.and_then(|()| work(plan, &mut || append_finished(plan, &mut written, &mut output)));
        for handle in others {
            result = result
                .and(handle.join().unwrap_or_else(|_| Err(anyhow!("a thread of the extractor panicked"))));
        }
        result?;
        append_finished(plan, &mut written, &mut output)?;
        Ok(output.flush()?)
    })
}

/// Does shares until none is left; the first is done by whoever writes to stdout.
fn work(plan: &Plan, after_each: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    while let Some(share) = plan.next_share() {
        stopping(plan, spool(plan, share).and_then(|()| after_each()))?;
    }
    Ok(())
}

/// A failure of one makes all stop.
fn stopping(plan: &Plan, result: Result<()>) -> Result<()> {
    plan.stopped.fetch_or(result.is_err(), Ordering::Relaxed);
    result
}

/// The records of a later share wait in a file, since those of the shares before it come first.
fn spool(plan: &Plan, share: usize) -> Result<()> {
    let path = plan.spool(share);
    let file = File::create_new(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut output = BufWriter::with_capacity(1 << 16, file);
    share::run(plan, share, &mut output)?;
    output.flush()?;
    // Who is stopped ends early, and its records are not all there.
    plan.finished[share].store(!plan.stopped.load(Ordering::Relaxed), Ordering::Release);
    Ok(())
}

/// Writes what is finished and next in order.
fn append_finished(plan: &Plan, written: &mut usize, output: &mut impl Write) -> Result<()> {
    while plan.finished.get(*written).is_some_and(|finished| finished.load(Ordering::Acquire)) {
        let path = plan.spool(*written);
        io::copy(&mut File::open(&path)?, output)?;
        std::fs::remove_file(path)?;
        *written += 1;
    }
    Ok(())
}
