//! Reads git history and patches, and writes one record per commit as JSON lines.
//!
//! The fields of a record are settled in `schemas/commit.schema.json`; this crate writes exactly those.

pub mod arguments;
pub mod commit_folder;
pub mod commit_object;
pub mod diff;
pub mod failure;
pub mod functions;
pub mod git;
pub mod hashed_file;
pub mod history;
pub mod interruption;
pub mod language;
pub mod patch;
pub mod person;
pub mod record;
pub mod text;
pub mod trailers;
pub mod visible;

use arguments::{Arguments, Task};

/// Does what the arguments ask; whoever calls it decides how the program ends.
pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.task {
        Task::History(task) => history::run(&task),
        Task::Diff => diff::run(std::io::stdin().lock(), std::io::stdout().lock()),
    }
}
