"""Exact quantiles from counts, so that memory grows with distinct values, not with commits."""

from collections import Counter

from msgspec import Struct


class Distribution(Struct, frozen=True):
    """A distribution of whole numbers; quantiles are values that occur, by the nearest rank."""

    count: int
    sum: int
    mean: float
    min: int
    p25: int
    median: int
    p75: int
    p90: int
    p99: int
    max: int
    histogram: list["Bucket"]


class Bucket(Struct, frozen=True):
    """How many values lie from `least` to `most`, both included."""

    least: int
    most: int
    count: int


def distribution(counts: Counter[int]) -> Distribution | None:
    """The distribution of values that were counted; none where nothing was.

    Quantiles are definition 1 of Hyndman and Fan (1996), "Sample Quantiles in Statistical Packages":
    the smallest value that at least that share of all values does not exceed.
    """
    total = counts.total()
    if total == 0:
        return None
    values = sorted(counts)
    whole = sum(value * counts[value] for value in values)
    p25, median, p75, p90, p99 = (_quantile(values, counts, percent) for percent in (25, 50, 75, 90, 99))
    return Distribution(
        count=total,
        sum=whole,
        mean=round(whole / total, 4),
        min=values[0],
        p25=p25,
        median=median,
        p75=p75,
        p90=p90,
        p99=p99,
        max=values[-1],
        histogram=_histogram(counts),
    )


def _quantile(values: list[int], counts: Counter[int], percent: int) -> int:
    # Whole numbers throughout: 0.9 * 10 is not 9 in binary, and the rank would be off by one.
    rank = max(1, -(-counts.total() * percent // 100))
    for value in values:
        rank -= counts[value]
        if rank <= 0:
            return value
    return values[-1]


def _histogram(counts: Counter[int]) -> list[Bucket]:
    """Buckets 0, 1, 2-3, 4-7, …: bucket k holds the values of k binary digits."""
    buckets: Counter[int] = Counter()
    for value, count in counts.items():
        buckets[value.bit_length()] += count
    return [Bucket((1 << k) >> 1, (1 << k) - 1, buckets[k]) for k in range(max(buckets) + 1)]


def share(part: int, whole: int) -> float:
    """Part of a whole, from 0 to 1, rounded to four decimals; 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0
