//! One share of the ids: commits from one git process, their changes from another, joined into records.

use std::io::Write;
use std::sync::atomic::Ordering;

use anyhow::Result;

use crate::arguments::MergeMode;
use crate::commit_folder::CommitFolder;
use crate::commit_object::CommitObject;
use crate::history::changes::ChangeStream;
use crate::history::commit_stream::{CommitStream, RawCommit};
use crate::history::outlets::Outlets;
use crate::history::plan::Plan;
use crate::history::turns::Turns;
use crate::patch::tap::{Copy, Tap};
use crate::record::commit::Head;
use crate::record::sink::Sink;
use crate::record::{Tail, skipped};

/// Writes the records of a share, in the order of its ids.
pub fn run(plan: &Plan, share: usize, turns: &Turns) -> Result<()> {
    let mut turn = turns.begin(share, Outlets::spool(plan, share)?)?;
    let mut commits = CommitStream::start(plan, share)?;
    let mut changes = ChangeStream::start(plan, share)?;
    let mut buffer = Vec::new();
    while let Some(raw) = commits.next()? {
        if plan.stopped.load(Ordering::Relaxed) {
            return Ok(());
        }
        if let Err(error) = write_record(plan, &raw, &mut changes, &mut turn.outlets, &mut buffer) {
            return Err(changes.reason_for(error));
        }
        plan.done.fetch_add(1, Ordering::Relaxed);
        turn.pace()?;
    }
    commits.finish()?;
    changes.finish()?;
    Ok(turn.end()?)
}

fn write_record(
    plan: &Plan,
    raw: &RawCommit,
    changes: &mut ChangeStream,
    outlets: &mut Outlets,
    buffer: &mut Vec<u8>,
) -> Result<()> {
    let commit = CommitObject::parse(&raw.object);
    let mut folder = match &plan.out {
        Some(out) => Some(CommitFolder::begin(out, &raw.id, &plan.contents)?),
        None => None,
    };
    let (mut copy, mut diff) = (None, None);
    if let Some(folder) = &mut folder {
        folder.write_message(&commit.message)?;
        (copy, diff) = (folder.record()?, folder.diff()?);
    }
    let mut sink = Sink::begin(&mut outlets.records, copy, buffer);
    sink.head(&Head::new(&raw.id, &commit, merge_mode(plan, &commit)))?;
    sink.open_files();
    let at_boundary = plan.boundary.binary_search_by(|id| id.as_slice().cmp(raw.id.as_bytes())).is_ok();
    let tap = Tap::copying(diff.map(|file| Copy::to(file, plan.diff_limit)), outlets.patches.take());
    let (mut tap, found) = if at_boundary {
        (tap, <_>::default())
    } else {
        changes.read(&raw.id, tap, &mut sink, folder.as_mut())?
    };
    outlets.patches = tap.pack.take();
    let whole = tap.finish();
    let cut = skipped(&[
        ("shallow boundary", at_boundary),
        ("message", raw.cut),
        ("files", found.files_cut),
        ("renames", found.renames_limited(plan.rename_limit)),
        ("full_diff.txt", whole.cut_copy.is_some()),
    ]);
    let copy = sink.close(&Tail { stats: found.stats, patch: &whole, skipped: cut })?;
    if let Some(folder) = folder {
        let sums = folder.finish(found.stats, copy, &whole)?;
        outlets.sums.as_mut().map_or(Ok(()), |outlet| outlet.write_all(sums.as_bytes()))?;
    }
    // Only now: whoever reads the end of this line may count on the folder.
    Ok(sink.release()?)
}

fn merge_mode(plan: &Plan, commit: &CommitObject) -> &'static str {
    if commit.parents.len() > 1 && plan.merges == MergeMode::FirstParent { "first-parent" } else { "none" }
}
