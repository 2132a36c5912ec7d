"""Degree of authorship and the bus factor that follows from it.

The formula is that of Fritz, Ou, Murphy and Murphy-Hill (2010), "A degree-of-knowledge model to
capture source code familiarity"; thresholds and the greedy removal are those of Avelino, Passos,
Hora and Valente (2016), "A novel approach for estimating truck factors".
"""

from collections import defaultdict
from math import log
from typing import Final

LEAST_DEGREE: Final = 3.293
LEAST_SHARE_OF_TOP: Final = 0.75


def degree(*, created: bool, deliveries: int, by_others: int) -> float:
    """How much of a file somebody knows: who created it, their later commits, commits of others."""
    return 3.293 + 1.098 * created + 0.164 * deliveries - 0.321 * log(1 + by_others)


def file_authors(commits: dict[int, int], creator: int | None) -> list[int]:
    """The authors of a file: whose degree is high enough, by itself and beside the highest.

    `commits` has the commits of each person to the file; the one that created it is no delivery.
    """
    total = sum(commits.values())
    degrees = {
        person: degree(
            created=person == creator, deliveries=count - (person == creator), by_others=total - count
        )
        for person, count in commits.items()
    }
    top = max(degrees.values(), default=0.0)
    return [
        person
        for person, value in degrees.items()
        if value >= LEAST_DEGREE and value > LEAST_SHARE_OF_TOP * top
    ]


def bus_factor(authors_of_files: list[list[int]], order: list[str]) -> list[int]:
    """Who must leave, most files first, until fewer than half of the files have an author left.

    `order` has a sort key for each person, so that equals come in the same order every time.
    """
    files_of: defaultdict[int, list[int]] = defaultdict(list)
    for file, authors in enumerate(authors_of_files):
        for person in authors:
            files_of[person].append(file)
    left = [len(authors) for authors in authors_of_files]
    covered = sum(1 for authors in left if authors > 0)
    leaving: list[int] = []
    for person in sorted(files_of, key=lambda one: (-len(files_of[one]), order[one])):
        if 2 * covered < len(left):
            break
        leaving.append(person)
        for file in files_of[person]:
            left[file] -= 1
            covered -= left[file] == 0
    return leaving
