//! Git as a reader of somebody else's objects, from a place where nothing of theirs is obeyed.

pub mod child;
pub mod command;
pub mod object_id;
pub mod repository;
pub mod scratch;
