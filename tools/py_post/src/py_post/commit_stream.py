"""Reads a stream of commit records, one JSON object a line, once and without holding it."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec

from py_post.commit import MODE, OBJECT_ID, SHA256, Commit
from py_post.problem import BadCommit, CannotRead
from py_post.visible import visible_line

LONGEST_LINE: Final = 256 * 1024 * 1024
"""Bytes of one record, so that a stream without line ends cannot fill the memory."""

HINT: Final = "The stream is what `rust_extractor history` writes; mine the repository again."

_patterns: Final = {
    OBJECT_ID: "40 or 64 lower-case hex digits",
    MODE: "six octal digits",
    SHA256: "64 lower-case hex digits",
}
_place: Final = re.compile(r" - at `\$([^`]*)`\Z")
_decoder: Final = msgspec.json.Decoder(Commit)


def read_commits(stream: BinaryIO, name_digits: int = 64) -> Iterator[Commit]:
    """Yields the commits of a stream; a line that is none raises BadCommit, naming line and place.

    The first `name_digits` digits of the ids must differ, since files will be named after them.
    """
    names: set[int] = set()
    for number, line in _lines(stream):
        commit = _decode(number, line)
        name = int(commit.id[:name_digits], 16)
        if name in names:
            raise BadCommit(f"line {number}: {_clash(commit.id, name_digits)}", HINT)
        names.add(name)
        yield commit


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := _read_line(stream, number + 1):
        number += 1
        yield number, line


def _read_line(stream: BinaryIO, number: int) -> bytes:
    try:
        line = stream.readline(LONGEST_LINE + 1)
    except OSError as error:
        raise CannotRead(f"line {number} cannot be read: {error.strerror}.", HINT) from error
    if len(line) > LONGEST_LINE:
        raise BadCommit(f"line {number}: longer than {LONGEST_LINE} bytes.", HINT)
    return line


def _decode(number: int, line: bytes) -> Commit:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadCommit(f"line {number}: {_reason(error)}.", HINT) from error


def _reason(error: Exception) -> str:
    """The decoder's words, opened by the JSON pointer of the place they are about."""
    words = visible_line(str(error))
    place = _place.search(words)
    reason = words[: place.start()] if place else words
    for pattern, meaning in _patterns.items():
        reason = reason.replace(f"`str` matching regex {pattern!r}", meaning)
    pointer = re.sub(r"[.\[]", "/", place[1]).replace("]", "") if place else ""
    return f"at {pointer}: {reason}" if pointer else reason


def _clash(commit_id: str, name_digits: int) -> str:
    same = f"the first {name_digits} digits of" if name_digits < len(commit_id) else ""
    return f"{same} commit {commit_id} stood on an earlier line.".strip()
