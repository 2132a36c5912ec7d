//! The list of functions that a file's changes touch.

use std::collections::HashMap;

use bstr::ByteSlice;

/// How many functions of one file are listed.
pub const FUNCTION_LIMIT: usize = 10_000;

/// A function, and how many of its lines changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Touched {
    /// Its name, without its class or its signature.
    pub name: String,
    /// Lines of it that were added.
    pub added: u64,
    /// Lines of it that were deleted.
    pub deleted: u64,
}

/// Which side of a change a line stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It was added.
    Added,
    /// It was deleted.
    Deleted,
}

/// Functions in order of their first change.
#[derive(Debug, Default)]
pub struct TouchedList {
    list: Vec<Touched>,
    places: HashMap<Vec<u8>, usize>,
    cut: bool,
}

impl TouchedList {
    /// Counts changed lines of a function.
    pub fn add(&mut self, name: &[u8], side: Side, lines: u64) {
        if let Some(touched) = self.entry(name) {
            *count(touched, side) += lines;
        }
    }

    /// Takes lines back that turned out not to belong to a function.
    pub fn take_back(&mut self, name: &[u8], side: Side, lines: u64) {
        if let Some(place) = self.places.get(name) {
            *count(&mut self.list[*place], side) -= lines;
        }
    }

    /// The functions with changed lines, and whether there were too many of them to list.
    pub fn finish(mut self) -> (Vec<Touched>, bool) {
        self.list.retain(|touched| touched.added + touched.deleted > 0);
        (self.list, self.cut)
    }

    fn entry(&mut self, name: &[u8]) -> Option<&mut Touched> {
        if let Some(place) = self.places.get(name) {
            return self.list.get_mut(*place);
        }
        if self.list.len() == FUNCTION_LIMIT {
            self.cut = true;
            return None;
        }
        self.places.insert(name.to_vec(), self.list.len());
        self.list.push(Touched { name: name.to_str_lossy().into_owned(), added: 0, deleted: 0 });
        self.list.last_mut()
    }
}

fn count(touched: &mut Touched, side: Side) -> &mut u64 {
    match side {
        Side::Added => &mut touched.added,
        Side::Deleted => &mut touched.deleted,
    }
}
