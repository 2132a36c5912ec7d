//! Versions of files that were read lately: the walk goes from newer to older, and what a commit began with is what an
//! earlier one has left.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// Contents by their blobs' ids, the oldest of which go when there is no more room.
#[derive(Default)]
pub struct FileVersions {
    contents: HashMap<Rc<str>, Rc<Vec<u8>>>,
    order: VecDeque<Rc<str>>,
    bytes: usize,
    room: usize,
}

impl FileVersions {
    /// With room for so many bytes.
    pub fn with_room(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    /// The content of a blob, if it is still here.
    pub fn get(&self, id: &str) -> Option<Rc<Vec<u8>>> {
        self.contents.get(id).cloned()
    }

    /// Keeps the content of a blob.
    pub fn keep(&mut self, id: &str, content: Vec<u8>) {
        if self.contents.contains_key(id) {
            return;
        }
        let id: Rc<str> = id.into();
        self.bytes += content.capacity();
        self.contents.insert(Rc::clone(&id), Rc::new(content));
        self.order.push_back(id);
        while self.bytes > self.room {
            let oldest = self.order.pop_front().and_then(|id| self.contents.remove(&id));
            self.bytes -= oldest.map_or(self.bytes, |content| content.capacity());
        }
    }
}
