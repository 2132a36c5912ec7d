"""The nodes of a graph: the first commits, and the files, functions and authors with the most."""

from typing import Final

from msgspec import Struct

from py_post.graph.caps import Caps
from py_post.graph.kept_commits import KeptCommit
from py_post.graph.node_ids import author_id, commit_id, file_id, function_id
from py_post.graph.parts import AuthorNode, CommitNode, FileNode, FunctionNode, Node
from py_post.patterns.history import History
from py_post.patterns.names import as_text

LONGEST_LABEL: Final = 200
"""Characters of a label; the record has the whole text."""


class Nodes(Struct, frozen=True):
    """The nodes of each kind by what the history calls them, in the order of their importance."""

    commits: dict[str, CommitNode]
    files: dict[int, FileNode]
    authors: dict[int, AuthorNode]
    functions: dict[tuple[int, str], FunctionNode]

    def all(self) -> list[Node]:
        """All of them in one list."""
        kinds = (self.commits, self.files, self.authors, self.functions)
        return [node for kind in kinds for node in kind.values()]


def nodes(history: History, commits: list[KeptCommit], caps: Caps) -> Nodes:
    """The nodes of a history's graph."""
    return Nodes(
        commits={one.id: _commit(one) for one in commits},
        files={one: _file(history, one) for one in history.churn.hottest_files(caps.files)},
        authors={one: _author(history, one) for one in history.ownership.busiest(caps.authors)},
        functions={one: _function(history, one) for one in history.churn.hottest_functions(caps.functions)},
    )


def _commit(commit: KeptCommit) -> CommitNode:
    return CommitNode(
        id=commit_id(commit.id),
        label=commit.subject,
        author_time=commit.time,
        change=commit.change,
        merge=commit.merge,
        files=commit.files_in_all,
        added=commit.added,
        deleted=commit.deleted,
    )


def _file(history: History, number: int) -> FileNode:
    path = history.numbering.files.all[number]
    sums = history.churn.files[number]
    return FileNode(
        id=file_id(path),
        label=as_text(path)[:LONGEST_LABEL],
        file_kind=history.kinds.file_kinds[number],
        commits=sums.commits,
        added=sums.added,
        deleted=sums.deleted,
    )


def _author(history: History, number: int) -> AuthorNode:
    author = history.ownership.author(number)
    return AuthorNode(
        id=author_id(history.numbering.authors.all[number]),
        label=author.name.text[:LONGEST_LABEL],
        email=author.email.text[:LONGEST_LABEL],
        commits=history.ownership.commits_of(number),
    )


def _function(history: History, key: tuple[int, str]) -> FunctionNode:
    path, name = history.numbering.files.all[key[0]], key[1]
    sums = history.churn.functions[key]
    return FunctionNode(
        id=function_id(path, name),
        label=name[:LONGEST_LABEL],
        path=as_text(path)[:LONGEST_LABEL],
        commits=sums.commits,
        added=sums.added,
        deleted=sums.deleted,
    )
