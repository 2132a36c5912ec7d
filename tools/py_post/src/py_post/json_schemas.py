"""The contracts of patterns.json and graph.json, from the types that write them.

`python -m py_post.json_schemas DIR` writes them; the repository's are in `schemas/`.
"""

import json
import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

import msgspec

from py_post.graph.parts import Graph
from py_post.patterns import Patterns

Schema = dict[str, Any]

_types: Final = {
    "patterns.schema.json": ("timelab patterns of a history", Patterns),
    "graph.schema.json": ("timelab knowledge graph of a history", Graph),
}


def schemas() -> dict[str, bytes]:
    """The schemas by the names of their files, in JSON Schema draft-07."""
    return {name: _document(name, title, type_) for name, (title, type_) in _types.items()}


def _document(name: str, title: str, type_: type) -> bytes:
    derived = msgspec.json.schema(type_, ref_template="#/definitions/{name}")
    parts = {key: _told(part) for key, part in sorted(derived["$defs"].items())}
    # In draft-07 nothing beside a `$ref` counts, so the outermost part cannot be one.
    whole = parts.pop(type_.__name__)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": name}
    document = head | whole | {"title": title, "definitions": parts}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _told(part: Any) -> Any:  # noqa: ANN401 a schema nests any JSON
    """A part of a schema as draft-07 has it, and about what is written, not about what may be read."""
    if isinstance(part, list):
        return [_told(one) for one in part]
    if not isinstance(part, dict):
        return part
    told = {key: _told(value) for key, value in part.items() if key not in ("default", "discriminator")}
    if "properties" in part:
        told |= _fields(part)
    if part.get("type") == "integer":
        told["minimum"] = 0  # each one counts something
    if "description" in part:
        told["description"] = " ".join(cleandoc(part["description"]).split())
    return told


def _fields(part: Schema) -> Schema:
    """A field with a default is written like any other; only one that can be unset may be missing."""
    written = [
        key for key, field in part["properties"].items() if key in part["required"] or "default" in field
    ]
    return {"required": written, "additionalProperties": False}


if __name__ == "__main__":
    for file, content in schemas().items():
        (Path(sys.argv[1]) / file).write_bytes(content)
