"""What messages say of reverts and fixes."""

import pytest
from records import Record, commit, history, record

from py_post.patterns.corrections import as_fix, as_revert
from py_post.patterns.message_kind import message_kind

ID = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("message", "reverts", "evidence"),
    [
        (f'Revert "a"\n\nThis reverts commit {ID}.\n', [ID], ["subject", "sentence"]),
        ('Revert "a"\n', [], ["subject"]),
        ("revert: a\n\nRefs: 676104e\n", [], ["prefix"]),
        (f"Undo a\n\nthis reverts commit {ID[:7]}, reversing\n", [ID[:7]], ["sentence"]),
    ],
)
def test_revert(message: str, reverts: list[str], evidence: list[str]) -> None:
    """Git's subject, git's sentence, or the prefix."""
    one = commit(message=message)
    found = as_revert(one, message_kind(one))
    assert found is not None
    assert (found.reverts, found.evidence) == (reverts, evidence)


@pytest.mark.parametrize("message", ["Do not revert this\n", 'Reapply "a"\n', "This reverts commit x.\n", ""])
def test_no_revert(message: str) -> None:
    """The word alone says nothing."""
    one = commit(message=message)
    assert as_revert(one, message_kind(one)) is None


@pytest.mark.parametrize(
    ("message", "trailers", "commits", "issues", "evidence"),
    [
        ("fix: a\n", [], [], [], ["prefix", "keyword"]),
        ("Fixed a bug\n", [], [], [], ["keyword"]),
        ("a\n", [("Fixes", f'{ID[:12]} ("b")')], [ID[:12]], [], ["trailer"]),
        ("a\n", [("fixes", ID), ("Fixes", ID)], [ID], [], ["trailer"]),
        ("a\n\nCloses #12, resolves owner/name#7\n", [], [], [7, 12], ["issue"]),
        ("a\n\nfixes: #3\n", [], [], [3], ["issue"]),
    ],
)
def test_fix(
    message: str, trailers: list[tuple[str, str]], commits: list[str], issues: list[int], evidence: list[str]
) -> None:
    """By prefix, by keyword in the subject, by trailer, by issue."""
    listed: list[Record] = [{"key": key, "value": value} for key, value in trailers]
    one = commit(message=message, trailers=listed)
    found = as_fix(one, message_kind(one))
    assert found is not None
    assert (found.commits, found.issues, found.evidence) == (commits, issues, evidence)


@pytest.mark.parametrize("message", ["Add prefix\n", "a\n\nA bug is left.\n", "see #7\n", "Debug\n", ""])
def test_no_fix(message: str) -> None:
    """Words that only contain the keyword, or stand below the subject, say nothing."""
    one = commit(message=message)
    assert as_fix(one, message_kind(one)) is None


def test_a_revert_is_no_fix() -> None:
    """A commit that takes back a fix is counted once, as a revert."""
    found = history([record(message='Revert "fix: a"\n')]).patterns()
    assert (found.reverts.candidates, found.fixes.candidates) == (1, 0)


def test_lists_are_short_and_counts_are_whole() -> None:
    """A thousand are listed, all are counted."""
    found = history(record(number, message="fix: a\n") for number in range(1001)).patterns()
    assert (found.fixes.candidates, len(found.fixes.listed)) == (1001, 1000)
