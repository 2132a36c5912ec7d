//! Where a record goes while it is being made: piece by piece, so that one of any size needs little memory.

use std::io::{self, Write};

use serde::Serialize;

use crate::hashed_file::HashedFile;
use crate::record::Tail;
use crate::record::file::FileRecord;

/// A record up to this size is written at once, so that a failure leaves no half of it behind.
const WHOLE_UP_TO: usize = 1 << 20;

/// One record on its way to a stream, and to a file as well if one is wanted.
pub struct Sink<'a> {
    stream: &'a mut dyn Write,
    copy: Option<HashedFile>,
    buffer: &'a mut Vec<u8>,
    first: bool,
}

impl<'a> Sink<'a> {
    /// Begins a record; the buffer is lent, so that its room is used again for the next one.
    pub fn begin(stream: &'a mut dyn Write, copy: Option<HashedFile>, buffer: &'a mut Vec<u8>) -> Self {
        buffer.clear();
        buffer.push(b'{');
        Self { stream, copy, buffer, first: true }
    }

    /// Writes the fields before the files.
    pub fn head<T: Serialize>(&mut self, head: &T) -> io::Result<()> {
        self.fields(head)?;
        self.buffer.push(b',');
        Ok(())
    }

    /// Opens the list of files.
    pub fn open_files(&mut self) {
        self.buffer.extend(b"\"files\":[");
    }

    /// Writes one file.
    pub fn file(&mut self, file: &FileRecord) -> io::Result<()> {
        if !std::mem::take(&mut self.first) {
            self.buffer.push(b',');
        }
        serde_json::to_writer(&mut *self.buffer, file)?;
        if self.buffer.len() > WHOLE_UP_TO { self.flush() } else { Ok(()) }
    }

    /// Closes the list, and writes what comes after it; the copy is whole now, and given back.
    pub fn close(&mut self, tail: &Tail) -> io::Result<Option<HashedFile>> {
        self.buffer.extend(b"],");
        self.fields(tail)?;
        self.buffer.extend(b"}\n");
        let mut copy = self.copy.take();
        if let Some(copy) = &mut copy {
            copy.write_all(self.buffer)?;
        }
        Ok(copy)
    }

    /// Ends the record's line in the stream: from now on it counts.
    pub fn release(mut self) -> io::Result<()> {
        self.flush()
    }

    /// The fields of a value without the braces around them.
    fn fields<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let opening = self.buffer.len();
        serde_json::to_writer(&mut *self.buffer, value)?;
        self.buffer.remove(opening);
        self.buffer.pop();
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(self.buffer)?;
        if let Some(copy) = &mut self.copy {
            copy.write_all(self.buffer)?;
        }
        self.buffer.clear();
        Ok(())
    }
}
