//! What is written beside the folders, and when: records, sums, and the patches in one file.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::rig::{Fixture, parse};

/// Seven commits, of all of which the patch is of another size; one is binary, one empty.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    for number in 0..5_usize {
        fixture.write("text", "line\n".repeat(number * number + 1));
        fixture.commit(&format!("commit {number}"));
    }
    fixture.write("binary", b"\0");
    fixture.commit("binary");
    fixture.commit("empty");
    fixture.records();
    fixture
}

fn sha256sum(folder: &Path, names: &[String]) -> String {
    let output = Command::new("sha256sum").args(names).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs with folders, and gives the records and the folder of the results.
fn mined(fixture: &Fixture, name: &str, arguments: &[&str]) -> (Vec<serde_json::Value>, std::path::PathBuf) {
    let folder = fixture.path().join(name);
    fs::create_dir(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (out, sums, patches) = (path("out"), path("sums"), path("patches"));
    let asked = [&["--out", &out, "--sums", &sums, "--patches", &patches], arguments].concat();
    (parse(&fixture.lines(&asked)), folder)
}

const FILES: [&str; 4] = ["commit.json", "commit_message.txt", "diff_stats.txt", "full_diff.txt"];

fn names(records: &[serde_json::Value], files: &[&str]) -> Vec<String> {
    let folder = |record: &serde_json::Value| format!("commit_{}", &record["id"].as_str().unwrap()[..12]);
    let all = records.iter().flat_map(|record| files.iter().map(move |file| (folder(record), file)));
    all.map(|(folder, file)| format!("{folder}/{file}")).collect()
}

#[test]
fn the_sums_are_those_of_sha256sum_in_the_order_of_the_ids() {
    let fixture = fixture();
    for (name, arguments) in
        [("one", &[][..]), ("three", &["--shards", "3"]), ("cut", &["--diff-limit", "99"])]
    {
        let (records, folder) = mined(&fixture, name, arguments);
        let expected = sha256sum(&folder.join("out"), &names(&records, &FILES));
        assert_eq!(fs::read_to_string(folder.join("sums")).unwrap(), expected, "{name}");
    }
    assert_eq!(
        fs::read(fixture.path().join("one/sums")).unwrap(),
        fs::read(fixture.path().join("three/sums")).unwrap()
    );
}

#[test]
fn only_files_that_are_written_have_sums() {
    let fixture = fixture();
    let wanted = "--files=full_diff.txt,diff_stats.txt";
    let (records, folder) = mined(&fixture, "few", &[wanted]);
    let expected = sha256sum(&folder.join("out"), &names(&records, &["diff_stats.txt", "full_diff.txt"]));
    assert_eq!(fs::read_to_string(folder.join("sums")).unwrap(), expected);
    let (_, folder) = mined(&fixture, "none", &["--files=full_diff.txt", "--no-full-diff"]);
    assert_eq!(fs::read(folder.join("sums")).unwrap(), b"");
}

#[test]
fn the_patches_in_one_file_are_the_diffs_together_and_the_records_tell_where_each_ends() {
    let fixture = fixture();
    for (name, arguments) in
        [("one", &[][..]), ("three", &["--shards", "3"]), ("cut", &["--diff-limit", "1"])]
    {
        let (records, folder) = mined(&fixture, name, arguments);
        let patches = fs::read(folder.join("patches")).unwrap();
        let mut rest = &patches[..];
        for (record, diff) in records.iter().zip(names(&records, &["full_diff.txt"])) {
            let size = usize::try_from(record["patch"]["bytes"].as_u64().unwrap()).unwrap();
            let (patch, after) = rest.split_at(size);
            let kept = fs::read(folder.join("out").join(diff)).unwrap();
            assert_eq!(kept, patch[..if name == "cut" { size.min(1) } else { size }]);
            rest = after;
        }
        assert!(rest.is_empty() && !patches.is_empty());
    }
}

#[test]
fn the_patches_need_no_folders() {
    let fixture = fixture();
    let (_, folder) = mined(&fixture, "with", &[]);
    let alone = fixture.path().join("alone");
    fixture.lines(&["--patches", alone.to_str().unwrap(), "--shards", "2"]);
    assert_eq!(fs::read(alone).unwrap(), fs::read(folder.join("patches")).unwrap());
}

#[test]
fn files_that_cannot_be_written_are_64() {
    let fixture = fixture();
    for flag in ["--sums", "--patches"] {
        let out = fixture.path().join(flag);
        let output = fixture.run(&["--out", out.to_str().unwrap(), flag, "/nonexistent/file"], b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("/nonexistent/file"), "{output:?}");
    }
}

#[test]
fn a_folder_is_in_place_before_the_first_byte_of_its_line() {
    let fixture = Fixture::new();
    let id = fixture.commit(&"more than a pipe holds ".repeat(5_000));
    let out = fixture.path().join("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rust_extractor"))
        .args(["history", "--repo", fixture.path().to_str().unwrap(), "--out", out.to_str().unwrap()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    assert!(out.join(format!("commit_{}", &id[..12])).join("full_diff.txt").exists());
    std::io::copy(&mut stdout, &mut std::io::sink()).unwrap();
    assert!(child.wait().unwrap().success());
}
