"""Names keep their bytes, and authors and files are told apart by them."""

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from records import file, history, person, record

from py_post.patterns.names import as_name, as_text, exact


@given(st.binary())
def test_bytes_come_back(raw: bytes) -> None:
    """From what is written, the bytes of a name can be told."""
    name = as_name(exact(raw.decode("utf-8", "replace"), raw))
    if isinstance(name.base64, str):
        assert name.base64 == b64encode(raw).decode()
    else:
        assert name.text.encode() == raw
    assert "\ufffd" in name.text or name.base64 is UNSET


def test_text_needs_no_bytes() -> None:
    """A name in UTF-8 is its own text, also one with U+FFFD in it."""
    assert as_name("木\ufffd").base64 is UNSET
    assert as_text("a\udcff") == "a\ufffd"


def test_files_with_the_same_text() -> None:
    """Two names whose bytes differ where they are not UTF-8 are two files."""
    files = [file("a\ufffd", path_b64=b64encode(raw).decode()) for raw in (b"a\xfe", b"a\xff")]
    assert history([record(files=files)]).patterns().churn.files_in_all == 2


def test_authors_are_addresses() -> None:
    """One address in two spellings is one author, by the first name; no address is told by name."""
    people = [
        person("Ada@Example.org", name="Ada"),
        person("ada@example.org", name="A. L."),
        person("", name="Ada"),
        person("", name="Bob"),
    ]
    found = history(record(number, author=who) for number, who in enumerate(people)).patterns().ownership
    assert [(one.author.name.text, one.author.email.text, one.commits) for one in found.authors] == [
        ("Ada", "Ada@Example.org", 2),
        ("Ada", "", 1),
        ("Bob", "", 1),
    ]


def test_a_file_that_comes_twice_in_a_commit() -> None:
    """Its lines are added up, and the commit counts once."""
    found = history([record(files=[file("a", 1), file("a", 2, 3)])]).patterns()
    one = found.churn.files[0]
    assert (one.commits, one.added, one.deleted) == (1, 3, 3)
    assert found.ownership.files[0].commits == 1
    assert found.coupling.pairs_in_all == 0
