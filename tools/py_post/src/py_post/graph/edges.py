"""What joins the nodes of a graph: for each kind of edge, the ones with the most weight."""

from collections.abc import Iterator
from heapq import nsmallest

from msgspec import UNSET, UnsetType

from py_post.graph.kept_commits import KeptCommit
from py_post.graph.nodes import Nodes
from py_post.graph.parts import Edge, EdgeKind, Kept
from py_post.patterns.history import History

# Negative weight, source, target, confidence: sorted as they are, the heaviest come first, equals by name.
Candidate = tuple[int, str, str, float | UnsetType]


class Candidates:
    """Every edge between two nodes of a graph."""

    def __init__(self, history: History, commits: list[KeptCommit], nodes: Nodes) -> None:
        """Takes the history, the commits that have nodes, and all nodes."""
        self._history = history
        self._commits = commits
        self._nodes = nodes

    def by_kind(self) -> dict[EdgeKind, Iterator[Candidate]]:
        """The edges of each kind."""
        return {
            "authored": self._authored(),
            "parent": self._parents(),
            "changed": self._changed(),
            "worked_on": self._worked_on(),
            "contains": self._contains(),
            "changed_with": self._changed_with(),
        }

    def _authored(self) -> Iterator[Candidate]:
        for commit in self._commits:
            author = self._nodes.authors.get(commit.author)
            if author is not None:
                yield -1, author.id, self._nodes.commits[commit.id].id, UNSET

    def _parents(self) -> Iterator[Candidate]:
        for commit in self._commits:
            source = self._nodes.commits[commit.id].id
            for name in dict.fromkeys(commit.parents):
                parent = self._nodes.commits.get(name)
                if parent is not None:
                    yield -1, source, parent.id, UNSET

    def _changed(self) -> Iterator[Candidate]:
        files, functions = self._nodes.files, self._nodes.functions
        for commit in self._commits:
            source = self._nodes.commits[commit.id].id
            for number, lines in commit.files.items():
                if (file := files.get(number)) is not None:
                    yield -lines, source, file.id, UNSET
            for key, lines in commit.functions.items():
                if (function := functions.get(key)) is not None:
                    yield -lines, source, function.id, UNSET

    def _worked_on(self) -> Iterator[Candidate]:
        authors = self._nodes.authors
        for number, file in self._nodes.files.items():
            for person, commits in self._history.ownership.by_file[number].items():
                if (author := authors.get(person)) is not None:
                    yield -commits, author.id, file.id, UNSET

    def _contains(self) -> Iterator[Candidate]:
        for (number, _), function in self._nodes.functions.items():
            file = self._nodes.files.get(number)
            if file is not None:
                yield -function.commits, file.id, function.id, UNSET

    def _changed_with(self) -> Iterator[Candidate]:
        coupling, paths = self._history.coupling, self._history.numbering.files.all
        for (a, b), support in coupling.supported():
            first, second = (a, b) if paths[a] < paths[b] else (b, a)
            source, target = self._nodes.files.get(first), self._nodes.files.get(second)
            if source is not None and target is not None:
                yield -support, source.id, target.id, coupling.confidence(first, support)


def heaviest(kind: EdgeKind, candidates: Iterator[Candidate], most: int) -> tuple[list[Edge], Kept]:
    """The heaviest edges of a kind, and how many there are in all."""
    drawn = list(candidates)
    kept = [
        Edge(kind=kind, weight=-negative, confidence=confidence, source=source, target=target)
        for negative, source, target, confidence in nsmallest(most, drawn)
    ]
    return kept, Kept(len(kept), len(drawn))
