"""The commits that a graph shows: the first of the stream, as small as can be."""

from typing import TypeVar

from msgspec import Struct

from py_post.graph.caps import Caps
from py_post.patterns.change import Change, is_merge
from py_post.patterns.hours import utc_time
from py_post.patterns.message_kind import subject

Key = TypeVar("Key")


class KeptCommit(Struct, gc=False):
    """What the graph needs of one commit; files and functions come with their changed lines."""

    id: str
    parents: list[str]
    author: int
    subject: str
    time: str | None
    change: str
    merge: bool
    files_in_all: int
    added: int
    deleted: int
    files: dict[int, int]
    functions: dict[tuple[int, str], int]


def keep(change: Change, caps: Caps, label_length: int) -> KeptCommit:
    """A commit with those of its files and functions that changed most."""
    commit = change.commit
    return KeptCommit(
        id=commit.id,
        parents=commit.parents[: caps.parents_of_a_commit],
        author=change.author,
        subject=subject(commit.message)[:label_length],
        time=utc_time(commit.author.time),
        change=change.said.kind,
        merge=is_merge(commit),
        files_in_all=commit.stats.files,
        added=commit.stats.added,
        deleted=commit.stats.deleted,
        files=_most(_files(change), caps.files_of_a_commit),
        functions=_most(_functions(change), caps.functions_of_a_commit),
    )


def _files(change: Change) -> dict[int, int]:
    lines: dict[int, int] = {}
    for number, file in zip(change.files, change.commit.files, strict=False):
        lines[number] = lines.get(number, 0) + file.added + file.deleted
    return lines


def _functions(change: Change) -> dict[tuple[int, str], int]:
    lines: dict[tuple[int, str], int] = {}
    for number, file in zip(change.files, change.commit.files, strict=False):
        for function in file.functions:
            key = (number, function.name)
            lines[key] = lines.get(key, 0) + function.added + function.deleted
    return lines


def _most(lines: dict[Key, int], most: int) -> dict[Key, int]:
    """The entries with the most lines; equals in the order of the record, which sorting keeps."""
    if len(lines) < 2:  # noqa: PLR2004 nothing to choose among
        return lines
    return {key: lines[key] for key in sorted(lines, key=lines.__getitem__, reverse=True)[:most]}
