//! Repositories that try to run something, to bend the output, or to write somewhere.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::rig::{self, Fixture};

/// A few commits with a change in each place that a setting could bend.
fn busy() -> Fixture {
    let fixture = Fixture::new();
    for number in 0..3 {
        let lines: String = (0..60).map(|line| format!("fn f{line}() {{}}\n")).collect();
        fixture.write(
            "src/a.rs",
            lines.replace("f30", &format!("g{number}")).replace("f33", &format!("h{number}")),
        );
        fixture.write("data.c", format!("int x = {number};\n"));
        fixture.write("größe", format!("{number}\n"));
        fixture.write("sub/deep/er.js", format!("function a() {{\n  return {number};\n}}\n"));
        fixture.commit("number");
    }
    fixture.records();
    fixture
}

const BENT: [(&str, &str); 24] = [
    ("color.ui", "always"),
    ("color.diff", "always"),
    ("diff.noprefix", "true"),
    ("diff.mnemonicPrefix", "true"),
    ("diff.context", "0"),
    ("diff.interHunkContext", "10"),
    ("diff.renames", "copies"),
    ("diff.renameLimit", "1"),
    ("diff.algorithm", "patience"),
    ("diff.indentHeuristic", "false"),
    ("diff.submodule", "log"),
    ("diff.ignoreSubmodules", "all"),
    ("diff.suppressBlankEmpty", "true"),
    ("diff.external", "touch ran-external"),
    ("diff.evil.textconv", "touch ran-textconv; echo evil <"),
    ("diff.evil.command", "touch ran-command"),
    ("diff.evil.xfuncname", "^.*$"),
    ("diff.evil.binary", "true"),
    ("filter.evil.smudge", "touch ran-smudge"),
    ("core.fsmonitor", "touch ran-fsmonitor"),
    ("core.quotePath", "false"),
    ("core.abbrev", "4"),
    ("log.showSignature", "true"),
    ("core.pager", "touch ran-pager"),
];

#[test]
fn no_configuration_bends_the_bytes_or_runs() {
    let mut fixture = busy();
    let expected = fixture.lines(&[]);
    for (name, value) in BENT {
        fixture.git(&["config", name, value]);
    }
    fixture.write("order", "src/*\n");
    fixture.git(&["config", "diff.orderFile", "order"]);
    fixture.write(".git/info/attributes", "* diff=evil filter=evil\n*.rs -diff\n");
    fixture.write(".gitattributes", "* diff=evil filter=evil binary\n");
    for hook in ["post-checkout", "pre-auto-gc", "post-index-change"] {
        fixture.write(format!(".git/hooks/{hook}"), "#!/bin/sh\ntouch ran-hook\n");
        let path = fixture.path().join(".git/hooks").join(hook);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let tree = listing(fixture.path());
    assert_eq!(fixture.lines(&[]), expected);
    assert_eq!(listing(fixture.path()), tree, "something was written");

    // The same from the user's side: their configuration, and variables that git obeys.
    let home = fixture.path().join("home");
    fixture.write("home/.gitconfig", fs::read(fixture.path().join(".git/config")).unwrap());
    fixture.write("home/.config/git/attributes", "* -diff\n");
    for (name, value) in [
        ("HOME", home.to_str().unwrap()),
        ("GIT_EXTERNAL_DIFF", "touch ran-variable"),
        ("GIT_DIFF_OPTS", "-u0"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "diff.noprefix"),
        ("GIT_CONFIG_VALUE_0", "true"),
        ("GIT_DIR", "/nonexistent"),
        ("GIT_OBJECT_DIRECTORY", "/nonexistent"),
        ("LC_ALL", "C.UTF-8"),
    ] {
        fixture.extractor.push((name.to_owned(), value.to_owned()));
    }
    let tree = listing(fixture.path());
    assert_eq!(fixture.lines(&["--shards", "2"]), expected);
    assert_eq!(listing(fixture.path()), tree, "something was written");
}

#[test]
fn a_commit_graph_that_lies_about_parents_is_not_read() {
    let fixture = busy();
    let expected = fixture.lines(&["--shards", "2"]);
    fixture.git(&["commit-graph", "write", "--reachable"]);
    let path = fixture.path().join(".git/objects/info/commit-graph");
    let mut graph = fs::read(&path).unwrap();
    // Eight bytes of header, then for each chunk its name and where it begins.
    let entry = graph.windows(4).position(|name| name == b"CDAT").unwrap() + 4;
    let begin = usize::try_from(u64::from_be_bytes(graph[entry..entry + 8].try_into().unwrap())).unwrap();
    for commit in 0..3 {
        let parent = begin + commit * 36 + 20;
        graph[parent..parent + 4].copy_from_slice(&0x7000_0000_u32.to_be_bytes());
    }
    fs::remove_file(&path).unwrap();
    fs::write(&path, graph).unwrap();
    assert_eq!(fixture.git(&["rev-list", "--count", "HEAD"]), b"1\n", "the lie is believed by git");
    assert_eq!(fixture.lines(&["--shards", "2"]), expected);
    assert_eq!(
        fixture.lines(&["--rev", "HEAD~1"]),
        expected.split_inclusive(|byte| *byte == b'\n').skip(1).collect::<Vec<_>>().concat()
    );
}

#[test]
fn a_broken_configuration_is_not_even_read() {
    let fixture = busy();
    let ids = fixture.git(&["rev-list", "HEAD"]);
    let expected = fixture.lines(&[]);
    fixture.write(".git/config", "[core\nrepositoryformatversion = 99\n[include]\npath = /dev/zero\n");
    assert_eq!(fixture.run(&["--ids", "-"], &ids).stdout, expected);
}

#[test]
fn revisions_that_look_like_options_are_revisions() {
    let fixture = busy();
    for rev in
        ["--output=pwned", "--all", "-n1", "HEAD --output=pwned", "--end-of-options", "HEAD^{tree}", ""]
    {
        let output = fixture.run(&[&format!("--rev={rev}")], b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(65), 0), "{rev}");
    }
    assert!(!fixture.path().join("pwned").exists());
}

