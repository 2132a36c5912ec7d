//! The records that are written, field by field as `schemas/commit.schema.json` has them.

pub mod commit;
pub mod file;
pub mod sink;

use serde::Serialize;

use crate::patch::tap::Whole;

/// Lines and files of a whole patch, also where the record is cut.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// How many files changed.
    pub files: u64,
    /// Lines that were added in all of them.
    pub added: u64,
    /// Lines that were deleted.
    pub deleted: u64,
}

/// What stands at the end of a record, since it is known only when the patch has been read.
#[derive(Debug, Serialize)]
pub struct Tail<'a> {
    /// The sums.
    pub stats: Stats,
    /// Size and hash of git's own text.
    pub patch: &'a Whole,
    /// The names of the caps that cut this record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// The names of caps as one text; none if there are none.
#[must_use]
pub fn skipped(caps: &[(&str, bool)]) -> Option<String> {
    let names: Vec<&str> = caps.iter().filter(|(_, cut)| *cut).map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}
