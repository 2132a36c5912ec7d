"""The commit record, as rust_extractor writes it; packages/core/src/commit.ts is the source."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

# JavaScript's largest exact integer: the contract is written in zod, whose int() ends there.
LARGEST: Final = 2**53 - 1

OBJECT_ID: Final = r"^(?:[0-9a-f]{40}|[0-9a-f]{64})\Z"
MODE: Final = r"^[0-7]{6}\Z"
SHA256: Final = r"^[0-9a-f]{64}\Z"

ObjectId = Annotated[str, Meta(pattern=OBJECT_ID)]
Mode = Annotated[str, Meta(pattern=MODE)]
Count = Annotated[int, Meta(ge=0, le=LARGEST)]
Seconds = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Minutes = Annotated[int, Meta(ge=-6000, le=6000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Status = Literal["A", "M", "D", "R", "C", "T"]


class Record(Struct, forbid_unknown_fields=True, gc=False):
    """What every part of a record shares: no other fields, and nothing for the collector of cycles."""


class Person(Record):
    """Who, and when by their own clock: `time` in seconds since 1970 UTC, `offset` in minutes east."""

    name: str
    email: str
    time: Seconds
    offset: Minutes
    name_b64: bytes | UnsetType = UNSET
    email_b64: bytes | UnsetType = UNSET


class Hunk(Record):
    """One run of changed lines; `section` is what git prints after the second @@."""

    old_start: Count
    old_lines: Count
    new_start: Count
    new_lines: Count
    added: Count
    deleted: Count
    section: str | UnsetType = UNSET


class Function(Record):
    """A function that a changed line lies in, with its changed lines."""

    name: str
    added: Count
    deleted: Count


class Modes(Record):
    """The file's modes, six octal digits each."""

    old: Mode
    new: Mode


class Blobs(Record):
    """The file's contents by object id; zeros for none."""

    old: ObjectId
    new: ObjectId


class File(Record):
    """One file of a commit; lines are counted from hunks, as `git log --numstat` does."""

    path: str
    status: Status
    modes: Modes
    blobs: Blobs
    added: Count
    deleted: Count
    binary: bool
    hunks: list[Hunk]
    functions: list[Function]
    path_b64: bytes | UnsetType = UNSET
    old_path: str | UnsetType = UNSET
    old_path_b64: bytes | UnsetType = UNSET
    similarity: Percent | UnsetType = UNSET
    language: str | UnsetType = UNSET
    skipped: str | UnsetType = UNSET


class Trailer(Record):
    """One line such as `Signed-off-by: …` of the message's last paragraph."""

    key: str
    value: str


class Stats(Record):
    """Sums over the whole commit, also where the record is cut."""

    files: Count
    added: Count
    deleted: Count


class Patch(Record):
    """Size in bytes and sha256 of git's own text of the patch, whole."""

    bytes: Count
    sha256: Annotated[str, Meta(pattern=SHA256)]


class Commit(Record):
    """One line of the stream."""

    id: ObjectId
    tree: ObjectId
    parents: list[ObjectId]
    author: Person
    committer: Person
    message: str
    trailers: list[Trailer]
    signature: bool
    merge_mode: Literal["none", "first-parent"]
    files: list[File]
    stats: Stats
    patch: Patch
    encoding: str | UnsetType = UNSET
    message_b64: bytes | UnsetType = UNSET
    skipped: str | UnsetType = UNSET
