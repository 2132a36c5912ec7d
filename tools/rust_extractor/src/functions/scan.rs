//! Small readers of program text, for the rules of the languages.

/// Whether a byte can stand in a name. Bytes above ASCII can: they are letters of other scripts.
pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The name at the front of a text, and what follows it; the name is empty if there is none.
pub fn name(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| is_name_byte(**byte)).count())
}

/// The text without the space in front of it.
pub fn skip_space(text: &[u8]) -> &[u8] {
    text.trim_ascii_start()
}

/// What follows a word and the space behind it, if the text begins with that word.
pub fn after_word<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let rest = text.strip_prefix(word)?;
    let ends = rest.first().is_none_or(|byte| !is_name_byte(*byte));
    ends.then(|| skip_space(rest))
}

/// Whether the first word of the text is one of these.
pub fn begins_with_word(text: &[u8], words: &[&[u8]]) -> bool {
    let (first, _) = name(text);
    words.contains(&first)
}

/// What follows the bracket that closes the one at the front of the text; nothing if it is not closed there.
pub fn after_brackets(text: &[u8]) -> Option<&[u8]> {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(&text[at + 1..]);
        }
    }
    None
}

/// The text up to a comment that ends the line, by `//`; one inside a string is taken for a comment, rightly or not.
pub fn without_comment(text: &[u8]) -> &[u8] {
    let at = memchr::memmem::find(text, b"//").unwrap_or(text.len());
    text[..at].trim_ascii_end()
}
