"""Characters that act or hide are shown; all others stay."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from py_post.visible import visible_block, visible_json, visible_line

ALLOWED_FORMAT_CHARACTERS = {"\u200c", "\u200d"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain Größe 木 🚀", "plain Größe 木 🚀"),
        ("\x1b]0;title\x07", "\\u{1b}]0;title\\u{7}"),
        ("a\nb\tc", "a\\u{a}b\\u{9}c"),
        ("user\u202etxt.exe", "user\\u{202e}txt.exe"),
        ("zero\u200bwidth", "zero\\u{200b}width"),
        ("tag\U000e0041", "tag\\u{e0041}"),
        ("byte\udcff", "byte\\u{dcff}"),
        ("\x9b31m", "\\u{9b}31m"),
        ("C:\\users", "C:\\users"),
        ("forged \\u{1b}", "forged \\u{5c}u{1b}"),
        ("👩\u200d💻 ✔\ufe0f", "👩\u200d💻 ✔\ufe0f"),
    ],
)
def test_line(text: str, expected: str) -> None:
    """A line shows each acting character as one escape."""
    assert visible_line(text) == expected


def test_block_keeps_line_feeds_and_tabs() -> None:
    """A block differs from a line in line feeds and tabs only."""
    assert visible_block("a\n\tb\r\n\x00") == "a\n\tb\\u{d}\n\\u{0}"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_no_control_or_bidi_character_is_left(text: str) -> None:
    """Whatever comes in, no control, separator, surrogate or bidi control comes out."""
    left = visible_line(text)
    assert not [
        one
        for one in left
        if unicodedata.category(one) in {"Cc", "Zl", "Zp", "Cs"}
        or unicodedata.bidirectional(one) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]


@given(st.text(), st.text())
def test_different_texts_are_shown_differently(one: str, other: str) -> None:
    """No escape can be forged: what is shown tells what was there."""
    assert (visible_line(one) == visible_line(other)) == (one == other)


@given(st.text(alphabet="\\u{}1b\x1b"), st.text(alphabet="\\u{}1b\x1b"))
def test_escapes_cannot_be_forged(one: str, other: str) -> None:
    """The same, for texts made of the parts of escapes."""
    assert (visible_line(one) == visible_line(other)) == (one == other)


@given(st.dictionaries(st.text(), st.text()))
def test_json_means_the_same(content: dict[str, str]) -> None:
    """Escapes of a JSON document change none of what it says."""
    shown = visible_json(json.dumps(content, ensure_ascii=False))
    assert json.loads(shown) == content
    assert visible_line(shown).replace("\\u{5c}u{", "\\u{") == shown
