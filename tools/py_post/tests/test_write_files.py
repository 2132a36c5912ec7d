"""Files are whole or not there, and no link leads a file elsewhere."""

import os
import resource
import signal
from pathlib import Path

import pytest

from py_post.problem import CannotWrite
from py_post.write_files import folder, write_file, write_file_inside


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """The old file is replaced, and no temporary one is left."""
    with folder(tmp_path / "a" / "b") as where:
        write_file(where, "x.md", b"old and longer")
        write_file(where, "x.md", b"new")

    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["x.md"]
    assert (tmp_path / "a" / "b" / "x.md").read_bytes() == b"new"


def test_a_left_over_is_no_hindrance(tmp_path: Path) -> None:
    """What a killed run left behind is replaced."""
    (tmp_path / ".x.md.part").write_bytes(b"half")
    with folder(tmp_path) as where:
        write_file(where, "x.md", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["x.md"]


def test_no_link_is_followed(tmp_path: Path) -> None:
    """A link in the place of a file is replaced, also in that of the temporary one; its target stays."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "x.md").symlink_to(target)
    (inside / ".x.md.part").symlink_to(target)
    with folder(inside) as where:
        write_file(where, "x.md", b"new")

    assert target.read_bytes() == b"precious"
    assert not (inside / "x.md").is_symlink()
    assert (inside / "x.md").read_bytes() == b"new"


def test_no_folder_behind_a_link(tmp_path: Path) -> None:
    """A link in the place of a commit's folder is refused."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "commit_a").symlink_to(tmp_path / "elsewhere")
    with (
        folder(tmp_path) as where,
        pytest.raises(CannotWrite, match=r"commit_a/x\.md: (Not a directory|Too many levels)"),
    ):
        write_file_inside(where, "commit_a", "x.md", b"new")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_for_a_file(tmp_path: Path, *, there: bool) -> None:
    """A commit's folder that another program made is written into; a missing one is made."""
    if there:
        (tmp_path / "commit_a").mkdir()
    with folder(tmp_path) as where:
        write_file_inside(where, "commit_a", "x.md", b"new")

    assert [path.name for path in (tmp_path / "commit_a").iterdir()] == ["x.md"]
    assert (tmp_path / "commit_a" / "x.md").read_bytes() == b"new"


@pytest.mark.parametrize("before", [b"new", b"old", b"older", b"", b"half"])
def test_a_page_that_is_there(tmp_path: Path, before: bytes) -> None:
    """One with the same content is left alone, any other is replaced: no file is written into."""
    page = tmp_path / "a" / "x.md"
    page.parent.mkdir()
    page.write_bytes(before)
    os.link(page, tmp_path / "same")
    with folder(tmp_path) as where:
        write_file_inside(where, "a", "x.md", b"new")

    assert page.read_bytes() == b"new"
    assert (tmp_path / "same").read_bytes() == before
    assert page.samefile(tmp_path / "same") == (before == b"new")
    assert [path.name for path in page.parent.iterdir()] == ["x.md"]


@pytest.mark.parametrize("kind", ["link", "link to nothing", "pipe"])
def test_what_is_no_file(tmp_path: Path, kind: str) -> None:
    """A link, even to the same content, or a pipe in the place of a page is replaced without waiting."""
    (tmp_path / "a").mkdir()
    page, target = tmp_path / "a" / "x.md", tmp_path / "target"
    if kind == "pipe":
        os.mkfifo(page)
    else:
        page.symlink_to(target)
    if kind == "link":
        target.write_bytes(b"new")
    with folder(tmp_path) as where:
        write_file_inside(where, "a", "x.md", b"new")

    assert page.is_file()
    assert not page.is_symlink()
    assert page.read_bytes() == b"new"
    assert target.exists() == (kind == "link")


@pytest.mark.parametrize("before", [b"old", None])
def test_a_full_disk_leaves_no_half_file(tmp_path: Path, before: bytes | None) -> None:
    """Where a file cannot be written whole, the old one stays and no half one does."""
    (tmp_path / "a").mkdir()
    if before is not None:
        (tmp_path / "a" / "x.md").write_bytes(before)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        try:
            with folder(tmp_path) as where:
                write_file_inside(where, "a", "x.md", b"too long for this")
        except CannotWrite as problem:
            os._exit(3 if str(problem) == "a/x.md: File too large." else 4)
        os._exit(5)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    left = [path.read_bytes() for path in (tmp_path / "a").iterdir()]
    assert left == ([] if before is None else [before])


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    """The place is named with the reason."""
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(CannotWrite, match="/a: File exists"), folder(tmp_path / "a"):
        pass
