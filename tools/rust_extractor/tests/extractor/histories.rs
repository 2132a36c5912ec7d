//! Histories that are not a plain line of well-formed commits.

use std::fs;

use crate::rig::{self, Fixture};
use serde_json::json;

#[test]
fn replace_refs_and_grafts_change_nothing() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n");
    let first = fixture.commit("first");
    fixture.write("a", "2\n");
    let second = fixture.commit("second");
    fixture.records();
    let before = fixture.lines(&[]);
    fixture.git(&["replace", &second, &first]);
    fixture.write(".git/info/grafts", format!("{second}\n"));
    assert_eq!(fixture.lines(&[]), before);
}

#[test]
fn a_shallow_boundary_is_recorded_and_not_taken_for_a_root() {
    let origin = Fixture::new();
    for number in 0..4 {
        origin.write("a", format!("{number}\n"));
        origin.commit(&format!("commit {number}"));
    }
    let full = origin.records();
    let clone = Fixture::new();
    let url = format!("file://{}", origin.path().display());
    clone.git(&["fetch", "-q", "--depth=2", &url, "main"]);
    clone.git(&["reset", "-q", "--hard", "FETCH_HEAD"]);
    let records = clone.records();
    assert_eq!((records.len(), &records[0]), (2, &full[0]));
    assert_eq!((&records[1]["skipped"], &records[1]["files"]), (&json!("shallow boundary"), &json!([])));
    assert_eq!(records[1]["parents"], full[1]["parents"]);
}

#[test]
fn odd_dates_and_zones_are_kept_and_do_not_change_the_order() {
    let fixture = Fixture::new();
    fixture.commit("root");
    let tree = fixture.id("HEAD^{tree}");
    for date in ["-1000 +1400", "4294967297 -1200", "never", "0 +0000"] {
        let parent = fixture.head();
        let person = format!("A <a@x> {date}");
        fixture.raw_commit(
            format!("tree {tree}\nparent {parent}\nauthor {person}\ncommitter {person}\n\n{date}\n")
                .as_bytes(),
        );
    }
    let ids = fixture.git(&["rev-list", "--topo-order", "HEAD"]);
    let output = fixture.run(&["--ids", "-"], &ids);
    let records = rig::parse(&output.stdout);
    fixture.assert_agrees_with_git(&records);
    let dates: Vec<_> = records
        .iter()
        .map(|record| (record["author"]["time"].as_i64(), record["author"]["offset"].as_i64()))
        .collect();
    let expected = [(0, 0), (0, 0), (4_294_967_297, -720), (-1000, 840), (1_700_000_000, 60)];
    assert_eq!(dates, expected.map(|(time, offset)| (Some(time), Some(offset))));
    let order: Vec<&str> = records.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(order.join("\n") + "\n", String::from_utf8(ids).unwrap());
}

#[test]
fn sha256_repositories_work() {
    let fixture = Fixture::with(&["--object-format=sha256"]);
    fixture.write("a", "1\n");
    fixture.commit("one");
    fixture.write("a", "2\n");
    fixture.commit("two");
    let records = fixture.records();
    assert_eq!(records[0]["id"].as_str().unwrap().len(), 64);
    assert_eq!(records[1]["files"][0]["blobs"]["old"], "0".repeat(64));
}

#[test]
fn odd_commit_objects_are_read() {
    let fixture = Fixture::new();
    let root = fixture.commit("root");
    let tree = fixture.id("HEAD^{tree}");
    let people = "author A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n";
    let signed = format!(
        "tree {tree}\nparent {root}\n{people}gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END-----\nmergetag object 1\n type commit\n\nsigned\n"
    );
    let signed = fixture.raw_commit(signed.as_bytes());
    let twice =
        format!("tree {tree}\nparent {signed}\nparent {signed}\n{people}x-unknown y\n\nNUL \0 in it\n");
    let twice = fixture.raw_commit(twice.as_bytes());
    fixture.raw_commit(format!("tree {tree}\nparent {twice}\n{people}").as_bytes());
    let records = fixture.records();
    assert_eq!((&records[0]["message"], &records[0]["signature"]), (&json!(""), &json!(false)));
    assert_eq!(
        (&records[1]["message"], &records[1]["parents"]),
        (&json!("NUL \0 in it\n"), &json!([signed, signed]))
    );
    assert_eq!((&records[2]["message"], &records[2]["signature"]), (&json!("signed\n"), &json!(true)));
}

#[test]
fn trailers_are_those_that_git_reads() {
    let fixture = Fixture::new();
    let messages = [
        "t\n\nbody\n\nFixes: #1\nCO-authored-by: A <a@b>\nCo-Authored-By: A <a@b>\n folded\n\ton\n",
        "fix: a title\n",
        "t\n\nSigned-off-by: A\nnot a trailer\n",
        "t\n\none\ntwo\nthree\nfour\nSigned-off-by: A\n",
        "t\n\nKey : value\nother-key:value\nno key\n",
        "t\n\n(cherry picked from commit 123)\nKey: v\n",
        "t\n\nKey: v\n# comment\nOther: w\n",
        "t\n\nKey: v\n\n\n",
        "t\n\n folded first\nKey: v\n",
        "t\nKey: v\n",
        "t\n\nKey: v\r\nOther: w\r\n",
        "t\n\nKey:\nEmpty-value: \n",
        "t\n\nhttp://example.org\nKey: v\n",
    ];
    for message in messages {
        fixture.commit(message);
        let command = ["interpret-trailers", "--parse", "--no-divider"];
        let expected = String::from_utf8(fixture.git_with(&command, &[], message.as_bytes())).unwrap();
        let record = rig::parse(&fixture.lines(&["--limit", "1"])).remove(0);
        let text = |trailer: &serde_json::Value| {
            format!("{}: {}\n", trailer["key"].as_str().unwrap(), trailer["value"].as_str().unwrap())
        };
        let seen: String = record["trailers"].as_array().unwrap().iter().map(text).collect();
        assert_eq!(seen, expected, "{message:?}");
    }
}

#[test]
fn revisions_are_looked_up_as_git_does() {
    let fixture = Fixture::new();
    fixture.write("main", "a file named like the branch\n");
    fixture.commit("one");
    fixture.git(&["tag", "-a", "v1", "-m", "tag"]);
    fixture.commit("two");
    assert_eq!(rig::parse(&fixture.lines(&["--rev", "v1"])).len(), 1);
    assert_eq!(rig::parse(&fixture.lines(&["--rev", "main"])).len(), 2);
    fixture.git(&["checkout", "-q", "--detach", "v1"]);
    assert_eq!(fixture.records().len(), 1);
    fixture.git(&["pack-refs", "--all"]);
    assert_eq!(rig::parse(&fixture.lines(&["--rev", "main"])).len(), 2);
}

#[test]
fn linked_worktrees_bare_clones_and_alternates_give_the_same_bytes() {
    let fixture = Fixture::new();
    fixture.write("a", "1\n");
    fixture.commit("one");
    fixture.records();
    let expected = fixture.lines(&[]);
    fixture.git(&["worktree", "add", "-q", "linked", "-b", "other"]);
    fixture.git(&["clone", "-q", "--bare", "--shared", ".", "bare"]);
    fs::remove_dir_all(fixture.path().join("bare/hooks")).unwrap();
    for name in ["linked", "bare"] {
        let folder = fixture.path().join(name);
        let output = rig::extractor(&["history", "--repo", folder.to_str().unwrap()], b"");
        assert_eq!(output.stdout, expected, "{name}");
    }
}
