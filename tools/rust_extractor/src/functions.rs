//! Which functions the changed lines of a file lie in, told from its hunks alone.
//!
//! The line that git shows beside a hunk names the function above it, definitions inside the hunk name others, and a
//! function ends where its closing brace, its `end`, or a line that is not indented more than it shows that it did.
//! No file is read for it. How often that is right, against a parser, is measured by `bench/functions.py`.

mod c;
mod go;
mod java;
mod javascript;
mod line;
mod python;
mod ruby;
mod rust;
mod scan;
mod syntax;
mod touched;
mod tracker;

pub use touched::Touched;
use touched::TouchedList;
use tracker::Tracker;

use syntax::Syntax;

/// Lines longer than this are looked at no further: code that people write is shorter.
const LINE_LIMIT: usize = 1024;

/// Watches the lines of one file's hunks. Lines before and after the change are followed separately, because a
/// deleted line lies in the old function and an added one in the new.
#[derive(Debug, Default)]
pub struct Touches {
    watch: Option<Watch>,
}

#[derive(Debug)]
struct Watch {
    syntax: Syntax,
    old: Tracker,
    new: Tracker,
    touched: TouchedList,
}

impl Touches {
    /// Watches a file of a language, by the name that GitHub Linguist gives it; of an unknown one, nothing is found.
    #[must_use]
    pub fn of(language: Option<&str>) -> Self {
        let watch = |syntax: Syntax| Watch {
            syntax,
            old: Tracker::default(),
            new: Tracker::default(),
            touched: TouchedList::default(),
        };
        Self { watch: language.and_then(Syntax::of).map(watch) }
    }

    /// A hunk begins; `section` is what git shows behind its second `@@`.
    pub fn enter_hunk(&mut self, section: &[u8]) {
        if let Some(watch) = &mut self.watch {
            let line = watch.syntax.read(section);
            watch.old.enter(&line, &watch.syntax);
            watch.new.enter(&line, &watch.syntax);
        }
    }

    /// A line that did not change.
    pub fn context(&mut self, text: &[u8]) {
        if let Some(watch) = &mut self.watch {
            let line = watch.syntax.read(seen(text));
            watch.old.step(&line, &watch.syntax, &mut watch.touched);
            watch.new.step(&line, &watch.syntax, &mut watch.touched);
        }
    }

    /// A line that was deleted.
    pub fn deleted(&mut self, text: &[u8]) {
        if let Some(watch) = &mut self.watch {
            let line = watch.syntax.read(seen(text));
            watch.old.step(&line, &watch.syntax, &mut watch.touched);
            watch.old.credit(&line, &watch.syntax, &mut watch.touched, touched::Side::Deleted);
        }
    }

    /// A line that was added.
    pub fn added(&mut self, text: &[u8]) {
        if let Some(watch) = &mut self.watch {
            let line = watch.syntax.read(seen(text));
            watch.new.step(&line, &watch.syntax, &mut watch.touched);
            watch.new.credit(&line, &watch.syntax, &mut watch.touched, touched::Side::Added);
        }
    }

    /// The functions that were touched, in order of their first change, and whether the list was cut.
    #[must_use]
    pub fn finish(self) -> (Vec<Touched>, bool) {
        self.watch.map(|watch| watch.touched.finish()).unwrap_or_default()
    }
}

fn seen(text: &[u8]) -> &[u8] {
    &text[..text.len().min(LINE_LIMIT)]
}
