"""commits.csv and files.csv, written while a stream is read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from py_post.commit import Commit
from py_post.csv_rows import COMMIT_COLUMNS, FILE_COLUMNS, commit_row, file_rows, header
from py_post.growing_file import growing_file


@contextmanager
def csv_files(where: int) -> Iterator[Callable[[Commit], None]]:
    """Opens both tables in an open folder, for a function that adds a commit; they appear at the end."""
    with growing_file(where, "commits.csv") as commits, growing_file(where, "files.csv") as files:
        commits.add(header(COMMIT_COLUMNS))
        files.add(header(FILE_COLUMNS))

        def add(commit: Commit) -> None:
            commits.add(commit_row(commit))
            files.add(file_rows(commit))

        yield add
