"""Writes whole files: a reader sees the old one or the new one, and never follows a link."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from py_post.problem import CannotWrite

HINT: Final = "Check the folder, its rights and the space left on the disk."

_new: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_old: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# A folder that only leads to a file need not be read, which is quicker where the system knows the difference.
_way: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def folder(path: Path) -> Iterator[int]:
    """Opens a folder, made if it is missing, as a descriptor for the functions here."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotWrite(f"{path}: {error.strerror}.", HINT) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write_file(where: int, name: str, content: bytes) -> None:
    """Writes a file in an open folder under a temporary name, then renames it into place.

    Nothing is synced to the disk: who calls this program does that for the whole run at once.
    """
    try:
        _replace(where, name, content)
    except OSError as error:
        raise CannotWrite(f"{name}: {error.strerror}.", HINT) from error


def write_file_inside(parent: int, own: str, name: str, content: bytes) -> None:
    """Writes a file in a folder of an open folder, which is made if it is missing.

    Written for many small files, most of which are new: such a one is made in its place, where it is
    whole a moment later, or gone if it cannot be. One that is there is left alone if it is the same, and
    replaced by a rename if not. A link in the place of the folder is refused.
    """
    try:
        inside = _open_inside(parent, own)
        try:
            _create_or_replace(inside, name, content)
        finally:
            os.close(inside)
    except OSError as error:
        raise CannotWrite(f"{own}/{name}: {error.strerror}.", HINT) from error


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all bytes to an open file, in as many pieces as the system takes."""
    written = os.write(descriptor, content)
    while written < len(content):
        written += os.write(descriptor, memoryview(content)[written:])


def open_new(where: int, name: str) -> int:
    """Opens a new file in an open folder to write to; what a killed run left under that name is removed."""
    try:
        return os.open(name, _new, 0o666, dir_fd=where)
    except FileExistsError:
        # Only a killed run leaves one, so asking first would cost every other file a system call.
        os.unlink(name, dir_fd=where)
        return os.open(name, _new, 0o666, dir_fd=where)


def _open_inside(parent: int, own: str) -> int:
    try:
        return os.open(own, _way, dir_fd=parent)
    except FileNotFoundError:
        with suppress(FileExistsError):
            os.mkdir(own, dir_fd=parent)
        return os.open(own, _way, dir_fd=parent)


def _create_or_replace(where: int, name: str, content: bytes) -> None:
    try:
        descriptor = os.open(name, _new, 0o666, dir_fd=where)
    except FileExistsError:
        if not _holds(where, name, content):
            _replace(where, name, content)
        return
    _fill(where, name, descriptor, content)


def _replace(where: int, name: str, content: bytes) -> None:
    temporary = f".{name}.part"
    _fill(where, temporary, open_new(where, temporary), content)
    os.rename(temporary, name, src_dir_fd=where, dst_dir_fd=where)


def _fill(where: int, name: str, descriptor: int, content: bytes) -> None:
    try:
        write_all(descriptor, content)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=where)
        raise
    finally:
        os.close(descriptor)


def _holds(where: int, name: str, content: bytes) -> bool:
    """Whether a file is there, no link and nothing else, with exactly this content."""
    try:
        descriptor = os.open(name, _old, dir_fd=where)
    except OSError:
        return False
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size != len(content):
            return False
        return os.read(descriptor, len(content) + 1) == content
    finally:
        os.close(descriptor)
