//! How git is called: with an environment and flags that nothing outside can bend.

use std::env;
use std::path::Path;
use std::process::Command;

/// Settings that hold whatever a configuration file says.
const SETTINGS: [&str; 8] = [
    "core.attributesFile=/dev/null",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.commitGraph=false",
    "core.quotePath=true",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
];

/// For glibc's malloc, others know none of it: memory that git frees is kept for its next blob. Given back to the system
/// and taken again for each of them it costs a sixth to a third of git's processor time, and the peak is the same.
const KEPT_MEMORY: [(&str, &str); 2] =
    [("MALLOC_MMAP_THRESHOLD_", "33554432"), ("MALLOC_TRIM_THRESHOLD_", "268435456")];

/// A git command on a git directory that reads no configuration but that directory's, asks nobody anything, and
/// fetches nothing.
#[must_use]
pub fn git(git_dir: &Path) -> Command {
    let mut command = Command::new("git");
    for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GIT_")) {
        command.env_remove(name);
    }
    command
        .env("GIT_DIR", git_dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        // Plain bytes: git's regular expressions are several times faster than in a UTF-8 locale, and say the same everywhere.
        .env("LC_ALL", "C")
        .envs(KEPT_MEMORY)
        .args(["--no-pager", "--no-replace-objects", "--literal-pathspecs"]);
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command
}
