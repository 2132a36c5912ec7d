//! The hunks of one file: where they lie, how many lines they add and delete, which functions they touch.

use std::io::Read;

use anyhow::Result;

use crate::failure::Failure;
use crate::functions::Touches;
use crate::patch::hunk::{self, Hunk};
use crate::patch::lines::Lines;
use crate::patch::old_file::OldFile;
use crate::patch::type_change::LoneLine;

/// How many hunks of one file are listed; the lines of all are counted.
pub const HUNK_LIMIT: usize = 10_000;

/// What was read between one file's header and the next.
#[derive(Debug, Default)]
pub struct FilePatch {
    /// The first hunks, up to the limit.
    pub hunks: Vec<Hunk>,
    /// Whether there were more.
    pub cut: bool,
    /// Lines that were added, in all hunks.
    pub added: u64,
    /// Lines that were deleted, in all hunks.
    pub deleted: u64,
    /// For a changed type: a line that both sides may have.
    pub lone_line: LoneLine,
}

impl FilePatch {
    /// Reads hunks as long as the next line opens one, and adds them to what is there.
    pub fn read<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
        touches: &mut Touches,
        old_file: &mut OldFile,
    ) -> Result<()> {
        while lines.peek()?.is_some_and(|line| line.starts_with(b"@@ -")) {
            let line = lines.read()?.unwrap_or_default();
            let Some((mut hunk, section)) = hunk::parse(line) else {
                return Err(broken(lines, "is no hunk header"));
            };
            let section = section.to_vec();
            old_file.enter_hunk(&hunk);
            let wanted = touches.want_old_file(&section, hunk.old_start, lines.peek()?.unwrap_or_default());
            let around = if wanted { old_file.content()? } else { None };
            touches.enter_hunk(&section, hunk.old_start, around);
            self.read_body(lines, &mut hunk, touches, old_file)?;
            self.added += hunk.added;
            self.deleted += hunk.deleted;
            if self.hunks.len() < HUNK_LIMIT {
                self.hunks.push(hunk);
            } else {
                self.cut = true;
            }
        }
        Ok(())
    }

    /// The counts of the header say where the hunk ends; what its lines look like does not matter.
    fn read_body<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
        hunk: &mut Hunk,
        touches: &mut Touches,
        old_file: &mut OldFile,
    ) -> Result<()> {
        let (mut old, mut new) = (hunk.old_lines, hunk.new_lines);
        let mut last = b' ';
        while old > 0 || new > 0 {
            let Some(line) = lines.read()? else {
                return Err(broken(lines, "is the last, in the middle of a hunk"));
            };
            // Some mailers cut the space off an empty line of context.
            let (mark, text) = line.split_first().map_or((b' ', line), |(mark, text)| (*mark, text));
            match mark {
                b' ' if old > 0 && new > 0 => {
                    (old, new) = (old - 1, new - 1);
                    touches.context(text);
                    old_file.context(text);
                }
                b'-' if old > 0 => {
                    (old, hunk.deleted) = (old - 1, hunk.deleted + 1);
                    self.lone_line.deleted(text);
                    touches.deleted(text);
                    old_file.deleted(text);
                }
                b'+' if new > 0 => {
                    (new, hunk.added) = (new - 1, hunk.added + 1);
                    self.lone_line.added(text);
                    touches.added(text);
                    old_file.added(text);
                }
                b'\\' => self.without_end(last, old_file),
                _ => return Err(broken(lines, "does not fit into the hunk it is in")),
            }
            last = mark;
        }
        if lines.peek()?.is_some_and(|line| line.starts_with(b"\\")) {
            lines.read()?;
            self.without_end(last, old_file);
        }
        Ok(())
    }

    /// The line before had no LF; of one that did not change, neither file has.
    fn without_end(&mut self, mark: u8, old_file: &mut OldFile) {
        self.lone_line.without_end();
        if mark == b'-' {
            old_file.deleted_without_end();
        }
    }
}

fn broken<R: Read>(lines: &Lines<R>, what: &str) -> anyhow::Error {
    Failure::data(
        format!("line {} of the patch {what}", lines.number()),
        "Give a whole patch, as `git diff` or `git diff-tree -p` writes it.",
    )
}
