"""Writes whole files: a reader sees the old one or the new one, and never follows a link."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from py_post.problem import CannotWrite

HINT: Final = "Check the folder, its rights and the space left on the disk."


@contextmanager
def folder(path: Path) -> Iterator[int]:
    """Opens a folder, made if it is missing, as a descriptor for `write_file`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotWrite(f"{path}: {error.strerror}.", HINT) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def folder_inside(parent: int, name: str) -> Iterator[int]:
    """Opens a folder inside an open one, made if it is missing; a link in its place is refused."""
    try:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    except OSError as error:
        raise CannotWrite(f"{name}: {error.strerror}.", HINT) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write_file(where: int, name: str, content: bytes) -> None:
    """Writes a file in an open folder under a temporary name, then renames it into place.

    Nothing is synced to the disk: who calls this program does that for the whole run at once.
    """
    temporary = f".{name}.part"
    try:
        _write_new(where, temporary, content)
        os.rename(temporary, name, src_dir_fd=where, dst_dir_fd=where)
    except OSError as error:
        raise CannotWrite(f"{name}: {error.strerror}.", HINT) from error


def _write_new(where: int, name: str, content: bytes) -> None:
    descriptor = open_new(where, name)
    try:
        write_all(descriptor, content)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=where)
        raise
    finally:
        os.close(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Writes all bytes to an open file, in as many pieces as the system takes."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def open_new(where: int, name: str) -> int:
    """Opens a new file in an open folder to write to; what a killed run left under that name is removed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(name, flags, 0o666, dir_fd=where)
    except FileExistsError:
        # Only a killed run leaves one, so asking first would cost every other file a system call.
        os.unlink(name, dir_fd=where)
        return os.open(name, flags, 0o666, dir_fd=where)
