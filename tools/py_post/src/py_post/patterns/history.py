"""All patterns of a history at once: what patterns.json holds."""

from typing import Final, Protocol

from msgspec import Struct

from py_post.commit import Commit
from py_post.patterns import authorship, churn, corrections, coupling, ownership
from py_post.patterns.change import Change, Numbering, is_merge
from py_post.patterns.churn import Churn, ChurnCounts
from py_post.patterns.corrections import CorrectionCounts, Fixes, Reverts
from py_post.patterns.coupling import CouplingCounts, Couplings
from py_post.patterns.hours import HourCounts, Hours, utc_time
from py_post.patterns.kinds import MOST_SCOPES, KindCounts, Kinds
from py_post.patterns.ownership import Ownership, OwnershipCounts
from py_post.patterns.sizes import SizeCounts, Sizes

SCHEMA_VERSION: Final = "1.0"


class Totals(Struct, frozen=True):
    """The part `commits`: what the stream held. `counted` is what all other parts are about."""

    records: int
    merges: int
    counted: int
    cut: int
    first_author_time: str | None
    last_author_time: str | None


class Parameters(Struct, frozen=True):
    """Every limit and threshold that shapes the numbers."""

    scopes_listed: int = MOST_SCOPES
    hotspots_listed: int = churn.MOST
    coupling_most_files_per_commit: int = coupling.MOST_FILES
    coupling_least_support: int = coupling.LEAST_SUPPORT
    coupling_pairs_listed: int = coupling.MOST
    coupling_pairs_held: int = coupling.MOST_PAIRS
    owners_listed: int = ownership.MOST_AUTHORS
    owned_files_listed: int = ownership.MOST_FILES
    minor_contributor_below: float = ownership.MINOR_SHARE
    authorship_least_degree: float = authorship.LEAST_DEGREE
    authorship_least_share_of_top: float = authorship.LEAST_SHARE_OF_TOP
    corrections_listed: int = corrections.MOST
    corrections_named_by_one: int = corrections.MOST_NAMED


class Patterns(Struct, frozen=True):
    """What patterns.json holds."""

    schema_version: str
    parameters: Parameters
    commits: Totals
    kinds: Kinds
    churn: Churn
    coupling: Couplings
    ownership: Ownership
    sizes: Sizes
    hours: Hours
    reverts: Reverts
    fixes: Fixes


class Counts(Protocol):
    """What counts one kind of pattern."""

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge."""


class History:
    """Takes in a history, commit by commit, and tells its patterns at the end."""

    def __init__(self) -> None:
        """Starts without commits."""
        self.numbering = Numbering()
        self.kinds = KindCounts(self.numbering.files)
        self.churn = ChurnCounts(self.numbering.files)
        self.coupling = CouplingCounts(self.numbering.files)
        self.ownership = OwnershipCounts(self.numbering)
        self._sizes = SizeCounts()
        self._hours = HourCounts()
        self._corrections = CorrectionCounts()
        self._parts: tuple[Counts, ...] = (
            self.kinds,
            self.churn,
            self.coupling,
            self.ownership,
            self._sizes,
            self._hours,
            self._corrections,
        )
        self._records = 0
        self._merges = 0
        self._cut = 0
        self._first: int | None = None
        self._last: int | None = None

    def add(self, commit: Commit) -> Change:
        """Takes in one commit; merges are counted as such and nowhere else."""
        change = self.numbering.change(commit)
        self._add_totals(commit)
        if not is_merge(commit):
            for part in self._parts:
                part.add(change)
        return change

    def _add_totals(self, commit: Commit) -> None:
        time = commit.author.time
        self._records += 1
        self._merges += is_merge(commit)
        self._cut += is_cut(commit)
        self._first = time if self._first is None else min(self._first, time)
        self._last = time if self._last is None else max(self._last, time)

    def patterns(self) -> Patterns:
        """The patterns of all commits so far."""
        return Patterns(
            schema_version=SCHEMA_VERSION,
            parameters=Parameters(),
            commits=self._totals(),
            kinds=self.kinds.result(self.churn.files),
            churn=self.churn.result(self.kinds.file_kinds),
            coupling=self.coupling.result(),
            ownership=self.ownership.result(self.kinds.file_kinds),
            sizes=self._sizes.result(),
            hours=self._hours.result(),
            reverts=self._corrections.reverts(),
            fixes=self._corrections.fixes(),
        )

    def _totals(self) -> Totals:
        return Totals(
            records=self._records,
            merges=self._merges,
            counted=self._records - self._merges,
            cut=self._cut,
            first_author_time=_time(self._first),
            last_author_time=_time(self._last),
        )


def is_cut(commit: Commit) -> bool:
    """Whether a cap kept anything of the commit, or of a file of it, out of the record."""
    return isinstance(commit.skipped, str) or any(isinstance(file.skipped, str) for file in commit.files)


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else utc_time(seconds)
