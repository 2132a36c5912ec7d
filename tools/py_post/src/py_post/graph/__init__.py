"""The knowledge graph of a history; docs/reference/MINING.md says what its nodes and edges mean."""

from py_post.graph.build import GraphCounts, node_link_json
from py_post.graph.caps import Caps

__all__ = ["Caps", "GraphCounts", "node_link_json"]
