//! Formats the Nix files that are named, and those in the folders that are named. With `--check` it writes nothing, and
//! ends with 2 where a file would change.

use alejandra::format::{in_memory, Status};
use std::{env, fs, io, path::PathBuf, process::ExitCode};

fn main() -> io::Result<ExitCode> {
    let (options, paths): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|word| word.starts_with("--"));
    let check = options.iter().any(|word| word == "--check");
    let mut unformatted = false;
    for path in paths {
        for file in nix_files(PathBuf::from(path))? {
            unformatted |= format(&file, check)?;
        }
    }
    Ok(ExitCode::from(if unformatted { 2 } else { 0 }))
}

/// Formats one file, or says what it needs; whether it still needs something.
fn format(file: &PathBuf, check: bool) -> io::Result<bool> {
    let before = fs::read_to_string(file)?;
    let (status, after) = in_memory(file.display().to_string(), before.clone());
    if let Status::Error(reason) = status {
        eprintln!("{}: {reason}", file.display());
        return Ok(true);
    }
    if before == after {
        return Ok(false);
    }
    if check {
        eprintln!("Requires formatting: {}", file.display());
        return Ok(true);
    }
    fs::write(file, after).map(|()| false)
}

fn nix_files(path: PathBuf) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let found = entry?.path();
        if found.is_dir() || found.extension().is_some_and(|end| end == "nix") {
            files.extend(nix_files(found)?);
        }
    }
    Ok(files)
}
