//! Two commits that begin with the same 12 digits, found by trying 48 million dates.

use crate::rig::{Fixture, parse};

fn twins() -> (Fixture, String, String) {
    let fixture = Fixture::new();
    fixture.git_with(&["hash-object", "-t", "tree", "-w", "--stdin"], &[], b"");
    let [one, other] = [1_008_115_899, 1_030_630_973].map(|date| {
        let person = format!("A <a@x> {date} +0000");
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        fixture.raw_commit(format!("tree {tree}\nauthor {person}\ncommitter {person}\n\nx\n").as_bytes())
    });
    assert_eq!(one[..12], other[..12]);
    (fixture, one, other)
}

#[test]
fn commits_whose_folders_would_have_one_name_are_refused_before_anything_is_written() {
    let (fixture, one, other) = twins();
    let out = fixture.path().join("out");
    let ids = format!("{one}\n{other}\n");
    let output =
        fixture.run(&["--ids", "-", "--shards", "2", "--out", out.to_str().unwrap()], ids.as_bytes());
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(65), 0));
    assert!(words.contains(&one) && words.contains(&other), "{words}");
    assert!(words.contains("use output.format json"), "{words}");
    assert!(!out.exists());
}

#[test]
fn without_folders_both_come_through() {
    let (fixture, one, other) = twins();
    let output = fixture.run(&["--ids", "-"], format!("{other}\n{one}\n").as_bytes());
    let ids: Vec<_> = parse(&output.stdout).iter().map(|record| record["id"].clone()).collect();
    assert_eq!(ids, [other, one]);
}

#[test]
fn an_id_that_is_there_twice_is_refused_with_folders_only() {
    let (fixture, one, _) = twins();
    let out = fixture.path().join("out");
    let ids = format!("{one}\n{one}\n");
    let output = fixture.run(&["--ids", "-", "--out", out.to_str().unwrap()], ids.as_bytes());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is twice in the ids"), "{output:?}");
    assert_eq!((output.status.code(), out.exists()), (Some(65), false));
    assert_eq!(parse(&fixture.run(&["--ids", "-"], ids.as_bytes()).stdout).len(), 2);
}
