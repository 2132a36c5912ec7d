//! The functions around each line of a whole file, for languages in which a hunk alone does not tell them.

use crate::functions::seen;
use crate::functions::syntax::Syntax;
use crate::functions::touched::TouchedList;
use crate::functions::tracker::Tracker;

/// A file as it was before the change, followed up to some line.
#[derive(Debug)]
pub struct Outline {
    content: Vec<u8>,
    /// Where the next line begins.
    place: usize,
    /// How many lines were followed.
    line: u64,
    tracker: Tracker,
}

impl Outline {
    /// An outline of which nothing was followed yet.
    pub fn new(content: Vec<u8>) -> Self {
        Self { content, place: 0, line: 0, tracker: Tracker::default() }
    }

    /// What is open in front of a line, counted from 1; lines have to be asked for in their order.
    pub fn before(&mut self, line: u64, syntax: &Syntax) -> Tracker {
        while self.line + 1 < line && self.place < self.content.len() {
            let rest = &self.content[self.place..];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.tracker.step(&syntax.read(seen(&rest[..length])), syntax, &mut TouchedList::default());
            self.place += length + 1;
            self.line += 1;
        }
        self.tracker.clone()
    }
}
