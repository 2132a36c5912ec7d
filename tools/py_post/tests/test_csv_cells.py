"""A cell is text to every spreadsheet, and everything that was in it comes back out."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_markdown import hostile

from py_post.csv_cells import CUT, LONGEST_CELL, cell, list_cell

texts = st.one_of(
    hostile,
    st.lists(st.sampled_from([*"'=+-@;,\"\\u{}1b\t\r\n \ud800\U0001f600"]), max_size=9).map("".join),
    st.text(st.characters(exclude_categories=())),
)


def read(line: str) -> list[str]:
    """The cells of a line as a reader of CSV finds them."""
    return next(csv.reader([line], strict=True))


def original(shown: str) -> str:
    """What was written, from what a reader shows: one apostrophe and the escapes taken away."""
    bare = shown[1:] if re.match(r"'+[=+\-@\t\r]", shown) else shown
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), bare)


@given(st.lists(texts, min_size=2, max_size=4))
def test_cells_come_back(written: list[str]) -> None:
    """A row is one line with as many cells; each is text, shows no acting character, and comes back."""
    line = ",".join(cell(text) for text in written)
    assert line.splitlines() == ([line] if line else [])
    line.encode()
    found = read(line)
    assert [original(shown) for shown in found] == written
    for shown in found:
        assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown) is None


@given(st.lists(texts.filter(bool), min_size=2, max_size=4))
def test_lists_come_back(names: list[str]) -> None:
    """The names in one cell are told apart, whatever is in them."""
    (shown,) = read(list_cell(names))
    bare = shown[1:] if re.match(r"'+[=+\-@\t\r]", shown) else shown
    undone = [re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), one) for one in bare.split(";")]
    assert undone == names


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("src/a.c", "src/a.c"),
        ("a b", "a b"),
        ("a,b", '"a,b"'),
        ('say "a"', '"say ""a"""'),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("'=1", "''=1"),
        ("'a", "'a"),
        ('=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'),
        ("\t=1", "\\u{9}=1"),
        ("a\r\nb", "a\\u{d}\\u{a}b"),
        ("\u202eb", "\\u{202e}b"),
        ("caf\udce9", "caf\\u{dce9}"),
        ("\\u{9}", "\\u{5c}u{9}"),
    ],
)
def test_golden_cells(text: str, written: str) -> None:
    """What is written for which text."""
    assert cell(text) == written


@pytest.mark.parametrize("filler", ["a", "\x1b", '"', "\U0001f600"])
def test_giant_cell(filler: str) -> None:
    """A cell that no spreadsheet could hold is cut, and says so; one that fits is not."""
    (shown,) = read(cell(filler * 1_000_000))
    assert shown.endswith(CUT)
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert read(cell("a" * LONGEST_CELL)) == ["a" * LONGEST_CELL]
    (many,) = read(list_cell(["function"] * 1_000_000))
    assert many.endswith(CUT)
    assert len(many) == LONGEST_CELL + len(CUT)
