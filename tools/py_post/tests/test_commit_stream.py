"""A stream is read line by line, and a line that is no commit is named with its place."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msgspec import json as msgspec_json
from records import Record, file, person, record, stream

from py_post import commit_stream
from py_post.commit import Commit
from py_post.commit_stream import read_commits
from py_post.problem import BadCommit, CannotRead

SCHEMA = Path(__file__).parents[3] / "schemas" / "commit.schema.json"


def complaint(line: bytes) -> str:
    """What is said of a line that stands third."""
    good = stream([record("one"), record("two")])
    with pytest.raises(BadCommit) as raised:
        list(read_commits(BytesIO(good + line)))
    return str(raised.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "abc"}, "line 3: at /id: Expected 40 or 64 lower-case hex digits."),
        ({"id": "A" * 40}, "line 3: at /id: Expected 40 or 64 lower-case hex digits."),
        ({"id": "a" * 40 + "\n"}, "line 3: at /id: Expected 40 or 64 lower-case hex digits."),
        ({"id": "a" * 41}, "line 3: at /id: Expected 40 or 64 lower-case hex digits."),
        ({"id": "../" + "a" * 37}, "line 3: at /id: Expected 40 or 64 lower-case hex digits."),
        (
            {"files": [file(), file(modes={"old": "1", "new": "100644"})]},
            "line 3: at /files/1/modes/old: Expected six octal digits.",
        ),
        ({"files": [file(added=-1)]}, "line 3: at /files/0/added: Expected `int` >= 0."),
        ({"files": [{**file(), "added": 1.5}]}, "line 3: at /files/0/added: Expected `int`, got `float`."),
        ({"files": [file(added=2**53)]}, "line 3: at /files/0/added: Expected `int` <= 9007199254740991."),
        ({"files": [file(path_b64="!")]}, "line 3: at /files/0/path_b64: Invalid base64 encoded string."),
        ({"files": [file(language=None)]}, "line 3: at /files/0/language: Expected `str`, got `null`."),
        ({"files": [file(status="X")]}, "line 3: at /files/0/status: Invalid enum value 'X'."),
        ({"author": person(offset=6001)}, "line 3: at /author/offset: Expected `int` <= 6000."),
        ({"author": {}}, "line 3: at /author: Object missing required field `name`."),
        ({"extra\x1b": 1}, "line 3: Object contains unknown field `extra\\u{1b}`."),
    ],
)
def test_place_and_reason(change: Record, reason: str) -> None:
    """The line, the JSON pointer of the place, and what is wrong there."""
    assert complaint(stream([record("three", **change)])) == reason


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"   ",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"{} {}",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        stream([record("three")])[:-40],
        stream([record("three")]).replace(b"A change", b"A \xff change"),
        stream([record("three")]).replace(b"A change", b"A \\ud800 change"),
    ],
)
def test_what_is_no_record(line: bytes) -> None:
    """Whatever a line holds that is no record, the complaint names it."""
    assert complaint(line + b"\n").startswith("line 3: ")


def test_a_commit_comes_once() -> None:
    """An id that was there before is refused."""
    line = stream([record("one")])
    assert complaint(line) == f"line 3: commit {record('one')['id']} stood on an earlier line."


def test_names_that_clash() -> None:
    """Two commits whose names would be the same are refused."""
    lines = stream([record(id="a" * 40), record(id="a" * 39 + "b")])

    assert len(list(read_commits(BytesIO(lines)))) == 2
    with pytest.raises(BadCommit, match=r"line 2: the first 12 digits of commit a{39}b stood"):
        list(read_commits(BytesIO(lines), 12))


def test_last_line_needs_no_line_feed() -> None:
    """A stream may end without a line feed; an empty one has no commits."""
    assert len(list(read_commits(BytesIO(stream([record("a"), record("b")])[:-1])))) == 2
    assert list(read_commits(BytesIO())) == []


def test_endless_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line without end is refused before it fills the memory."""
    monkeypatch.setattr(commit_stream, "LONGEST_LINE", 5000)
    assert complaint(b" " * 5001) == "line 3: longer than 5000 bytes."


def test_stream_that_breaks() -> None:
    """A stream that the system cannot read on is no bad record."""

    class Broken(BytesIO):
        def readline(self, _size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(CannotRead, match="line 1 cannot be read: Input/output error"):
        list(read_commits(Broken()))


def shape(schema: Record, definitions: Record) -> Any:
    """What a schema says of fields: names, which are required, and their types, all the way down."""
    if "$ref" in schema:
        return shape(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if schema.get("type") == "object":
        fields = {name: shape(field, definitions) for name, field in schema["properties"].items()}
        return fields, sorted(schema["required"]), schema["additionalProperties"]
    if schema.get("type") == "array":
        return [shape(schema["items"], definitions)]
    bounds = (schema.get("minimum"), schema.get("maximum"))
    return sorted(schema.get("enum", [])) or (schema["type"], *bounds)


def test_fields_are_those_of_the_contract() -> None:
    """The records here and in packages/core are the same, field by field."""
    ours = msgspec_json.schema(Commit)
    theirs = json.loads(SCHEMA.read_text())
    assert shape(ours, ours["$defs"]) == shape(theirs, {})
