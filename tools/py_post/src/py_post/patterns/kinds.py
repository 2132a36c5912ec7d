"""Kinds of change: what messages say, and what paths say."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from py_post.patterns import message_kind, path_kind
from py_post.patterns.change import Change
from py_post.patterns.names import LONGEST_NAME, Names
from py_post.patterns.quantiles import share

MOST_SCOPES: Final = 50
"""Scopes that are listed; all of them are counted."""


class Kind(Struct, frozen=True):
    """Commits whose message names this kind."""

    kind: str
    commits: int
    share: float


class Scope(Struct, frozen=True):
    """Commits whose message names this scope, such as `parser` in `fix(parser): …`."""

    scope: str
    commits: int


class ByMessage(Struct, frozen=True):
    """What the prefixes of messages say."""

    kinds: list[Kind]
    conventional_share: float
    breaking: int
    scopes: list[Scope]
    scopes_in_all: int


class ByPath(Struct, frozen=True):
    """What was done to files of one kind; `commits_only` touched no other kind."""

    kind: str
    files: int
    commits: int
    commits_only: int
    commits_share: float
    added: int
    deleted: int


class Kinds(Struct, frozen=True):
    """The part `kinds` of patterns.json."""

    by_message: ByMessage
    by_path: list[ByPath]


class KindCounts:
    """Counts kinds of change, commit by commit."""

    def __init__(self, files: Names) -> None:
        """Takes the names of all files, whose kinds are told from them."""
        self._names = files
        self._commits = 0
        self._messages: Counter[str] = Counter()
        self._scopes: Counter[str] = Counter()
        self._breaking = 0
        self.file_kinds: list[str] = []
        self._by_path = dict.fromkeys(path_kind.KINDS, 0)
        self._only = dict.fromkeys(path_kind.KINDS, 0)
        self._added = dict.fromkeys(path_kind.KINDS, 0)
        self._deleted = dict.fromkeys(path_kind.KINDS, 0)

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge."""
        self._commits += 1
        said = change.said
        self._messages[said.kind] += 1
        self._breaking += said.breaking
        if said.scope is not None:
            self._scopes[said.scope] += 1
        self._add_paths(change)

    def _add_paths(self, change: Change) -> None:
        self._name_new_files()
        seen = set()
        for number, file in zip(change.files, change.commit.files, strict=True):
            kind = self.file_kinds[number]
            seen.add(kind)
            self._added[kind] += file.added
            self._deleted[kind] += file.deleted
        for kind in seen:
            self._by_path[kind] += 1
        if len(seen) == 1:
            self._only[kind] += 1

    def _name_new_files(self) -> None:
        for path in self._names.all[len(self.file_kinds) :]:
            self.file_kinds.append(path_kind.path_kind(path))

    def result(self, files: Iterable[int]) -> Kinds:
        """All kinds in the order of their lists, also those that did not occur, for the files named."""
        count = Counter(self.file_kinds[file] for file in files)
        return Kinds(self._by_message(), [self._path(kind, count[kind]) for kind in path_kind.KINDS])

    def _by_message(self) -> ByMessage:
        named = self._commits - self._messages["other"]
        scopes = sorted(self._scopes.items(), key=lambda item: (-item[1], item[0]))
        return ByMessage(
            kinds=[self._message(kind) for kind in (*message_kind.KINDS, "other")],
            conventional_share=share(named, self._commits),
            breaking=self._breaking,
            scopes=[Scope(scope[:LONGEST_NAME], commits) for scope, commits in scopes[:MOST_SCOPES]],
            scopes_in_all=len(scopes),
        )

    def _message(self, kind: str) -> Kind:
        return Kind(kind, self._messages[kind], share(self._messages[kind], self._commits))

    def _path(self, kind: str, files: int) -> ByPath:
        return ByPath(
            kind=kind,
            files=files,
            commits=self._by_path[kind],
            commits_only=self._only[kind],
            commits_share=share(self._by_path[kind], self._commits),
            added=self._added[kind],
            deleted=self._deleted[kind],
        )
