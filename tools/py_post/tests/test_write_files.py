"""Files are whole or not there, and no link leads a file elsewhere."""

import os
import resource
import signal
from pathlib import Path

import pytest

from py_post.problem import CannotWrite
from py_post.write_files import folder, folder_inside, write_file


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
        pytest.raises(CannotWrite, match=r"commit_a: Not a directory|commit_a: Too many levels"),
        folder_inside(where, "commit_a"),
    ):
        pass


def test_a_folder_that_is_there_is_used(tmp_path: Path) -> None:
    """A commit's folder that another program made is written into."""
    (tmp_path / "commit_a").mkdir()
    with folder(tmp_path) as where, folder_inside(where, "commit_a") as own:
        write_file(own, "x.md", b"new")

    assert (tmp_path / "commit_a" / "x.md").read_bytes() == b"new"


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """Where a file cannot be written whole, the old one stays and no temporary one does."""
    (tmp_path / "x.md").write_bytes(b"old")
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        try:
            with folder(tmp_path) as where:
                write_file(where, "x.md", b"too long for this")
        except CannotWrite as problem:
            os._exit(3 if str(problem) == "x.md: File too large." else 4)
        os._exit(5)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["x.md"]
    assert (tmp_path / "x.md").read_bytes() == b"old"


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    """The place is named with the reason."""
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(CannotWrite, match="/a: File exists"), folder(tmp_path / "a"):
        pass
