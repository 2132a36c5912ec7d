"""JSON files with the same bytes for the same content: fixed order, no acting characters."""

import json
from typing import Final

import msgspec

from py_post.visible import visible_json

_encoder: Final = msgspec.json.Encoder()


def readable_json(content: object) -> bytes:
    """Indented JSON for people, with a line feed at the end."""
    document = msgspec.json.format(_encode(content), indent=2).decode()
    return visible_json(f"{document}\n").encode()


def json_line(content: object) -> str:
    """Compact JSON on one line, without a line feed."""
    return visible_json(_encode(content).decode())


def _encode(content: object) -> bytes:
    try:
        return _encoder.encode(content)
    except OverflowError:
        # Sums above 2^64, which made-up records can reach.
        return json.dumps(msgspec.to_builtins(content), ensure_ascii=False, separators=(",", ":")).encode()
