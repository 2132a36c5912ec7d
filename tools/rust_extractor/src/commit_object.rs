//! A raw commit object, as `git cat-file` gives it: headers, an empty line, the message.

use bstr::ByteSlice;

use crate::person::Person;

/// What a commit object says.
#[derive(Debug)]
pub struct CommitObject {
    /// The id of its tree.
    pub tree: String,
    /// The ids of its parents, in their order.
    pub parents: Vec<String>,
    /// Who wrote the change.
    pub author: Person,
    /// Who made the commit.
    pub committer: Person,
    /// The encoding it claims for its message, if it claims one.
    pub encoding: Option<String>,
    /// Whether it carries a signature, of any kind.
    pub signed: bool,
    /// The message, byte for byte.
    pub message: Vec<u8>,
}

impl CommitObject {
    /// Reads an object leniently: what is missing is empty, what is unknown is passed over.
    #[must_use]
    pub fn parse(object: &[u8]) -> Self {
        let (headers, message) = split(object);
        let all = |name: &'static [u8]| headers.lines().filter_map(move |line| value(line, name));
        let text = |value: &[u8]| value.to_str_lossy().into_owned();
        let person = |name| Person::parse(all(name).next().unwrap_or_default());
        Self {
            tree: all(b"tree").next().map(text).unwrap_or_default(),
            parents: all(b"parent").map(text).collect(),
            author: person(b"author"),
            committer: person(b"committer"),
            encoding: all(b"encoding").next().map(text),
            signed: all(b"gpgsig").chain(all(b"gpgsig-sha256")).next().is_some(),
            message: message.to_vec(),
        }
    }
}

/// Cuts at the first empty line; a folded header holds none, since each of its lines begins with a space.
fn split(object: &[u8]) -> (&[u8], &[u8]) {
    match object.find(b"\n\n") {
        Some(at) => (&object[..at], &object[at + 2..]),
        None => (object, &[]),
    }
}

fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(name)?.strip_prefix(b" ")
}

#[cfg(test)]
mod tests {
    use super::CommitObject;

    #[test]
    fn headers_and_message_are_told_apart() {
        let object = b"tree 1\nparent 2\nparent 2\nauthor A <a> 1 +0000\ncommitter B <b> 2 +0000\n\
            gpgsig -----BEGIN\n tree 9\n \n -----END\nencoding latin1\nodd header\n\ntitle\n\ntree 3\n";
        let commit = CommitObject::parse(object);
        assert_eq!((commit.tree.as_str(), commit.parents), ("1", vec!["2".to_owned(), "2".to_owned()]));
        assert_eq!((commit.signed, commit.encoding.as_deref()), (true, Some("latin1")));
        assert_eq!(commit.message, b"title\n\ntree 3\n");
    }

    #[test]
    fn an_object_without_message_is_read_too() {
        let commit = CommitObject::parse(b"tree 1\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n");
        assert!(commit.message.is_empty() && !commit.signed && commit.parents.is_empty());
    }
}
