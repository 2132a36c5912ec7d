"""Hostile text in Markdown is shown and never acts, whichever program renders it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import Page, rendered

from py_post.markdown import LONGEST_RUN, LONGEST_SPAN, Markdown, code_span, fenced_block, inert
from py_post.visible import visible_block, visible_line

pieces = st.sampled_from(
    [
        *"`~|\\<>&[]()!*_#-+=:.@/\n\r\t \x1b\x00\u2028\u202e",
        "```",
        "~~~",
        "</code></pre>",
        "<img src=x onerror=alert(1)>",
        "<script>",
        "<!--",
        "https://example.org",
        "www.example.org",
        "ada@example.org",
        "[a](https://example.org)",
        "![a](https://example.org/x.png)",
        "[a]: https://example.org",
        "<https://example.org>",
        "\\|",
        "|---|",
        "&lt;b&gt;",
        "&#x3c;",
        "    indented",
        "- item",
        "$`x`$",
        "```math",
        "@ada",
        "#1",
        "> quote",
        "# heading",
        "word",
    ]
)
hostile = st.one_of(st.lists(pieces, max_size=12).map("".join), st.text())


@given(hostile)
def test_span_is_one_code_element(text: str) -> None:
    """A span is rendered as one element of code that shows the text, and as nothing else."""
    shown = visible_line(text[:LONGEST_SPAN]).replace("|", "\\u{7c}")
    for html in rendered(f"before {code_span(text)} after\n").values():
        page = Page(html)
        assert page.tags == (["p", "code"] if text else ["p"])
        assert page.codes == ([shown] if text else [])


@given(st.lists(hostile.filter(str.strip), min_size=1, max_size=4))
def test_spans_break_no_table(texts: list[str]) -> None:
    """A table has as many cells as it was written with, each with the text of its span."""
    count = len(texts)
    row = " | ".join(code_span(text) for text in texts)
    table = f"|{' a |' * count}\n|{'---|' * count}\n| {row} |\n| {row} |\n"
    for html in rendered(table).values():
        page = Page(html)
        assert page.tags.count("td") == 2 * count
        assert set(page.tags) == {"table", "thead", "tbody", "tr", "th", "td", "code"}
        assert len(page.codes) == 2 * count


@given(hostile)
def test_block_is_one_code_block(text: str) -> None:
    """A block is rendered as one element of code that shows the text, and as nothing else."""
    shown = visible_block(text)
    for html in rendered(f"before\n\n{fenced_block(text)}\n\nafter\n").values():
        page = Page(html)
        if text.strip("\n") == "":
            assert page.tags == ["p", "p", "p"]
        else:
            assert page.tags == ["p", "pre", "code", "p"]
            assert page.codes == [shown if shown.endswith("\n") else f"{shown}\n"]


@pytest.mark.parametrize(
    "run", [1, 2, 3, LONGEST_RUN, LONGEST_RUN + 1, 80, 81, 199, 254, 255, 256, 300, 20_000]
)
def test_runs_of_ticks(run: int) -> None:
    """However many ticks stand in a row, no renderer loses count of them: what comes after does not act."""
    hidden = "`" * run + "\n\n<img src=x> " + "`" * (run - 1) + "\n\n<b>"
    for html in rendered(f"{code_span(hidden)}\n\n{fenced_block(hidden)}\n").values():
        assert Page(html).tags == ["p", "code", "pre", "code"]
    escaped = "\\u{60}" in fenced_block(hidden)
    assert escaped == (run > LONGEST_RUN)


def test_long_text_is_cut_and_says_so() -> None:
    """A cut is written beside what is left."""
    assert code_span("x" * 201) == f"`{'x' * 200}` (the first 200 of 201 characters)"
    assert fenced_block("x" * 65_537).endswith("x\n```\n\n(the first 65536 of 65537 characters)")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3), (0.5, 0.5), (Markdown("*so*"), "*so*"), ("*so*", "`*so*`"), ("", "(empty)"), (None, "`None`")],
)
def test_inert(value: object, expected: object) -> None:
    """Only numbers and Markdown on purpose are printed as they are."""
    assert inert(value) == expected
