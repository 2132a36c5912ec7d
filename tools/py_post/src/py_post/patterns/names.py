"""Numbers for names, and names whose bytes are not UTF-8."""

from base64 import b64encode
from typing import Final

from msgspec import UNSET, Struct, UnsetType


class Names:
    """Gives each name a number, in the order of their first coming, so that counting is cheap."""

    def __init__(self) -> None:
        """Starts without names."""
        self._numbers: dict[str, int] = {}
        self.all: list[str] = []

    def number(self, name: str) -> int:
        """The number of a name, a new one if it was not seen before."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.all)
            self.all.append(name)
        return found


LONGEST_NAME: Final = 4096
"""Characters of a name that is written: no system opens a longer path, and a name is written often."""


class Name(Struct, frozen=True, omit_defaults=True):
    """A name as JSON holds it: text, and the bytes beside it where they are not UTF-8.

    Of one that is too long the beginning is there, and `characters` says how many it has.
    """

    text: str
    base64: str | UnsetType = UNSET
    characters: int | UnsetType = UNSET


def exact(text: str, raw: bytes | UnsetType) -> str:
    """One string for a name of a record; bytes that are not UTF-8 are kept as lone surrogates."""
    return text if isinstance(raw, UnsetType) else raw.decode("utf-8", "surrogateescape")


def as_name(name: str) -> Name:
    """The inverse of `exact`, for writing: U+FFFD where bytes are not UTF-8, and the bytes."""
    characters = len(name) if len(name) > LONGEST_NAME else UNSET
    shown = name[:LONGEST_NAME]
    if shown.isascii():
        return Name(shown, UNSET, characters)
    raw = shown.encode("utf-8", "surrogateescape")
    text = raw.decode("utf-8", "replace")
    return Name(text, UNSET if text == shown else b64encode(raw).decode("ascii"), characters)


def as_text(name: str) -> str:
    """The name with U+FFFD where bytes are not UTF-8, for places that need no way back."""
    return as_name(name).text
