"""Weekdays and hours by the author's own clock."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from records import history, person, record

from py_post.commit import Person
from py_post.patterns.hours import local_time, utc_time, weekday_and_hour


@given(st.integers(-60_000_000_000, 250_000_000_000), st.integers(-1439, 1439))
def test_same_as_the_calendar(seconds: int, minutes: int) -> None:
    """Within the calendar's reach, day and hour are the calendar's."""
    there = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert weekday_and_hour(Person("", "", seconds, minutes)) == (there.weekday(), there.hour)


@given(st.integers(-(2**53), 2**53), st.integers(-6000, 6000))
def test_any_time_has_a_place(seconds: int, minutes: int) -> None:
    """Times and offsets that no calendar knows have a weekday, an hour and words, too."""
    weekday, hour = weekday_and_hour(Person("", "", seconds, minutes))
    assert 0 <= weekday < 7
    assert 0 <= hour < 24
    assert local_time(Person("", "", seconds, minutes)) != ""


def test_words() -> None:
    """RFC 3339 where it reaches, seconds elsewhere."""
    assert local_time(Person("", "", 1_760_522_400, 120)) == "2025-10-15T12:00:00+02:00"
    assert local_time(Person("", "", -1, 0)) == "1969-12-31T23:59:59+00:00"
    far = "9007199254740991 seconds after 1970-01-01 UTC, +6000 minutes east"
    assert local_time(Person("", "", 2**53 - 1, 6000)) == far
    assert utc_time(0) == "1970-01-01T00:00:00Z"
    assert utc_time(2**53 - 1) is None


def test_counts() -> None:
    """Two on a Wednesday at noon and one on the Sunday before, at midnight."""
    sunday = person(time=1_760_522_400 - 3 * 86_400 - 12 * 3600)
    hours = history([record(1), record(2), record(3, author=sunday)]).patterns().hours

    assert hours.by_weekday == [0, 0, 2, 0, 0, 0, 1]
    assert [hours.by_hour[0], hours.by_hour[12]] == [1, 2]
    assert sum(hours.by_hour) == 3
    assert (hours.grid[2][12], hours.grid[6][0]) == (2, 1)
    assert (hours.weekend_share, hours.office_share) == (0.3333, 0.6667)
