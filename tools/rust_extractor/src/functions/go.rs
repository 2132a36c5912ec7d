//! Functions of Go. Gofmt puts each at the beginning of its line, and ends it with a brace there.

use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{
    after_brackets, after_word, begins_with_word, name, skip_space, without_comment,
};

const DECLARATIONS: [&[u8]; 5] = [b"type", b"var", b"const", b"import", b"package"];

/// Says what a line of Go is, without the space around it.
pub fn classify(indent: usize, text: &[u8]) -> Kind<'_> {
    match text[0] {
        b'}' => Kind::Close,
        _ if indent > 0 => Kind::Body,
        b'/' => Kind::Boundary,
        _ if begins_with_word(text, &DECLARATIONS) => Kind::Boundary,
        b'f' => function_name(text).map_or(Kind::Neutral, |name| Kind::Definition(name, opening(text))),
        _ => Kind::Neutral,
    }
}

fn function_name(text: &[u8]) -> Option<&[u8]> {
    let rest = after_word(text, b"func")?;
    let rest = if rest.starts_with(b"(") { skip_space(after_brackets(rest)?) } else { rest };
    Some(name(rest).0).filter(|name| !name.is_empty())
}

fn opening(text: &[u8]) -> Opening {
    let text = without_comment(text);
    if text.ends_with(b"}") && memchr::memchr(b'{', text).is_some() { Opening::Whole } else { Opening::Body }
}
