//! The hunks of one file: where they lie, how many lines they add and delete, which functions they touch.

use std::io::Read;

use anyhow::Result;

use crate::failure::Failure;
use crate::functions::Touches;
use crate::patch::hunk::{self, Hunk};
use crate::patch::lines::Lines;
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
    /// Reads hunks as long as the next line opens one, and adds them to what is there. `old_file` gives the file as it
    /// was before, if it can be had; it is called once at most.
    pub fn read<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
        touches: &mut Touches,
        old_file: &mut dyn FnMut() -> Result<Option<Vec<u8>>>,
    ) -> Result<()> {
        while lines.peek()?.is_some_and(|line| line.starts_with(b"@@ -")) {
            let line = lines.read()?.unwrap_or_default();
            let Some((mut hunk, section)) = hunk::parse(line) else {
                return Err(broken(lines, "is no hunk header"));
            };
            let section = section.to_vec();
            if touches.want_old_file(&section, hunk.old_start, lines.peek()?.unwrap_or_default()) {
                if let Some(content) = old_file()? {
                    touches.take_old_file(content);
                }
            }
            touches.enter_hunk(&section, hunk.old_start);
            self.read_body(lines, &mut hunk, touches)?;
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
    ) -> Result<()> {
        let (mut old, mut new) = (hunk.old_lines, hunk.new_lines);
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
                }
                b'-' if old > 0 => {
                    (old, hunk.deleted) = (old - 1, hunk.deleted + 1);
                    self.lone_line.deleted(text);
                    touches.deleted(text);
                }
                b'+' if new > 0 => {
                    (new, hunk.added) = (new - 1, hunk.added + 1);
                    self.lone_line.added(text);
                    touches.added(text);
                }
                b'\\' => self.lone_line.without_end(),
                _ => return Err(broken(lines, "does not fit into the hunk it is in")),
            }
        }
        if lines.peek()?.is_some_and(|line| line.starts_with(b"\\")) {
            lines.read()?;
            self.lone_line.without_end();
        }
        Ok(())
    }
}

fn broken<R: Read>(lines: &Lines<R>, what: &str) -> anyhow::Error {
    Failure::data(
        format!("line {} of the patch {what}", lines.number()),
        "Give a whole patch, as `git diff` or `git diff-tree -p` writes it.",
    )
}
