//! Fixture repositories made by git itself, and the extractor run on them through its binary.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::schema::wrong_commit;

/// A folder of its own for each test, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("extractor-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A repository with a worktree.
pub struct Fixture {
    pub folder: Folder,
    pub extractor: Vec<(String, String)>,
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(init: &[&str]) -> Self {
        let fixture = Self { folder: Folder::new(), extractor: Vec::new() };
        fixture.git(&[&["init", "-q", "-b", "main"], init].concat());
        fixture
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git in a fixed environment, and gives its stdout.
    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        self.git_with(arguments, &[], b"")
    }

    pub fn git_with(&self, arguments: &[&str], environment: &[(&str, &str)], input: &[u8]) -> Vec<u8> {
        let mut command = Command::new("git");
        command
            .current_dir(self.path())
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap());
        let fixed = [
            ("HOME", "/nonexistent"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Ada"),
            ("GIT_AUTHOR_EMAIL", "ada@example.org"),
            ("GIT_AUTHOR_DATE", "1700000000 +0100"),
            ("GIT_COMMITTER_NAME", "Bob"),
            ("GIT_COMMITTER_EMAIL", "bob@example.org"),
            ("GIT_COMMITTER_DATE", "1700000001 -0230"),
        ];
        command.envs(fixed).envs(environment.iter().copied());
        let output = feed(&mut command, input);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    pub fn write(&self, path: impl AsRef<OsStr>, content: impl AsRef<[u8]>) {
        let path = self.path().join(path.as_ref());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Commits everything in the worktree, and gives the id.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&[
            "commit",
            "-q",
            "--allow-empty",
            "--allow-empty-message",
            "--cleanup=verbatim",
            "-m",
            message,
        ]);
        self.head()
    }

    pub fn head(&self) -> String {
        self.id("HEAD")
    }

    pub fn id(&self, rev: &str) -> String {
        line(&self.git(&["rev-parse", rev]))
    }

    /// Puts a commit object of any form into the repository, and lets HEAD point at it.
    pub fn raw_commit(&self, object: &[u8]) -> String {
        let command = ["hash-object", "-t", "commit", "--literally", "-w", "--stdin"];
        let id = line(&self.git_with(&command, &[], object));
        self.git(&["update-ref", "HEAD", &id]);
        id
    }

    /// Runs `history` with more arguments.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rust_extractor"));
        command.args(["history", "--repo"]).arg(self.path()).args(arguments);
        command.envs(self.extractor.iter().map(|(name, value)| (name, value)));
        feed(&mut command, input)
    }

    /// The stdout of `history`, which must succeed and leave no word.
    pub fn lines(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.run(arguments, b"");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert!(output.status.success());
        output.stdout
    }

    /// The record of HEAD.
    pub fn newest(&self) -> Value {
        self.records().remove(0)
    }

    /// The records of the whole history, the newest first. Three shards must give the bytes of one, and every path
    /// and count must be git's own.
    pub fn records(&self) -> Vec<Value> {
        let bytes = self.lines(&[]);
        assert_eq!(bytes, self.lines(&["--shards", "3"]));
        let records = parse(&bytes);
        self.assert_agrees_with_git(&records);
        records
    }

    /// Every path and count is that of `git log --numstat -M`, where parents and files are not cut off.
    pub fn assert_agrees_with_git(&self, records: &[Value]) {
        let cut = |record: &Value| record["skipped"] == "shallow boundary" || record["skipped"] == "files";
        for record in records.iter().filter(|record| !cut(record)) {
            assert_eq!(counts(record), self.numstat(record["id"].as_str().unwrap()), "{}", record["id"]);
        }
    }

    fn numstat(&self, id: &str) -> Counts {
        numstat(&self.git(&[
            "log",
            "-1",
            "--numstat",
            "-M",
            "-z",
            "--diff-merges=first-parent",
            "--format=",
            id,
        ]))
    }
}

/// For each path the one before a rename, and its added and deleted lines; nothing for binary files.
pub type Counts = BTreeMap<Vec<u8>, (Option<Vec<u8>>, Option<(u64, u64)>)>;

/// Reads what `git log --numstat -z` prints for one commit.
pub fn numstat(output: &[u8]) -> Counts {
    let mut fields = output.split(|byte| *byte == 0).filter(|field| !field.is_empty());
    let mut seen = BTreeMap::new();
    while let Some(field) = fields.next() {
        let mut parts = field.splitn(3, |byte| *byte == b'\t');
        let mut number = || String::from_utf8_lossy(parts.next().unwrap()).parse().ok();
        let lines = number().zip(number());
        let (old, path) = match parts.next().filter(|path| !path.is_empty()) {
            Some(path) => (None, path),
            None => (fields.next(), fields.next().unwrap()),
        };
        seen.insert(path.to_vec(), (old.map(<[u8]>::to_vec), lines));
    }
    seen
}

/// The same of a record.
pub fn counts(record: &Value) -> Counts {
    let lines = |file: &Value| (file["added"].as_u64().unwrap(), file["deleted"].as_u64().unwrap());
    let files = record["files"].as_array().unwrap().iter();
    files
        .map(|file| {
            (path_of(file), (bytes_of(file, "old_path"), (file["binary"] == false).then(|| lines(file))))
        })
        .collect()
}

/// The bytes of a path.
pub fn path_of(file: &Value) -> Vec<u8> {
    bytes_of(file, "path").unwrap()
}

/// The bytes of a field, from base64 where it is there.
fn bytes_of(file: &Value, name: &str) -> Option<Vec<u8>> {
    let coded = file[format!("{name}_b64")].as_str().map(unbase64);
    coded.or_else(|| Some(file[name].as_str()?.as_bytes().to_vec()))
}

pub fn unbase64(text: &str) -> Vec<u8> {
    feed(Command::new("base64").arg("-d"), text.as_bytes()).stdout
}

/// Reads records, each of which must be as the contract has it.
pub fn parse(bytes: &[u8]) -> Vec<Value> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let records: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!(records.iter().find_map(wrong_commit), None);
    records
}

pub fn extractor(arguments: &[&str], input: &[u8]) -> Output {
    feed(Command::new(env!("CARGO_BIN_EXE_rust_extractor")).args(arguments), input)
}

pub fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Whoever does not read its input may close it.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    output
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8(bytes.trim_ascii().to_vec()).unwrap()
}
