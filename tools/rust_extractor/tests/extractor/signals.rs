//! What a signal leaves behind: no process, no scratch folder.

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::rig::{Fixture, Folder};

const SIGNALS: [(&str, i32); 2] = [("-INT", 2), ("-TERM", 15)];

fn start(fixture: &Fixture, temporary: &Folder) -> Child {
    Command::new(env!("CARGO_BIN_EXE_rust_extractor"))
        .args(["history", "--rename-limit", "0", "--repo", fixture.path().to_str().unwrap()])
        .env("TMPDIR", temporary.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until a process has so many children, and gives their ids.
fn children(child: &Child, count: usize) -> Vec<String> {
    for _ in 0..60_000 {
        let id = child.id();
        let list = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let ids: Vec<_> = list.split_whitespace().map(str::to_owned).collect();
        if ids.len() == count {
            return ids;
        }
        sleep(Duration::from_millis(5));
    }
    panic!("the extractor did not start {count} git processes");
}

fn is_empty(folder: &Folder) -> bool {
    fs::read_dir(folder.path()).unwrap().next().is_none()
}

/// Renames of so many files, all alike and all edited, that git compares each with each for a long time, and is silent.
fn slow() -> Fixture {
    const COUNT: usize = 4000;
    let mut stream = String::new();
    for (folder, from) in [("old", None), ("new", Some("old"))] {
        stream += "commit refs/heads/main\ncommitter A <a@x> 1 +0000\ndata 1\nx\n";
        stream += &from.map_or(String::new(), |from| format!("D {from}\n"));
        for number in 0..COUNT {
            let text: String = (0..60).map(|line| format!("{folder} {number} {line}\n{line}\n")).collect();
            stream += &format!("M 644 inline {folder}/{number}\ndata {}\n{text}\n", text.len());
        }
    }
    let fixture = Fixture::new();
    fixture.git_with(&["fast-import", "--quiet"], &[], stream.as_bytes());
    fixture
}

#[test]
fn a_git_that_is_busy_and_silent_is_ended_too() {
    let fixture = slow();
    for (name, number) in SIGNALS {
        let temporary = Folder::new();
        let mut child = start(&fixture, &temporary);
        let ids = children(&child, 2);
        // Long enough for git to be in the middle of its comparing.
        sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "git was quicker than the test");
        send(name, &child);
        let begin = Instant::now();
        assert_eq!(child.wait().unwrap().signal(), Some(number));
        assert!(begin.elapsed() < Duration::from_secs(5));
        assert!(ids.iter().all(|id| !fs::exists(format!("/proc/{id}")).unwrap()), "{name}: a git runs on");
        assert!(is_empty(&temporary), "{name}: the scratch folder is there");
    }
}

#[test]
fn a_reader_that_does_not_read_holds_nobody_up() {
    let fixture = Fixture::new();
    for number in 0..4 {
        fixture.commit(&format!("{number} more than a pipe holds ").repeat(4_000));
    }
    let temporary = Folder::new();
    let mut child = start(&fixture, &temporary);
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    send("-TERM", &child);
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    assert!(is_empty(&temporary));
}
