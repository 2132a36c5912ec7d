//! The languages whose functions are found, and what sets them apart.

use crate::functions::line::{Kind, Line, split_indent};
use crate::functions::{c, go, java, javascript, python, ruby, rust};

/// How the lines of a language are read.
#[derive(Debug, Clone, Copy)]
pub struct Syntax {
    classify: fn(usize, &[u8]) -> Kind<'_>,
    /// Whether a function may be defined inside another one.
    pub nests: bool,
    /// Whether indentation alone ends a function, as in Python.
    pub by_indent: bool,
}

impl Syntax {
    /// The syntax of a language, by the name that GitHub Linguist gives it.
    pub fn of(language: &str) -> Option<Self> {
        let syntax = |classify, nests, by_indent| Some(Self { classify, nests, by_indent });
        match language {
            "Rust" => syntax(rust::classify, true, false),
            "C" | "C++" | "Objective-C" | "Cuda" => syntax(c::classify, false, false),
            "Python" | "Cython" => syntax(python::classify, true, true),
            "Go" => syntax(go::classify, false, false),
            "Java" | "C#" => syntax(java::classify, false, false),
            "JavaScript" | "TypeScript" | "TSX" => syntax(javascript::classify, true, false),
            "Ruby" => syntax(ruby::classify, true, false),
            _ => None,
        }
    }

    /// Reads a line of code, without its LF.
    pub fn read<'a>(&self, text: &'a [u8]) -> Line<'a> {
        let (mut indent, text) = split_indent(text);
        // The star of a comment stands one column behind the slash that opened it.
        if text.first() == Some(&b'*') && c::is_comment(text) {
            indent = indent.saturating_sub(1);
        }
        let kind = if text.is_empty() { Kind::Blank } else { (self.classify)(indent, text) };
        Line { text, indent, kind }
    }
}
