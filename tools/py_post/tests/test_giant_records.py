"""One record, however strange, makes no file that is out of proportion, and nothing that acts."""

import json
import time
import tracemalloc
from io import BytesIO
from typing import Any

import networkx as nx
import pytest
from records import Record, file, object_id, person, record, stream
from test_commit_page import assert_inert
from test_json_schemas import faults, written

from py_post.commit_page import MOST_FILES, commit_page
from py_post.commit_stream import read_commits
from py_post.csv_rows import commit_row, file_rows
from py_post.graph.node_ids import BEGINNING, LONGEST, author_id, file_id, function_id
from py_post.patterns.corrections import MOST_NAMED
from py_post.patterns.names import LONGEST_NAME, as_name
from py_post.patterns.path_kind import path_kind

GIANT = 1_000_000
ESC = "\x1b"


def functions(*names: str) -> list[Record]:
    """Functions of a file."""
    return [{"name": name, "added": 1, "deleted": 0} for name in names]


GIANTS: dict[str, Record] = {
    "message": record(message=ESC * GIANT),
    "message of ticks": record(message="`" * GIANT),
    "message of lines": record(message="fix #1\n" * (GIANT // 7)),
    "message of reverts": record(message="".join(f"This reverts commit {n:040x}.\n" for n in range(50_000))),
    "message of issues": record(message="fix: " + "".join(f"fixes #{n} " for n in range(100_000))),
    "message of spaces": record(message=f"fix{' ' * GIANT}(" * 2),
    "scope": record(message=f"fix({'|' * GIANT}): a"),
    "people": record(author=person("`" * GIANT, name="<" * GIANT), committer=person(name="\u202e" * GIANT)),
    "trailers": record(trailers=[{"key": "Fixes", "value": f"{n:040x}"} for n in range(50_000)]),
    "trailer": record(trailers=[{"key": "|" * GIANT, "value": ESC * GIANT}]),
    "parents": record(parents=[object_id(n) for n in range(50_000)]),
    "path": record(files=[file("|" * GIANT)]),
    "deep path": record(files=[file("a/" * GIANT + "b", old_path="../" * GIANT, status="R")]),
    "path of dots": record(files=[file("/." * (GIANT // 2))]),
    "path of words": record(files=[file("/test_requirements" * (GIANT // 18))]),
    "language": record(files=[file(language="`|" * GIANT, skipped="<b>" * GIANT)]),
    "functions": record(files=[file(functions=functions(*[f"f{n}" for n in range(100_000)]))]),
    "function": record(files=[file(functions=functions("=" * GIANT))]),
    "files": record(files=[file(f"src/{n}.c") for n in range(100_000)]),
    "words of caps": record(encoding=ESC * GIANT, skipped="`" * GIANT),
}


@pytest.mark.parametrize("name", GIANTS)
def test_page_of_a_giant(name: str) -> None:
    """The page stays small and inert, and takes seconds at most."""
    start = time.process_time()
    page = commit_page(next(read_commits(BytesIO(stream([GIANTS[name]])))))
    assert time.process_time() - start < 10
    assert len(page) < 1_000_000
    assert_inert(page.decode())


@pytest.mark.parametrize("name", GIANTS)
def test_whole_of_a_giant(name: str) -> None:
    """Patterns, graph and tables hold to their contracts, and are no larger than the record by much."""
    one = GIANTS[name]
    size = len(stream([one]))
    files = written([one])
    assert faults(files) == []
    assert len(files["patterns.json"]) < 700_000
    # The lists of files and functions of one commit are cut; ids of a few hundred characters remain.
    assert len(files["graph.json"]) < 2_000_000
    commit = next(read_commits(BytesIO(stream([one]))))
    rows = commit_row(commit) + file_rows(commit)
    assert len(rows) < 500_000 + size


def test_a_long_path_on_which_many_worked() -> None:
    """A node's id stands in all its edges, and a name in many lists: neither repeats a giant."""
    path, function = "d/" * 500_000, "f" * 1_000_000
    records = [
        record(n, [file(path, functions=functions(function)), file("b")], author=person(f"{n}@example.org"))
        for n in range(20)
    ]
    files = written(records)
    assert faults(files) == []
    assert {name for name, content in files.items() if len(content) > 100_000} == set()
    churn = json.loads(files["patterns.json"])["churn"]
    long = next(one for one in churn["files"] if one["path"]["text"] != "b")
    assert long["path"] == {"text": path[:LONGEST_NAME], "characters": len(path)}
    assert churn["functions"][0]["name"] == function[:LONGEST_NAME]
    graph: Any = nx.node_link_graph(json.loads(files["graph.json"]), edges="edges")
    assert graph.edges[file_id(path), function_id(path, function)]["weight"] == 20


def test_ids_of_long_texts_are_different() -> None:
    """Long texts that begin alike have different ids, and no other text can be made to look like one."""
    one, other = "a" * (LONGEST + 1), "a" * (LONGEST + 2)
    ids = {make(text) for make in (file_id, author_id) for text in (one, other)}
    ids |= {function_id("p", one), function_id("p", other), function_id(one, "f"), function_id(other, "f")}
    assert len(ids) == 8
    assert max(map(len, ids)) < 2 * BEGINNING
    forged = file_id(one).removeprefix("file:")
    assert file_id(forged) != file_id(one)
    assert function_id("p", function_id("p", one).removeprefix("function:p#")) != function_id("p", one)
    assert file_id("a" * LONGEST) == "file:" + "a" * LONGEST


def test_names_that_are_cut_say_so() -> None:
    """A name that fits is whole; of a longer one the beginning is there, bytes and all."""
    assert as_name("a" * LONGEST_NAME) == as_name("a" * LONGEST_NAME)
    assert not isinstance(as_name("a" * LONGEST_NAME).characters, int)
    cut = as_name("\udcff" * (LONGEST_NAME + 1))
    assert (cut.text, cut.characters) == ("\ufffd" * LONGEST_NAME, LONGEST_NAME + 1)


def test_one_message_names_a_hundred() -> None:
    """Of a message that names thousands of commits or issues, the first hundred are kept."""
    for name in ("message of reverts", "message of issues", "trailers"):
        patterns = json.loads(written([GIANTS[name]])["patterns.json"])
        lists = [
            *[one["reverts"] for one in patterns["reverts"]["listed"]],
            *[one["commits"] or one["issues"] for one in patterns["fixes"]["listed"]],
        ]
        assert [len(one) for one in lists] == [MOST_NAMED]


def test_kind_of_a_giant_path() -> None:
    """Only the end of it is looked at, and remembered."""
    tracemalloc.start()
    assert [path_kind("src/" + "a" * GIANT + f"{n}.c") for n in range(20)] == ["source"] * 20
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < GIANT


def test_page_lists_so_many_files() -> None:
    """The rest is counted."""
    page = commit_page(next(read_commits(BytesIO(stream([GIANTS["files"]]))))).decode()
    assert f"And {100_000 - MOST_FILES} more, which the record has.\n" in page
