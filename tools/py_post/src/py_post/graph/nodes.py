"""The nodes of a graph: the first commits, and the files, functions and authors with the most."""

from collections.abc import Iterator
from typing import Final

from py_post.graph.caps import Caps
from py_post.graph.kept_commits import KeptCommit
from py_post.graph.node_ids import author_id, commit_id, file_id, function_id
from py_post.patterns.history import History
from py_post.patterns.names import as_name, as_text

LONGEST_LABEL: Final = 200
"""Characters of a label; the record has the whole text."""

Node = tuple[str, dict[str, object]]


def nodes(history: History, commits: list[KeptCommit], caps: Caps) -> dict[str, list[Node]]:
    """The nodes of each kind, in the order of their importance."""
    return {
        "commits": [_commit(commit) for commit in commits],
        "files": list(_files(history, caps.files)),
        "authors": list(_authors(history, caps.authors)),
        "functions": list(_functions(history, caps.functions)),
    }


def _commit(commit: KeptCommit) -> Node:
    return commit_id(commit.id), {
        "kind": "commit",
        "label": commit.subject,
        "author_time": commit.time,
        "change": commit.change,
        "merge": commit.merge,
        "files": commit.files_in_all,
        "added": commit.added,
        "deleted": commit.deleted,
    }


def _files(history: History, most: int) -> Iterator[Node]:
    for file in history.churn.hottest_files(most):
        path = history.numbering.files.all[file]
        sums = history.churn.files[file]
        yield file_id(path), {
            "kind": "file",
            "label": as_name(path).text[:LONGEST_LABEL],
            "file_kind": history.kinds.file_kinds[file],
            "commits": sums.commits,
            "added": sums.added,
            "deleted": sums.deleted,
        }


def _authors(history: History, most: int) -> Iterator[Node]:
    for number in history.ownership.busiest(most):
        author = history.ownership.author(number)
        yield author_id(history.numbering.authors.all[number]), {
            "kind": "author",
            "label": author.name.text[:LONGEST_LABEL],
            "email": author.email.text[:LONGEST_LABEL],
            "commits": history.ownership.commits_of(number),
        }


def _functions(history: History, most: int) -> Iterator[Node]:
    for file, name in history.churn.hottest_functions(most):
        path = history.numbering.files.all[file]
        sums = history.churn.functions[file, name]
        yield function_id(path, name), {
            "kind": "function",
            "label": name[:LONGEST_LABEL],
            "path": as_text(path)[:LONGEST_LABEL],
            "commits": sums.commits,
            "added": sums.added,
            "deleted": sums.deleted,
        }
