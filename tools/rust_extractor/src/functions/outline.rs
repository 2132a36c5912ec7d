//! The functions around each line of a whole file, for languages in which a hunk alone does not tell them.

use crate::functions::seen;
use crate::functions::syntax::Syntax;
use crate::functions::touched::TouchedList;
use crate::functions::tracker::Tracker;

/// A file as it was before the change, followed up to some line.
#[derive(Debug, Default)]
pub struct Outline {
    /// Where the next line begins.
    place: usize,
    /// How many lines were followed.
    line: u64,
    tracker: Tracker,
}

impl Outline {
    /// What is open in front of a line, counted from 1; lines have to be asked for in their order. `content` is the file
    /// from its beginning, of which more may be known each time; nothing if the line lies behind it.
    pub fn before(&mut self, line: u64, content: &[u8], syntax: &Syntax) -> Option<Tracker> {
        while self.line + 1 < line {
            let rest = content.get(self.place..).filter(|rest| !rest.is_empty())?;
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.tracker.step(&syntax.read(seen(&rest[..length])), syntax, &mut TouchedList::default());
            self.place += length + 1;
            self.line += 1;
        }
        Some(self.tracker.clone())
    }
}
