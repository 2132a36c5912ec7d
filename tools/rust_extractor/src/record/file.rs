//! The record of one file of a commit or a patch.

use serde::Serialize;

use crate::functions::{Touched, Touches};
use crate::language;
use crate::patch::file_patch::FilePatch;
use crate::patch::header::Header;
use crate::patch::raw_entry::RawEntry;
use crate::record::skipped;
use crate::text::Text;

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// One file, as the contract has it; `modes` and `blobs` are left out when a patch does not tell them.
#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub struct FileRecord {
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_b64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_path_b64: Option<String>,
    pub status: char,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modes: Option<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blobs: Option<Pair>,
    pub added: u64,
    pub deleted: u64,
    pub binary: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<&'static str>,
    pub hunks: Vec<crate::patch::hunk::Hunk>,
    pub functions: Vec<Touched>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

impl FileRecord {
    /// A file of a commit: what it is called and what happened to it comes from the raw entry alone.
    #[must_use]
    pub fn of_commit(entry: &RawEntry, binary: bool, patch: FilePatch, touches: Touches) -> Self {
        let mut record = Self::of_patch(entry.path.as_ref(), binary, patch, touches);
        record.move_from(entry.old_path.as_deref());
        record.status = entry.status;
        record.similarity = entry.similarity;
        record.modes = Some(Pair { old: entry.old_mode.to_owned(), new: entry.new_mode.to_owned() });
        record.blobs = Some(Pair { old: entry.old_blob.to_owned(), new: entry.new_blob.to_owned() });
        record
    }

    /// A file of a patch that came alone: the header is all there is.
    #[must_use]
    pub fn of_header(header: &Header, patch: FilePatch, touches: Touches) -> Self {
        let mut record = Self::of_patch(path(header), header.binary, patch, touches);
        record.status = header.status.unwrap_or('M');
        if matches!(record.status, 'R' | 'C') {
            record.move_from(header.old_path.as_deref());
            record.similarity = header.similarity;
        }
        record.modes = modes(header);
        record.blobs = blobs(header);
        record
    }

    fn of_patch(path: &[u8], binary: bool, content: FilePatch, touches: Touches) -> Self {
        let (functions, functions_cut) = touches.finish();
        let text = Text::from(path);
        let counted = |lines: u64| if binary { 0 } else { lines };
        Self {
            path: text.lossy,
            path_b64: text.base64,
            old_path: None,
            old_path_b64: None,
            status: 'M',
            similarity: None,
            modes: None,
            blobs: None,
            added: counted(content.added),
            deleted: counted(content.deleted),
            binary,
            language: language::of_path(path),
            hunks: content.hunks,
            functions,
            skipped: skipped(&[("hunks", content.cut), ("functions", functions_cut)]),
        }
    }

    fn move_from(&mut self, old_path: Option<&[u8]>) {
        if let Some(old) = old_path.map(Text::from) {
            (self.old_path, self.old_path_b64) = (Some(old.lossy), old.base64);
        }
    }
}

/// The path that a header gives its file.
#[must_use]
pub fn path(header: &Header) -> &[u8] {
    [&header.new_path, &header.old_path, &header.common_path]
        .into_iter()
        .flatten()
        .next()
        .map_or(b"", Vec::as_slice)
}

fn modes(header: &Header) -> Option<Pair> {
    let none = || Some("000000".to_owned());
    let (old, new) = match header.status {
        Some('A') => (none(), header.new_mode.clone()),
        Some('D') => (header.old_mode.clone(), none()),
        _ => (header.old_mode.clone(), header.new_mode.clone()),
    };
    Some(Pair { old: old?, new: new? })
}

/// Abbreviated ids name no blob for sure, so they are left out.
fn blobs(header: &Header) -> Option<Pair> {
    let full =
        |id: &Option<String>| id.clone().filter(|id| crate::git::object_id::is_object_id(id.as_bytes()));
    Some(Pair { old: full(&header.old_blob)?, new: full(&header.new_blob)? })
}
