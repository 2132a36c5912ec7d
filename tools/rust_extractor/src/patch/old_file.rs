//! The file as it was before a change: as git has it, or what is left of the file after the change when that is undone.

use std::rc::Rc;

use anyhow::Result;
use memchr::memchr;

use crate::patch::hunk::Hunk;
use crate::patch::lines::VISIBLE;

/// How much of a file is known, in bytes; source files are shorter.
pub const KNOWN: usize = 2 << 20;

/// Where a file as git has it comes from: its beginning, up to `KNOWN`, or nothing if it cannot be had.
pub type Fetch<'a> = &'a mut dyn FnMut() -> Result<Option<Vec<u8>>>;

/// A file before a change, while the hunks of the change are read in their order. The same is known of it from either
/// source.
pub struct OldFile<'a> {
    fetch: Fetch<'a>,
    fetched: Option<Vec<u8>>,
    undone: Option<Undone>,
}

impl<'a> OldFile<'a> {
    /// The file before a change; `newer` is the file after it, if that is known as a whole.
    pub fn new(fetch: Fetch<'a>, newer: Option<Rc<Vec<u8>>>) -> Self {
        Self { fetch, fetched: None, undone: newer.map(Undone::new) }
    }

    /// A hunk begins.
    pub fn enter_hunk(&mut self, hunk: &Hunk) {
        // A hunk that adds nothing is shown behind the line that it follows.
        let before = if hunk.new_lines == 0 { hunk.new_start } else { hunk.new_start.saturating_sub(1) };
        self.undo(|undone| undone.keep_up_to(before));
    }

    /// A line that did not change, without its LF.
    pub fn context(&mut self, text: &[u8]) {
        self.undo(|undone| undone.keep(text));
    }

    /// A line that was deleted, without its LF.
    pub fn deleted(&mut self, text: &[u8]) {
        self.undo(|undone| undone.bring_back(text));
    }

    /// A line that was added, without its LF.
    pub fn added(&mut self, text: &[u8]) {
        self.undo(|undone| undone.take_out(text));
    }

    /// The line that was deleted last had no LF.
    pub fn deleted_without_end(&mut self) {
        self.undo(|undone| undone.older.pop().is_some());
    }

    /// Whole lines of the file: up to the hunk that was entered last, at least, unless that lies behind what can be
    /// known. Nothing where the file cannot be had.
    pub fn content(&mut self) -> Result<Option<&[u8]>> {
        if self.undone.is_none() && self.fetched.is_none() {
            self.fetched = (self.fetch)()?;
        }
        let content = self.undone.as_ref().map(|undone| &undone.older).or(self.fetched.as_ref());
        Ok(content.map(|content| known(content)))
    }

    /// The whole file, after the last hunk, if it is known.
    pub fn finish(self) -> Option<Vec<u8>> {
        let content = self.undone.map(Undone::finish).or(self.fetched)?;
        (content.len() < KNOWN).then_some(content)
    }

    /// What cannot be undone, such as a line that is not seen as a whole, is asked of git.
    fn undo(&mut self, step: impl FnOnce(&mut Undone) -> bool) {
        if self.undone.as_mut().is_some_and(|undone| !step(undone)) {
            self.undone = None;
        }
    }
}

fn known(content: &[u8]) -> &[u8] {
    if content.len() < KNOWN {
        return content;
    }
    &content[..memchr::memrchr(b'\n', &content[..KNOWN]).map_or(0, |at| at + 1)]
}

/// A change that is being undone; each step says whether it fits.
struct Undone {
    newer: Rc<Vec<u8>>,
    /// Where the next line of it begins.
    place: usize,
    /// How many lines of it were passed.
    line: u64,
    older: Vec<u8>,
}

impl Undone {
    fn new(newer: Rc<Vec<u8>>) -> Self {
        let older = Vec::with_capacity(newer.len());
        Self { newer, place: 0, line: 0, older }
    }

    fn keep_up_to(&mut self, line: u64) -> bool {
        let from = self.place;
        while self.line < line {
            if self.next().is_none() {
                return false;
            }
        }
        self.older.extend_from_slice(&self.newer[from..self.place]);
        true
    }

    fn keep(&mut self, text: &[u8]) -> bool {
        let from = self.place;
        let fits = self.take_out(text);
        self.older.extend_from_slice(&self.newer[from..self.place]);
        fits
    }

    fn take_out(&mut self, text: &[u8]) -> bool {
        self.next().is_some_and(|line| line.strip_suffix(b"\n").unwrap_or(line) == text)
    }

    fn bring_back(&mut self, text: &[u8]) -> bool {
        self.older.extend_from_slice(text);
        self.older.push(b'\n');
        // Its mark was seen, too.
        text.len() + 1 < VISIBLE
    }

    /// The next line of the newer file, with its LF if it has one.
    fn next(&mut self) -> Option<&[u8]> {
        let rest = self.newer.get(self.place..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        self.place += length;
        self.line += 1;
        Some(&rest[..length])
    }

    fn finish(mut self) -> Vec<u8> {
        self.older.extend_from_slice(&self.newer[self.place..]);
        self.older
    }
}
