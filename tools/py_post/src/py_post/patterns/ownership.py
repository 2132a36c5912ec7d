"""Ownership: who changed which files, and on how few people the files depend.

Ownership, and minor contributors with less than 5 % of a file's commits, are as in Bird, Nagappan,
Murphy, Gall and Devanbu (2011), "Don't touch my code! Examining the effects of ownership on software
quality".
"""

from collections import Counter
from heapq import nsmallest
from typing import Final

from msgspec import Struct

from py_post.patterns.authorship import bus_factor, file_authors
from py_post.patterns.change import Change, Numbering
from py_post.patterns.names import Name, as_name, exact
from py_post.patterns.quantiles import share

MOST_FILES: Final = 100
MOST_AUTHORS: Final = 100

MINOR_SHARE: Final = 0.05

KINDS_WITH_AUTHORS: Final = frozenset({"source", "test"})
"""Kinds of files that the bus factor is about; documents and data are left out, as published."""


class Author(Struct, frozen=True):
    """A person, one for each e-mail address; the name is that of their first record."""

    name: Name
    email: Name


class Contribution(Struct, frozen=True):
    """An author's commits, without merges, and the files they touched."""

    author: Author
    commits: int
    commits_share: float
    files: int


class FileOwnership(Struct, frozen=True):
    """A file's owner: who made the largest share of its commits, and that share."""

    path: Name
    owner: Author
    ownership: float
    commits: int
    contributors: int
    minor_contributors: int


class BusFactor(Struct, frozen=True):
    """How many people must leave until fewer than half of the files have an author, and who."""

    value: int
    files: int
    people: list[Author]


class Ownership(Struct, frozen=True):
    """The part `ownership` of patterns.json."""

    authors_in_all: int
    authors: list[Contribution]
    files: list[FileOwnership]
    bus_factor: BusFactor | None


class OwnershipCounts:
    """Counts who changed what."""

    def __init__(self, numbering: Numbering) -> None:
        """Takes the names of all authors and files."""
        self._numbering = numbering
        self._commits: Counter[int] = Counter()
        self.by_file: dict[int, dict[int, int]] = {}
        self._creator: dict[int, int] = {}
        self._gone: dict[int, bool] = {}

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge."""
        author = change.author
        self._commits[author] += 1
        for number in dict.fromkeys(change.files):
            people = self.by_file.setdefault(number, {})
            people[author] = people.get(author, 0) + 1
        self._add_fates(change)

    def _add_fates(self, change: Change) -> None:
        """Remembers who created a file, and whether it is gone after the newest commit that names it."""
        for number, file in zip(change.files, change.commit.files, strict=True):
            self._gone.setdefault(number, file.status == "D")
            if file.status == "A":
                self._creator[number] = change.author
            elif file.status == "R" and isinstance(file.old_path, str):
                old = self._numbering.files.number(exact(file.old_path, file.old_path_b64))
                self._gone.setdefault(old, True)

    def result(self, kinds: list[str]) -> Ownership:
        """Authors and files, those with the most commits first; `kinds` has the kind of each file."""
        files_of = Counter(person for people in self.by_file.values() for person in people)
        return Ownership(
            authors_in_all=len(self._commits),
            authors=[self._contribution(one, files_of[one]) for one in self.busiest(MOST_AUTHORS)],
            files=[self._file(file) for file in self._most_changed()],
            bus_factor=self._bus_factor(kinds),
        )

    def busiest(self, most: int) -> list[int]:
        """Numbers of the authors with the most commits, equals in the order of their addresses."""
        keys = self._numbering.authors.all
        return nsmallest(most, self._commits, key=lambda one: (-self._commits[one], keys[one]))

    def authors_in_all(self) -> int:
        """How many authors there are, without those of merges alone."""
        return len(self._commits)

    def commits_of(self, author: int) -> int:
        """An author's commits, without merges."""
        return self._commits[author]

    def author(self, number: int) -> Author:
        """The author of that number."""
        numbering = self._numbering
        return Author(as_name(numbering.author_names[number]), as_name(numbering.author_emails[number]))

    def _contribution(self, number: int, files: int) -> Contribution:
        commits = self._commits[number]
        return Contribution(self.author(number), commits, share(commits, self._commits.total()), files)

    def _most_changed(self) -> list[int]:
        names = self._numbering.files.all
        commits = {file: sum(people.values()) for file, people in self.by_file.items()}
        return nsmallest(MOST_FILES, commits, key=lambda file: (-commits[file], names[file]))

    def _file(self, number: int) -> FileOwnership:
        people = self.by_file[number]
        keys = self._numbering.authors.all
        owner = min(people, key=lambda one: (-people[one], keys[one]))
        commits = sum(people.values())
        return FileOwnership(
            path=as_name(self._numbering.files.all[number]),
            owner=self.author(owner),
            ownership=share(people[owner], commits),
            commits=commits,
            contributors=len(people),
            minor_contributors=sum(1 for count in people.values() if count < MINOR_SHARE * commits),
        )

    def _bus_factor(self, kinds: list[str]) -> BusFactor | None:
        files = [
            file_authors(people, self._creator.get(file))
            for file, people in self.by_file.items()
            if kinds[file] in KINDS_WITH_AUTHORS and not self._gone[file]
        ]
        if not files:
            return None
        people = bus_factor(files, self._numbering.authors.all)
        return BusFactor(len(people), len(files), [self.author(one) for one in people[:MOST_AUTHORS]])
