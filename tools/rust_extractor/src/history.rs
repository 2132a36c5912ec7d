//! `rust_extractor history`: the commits of a repository in, one record a line out.

mod blobs;
mod changes;
mod commit_stream;
mod ids;
mod plan;
mod progress;
mod shard;

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
        let later: Vec<_> = (1..plan.shards).map(|shard| scope.spawn(move || spool(shard, plan))).collect();
        let mut output = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let mut result = shard::run(plan, 0, &mut output);
        for (handle, shard) in later.into_iter().zip(1..) {
            plan.stopped.fetch_or(result.is_err(), Ordering::Relaxed);
            let ended =
                handle.join().unwrap_or_else(|_| Err(anyhow!("the thread of shard {shard} panicked")));
            result = result.and(ended).and_then(|()| append(plan, shard, &mut output));
        }
        result.and_then(|()| Ok(output.flush()?))
    })
}

/// The records of a later shard wait in a file, since those of the shards before it come first.
fn spool(shard: usize, plan: &Plan) -> Result<()> {
    let path = plan.spool(shard);
    let file = File::create_new(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut output = BufWriter::with_capacity(1 << 16, file);
    let result = shard::run(plan, shard, &mut output).and_then(|()| Ok(output.flush()?));
    plan.stopped.fetch_or(result.is_err(), Ordering::Relaxed);
    result
}

fn append(plan: &Plan, shard: usize, output: &mut impl Write) -> Result<()> {
    let path = plan.spool(shard);
    io::copy(&mut File::open(&path)?, output)?;
    Ok(std::fs::remove_file(path)?)
}
