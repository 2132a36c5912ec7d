"""Text of unknown origin as cells of CSV, as RFC 4180 writes them: nothing acts, nothing runs."""

import re
from collections.abc import Iterable
from typing import Final

from py_post.visible import visible_line

LONGEST_CELL: Final = 16_000
"""Characters of a cell; more are cut. Spreadsheets end at 32,767, of which one character may take two."""

CUT: Final = " (cut)"

# No quote, comma, backslash or control, and no beginning that has a meaning: what nearly all cells are.
_harmless: Final = re.compile(r"(?:[A-Za-z0-9_./<][ !#-+\--\[\]-~]{0,4000})?")
# Spreadsheets run a cell that begins with one of these as a formula; the apostrophe makes it text. A cell
# that has the apostrophe already is given another, so that taking one away gives back what was written.
# packages/core/src/ledger.ts has the same rule.
_formula: Final = re.compile(r"'*[=+\-@\t\r]")
_quoted: Final = re.compile('[",\r\n]')


def cell(text: str) -> str:
    r"""The text as one cell on one line; what acts or hides is shown as its number, such as `\u{1b}`."""
    if _harmless.fullmatch(text):
        return text
    return _written(_short(visible_line(text[: LONGEST_CELL + 1])))


def list_cell(names: Iterable[str]) -> str:
    r"""Names as one cell, joined by `;`; one inside a name is shown as `\u{3b}`."""
    shown = [visible_line(name[: LONGEST_CELL + 1]).replace(";", "\\u{3b}") for name in names]
    return _written(_short(";".join(shown)))


def flag_cell(*, holds: bool) -> str:
    """Yes or no, in JSON's words."""
    return "true" if holds else "false"


def _short(shown: str) -> str:
    return shown if len(shown) <= LONGEST_CELL else shown[:LONGEST_CELL] + CUT


def _written(shown: str) -> str:
    guarded = f"'{shown}" if _formula.match(shown) else shown
    return '"' + guarded.replace('"', '""') + '"' if _quoted.search(guarded) else guarded
