//! Functions of Rust.

use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{
    after_brackets, after_word, begins_with_word, name, skip_space, without_comment,
};

const ITEMS: [&[u8]; 14] = [
    b"use",
    b"mod",
    b"struct",
    b"enum",
    b"union",
    b"impl",
    b"trait",
    b"type",
    b"const",
    b"static",
    b"pub",
    b"extern",
    b"unsafe",
    b"macro_rules",
];

/// Says what a line of Rust is, without the space around it.
pub fn classify(indent: usize, text: &[u8]) -> Kind<'_> {
    match text[0] {
        b'}' => Kind::Close,
        b'/' if text.starts_with(b"//") || text.starts_with(b"/*") => Kind::Boundary,
        b'#' => Kind::Boundary,
        b'{' | b')' | b']' => Kind::Neutral,
        b'a'..=b'z' => classify_word(indent, text),
        _ => Kind::Body,
    }
}

fn classify_word(indent: usize, text: &[u8]) -> Kind<'_> {
    if let Some(name) = function_name(text) {
        return Kind::Definition(name, opening(text));
    }
    let macro_call = indent == 0 && name(text).1.starts_with(b"!");
    if macro_call || begins_with_word(text, &ITEMS) {
        Kind::Boundary
    } else if after_word(text, b"where").is_some() {
        Kind::Neutral
    } else {
        Kind::Body
    }
}

fn function_name(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        if let Some(rest) = after_word(text, b"fn") {
            return Some(name(rest).0).filter(|name| !name.is_empty());
        }
        text = after_qualifier(text)?;
    }
}

fn after_qualifier(text: &[u8]) -> Option<&[u8]> {
    for word in [&b"pub"[..], b"const", b"async", b"unsafe", b"default", b"extern"] {
        if let Some(rest) = after_word(text, word) {
            return match rest.first()? {
                b'(' => Some(skip_space(after_brackets(rest)?)),
                b'"' => Some(skip_space(&rest[1 + memchr::memchr(b'"', &rest[1..])? + 1..])),
                _ => Some(rest),
            };
        }
    }
    None
}

fn opening(text: &[u8]) -> Opening {
    let text = without_comment(text);
    match text.last() {
        Some(b'}') => Opening::Whole,
        _ if memchr::memchr(b'{', text).is_some() => Opening::Body,
        _ => Opening::Signature,
    }
}
