"""summary.md of a whole history."""

from typing import Final

from py_post.patterns.history import Patterns
from py_post.patterns.hours import WEEKDAYS
from py_post.templates import template

MOST_ROWS: Final = 10
"""Rows of a table; patterns.json has more."""

_template: Final = template("summary.md.j2")


def summary_page(patterns: Patterns) -> bytes:
    """The page of a history, in Markdown that shows the history's own text and never acts on it."""
    sizes = patterns.sizes
    page = _template.render(
        p=patterns,
        most=MOST_ROWS,
        days=list(zip(WEEKDAYS, patterns.hours.by_weekday, strict=True)),
        sizes=[
            ("files", sizes.files),
            ("lines", sizes.lines),
            ("lines added", sizes.added),
            ("lines deleted", sizes.deleted),
            ("functions", sizes.functions),
        ],
    )
    return page.encode()
