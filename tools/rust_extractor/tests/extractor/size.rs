//! Sheer size: the memory stays flat, what is cut is recorded, and the sums are of the whole.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::rig::{Fixture, parse};

/// Runs `history` and gives its record and the most memory that it took itself, in kilobytes.
fn measured(fixture: &Fixture) -> (Value, u64) {
    let output_path = fixture.path().join("output");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rust_extractor"))
        .args(["history", "--limit", "1", "--repo"])
        .arg(fixture.path())
        .stdout(fs::File::create(&output_path).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = most.max(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let records = parse(&fs::read(output_path).unwrap());
    fixture.assert_agrees_with_git(&records);
    (records[0].clone(), most)
}

const LIMIT: u64 = 64 * 1024;

/// Feeds git a stream for `git fast-import`, which needs no worktree.
fn import(stream: &[u8]) -> Fixture {
    let fixture = Fixture::new();
    fixture.git_with(&["fast-import", "--quiet"], &[], stream);
    fixture
}

const COMMIT: &str = "commit refs/heads/main\ncommitter A <a@x> 1 +0000\ndata 1\nx\n";

#[test]
fn a_large_patch_and_a_long_line_take_little_memory() {
    let mut stream = format!("{COMMIT}M 644 inline long\ndata 10000001\n").into_bytes();
    stream.extend(b"x".repeat(10_000_000));
    stream.extend(b"\n\nM 644 inline large.c\ndata 100000000\n");
    stream.extend(b"int f(int a) {\n    ok;\n}\n".repeat(4_000_000));
    stream.extend(b"\n");
    let (record, memory) = measured(&import(&stream));
    assert_eq!(record["stats"], serde_json::json!({"files": 2, "added": 12_000_001, "deleted": 0}));
    assert!(record["patch"]["bytes"].as_u64().unwrap() > 110_000_000);
    assert!(memory > 0 && memory < LIMIT, "{memory} kB");
}

#[test]
fn a_commit_of_a_hundred_thousand_files_takes_little_memory() {
    let mut stream = COMMIT.to_owned().into_bytes();
    for number in 0..100_000 {
        let line =
            format!("M 644 inline some/folder/of/{}/file number {number}.rs\ndata 2\nx\n\n", number % 1000);
        stream.extend(line.as_bytes());
    }
    let (record, memory) = measured(&import(&stream));
    assert_eq!(
        (record["files"].as_array().unwrap().len(), &record["stats"]["added"]),
        (100_000, &100_000.into())
    );
    assert!(memory > 0 && memory < LIMIT, "{memory} kB");
}

#[test]
fn more_files_than_fit_are_counted_and_the_cut_is_recorded() {
    let mut stream = COMMIT.to_owned().into_bytes();
    let folder = "long/".repeat(400);
    for number in 0..12_000 {
        stream.extend(format!("M 644 inline {folder}{number}\ndata 2\nx\n\n").as_bytes());
    }
    let (record, memory) = measured(&import(&stream));
    assert!(record["files"].as_array().unwrap().len() < 12_000);
    assert_eq!(record["stats"], serde_json::json!({"files": 12_000, "added": 12_000, "deleted": 0}));
    assert_eq!(record["skipped"], "files");
    assert!(memory > 0 && memory < LIMIT, "{memory} kB");
}

#[test]
fn many_hunks_and_functions_are_cut_but_counted() {
    let mut old = String::new();
    let mut new = String::new();
    for number in 0..12_000 {
        let body = "    ;\n".repeat(9);
        write!(old, "int f{number}(void) {{\n    {number};\n{body}}}\n").unwrap();
        write!(new, "int f{number}(void) {{\n    -{number};\n{body}}}\n").unwrap();
    }
    let fixture = Fixture::new();
    fixture.write("a.c", old);
    fixture.commit("one");
    fixture.write("a.c", new);
    fixture.commit("two");
    let records = fixture.records();
    let file = &records[0]["files"][0];
    assert_eq!(
        (file["hunks"].as_array().unwrap().len(), file["functions"].as_array().unwrap().len()),
        (10_000, 10_000)
    );
    assert_eq!((&file["added"], &file["skipped"]), (&12_000.into(), &"hunks, functions".into()));
}

#[test]
fn a_long_message_is_cut_and_the_cut_is_recorded() {
    let mut stream = b"commit refs/heads/main\ncommitter A <a@x> 1 +0000\ndata 20000000\n".to_vec();
    stream.extend(
        b"\x01\xff word".repeat(20_000_000 / 7).into_iter().chain(b"....".repeat(2)).take(20_000_000),
    );
    stream.extend(b"\n");
    let (record, memory) = measured(&import(&stream));
    assert_eq!(record["skipped"], "message");
    assert!(memory > 0 && memory < LIMIT, "{memory} kB");
}
