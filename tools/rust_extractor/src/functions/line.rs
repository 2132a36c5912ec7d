//! What a line of code says about the function it stands in.

/// A line with its indentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its text, without the space around it.
    pub text: &'a [u8],
    /// Columns before the text; a TAB goes on to the next multiple of eight.
    pub indent: usize,
    /// What it says.
    pub kind: Kind<'a>,
}

/// What a line says about functions.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Nothing stands there.
    Blank,
    /// It says nothing, wherever it stands: a preprocessor line, a label, the rest of a signature.
    Neutral,
    /// It stands between functions if it is not indented more than the one above: a comment, a type, an attribute.
    Boundary,
    /// It closes what began at its indentation.
    Close,
    /// It begins a function of this name.
    Definition(&'a [u8], Opening),
    /// It is part of some code.
    Body,
}

/// How much of a function its first line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// The line opens the body.
    Body,
    /// The line is all of it.
    Whole,
    /// The body is still to come, or this was a mere declaration.
    Signature,
}

/// Cuts the space off a line and counts its columns.
pub fn split_indent(text: &[u8]) -> (usize, &[u8]) {
    let mut columns = 0;
    let width = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    for byte in &text[..width] {
        columns = if *byte == b'\t' { columns / 8 * 8 + 8 } else { columns + 1 };
    }
    (columns, text[width..].trim_ascii_end())
}

#[cfg(test)]
mod tests {
    use super::split_indent;

    #[test]
    fn tabs_go_to_the_next_multiple_of_eight() {
        assert_eq!(split_indent(b"\tx \r"), (8, &b"x"[..]));
        assert_eq!(split_indent(b"  \tx"), (8, &b"x"[..]));
        assert_eq!(split_indent(b"   "), (3, &b""[..]));
    }
}
