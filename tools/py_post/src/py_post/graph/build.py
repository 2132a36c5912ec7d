"""Builds the graph with networkx, and writes it as node-link JSON."""

from typing import Any

import networkx as nx

from py_post.graph.caps import Caps
from py_post.graph.edges import Candidates, heaviest
from py_post.graph.kept_commits import KeptCommit, keep
from py_post.graph.nodes import LONGEST_LABEL, nodes
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

    def graph(self, history: History) -> "nx.DiGraph[str]":
        """The graph of a history; what was left out is counted in the graph's own attributes."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        by_kind = nodes(history, self._kept, self._caps)
        for some in by_kind.values():
            graph.add_nodes_from(some)
        drawn: dict[str, object] = {}
        for kind, candidates in Candidates(history, self._kept).by_kind().items():
            edges, in_all = heaviest(candidates, set(graph), self._caps.edges)
            graph.add_edges_from((edge.source, edge.target, edge.attributes()) for edge in edges)
            drawn[kind] = {"kept": len(edges), "in_all": in_all}
        graph.graph.update(self._attributes(history, by_kind), edges=drawn)
        return graph

    def _attributes(self, history: History, by_kind: dict[str, Any]) -> dict[str, object]:
        in_all = {
            "commits": self._commits,
            "files": len(history.churn.files),
            "authors": history.ownership.authors_in_all(),
            "functions": len(history.churn.functions),
        }
        kept = {kind: {"kept": len(some), "in_all": in_all[kind]} for kind, some in by_kind.items()}
        return {"schema_version": SCHEMA_VERSION, "caps": self._caps, "nodes": kept}


def node_link_json(graph: "nx.DiGraph[str]") -> bytes:
    """The graph as networkx reads it back (`node_link_graph(…, edges="edges")`), a line for each part."""
    data = nx.node_link_data(graph, edges="edges")
    head = [f"{json_line(key)}:{json_line(data[key])}" for key in ("directed", "multigraph", "graph")]
    lists = [f"{json_line(key)}:[\n{_lines(data[key])}\n]" for key in ("nodes", "edges")]
    return ("{" + ",\n".join(head + lists) + "}\n").encode()


def _lines(parts: list[dict[str, object]]) -> str:
    return ",\n".join(json_line(part) for part in parts)
