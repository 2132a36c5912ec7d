"""commits.csv and files.csv say what the records say."""

import csv
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from command import py_post, tree
from records import Record, file, object_id, person, record, stream
from small_history import FIX, MERGE, RENAME, SMALL_HISTORY

from py_post.commit_stream import read_commits
from py_post.csv_files import csv_files
from py_post.write_files import folder


def tables(path: Path, *records: Record) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows of both tables for some records, as a reader of CSV finds them."""
    with folder(path) as where, csv_files(where) as add:
        for one in read_commits(BytesIO(stream(records))):
            add(one)
    return rows(path / "commits.csv"), rows(path / "files.csv")


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; each is one line, ended by LF alone."""
    content = path.read_bytes()
    assert content.endswith(b"\n")
    assert b"\r" not in content
    lines = content.decode().split("\n")[:-1]
    found = list(csv.DictReader(lines, strict=True))
    assert len(found) == len(lines) - 1
    return found


def test_rows_of_a_commit(tmp_path: Path) -> None:
    """Every cell of a commit and of its files."""
    commits, files = tables(tmp_path, FIX)
    assert commits == [
        {
            "id": FIX["id"],
            "parents": object_id("parent"),
            "author_name": "Ada",
            "author_email": "ada@example.org",
            "author_time": "2025-10-12T12:00:00+02:00",
            "committer_name": "Ada",
            "committer_email": "ada@example.org",
            "committer_time": "2025-10-12T12:00:00+02:00",
            "subject": "fix: close the socket, fixes #7",
            "files": "3",
            "added": "6",
            "deleted": "2",
            "merge": "false",
            "signature": "false",
            "skipped": "",
        }
    ]
    assert len(files) == 3
    assert files[0] == {
        "commit": FIX["id"],
        "path": "src/net.c",
        "old_path": "",
        "status": "M",
        "added": "2",
        "deleted": "1",
        "binary": "false",
        "language": "C",
        "old_mode": "100644",
        "new_mode": "100644",
        "old_blob": object_id(1),
        "new_blob": object_id(2),
        "functions": "close",
    }


def test_merge_rename_and_cut(tmp_path: Path) -> None:
    """A merge names all parents and has its files; a rename both paths; a cut record says why."""
    cut = record("cut", [file(binary=True)], signature=True, skipped="patch over 50 MB", parents=[])
    commits, files = tables(tmp_path, MERGE, RENAME, cut)
    assert commits[0]["merge"] == "true"
    assert commits[0]["parents"] == f"{object_id('revert')} {object_id('side')}"
    assert (files[0]["commit"], files[0]["path"]) == (MERGE["id"], "src/net.c")
    assert (files[1]["status"], files[1]["old_path"], files[1]["path"]) == ("R", "docs/old.md", "docs/new.md")
    assert (commits[2]["parents"], commits[2]["signature"], commits[2]["skipped"]) == (
        "",
        "true",
        "patch over 50 MB",
    )
    assert files[2]["binary"] == "true"


def test_hostile_rows(tmp_path: Path) -> None:
    """Formulas, line ends and bytes that are not UTF-8, in every field that strangers write."""
    bad = "=cmd|'/c calc'!A1,\"\r\n\x1b\u202e"
    shown = "'=cmd|'/c calc'!A1,\"\\u{d}\\u{a}\\u{1b}\\u{202e}"
    raw = b64encode(b"=\xff").decode()
    one = file(
        "?", path_b64=raw, old_path=bad, language=bad, functions=[{"name": bad, "added": 1, "deleted": 0}] * 2
    )
    who = person(bad, name=bad, offset=6000)
    commits, files = tables(tmp_path, record("a", [one], message=bad, author=who, skipped=bad))
    assert files[0]["path"] == "'=\\u{dcff}"
    assert (files[0]["old_path"], files[0]["language"]) == (shown, shown)
    assert files[0]["functions"] == f"{shown};{shown[1:]}"
    assert (commits[0]["author_name"], commits[0]["author_email"], commits[0]["skipped"]) == (shown,) * 3
    assert commits[0]["subject"] == "'=cmd|'/c calc'!A1,\""
    assert commits[0]["author_time"] == "1760522400 seconds after 1970-01-01 UTC, +6000 minutes east"


def test_memory_is_flat(tmp_path: Path) -> None:
    """Four times the commits need no more memory."""

    def peak(number: int) -> int:
        def lines() -> Iterator[Record]:
            for name in range(number):
                yield record(name, [file(f"src/{'a' * 200}{name}")] * 4)

        given = BytesIO(stream(lines()))
        tracemalloc.start()
        with folder(tmp_path) as where, csv_files(where) as add:
            for line in given:
                add(next(read_commits(BytesIO(line))))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8000) < 1.2 * peak(2000)


def test_the_command_writes_tables(tmp_path: Path) -> None:
    """They stand beside the other files, or alone where those are switched off."""
    given = stream(SMALL_HISTORY)
    others = ["--no-summary", "--no-patterns", "--no-graph"]
    assert py_post("--out", tmp_path / "a", "--csv", given=given).returncode == 0
    assert py_post("--out", tmp_path / "b", "--csv", *others, given=given).returncode == 0
    whole, alone = tree(tmp_path / "a"), tree(tmp_path / "b")
    assert whole.keys() == {"summary.md", "patterns.json", "graph.json", "commits.csv", "files.csv"}
    assert alone == {name: whole[name] for name in ("commits.csv", "files.csv")}
    assert len(rows(tmp_path / "a" / "commits.csv")) == 8


def test_bad_line_leaves_no_table(tmp_path: Path) -> None:
    """Tables of some commits are never shown as those of all."""
    done = py_post("--out", tmp_path, "--csv", given=stream([record("one")]) + b"oops\n")
    assert done.returncode == 65
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("arguments", [[], ["--per-commit", "x"]])
def test_tables_need_a_place(arguments: list[str]) -> None:
    """Without --out it is a wrong call."""
    done = py_post("--csv", *arguments)
    assert done.returncode == 64
    assert done.stderr.startswith(b"py_post: --csv needs a place to write to: add --out DIR.\n")
