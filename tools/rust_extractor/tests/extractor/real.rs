//! The counts of whole real histories against git's own. Name repositories, with `:` between them, to run it:
//! `TIMELAB_TEST_REPOSITORIES=/a:/b cargo test --release -- --ignored`.

use std::collections::HashMap;
use std::process::Command;

use crate::rig::{counts, numstat, parse};

#[test]
#[ignore = "needs real repositories: name them in TIMELAB_TEST_REPOSITORIES, with `:` between them"]
fn every_count_of_a_real_history_is_gits_own() {
    let repositories =
        std::env::var("TIMELAB_TEST_REPOSITORIES").expect("TIMELAB_TEST_REPOSITORIES names none");
    for repository in repositories.split(':') {
        let log = Command::new("git")
            .arg(format!("--git-dir={repository}"))
            .args(["log", "--numstat", "-M", "-z", "--diff-merges=first-parent", "--format=%x01%H"])
            .output()
            .unwrap();
        let expected: HashMap<String, _> = log.stdout.split(|byte| *byte == 1).skip(1).map(commit).collect();
        let run = |shards: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_rust_extractor"));
            command.args(["history", "--repo", repository, "--shards", shards]).output().unwrap().stdout
        };
        let output = run("1");
        assert!(output == run("2"), "{repository}: two shards give other bytes than one");
        let records = parse(&output);
        assert_eq!(records.len(), expected.len(), "{repository}");
        for record in &records {
            let id = record["id"].as_str().unwrap();
            assert_eq!(counts(record), expected[id], "{repository} {id}");
        }
    }
}

fn commit(text: &[u8]) -> (String, crate::rig::Counts) {
    let (id, rest) = text.split_at(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
    let rest =
        rest.strip_prefix(b"\0").unwrap_or(rest).strip_prefix(b"\n").unwrap_or(rest.get(1..).unwrap_or(b""));
    (String::from_utf8_lossy(id).trim().to_owned(), numstat(rest))
}
