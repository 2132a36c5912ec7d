"""Failures that are expected, in words for people; each knows what the process exits with."""

from typing import ClassVar


class Problem(Exception):
    """A failure with its reason and the way out of it; exit codes follow BSD sysexits."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, hint: str) -> None:
        """Takes what failed and where, and what to do about it, one sentence each."""
        super().__init__(message)
        self.hint = hint


class BadCommit(Problem):
    """A line of the stream that is no commit record; nothing for the whole is written then."""

    exit_code = 65


class CannotWrite(Problem):
    """A file or folder that could not be written."""

    exit_code = 70


class CannotRead(Problem):
    """A stream that broke off because of the system, not because of what it holds."""

    exit_code = 70
