"""JSON files with the same bytes for the same content: fixed order, no acting characters."""

from typing import Final

import msgspec

from py_post.visible import visible_json

_encode: Final = msgspec.json.Encoder().encode


def readable_json(content: object) -> bytes:
    """Indented JSON for people, with a line feed at the end."""
    document = msgspec.json.format(_encode(content), indent=2).decode()
    return visible_json(f"{document}\n").encode()


def json_line(content: object) -> str:
    """Compact JSON on one line, without a line feed."""
    return visible_json(_encode(content).decode())
