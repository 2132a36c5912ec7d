//! Which language a file is in, by its name alone.

mod table;

use bstr::ByteSlice;

use table::{BY_ENDING, BY_NAME};

/// GitHub Linguist's name of the language of a path; nothing for one that the table does not hold.
#[must_use]
pub fn of_path(path: &[u8]) -> Option<&'static str> {
    let name = path.rsplit_once_str(b"/").map_or(path, |(_, name)| name);
    let name = name.to_str().ok()?;
    look_up(BY_NAME, name).or_else(|| {
        let (_, ending) = name.rsplit_once('.')?;
        look_up(BY_ENDING, ending).or_else(|| look_up(BY_ENDING, &ending.to_ascii_lowercase()))
    })
}

fn look_up(table: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    table.binary_search_by(|(entry, _)| (*entry).cmp(key)).ok().map(|place| table[place].1)
}

#[cfg(test)]
mod tests {
    use super::{BY_ENDING, BY_NAME, of_path};

    #[test]
    fn the_tables_are_sorted_so_that_they_can_be_searched() {
        assert!(BY_ENDING.is_sorted_by(|one, next| one.0 < next.0));
        assert!(BY_NAME.is_sorted_by(|one, next| one.0 < next.0));
    }

    #[test]
    fn names_come_before_endings_and_case_before_no_case() {
        assert_eq!(of_path(b"src/Makefile"), Some("Makefile"));
        assert_eq!(of_path(b"CMakeLists.txt"), Some("CMake"));
        assert_eq!(
            (of_path(b"a.R"), of_path(b"a.PY"), of_path(b"a.C")),
            (Some("R"), Some("Python"), Some("C++"))
        );
        assert_eq!((of_path(b"a/b.rs/none"), of_path(b"\xff.rs"), of_path(b"")), (None, None, None));
    }
}
