"""The kind of a change that its message names, by Conventional Commits 1.0.0."""

import re
from typing import Final

from msgspec import Struct

from py_post.commit import Commit

# `feat` and `fix` are the specification's own; the others are those of its section on types.
KINDS: Final = (
    "feat",
    "fix",
    "docs",
    "style",
    "refactor",
    "perf",
    "test",
    "build",
    "ci",
    "chore",
    "revert",
)

_prefix: Final = re.compile(r"([A-Za-z]+)(?:\(([^()\r\n]+)\))?(!)?: +\S")
_breaking_footer: Final = re.compile(r"^BREAKING[ -]CHANGE: ", re.MULTILINE)


class MessageKind(Struct, frozen=True):
    """What a message says of its change; `kind` is `other` where it names none of KINDS."""

    kind: str
    scope: str | None
    breaking: bool


def subject(message: str) -> str:
    """The first line of a message that is not empty."""
    line = message.lstrip("\r\n").partition("\n")[0]
    return line.rstrip("\r")


def message_kind(commit: Commit) -> MessageKind:
    """The kind, scope and break that a commit's message declares."""
    message = commit.message
    found = _prefix.match(subject(message))
    footer = "BREAKING" in message and _breaking_footer.search(message) is not None
    if found is None or found[1].lower() not in KINDS:
        return MessageKind("other", None, footer)
    return MessageKind(found[1].lower(), found[2], footer or found[3] is not None)
