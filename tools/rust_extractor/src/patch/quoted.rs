//! Paths as git writes them: plain, or in double quotes with the escapes of C.

use std::borrow::Cow;

/// Reads one path from the front of a text: quoted up to its closing quote, plain up to the end.
/// Gives the bytes of the path and what follows it; nothing if the quoting is broken.
#[must_use]
pub fn unquote(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let Some(mut rest) = text.strip_prefix(b"\"") else { return Some((Cow::Borrowed(text), b"")) };
    let mut path = Vec::with_capacity(rest.len());
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((Cow::Owned(path), rest)),
            b'\\' => {
                let (escaped, length) = escape(rest)?;
                path.push(escaped);
                rest = &rest[length..];
            }
            _ => path.push(byte),
        }
    }
}

/// The byte that an escape stands for, and how long the escape is without its backslash.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let byte = match *text.first()? {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        byte @ (b'"' | b'\\') => byte,
        _ => return octal(text.get(..3)?),
    };
    Some((byte, 1))
}

fn octal(digits: &[u8]) -> Option<(u8, usize)> {
    let digit = |byte: u8| matches!(byte, b'0'..=b'7').then(|| u16::from(byte - b'0'));
    let number = digit(digits[0])? * 64 + digit(digits[1])? * 8 + digit(digits[2])?;
    Some((u8::try_from(number).ok()?, 3))
}

/// Writes a path as git does with `core.quotePath`: in quotes as soon as a byte of it is not plain ASCII.
#[must_use]
pub fn quote(path: &[u8]) -> String {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    let escaped: String =
        path.iter().flat_map(|byte| if plain(byte) { vec![*byte as char] } else { escapes(*byte) }).collect();
    if path.iter().all(plain) { escaped } else { format!("\"{escaped}\"") }
}

fn escapes(byte: u8) -> Vec<char> {
    let letter = match byte {
        7 => 'a',
        8 => 'b',
        b'\t' => 't',
        b'\n' => 'n',
        11 => 'v',
        12 => 'f',
        b'\r' => 'r',
        b'"' => '"',
        b'\\' => '\\',
        _ => return format!("\\{byte:03o}").chars().collect(),
    };
    vec!['\\', letter]
}

#[cfg(test)]
mod tests {
    use super::{quote, unquote};

    #[test]
    fn quoting_and_unquoting_are_inverse_for_every_byte() {
        let path: Vec<u8> = (1..=255).collect();
        let quoted = quote(&path);
        assert!(quoted.is_ascii());
        let (back, rest) = unquote(quoted.as_bytes()).unwrap();
        assert_eq!((&*back, rest), (&path[..], &b""[..]));
    }

    #[test]
    fn what_follows_a_quoted_path_is_left() {
        let (path, rest) = unquote(b"\"a\\tb\\303\\251\"\tnext").unwrap();
        assert_eq!((&*path, rest), ("a\tbé".as_bytes(), &b"\tnext"[..]));
    }

    #[test]
    fn broken_quoting_is_no_path() {
        for broken in ["\"open", "\"\\", "\"\\9\"", "\"\\777\"", "\"\\q..\""] {
            assert!(unquote(broken.as_bytes()).is_none(), "{broken}");
        }
    }
}
