"""Ids of nodes: one string for each thing, and no two things with one."""

import re
from hashlib import sha256
from typing import Final

LONGEST: Final = 1000
"""Characters of a text that an id has whole."""

BEGINNING: Final = 200
"""Characters that are left of a longer one."""

_marks: Final = re.compile("[%#\udc80-\udcff]")


def commit_id(digits: str) -> str:
    """The id of a commit's node."""
    return f"commit:{digits}"


def author_id(key: str) -> str:
    """The id of an author's node, from the key that tells authors apart."""
    return f"author:{_plain(key)}"


def file_id(path: str) -> str:
    """The id of a file's node; `%`, `#` and bytes that are not UTF-8 are written as in addresses."""
    return f"file:{_plain(path)}"


def function_id(path: str, name: str) -> str:
    """The id of a function's node; the first `#` ends the path, since a path holds none here."""
    return f"function:{_plain(path)}#{_bounded(name.replace('%', '%25'))}"


def _plain(text: str) -> str:
    return _bounded(_marks.sub(lambda match: f"%{ord(match[0]) & 0xFF:02X}", text))


def _bounded(text: str) -> str:
    """An id stands in each of a node's edges, so most of a long text gives way to its digest.

    No text that is whole can look so: it has `%` before two digits alone.
    """
    if len(text) <= LONGEST:
        return text
    return f"{text[:BEGINNING]}%sha256:{sha256(text.encode()).hexdigest()}"
