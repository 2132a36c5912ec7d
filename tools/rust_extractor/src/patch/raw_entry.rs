//! A line of git's raw format: `:100644 100755 <blob> <blob> R086<TAB>old<TAB>new`.

use std::borrow::Cow;

use bstr::ByteSlice;

use crate::patch::quoted::unquote;

/// One file of a commit, as the raw format tells it; the only place from where paths are taken.
#[derive(Debug, PartialEq, Eq)]
pub struct RawEntry<'a> {
    /// The mode before; `000000` for none.
    pub old_mode: &'a str,
    /// The mode after.
    pub new_mode: &'a str,
    /// The blob before; zeros for none.
    pub old_blob: &'a str,
    /// The blob after.
    pub new_blob: &'a str,
    /// `A`, `M`, `D`, `R`, `C` or `T`.
    pub status: char,
    /// Per cent, of renames and copies.
    pub similarity: Option<u8>,
    /// The path before, of renames and copies.
    pub old_path: Option<Cow<'a, [u8]>>,
    /// The path after; the one before of a deleted file.
    pub path: Cow<'a, [u8]>,
}

impl<'a> RawEntry<'a> {
    /// Reads a line without its LF; nothing if it is not of this form.
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let (fields, paths) = line.strip_prefix(b":")?.split_once_str(b"\t")?;
        let mut fields = fields.to_str().ok()?.split(' ');
        let mut field = || fields.next();
        let (old_mode, new_mode, old_blob, new_blob) = (field()?, field()?, field()?, field()?);
        let mut letters = field()?.chars();
        let status = letters.next().filter(|letter| "AMDRCT".contains(*letter))?;
        let similarity = letters.as_str().parse().ok().filter(|_| matches!(status, 'R' | 'C'));
        let (old_path, path) = if similarity.is_some() {
            let (old, rest) = first_path(paths)?;
            (Some(old), unquote(rest)?.0)
        } else {
            (None, unquote(paths)?.0)
        };
        Some(Self { old_mode, new_mode, old_blob, new_blob, status, similarity, old_path, path })
    }

    /// How many blocks of the patch belong to this entry: a changed type is a deletion and a creation.
    #[must_use]
    pub fn blocks(&self) -> usize {
        if self.status == 'T' { 2 } else { 1 }
    }
}

fn first_path(paths: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    if paths.starts_with(b"\"") {
        let (path, rest) = unquote(paths)?;
        Some((path, rest.strip_prefix(b"\t")?))
    } else {
        paths.split_once_str(b"\t").map(|(path, rest)| (Cow::Borrowed(path), rest))
    }
}

#[cfg(test)]
mod tests {
    use super::RawEntry;

    #[test]
    fn a_change_has_one_path() {
        let entry = RawEntry::parse(b":100644 100755 aa bb M\ta b/c").unwrap();
        assert_eq!((entry.status, entry.old_mode, entry.new_mode), ('M', "100644", "100755"));
        assert_eq!((entry.old_blob, entry.new_blob, &*entry.path), ("aa", "bb", &b"a b/c"[..]));
        assert_eq!((entry.old_path, entry.similarity), (None, None));
    }

    #[test]
    fn a_rename_has_two_paths_each_quoted_by_itself() {
        let entry = RawEntry::parse(b":100644 100644 aa bb R086\t\"a\\tb\"\tc d").unwrap();
        assert_eq!((entry.old_path.as_deref(), &*entry.path), (Some(&b"a\tb"[..]), &b"c d"[..]));
        assert_eq!(entry.similarity, Some(86));
    }

    #[test]
    fn other_lines_are_not_entries() {
        for line in [
            "",
            ":",
            "diff --git a/a b/a",
            ":1 2 3 4 Z\tx",
            ":100644 100644 aa bb M",
            "::100644 100644 100644 aa bb cc MM\tx",
        ] {
            assert_eq!(RawEntry::parse(line.as_bytes()), None, "{line}");
        }
    }
}
