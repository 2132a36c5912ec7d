"""Kinds that messages name, by Conventional Commits 1.0.0."""

import pytest
from records import commit

from py_post.patterns.message_kind import MessageKind, message_kind, subject


@pytest.mark.parametrize(
    ("message", "kind", "scope", "breaking"),
    [
        ("feat: a\n", "feat", None, False),
        ("fix(parser): a\n", "fix", "parser", False),
        ("FIX: a\n", "fix", None, False),
        ("refactor!: a\n", "refactor", None, True),
        ("feat(api)!: a\n", "feat", "api", True),
        ("chore: a\n\nBREAKING CHANGE: b\n", "chore", None, True),
        ("chore: a\n\nBREAKING-CHANGE: b\n", "chore", None, True),
        ("chore: a\n\nno BREAKING CHANGE: b\n", "chore", None, False),
        ("Update a\n\nBREAKING CHANGE: b\n", "other", None, True),
        ("net: a\n", "other", None, False),
        ("feat:a\n", "other", None, False),
        ("feat: \n", "other", None, False),
        ("feature: a\n", "other", None, False),
        ("a feat: b\n", "other", None, False),
        ("feat(): a\n", "other", None, False),
        ("\n\nfeat: a\n", "feat", None, False),
        ("", "other", None, False),
    ],
)
def test_kind(message: str, kind: str, scope: str | None, *, breaking: bool) -> None:
    """The prefix of the first line, and a break declared there or in a footer."""
    assert message_kind(commit(message=message)) == MessageKind(kind, scope, breaking)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a\nb\n", "a"),
        ("a\r\nb", "a"),
        ("\n\na", "a"),
        ("", ""),
        ("\n", ""),
        ("a", "a"),
        ("a\u2028b\n", "a\u2028b"),
    ],
)
def test_subject(message: str, expected: str) -> None:
    """The first line that is not empty, where lines end in line feeds alone."""
    assert subject(message) == expected
