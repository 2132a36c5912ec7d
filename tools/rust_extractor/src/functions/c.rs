//! Functions of C and C++.

use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{after_brackets, begins_with_word, is_name_byte, skip_space, without_comment};

const NOT_A_FUNCTION: [&[u8]; 17] = [
    b"if",
    b"for",
    b"while",
    b"switch",
    b"return",
    b"else",
    b"do",
    b"case",
    b"goto",
    b"typedef",
    b"using",
    b"delete",
    b"new",
    b"throw",
    b"sizeof",
    b"catch",
    b"static_assert",
];

/// Says what a line of C or C++ is, without the space around it.
pub fn classify(indent: usize, text: &[u8]) -> Kind<'_> {
    match text[0] {
        b'}' => Kind::Close,
        b'#' | b'{' | b')' => Kind::Neutral,
        b'/' | b'*' if is_comment(text) => Kind::Boundary,
        byte if is_name_byte(byte) || byte == b'~' => classify_word(indent, text),
        _ => Kind::Body,
    }
}

/// Whether a line begins a comment or goes on with one.
pub fn is_comment(text: &[u8]) -> bool {
    text.starts_with(b"//")
        || text.starts_with(b"/*")
        || text == b"*"
        || text.starts_with(b"* ")
        || text.starts_with(b"*/")
}

fn classify_word(indent: usize, text: &[u8]) -> Kind<'_> {
    if let Some(name) = function_name(indent, text) {
        return Kind::Definition(name, opening(text));
    }
    match indent {
        0 if is_label(text) => Kind::Neutral,
        0 => Kind::Boundary,
        _ => Kind::Body,
    }
}

fn is_label(text: &[u8]) -> bool {
    let name = text.iter().take_while(|byte| is_name_byte(**byte)).count();
    text[name..].first() == Some(&b':') && text.get(name + 1) != Some(&b':')
}

/// The name before the first bracket that belongs to no attribute, if a type can stand before it.
fn function_name(indent: usize, text: &[u8]) -> Option<&[u8]> {
    let text = without_comment(text);
    if text.ends_with(b";") || begins_with_word(text, &NOT_A_FUNCTION) {
        return None;
    }
    let mut rest = text;
    loop {
        let open = memchr::memchr(b'(', rest)?;
        let before = rest[..open].trim_ascii_end();
        let name_length =
            before.iter().rev().take_while(|byte| is_name_byte(**byte) || **byte == b'~').count();
        let (kind, name) = before.split_at(before.len() - name_length);
        if name == b"__attribute__" || name == b"__declspec" || name == b"alignas" {
            rest = skip_space(after_brackets(&rest[open..])?);
            continue;
        }
        let typed = kind.iter().all(|byte| is_name_byte(*byte) || b" \t*&:<>,[]\"".contains(byte));
        let kind_stands = indent == 0 || !kind.trim_ascii().is_empty();
        return (typed && kind_stands && !name.is_empty() && !name[0].is_ascii_digit()).then_some(name);
    }
}

fn opening(text: &[u8]) -> Opening {
    match (memchr::memchr(b'{', text), text.last()) {
        (Some(_), Some(b'}')) => Opening::Whole,
        (Some(_), _) => Opening::Body,
        (None, _) => Opening::Signature,
    }
}
