"""Change coupling: files that change in the same commits.

The idea is that of Gall, Hajek and Jazayeri (1998), "Detection of logical coupling based on product
release history"; support and confidence are as in Zimmermann, Weissgerber, Diehl and Zeller (2005),
"Mining version histories to guide software changes".
"""

from collections import Counter
from heapq import nsmallest
from itertools import combinations
from typing import Final

from msgspec import Struct

from py_post.patterns.change import Change
from py_post.patterns.names import Name, Names, as_name
from py_post.patterns.quantiles import share

MOST_FILES: Final = 30
"""Files of a commit that is counted: a sweep over more says nothing of which belong together."""

LEAST_SUPPORT: Final = 3
"""Commits that a pair must share to be listed: two can be chance."""

MOST: Final = 100
"""Pairs that are listed."""

MOST_PAIRS: Final = 1_000_000
"""Pairs that are held in memory at once, at about 120 bytes each."""

Pair = tuple[int, int]


class Coupling(Struct, frozen=True):
    """Two files that `support` commits changed together.

    `confidence_a` is the share of a's commits that changed b, too; `confidence_b` the other way.
    """

    a: Name
    b: Name
    support: int
    confidence_a: float
    confidence_b: float


class Couplings(Struct, frozen=True):
    """The part `coupling` of patterns.json.

    `support_missed_at_most` is above 0 only where pairs had to be forgotten for memory's sake.
    """

    commits: int
    commits_too_large: int
    pairs_in_all: int
    support_missed_at_most: int
    pairs: list[Coupling]


class CouplingCounts:
    """Counts pairs of files, with bounded memory."""

    def __init__(self, files: Names, most_pairs: int = MOST_PAIRS) -> None:
        """Takes the names of all files, and how many pairs may be held."""
        self._names = files
        self._most_pairs = most_pairs
        self._commits = 0
        self._too_large = 0
        self._missed = 0
        self._single: Counter[int] = Counter()
        self._pairs: Counter[Pair] = Counter()

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge, unless it has too many files."""
        files = sorted(set(change.files))
        if len(files) > MOST_FILES:
            self._too_large += 1
            return
        self._commits += 1
        for file in files:
            self._single[file] += 1
        if len(files) > 1:
            self._pairs.update(combinations(files, 2))
        if len(self._pairs) > self._most_pairs:
            self._forget()

    def _forget(self) -> None:
        """Drops the weakest pairs until half of the room is free, and keeps account of the error.

        This is the frugal counting of Misra and Gries (1982), "Finding repeated elements", and of
        Manku and Motwani (2002), "Approximate frequency counts over data streams".
        """
        while len(self._pairs) > self._most_pairs // 2:
            weakest = min(self._pairs.values())
            self._missed += weakest
            self._pairs = Counter({pair: n for pair, n in self._pairs.items() if n > weakest})

    def supported(self) -> list[tuple[Pair, int]]:
        """Pairs with enough support, and that support."""
        return [item for item in self._pairs.items() if item[1] >= LEAST_SUPPORT]

    def strongest(self, most: int) -> list[tuple[Pair, int]]:
        """Pairs with enough support, the most first, then the most confident, then by name."""
        return nsmallest(most, self.supported(), key=self._rank)

    def _rank(self, item: tuple[Pair, int]) -> tuple[int, float, list[str]]:
        (a, b), support = item
        return (
            -support,
            -max(self.confidence(a, support), self.confidence(b, support)),
            self._sides(a, b),
        )

    def confidence(self, file: int, support: int) -> float:
        """The share of a file's counted commits that `support` is."""
        return share(support, self._single[file])

    def _sides(self, a: int, b: int) -> list[str]:
        return sorted((self._names.all[a], self._names.all[b]))

    def result(self) -> Couplings:
        """The strongest pairs, each with the name first that sorts first."""
        return Couplings(
            commits=self._commits,
            commits_too_large=self._too_large,
            pairs_in_all=len(self._pairs),
            support_missed_at_most=self._missed,
            pairs=[self._coupling(*pair, support) for pair, support in self.strongest(MOST)],
        )

    def _coupling(self, a: int, b: int, support: int) -> Coupling:
        names = self._names.all
        first, second = (a, b) if names[a] < names[b] else (b, a)
        return Coupling(
            a=as_name(names[first]),
            b=as_name(names[second]),
            support=support,
            confidence_a=self.confidence(first, support),
            confidence_b=self.confidence(second, support),
        )