#[test]
fn ids_that_are_no_ids_are_refused_in_words() {
    let fixture = busy();
    let tree = fixture.id("HEAD^{tree}");
    let absent = "1".repeat(40);
    for id in ["--output=x", "HEAD", "abc123", &tree, &absent, &absent[1..], "\u{1b}]0;x\u{7}"] {
        let output = fixture.run(&["--ids", "-"], id.as_bytes());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(65), 0), "{id}");
        assert!(output.stderr.starts_with(b"error: ") && !output.stderr.contains(&0x1b), "{id}");
    }
}

#[test]
fn a_missing_blob_is_an_error_and_nothing_is_fetched() {
    let origin = busy();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = Fixture::new();
    let url = format!("file://{}", origin.path().display());
    clone.git(&["clone", "-q", "--bare", "--filter=blob:none", &url, "partial"]);
    let partial = clone.path().join("partial");
    let before = listing(&partial);
    let output = rig::extractor(&["history", "--repo", partial.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(65));
    assert!(String::from_utf8_lossy(&output.stderr).contains("fetch them first"), "{output:?}");
    assert_eq!(listing(&partial), before);
}

#[test]
fn what_is_written_stays_inside_the_folder_that_was_asked_for() {
    let fixture = Fixture::new();
    let blob = fixture.git_with(&["hash-object", "-w", "--stdin"], &[], b"x\n");
    let blob = String::from_utf8(blob).unwrap();
    let climbing = format!("100644 blob {}\t../../climbed", blob.trim());
    let tree = fixture.git_with(&["mktree"], &[], climbing.replace("../../", "..").as_bytes());
    let tree = String::from_utf8(tree).unwrap();
    fixture.raw_commit(
        format!("tree {}\nauthor ../../a <a> 1 +0\ncommitter a <a> 1 +0\n\n../../x\n", tree.trim())
            .as_bytes(),
    );
    let out = fixture.path().join("new/out");
    fixture.lines(&["--out", out.to_str().unwrap()]);
    let id = fixture.head();
    assert_eq!(names(&out), [format!("commit_{}", &id[..12])]);
    assert_eq!(names(&fixture.path().join("new")), ["out"]);
}

#[test]
fn links_in_the_place_of_a_commits_folder_are_not_followed() {
    let fixture = busy();
    let out = fixture.path().join("out");
    let elsewhere = fixture.path().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir(&out).unwrap();
    for name in
        [format!("commit_{}", &fixture.head()[..12]), format!(".commit_{}.part", &fixture.head()[..12])]
    {
        symlink(&elsewhere, out.join(&name)).unwrap();
        let output = fixture.run(&["--out", out.to_str().unwrap(), "--limit", "1"], b"");
        assert!(matches!(output.status.code(), Some(65 | 70)), "{output:?}");
        fs::remove_file(out.join(&name)).unwrap();
    }
    assert!(names(&elsewhere).is_empty());
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Every file below a folder with its size and the time it was changed.
fn listing(folder: &Path) -> String {
    let output = Command::new("find").arg(folder).args(["-printf", "%P %s %T@\\n"]).output().unwrap();
    let mut lines: Vec<&[u8]> = output.stdout.split(|byte| *byte == b'\n').collect();
    lines.sort_unstable();
    String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
}
