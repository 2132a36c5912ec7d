//! Git's patch format, read as a stream: a line is at most glanced at, never kept.

pub mod file_patch;
pub mod header;
pub mod hunk;
pub mod lines;
pub mod old_file;
pub mod quoted;
pub mod raw_entry;
pub mod tap;
pub mod type_change;
