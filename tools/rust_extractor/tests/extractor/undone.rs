//! What a file was before a change, told from the file after it instead of asked of git: never anything else.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::rc::Rc;

use rust_extractor::functions::Touches;
use rust_extractor::patch::file_patch::FilePatch;
use rust_extractor::patch::header::Header;
use rust_extractor::patch::lines::{Lines, VISIBLE};
use rust_extractor::patch::old_file::{KNOWN, OldFile};
use serde_json::Value;

use crate::rig::{Fixture, Folder};

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

const LINES: [&str; 12] = [
    "class A:\n",
    "    def one(self):\n",
    "    def two(self):\n",
    "        def inner():\n",
    "            return 1\n",
    "        return 2\r\n",
    "        x = 3\n",
    "        x = 4\n",
    "\n",
    "top = 1\n",
    "-- a\n",
    "\\ b\n",
];

/// Changes some lines of a text, and sometimes takes its last LF away.
fn edit(numbers: &mut Numbers, text: &str) -> String {
    let mut lines: Vec<String> =
        text.split_inclusive('\n').map(|line| line.replace('\n', "") + "\n").collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(lines.len() + 1);
        let end = (at + numbers.below(4)).min(lines.len());
        let added = numbers.below(4);
        lines.splice(at..end, (0..added).map(|_| LINES[numbers.below(LINES.len())].to_owned()));
    }
    let text = lines.concat();
    if numbers.below(3) == 0 { text.trim_end_matches('\n').to_owned() } else { text }
}

/// The file before a change, as told from the file after it and git's own patch.
fn undone(folder: &Folder, old: &str, new: &str, context: &str) -> Option<Vec<u8>> {
    fs::write(folder.path().join("old.py"), old).unwrap();
    fs::write(folder.path().join("new.py"), new).unwrap();
    let mut command = Command::new("git");
    command.current_dir(folder.path()).args(["diff", "--no-index", context, "old.py", "new.py"]);
    let patch = command.output().unwrap().stdout;
    let mut lines = Lines::new(&*patch);
    Header::read(&mut lines).unwrap();
    let mut nothing = || Ok(None);
    let mut old_file = OldFile::new(&mut nothing, Some(Rc::new(new.into())));
    FilePatch::default().read(&mut lines, &mut Touches::of(Some("Python")), &mut old_file).unwrap();
    old_file.finish()
}

#[test]
fn a_file_is_what_it_was() {
    let (mut numbers, folder) = (Numbers(1), Folder::new());
    let mut new = LINES.concat().repeat(4);
    for _ in 0..150 {
        let old = edit(&mut numbers, &new);
        if old != new {
            for context in ["--unified=3", "--unified=0"] {
                assert_eq!(undone(&folder, &old, &new, context).as_deref(), Some(old.as_bytes()));
            }
        }
        new = old;
    }
}

#[test]
fn what_is_not_seen_whole_is_asked_of_git() {
    let folder = Folder::new();
    let whole = |old: &str, new: &str| undone(&folder, old, new, "--unified=3");
    let long = "x".repeat(VISIBLE);
    let text = |middle: &str| format!("{}{middle}\n{}", LINES.concat(), LINES.concat());
    assert!(whole(&text(&long), &text("x")).is_none());
    assert!(whole(&text("x"), &text(&long)).is_none());
    let seen = text(&long[2..]);
    assert!(whole(&seen, &text("x")) == Some(seen.into()));
    let large = LINES.concat().repeat(KNOWN / 100);
    assert!(whole(&format!("{large}a\n"), &large).is_none());
}

/// A history whose file changes in every way that a file can.
fn history() -> Fixture {
    let (mut numbers, fixture) = (Numbers(2), Fixture::new());
    let mut text = LINES.concat().repeat(8);
    let path = |name: &str| fixture.path().join(name);
    for step in 0..40 {
        match step % 20 {
            5 => fs::remove_file(path("a.py")).unwrap(),
            7 => fs::rename(path("a.py"), path("b.py")).unwrap(),
            8 => fs::rename(path("b.py"), path("a.py")).unwrap(),
            11 => {
                fs::remove_file(path("a.py")).unwrap();
                symlink("nowhere", path("a.py")).unwrap();
                fixture.commit("a link");
                fs::remove_file(path("a.py")).unwrap();
            }
            13 => {
                fixture.write("a.py", "\0");
                fixture.commit("binary");
            }
            15 => text.insert_str(text.len() / 2, &format!("\n{}\n", "x".repeat(VISIBLE))),
            16 => text = LINES.concat().repeat(8),
            17 => text.push_str(&LINES.concat().repeat(KNOWN / 120)),
            18 => text.truncate(4096),
            _ => {}
        }
        text = edit(&mut numbers, &text);
        if step % 20 != 5 {
            fixture.write(if step % 20 == 7 { "b.py" } else { "a.py" }, &text);
        }
        if step % 20 == 9 {
            fs::set_permissions(path("a.py"), Permissions::from_mode(0o755)).unwrap();
        }
        fixture.commit(&format!("step {step}"));
        if step % 20 == 10 {
            fixture.git(&["checkout", "-q", "-b", "side", "HEAD~2"]);
            fixture.write("c.py", &text);
            fixture.commit("beside");
            fixture.git(&["checkout", "-q", "main"]);
            fixture.git(&["merge", "-q", "--no-edit", "side"]);
            fixture.git(&["branch", "-q", "-D", "side"]);
        }
    }
    fixture
}

#[test]
fn a_commit_has_the_same_record_whatever_was_read_before_it() {
    let fixture = history();
    let whole = fixture.lines(&[]);
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        let id = std::str::from_utf8(&line[7..47]).unwrap();
        assert!(line == fixture.lines(&["--rev", id, "--limit", "1"]), "{id}");
    }
    let records = fixture.records();
    let with_functions = |file: &&Value| !file["functions"].as_array().unwrap().is_empty();
    let files = records.iter().flat_map(|record| record["files"].as_array().unwrap());
    assert!(files.filter(with_functions).count() > 30);
}
