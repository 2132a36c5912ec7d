//! The lines that open the patch of one file, from `diff --git` up to its first hunk.

use std::io::{self, Read};

use bstr::ByteSlice;

use crate::patch::lines::Lines;
use crate::patch::quoted::unquote;

/// What the header of a file's patch says; paths are without the `a/` and `b/` before them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The path before, where a line of its own names it.
    pub old_path: Option<Vec<u8>>,
    /// The path after, likewise.
    pub new_path: Option<Vec<u8>>,
    /// The path in the `diff --git` line, when it has the same one twice.
    pub common_path: Option<Vec<u8>>,
    /// The mode before.
    pub old_mode: Option<String>,
    /// The mode after.
    pub new_mode: Option<String>,
    /// The blob before, abbreviated or not.
    pub old_blob: Option<String>,
    /// The blob after.
    pub new_blob: Option<String>,
    /// `A`, `D`, `R` or `C`, where a line says so.
    pub status: Option<char>,
    /// Per cent.
    pub similarity: Option<u8>,
    /// Whether git gives no lines, because the content is binary.
    pub binary: bool,
}

impl Header {
    /// Reads a header; the next line of the stream must begin with `diff --git `.
    pub fn read<R: Read>(lines: &mut Lines<R>) -> io::Result<Self> {
        let mut header = Self::default();
        let opening = lines.read()?.and_then(|line| line.strip_prefix(b"diff --git ")).unwrap_or_default();
        let (common_path, prefixed) = common_path(opening);
        header.common_path = common_path;
        while let Some(line) = lines.peek()? {
            if !header.learn(line, prefixed) {
                break;
            }
            let binary_patch = line == b"GIT binary patch";
            lines.read()?;
            if binary_patch {
                skip_binary_patch(lines)?;
            }
        }
        Ok(header)
    }

    /// Learns from one line; says whether it belongs to the header at all.
    fn learn(&mut self, line: &[u8], prefixed: bool) -> bool {
        let text = |value: &[u8]| Some(value.to_str_lossy().into_owned());
        if let Some(blobs) = line.strip_prefix(b"index ") {
            self.learn_blobs(blobs);
        } else if let Some(path) = line.strip_prefix(b"--- ") {
            self.old_path = self.old_path.take().or_else(|| named(path, prefixed));
        } else if let Some(path) = line.strip_prefix(b"+++ ") {
            self.new_path = self.new_path.take().or_else(|| named(path, prefixed));
        } else if let Some(mode) = line.strip_prefix(b"new file mode ") {
            (self.status, self.new_mode) = (Some('A'), text(mode));
        } else if let Some(mode) = line.strip_prefix(b"deleted file mode ") {
            (self.status, self.old_mode) = (Some('D'), text(mode));
        } else if let Some(mode) = line.strip_prefix(b"old mode ") {
            self.old_mode = text(mode);
        } else if let Some(mode) = line.strip_prefix(b"new mode ") {
            self.new_mode = text(mode);
        } else if line.starts_with(b"Binary files ") || line == b"GIT binary patch" {
            self.binary = true;
        } else {
            return self.learn_move(line);
        }
        true
    }

    /// Lines of renames and copies.
    fn learn_move(&mut self, line: &[u8]) -> bool {
        let path = |text| unquote(text).map(|(path, _)| path.into_owned());
        if let Some(share) = line.strip_prefix(b"similarity index ") {
            self.similarity = share.strip_suffix(b"%").and_then(|digits| digits.to_str().ok()?.parse().ok());
        } else if let Some(from) = line.strip_prefix(b"rename from ") {
            (self.status, self.old_path) = (Some('R'), path(from));
        } else if let Some(from) = line.strip_prefix(b"copy from ") {
            (self.status, self.old_path) = (Some('C'), path(from));
        } else if let Some(to) = line.strip_prefix(b"rename to ").or(line.strip_prefix(b"copy to ")) {
            self.new_path = path(to);
        } else {
            return line.starts_with(b"dissimilarity index ");
        }
        true
    }

    /// `<old>..<new>`, and the mode if it did not change.
    fn learn_blobs(&mut self, line: &[u8]) {
        let Ok(text) = line.to_str() else { return };
        let (blobs, mode) = text.split_once(' ').map_or((text, None), |(blobs, mode)| (blobs, Some(mode)));
        if let Some((old, new)) = blobs.split_once("..") {
            (self.old_blob, self.new_blob) = (Some(old.to_owned()), Some(new.to_owned()));
        }
        if let Some(mode) = mode {
            (self.old_mode, self.new_mode) = (Some(mode.to_owned()), Some(mode.to_owned()));
        }
    }
}

