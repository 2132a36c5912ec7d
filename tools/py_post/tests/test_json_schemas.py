"""The contracts of patterns.json and graph.json hold for everything that is written."""

import json
import re
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from command import py_post
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from records import Record, file, person, record, stream
from small_history import SMALL_HISTORY
from test_commit_page import hostile_records

from py_post.commit_stream import read_commits
from py_post.graph import Caps, GraphCounts, node_link_json
from py_post.json_files import readable_json
from py_post.json_schemas import schemas
from py_post.patterns import History

PUBLISHED = Path(__file__).parents[3] / "schemas"
FILES = ("patterns.json", "graph.json")


def validator(name: str) -> Draft7Validator:
    """A validator of one of the files, by its published contract."""
    contract = json.loads((PUBLISHED / name.replace(".json", ".schema.json")).read_bytes())
    Draft7Validator.check_schema(contract)
    return Draft7Validator(contract)


def written(records: list[Record], caps: Caps | None = None) -> dict[str, bytes]:
    """Both files for some records."""
    history, counts = History(), GraphCounts(caps)
    for one in read_commits(BytesIO(stream(records))):
        counts.add(history.add(one))
    return {
        "patterns.json": readable_json(history.patterns()),
        "graph.json": node_link_json(counts.graph(history)),
    }


def faults(files: dict[str, bytes]) -> list[str]:
    """What the contracts have against the files."""
    return [
        f"{name} {fault.json_path} {fault.message}"
        for name, content in files.items()
        for fault in validator(name).iter_errors(json.loads(content))
    ]


def test_published_contracts_are_those_of_the_types() -> None:
    """`python -m py_post.json_schemas schemas` has been run since the types were changed."""
    for name, content in schemas().items():
        assert (PUBLISHED / name).read_bytes() == content


def test_contracts_stay_in_draft_07() -> None:
    """No word of a later draft, of which an older reader would make nothing, and no loose object."""
    for name, content in schemas().items():
        assert not re.search(rb'"(\$defs|prefixItems|discriminator|unevaluated\w+|dependent\w+)"', content)
        assert b'"$ref": "#/$' not in content
        assert content.count(b'"properties"') == content.count(b'"additionalProperties": false'), name


def test_files_of_the_command(tmp_path: Path) -> None:
    """The files that the command writes hold to them."""
    assert py_post("--out", tmp_path, given=stream(SMALL_HISTORY)).returncode == 0
    assert faults({name: (tmp_path / name).read_bytes() for name in FILES}) == []


@pytest.mark.parametrize(
    "records",
    [
        [],
        SMALL_HISTORY[:1],
        [record("far", author=person(time=2**53 - 1, offset=6000))],
        [record("bytes", [file("?", path_b64=b64encode(b"\xff#%").decode())])],
        [record(n, [file(f"{n}.c"), file("b.c"), file("c.c")]) for n in range(200)],
        [record(n, [file("a", 2**53 - 1)]) for n in range(2050)],
    ],
)
def test_unusual_histories(records: list[Record]) -> None:
    """No commits, merges alone, times and numbers at their ends, names that are not UTF-8, and long lists."""
    assert faults(written(records)) == []
    assert faults(written(records, Caps(commits=0, files=0, authors=0, functions=0, edges=0))) == []


@given(st.lists(hostile_records(), max_size=3, unique_by=lambda one: one["id"]))
def test_hostile_histories(records: list[Record]) -> None:
    """Whatever strangers write into their commits."""
    assert faults(written(records)) == []


@pytest.mark.parametrize(
    ("name", "break_it"),
    [
        ("patterns.json", lambda whole: whole.pop("hours")),
        ("patterns.json", lambda whole: whole["parameters"].pop("owners_listed")),
        ("patterns.json", lambda whole: whole["commits"].update(records=-1)),
        ("patterns.json", lambda whole: whole["churn"]["files"][0].update(extra=1)),
        ("graph.json", lambda whole: whole["nodes"][0].update(kind="edge")),
        ("graph.json", lambda whole: whole["edges"][0].update(weight="1")),
        ("graph.json", lambda whole: whole["graph"]["caps"].pop("files")),
        ("graph.json", lambda whole: whole.update(directed=False)),
    ],
)
def test_contracts_refuse_what_is_wrong(name: str, break_it: Any) -> None:
    """A field that is missing, too much, or not what it should be."""
    whole = json.loads(written(SMALL_HISTORY)[name])
    break_it(whole)
    assert len(faults({name: json.dumps(whole).encode()})) == 1
