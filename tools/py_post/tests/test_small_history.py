"""All numbers of a small history, counted by hand."""

import pytest
from msgspec import to_builtins
from records import history, object_id
from small_history import SMALL_HISTORY

from py_post.patterns import Patterns


@pytest.fixture(scope="module")
def found() -> Patterns:
    """The patterns of the small history."""
    return history(SMALL_HISTORY).patterns()


def test_commits(found: Patterns) -> None:
    """Eight records, one of them a merge that nothing else counts."""
    assert to_builtins(found.commits) == {
        "records": 8,
        "merges": 1,
        "counted": 7,
        "cut": 0,
        "first_author_time": "2025-10-08T10:00:00Z",
        "last_author_time": "2025-10-15T10:00:00Z",
    }


def test_kinds_by_message(found: Patterns) -> None:
    """Two feat, one fix, one docs with a break; three name nothing."""
    said = found.kinds.by_message
    kinds = {one.kind: (one.commits, one.share) for one in said.kinds if one.commits}

    assert kinds == {"feat": (2, 0.2857), "fix": (1, 0.1429), "docs": (1, 0.1429), "other": (3, 0.4286)}
    assert (said.conventional_share, said.breaking) == (0.5714, 1)
    assert [(one.scope, one.commits) for one in said.scopes] == [("net", 1)]


def test_kinds_by_path(found: Patterns) -> None:
    """Six commits touch sources, three of them nothing else; two touch tests, two documents."""
    kinds = {
        one.kind: (one.files, one.commits, one.commits_only, one.commits_share, one.added, one.deleted)
        for one in found.kinds.by_path
        if one.commits
    }
    assert kinds == {
        "test": (1, 2, 0, 0.2857, 7, 0),
        "docs": (2, 2, 1, 0.2857, 4, 1),
        "source": (3, 6, 3, 0.8571, 46, 18),
    }


def test_churn(found: Patterns) -> None:
    """Lines by file and by function, the most changed first."""
    churn = found.churn
    assert (churn.added, churn.deleted, churn.files_in_all, churn.functions_in_all) == (57, 19, 6, 2)
    assert [(one.path.text, one.commits, one.added, one.deleted, one.churn) for one in churn.files] == [
        ("src/net.c", 5, 28, 7, 35),
        ("src/net.h", 4, 8, 1, 9),
        ("src/old.c", 2, 10, 10, 20),
        ("tests/test_net.py", 2, 7, 0, 7),
        ("docs/old.md", 1, 3, 0, 3),
        ("docs/new.md", 1, 1, 1, 2),
    ]
    assert churn.files[0].commits_share == 0.7143
    assert [(one.name, one.commits, one.added, one.deleted) for one in churn.functions] == [
        ("close", 2, 10, 1),
        ("read_all", 2, 5, 5),
    ]


def test_coupling(found: Patterns) -> None:
    """net.c and net.h changed together four times: in 4 of 5 of the one, and 4 of 4 of the other."""
    assert (found.coupling.commits, found.coupling.pairs_in_all) == (7, 6)
    assert to_builtins(found.coupling.pairs) == [
        {
            "a": {"text": "src/net.c"},
            "b": {"text": "src/net.h"},
            "support": 4,
            "confidence_a": 0.8,
            "confidence_b": 1.0,
        }
    ]


def test_ownership(found: Patterns) -> None:
    """Ada and Bob made three commits each; Ada alone is an author of what is left."""
    owned = found.ownership
    assert [(one.author.name.text, one.commits, one.commits_share, one.files) for one in owned.authors] == [
        ("Ada", 3, 0.4286, 4),
        ("Bob", 3, 0.4286, 4),
        ("Cleo", 1, 0.1429, 1),
    ]
    net = owned.files[0]
    assert (net.path.text, net.owner.name.text, net.ownership) == ("src/net.c", "Ada", 0.6)
    assert (net.commits, net.contributors, net.minor_contributors) == (5, 2, 0)
    # src/old.c was deleted, and documents do not count: net.c, net.h and test_net.py are left.
    assert owned.bus_factor is not None
    assert (owned.bus_factor.value, owned.bus_factor.files) == (1, 3)
    assert [one.email.text for one in owned.bus_factor.people] == ["ada@example.org"]


def test_sizes(found: Patterns) -> None:
    """Files 1 1 2 2 3 3 3; lines 2 5 6 8 13 13 29; functions 0 0 0 1 1 1 1."""
    files, lines, functions = found.sizes.files, found.sizes.lines, found.sizes.functions
    assert files is not None
    assert lines is not None
    assert functions is not None
    assert (files.sum, files.mean, files.p25, files.median, files.p75, files.max) == (15, 2.1429, 1, 2, 3, 3)
    assert (lines.sum, lines.min, lines.median, lines.p75, lines.p90, lines.max) == (76, 2, 8, 13, 29, 29)
    assert [bucket.count for bucket in lines.histogram] == [0, 0, 1, 2, 3, 1]
    assert (functions.sum, functions.median) == (4, 1)


def test_hours(found: Patterns) -> None:
    """From Tuesday the 14th back to Wednesday the 8th; one late, one early, the others at noon."""
    hours = found.hours
    assert hours.by_weekday == [1] * 7
    assert {hour: count for hour, count in enumerate(hours.by_hour) if count} == {9: 1, 12: 5, 23: 1}
    assert (hours.weekend_share, hours.office_share) == (0.2857, 0.5714)


def test_reverts_and_fixes(found: Patterns) -> None:
    """One commit says that it reverts another, one that it fixes an issue."""
    assert to_builtins(found.reverts) == {
        "candidates": 1,
        "share": 0.1429,
        "listed": [
            {
                "commit": object_id("revert"),
                "reverts": [object_id("feat")],
                "evidence": ["subject", "sentence"],
            }
        ],
    }
    assert to_builtins(found.fixes) == {
        "candidates": 1,
        "share": 0.1429,
        "by_evidence": {"prefix": 1, "keyword": 1, "trailer": 0, "issue": 1},
        "listed": [
            {
                "commit": object_id("fix"),
                "evidence": ["prefix", "keyword", "issue"],
                "commits": [],
                "issues": [7],
            }
        ],
    }
