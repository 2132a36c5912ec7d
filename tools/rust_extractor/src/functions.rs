//! Which functions the changed lines of a file lie in, told from its hunks alone.
//!
//! The line that git shows beside a hunk names the function above it, definitions inside the hunk name others, and a
//! function ends where its closing brace, its `end`, or a line that is not indented more than it shows that it did.
//! Where methods are indented, git's line is that of their class; then the old file is read up to the hunk. How often that is right, against a parser, is measured by `bench/functions.py`.

mod c;
mod go;
mod java;
mod javascript;
mod line;
mod outline;
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

use line::Kind;
use outline::Outline;
use syntax::{Around, Syntax};

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
    outline: Outline,
    /// Whether the old file is followed.
    outlined: bool,
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
            outline: Outline::default(),
            outlined: false,
        };
        Self { watch: language.and_then(Syntax::of).map(watch) }
    }

    /// Whether the functions around a hunk can only be told from the file as it was before. Not so if the hunk begins
    /// where the file does, or with a line that is not indented; but always after a hunk for which it was so.
    pub fn want_old_file(&mut self, section: &[u8], old_start: u64, first_line: &[u8]) -> bool {
        let Some(watch) = &mut self.watch else { return false };
        let first = watch.syntax.read(seen(first_line.get(1..).unwrap_or_default()));
        let outside = first.indent == 0 && !matches!(first.kind, Kind::Blank | Kind::Neutral | Kind::Close);
        let shown = watch.syntax.read(section).kind;
        let told = match watch.syntax.around {
            // Git takes a label for a definition, and so hides the function that it is in.
            Around::Section => shown != Kind::Neutral,
            Around::SectionOrFile => matches!(shown, Kind::Definition(..)),
            Around::File => false,
        };
        watch.outlined |= old_start > 1 && !outside && !told;
        watch.outlined
    }

    /// A hunk begins at a line of the old file; `section` is what git shows behind its second `@@`, `old_file` the file
    /// up to there at least, if it is wanted and can be had.
    pub fn enter_hunk(&mut self, section: &[u8], old_start: u64, old_file: Option<&[u8]>) {
        if let Some(watch) = &mut self.watch {
            let around = old_file.and_then(|content| watch.outline.before(old_start, content, &watch.syntax));
            if let Some(around) = around {
                watch.old = around.clone();
                watch.new = around;
                return;
            }
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
