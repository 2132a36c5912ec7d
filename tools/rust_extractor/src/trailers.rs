//! Trailers such as `Signed-off-by: Ada <ada@example.org>`, found by the rules of git-interpret-trailers(1).

use bstr::{ByteSlice, ByteVec};

/// One trailer; a folded value is joined by single spaces.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Trailer {
    /// What stands before the colon, in the case it was written in.
    pub key: String,
    /// What stands after it, without the space around it.
    pub value: String,
}

/// The trailers of a commit message, in their order.
#[must_use]
pub fn trailers(message: &[u8]) -> Vec<Trailer> {
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut open = false;
    for line in block(message) {
        if let Some(at) = separator(line) {
            found.push((line[..at].trim_ascii().to_vec(), line[at + 1..].trim_ascii().to_vec()));
            open = true;
        } else if line.first().is_some_and(|&byte| is_space(byte)) {
            if let (true, Some((_, value))) = (open, found.last_mut()) {
                value.push_byte(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
        } else if line.first() != Some(&b'#') {
            open = false;
        }
    }
    let text = |bytes: Vec<u8>| bytes.trim_ascii().to_str_lossy().into_owned();
    found.into_iter().map(|(key, value)| Trailer { key: text(key), value: text(value) }).collect()
}

/// The lines of the last paragraph if it is one of trailers, else none.
fn block(message: &[u8]) -> Vec<&[u8]> {
    let lines: Vec<&[u8]> = message.lines().collect();
    let title_end = lines.iter().position(|line| is_blank(line)).unwrap_or(lines.len());
    let end =
        lines.iter().rposition(|line| !is_blank(line) && !line.starts_with(b"#")).map_or(0, |last| last + 1);
    let start = lines[..end].iter().rposition(|line| is_blank(line)).map_or(0, |blank| blank + 1);
    if start > title_end && holds_trailers(&lines[start..end]) {
        lines[start..end].to_vec()
    } else {
        Vec::new()
    }
}

/// All of the lines are trailers, or one of them is of git's own making and at least a quarter are.
fn holds_trailers(lines: &[&[u8]]) -> bool {
    let (mut trailers, mut others, mut own, mut folded) = (0, 0, false, 0);
    for line in lines.iter().rev() {
        if line.starts_with(b"#") {
            others += std::mem::take(&mut folded);
        } else if line.starts_with(b"Signed-off-by: ") || line.starts_with(b"(cherry picked from commit ") {
            (trailers, own, folded) = (trailers + 1, true, 0);
        } else if separator(line).is_some() {
            (trailers, folded) = (trailers + 1, 0);
        } else if line.first().is_some_and(|&byte| is_space(byte)) {
            folded += 1;
        } else {
            others += 1 + std::mem::take(&mut folded);
        }
    }
    others += folded;
    if own { trailers * 3 >= others } else { trailers > 0 && others == 0 }
}

/// Where the colon of `key:` stands; a key is of letters, digits and dashes, with space only after it.
fn separator(line: &[u8]) -> Option<usize> {
    let key = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
    let gap = line[key..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (key > 0 && line.get(key + gap) == Some(&b':')).then_some(key + gap)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|&byte| is_space(byte))
}

#[cfg(test)]
mod tests {
    use super::trailers;

    fn pairs(message: &str) -> Vec<(String, String)> {
        trailers(message.as_bytes()).into_iter().map(|trailer| (trailer.key, trailer.value)).collect()
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn the_last_paragraph_of_trailers_is_read() {
        let message = "title\n\nbody: no\nmore\n\nFixes: #1\nco-authored-by: A\n  <a@b>\nFixes: #2\n";
        let expected = [pair("Fixes", "#1"), pair("co-authored-by", "A <a@b>"), pair("Fixes", "#2")];
        assert_eq!(pairs(message), expected);
    }

    #[test]
    fn a_title_is_never_a_trailer() {
        assert!(pairs("fix: this\n").is_empty());
        assert!(pairs("fix: this\nand: that\n\n\n").is_empty());
    }

    #[test]
    fn prose_is_tolerated_only_beside_a_line_of_gits_own() {
        assert!(pairs("t\n\nsome prose\nKey: value\n").is_empty());
        assert_eq!(pairs("t\n\nsome prose\nSigned-off-by: A\n"), [pair("Signed-off-by", "A")]);
        assert!(pairs("t\n\n1\n2\n3\n4\nSigned-off-by: A\n").is_empty());
    }
}
