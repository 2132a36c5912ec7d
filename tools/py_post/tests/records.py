"""Commit records to test with: whole ones, of which a test names only what it is about."""

import json
from collections.abc import Iterable
from hashlib import sha1
from io import BytesIO
from typing import Any

from py_post.commit import Commit
from py_post.commit_stream import read_commits
from py_post.patterns import History

Record = dict[str, Any]


def object_id(name: object) -> str:
    """An object id that stands for a name."""
    return sha1(str(name).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def person(
    email: str = "ada@example.org", time: int = 1_760_522_400, offset: int = 120, **more: Any
) -> Record:
    """A person; the time is 2025-10-15, a Wednesday, 12:00 by a clock two hours east."""
    return {"name": "Ada", "email": email, "time": time, "offset": offset, **more}


def file(path: str = "src/a.c", added: int = 1, deleted: int = 0, **more: Any) -> Record:
    """A modified file."""
    return {
        "path": path,
        "status": "M",
        "modes": {"old": "100644", "new": "100644"},
        "blobs": {"old": object_id(1), "new": object_id(2)},
        "added": added,
        "deleted": deleted,
        "binary": False,
        "hunks": [],
        "functions": [],
        **more,
    }


def record(name: object = "a", files: Iterable[Record] = (), **more: Any) -> Record:
    """A commit with one parent; its sums are those of its files."""
    listed = list(files)
    return {
        "id": object_id(name),
        "tree": object_id("tree"),
        "parents": [object_id("parent")],
        "author": person(),
        "committer": person(),
        "message": "A change\n",
        "trailers": [],
        "signature": False,
        "merge_mode": "none",
        "files": listed,
        "stats": {
            "files": len(listed),
            "added": sum(one["added"] for one in listed),
            "deleted": sum(one["deleted"] for one in listed),
        },
        "patch": {"bytes": 0, "sha256": "0" * 64},
        **more,
    }


def stream(records: Iterable[Record]) -> bytes:
    """The records as JSON lines."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


def commit(*arguments: Any, **more: Any) -> Commit:
    """One commit, read as from a stream."""
    return next(read_commits(BytesIO(stream([record(*arguments, **more)]))))


def history(records: Iterable[Record]) -> History:
    """A history that has taken in the records."""
    taken = History()
    for one in read_commits(BytesIO(stream(records))):
        taken.add(one)
    return taken
