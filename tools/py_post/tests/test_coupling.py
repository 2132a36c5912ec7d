"""Pairs of files that change together."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import commit, file

from py_post.patterns.change import Numbering
from py_post.patterns.coupling import LEAST_SUPPORT, MOST_FILES, CouplingCounts, Couplings

histories = st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1), max_size=40)


def counted(sets: list[set[str]], most_pairs: int = 1_000_000) -> Couplings:
    """The couplings of commits that each touch a set of files."""
    numbering = Numbering()
    counts = CouplingCounts(numbering.files, most_pairs)
    for number, paths in enumerate(sets):
        counts.add(numbering.change(commit(number, [file(path) for path in sorted(paths)])))
    return counts.result()


@given(histories)
def test_counts_are_exact(sets: list[set[str]]) -> None:
    """Support and confidence are those of a count by hand."""
    single = Counter(path for paths in sets for path in paths)
    pairs = Counter(pair for paths in sets for pair in combinations(sorted(paths), 2))
    found = counted(sets)

    assert {(one.a.text, one.b.text): one.support for one in found.pairs} == {
        pair: support for pair, support in pairs.items() if support >= LEAST_SUPPORT
    }
    assert found.pairs_in_all == len(pairs)
    assert found.support_missed_at_most == 0
    for one in found.pairs:
        assert one.confidence_a == round(one.support / single[one.a.text], 4)
        assert one.confidence_b == round(one.support / single[one.b.text], 4)


@given(histories, st.randoms())
def test_order_of_commits_does_not_matter(sets: list[set[str]], dice: object) -> None:
    """The same commits in another order couple the same files."""
    shuffled = list(sets)
    dice.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis' own Random
    assert counted(shuffled) == counted(sets)


@given(histories, st.integers(1, 12))
def test_bounded_memory_tells_its_error(sets: list[set[str]], most_pairs: int) -> None:
    """Where pairs were forgotten, no support is too high, and none too low by more than is said."""
    pairs = Counter(pair for paths in sets for pair in combinations(sorted(paths), 2))
    found = counted(sets, most_pairs)
    listed = {(one.a.text, one.b.text): one.support for one in found.pairs}

    assert found.pairs_in_all <= most_pairs
    for pair, support in pairs.items():
        assert listed.get(pair, 0) <= support
        if support - found.support_missed_at_most >= LEAST_SUPPORT:
            assert listed[pair] >= support - found.support_missed_at_most


@pytest.mark.parametrize(("files", "too_large"), [(MOST_FILES, 0), (MOST_FILES + 1, 1)])
def test_large_commits_are_left_out(files: int, too_large: int) -> None:
    """A commit of more files than the cap couples none, and does not count for confidence either."""
    sweep = {str(number) for number in range(files)}
    found = counted([sweep, {"0", "1"}, {"0", "1"}, {"0", "1"}])

    assert found.commits_too_large == too_large
    assert found.commits == 4 - too_large
    assert found.pairs[0].support == 4 - too_large
    assert found.pairs[0].confidence_a == 1.0


def test_equals_come_by_name() -> None:
    """Pairs of the same strength are listed by name, and the first name of a pair sorts first."""
    found = counted([{"d", "c"}, {"b", "a"}] * 3)
    assert [(one.a.text, one.b.text) for one in found.pairs] == [("a", "b"), ("c", "d")]
