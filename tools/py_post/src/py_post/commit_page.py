"""analysis_summary.md of one commit."""

from typing import Final

from msgspec import Struct

from py_post.commit import Commit, File
from py_post.patterns.corrections import as_fix, as_revert
from py_post.patterns.hours import local_time
from py_post.patterns.message_kind import MessageKind, message_kind, subject
from py_post.patterns.names import exact
from py_post.patterns.path_kind import path_kind
from py_post.templates import template

NAME: Final = "analysis_summary.md"

MOST_FILES: Final = 200
MOST_FUNCTIONS: Final = 10
MOST_TRAILERS: Final = 50
MOST_PARENTS: Final = 50
MOST_NAMES: Final = 20

_statuses: Final = {
    "A": "added",
    "M": "modified",
    "D": "deleted",
    "R": "renamed",
    "C": "copied",
    "T": "type changed",
}
_template: Final = template("commit.md.j2")


class FileRow(Struct):
    """One row of the table of files."""

    path: str
    old_path: str | None
    status: str
    kind: str
    language: str | None
    added: int
    deleted: int
    functions: list[str]
    functions_left: int


class Correction(Struct):
    """Something that the message says of the commit, with what it names."""

    words: str
    names: list[str]


def commit_page(commit: Commit) -> bytes:
    """The page of a commit, in Markdown that shows the commit's own text and never acts on it."""
    said = message_kind(commit)
    page = _template.render(
        commit=commit,
        kind=said,
        subject=subject(commit.message),
        authored=local_time(commit.author),
        committed=local_time(commit.committer),
        parents=commit.parents[:MOST_PARENTS],
        parents_left=len(commit.parents) - MOST_PARENTS,
        notes=_notes(commit),
        trailers=commit.trailers[:MOST_TRAILERS],
        trailers_left=len(commit.trailers) - MOST_TRAILERS,
        corrections=_corrections(commit, said),
        files=[_row(file) for file in commit.files[:MOST_FILES]],
        files_left=len(commit.files) - MOST_FILES,
    )
    return page.encode()


def _row(file: File) -> FileRow:
    path = exact(file.path, file.path_b64)
    old_path = exact(file.old_path, file.old_path_b64) if isinstance(file.old_path, str) else None
    return FileRow(
        path=path,
        old_path=old_path,
        status=_status(file),
        kind=path_kind(path),
        language=file.language if isinstance(file.language, str) else None,
        added=file.added,
        deleted=file.deleted,
        functions=[function.name for function in file.functions[:MOST_FUNCTIONS]],
        functions_left=len(file.functions) - MOST_FUNCTIONS,
    )


def _status(file: File) -> str:
    words = [_statuses[file.status]]
    if isinstance(file.similarity, int):
        words.append(f"{file.similarity} % alike")
    if file.modes.old != file.modes.new and file.status not in "AD":
        words.append(f"mode {file.modes.old} to {file.modes.new}")
    if file.binary:
        words.append("binary")
    if isinstance(file.skipped, str):
        words.append("cut")
    return ", ".join(words)


def _notes(commit: Commit) -> list[str]:
    notes = []
    if len(commit.parents) > 1:
        compared = "the first parent" if commit.merge_mode == "first-parent" else "none of them"
        notes.append(f"a merge of {len(commit.parents)} parents, compared to {compared}")
    if isinstance(commit.encoding, str):
        notes.append(f"the message says that its encoding is {commit.encoding}")
    if isinstance(commit.message_b64, bytes):
        notes.append("the message is not UTF-8; the record has its bytes")
    if isinstance(commit.skipped, str):
        notes.append(f"the record is cut: {commit.skipped}")
    return notes


def _corrections(commit: Commit, said: MessageKind) -> list[Correction]:
    revert = as_revert(commit, said)
    if revert is not None:
        return [Correction("a revert of" if revert.reverts else "a revert", revert.reverts[:MOST_NAMES])]
    fix = as_fix(commit, said)
    if fix is None:
        return []
    names = fix.commits + [f"#{issue}" for issue in fix.issues]
    return [Correction("a fix of" if names else "a fix", names[:MOST_NAMES])]
