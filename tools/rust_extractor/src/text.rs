//! Text from git: bytes that are nearly always UTF-8, kept reversibly where they are not.

use bstr::ByteSlice;

/// A readable text, and the bytes themselves in base64 when the text cannot be turned back into them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text, with U+FFFD where the bytes are not UTF-8.
    pub lossy: String,
    /// The bytes in base64, only if they are not UTF-8.
    pub base64: Option<String>,
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        match bytes.to_str() {
            Ok(text) => Self { lossy: text.to_owned(), base64: None },
            Err(_) => Self { lossy: bytes.to_str_lossy().into_owned(), base64: Some(base64(bytes)) },
        }
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding (RFC 4648, section 4).
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let six = (word >> (18 - 6 * at)) as usize & 63;
            out.push(if at <= chunk.len() { ALPHABET[six] as char } else { '=' });
        }
    }
    out
}

/// Lower-case hex digits of some bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| DIGITS[usize::from(digit)] as char)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Text, base64, hex};

    #[test]
    fn base64_agrees_with_the_rfc() {
        let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn only_text_that_is_not_utf8_carries_its_bytes() {
        assert_eq!(Text::from("é".as_bytes()).base64, None);
        let latin = Text::from(&b"caf\xe9"[..]);
        assert_eq!((latin.lossy.as_str(), latin.base64.as_deref()), ("caf\u{fffd}", Some("Y2Fm6Q==")));
    }

    #[test]
    fn hex_has_two_digits_a_byte() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
    }
}
