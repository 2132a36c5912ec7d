"""Sizes of commits: files, lines and functions, as distributions."""

from collections import Counter

from msgspec import Struct

from py_post.patterns.change import Change
from py_post.patterns.quantiles import Distribution, distribution


class Sizes(Struct, frozen=True):
    """The part `sizes` of patterns.json; each is null where no commit was counted."""

    files: Distribution | None
    lines: Distribution | None
    added: Distribution | None
    deleted: Distribution | None
    functions: Distribution | None


class SizeCounts:
    """Counts how many commits have which size; `stats` counts, so that cut records count whole."""

    def __init__(self) -> None:
        """Starts without commits."""
        self._files: Counter[int] = Counter()
        self._lines: Counter[int] = Counter()
        self._added: Counter[int] = Counter()
        self._deleted: Counter[int] = Counter()
        self._functions: Counter[int] = Counter()

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge."""
        stats = change.commit.stats
        self._files[stats.files] += 1
        self._lines[stats.added + stats.deleted] += 1
        self._added[stats.added] += 1
        self._deleted[stats.deleted] += 1
        self._functions[sum([len(file.functions) for file in change.commit.files])] += 1

    def result(self) -> Sizes:
        """The distributions."""
        return Sizes(
            files=distribution(self._files),
            lines=distribution(self._lines),
            added=distribution(self._added),
            deleted=distribution(self._deleted),
            functions=distribution(self._functions),
        )
