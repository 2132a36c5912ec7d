"""analysis_summary.md of one commit."""

from collections.abc import Iterator
from typing import Final

from py_post.commit import Commit, File, Person, Stats
from py_post.markdown import code_span, counted, fenced_block
from py_post.patterns.corrections import as_fix, as_revert
from py_post.patterns.hours import local_time
from py_post.patterns.message_kind import MessageKind, message_kind, subject
from py_post.patterns.names import exact
from py_post.patterns.path_kind import path_kind

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


def commit_page(commit: Commit) -> bytes:
    """The page of a commit, in Markdown that shows the commit's own text and never acts on it.

    Functions write it, not a template, which takes four times as long for each of so many pages. In all
    of them the commit's own text passes `code_span` or `fenced_block`; ids and sizes, which the decoder
    has checked, stand as they are.
    """
    said = message_kind(commit)
    parts = [_head(commit, said), "\n## Message\n\n", fenced_block(commit.message), "\n\n"]
    if commit.trailers:
        parts.append(_trailers(commit))
    parts.append(_corrections(commit, said))
    parts.append(_files(commit) if commit.files else "## Files\n\nNone.\n")
    return "".join(parts).encode()


def _head(commit: Commit, said: MessageKind) -> str:
    breaking = ", breaking" if said.breaking else ""
    lines = [
        f"# Commit `{commit.id[:12]}`\n\n{said.kind}{breaking}: {code_span(subject(commit.message))}\n",
        f"| | |\n|---|---|\n| commit | `{commit.id}` |\n| tree | `{commit.tree}` |",
        *_parents(commit.parents),
        f"| author | {_person(commit.author)} |",
        f"| authored | {code_span(local_time(commit.author))} |",
        f"| committer | {_person(commit.committer)} |",
        f"| committed | {code_span(local_time(commit.committer))} |",
        f"| signature | {'there, not verified' if commit.signature else 'none'} |",
        f"| size | {_size(commit.stats)} |",
        f"| patch | {counted(commit.patch.bytes, 'byte')}, sha256 `{commit.patch.sha256}` |",
        *[f"| note | {code_span(note)} |" for note in _notes(commit)],
        "",
    ]
    return "\n".join(lines)


def _size(stats: Stats) -> str:
    return f"{counted(stats.files, 'file')}, {counted(stats.added, 'line')} added, {stats.deleted} deleted"


def _parents(parents: list[str]) -> Iterator[str]:
    if not parents:
        yield "| parent | none: a root |"
    for parent in parents[:MOST_PARENTS]:
        yield f"| parent | `{parent}` |"
    if len(parents) > MOST_PARENTS:
        yield f"| parent | and {len(parents) - MOST_PARENTS} more |"


def _person(who: Person) -> str:
    return f"{code_span(who.name)} {code_span(who.email)}"


def _notes(commit: Commit) -> Iterator[str]:
    if len(commit.parents) > 1:
        compared = "the first parent" if commit.merge_mode == "first-parent" else "none of them"
        yield f"a merge of {len(commit.parents)} parents, compared to {compared}"
    if isinstance(commit.encoding, str):
        yield f"the message says that its encoding is {commit.encoding}"
    if isinstance(commit.message_b64, bytes):
        yield "the message is not UTF-8; the record has its bytes"
    if isinstance(commit.skipped, str):
        yield f"the record is cut: {commit.skipped}"


def _trailers(commit: Commit) -> str:
    listed = commit.trailers[:MOST_TRAILERS]
    rows = "".join([f"| {code_span(one.key)} | {code_span(one.value)} |\n" for one in listed])
    left = _left(len(commit.trailers) - MOST_TRAILERS)
    return f"## Trailers\n\n| key | value |\n|---|---|\n{rows}{left}\n"


def _corrections(commit: Commit, said: MessageKind) -> str:
    found = _correction(commit, said)
    if found is None:
        return ""
    words, names = found
    told = " ".join([words, *map(code_span, names[:MOST_NAMES])])
    return f"## Says of itself\n\n- {told}\n\nThe message says so; that it is true was not checked.\n\n"


def _correction(commit: Commit, said: MessageKind) -> tuple[str, list[str]] | None:
    revert = as_revert(commit, said)
    if revert is not None:
        return "a revert of" if revert.reverts else "a revert", revert.reverts
    fix = as_fix(commit, said)
    if fix is None:
        return None
    names = fix.commits + [f"#{issue}" for issue in fix.issues]
    return "a fix of" if names else "a fix", names


def _files(commit: Commit) -> str:
    rows = "".join([_row(file) for file in commit.files[:MOST_FILES]])
    return (
        "## Files\n\n| file | status | kind | language | added | deleted | functions |\n"
        f"|---|---|---|---|---:|---:|---|\n{rows}{_left(len(commit.files) - MOST_FILES)}"
    )


def _row(file: File) -> str:
    path = exact(file.path, file.path_b64)
    language = code_span(file.language) if isinstance(file.language, str) and file.language else ""
    return (
        f"| {code_span(path)}{_origin(file)} | {_status(file)} | {path_kind(path)} | {language} "
        f"| {file.added} | {file.deleted} | {_functions(file)}|\n"
    )


def _origin(file: File) -> str:
    old = file.old_path
    return f" from {code_span(exact(old, file.old_path_b64))}" if isinstance(old, str) else ""


def _functions(file: File) -> str:
    if not file.functions:
        return ""
    names = "".join([f"{code_span(one.name)} " for one in file.functions[:MOST_FUNCTIONS]])
    left = len(file.functions) - MOST_FUNCTIONS
    return f"{names}and {left} more " if left > 0 else names


def _status(file: File) -> str:
    words = _statuses[file.status]
    if isinstance(file.similarity, int):
        words += f", {file.similarity} % alike"
    modes = file.modes
    if modes.old != modes.new and file.status not in "AD":
        words += f", mode {modes.old} to {modes.new}"
    if file.binary:
        words += ", binary"
    return f"{words}, cut" if isinstance(file.skipped, str) else words


def _left(count: int) -> str:
    return f"\nAnd {count} more, which the record has.\n" if count > 0 else ""
