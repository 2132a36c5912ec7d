//! Methods of Java and C#.

use crate::functions::c::is_comment;
use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{begins_with_word, is_name_byte, name, skip_space, without_comment};

const NOT_A_METHOD: [&[u8]; 21] = [
    b"if",
    b"for",
    b"foreach",
    b"while",
    b"switch",
    b"catch",
    b"try",
    b"else",
    b"do",
    b"return",
    b"throw",
    b"new",
    b"synchronized",
    b"assert",
    b"case",
    b"default",
    b"yield",
    b"super",
    b"this",
    b"using",
    b"lock",
];

const DECLARATIONS: [&[u8]; 7] =
    [b"class", b"interface", b"enum", b"record", b"import", b"package", b"namespace"];

/// Says what a line of Java is, without the space around it.
pub fn classify(_indent: usize, text: &[u8]) -> Kind<'_> {
    match text[0] {
        b'}' => Kind::Close,
        b'{' | b')' | b'#' => Kind::Neutral,
        b'/' | b'*' if is_comment(text) => Kind::Boundary,
        b'@' | b'[' => Kind::Boundary,
        byte if is_name_byte(byte) || byte == b'<' => classify_word(text),
        _ => Kind::Body,
    }
}

fn classify_word(text: &[u8]) -> Kind<'_> {
    if let Some(name) = method_name(text) {
        Kind::Definition(name, opening(text))
    } else if is_declaration(text) {
        Kind::Boundary
    } else {
        Kind::Body
    }
}

/// The name before the first bracket, if a type stands before it, or if it can be a constructor.
fn method_name(text: &[u8]) -> Option<&[u8]> {
    let text = without_comment(text);
    if text.ends_with(b";") || begins_with_word(text, &NOT_A_METHOD) {
        return None;
    }
    let before = text[..memchr::memchr(b'(', text)?].trim_ascii_end();
    let name_length = before.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    let (kind, name) = before.split_at(before.len() - name_length);
    let typed = kind.iter().all(|byte| is_name_byte(*byte) || b" \t<>,.?[]&@".contains(byte));
    let constructor =
        kind.is_empty() && text.ends_with(b"{") && name.first().is_some_and(u8::is_ascii_uppercase);
    let method = kind.last().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
    (typed && (constructor || method) && !name.is_empty()).then_some(name)
}

/// Modifiers, then a word such as `class`.
fn is_declaration(mut text: &[u8]) -> bool {
    loop {
        let (word, rest) = name(text);
        if word.is_empty() {
            return false;
        }
        if DECLARATIONS.contains(&word) {
            return true;
        }
        text = skip_space(rest);
    }
}

fn opening(text: &[u8]) -> Opening {
    let text = without_comment(text);
    match (memchr::memchr(b'{', text), text.last()) {
        (Some(_), Some(b'}')) => Opening::Whole,
        (Some(_), _) => Opening::Body,
        (None, _) => Opening::Signature,
    }
}
