"""analysis_summary.md of each commit in a folder of its own, and the digests of all of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from py_post.commit import Commit
from py_post.commit_page import NAME, commit_page
from py_post.growing_file import GrowingFile, growing_file
from py_post.write_files import folder, write_file_inside

NAME_DIGITS: Final = 12
"""Digits of an id in the name of a commit's folder."""


@contextmanager
def page_files(where: Path, sums: Path | None) -> Iterator[Callable[[Commit], None]]:
    """Opens a folder for the pages of commits, for a function that writes the page of one.

    `sums`, where wished, gets their digests in the order of the stream, in the format of sha256sum(1),
    with names from the folder of the pages on; it appears at the end.
    """
    with ExitStack() as opened:
        pages = opened.enter_context(folder(where))
        digests = opened.enter_context(_growing(sums)) if sums is not None else None

        def write(commit: Commit) -> None:
            own, page = f"commit_{commit.id[:NAME_DIGITS]}", commit_page(commit)
            # Only digits that the decoder has checked become a name.
            write_file_inside(pages, own, NAME, page)
            if digests is not None:
                digests.add(f"{sha256(page).hexdigest()}  {own}/{NAME}\n".encode())

        yield write


@contextmanager
def _growing(path: Path) -> Iterator[GrowingFile]:
    with folder(path.parent) as where, growing_file(where, path.name) as file:
        yield file
