"""Reverts and fixes: commits whose message says that they take back or mend something.

All of these are candidates. A message can be wrong or silent, and that a fix touches a line does not
show that the line was the cause. Keywords for fixes are as in Mockus and Votta (2000), "Identifying
reasons for software changes using historic databases", and Sliwerski, Zimmermann and Zeller (2005),
"When do changes induce fixes?".
"""

import re
from typing import Final

from msgspec import Struct

from py_post.commit import Commit
from py_post.patterns.change import Change
from py_post.patterns.message_kind import MessageKind, subject
from py_post.patterns.quantiles import share

MOST: Final = 1000
"""Commits that are listed, the first of the stream; all of them are counted."""

MOST_NAMED: Final = 100
"""Commits, and issues, that one message is said to name; a list of more is no message of a person."""

_reverted: Final = re.compile(r"[Tt]his reverts commit ([0-9a-f]{7,64})\b")
_keyword: Final = re.compile(r"\b(?:bug|bugs|bugfix|hotfix|fix|fixes|fixed|fixing|defect)\b", re.IGNORECASE)
_issue: Final = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+/[\w.-]+)?#(\d{1,9})\b",
    re.IGNORECASE,
)
_commit: Final = re.compile(r"\s*([0-9a-f]{7,64})\b")


class Revert(Struct, frozen=True):
    """A commit that says it reverts; `reverts` has the ids it names, as it writes them."""

    commit: str
    reverts: list[str]
    evidence: list[str]


class Fix(Struct, frozen=True):
    """A commit that says it fixes; `commits` and `issues` are those it names."""

    commit: str
    evidence: list[str]
    commits: list[str]
    issues: list[int]


class Reverts(Struct, frozen=True):
    """The part `reverts` of patterns.json: candidates."""

    candidates: int
    share: float
    listed: list[Revert]


class Fixes(Struct, frozen=True):
    """The part `fixes` of patterns.json: candidates."""

    candidates: int
    share: float
    by_evidence: dict[str, int]
    listed: list[Fix]


EVIDENCE: Final = ("prefix", "keyword", "trailer", "issue")


class CorrectionCounts:
    """Counts reverts and fixes, and keeps the first of each."""

    def __init__(self) -> None:
        """Starts without commits."""
        self._commits = 0
        self._reverts = 0
        self._fixes = 0
        self._evidence = dict.fromkeys(EVIDENCE, 0)
        self._listed_reverts: list[Revert] = []
        self._listed_fixes: list[Fix] = []

    def add(self, change: Change) -> None:
        """Counts one commit that is no merge; a revert is no fix as well."""
        self._commits += 1
        revert = as_revert(change.commit, change.said)
        if revert is not None:
            self._reverts += 1
            if len(self._listed_reverts) < MOST:
                self._listed_reverts.append(revert)
            return
        fix = as_fix(change.commit, change.said)
        if fix is not None:
            self._add_fix(fix)

    def _add_fix(self, fix: Fix) -> None:
        self._fixes += 1
        for kind in fix.evidence:
            self._evidence[kind] += 1
        if len(self._listed_fixes) < MOST:
            self._listed_fixes.append(fix)

    def reverts(self) -> Reverts:
        """The reverts, in the order of the stream."""
        return Reverts(self._reverts, share(self._reverts, self._commits), self._listed_reverts)

    def fixes(self) -> Fixes:
        """The fixes, in the order of the stream."""
        return Fixes(self._fixes, share(self._fixes, self._commits), dict(self._evidence), self._listed_fixes)


def as_revert(commit: Commit, said: MessageKind) -> Revert | None:
    """What a commit says it reverts, by git's own subject and sentence, or by the prefix `revert:`."""
    message = commit.message
    if "revert" not in message.lower():
        return None
    ids = _reverted.findall(message)
    found = {
        "subject": subject(message).startswith('Revert "'),
        "sentence": bool(ids),
        "prefix": said.kind == "revert",
    }
    evidence = [name for name, holds in found.items() if holds]
    return Revert(commit.id, list(dict.fromkeys(ids))[:MOST_NAMED], evidence) if evidence else None


def as_fix(commit: Commit, said: MessageKind) -> Fix | None:
    """What a commit says it fixes: by prefix, keyword in the subject, `Fixes:` trailer, or issue."""
    commits = [
        found[1]
        for trailer in commit.trailers
        if trailer.key.lower() == "fixes" and (found := _commit.match(trailer.value))
    ]
    # Most messages name no issue, and looking for one costs more than all else here.
    issues = (
        sorted({int(number) for number in _issue.findall(commit.message)}) if "#" in commit.message else []
    )
    found_by = (
        said.kind == "fix",
        _keyword.search(subject(commit.message)) is not None,
        bool(commits),
        bool(issues),
    )
    evidence = [name for name, holds in zip(EVIDENCE, found_by, strict=True) if holds]
    return (
        Fix(commit.id, evidence, list(dict.fromkeys(commits))[:MOST_NAMED], issues[:MOST_NAMED])
        if evidence
        else None
    )
