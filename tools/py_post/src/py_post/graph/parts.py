"""What graph.json holds: node-link JSON, as networkx reads it."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from py_post.graph.caps import Caps


class CommitNode(Struct, frozen=True, tag_field="kind", tag="commit"):
    """A commit; `author_time` is null where RFC 3339 cannot write it."""

    label: str
    author_time: str | None
    change: str
    merge: bool
    files: int
    added: int
    deleted: int
    id: str


class FileNode(Struct, frozen=True, tag_field="kind", tag="file"):
    """A file, with the commits that changed it, merges aside, and their lines."""

    label: str
    file_kind: str
    commits: int
    added: int
    deleted: int
    id: str


class AuthorNode(Struct, frozen=True, tag_field="kind", tag="author"):
    """An author, with their commits, merges aside."""

    label: str
    email: str
    commits: int
    id: str


class FunctionNode(Struct, frozen=True, tag_field="kind", tag="function"):
    """A function of a file, with the commits that changed it, merges aside, and their lines."""

    label: str
    path: str
    commits: int
    added: int
    deleted: int
    id: str


Node = CommitNode | FileNode | AuthorNode | FunctionNode
EdgeKind = Literal["authored", "parent", "changed", "worked_on", "contains", "changed_with"]


class Edge(Struct, frozen=True, kw_only=True):
    """One edge, from what acts to what it acts on, both by their ids."""

    kind: EdgeKind
    weight: int
    confidence: float | UnsetType = UNSET
    source: str
    target: str


class Kept(Struct, frozen=True):
    """How many of a kind the graph has, of how many there are."""

    kept: int
    in_all: int


class KeptNodes(Struct, frozen=True):
    """How many nodes of each kind the graph has."""

    commits: Kept
    files: Kept
    authors: Kept
    functions: Kept


class KeptEdges(Struct, frozen=True):
    """How many edges of each kind the graph has, of those whose two ends have nodes."""

    authored: Kept
    parent: Kept
    changed: Kept
    worked_on: Kept
    contains: Kept
    changed_with: Kept


class About(Struct, frozen=True):
    """The graph's own attributes."""

    schema_version: str
    caps: Caps
    nodes: KeptNodes
    edges: KeptEdges


class Graph(Struct, frozen=True):
    """A directed graph with at most one edge from one node to another."""

    directed: Literal[True]
    multigraph: Literal[False]
    graph: About
    nodes: list[Node]
    edges: list[Edge]