/// The path of a `---` or `+++` line; nothing for `/dev/null`. Git puts a TAB behind a path with a space in it.
fn named(text: &[u8], prefixed: bool) -> Option<Vec<u8>> {
    let (path, _) = unquote(text)?;
    let path = if text.starts_with(b"\"") { &path } else { path.split_str(b"\t").next().unwrap_or_default() };
    (path != b"/dev/null").then(|| without_prefix(path, prefixed).to_vec())
}

/// The path that `a/x b/x` or `x x` has twice, and whether there are prefixes.
fn common_path(names: &[u8]) -> (Option<Vec<u8>>, bool) {
    let halves = if names.starts_with(b"\"") {
        unquote(names).and_then(|(old, rest)| Some((old, unquote(rest.strip_prefix(b" ")?)?.0)))
    } else {
        let middle = names.len() / 2;
        let twice = names.len() % 2 == 1 && names[middle] == b' ';
        twice.then(|| ((&names[..middle]).into(), (&names[middle + 1..]).into()))
    };
    match halves {
        Some((old, new)) if old == new => (Some(new.into_owned()), false),
        Some((old, new)) if without_prefix(&old, true) == without_prefix(&new, true) => {
            (Some(without_prefix(&new, true).to_vec()), true)
        }
        _ => (None, names.starts_with(b"a/") || names.starts_with(b"\"a/")),
    }
}

fn without_prefix(path: &[u8], prefixed: bool) -> &[u8] {
    match path.find_byte(b'/') {
        Some(at) if prefixed => &path[at + 1..],
        _ => path,
    }
}

/// Passes over both halves of a binary patch; each ends with an empty line.
fn skip_binary_patch<R: Read>(lines: &mut Lines<R>) -> io::Result<()> {
    while lines.peek()?.is_some_and(|line| line.starts_with(b"literal ") || line.starts_with(b"delta ")) {
        while lines.read()?.is_some_and(|line| !line.is_empty()) {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Header;
    use crate::patch::lines::Lines;

    fn header(text: &str) -> Header {
        Header::read(&mut Lines::new(text.as_bytes())).unwrap()
    }

    #[test]
    fn a_path_with_b_slash_in_it_is_not_cut_there() {
        let seen = header("diff --git a/x b/y b/x b/y\nold mode 100644\nnew mode 100755\n");
        assert_eq!(seen.common_path.as_deref(), Some(&b"x b/y"[..]));
        assert_eq!((seen.old_mode.as_deref(), seen.new_mode.as_deref()), (Some("100644"), Some("100755")));
    }

    #[test]
    fn the_tab_behind_a_path_with_a_space_is_not_part_of_it() {
        let seen =
            header("diff --git a/x y b/x y\nindex 1..2 100644\n--- a/x y\t\n+++ b/x y\t\n@@ -1 +1 @@\n");
        assert_eq!(seen.new_path.as_deref(), Some(&b"x y"[..]));
        assert_eq!((seen.old_blob.as_deref(), seen.new_mode.as_deref()), (Some("1"), Some("100644")));
    }

    #[test]
    fn paths_without_prefixes_keep_their_folders() {
        let seen = header("diff --git src/x src/x\nindex 1..2\n--- src/x\n+++ src/x\n");
        assert_eq!(seen.old_path.as_deref(), Some(&b"src/x"[..]));
    }

    #[test]
    fn a_rename_names_both_paths() {
        let seen = header(
            "diff --git \"a/\\303\\251\" b/e\nsimilarity index 90%\nrename from \"\\303\\251\"\nrename to e\n",
        );
        assert_eq!((seen.status, seen.similarity), (Some('R'), Some(90)));
        assert_eq!(
            (seen.old_path.as_deref(), seen.new_path.as_deref()),
            (Some("é".as_bytes()), Some(&b"e"[..]))
        );
    }

    #[test]
    fn a_binary_patch_is_passed_over() {
        let text = "diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ\n\nliteral 0\nHcmV\n\ndiff --git a/y b/y\n";
        let mut lines = Lines::new(text.as_bytes());
        assert!(Header::read(&mut lines).unwrap().binary);
        assert_eq!(lines.peek().unwrap().unwrap(), b"diff --git a/y b/y");
    }
}
