"""Writes a stream of made-up commit records, the same for the same number: `made_up_commits.py N`."""

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from typing import Any, Final

FOLDERS: Final = ("src", "src/net", "src/io", "lib", "tests", "docs", "include", "tools")
SUFFIXES: Final = (("c", "C"), ("py", "Python"), ("md", "Markdown"), ("rs", "Rust"), ("yml", "YAML"))
PREFIXES: Final = ("feat: ", "fix: ", "docs: ", "fix(net): ", "", "", "", "refactor!: ", "net: ")
WORDS: Final = (
    "add",
    "remove",
    "fix",
    "the",
    "parser",
    "of",
    "buffer",
    "when",
    "it",
    "is",
    "too",
    "long",
    "and",
)
MERGES: Final = 0.08
ZERO: Final = "0" * 40


def commits(number: int) -> Iterator[dict[str, Any]]:
    """Commits by 400 people over 20 years, on files of which few change often and most seldom."""
    dice = random.Random(20_251_015)
    for index in range(number):
        yield _commit(dice, index, number)


def _commit(dice: random.Random, index: int, number: int) -> dict[str, Any]:
    time = 1_760_000_000 - index * 6000
    paths = sorted({_skewed(dice, 1 + number // 8) for _ in range(_skewed(dice, 40) % 9 + 1)})
    files = [_file(dice, path) for path in paths]
    merge = dice.random() < MERGES
    parents = [_id(index + 1)] if index + 1 < number else []
    return {
        "id": _id(index),
        "tree": _id(-index - 1),
        "parents": [*parents, _id(index + 2)] if merge else parents,
        "author": _person(dice, time),
        "committer": _person(dice, time + 60),
        "message": _message(dice),
        "trailers": [{"key": "Signed-off-by", "value": "Somebody <somebody@example.org>"}],
        "signature": False,
        "merge_mode": "first-parent" if merge else "none",
        "files": files,
        "stats": {key: sum(file[key] for file in files) for key in ("added", "deleted")}
        | {"files": len(files)},
        "patch": {"bytes": 4000, "sha256": hashlib.sha256(str(index).encode()).hexdigest()},
    }


def _id(index: int) -> str:
    return hashlib.sha1(str(index).encode(), usedforsecurity=False).hexdigest()


def _skewed(dice: random.Random, number: int) -> int:
    return int(number * dice.random() ** 3)


def _person(dice: random.Random, time: int) -> dict[str, Any]:
    number = _skewed(dice, 400)
    person = {"name": f"Person {number}", "email": f"person{number}@example.org"}
    return {**person, "time": time, "offset": 60 * (number % 12)}


def _message(dice: random.Random) -> str:
    lines = [" ".join(dice.choices(WORDS, k=9)) for _ in range(dice.randrange(1, 6))]
    return dice.choice(PREFIXES) + lines[0] + "\n\n" + "\n".join(lines) + "\n"


def _file(dice: random.Random, path: int) -> dict[str, Any]:
    suffix, language = SUFFIXES[path % len(SUFFIXES)]
    hunks = [_hunk(dice) for _ in range(dice.randrange(1, 4))]
    functions = sorted({_skewed(dice, 30) for _ in hunks})
    return {
        "path": f"{FOLDERS[path % len(FOLDERS)]}/file_{path}.{suffix}",
        "status": "M",
        "modes": {"old": "100644", "new": "100644"},
        "blobs": {"old": _id(path), "new": ZERO},
        "added": sum(hunk["added"] for hunk in hunks),
        "deleted": sum(hunk["deleted"] for hunk in hunks),
        "binary": False,
        "language": language,
        "hunks": hunks,
        "functions": [{"name": f"function_{one}", "added": 2, "deleted": 1} for one in functions],
    }


def _hunk(dice: random.Random) -> dict[str, Any]:
    start, added, deleted = dice.randrange(1, 900), dice.randrange(9), dice.randrange(5)
    return {
        "old_start": start,
        "old_lines": 6 + deleted,
        "new_start": start,
        "new_lines": 6 + added,
        "added": added,
        "deleted": deleted,
        "section": "static int read_all(struct reader *reader)",
    }


if __name__ == "__main__":
    for commit in commits(int(sys.argv[1])):
        print(json.dumps(commit, ensure_ascii=False, separators=(",", ":")))
