"""analysis_summary.md says what the record says, and hostile records act in no renderer."""

from base64 import b64encode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records import Record, commit, file, history, person, record, stream
from rendering import Page, rendered
from small_history import FIX, MERGE, SMALL_HISTORY
from test_markdown import hostile

from py_post.commit_page import MOST_FILES, commit_page
from py_post.commit_stream import read_commits
from py_post.summary_page import summary_page
from py_post.visible import visible_block

TAGS = {"h1", "h2", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"}
ATTRIBUTES = {"class", "style", "align", "lang"}
VALUES = {"language-text", "text", "text-align:right", "right"}
ROWS_OF_HEAD = 13
ROWS_OF_TRAILERS = 2


def page_of(one: Record) -> str:
    """The page of a record."""
    return commit_page(next(read_commits(BytesIO(stream([one]))))).decode()


@st.composite
def hostile_records(draw: st.DrawFn) -> Record:
    """Records with hostile text wherever there is text."""
    name = draw(hostile)
    files = [
        file(
            draw(hostile),
            old_path=draw(hostile),
            path_b64=b64encode(draw(st.binary(max_size=8))).decode(),
            old_path_b64=b64encode(draw(hostile).encode("utf-8", "replace")).decode(),
            language=draw(hostile),
            skipped=draw(hostile),
            functions=[{"name": draw(hostile), "added": 1, "deleted": 0}] * 3,
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return record(
        draw(st.integers()),
        files,
        author=person(draw(hostile), name=name),
        committer=person(draw(hostile), name=name),
        message=draw(hostile),
        trailers=[{"key": draw(hostile), "value": draw(hostile)}],
        encoding=draw(hostile),
        skipped=draw(hostile),
    )


def assert_inert(markdown: str) -> list[Page]:
    """Asserts that a page has only our own elements and attributes, and unbroken tables."""
    pages = [Page(html) for html in rendered(markdown).values()]
    for page in pages:
        assert set(page.tags) <= TAGS
        for _, attributes in page.elements:
            assert {name for name, _ in attributes} <= ATTRIBUTES
            assert {value for _, value in attributes} <= VALUES
    assert len({tuple(page.tags) for page in pages}) == 1
    return pages


@given(hostile_records())
def test_hostile_commit(one: Record) -> None:
    """Nothing of a hostile record becomes a link, an image, an element or a broken table."""
    for page in assert_inert(page_of(one)):
        rows_of_files = 1 + len(one["files"]) if one["files"] else 0
        assert page.tags.count("tr") == ROWS_OF_HEAD + ROWS_OF_TRAILERS + rows_of_files
        assert page.tags.count("pre") == (1 if one["message"].strip("\n") else 0)
        if page.tags.count("pre"):
            shown = visible_block(one["message"])
            assert (shown if shown.endswith("\n") else f"{shown}\n") in page.codes


@given(st.lists(hostile_records(), max_size=3, unique_by=lambda one: one["id"]))
def test_hostile_history(records: list[Record]) -> None:
    """The same for the page of the whole."""
    assert_inert(summary_page(history(records).patterns()).decode())


def test_page_of_a_fix() -> None:
    """A page has the commit's head, message, trailers, what it says of itself, and its files."""
    page = page_of(FIX)
    assert page.startswith(f"# Commit `{FIX['id'][:12]}`\n\nfix: `fix: close the socket, fixes #7`\n")
    assert "| author | `Ada` `ada@example.org` |\n| authored | `2025-10-12T12:00:00+02:00` |\n" in page
    assert "| size | 3 files, 6 lines added, 2 deleted |\n" in page
    assert "```text\nfix: close the socket, fixes #7\n\nSigned-off-by: Ada <ada@example.org>\n```\n" in page
    assert "| `Signed-off-by` | `Ada <ada@example.org>` |\n" in page
    assert "- a fix of `#7`\n" in page
    assert "| `src/net.c` | modified | source | `C` | 2 | 1 | `close` |\n" in page


def test_page_of_a_merge() -> None:
    """A merge names all parents and what it was compared to."""
    page = page_of(MERGE)
    assert page.count("\n| parent |") == 2
    assert "| note | `a merge of 2 parents, compared to the first parent` |\n" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"files": [file()]}, "| size | 1 file, 1 line added, 0 deleted |"),
        ({"parents": []}, "| parent | none: a root |"),
        ({"message": ""}, "## Message\n\n(empty)\n"),
        ({"signature": True}, "| signature | there, not verified |"),
        ({"encoding": "ISO-8859-1"}, "`the message says that its encoding is ISO-8859-1`"),
        ({"message_b64": "/w=="}, "`the message is not UTF-8; the record has its bytes`"),
        ({"skipped": "patch over 50 MB"}, "`the record is cut: patch over 50 MB`"),
        ({"files": [file(binary=True)]}, "| modified, binary |"),
        (
            {"files": [file("b", status="R", old_path="a", similarity=90)]},
            "| `b` from `a` | renamed, 90 % alike |",
        ),
        (
            {"files": [file(modes={"old": "100644", "new": "100755"})]},
            "| modified, mode 100644 to 100755 |",
        ),
        ({"files": [file(str(n)) for n in range(MOST_FILES + 1)]}, "And 1 more, which the record has.\n"),
        ({"files": []}, "## Files\n\nNone.\n"),
    ],
)
def test_words_of_a_page(change: Record, words: str) -> None:
    """What is special about a commit is said."""
    assert words in commit_page(commit(**change)).decode()


def test_page_of_a_history() -> None:
    """The page of the whole has the numbers of patterns.json."""
    page = summary_page(history(SMALL_HISTORY).patterns()).decode()
    assert "8 commits, from 2025-10-08T10:00:00Z to 2025-10-15T10:00:00Z, by 3 authors, in 6 files.\n" in page
    assert "| `src/net.c` | 5 | 71.4 % | 35 |\n" in page
    assert "| `src/net.c` | `src/net.h` | 4 | 80.0 % | 100.0 % |\n" in page
    assert "Bus factor 1: that many people must leave until fewer than half of 3 source" in page
    assert "| `Ada` `ada@example.org` | 3 | 42.9 % | 4 |\n" in page


def test_page_of_nothing() -> None:
    """A history without commits has a page, too."""
    page = summary_page(history([]).patterns()).decode()
    assert page.startswith("# History in numbers\n\n0 commits, by 0 authors, in 0 files.\n")
    assert_inert(page)
