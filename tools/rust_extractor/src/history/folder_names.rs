//! Two commits whose folders would have one name: it holds the first digits of an id, which both may share.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Result;
use bstr::ByteSlice;

use crate::commit_folder::DIGITS;
use crate::failure::Failure;
use crate::patch::lines::Lines;

/// Refuses ids, one a line, of which two would have one folder, before anything is written for either.
/// Six bytes of each are kept in eight, so that a million commits need 8 MB.
pub fn check(ids: &Path) -> Result<()> {
    let mut prefixes = Vec::new();
    for_each(File::open(ids)?, |id| prefixes.push(prefix(id)))?;
    prefixes.sort_unstable();
    let shared = prefixes.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    shared.map_or(Ok(()), |shared| Err(clash(ids, shared)?))
}

fn clash(ids: &Path, shared: u64) -> Result<anyhow::Error> {
    let mut both = Vec::new();
    for_each(File::open(ids)?, |id| {
        if prefix(id) == shared {
            both.push(id.to_str_lossy().into_owned());
        }
    })?;
    Ok(if both[0] == both[1] {
        Failure::data(format!("{} is twice in the ids", both[0]), "Give each id once.")
    } else {
        Failure::data(
            format!("{} and {} begin with the same {DIGITS} digits, which name the folder", both[0], both[1]),
            "Leave one of them out, or do without folders (no --out; in a spec: use output.format json).",
        )
    })
}

fn for_each(ids: impl Read, mut each: impl FnMut(&[u8])) -> Result<()> {
    let mut lines = Lines::new(ids);
    while let Some(id) = lines.read()? {
        each(id);
    }
    Ok(())
}

/// The digits that name the folder, as a number.
fn prefix(id: &[u8]) -> u64 {
    let value = |digit: u8| u64::from(if digit > b'9' { digit - b'a' + 10 } else { digit - b'0' });
    id[..DIGITS].iter().fold(0, |number, digit| number << 4 | value(*digit))
}
