//! Help, exit codes, and words.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::rig::{Fixture, Folder, extractor};
use crate::schema::wrong_patch;

#[test]
fn help_and_version_are_successes_on_stdout() {
    for flags in [&["--help"][..], &["--version"], &["history", "--help"], &["diff", "--help"]] {
        let output = extractor(flags, b"");
        assert!(
            output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(),
            "{flags:?}"
        );
    }
}

#[test]
fn wrong_calls_are_64() {
    let wrong = [
        &[][..],
        &["hist"],
        &["history"],
        &["history", "--repo", ".", "--shards", "0"],
        &["diff", "--x"],
        &["history", "--repo", ".", "--files", "nothing.txt", "--out", "x"],
        &["history", "--repo", ".", "--ids", "absent"],
        &["history", "--repo", ".", "--ids", "-", "--rev", "HEAD"],
        &["history", "--repo", ".", "--no-full-diff"],
    ];
    for call in wrong {
        let repository = Fixture::new();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rust_extractor"));
        let output = command.args(call).current_dir(repository.path()).stdin(Stdio::null()).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(64), 0), "{call:?}");
        assert!(!output.stderr.is_empty(), "{call:?}");
    }
}

#[test]
fn what_is_no_repository_or_has_no_commit_is_65() {
    let folder = Folder::new();
    let output = extractor(&["history", "--repo", folder.path().to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(65));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no git repository"));
    let unborn = Fixture::new();
    assert_eq!(unborn.run(&[], b"").status.code(), Some(65));
    assert_eq!(unborn.run(&["--ids", "-"], b"").status.code(), Some(0));
}

#[test]
fn a_machine_without_git_is_70() {
    let mut fixture = Fixture::new();
    let id = fixture.commit("one");
    fixture.extractor.push(("PATH".to_owned(), "/nonexistent".to_owned()));
    let output = fixture.run(&["--ids", "-"], id.as_bytes());
    assert_eq!(output.status.code(), Some(70));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Install git"));
}

#[test]
fn a_reader_that_has_enough_is_a_success() {
    let fixture = Fixture::new();
    for number in 0..3 {
        fixture.write("a", format!("{number}").repeat(300_000));
        fixture.commit(&"x".repeat(100_000));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_rust_extractor"));
    let mut child = command
        .args(["history", "--shards", "2", "--repo"])
        .arg(fixture.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}

#[test]
fn nothing_is_left_in_the_folder_for_temporary_files() {
    let mut fixture = Fixture::new();
    fixture.commit("one");
    let temporary = Folder::new();
    fixture.extractor.push(("TMPDIR".to_owned(), temporary.path().to_str().unwrap().to_owned()));
    fixture.lines(&[]);
    fixture.run(&["--rev", "nothing"], b"");
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn progress_ends_with_the_total() {
    let fixture = Fixture::new();
    fixture.commit("one");
    fixture.commit("two");
    let output = fixture.run(&["--progress"], b"");
    assert_eq!(String::from_utf8_lossy(&output.stderr).lines().last(), Some("2 2"));
}

#[test]
fn a_patch_on_stdin_gives_the_files_of_its_commit() {
    let fixture = Fixture::new();
    fixture.write("a b.rs", "fn one() {\n    1;\n}\n");
    fixture.commit("one");
    fixture.write("a b.rs", "fn one() {\n    2;\n}\n");
    fixture.commit("two");
    let record = fixture.newest();
    let patch = fixture.git(&["show", "--full-index", "HEAD"]);
    let output = extractor(&["diff"], &patch);
    let seen: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&seen["files"], &seen["stats"]), (&record["files"], &record["stats"]));
    assert_eq!(seen["patch"]["bytes"], patch.len());
    assert_eq!(wrong_patch(&seen), None);
}

#[test]
fn a_patch_of_any_shape_gives_a_record_of_its_contract() {
    let fixture = Fixture::new();
    for name in ["gone", "moved", "mode", "edited é"] {
        fixture.write(name, format!("{name}\n1\n2\n3\n4\n"));
    }
    fixture.write("binary", b"\0");
    fixture.commit("one");
    fs::remove_file(fixture.path().join("gone")).unwrap();
    fs::rename(fixture.path().join("moved"), fixture.path().join("there")).unwrap();
    fs::set_permissions(fixture.path().join("mode"), fs::Permissions::from_mode(0o755)).unwrap();
    fixture.write("edited é", "none\n");
    fixture.write("new", "");
    fixture.write("binary", b"\0\0");
    fixture.commit("two");
    let files = &fixture.newest()["files"];
    for (flag, whole) in [("--full-index", true), ("--abbrev=7", false)] {
        let patch = fixture.git(&["format-patch", "--stdout", "-M", "-1", flag]);
        let seen: Value = serde_json::from_slice(&extractor(&["diff"], &patch).stdout).unwrap();
        assert_eq!(wrong_patch(&seen), None, "{flag}");
        assert_eq!(seen["stats"]["files"], 6);
        for (file, of_commit) in seen["files"].as_array().unwrap().iter().zip(files.as_array().unwrap()) {
            for key in ["path", "old_path", "status", "similarity", "added", "deleted", "binary", "hunks"] {
                assert_eq!(file[key], of_commit[key], "{flag} {key} {file}");
            }
            for key in ["modes", "blobs"] {
                assert!(file[key].is_null() || file[key] == of_commit[key], "{flag} {key} {file}");
            }
            // Abbreviated ids name no blob for sure; git abbreviates none where the content is binary.
            assert!(file["blobs"].is_null() || whole || file["binary"] == true, "{flag} {file}");
        }
    }
}

#[test]
fn a_broken_patch_is_65_with_its_line() {
    let cut = b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,3 +1 @@\n-a\n";
    let combined = b"diff --cc x\nindex 1,2..3\n";
    for (patch, words) in
        [(&cut[..], "line 6 of the patch"), (combined, "combined"), (b"hello\n", "diff --git")]
    {
        let output = extractor(&["diff"], patch);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(65), 0));
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{output:?}");
    }
}
