//! Follows the lines of one side of a change, and knows in which functions each of them lies.

use memchr::memchr;

use crate::functions::line::{Kind, Line, Opening};
use crate::functions::syntax::Syntax;
use crate::functions::touched::{Side, TouchedList};

/// The functions around the current line, the outermost first.
#[derive(Debug, Default, Clone)]
pub struct Tracker {
    scopes: Vec<Scope>,
    /// After the current line, only so many of them are still open.
    left_after: Option<usize>,
    /// No line of the hunk was seen yet but blank ones.
    fresh: bool,
    /// Changed blank lines that belong to the function only if it goes on below them.
    waiting: Vec<Side>,
}

#[derive(Debug, Clone)]
struct Scope {
    name: Box<[u8]>,
    indent: usize,
    /// Whether its body was seen; until then it may be a mere declaration.
    opened: bool,
    added: u64,
    deleted: u64,
}

impl Tracker {
    /// A hunk begins, below a line that git shows beside it.
    pub fn enter(&mut self, section: &Line, syntax: &Syntax) {
        if let Some(left) = self.left_after.take() {
            self.scopes.truncate(left);
        }
        self.waiting.clear();
        self.fresh = true;
        match section.kind {
            Kind::Definition(name, opening) if opening != Opening::Whole => {
                self.go_on_in(name, section.indent, syntax);
            }
            _ => self.scopes.clear(),
        }
    }

    /// What was open at the end of the hunk before may still be, around the function of the section or inside it.
    fn go_on_in(&mut self, name: &[u8], indent: usize, syntax: &Syntax) {
        if let Some(same) =
            self.scopes.iter_mut().find(|scope| scope.indent == indent && *scope.name == *name)
        {
            same.opened = true;
            return;
        }
        let around = if syntax.by_indent { indent } else { 0 };
        self.scopes.retain(|scope| scope.indent < around);
        self.push(name, indent, true);
    }

    /// Goes on to the next line.
    pub fn step(&mut self, line: &Line, syntax: &Syntax, touched: &mut TouchedList) {
        if let Some(left) = self.left_after.take() {
            self.scopes.truncate(left);
        }
        if line.kind == Kind::Blank {
            return;
        }
        match line.kind {
            Kind::Blank | Kind::Neutral => self.settle(line, touched),
            Kind::Boundary => self.leave(line.indent),
            Kind::Close => self.close(line.indent),
            Kind::Body => self.pass_body(line, syntax, touched),
            Kind::Definition(name, opening) => self.define(name, opening, line, syntax, touched),
        }
        self.fresh = false;
    }

    /// Counts the current line as changed in every function around it.
    pub fn credit(&mut self, line: &Line, syntax: &Syntax, touched: &mut TouchedList, side: Side) {
        if line.kind == Kind::Blank && syntax.by_indent {
            self.waiting.push(side);
        } else {
            self.count(touched, side);
        }
    }

    fn count(&mut self, touched: &mut TouchedList, side: Side) {
        for place in 0..self.scopes.len() {
            let (outer, rest) = self.scopes.split_at_mut(place);
            let scope = &mut rest[0];
            // A function inside one of the same name is the same entry, and the line is one line.
            if outer.iter().any(|around| around.name == scope.name) {
                continue;
            }
            touched.add(&scope.name, side, 1);
            match side {
                Side::Added => scope.added += 1,
                Side::Deleted => scope.deleted += 1,
            }
        }
    }

    fn push(&mut self, name: &[u8], indent: usize, opened: bool) {
        self.scopes.push(Scope { name: name.into(), indent, opened, added: 0, deleted: 0 });
    }

    /// Leaves the functions that are indented as much or more.
    fn leave(&mut self, indent: usize) {
        self.scopes.retain(|scope| scope.indent < indent);
        self.waiting.clear();
    }

    /// A closing brace ends the function at its indentation, and is its last line.
    fn close(&mut self, indent: usize) {
        self.scopes.retain(|scope| scope.indent <= indent);
        if self.scopes.last().is_some_and(|scope| scope.indent == indent && scope.opened) {
            self.left_after = Some(self.scopes.len() - 1);
        }
    }

    fn pass_body(&mut self, line: &Line, syntax: &Syntax, touched: &mut TouchedList) {
        if syntax.by_indent || self.fresh {
            self.leave_or_wait(line.indent, touched);
        }
        self.settle(line, touched);
    }

    /// Leaves what the line is not inside of; blank lines before it belong to what is left.
    fn leave_or_wait(&mut self, indent: usize, touched: &mut TouchedList) {
        self.scopes.retain(|scope| scope.indent < indent);
        for side in std::mem::take(&mut self.waiting) {
            self.count(touched, side);
        }
    }

    fn define(
        &mut self,
        name: &[u8],
        opening: Opening,
        line: &Line,
        syntax: &Syntax,
        touched: &mut TouchedList,
    ) {
        if !syntax.nests && self.scopes.iter().any(|scope| scope.indent < line.indent && scope.opened) {
            return;
        }
        self.leave_or_wait(line.indent, touched);
        self.push(name, line.indent, opening != Opening::Signature);
        if opening == Opening::Whole {
            self.left_after = Some(self.scopes.len() - 1);
        }
    }

    /// The first brace after a signature opens the body; a semicolon before it shows that there is none.
    fn settle(&mut self, line: &Line, touched: &mut TouchedList) {
        let Some(scope) = self.scopes.last_mut().filter(|scope| !scope.opened) else { return };
        if memchr(b'{', line.text).is_some() {
            scope.opened = true;
        } else if line.text.ends_with(b";") {
            touched.take_back(&scope.name, Side::Added, scope.added);
            touched.take_back(&scope.name, Side::Deleted, scope.deleted);
            self.scopes.pop();
        }
    }
}
