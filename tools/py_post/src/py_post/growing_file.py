"""Writes a file that grows while a stream is read, and shows it only when it is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from py_post.problem import CannotWrite
from py_post.write_files import HINT, open_new, write_all

ROOM: Final = 262_144
"""Bytes, about, that are held until they are written: fewer calls of the system, and flat memory."""


class GrowingFile:
    """A file under its temporary name; what is added is held until there is enough to write."""

    def __init__(self, name: str, descriptor: int) -> None:
        """Takes the name that problems say, and the open file."""
        self._name = name
        self._descriptor = descriptor
        self._held: list[bytes] = []
        self._size = 0

    def add(self, content: bytes) -> None:
        """Adds bytes at the end; raises CannotWrite where they have to be written and cannot be."""
        self._held.append(content)
        self._size += len(content)
        if self._size >= ROOM:
            self.write_out()

    def write_out(self) -> None:
        """Writes what is held."""
        try:
            write_all(self._descriptor, b"".join(self._held))
        except OSError as error:
            raise CannotWrite(f"{self._name}: {error.strerror}.", HINT) from error
        self._held, self._size = [], 0


@contextmanager
def growing_file(where: int, name: str) -> Iterator[GrowingFile]:
    """Opens a file in an open folder to add to; it gets its name at the end, and on failure none is left.

    Nothing is synced to the disk: who calls this program does that for the whole run at once.
    """
    temporary = f".{name}.part"
    try:
        descriptor = open_new(where, temporary)
    except OSError as error:
        raise CannotWrite(f"{name}: {error.strerror}.", HINT) from error
    try:
        try:
            file = GrowingFile(name, descriptor)
            yield file
            file.write_out()
        finally:
            os.close(descriptor)
        _rename(where, temporary, name)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=where)
        raise


def _rename(where: int, temporary: str, name: str) -> None:
    try:
        os.rename(temporary, name, src_dir_fd=where, dst_dir_fd=where)
    except OSError as error:
        raise CannotWrite(f"{name}: {error.strerror}.", HINT) from error
