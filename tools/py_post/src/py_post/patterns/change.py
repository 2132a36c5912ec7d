"""A commit as the patterns count it: authors and files are numbers."""

from msgspec import Struct

from py_post.commit import Commit, File
from py_post.patterns.message_kind import MessageKind, message_kind
from py_post.patterns.names import Names, exact


class Change(Struct, gc=False):
    """One commit with the numbers of its author and, one for each of its files, in order, of those."""

    commit: Commit
    said: MessageKind
    author: int
    files: list[int]


class Numbering:
    """Turns records into changes, and knows every author and file of the stream so far."""

    def __init__(self) -> None:
        """Starts with no author and no file."""
        self.authors = Names()
        self.files = Names()
        self.author_names: list[str] = []
        self.author_emails: list[str] = []

    def change(self, commit: Commit) -> Change:
        """The commit in numbers; each new author and file gets the next one.

        A merge has no files: what it brings was counted in its parents.
        """
        files = [] if is_merge(commit) else self._numbers(commit.files)
        return Change(commit, message_kind(commit), self._author(commit), files)

    def _author(self, commit: Commit) -> int:
        who = commit.author
        email = exact(who.email, who.email_b64)
        name = exact(who.name, who.name_b64)
        number = self.authors.number(f"<{email.lower()}>" if email else name)
        if number == len(self.author_names):
            self.author_names.append(name)
            self.author_emails.append(email)
        return number

    def _numbers(self, files: list[File]) -> list[int]:
        number = self.files.number
        return [number(exact(file.path, file.path_b64)) for file in files]


def is_merge(commit: Commit) -> bool:
    """Whether the commit joins histories."""
    return len(commit.parents) > 1
