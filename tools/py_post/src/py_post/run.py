"""One run: the stream is read once, and every page and number is made on the way."""

from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

from py_post.commit import Commit
from py_post.commit_page import NAME as COMMIT_PAGE
from py_post.commit_page import commit_page
from py_post.commit_stream import read_commits
from py_post.graph import GraphCounts, node_link_json
from py_post.json_files import readable_json
from py_post.patterns import History
from py_post.summary_page import summary_page
from py_post.write_files import folder, folder_inside, write_file

NAME_DIGITS: Final = 12
"""Digits of an id in the name of a commit's folder."""


class Wishes(Struct, frozen=True):
    """What to make: a page for each commit in folders of one folder, files for the whole in another."""

    per_commit: Path | None = None
    out: Path | None = None
    summary: bool = True
    patterns: bool = True
    graph: bool = True


def post_process(stream: BinaryIO, wishes: Wishes) -> None:
    """Reads commit records from a stream and makes what is wished.

    Raises BadCommit at a line that is none. Pages of the commits before it are there by then, each
    whole; nothing for the whole is.
    """
    history, graph = History(), GraphCounts()
    with ExitStack() as opened:
        pages = None
        if wishes.per_commit is not None:
            pages = opened.enter_context(folder(wishes.per_commit))
        for commit in read_commits(stream, 64 if pages is None else NAME_DIGITS):
            if pages is not None:
                _write_page(pages, commit)
            if wishes.out is not None:
                change = history.add(commit)
                if wishes.graph:
                    graph.add(change)
    if wishes.out is not None:
        _write_whole(wishes.out, _whole(wishes, history, graph))


def _write_page(pages: int, commit: Commit) -> None:
    # Only digits that the decoder has checked become a name.
    with folder_inside(pages, f"commit_{commit.id[:NAME_DIGITS]}") as own:
        write_file(own, COMMIT_PAGE, commit_page(commit))


def _whole(wishes: Wishes, history: History, graph: GraphCounts) -> dict[str, bytes]:
    patterns = history.patterns() if wishes.summary or wishes.patterns else None
    files = {}
    if patterns is not None and wishes.summary:
        files["summary.md"] = summary_page(patterns)
    if patterns is not None and wishes.patterns:
        files["patterns.json"] = readable_json(patterns)
    if wishes.graph:
        files["graph.json"] = node_link_json(graph.graph(history))
    return files


def _write_whole(path: Path, files: dict[str, bytes]) -> None:
    with folder(path) as where:
        for name, content in files.items():
            write_file(where, name, content)
