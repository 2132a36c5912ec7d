//! Functions of Python.

use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{after_word, name};

/// Says what a line of Python is, without the space around it.
pub fn classify(_indent: usize, text: &[u8]) -> Kind<'_> {
    match text[0] {
        b')' | b']' | b'}' | b'#' => Kind::Neutral,
        b'@' => Kind::Boundary,
        b'a' | b'c' | b'd' => classify_word(text),
        _ => Kind::Body,
    }
}

fn classify_word(text: &[u8]) -> Kind<'_> {
    let definition = after_word(text, b"async").unwrap_or(text);
    match after_word(definition, b"def") {
        Some(rest) => Kind::Definition(name(rest).0, Opening::Body),
        None if after_word(text, b"class").is_some() => Kind::Boundary,
        None => Kind::Body,
    }
}
