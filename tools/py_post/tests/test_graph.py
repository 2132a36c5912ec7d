"""The graph of a history, as networkx reads it back."""

import json
from base64 import b64encode
from io import BytesIO
from typing import Any

import networkx as nx
import pytest
from records import Record, file, object_id, record, stream
from small_history import SMALL_HISTORY

from py_post.commit_stream import read_commits
from py_post.graph import Caps, GraphCounts, node_link_json
from py_post.graph.node_ids import author_id, file_id, function_id
from py_post.patterns import History


def written(records: list[Record], caps: Caps | None = None) -> bytes:
    """graph.json of the records."""
    history, counts = History(), GraphCounts(caps)
    for commit in read_commits(BytesIO(stream(records))):
        counts.add(history.add(commit))
    return node_link_json(counts.graph(history))


def read_back(content: bytes) -> Any:
    """The graph in a file."""
    return nx.node_link_graph(json.loads(content), edges="edges")


def edges(graph: Any, kind: str) -> dict[tuple[str, str], int]:
    """The weights of the edges of a kind by their two ends."""
    return {
        (source, target): data["weight"]
        for source, target, data in graph.edges(data=True)
        if data["kind"] == kind
    }


@pytest.fixture(scope="module")
def small() -> Any:
    """The graph of the small history."""
    return read_back(written(SMALL_HISTORY))


def test_nodes(small: Any) -> None:
    """Eight commits, six files, three authors, two functions."""
    kinds = [kind for _, kind in small.nodes(data="kind")]
    assert {kind: kinds.count(kind) for kind in kinds} == {"commit": 8, "file": 6, "author": 3, "function": 2}
    assert small.nodes["file:src/net.c"] == {
        "kind": "file",
        "label": "src/net.c",
        "file_kind": "source",
        "commits": 5,
        "added": 28,
        "deleted": 7,
    }
    assert small.nodes[f"commit:{object_id('feat')}"]["label"] == "feat(net): read all"


def test_edges(small: Any) -> None:
    """Each kind of edge, with its weights."""
    feat, parent = f"commit:{object_id('feat')}", f"commit:{object_id('revert')}"
    assert edges(small, "authored")["author:<bob@example.org>", feat] == 1
    assert edges(small, "parent") == {(f"commit:{object_id('merge')}", parent): 1}
    changed = edges(small, "changed")
    assert {target: weight for (source, target), weight in changed.items() if source == feat} == {
        "file:src/net.c": 5,
        "file:src/net.h": 1,
        "function:src/net.c#read_all": 5,
    }
    assert edges(small, "worked_on")["author:<ada@example.org>", "file:src/net.c"] == 3
    assert edges(small, "contains")["file:src/net.c", "function:src/net.c#close"] == 2
    assert edges(small, "changed_with") == {("file:src/net.c", "file:src/net.h"): 4}
    assert small.edges["file:src/net.c", "file:src/net.h"]["confidence"] == 0.8


def test_same_bytes() -> None:
    """The same stream makes the same bytes."""
    assert written(SMALL_HISTORY) == written(SMALL_HISTORY)


def test_caps_are_kept_and_recorded() -> None:
    """What a cap leaves out is counted in the graph's own attributes."""
    caps = Caps(commits=3, files=2, authors=1, functions=1, edges=2, files_of_a_commit=1)
    graph = read_back(written(SMALL_HISTORY, caps))

    assert graph.graph["nodes"] == {
        "commits": {"kept": 3, "in_all": 8},
        "files": {"kept": 2, "in_all": 6},
        "authors": {"kept": 1, "in_all": 3},
        "functions": {"kept": 1, "in_all": 2},
    }
    # Of the commits kept only feat has two files, of which one is left; two functions were changed by
    # feat and revert, but the one function with a node is `close`.
    assert graph.graph["edges"]["changed"] == {"kept": 2, "in_all": 2}
    assert graph.graph["edges"]["worked_on"] == {"kept": 2, "in_all": 2}
    assert graph.graph["caps"]["commits"] == 3
    assert [node for node in graph if node.startswith("file:")] == ["file:src/net.c", "file:src/net.h"]


def test_no_commits() -> None:
    """An empty stream has an empty graph."""
    assert len(read_back(written([]))) == 0


def test_ids_are_different_for_different_things() -> None:
    """Names made to look like other ids do not reach them."""
    assert function_id("a#b", "c") != function_id("a", "b#c")
    assert file_id("a%23b") != file_id("a#b")
    assert file_id("a\udcff") == "file:a%FF"
    assert file_id("a%FF") == "file:a%25FF"
    assert author_id("<a@b>") == "author:<a@b>"


def test_hostile_names_act_nowhere() -> None:
    """No control or bidi character stands in the file but as JSON's own escape."""
    name = "\x1b]0;\u202e\x7f\u2028\U000e0041"
    files = [
        file(name, functions=[{"name": name, "added": 1, "deleted": 0}]),
        file("\ufffd", path_b64=b64encode(b"\xff").decode()),
    ]
    content = written([record(files=files, message=f"{name}\n")]).decode()

    assert not set(name[:1] + name[4:]) & set(content)
    graph = read_back(content.encode())
    assert graph.nodes[f"file:{name}"]["label"] == name
    assert graph.nodes["file:%FF"]["label"] == "\ufffd"
