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
    /// From where the functions around a hunk are known.
    pub around: Around,
}

/// From where the functions around a hunk are known. Git shows the last line above it that is not indented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// Git's line is it: functions are never indented.
    Section,
    /// If git's line is no function, it may be of a class, and the file has to be read.
    SectionOrFile,
    /// Functions lie in functions, so the file has to be read.
    File,
}

impl Syntax {
    /// The syntax of a language, by the name that GitHub Linguist gives it.
    pub fn of(language: &str) -> Option<Self> {
        let syntax = |classify, nests, around| Some(Self { classify, nests, by_indent: false, around });
        match language {
            "Rust" => syntax(rust::classify, true, Around::SectionOrFile),
            "C" | "Objective-C" => syntax(c::classify, false, Around::Section),
            "C++" | "Cuda" => syntax(c::classify, false, Around::SectionOrFile),
            "Python" | "Cython" => {
                Some(Self { classify: python::classify, nests: true, by_indent: true, around: Around::File })
            }
            "Go" => syntax(go::classify, false, Around::Section),
            "Java" | "C#" => syntax(java::classify, false, Around::File),
            "JavaScript" | "TypeScript" | "TSX" => syntax(javascript::classify, true, Around::File),
            "Ruby" => syntax(ruby::classify, true, Around::File),
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
