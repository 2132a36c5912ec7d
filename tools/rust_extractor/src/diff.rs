//! `rust_extractor diff`: one patch in, the record of its files out.

use std::io::{Read, Write};

use anyhow::Result;

use crate::failure::Failure;
use crate::functions::Touches;
use crate::language;
use crate::patch::file_patch::FilePatch;
use crate::patch::header::Header;
use crate::patch::lines::Lines;
use crate::patch::old_file::OldFile;
use crate::patch::tap::Tap;
use crate::record::file::{FileRecord, path};
use crate::record::sink::Sink;
use crate::record::{Stats, Tail};

/// Reads a patch in git's format, and writes one JSON object: `files`, `stats` and `patch` as in the record of a commit
/// (`schemas/commit.schema.json`), where `modes` and `blobs` of a file are there only if the patch tells them in full.
/// Lines around the patches of files, such as those of a mail or of `git show`, are passed over.
pub fn run(input: impl Read, mut output: impl Write) -> Result<()> {
    let mut lines = Lines::new(input);
    lines.open_tap(Tap::default())?;
    let mut buffer = Vec::new();
    let mut sink = Sink::begin(&mut output, None, &mut buffer);
    sink.open_files();
    let stats = write_files(&mut lines, &mut sink)?;
    let empty = lines.number() == 0;
    if stats.files == 0 && !empty {
        return Err(Failure::data(
            "there is no patch in git's format on stdin: no line begins with `diff --git`",
            "Give the output of `git diff`, `git show` or `git format-patch`.",
        ));
    }
    let whole = lines.close_tap()?.unwrap_or_default().finish();
    sink.close(&Tail { stats, patch: &whole, skipped: None })?;
    sink.release()?;
    Ok(output.flush()?)
}

fn write_files<R: Read>(lines: &mut Lines<R>, sink: &mut Sink) -> Result<Stats> {
    let mut stats = Stats::default();
    while let Some(line) = lines.peek()? {
        if line.starts_with(b"diff --cc ") || line.starts_with(b"diff --combined ") {
            return Err(Failure::data(
                format!(
                    "line {} begins a combined diff, which has no single state before",
                    lines.number() + 1
                ),
                "Compare the merge with one parent: `git show --diff-merges=first-parent`.",
            ));
        }
        if !line.starts_with(b"diff --git ") {
            lines.read()?;
            continue;
        }
        let header = Header::read(lines)?;
        let mut touches = Touches::of(language::of_path(path(&header)));
        let mut patch = FilePatch::default();
        patch.read(lines, &mut touches, &mut OldFile::new(&mut || Ok(None), None))?;
        let file = FileRecord::of_header(&header, patch, touches);
        stats.files += 1;
        stats.added += file.added;
        stats.deleted += file.deleted;
        sink.file(&file)?;
    }
    Ok(stats)
}

#[cfg(test)]
mod tests {
    use super::run;

    fn record(patch: &str) -> serde_json::Value {
        let mut output = Vec::new();
        run(patch.as_bytes(), &mut output).unwrap();
        serde_json::from_slice(&output).unwrap()
    }

    #[test]
    fn signs_at_the_front_of_changed_lines_are_counted_not_obeyed() {
        let patch = "diff --git a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n---j;\n-- \n+++i;\n+diff --git a/y b/y\n";
        let seen = record(patch);
        assert_eq!(seen["files"].as_array().unwrap().len(), 1);
        assert_eq!((&seen["stats"]["added"], &seen["stats"]["deleted"]), (&2.into(), &2.into()));
    }

    #[test]
    fn abbreviated_blobs_are_left_out() {
        let seen = record("diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n");
        assert_eq!(seen["files"][0]["blobs"], serde_json::Value::Null);
        assert_eq!(seen["files"][0]["modes"]["old"], "000000");
        assert_eq!((&seen["files"][0]["status"], &seen["files"][0]["path"]), (&"A".into(), &"x".into()));
    }

    #[test]
    fn nothing_is_a_patch_of_no_files_but_prose_is_none() {
        assert_eq!(record("")["stats"]["files"], 0);
        assert!(run(&b"hello\n"[..], Vec::new()).is_err());
    }
}
