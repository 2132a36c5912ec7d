"""The digests of the pages, which sha256sum(1) itself checks."""

import subprocess
from pathlib import Path

import pytest
from command import py_post, tree
from records import object_id, record, stream
from small_history import SMALL_HISTORY


def test_sums_hold(tmp_path: Path) -> None:
    """Each page has its digest, in the order of the stream, and sha256sum agrees."""
    pages, sums = tmp_path / "pages", tmp_path / "made" / "pages.sha256"
    done = py_post("--per-commit", pages, "--sums", sums, given=stream(SMALL_HISTORY))

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    names = [f"commit_{one['id'][:12]}/analysis_summary.md" for one in SMALL_HISTORY]
    assert [line.split("  ")[1] for line in sums.read_text().splitlines()] == names
    checked = subprocess.run(["sha256sum", "--check", "--strict", sums], cwd=pages, check=False)  # noqa: S607
    assert checked.returncode == 0
    assert [one.name for one in sums.parent.iterdir()] == ["pages.sha256"]


def test_old_sums_are_replaced(tmp_path: Path) -> None:
    """A second run of a shorter stream leaves the digests of that alone."""
    sums = tmp_path / "sums"
    for given in (stream(SMALL_HISTORY), stream(SMALL_HISTORY[:1])):
        assert py_post("--per-commit", tmp_path / "p", "--sums", sums, given=given).returncode == 0
    assert len(sums.read_text().splitlines()) == 1


@pytest.mark.parametrize("before", [None, b"old"])
def test_bad_line_leaves_no_new_sums(tmp_path: Path, before: bytes | None) -> None:
    """Digests of some pages are never shown as those of all."""
    sums = tmp_path / "sums" / "of_pages"
    sums.parent.mkdir()
    if before is not None:
        sums.write_bytes(before)
    given = stream([record("one")]) + b"oops\n"
    assert py_post("--per-commit", tmp_path / "p", "--sums", sums, given=given).returncode == 65
    assert [one.read_bytes() for one in sums.parent.iterdir()] == ([] if before is None else [before])
    assert list(tree(tmp_path / "p")) == [f"commit_{object_id('one')[:12]}/analysis_summary.md"]


@pytest.mark.parametrize(
    "arguments", [["--out", "x"], ["--out", "x", "--per-commit", "x", "--no-per-commit"]]
)
def test_sums_of_nothing(tmp_path: Path, arguments: list[str]) -> None:
    """Without pages there is nothing to take digests of: a wrong call."""
    done = py_post("--sums", tmp_path / "sums", *arguments)
    assert done.returncode == 64
    assert done.stderr.startswith(b"py_post: --sums is about the pages of commits: ")
    assert list(tmp_path.iterdir()) == []
