r"""Makes characters that act on a terminal or hide from a reader visible, as `\u{1b}`."""

import re
from typing import Final

# Controls (C0, DEL, C1), line and paragraph separators, surrogates, interlinear annotation, and
# Unicode's Default_Ignorable_Code_Point, which has all bidi controls and invisible letters.
# Left as they are, since emoji and several scripts need them: U+200C, U+200D, U+FE0E, U+FE0F.
ACTING: Final = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A backslash that only looks like the start of an escape is written as one, so that none is forged.
FORGED: Final = r"\\(?=u\{)"

_in_line: Final = re.compile(f"[{ACTING}]|{FORGED}")
_in_block: Final = re.compile(f"(?![\n\t])[{ACTING}]|{FORGED}")
# ASCII without controls and backslashes, which nearly all messages are; telling so is ten times as quick.
_plain_block: Final = re.compile(r"[\n\t -\[\]-~]*")
_in_json: Final = re.compile(f"(?![\n])[{ACTING}]")


def visible_line(text: str) -> str:
    """Text for one line: line ends and tabs are shown as escapes, too."""
    return _in_line.sub(_escape, text)


def visible_block(text: str) -> str:
    """Text for several lines: line feeds and tabs stay."""
    return text if _plain_block.fullmatch(text) else _in_block.sub(_escape, text)


def visible_json(document: str) -> str:
    r"""A JSON document whose strings hold no acting character but as JSON's own `\uXXXX`."""
    # Every writer of JSON escapes the controls before the space itself, so ASCII has one more at most.
    if document.isascii() and "\x7f" not in document:
        return document
    return _in_json.sub(_escape_json, document)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"


def _escape_json(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at:at + 4]}" for at in range(0, len(units), 4))
