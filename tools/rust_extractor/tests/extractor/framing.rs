//! Odd bytes in messages, paths and contents: what looks like structure is text.

use crate::rig::{Fixture, os, path_of, unbase64};

#[test]
fn a_message_cannot_forge_a_commit_or_a_patch() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n");
    let first = fixture.commit("first");
    fixture.write("a", "2\n");
    let message = format!(
        "x\n\ncommit {first}\n{first}\n\ndiff --git a/z b/z\n@@ -1 +1 @@\n+no\n:100644 100644 a b M\tz\n"
    );
    fixture.commit(&message);
    let records = fixture.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["message"], message);
    assert_eq!(records[0]["stats"], serde_json::json!({"files": 1, "added": 1, "deleted": 1}));
}

#[test]
fn lines_that_begin_with_signs_are_counted() {
    let fixture = Fixture::new();
    fixture.write("a.c", "keep\n-- \n--j;\n@@ -1 +1 @@\ndiff --git a/x b/x\n");
    fixture.commit("minus");
    fixture.write("a.c", "keep\n++i;\n++ b/a.c\n");
    let id = fixture.commit("plus");
    fixture.write("a.c", format!("keep\n{id}\n\\ No newline at end of file\n:100644\n"));
    fixture.commit("an id as a line");
    let records = fixture.records();
    assert_eq!(records[1]["stats"], serde_json::json!({"files": 1, "added": 2, "deleted": 4}));
}

#[test]
fn a_path_of_any_bytes_is_kept() {
    let fixture = Fixture::new();
    let names: [&[u8]; 8] = [
        b"tab\tquote\"back\\new\nline",
        b"caf\xe9",
        "größe".as_bytes(),
        b"a b/x b/y",
        b" b/ lead",
        b"-dash",
        b"\x1b]0;t\x07",
        b"CR\r",
    ];
    for name in names {
        fixture.write(os(name), "1\n");
    }
    fixture.commit("all");
    for name in names {
        fixture.write(os(name), "2\n");
    }
    fixture.commit("change");
    let records = fixture.records();
    let mut seen: Vec<Vec<u8>> = records[0]["files"].as_array().unwrap().iter().map(path_of).collect();
    let mut expected: Vec<Vec<u8>> = names.iter().map(|name| name.to_vec()).collect();
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
}

#[test]
fn both_paths_of_a_rename_are_kept() {
    let fixture = Fixture::new();
    fixture.write(os(b"old\t\xff"), "1\n2\n3\n4\n");
    fixture.commit("one");
    std::fs::rename(fixture.path().join(os(b"old\t\xff")), fixture.path().join("new b")).unwrap();
    fixture.commit("two");
    let records = fixture.records();
    let file = &records[0]["files"][0];
    assert_eq!(
        (&file["status"], &file["similarity"], &file["path"]),
        (&"R".into(), &100.into(), &"new b".into())
    );
    assert_eq!(unbase64(file["old_path_b64"].as_str().unwrap()), b"old\t\xff");
}

#[test]
fn only_lf_ends_a_line_of_content() {
    let fixture = Fixture::new();
    fixture.write("a", "one\rtwo\r\nthree\x0cfour\u{2028}five\u{85}six");
    fixture.commit("no newline");
    fixture.write("a", "one\rtwo\nthree\x0cfour\u{2028}five\u{85}six\nmore");
    fixture.commit("no newline on both sides");
    fixture.write("a", "one\rtwo\nthree\n");
    fixture.commit("a newline");
    fixture.records();
}

#[test]
fn bytes_that_are_not_utf8_are_counted_and_kept() {
    let fixture = Fixture::new();
    fixture.write("latin", b"caf\xe9\nna\xefve\n");
    let id = fixture.commit("x");
    let object = format!(
        "tree {}\nparent {id}\nauthor J\u{fc} <j@x> 1 +0000\ncommitter J <j@x> 1 +0000\nencoding ISO-8859-1\n\n",
        fixture.id("HEAD^{tree}")
    );
    fixture.raw_commit(&[object.as_bytes(), b"caf\xe9\n"].concat());
    let records = fixture.records();
    assert_eq!(records[0]["encoding"], "ISO-8859-1");
    assert_eq!(records[0]["message"], "caf\u{fffd}\n");
    assert_eq!(unbase64(records[0]["message_b64"].as_str().unwrap()), b"caf\xe9\n");
    assert_eq!(records[1]["stats"]["added"], 2);
    assert_eq!(records[1].get("message_b64"), None);
}

#[test]
fn a_section_with_marks_in_it_does_not_confuse_a_hunk() {
    let fixture = Fixture::new();
    let body = "@@ -9,9 +9,9 @@ x @@\nf(@@ -1 +1 @@) {\n1\n2\n3\n4\n5\n6\n";
    fixture.write("a.c", body);
    fixture.commit("one");
    fixture.write("a.c", body.replace('6', "six"));
    fixture.commit("two");
    let records = fixture.records();
    assert_eq!(records[0]["files"][0]["hunks"][0]["section"], "f(@@ -1 +1 @@) {");
}
