//! `rust_extractor history`: the commits of a repository in, one record a line out.

mod blobs;
mod changes;
mod commit_stream;
mod file_versions;
mod folder_names;
mod ids;
mod outlets;
mod plan;
mod progress;
mod share;
mod turns;

use std::sync::atomic::Ordering;
use std::thread;

use anyhow::{Result, anyhow};

use crate::arguments::History;
use crate::interruption;
use outlets::Outlets;
use plan::Plan;
use turns::Turns;

/// Writes the records to stdout, and the folders of the commits if they are asked for.
pub fn run(task: &History) -> Result<()> {
    interruption::watch()?;
    let plan = &Plan::make(task)?;
    let turns = &Turns::at(Outlets::asked_for(task)?);
    thread::scope(|scope| {
        let _progress = task.progress.then(|| progress::report(scope, plan));
        let others: Vec<_> = (1..plan.shards).map(|_| scope.spawn(|| work(plan, turns))).collect();
        let mut result = work(plan, turns);
        for handle in others {
            result = result
                .and(handle.join().unwrap_or_else(|_| Err(anyhow!("a thread of the extractor panicked"))));
        }
        result
    })
}

/// Does shares until none is left; a failure of one makes all stop.
fn work(plan: &Plan, turns: &Turns) -> Result<()> {
    while let Some(share) = plan.next_share() {
        let result = share::run(plan, share, turns);
        plan.stopped.fetch_or(result.is_err(), Ordering::Relaxed);
        result?;
    }
    Ok(())
}
