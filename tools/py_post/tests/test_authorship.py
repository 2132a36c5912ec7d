"""Degrees of authorship, and who must leave until the files have no author."""

from math import isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_post.patterns.authorship import bus_factor, degree, file_authors


def test_degree_is_the_published_formula() -> None:
    """3.293 + 1.098 FA + 0.164 DL - 0.321 ln(1 + AC)."""
    assert degree(created=False, deliveries=0, by_others=0) == 3.293
    assert isclose(degree(created=True, deliveries=5, by_others=9), 3.293 + 1.098 + 0.82 - 0.321 * log(10))


@pytest.mark.parametrize(
    ("commits", "creator", "authors"),
    [
        ({1: 1}, 1, [1]),
        ({1: 1}, None, [1]),
        # 4.391 - 0.321 ln 2 = 4.168 for the creator; 3.293 + 0.164 - 0.321 ln 2 = 3.234 is below 3.293.
        ({1: 1, 2: 1}, 1, [1]),
        # 3.293 + 4 * 0.164 - 0.321 ln 2 = 3.726 is above 3.293 and above 75 % of
        # 4.391 - 0.321 ln 5 = 3.874.
        ({1: 1, 2: 4}, 1, [1, 2]),
        # 3.293 + 40 * 0.164 - 0.321 ln 2 = 9.630; the creator's 4.391 - 0.321 ln 41 = 3.199.
        ({1: 1, 2: 40}, 1, [2]),
        # Nobody: 3.293 + 0.164 - 0.321 ln 3 = 3.104 for each.
        ({1: 1, 2: 1, 3: 1}, None, []),
        ({}, None, []),
    ],
)
def test_authors_of_a_file(commits: dict[int, int], creator: int | None, authors: list[int]) -> None:
    """High enough by itself, and beside the highest."""
    assert file_authors(commits, creator) == authors


@pytest.mark.parametrize(
    ("files", "leaving"),
    [
        ([[0], [0], [0], [1]], [0]),
        ([[0], [1]], [0, 1]),
        ([[0], [1], [2]], [0, 1]),
        ([[0, 1], [0, 1], [2]], [0, 1]),
        ([[], [], [0]], []),
        ([[], [0]], [0]),
        ([], []),
    ],
)
def test_who_must_leave(files: list[list[int]], leaving: list[int]) -> None:
    """Most files first, until fewer than half of the files have an author left."""
    assert bus_factor(files, ["a", "b", "c"]) == leaving


@given(st.lists(st.lists(st.integers(0, 5), max_size=3, unique=True), min_size=1))
def test_fewer_than_half_are_left(files: list[list[int]]) -> None:
    """After all have left fewer than half have an author, and one leaver fewer is not enough."""
    leaving = bus_factor(files, list("abcdef"))

    def covered(gone: list[int]) -> int:
        return sum(1 for authors in files if set(authors) - set(gone))

    assert 2 * covered(leaving) < len(files)
    assert not leaving or 2 * covered(leaving[:-1]) >= len(files)
