//! Every shape that a change can have.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::rig::Fixture;
use serde_json::json;

fn executable(fixture: &Fixture, path: &str) {
    fs::set_permissions(fixture.path().join(path), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_root_commit_adds_and_an_empty_one_is_there() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n2\n");
    fixture.commit("root");
    fixture.commit("empty");
    let records = fixture.records();
    assert_eq!(records[1]["files"][0]["status"], "A");
    assert_eq!(records[1]["files"][0]["blobs"]["old"], "0".repeat(40));
    assert_eq!(records[0]["files"], json!([]));
    assert_eq!(
        records[0]["patch"]["sha256"],
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_change_of_mode_is_a_modification_with_modes() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n");
    fixture.write("b.bin", b"\0\x01");
    fixture.commit("one");
    executable(&fixture, "a");
    executable(&fixture, "b.bin");
    fixture.commit("two");
    let records = fixture.records();
    let files = &records[0]["files"];
    assert_eq!(
        (&files[0]["status"], &files[0]["modes"]),
        (&json!("M"), &json!({"old": "100644", "new": "100755"}))
    );
    assert_eq!((&files[0]["binary"], &files[1]["binary"]), (&json!(false), &json!(true)));
}

#[test]
fn renames_in_all_their_forms_agree() {
    let fixture = Fixture::new();
    let text: String = (0..40).map(|line| format!("line {line}\n")).collect();
    fixture.write("edit", &text);
    fixture.write("swap1", format!("1{text}"));
    fixture.write("swap2", format!("2{}", text.to_uppercase()));
    fixture.write("gone", text.replace("line", "other"));
    fixture.write("image", b"\0png\0");
    fixture.write("dir/in", text.replace("line", "third"));
    fixture.commit("one");
    let rename = |from: &str, to: &str| {
        let to = fixture.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(fixture.path().join(from), to).unwrap();
    };
    fixture.write("edit", text.replace("line 7\n", "seven\n"));
    rename("edit", "edited");
    executable(&fixture, "edited");
    rename("swap1", "swap");
    rename("swap2", "swap1");
    rename("swap", "swap2");
    rename("dir/in", "gone");
    rename("image", "picture");
    let id = fixture.commit("two");
    let newest = fixture.newest();
    assert_eq!(newest["id"], id);
    let edited = newest["files"].as_array().unwrap().iter().find(|file| file["path"] == "edited").unwrap();
    assert_eq!((&edited["status"], &edited["old_path"]), (&json!("R"), &json!("edit")));
    assert_eq!((&edited["modes"]["new"], &edited["added"]), (&json!("100755"), &json!(1)));
}

#[test]
fn a_copy_is_an_addition() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n2\n3\n");
    fixture.commit("one");
    fixture.write("b", "1\n2\n3\n");
    fixture.write("a", "1\n2\n3\n4\n");
    fixture.commit("two");
    let records = fixture.records();
    assert_eq!(records[0]["files"][1]["status"], "A");
}

#[test]
fn giving_up_on_renames_is_recorded() {
    let fixture = Fixture::new();
    for name in 0..4 {
        let text: String = (0..20).map(|line| format!("{name} {line}\n")).collect();
        fixture.write(format!("old{name}"), &text);
        fixture.write("x", "x");
    }
    fixture.commit("one");
    for name in 0..4 {
        let text = fs::read_to_string(fixture.path().join(format!("old{name}"))).unwrap();
        fs::remove_file(fixture.path().join(format!("old{name}"))).unwrap();
        fixture.write(format!("new/{name}.txt"), text + "end\n");
    }
    fixture.commit("two");
    let limited = crate::rig::parse(&fixture.lines(&["--rename-limit", "2", "--limit", "1"])).remove(0);
    assert_eq!((&limited["skipped"], &limited["files"][0]["status"]), (&json!("renames"), &json!("A")));
    let newest = fixture.newest();
    assert_eq!((newest.get("skipped"), &newest["files"][0]["status"]), (None, &json!("R")));
}

#[test]
fn binary_and_empty_files_agree() {
    let fixture = Fixture::new();
    fixture.write("bin", b"a\0b");
    fixture.write("empty", "");
    fixture.write("text", "a\nb\n");
    fixture.commit("one");
    fixture.write("bin", "now text\n");
    fixture.write("text", b"now\0binary");
    fs::remove_file(fixture.path().join("empty")).unwrap();
    fixture.write("empty2", "");
    fixture.commit("two");
    let records = fixture.records();
    let binary: Vec<bool> =
        records[0]["files"].as_array().unwrap().iter().map(|file| file["binary"] == true).collect();
    assert_eq!(binary, [true, false, true]);
}

#[test]
fn links_and_changes_of_type_agree() {
    let fixture = Fixture::new();
    fixture.write("file", "x\ntarget");
    fixture.write("file2", "target");
    fixture.write("file3", "a\nb\n");
    fixture.write("file4", b"\0");
    symlink("nowhere/../x", fixture.path().join("link")).unwrap();
    fixture.commit("one");
    for name in ["file", "file2", "file3", "file4"] {
        fs::remove_file(fixture.path().join(name)).unwrap();
        symlink("target", fixture.path().join(name)).unwrap();
    }
    fs::remove_file(fixture.path().join("link")).unwrap();
    fixture.write("link", "a file\nnowhere/../x");
    fixture.commit("two");
    let records = fixture.records();
    let file = &records[0]["files"][0];
    assert_eq!((&file["status"], &file["modes"]["new"]), (&json!("T"), &json!("120000")));
    assert_eq!(
        (&file["added"], &file["deleted"], file["hunks"].as_array().unwrap().len()),
        (&json!(0), &json!(1), 2)
    );
}

#[test]
fn submodules_agree() {
    let fixture = Fixture::new();
    let commit = fixture.commit("root");
    fixture.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},sub")]);
    fixture.git(&["commit", "-q", "-m", "sub"]);
    let second = fixture.head();
    fixture.git(&["update-index", "--cacheinfo", &format!("160000,{second},sub")]);
    fixture.git(&["commit", "-q", "-m", "sub again"]);
    fixture.git(&["config", "diff.submodule", "log"]);
    let records = fixture.records();
    assert_eq!(records[0]["files"][0]["modes"]["new"], "160000");
    assert_eq!(records[0]["stats"], json!({"files": 1, "added": 1, "deleted": 1}));
}

#[test]
fn merges_are_compared_with_their_first_parent() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n");
    fixture.commit("root");
    for branch in ["left", "right"] {
        fixture.git(&["checkout", "-q", "-b", branch, "main"]);
        fixture.write(branch, "x\n");
        fixture.commit(branch);
    }
    fixture.git(&["checkout", "-q", "main"]);
    fixture.write("main", "m\n");
    fixture.commit("main");
    fixture.git(&["merge", "-q", "--no-commit", "left", "right"]);
    fixture.write("evil", "not in any parent\n");
    fixture.commit("octopus");
    let records = fixture.records();
    assert_eq!(
        (records[0]["parents"].as_array().unwrap().len(), &records[0]["merge_mode"]),
        (3, &json!("first-parent"))
    );
    assert_eq!(records[0]["stats"]["files"], 3);
    let none = crate::rig::parse(&fixture.lines(&["--merges", "none", "--limit", "1"])).remove(0);
    assert_eq!((&none["files"], &none["merge_mode"]), (&json!([]), &json!("none")));
}
