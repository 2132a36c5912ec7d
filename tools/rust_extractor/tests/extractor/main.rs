//! The extractor through its binary, on repositories that git itself makes.
//!
//! The letters in the names of the groups are those of the list of traps that each has to survive: odd bytes, shapes
//! of change, odd histories, hostile repositories, sheer size.

mod calls;
mod changes;
mod clashes;
mod folders;
mod framing;
mod functions;
mod histories;
mod hostile;
mod real;
mod rig;
mod schema;
mod signals;
mod size;
mod streams;
mod undone;
