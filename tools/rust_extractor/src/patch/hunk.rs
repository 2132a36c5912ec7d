//! The line that opens a hunk: `@@ -1,2 +3,4 @@ section`.

use bstr::ByteSlice;

use crate::text::Text;

/// How much of a section is kept, in bytes; git itself gives at most 80.
const SECTION_LIMIT: usize = 256;

/// Where a hunk lies, and how many lines it adds and deletes.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Hunk {
    /// The first line before the change, from 1; 0 if there is none.
    pub old_start: u64,
    /// How many lines it covers before.
    pub old_lines: u64,
    /// The first line after the change.
    pub new_start: u64,
    /// How many lines it covers after.
    pub new_lines: u64,
    /// Lines that were added.
    pub added: u64,
    /// Lines that were deleted.
    pub deleted: u64,
    /// The line of the definition above, as git found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
}

/// Reads the line, without its LF, and gives the hunk and the bytes of its section.
/// Nothing if it is not of this form or a number does not fit.
#[must_use]
pub fn parse(line: &[u8]) -> Option<(Hunk, &[u8])> {
    let (ranges, section) = line.strip_prefix(b"@@ -")?.split_once_str(b" @@")?;
    let (old, new) = ranges.split_once_str(b" +")?;
    let ((old_start, old_lines), (new_start, new_lines)) = (range(old)?, range(new)?);
    let section = section.strip_prefix(b" ").unwrap_or(section);
    let section = &section[..section.len().min(SECTION_LIMIT)];
    let shown = (!section.is_empty()).then(|| Text::from(section).lossy);
    Some((Hunk { old_start, old_lines, new_start, new_lines, section: shown, ..Hunk::default() }, section))
}

fn range(text: &[u8]) -> Option<(u64, u64)> {
    match text.split_once_str(b",") {
        Some((start, lines)) => Some((number(start)?, number(lines)?)),
        None => Some((number(text)?, 1)),
    }
}

/// Digits only: `parse` alone would take a sign too. Below 2^53, so that every JSON reader holds it exactly.
fn number(digits: &[u8]) -> Option<u64> {
    let text = digits.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok().filter(|number| *number < 1 << 53)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_count_that_is_left_out_is_one() {
        let (hunk, section) = parse(b"@@ -3 +4,0 @@ fn @@ main() {").unwrap();
        assert_eq!((hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines), (3, 1, 4, 0));
        assert_eq!((section, hunk.section.as_deref()), (&b"fn @@ main() {"[..], Some("fn @@ main() {")));
    }

    #[test]
    fn other_lines_open_no_hunk() {
        for line in
            ["@@ -1 +1", "@@@ -1 -1 +1 @@@", "@@ -+1 +1 @@", "@@ -1 +99999999999999999999 @@", "@@ -, +1 @@"]
        {
            assert!(parse(line.as_bytes()).is_none(), "{line}");
        }
    }
}
