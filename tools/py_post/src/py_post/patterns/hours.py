"""When people commit, by the clock on their own wall."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from msgspec import Struct

from py_post.commit import Person
from py_post.patterns.change import Change
from py_post.patterns.quantiles import share

DAY: Final = 86_400
THURSDAY: Final = 3
"""1970-01-01 was a Thursday; Monday is 0, as ISO 8601 orders the days."""

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

OFFICE_HOURS: Final = range(9, 17)
"""The hours from 9:00 to 16:59."""


class Hours(Struct, frozen=True):
    """The part `hours` of patterns.json: commits by hour, by weekday, and by both.

    `grid` has a row for each weekday from Monday on, each with 24 numbers from midnight on.
    """

    by_hour: list[int]
    by_weekday: list[int]
    grid: list[list[int]]
    weekend_share: float
    office_share: float


class HourCounts:
    """Counts commits by the author's local weekday and hour."""

    def __init__(self) -> None:
        """Starts without commits."""
        self._grid = [[0] * 24 for _ in WEEKDAYS]

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge."""
        weekday, hour = weekday_and_hour(change.commit.author)
        self._grid[weekday][hour] += 1

    def result(self) -> Hours:
        """The counts; shares are of all commits, office hours from Monday to Friday."""
        by_weekday = [sum(row) for row in self._grid]
        office = sum(row[hour] for row in self._grid[:5] for hour in OFFICE_HOURS)
        return Hours(
            by_hour=[sum(column) for column in zip(*self._grid, strict=True)],
            by_weekday=by_weekday,
            grid=[list(row) for row in self._grid],
            weekend_share=share(sum(by_weekday[5:]), sum(by_weekday)),
            office_share=share(office, sum(by_weekday)),
        )


def weekday_and_hour(person: Person) -> tuple[int, int]:
    """The weekday, Monday 0, and hour on the person's own clock, for any time, however far."""
    day, second = divmod(person.time + person.offset * 60, DAY)
    return (day + THURSDAY) % 7, second // 3600


def local_time(person: Person) -> str:
    """A person's time as RFC 3339 writes it, or as seconds where its years do not reach."""
    try:
        return datetime.fromtimestamp(person.time, _zone(person.offset)).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"{person.time} seconds after 1970-01-01 UTC, {person.offset:+d} minutes east"


@lru_cache(maxsize=256)
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


def utc_time(seconds: int) -> str | None:
    """The time as RFC 3339 writes it; none where its years do not reach."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None
