//! Functions of JavaScript and TypeScript that have a name: declared, assigned, or a method.

use memchr::memmem;

use crate::functions::c::is_comment;
use crate::functions::line::{Kind, Opening};
use crate::functions::scan::{
    after_brackets, after_word, begins_with_word, is_name_byte, skip_space, without_comment,
};

const NOT_A_METHOD: [&[u8]; 14] = [
    b"if",
    b"for",
    b"while",
    b"switch",
    b"catch",
    b"function",
    b"return",
    b"else",
    b"do",
    b"new",
    b"throw",
    b"typeof",
    b"await",
    b"with",
];

const DECLARATIONS: [&[u8]; 4] = [b"class", b"import", b"interface", b"namespace"];

/// Says what a line of JavaScript is, without the space around it.
pub fn classify(_indent: usize, text: &[u8]) -> Kind<'_> {
    match text[0] {
        b'}' => Kind::Close,
        b'{' | b')' | b']' => Kind::Neutral,
        b'/' | b'*' if is_comment(text) => Kind::Boundary,
        b'@' => Kind::Boundary,
        byte if is_name_byte(byte) || b"$#*'\"[".contains(&byte) => classify_word(text),
        _ => Kind::Body,
    }
}

fn classify_word(text: &[u8]) -> Kind<'_> {
    if !may_define(text) {
        return if begins_with_word(text, &DECLARATIONS) { Kind::Boundary } else { Kind::Body };
    }
    let text = without_comment(text);
    let item = after_words(text, &[b"export", b"default", b"declare", b"abstract"]);
    if let Some(name) = declared(item).or_else(|| assigned(item)).or_else(|| method(item)) {
        Kind::Definition(name, opening(text))
    } else if begins_with_word(item, &DECLARATIONS) {
        Kind::Boundary
    } else {
        Kind::Body
    }
}

/// A quick look that spares most lines the slow one: a function has a brace or an arrow, or its head goes on.
fn may_define(text: &[u8]) -> bool {
    memchr::memchr2(b'{', b'>', text).is_some() || matches!(text.last(), Some(b'(' | b','))
}

/// `function name(`, wherever it stands in the line; prose in a string has no bracket there.
fn declared(text: &[u8]) -> Option<&[u8]> {
    memmem::find_iter(text, b"function").find_map(|at| {
        let rest = after_word(&text[at..], b"function")?;
        let stands_alone = at == 0 || !is_js_name_byte(text[at - 1]);
        let rest = skip_space(rest.strip_prefix(b"*").unwrap_or(rest));
        let name = name(rest);
        let signs = matches!(skip_space(&rest[name.len()..]).first(), Some(b'(' | b'<') | None);
        (stands_alone && signs && !name.is_empty()).then_some(name)
    })
}

/// `name = function (`, `name: async (a) => {`: the name of the last place that it is put in.
fn assigned(text: &[u8]) -> Option<&[u8]> {
    let at = text.iter().position(|byte| matches!(byte, b'=' | b':'))?;
    let value = text[at + 1..].strip_prefix(b"=").map_or(&text[at + 1..], |_| b"");
    let value = after_words(skip_space(value), &[b"async"]);
    let place = last_name(text[..at].trim_ascii_end());
    if after_word(value, b"function").is_some() || is_arrow(value) {
        place
    } else if text[at] == b':' {
        // `name: Type = (a) => {`
        assigned(value).and(place)
    } else {
        assigned(value)
    }
}

/// `name(a, b) {`, with the modifiers of a method before it.
fn method(text: &[u8]) -> Option<&[u8]> {
    const MODIFIERS: [&[u8]; 9] =
        [b"public", b"private", b"protected", b"static", b"readonly", b"override", b"async", b"get", b"set"];
    let text = after_words(text, &MODIFIERS);
    let text = text.strip_prefix(b"*").map_or(text, skip_space);
    if begins_with_word(text, &NOT_A_METHOD) {
        return None;
    }
    let name = name(text);
    let rest = &text[name.len()..];
    let rest = if rest.starts_with(b"<") { after_brackets(rest)? } else { rest };
    let after = skip_space(if rest.starts_with(b"(") { after_brackets(rest)? } else { return None });
    let opens = after.starts_with(b"{") || after.starts_with(b":") && after.ends_with(b"{");
    (opens && !name.is_empty()).then_some(name)
}

/// `(a, b) =>`, `a =>`, `(a): Type =>`, `<T>(a) =>`.
fn is_arrow(value: &[u8]) -> bool {
    let Some(arrow) = memmem::find(value, b"=>") else { return false };
    let before = value[..arrow].trim_ascii_end();
    let brackets = matches!(before.first(), Some(b'(' | b'<'));
    brackets || (!before.is_empty() && before.iter().all(|byte| is_js_name_byte(*byte)))
}

fn after_words<'a>(mut text: &'a [u8], words: &[&[u8]]) -> &'a [u8] {
    while let Some(rest) = words.iter().find_map(|word| after_word(text, word)) {
        // `get(` and `static =` are names themselves.
        if !rest.first().is_some_and(|byte| is_js_name_byte(*byte) || b"*[(".contains(byte)) {
            return text;
        }
        if rest.starts_with(b"(") && !text.starts_with(b"async") {
            return text;
        }
        text = rest;
    }
    text
}

fn name(text: &[u8]) -> &[u8] {
    &text[..text.iter().take_while(|byte| is_js_name_byte(**byte)).count()]
}

/// The last name of `a.b`, `const b`, `'b'`; a key that is computed, or is no name, names nothing.
fn last_name(place: &[u8]) -> Option<&[u8]> {
    let bare = match place.last()? {
        quote @ (b'\'' | b'"') => {
            let inside = &place[..place.len() - 1];
            let key = &inside[memchr::memrchr(*quote, inside)? + 1..];
            return Some(key).filter(|key| !key.is_empty() && key.iter().all(|byte| is_js_name_byte(*byte)));
        }
        _ => place,
    };
    let length = bare.iter().rev().take_while(|byte| is_js_name_byte(**byte)).count();
    Some(&bare[bare.len() - length..]).filter(|name| !name.is_empty())
}

fn is_js_name_byte(byte: u8) -> bool {
    is_name_byte(byte) || byte == b'$' || byte == b'#'
}

fn opening(text: &[u8]) -> Opening {
    let end = text.trim_ascii_end().trim_ascii();
    let end = end.strip_suffix(b";").or(end.strip_suffix(b",")).unwrap_or(end);
    match memchr::memrchr(b'{', text) {
        Some(_) if end.ends_with(b"}") => Opening::Whole,
        Some(_) => Opening::Body,
        None if memmem::find(text, b"=>").is_some() => Opening::Whole,
        None => Opening::Signature,
    }
}
