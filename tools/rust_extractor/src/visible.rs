//! Hostile text made inert for a terminal.

use std::fmt::Write;

use bstr::ByteSlice;

/// Shows control characters and direction marks as escapes (`\x1b`, `\u{202e}`); line feeds and tabs stay.
/// Bytes that are not UTF-8 become U+FFFD.
#[must_use]
pub fn visible(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for character in bytes.to_str_lossy().chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\r' => shown.push_str("\\r"),
            '\0'..='\x1f' | '\x7f' => _ = write!(shown, "\\x{:02x}", u32::from(character)),
            _ if turns_text(character) => _ = write!(shown, "\\u{{{:x}}}", u32::from(character)),
            _ => shown.push(character),
        }
    }
    shown
}

/// C1 controls, line separators, and the marks of the bidirectional algorithm (Unicode annex 9).
fn turns_text(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(visible("fix: größer\n\tzwei".as_bytes()), "fix: größer\n\tzwei");
    }

    #[test]
    fn what_moves_a_cursor_or_turns_text_is_escaped() {
        assert_eq!(visible(b"\x1b]0;title\x07 \r \x9b"), "\\x1b]0;title\\x07 \\r \u{fffd}");
        assert_eq!(visible("a\u{202e}b\u{9b}c".as_bytes()), "a\\u{202e}b\\u{9b}c");
    }
}
