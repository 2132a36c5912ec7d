"""What joins the nodes of a graph: for each kind of edge, the ones with the most weight."""

from collections.abc import Iterator
from heapq import nsmallest

from msgspec import Struct

from py_post.graph.kept_commits import KeptCommit
from py_post.graph.node_ids import author_id, commit_id, file_id, function_id
from py_post.patterns.history import History


class Edge(Struct, frozen=True):
    """One edge, from what acts to what it acts on."""

    kind: str
    source: str
    target: str
    weight: int
    confidence: float | None = None

    def attributes(self) -> dict[str, object]:
        """What networkx keeps beside the two ends."""
        told = {} if self.confidence is None else {"confidence": self.confidence}
        return {"kind": self.kind, "weight": self.weight, **told}


class Candidates:
    """Every edge that could be drawn from a history; those to things without a node fall away later."""

    def __init__(self, history: History, commits: list[KeptCommit]) -> None:
        """Takes the history and the commits that have nodes."""
        self._history = history
        self._commits = commits
        self._paths = history.numbering.files.all
        self._authors = history.numbering.authors.all

    def by_kind(self) -> dict[str, Iterator[Edge]]:
        """The edges of each kind."""
        return {
            "authored": self._authored(),
            "parent": self._parents(),
            "changed": self._changed(),
            "worked_on": self._worked_on(),
            "contains": self._contains(),
            "changed_with": self._changed_with(),
        }

    def _authored(self) -> Iterator[Edge]:
        for commit in self._commits:
            author = author_id(self._authors[commit.author])
            yield Edge("authored", author, commit_id(commit.id), 1)

    def _parents(self) -> Iterator[Edge]:
        for commit in self._commits:
            for parent in dict.fromkeys(commit.parents):
                yield Edge("parent", commit_id(commit.id), commit_id(parent), 1)

    def _changed(self) -> Iterator[Edge]:
        for commit in self._commits:
            source = commit_id(commit.id)
            for file, lines in commit.files.items():
                yield Edge("changed", source, file_id(self._paths[file]), lines)
            for (file, name), lines in commit.functions.items():
                yield Edge("changed", source, function_id(self._paths[file], name), lines)

    def _worked_on(self) -> Iterator[Edge]:
        for file, people in self._history.ownership.by_file.items():
            target = file_id(self._paths[file])
            for person, commits in people.items():
                yield Edge("worked_on", author_id(self._authors[person]), target, commits)

    def _contains(self) -> Iterator[Edge]:
        for (file, name), sums in self._history.churn.functions.items():
            path = self._paths[file]
            yield Edge("contains", file_id(path), function_id(path, name), sums.commits)

    def _changed_with(self) -> Iterator[Edge]:
        coupling = self._history.coupling
        for (a, b), support in coupling.supported():
            first, second = (a, b) if self._paths[a] < self._paths[b] else (b, a)
            confidence = coupling.confidence(first, support)
            ends = file_id(self._paths[first]), file_id(self._paths[second])
            yield Edge("changed_with", *ends, support, confidence)


def heaviest(edges: Iterator[Edge], nodes: set[str], most: int) -> tuple[list[Edge], int]:
    """The heaviest edges whose two ends have nodes, and how many such edges there are in all."""
    drawn = [edge for edge in edges if edge.source in nodes and edge.target in nodes]
    return nsmallest(most, drawn, key=lambda edge: (-edge.weight, edge.source, edge.target)), len(drawn)
