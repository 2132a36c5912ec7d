"""Distributions from counts are those of the values themselves."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from py_post.patterns.quantiles import distribution, share


@given(st.lists(st.integers(0, 300), min_size=1))
def test_distribution(values: list[int]) -> None:
    """Each quantile is the least value that at least that share of values does not exceed."""
    found = distribution(Counter(values))

    assert found is not None
    assert (found.count, found.sum) == (len(values), sum(values))
    assert (found.min, found.max) == (min(values), max(values))
    quantiles = {25: found.p25, 50: found.median, 75: found.p75, 90: found.p90, 99: found.p99}
    for percent, quantile in quantiles.items():
        fits = [
            one for one in values if Fraction(sum(v <= one for v in values), len(values)) * 100 >= percent
        ]
        assert quantile == min(fits)


@given(st.lists(st.integers(0, 2**60), min_size=1))
def test_histogram(values: list[int]) -> None:
    """Buckets join without a gap, and each holds the values between its ends."""
    found = distribution(Counter(values))

    assert found is not None
    assert [bucket.least for bucket in found.histogram[:3]] == [0, 1, 2][: len(found.histogram)]
    for bucket, after in zip(found.histogram, found.histogram[1:], strict=False):
        assert after.least == bucket.most + 1
    for bucket in found.histogram:
        assert bucket.count == sum(bucket.least <= value <= bucket.most for value in values)
    assert found.histogram[-1].count > 0


def test_nothing() -> None:
    """No values have no distribution, and nothing has no share."""
    assert distribution(Counter()) is None
    assert share(0, 0) == 0.0
    assert share(1, 3) == 0.3333
