//! Lines of any length from a stream, in a buffer of fixed size.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;

use crate::patch::tap::Tap;

/// How much of a line can be seen, in bytes; what is longer is passed over, and still tapped.
pub const VISIBLE: usize = 128 * 1024;

/// A reader of lines that end with LF, and with nothing else.
#[derive(Debug)]
pub struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// The bytes that were read and not yet given out are `buffer[start..end]`.
    start: usize,
    end: usize,
    /// The line that was given out last goes on beyond the buffer.
    unfinished: bool,
    number: u64,
    tap: Option<Tap>,
    /// What was given out and not yet tapped is `buffer[tapped..start]`.
    tapped: usize,
}

impl<R: Read> Lines<R> {
    /// Reads lines from a source, which needs no buffer of its own.
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; VISIBLE],
            start: 0,
            end: 0,
            unfinished: false,
            number: 0,
            tap: None,
            tapped: 0,
        }
    }

    /// The number of the line that was given out last, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Shows the beginning of the next line, without its LF; nothing at the end of the stream.
    pub fn peek(&mut self) -> io::Result<Option<&[u8]>> {
        let (text, whole) = self.measure()?;
        Ok((whole > 0).then(|| &self.buffer[self.start..self.start + text]))
    }

    /// Gives the next line, or as much of it as can be seen, without its LF.
    pub fn read(&mut self) -> io::Result<Option<&[u8]>> {
        let (text, whole) = self.measure()?;
        let from = self.start;
        self.start += whole;
        if whole == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.unfinished = text == whole;
        Ok(Some(&self.buffer[from..from + text]))
    }

    /// From the next line on, everything flows through the tap.
    pub fn open_tap(&mut self, tap: Tap) -> io::Result<()> {
        self.skip_rest()?;
        self.tapped = self.start;
        self.tap = Some(tap);
        Ok(())
    }

    /// Takes the tap off again, after the line that was given out last.
    pub fn close_tap(&mut self) -> io::Result<Option<Tap>> {
        self.skip_rest()?;
        self.flush_tap()?;
        Ok(self.tap.take())
    }

    /// How many bytes of the next line can be seen, and how many with its LF.
    fn measure(&mut self) -> io::Result<(usize, usize)> {
        self.skip_rest()?;
        let mut scanned = 0;
        loop {
            if let Some(at) = memchr(b'\n', &self.buffer[self.start + scanned..self.end]) {
                return Ok((scanned + at, scanned + at + 1));
            }
            scanned = self.end - self.start;
            if scanned == self.buffer.len() || self.fill()? == 0 {
                return Ok((scanned, scanned));
            }
        }
    }

    fn skip_rest(&mut self) -> io::Result<()> {
        while self.unfinished {
            if let Some(at) = memchr(b'\n', &self.buffer[self.start..self.end]) {
                self.start += at + 1;
                self.unfinished = false;
            } else {
                self.start = self.end;
                self.unfinished = self.fill()? > 0;
            }
        }
        Ok(())
    }

    /// Reads on behind what is there; moves it to the front when there is no room.
    fn fill(&mut self) -> io::Result<usize> {
        if self.end == self.buffer.len() || self.start == self.end {
            self.flush_tap()?;
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            (self.start, self.tapped) = (0, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.end += count;
                    return Ok(count);
                }
            }
        }
    }

    fn flush_tap(&mut self) -> io::Result<()> {
        if let Some(tap) = &mut self.tap {
            tap.see(&self.buffer[self.tapped..self.start])?;
            self.tapped = self.start;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{Lines, VISIBLE};
    use crate::patch::tap::Tap;

    /// Gives a few bytes at a time, as a slow pipe does.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(self.1).min(into.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn only_lf_ends_a_line() {
        let mut lines = Lines::new(Trickle(b"a\rb\x0c\xe2\x80\xa8c\n\n\0\nlast", 3));
        let mut seen = Vec::new();
        while let Some(line) = lines.read().unwrap() {
            seen.push(line.to_vec());
        }
        assert_eq!(seen, [&b"a\rb\x0c\xe2\x80\xa8c"[..], b"", b"\0", b"last"]);
    }

    #[test]
    fn a_line_longer_than_the_buffer_is_seen_in_part_and_tapped_whole() {
        let long = [b"+".repeat(3 * VISIBLE + 7), b"\nnext\n".to_vec()].concat();
        let mut lines = Lines::new(Trickle(&long, 50_000));
        lines.open_tap(Tap::default()).unwrap();
        assert_eq!(lines.read().unwrap().unwrap().len(), VISIBLE);
        assert_eq!(lines.peek().unwrap().unwrap(), b"next");
        assert_eq!(lines.read().unwrap().unwrap(), b"next");
        assert_eq!(lines.read().unwrap(), None);
        let whole = lines.close_tap().unwrap().unwrap().finish();
        assert_eq!(whole.bytes, long.len() as u64);
    }

    #[test]
    fn the_tap_sees_what_is_given_out_while_it_is_open() {
        let mut lines = Lines::new(&b"before\nin\nside\nafter\n"[..]);
        lines.read().unwrap();
        lines.open_tap(Tap::default()).unwrap();
        lines.read().unwrap();
        lines.read().unwrap();
        lines.peek().unwrap();
        let whole = lines.close_tap().unwrap().unwrap().finish();
        let mut expected = Tap::default();
        expected.see(b"in\nside\n").unwrap();
        assert_eq!(whole, expected.finish());
    }
}
