//! Counting a change of type (a file that becomes a symbolic link, say) as `git diff --numstat` does.
//!
//! The patch shows it as a deletion and a creation, but numstat compares the two contents. One of them is a link's
//! target or a commit id, one line; so the two have at most one line in common, and it is found while they flow by.

use std::hash::{DefaultHasher, Hasher};

/// Remembers enough of both sides to tell whether they share a line.
#[derive(Debug, Default)]
pub struct LoneLine {
    wanted: bool,
    old: Side,
    new: Side,
    /// Whether the line that was seen last is a new one.
    last: Option<bool>,
    /// Whether the only old line is among the new ones, but for the last of them.
    matched: bool,
}

#[derive(Debug, Default)]
struct Side {
    count: u64,
    last: u64,
}

impl LoneLine {
    /// Watches the lines, which costs a hash for each.
    #[must_use]
    pub fn watching() -> Self {
        Self { wanted: true, ..Self::default() }
    }

    /// Sees a line that was deleted.
    pub fn deleted(&mut self, text: &[u8]) {
        if self.wanted {
            self.old.see(text);
            self.last = Some(false);
        }
    }

    /// Sees a line that was added; all deleted ones came before.
    pub fn added(&mut self, text: &[u8]) {
        if self.wanted {
            self.matched |= self.is_lone_old_line();
            self.new.see(text);
            self.last = Some(true);
        }
    }

    /// The line before has no LF at its end, and is no line's equal that has one.
    pub fn without_end(&mut self) {
        match self.last {
            Some(true) => self.new.last = !self.new.last,
            Some(false) => self.old.last = !self.old.last,
            None => {}
        }
    }

    /// How many lines both sides share: 0 or 1.
    #[must_use]
    pub fn shared(&self) -> u64 {
        let lone_new_line = self.new.count == 1 && self.old.count > 0 && self.new.last == self.old.last;
        u64::from(self.matched || self.is_lone_old_line() || lone_new_line)
    }

    fn is_lone_old_line(&self) -> bool {
        self.old.count == 1 && self.new.count > 0 && self.new.last == self.old.last
    }
}

impl Side {
    fn see(&mut self, text: &[u8]) {
        let mut hasher = DefaultHasher::new();
        hasher.write(text);
        self.last = hasher.finish();
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::LoneLine;

    #[test]
    fn a_link_to_what_the_file_ended_with_shares_that_line() {
        let mut lines = LoneLine::watching();
        lines.deleted(b"x");
        lines.deleted(b"target");
        lines.without_end();
        lines.added(b"target");
        lines.without_end();
        assert_eq!(lines.shared(), 1);
    }

    #[test]
    fn a_line_with_an_end_is_not_one_without() {
        let mut lines = LoneLine::watching();
        lines.deleted(b"target");
        lines.added(b"target");
        lines.without_end();
        assert_eq!(lines.shared(), 0);
    }

    #[test]
    fn a_file_that_was_a_link_shares_its_last_line() {
        let mut lines = LoneLine::watching();
        lines.deleted(b"target");
        lines.without_end();
        lines.added(b"x");
        lines.added(b"target");
        lines.without_end();
        assert_eq!(lines.shared(), 1);
    }
}
