"""A growing file is shown whole, or not at all."""

import os
import resource
import signal
from pathlib import Path

import pytest

from py_post.growing_file import ROOM, growing_file
from py_post.problem import CannotWrite
from py_post.write_files import folder


def test_it_appears_at_the_end(tmp_path: Path) -> None:
    """While it grows the old one stays; then it has all that was added, in order, and no other is left."""
    (tmp_path / "x").write_bytes(b"old")
    parts = [b"%07d\n" % number for number in range(ROOM // 4)]
    with folder(tmp_path) as where, growing_file(where, "x") as file:
        for part in parts:
            file.add(part)
        assert (tmp_path / "x").read_bytes() == b"old"
        assert (tmp_path / ".x.part").stat().st_size >= ROOM

    assert (tmp_path / "x").read_bytes() == b"".join(parts)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_failure_leaves_the_old_one(tmp_path: Path) -> None:
    """Whatever fails while it grows, the old file stays and the new one is gone."""
    (tmp_path / "x").write_bytes(b"old")

    def interrupted() -> None:
        with folder(tmp_path) as where, growing_file(where, "x") as file:
            file.add(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_links_are_replaced(tmp_path: Path) -> None:
    """Neither the file nor its temporary one is written through a link."""
    target = tmp_path / "target"
    target.write_bytes(b"precious")
    inside = tmp_path / "inside"
    inside.mkdir()
    for name in ("x", ".x.part"):
        (inside / name).symlink_to(target)
    with folder(inside) as where, growing_file(where, "x") as file:
        file.add(b"new")
    assert target.read_bytes() == b"precious"
    assert not (inside / "x").is_symlink()
    assert [path.name for path in inside.iterdir()] == ["x"]


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    """The place is named with the reason, and no temporary file is left."""
    (tmp_path / "x").mkdir()
    with (
        pytest.raises(CannotWrite, match=r"^x: Is a directory\.$"),
        folder(tmp_path) as where,
        growing_file(where, "x"),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_full_disk(tmp_path: Path) -> None:
    """Where it cannot be written whole, none is left."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
        try:
            with folder(tmp_path) as where, growing_file(where, "x") as file:
                file.add(b"too long for this")
        except CannotWrite as problem:
            os._exit(3 if str(problem) == "x: File too large." else 4)
        os._exit(5)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert list(tmp_path.iterdir()) == []
