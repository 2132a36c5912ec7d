"""JSON files with the same bytes for the same content: fixed order, no acting characters."""

import json
from typing import Final

import msgspec

from py_post.visible import visible_json

_compact: Final = (",", ":")


def readable_json(content: object) -> bytes:
    """Indented JSON for people, with a line feed at the end."""
    document = json.dumps(msgspec.to_builtins(content), ensure_ascii=False, indent=2)
    return visible_json(f"{document}\n").encode()


def json_line(content: object) -> str:
    """Compact JSON on one line, without a line feed."""
    return visible_json(json.dumps(msgspec.to_builtins(content), ensure_ascii=False, separators=_compact))
