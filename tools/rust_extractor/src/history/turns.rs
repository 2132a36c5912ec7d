//! Who may write to stdout: the shares are worked on side by side, and come out one after the other.

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::history::outlets::Outlets;
use crate::interruption::lock;

/// A live reader waits no longer than this, and one commit, for what is done.
const PATIENCE: Duration = Duration::from_millis(100);

/// Whose turn it is, and what waits for later turns.
pub struct Turns {
    turn: AtomicUsize,
    waiting: Mutex<Waiting>,
}

struct Waiting {
    /// What was asked for; the share whose turn it is has it while it writes.
    last: Option<Outlets>,
    /// The shares that were done before their turn.
    done: BTreeMap<usize, Outlets>,
}

/// One share's place in the order.
pub struct Turn<'a> {
    turns: &'a Turns,
    share: usize,
    /// Where it writes now.
    pub outlets: Outlets,
    /// Whether that is what was asked for.
    live: bool,
    flushed: Instant,
}

impl Turns {
    /// Shares take turns from number 0 on at writing to what was asked for.
    pub fn at(last: Outlets) -> Self {
        let waiting = Waiting { last: Some(last), done: BTreeMap::new() };
        Self { turn: AtomicUsize::new(0), waiting: Mutex::new(waiting) }
    }

    /// A share begins; until its turn comes, it writes to a spool.
    pub fn begin(&self, share: usize, outlets: Outlets) -> io::Result<Turn<'_>> {
        let mut turn = Turn { turns: self, share, outlets, live: false, flushed: Instant::now() };
        turn.pace()?;
        Ok(turn)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.waiting)
    }
}

impl Turn<'_> {
    /// To be called between commits: goes live when the turn has come, and does not keep a reader waiting. What is full
    /// goes out before it would go by itself, so that what a record vouches for goes before it.
    pub fn pace(&mut self) -> io::Result<()> {
        if !self.live && self.turns.turn.load(Ordering::Acquire) == self.share {
            self.go_live()?;
        }
        if self.live && (self.outlets.is_filled() || self.flushed.elapsed() >= PATIENCE) {
            self.outlets.flush()?;
            self.flushed = Instant::now();
        }
        Ok(())
    }

    /// The share is whole: the next ones may come.
    pub fn end(self) -> io::Result<()> {
        let mut waiting = self.turns.waiting();
        let mut turn = self.turns.turn.load(Ordering::Acquire);
        if self.live {
            waiting.last = Some(self.outlets);
            turn += 1;
        } else {
            waiting.done.insert(self.share, self.outlets);
        }
        waiting.advance(&mut turn)?;
        self.turns.turn.store(turn, Ordering::Release);
        Ok(())
    }

    fn go_live(&mut self) -> io::Result<()> {
        if let Some(last) = self.turns.waiting().last.take() {
            let spooled = mem::replace(&mut self.outlets, last);
            self.live = true;
            self.outlets.append(spooled)?;
        }
        Ok(())
    }
}

impl Waiting {
    /// Writes what is done and next in order.
    fn advance(&mut self, turn: &mut usize) -> io::Result<()> {
        let Some(last) = &mut self.last else { return Ok(()) };
        while let Some(spooled) = self.done.remove(turn) {
            last.append(spooled)?;
            *turn += 1;
        }
        last.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::{BufWriter, Write};
    use std::path::PathBuf;

    use super::{Outlets, PATIENCE, Turn, Turns};

    struct Files(PathBuf);

    impl Files {
        fn outlets(&self, name: &str) -> Outlets {
            let path = self.0.join(name);
            let file = File::options().read(true).write(true).create_new(true).open(path).unwrap();
            Outlets { records: BufWriter::new(file), sums: None, patches: None }
        }

        fn written(&self) -> String {
            fs::read_to_string(self.0.join("last")).unwrap()
        }
    }

    impl Drop for Files {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn say(turn: &mut Turn, line: &str) {
        turn.outlets.records.write_all(line.as_bytes()).unwrap();
        turn.pace().unwrap();
    }

    #[test]
    fn shares_come_out_in_order_and_the_one_whose_turn_it_is_comes_out_live() {
        let files = Files(std::env::temp_dir().join(format!("turns-test-{}", std::process::id())));
        fs::create_dir(&files.0).unwrap();
        let turns = Turns::at(files.outlets("last"));
        let [mut first, mut second, mut third] = [0, 1, 2].map(|share| {
            let spool = files.outlets(&format!("spool {share}"));
            turns.begin(share, spool).unwrap()
        });
        say(&mut third, "3");
        third.end().unwrap();
        say(&mut second, "2");
        say(&mut first, "1");
        assert_eq!(files.written(), "");
        first.flushed -= PATIENCE;
        first.pace().unwrap();
        assert_eq!(files.written(), "1");
        first.end().unwrap();
        say(&mut second, "two");
        second.flushed -= PATIENCE;
        second.pace().unwrap();
        assert_eq!(files.written(), "12two");
        second.end().unwrap();
        assert_eq!(files.written(), "12two3");
    }
}
