//! How far the work is, for whoever draws a bar.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::Scope;
use std::time::Duration;

use crate::history::plan::Plan;

/// Writes `<done> <total>` to stderr five times a second, and a last time when the guard it gives is dropped.
pub fn report<'scope>(scope: &'scope Scope<'scope, '_>, plan: &'scope Plan) -> Sender<()> {
    let (guard, ended) = channel();
    scope.spawn(move || {
        loop {
            let last = ended.recv_timeout(Duration::from_millis(200)) != Err(RecvTimeoutError::Timeout);
            eprintln!("{} {}", plan.done.load(Ordering::Relaxed), plan.total);
            if last {
                return;
            }
        }
    });
    guard
}
