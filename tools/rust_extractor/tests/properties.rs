//! What must hold for every input: no panic, and counts that add up.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --test properties` looks for longer.

use proptest::collection::vec;
use proptest::prelude::*;
use rust_extractor::commit_object::CommitObject;
use rust_extractor::functions::Touches;
use rust_extractor::patch::quoted::{quote, unquote};
use rust_extractor::patch::raw_entry::RawEntry;
use rust_extractor::trailers::trailers;
use rust_extractor::{diff, visible};
use serde_json::Value;

const LANGUAGES: [&str; 8] = ["Rust", "C", "Python", "Go", "Java", "TypeScript", "Ruby", "C++"];

/// Beginnings that mean something to the parser.
const MARKS: [&str; 40] = [
    "diff --git a/x.rs b/x.rs",
    "diff --git \"a/\\303\" b/y",
    "diff --git ",
    "--- a/x",
    "+++ b/x",
    "--- /dev/null",
    "+++ ",
    "index 1..2 100644",
    "index ",
    "old mode 100644",
    "new mode 100755",
    "new file mode 100644",
    "deleted file mode ",
    "similarity index 90%",
    "rename from a",
    "rename to \"b",
    "copy from ",
    "Binary files a and b differ",
    "GIT binary patch",
    "literal 3",
    "delta 1",
    "@@ -1 +1 @@ fn a() {",
    "@@ -1,2 +1,3 @@",
    "@@ -0,0 +1,9 @@ def f():",
    "@@ -1,99999999999999999999 +1 @@",
    "@@ ",
    "\\ No newline at end of file",
    "+",
    "-",
    " ",
    "+fn b() {",
    "-}",
    " def g(self):",
    "+end",
    "-int f(int a)",
    "+{",
    " x = function(a) {",
    "diff --cc x",
    "",
    "-- ",
];

fn line() -> impl Strategy<Value = Vec<u8>> {
    let mark = prop::sample::select(&MARKS[..]);
    let noise = vec(any::<u8>(), 0..12);
    (mark, noise, 0..4_u8).prop_map(|(mark, noise, kind)| match kind {
        0 => noise,
        1 => [mark.as_bytes(), &noise].concat(),
        _ => mark.as_bytes().to_vec(),
    })
}

/// A hunk whose counts are right: for each line its sign and its text.
fn hunk() -> impl Strategy<Value = Vec<(char, String)>> {
    vec((prop::sample::select(vec![' ', '+', '-']), "[ -~]{0,12}"), 1..20)
}

fn write_patch(files: &[Vec<Vec<(char, String)>>]) -> String {
    let mut patch = String::new();
    for (number, hunks) in files.iter().enumerate() {
        patch += &format!(
            "diff --git a/f{number}.c b/f{number}.c\nindex 1..2 100644\n--- a/f{number}.c\n+++ b/f{number}.c\n"
        );
        for lines in hunks {
            let old = lines.iter().filter(|line| line.0 != '+').count();
            let new = lines.iter().filter(|line| line.0 != '-').count();
            patch += &format!("@@ -1,{old} +1,{new} @@\n");
            for (sign, text) in lines {
                patch += &format!("{sign}{text}\n");
            }
        }
    }
    patch
}

fn count(hunks: &[Vec<(char, String)>], sign: char) -> usize {
    hunks.iter().flatten().filter(|line| line.0 == sign).count()
}

fn sum(files: &Value, key: &str) -> u64 {
    files.as_array().unwrap().iter().map(|file| file[key].as_u64().unwrap()).sum()
}

proptest! {
    #[test]
    fn any_lines_are_read_or_refused(lines in vec(line(), 0..40)) {
        let mut output = Vec::new();
        if diff::run(&lines.join(&b'\n')[..], &mut output).is_ok() {
            let record: Value = serde_json::from_slice(&output).unwrap();
            prop_assert_eq!(record["stats"]["added"].as_u64().unwrap(), sum(&record["files"], "added"));
            prop_assert_eq!(&record["stats"]["files"], record["files"].as_array().unwrap().len());
        } else {
            prop_assert!(output.is_empty());
        }
    }

    #[test]
    fn a_well_formed_patch_is_counted_line_by_line(files in vec(vec(hunk(), 1..5), 1..5)) {
        let mut output = Vec::new();
        diff::run(write_patch(&files).as_bytes(), &mut output).unwrap();
        let record: Value = serde_json::from_slice(&output).unwrap();
        prop_assert_eq!(record["files"].as_array().unwrap().len(), files.len());
        for (file, hunks) in record["files"].as_array().unwrap().iter().zip(&files) {
            prop_assert_eq!(&file["added"], count(hunks, '+'));
            prop_assert_eq!(&file["deleted"], count(hunks, '-'));
            prop_assert_eq!(sum(&file["hunks"], "added"), file["added"].as_u64().unwrap());
        }
    }

    #[test]
    fn no_code_is_too_odd(language in prop::sample::select(&LANGUAGES[..]), lines in vec((0..4_u8, line()), 0..60)) {
        let mut touches = Touches::of(Some(language));
        let (mut added, mut deleted) = (0, 0);
        for (kind, text) in &lines {
            match kind {
                0 => touches.enter_hunk(text, 1, Some(text)),
                1 => touches.context(text),
                2 => { added += 1; touches.added(text); }
                _ => { deleted += 1; touches.deleted(text); }
            }
        }
        for function in touches.finish().0 {
            prop_assert!(function.added <= added && function.deleted <= deleted);
        }
    }

    #[test]
    fn no_commit_object_is_too_odd(object in vec(any::<u8>(), 0..200), headers in "(tree|parent|author|gpgsig|encoding|x)( [ -~]{0,20})?\n") {
        let commit = CommitObject::parse(&[headers.as_bytes(), &object].concat());
        let _ = trailers(&commit.message);
        let _ = trailers(&object);
        let _ = visible::visible(&object);
    }

    #[test]
    fn paths_come_back(path in vec(any::<u8>(), 0..40), rest in vec(any::<u8>(), 0..10)) {
        let quoted = quote(&path);
        if quoted.starts_with('"') {
            let text = [quoted.as_bytes(), &rest].concat();
            let (back, left) = unquote(&text).unwrap();
            prop_assert_eq!((&*back, left), (&path[..], &rest[..]));
        } else {
            prop_assert_eq!(quoted.as_bytes(), &path[..]);
        }
        let _ = unquote(&path);
        let _ = RawEntry::parse(&[b":1 2 3 4 R9\t", &path[..]].concat());
    }
}
