//! The files that are written for each commit.

use std::fs;

use crate::rig::Fixture;

fn fixture() -> (Fixture, String) {
    let fixture = Fixture::new();
    fixture.write("old name", "1\n2\n3\n");
    fixture.write("bin", b"\0");
    fixture.commit("one");
    fs::rename(fixture.path().join("old name"), fixture.path().join("größe")).unwrap();
    fixture.write("größe", "1\n2\n3\n4\n");
    fixture.write("bin", b"\0\0");
    let id = fixture.commit("title \u{1b}]0;gone\u{7}\n\nbody \u{202e}turned\n");
    fixture.records();
    (fixture, id)
}

#[test]
fn each_commit_has_its_four_files() {
    let (fixture, id) = fixture();
    let out = fixture.path().join("out");
    let stdout = fixture.lines(&["--out", out.to_str().unwrap(), "--shards", "2"]);
    let folder = out.join(format!("commit_{}", &id[..12]));
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let first_line = stdout.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    assert_eq!(read("commit.json"), first_line);
    assert_eq!(read("commit_message.txt"), b"title \\x1b]0;gone\\x07\n\nbody \\u{202e}turned\n");
    let stats =
        "-\t-\tbin\n1\t0\told name => \"gr\\303\\266\\303\\237e\"\n2 files, 1 lines added, 0 lines deleted\n";
    assert_eq!(String::from_utf8(read("diff_stats.txt")).unwrap(), stats);
    let command = ["diff-tree", "--root", "-r", "-p", "-M", "--full-index", "--no-commit-id", &id];
    assert_eq!(read("full_diff.txt"), fixture.git(&command));
}

#[test]
fn the_diffs_together_are_gits_own_bytes_and_the_hash_is_of_them() {
    let (fixture, _) = fixture();
    let out = fixture.path().join("out");
    let records = crate::rig::parse(&fixture.lines(&["--out", out.to_str().unwrap()]));
    let mut together = Vec::new();
    for record in &records {
        let id = record["id"].as_str().unwrap();
        let diff = fs::read(out.join(format!("commit_{}/full_diff.txt", &id[..12]))).unwrap();
        assert_eq!(record["patch"]["bytes"], diff.len());
        fs::write(fixture.path().join("one"), &diff).unwrap();
        let sum =
            std::process::Command::new("sha256sum").arg(fixture.path().join("one")).output().unwrap().stdout;
        assert_eq!(record["patch"]["sha256"], String::from_utf8_lossy(&sum[..64]).as_ref());
        together.extend(diff);
    }
    let log = fixture.git(&["log", "-p", "-M", "--full-index", "--format="]);
    let without_gaps: Vec<u8> =
        log.split_inclusive(|byte| *byte == b'\n').filter(|line| *line != b"\n").flatten().copied().collect();
    assert_eq!(together, without_gaps);
}

#[test]
fn only_the_files_that_are_wanted_are_written() {
    let (fixture, id) = fixture();
    let out = fixture.path().join("out");
    fixture.lines(&[
        "--out",
        out.to_str().unwrap(),
        "--files",
        "commit.json,full_diff.txt",
        "--no-full-diff",
    ]);
    let folder = out.join(format!("commit_{}", &id[..12]));
    let names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["commit.json"]);
}

#[test]
fn a_cut_diff_is_recorded_with_the_hash_of_the_whole() {
    let (fixture, id) = fixture();
    let whole = fixture.newest();
    let out = fixture.path().join("out");
    fixture.lines(&["--out", out.to_str().unwrap(), "--diff-limit", "10"]);
    let folder = out.join(format!("commit_{}", &id[..12]));
    assert_eq!(fs::read(folder.join("full_diff.txt")).unwrap(), b"diff --git");
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("commit.json")).unwrap()).unwrap();
    assert_eq!((&record["skipped"], &record["patch"]), (&"full_diff.txt".into(), &whole["patch"]));
}

#[test]
fn what_is_there_is_not_written_again_but_a_half_one_is() {
    let (fixture, id) = fixture();
    let out = fixture.path().join("out");
    fixture.write(format!("out/.commit_{}.part/commit.json", &id[..12]), "half");
    fixture.lines(&["--out", out.to_str().unwrap()]);
    let again = fixture.run(&["--out", out.to_str().unwrap()], b"");
    assert_eq!((again.status.code(), again.stdout.len()), (Some(65), 0));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is already there"));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 2);
}
