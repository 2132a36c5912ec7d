"""One run: the stream is read once, and every page and number is made on the way."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from py_post.commit import Commit
from py_post.commit_stream import read_commits
from py_post.csv_files import csv_files
from py_post.graph import GraphCounts, node_link_json
from py_post.json_files import readable_json
from py_post.page_files import NAME_DIGITS, page_files
from py_post.patterns import History, Patterns
from py_post.write_files import folder, write_file


class Wishes(Struct, frozen=True):
    """What to make: a page for each commit in folders of one folder, files for the whole in another.

    `sums` is the file for the digests of the pages.
    """

    per_commit: Path | None = None
    sums: Path | None = None
    out: Path | None = None
    summary: bool = True
    patterns: bool = True
    graph: bool = True
    csv: bool = False


def post_process(stream: BinaryIO, wishes: Wishes) -> int:
    """Reads commit records from a stream, makes what is wished, and tells how many commits there were.

    Raises BadCommit at a line that is none. Pages of the commits before it are there by then, each
    whole; nothing for the whole is.
    """
    history, graph, number = History(), GraphCounts(), 0
    write_summary = _summary_page() if wishes.out is not None and wishes.summary else None
    with ExitStack() as opened:
        takers = tuple(_takers(wishes, opened, history, graph))
        for commit in read_commits(stream, 64 if wishes.per_commit is None else NAME_DIGITS):
            number += 1
            for take in takers:
                take(commit)
        if wishes.out is not None:
            _write_whole(wishes.out, _whole(wishes, history, graph, write_summary))
    return number


def _takers(
    wishes: Wishes, opened: ExitStack, history: History, graph: GraphCounts
) -> Iterator[Callable[[Commit], object]]:
    """What takes in each commit, for everything that is wished."""
    if wishes.per_commit is not None:
        yield opened.enter_context(page_files(wishes.per_commit, wishes.sums))
    if wishes.out is not None and wishes.csv:
        yield opened.enter_context(csv_files(opened.enter_context(folder(wishes.out))))
    if wishes.out is not None and wishes.graph:
        yield lambda commit: graph.add(history.add(commit))
    elif wishes.out is not None and (wishes.summary or wishes.patterns):
        yield history.add


def _summary_page() -> Callable[[Patterns], bytes]:
    """Loads the template engine, which takes long: only where needed, and before the records come."""
    from py_post.summary_page import summary_page  # noqa: PLC0415

    return summary_page


def _whole(
    wishes: Wishes, history: History, graph: GraphCounts, write_summary: Callable[[Patterns], bytes] | None
) -> dict[str, bytes]:
    files = {}
    if write_summary is not None or wishes.patterns:
        patterns = history.patterns()
        if write_summary is not None:
            files["summary.md"] = write_summary(patterns)
        if wishes.patterns:
            files["patterns.json"] = readable_json(patterns)
    if wishes.graph:
        files["graph.json"] = node_link_json(graph.graph(history))
    return files


def _write_whole(path: Path, files: dict[str, bytes]) -> None:
    with folder(path) as where:
        for name, content in files.items():
            write_file(where, name, content)
