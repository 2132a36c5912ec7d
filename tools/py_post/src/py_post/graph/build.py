"""Builds the graph of a history, and writes it as node-link JSON."""

from collections.abc import Sequence

from py_post.graph.caps import Caps
from py_post.graph.edges import Candidates, heaviest
from py_post.graph.kept_commits import KeptCommit, keep
from py_post.graph.nodes import LONGEST_LABEL, Nodes, nodes
from py_post.graph.parts import About, Edge, Graph, Kept, KeptEdges, KeptNodes
from py_post.json_files import json_line
from py_post.patterns.change import Change
from py_post.patterns.history import SCHEMA_VERSION, History


class GraphCounts:
    """Keeps what a graph needs of the stream: its first commits, and how many there were."""

    def __init__(self, caps: Caps | None = None) -> None:
        """Takes the caps, which the graph records."""
        self._caps = caps or Caps()
        self._kept: list[KeptCommit] = []
        self._commits = 0

    def add(self, change: Change) -> None:
        """Takes in one commit, merges too."""
        self._commits += 1
        if len(self._kept) < self._caps.commits:
            self._kept.append(keep(change, self._caps, LONGEST_LABEL))

    def graph(self, history: History) -> Graph:
        """The graph of a history; what was left out is counted in the graph's own attributes."""
        found = nodes(history, self._kept, self._caps)
        edges: list[Edge] = []
        drawn: dict[str, Kept] = {}
        for kind, candidates in Candidates(history, self._kept, found).by_kind().items():
            some, drawn[kind] = heaviest(kind, candidates, self._caps.edges)
            edges += some
        about = About(SCHEMA_VERSION, self._caps, self._kept_nodes(history, found), KeptEdges(**drawn))
        return Graph(directed=True, multigraph=False, graph=about, nodes=found.all(), edges=edges)

    def _kept_nodes(self, history: History, found: Nodes) -> KeptNodes:
        return KeptNodes(
            commits=Kept(len(found.commits), self._commits),
            files=Kept(len(found.files), len(history.churn.files)),
            authors=Kept(len(found.authors), history.ownership.authors_in_all()),
            functions=Kept(len(found.functions), len(history.churn.functions)),
        )


def node_link_json(graph: Graph) -> bytes:
    """The graph as networkx reads it back (`node_link_graph(…, edges="edges")`), a line for each part."""
    head = [f'"{key}":{json_line(getattr(graph, key))}' for key in ("directed", "multigraph", "graph")]
    lists = [f'"nodes":[\n{_lines(graph.nodes)}\n]', f'"edges":[\n{_lines(graph.edges)}\n]']
    return ("{" + ",\n".join(head + lists) + "}\n").encode()


def _lines(parts: Sequence[object]) -> str:
    return ",\n".join([json_line(part) for part in parts])
