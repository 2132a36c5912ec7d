"""Text of unknown origin as Markdown that only shows it: no links, no HTML, no broken tables."""

import re
from typing import Final

from py_post.visible import visible_block, visible_line

LONGEST_SPAN: Final = 200
"""Characters of one code span; more are cut, and the cut is written beside it."""

LONGEST_BLOCK: Final = 65_536
"""Characters of one fenced block; more are cut, and the cut is written below it."""

LONGEST_RUN: Final = 64
"""Ticks in a row that are shown as they are: GitHub's renderer, cmark, takes no more than 80 of them for the
mark of a code span, and counts those of a fence to 255."""

_ticks: Final = re.compile("`+")
# ASCII without ticks, bars, backslashes, controls, and spaces at the ends: what nearly all names are.
_harmless: Final = re.compile(r"[!-\[\]-_a-{}~](?:[ !-\[\]-_a-{}~]{0,198}[!-\[\]-_a-{}~])?")


class Markdown(str):
    """Text that is Markdown on purpose; every other text is shown as code."""


def code_span(text: str) -> str:
    r"""The text as a code span, the one place where GitHub, too, makes no links of its own.

    A vertical bar is shown as `\u{7c}`: renderers disagree on how `\|` in code splits a table.
    """
    if _harmless.fullmatch(text):
        return f"`{text}`"
    if text == "":
        return "(empty)"
    shown = visible_line(text[:LONGEST_SPAN]).replace("|", "\\u{7c}")
    shown = _without_long_runs(shown)
    ticks = "`" * _longer_than_any_run(shown, 1)
    # CommonMark takes one space off both ends of what is not all spaces; a tick at an end needs one, too.
    needs_pad = shown.strip(" ") != "" and (shown[0] in " `" or shown[-1] in " `")
    pad = " " if needs_pad else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}{_cut(text, LONGEST_SPAN)}"


def fenced_block(text: str) -> str:
    """The text as a fenced code block whose fence is longer than any run of ticks inside."""
    if text.strip("\n") == "":
        return "(empty)"
    shown = _without_long_runs(visible_block(text[:LONGEST_BLOCK]))
    ticks = "`" * _longer_than_any_run(shown, 3)
    end = "" if shown.endswith("\n") else "\n"
    cut = _cut(text, LONGEST_BLOCK)
    return f"{ticks}text\n{shown}{end}{ticks}" + (f"\n\n{cut.strip()}" if cut else "")


def inert(value: object) -> object:
    """What a template may print: numbers and Markdown as they are, all else as a code span."""
    return value if isinstance(value, int | float | Markdown) else code_span(str(value))


def counted(count: int, word: str) -> str:
    """A number of things in words: `1 file`, `2 files`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _without_long_runs(text: str) -> str:
    return text.replace("`", "\\u{60}") if "`" * (LONGEST_RUN + 1) in text else text


def _longer_than_any_run(text: str, least: int) -> int:
    if "`" not in text:
        return least
    runs = map(len, _ticks.findall(text))
    return max(least, max(runs) + 1)


def _cut(text: str, limit: int) -> str:
    return "" if len(text) <= limit else f" (the first {limit} of {len(text)} characters)"
