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
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=where)
        _write_new(where, temporary, content)
        os.rename(temporary, name, src_dir_fd=where, dst_dir_fd=where)
    except OSError as error:
        raise CannotWrite(f"{name}: {error.strerror}.", HINT) from error


def _write_new(where: int, name: str, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(name, flags, 0o666, dir_fd=where)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            left = memoryview(content)
            while left:
                left = left[file.write(left) or 0 :]
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=where)
        raise
