"""Commits and their files as rows of two tables, for spreadsheets and data frames."""

from typing import Final

from msgspec import UNSET, UnsetType

from py_post.commit import Commit, File, Person
from py_post.csv_cells import cell, flag_cell, list_cell
from py_post.patterns.change import is_merge
from py_post.patterns.hours import local_time
from py_post.patterns.message_kind import subject
from py_post.patterns.names import exact

COMMIT_COLUMNS: Final = (
    "id",
    "parents",
    "author_name",
    "author_email",
    "author_time",
    "committer_name",
    "committer_email",
    "committer_time",
    "subject",
    "files",
    "added",
    "deleted",
    "merge",
    "signature",
    "skipped",
)
FILE_COLUMNS: Final = (
    "commit",
    "path",
    "old_path",
    "status",
    "added",
    "deleted",
    "binary",
    "language",
    "old_mode",
    "new_mode",
    "old_blob",
    "new_blob",
    "functions",
)


def header(columns: tuple[str, ...]) -> bytes:
    """The first line of a table."""
    return (",".join(columns) + "\n").encode()


def commit_row(commit: Commit) -> bytes:
    """The row of a commit in commits.csv; its sizes are whole also where the record is cut."""
    stats = commit.stats
    parents = cell(" ".join(commit.parents))
    people = f"{_person(commit.author)},{_person(commit.committer)}"
    sizes = f"{stats.files},{stats.added},{stats.deleted}"
    flags = f"{flag_cell(holds=is_merge(commit))},{flag_cell(holds=commit.signature)}"
    said = cell(subject(commit.message))
    return f"{commit.id},{parents},{people},{said},{sizes},{flags},{_optional(commit.skipped)}\n".encode()


def file_rows(commit: Commit) -> bytes:
    """The rows of a commit's files in files.csv, in the order of the record."""
    return "".join([_file_row(commit.id, file) for file in commit.files]).encode()


def _file_row(commit_id: str, file: File) -> str:
    names = f"{cell(exact(file.path, file.path_b64))},{_optional(file.old_path, file.old_path_b64)}"
    change = f"{file.status},{file.added},{file.deleted},{flag_cell(holds=file.binary)}"
    modes, blobs = file.modes, file.blobs
    ids = f"{modes.old},{modes.new},{blobs.old},{blobs.new}"
    functions = list_cell([one.name for one in file.functions]) if file.functions else ""
    return f"{commit_id},{names},{change},{_optional(file.language)},{ids},{functions}\n"


def _person(who: Person) -> str:
    name, email = exact(who.name, who.name_b64), exact(who.email, who.email_b64)
    return f"{cell(name)},{cell(email)},{cell(local_time(who))}"


def _optional(text: str | UnsetType, raw: bytes | UnsetType = UNSET) -> str:
    return "" if isinstance(text, UnsetType) else cell(exact(text, raw))
