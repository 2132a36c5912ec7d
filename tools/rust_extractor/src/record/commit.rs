//! The part of a commit's record that stands before its files.

use serde::Serialize;

use crate::commit_object::CommitObject;
use crate::person::Person;
use crate::text::Text;
use crate::trailers::{Trailer, trailers};

/// Everything that the commit object itself says.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct Head<'a> {
    pub id: &'a str,
    pub tree: &'a str,
    pub parents: &'a [String],
    pub author: PersonRecord<'a>,
    pub committer: PersonRecord<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'a str>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_b64: Option<String>,
    pub trailers: Vec<Trailer>,
    pub signature: bool,
    pub merge_mode: &'static str,
}

/// A person, as the contract has it.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct PersonRecord<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_b64: Option<&'a str>,
    pub email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_b64: Option<&'a str>,
    pub time: i64,
    pub offset: i32,
}

impl<'a> Head<'a> {
    /// The head of a commit; `merge_mode` says against which parent a merge was compared.
    #[must_use]
    pub fn new(id: &'a str, commit: &'a CommitObject, merge_mode: &'static str) -> Self {
        let message = Text::from(commit.message.as_slice());
        Self {
            id,
            tree: &commit.tree,
            parents: &commit.parents,
            author: (&commit.author).into(),
            committer: (&commit.committer).into(),
            encoding: commit.encoding.as_deref(),
            message: message.lossy,
            message_b64: message.base64,
            trailers: trailers(&commit.message),
            signature: commit.signed,
            merge_mode,
        }
    }
}

impl<'a> From<&'a Person> for PersonRecord<'a> {
    fn from(person: &'a Person) -> Self {
        Self {
            name: &person.name.lossy,
            name_b64: person.name.base64.as_deref(),
            email: &person.email.lossy,
            email_b64: person.email.base64.as_deref(),
            time: person.time,
            offset: person.offset,
        }
    }
}
