"""Churn and hotspots: which files and functions change most often, and by how many lines."""

from heapq import nsmallest
from typing import Final, TypeVar

from msgspec import Struct

from py_post.commit import File, Function
from py_post.patterns.change import Change
from py_post.patterns.names import LONGEST_NAME, Name, Names, as_name
from py_post.patterns.quantiles import share

MOST: Final = 100
"""Files, and functions, that are listed; all of them are counted."""


Key = TypeVar("Key")


class FileChurn(Struct, frozen=True):
    """A file with the commits that changed it, and their lines; `churn` is added and deleted."""

    path: Name
    kind: str
    commits: int
    commits_share: float
    added: int
    deleted: int
    churn: int


class FunctionChurn(Struct, frozen=True):
    """A function, by its file and name, with the commits that changed it, and their lines."""

    path: Name
    name: str
    commits: int
    added: int
    deleted: int
    churn: int


class Churn(Struct, frozen=True):
    """The part `churn` of patterns.json; hotspots by commits, then churn, then name."""

    added: int
    deleted: int
    files_in_all: int
    functions_in_all: int
    files: list[FileChurn]
    functions: list[FunctionChurn]


class Sum(Struct, gc=False):
    """What was done to one file or function, over all commits."""

    last: int = 0
    commits: int = 0
    added: int = 0
    deleted: int = 0

    @property
    def churn(self) -> int:
        """Lines added and deleted."""
        return self.added + self.deleted


class ChurnCounts:
    """Sums changes by file and by function."""

    def __init__(self, files: Names) -> None:
        """Takes the names of all files."""
        self._names = files
        self._commits = 0
        self.files: dict[int, Sum] = {}
        self.functions: dict[tuple[int, str], Sum] = {}

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge."""
        self._commits += 1
        for number, file in zip(change.files, change.commit.files, strict=True):
            _count(self.files, number, self._commits, file)
            if file.functions:
                self._add_functions(number, file.functions)

    def _add_functions(self, file: int, functions: list[Function]) -> None:
        for function in functions:
            _count(self.functions, (file, function.name), self._commits, function)

    def hottest_files(self, most: int) -> list[int]:
        """Numbers of the files with the most commits; then the most churn, then by name."""
        names = self._names.all
        return nsmallest(most, self.files, key=lambda file: (*_heat(self.files[file]), names[file]))

    def hottest_functions(self, most: int) -> list[tuple[int, str]]:
        """Keys of the functions with the most commits; then the most churn, then by name."""
        names = self._names.all
        return nsmallest(
            most,
            self.functions,
            key=lambda key: (*_heat(self.functions[key]), names[key[0]], key[1]),
        )

    def result(self, kinds: list[str]) -> Churn:
        """The sums and the hotspots; `kinds` has the kind of each file by its number."""
        return Churn(
            added=sum(one.added for one in self.files.values()),
            deleted=sum(one.deleted for one in self.files.values()),
            files_in_all=len(self.files),
            functions_in_all=len(self.functions),
            files=[self._file(file, kinds[file]) for file in self.hottest_files(MOST)],
            functions=[self._function(key) for key in self.hottest_functions(MOST)],
        )

    def _file(self, file: int, kind: str) -> FileChurn:
        one = self.files[file]
        return FileChurn(
            path=as_name(self._names.all[file]),
            kind=kind,
            commits=one.commits,
            commits_share=share(one.commits, self._commits),
            added=one.added,
            deleted=one.deleted,
            churn=one.churn,
        )

    def _function(self, key: tuple[int, str]) -> FunctionChurn:
        one = self.functions[key]
        path = as_name(self._names.all[key[0]])
        return FunctionChurn(path, key[1][:LONGEST_NAME], one.commits, one.added, one.deleted, one.churn)


def _count(sums: dict[Key, Sum], key: Key, commit: int, lines: File | Function) -> None:
    """Counts lines of the commit of that number; one that names a thing twice in a row is one commit."""
    found = sums.get(key)
    if found is None:
        sums[key] = Sum(commit, 1, lines.added, lines.deleted)
        return
    if commit != found.last:
        found.last = commit
        found.commits += 1
    found.added += lines.added
    found.deleted += lines.deleted


def _heat(one: Sum) -> tuple[int, int]:
    return -one.commits, -one.churn
