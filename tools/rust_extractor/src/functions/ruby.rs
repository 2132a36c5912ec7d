//! Methods of Ruby.

use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{after_word, begins_with_word, is_name_byte};

/// Says what a line of Ruby is, without the space around it.
pub fn classify(_indent: usize, text: &[u8]) -> Kind<'_> {
    if let Some(rest) = after_word(text, b"def") {
        return method(rest);
    }
    if text[0] == b'#'
        || begins_with_word(text, &[b"class", b"module", b"attr_reader", b"attr_accessor", b"private"])
    {
        Kind::Boundary
    } else if after_word(text, b"end").is_some() {
        Kind::Close
    } else {
        Kind::Body
    }
}

/// `name`, `self.name`, `name?`, `[]=`; `def name = value` and `def name; end` are whole on their line.
fn method(text: &[u8]) -> Kind<'_> {
    let end = text.iter().position(|byte| matches!(byte, b'(' | b' ' | b';')).unwrap_or(text.len());
    let (full, rest) = text.split_at(end);
    let dot = full.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
    let name = &full[dot..];
    let whole = rest.ends_with(b"end") && rest.starts_with(b";") || is_endless(rest);
    if name.is_empty() {
        return Kind::Body;
    }
    Kind::Definition(name, if whole { Opening::Whole } else { Opening::Body })
}

fn is_endless(rest: &[u8]) -> bool {
    let after = match rest.iter().position(|byte| *byte == b')') {
        Some(close) if rest.starts_with(b"(") => &rest[close + 1..],
        _ => rest,
    };
    after.starts_with(b" = ")
        && after.get(3).is_some_and(|byte| is_name_byte(*byte) || byte.is_ascii_graphic())
}
