"""A history of eight commits, newest first, small enough to count by hand."""

from records import Record, file, object_id, person, record

NOON = 1_760_522_400
DAY = 86_400


def _by(who: str, days_ago: int, hour: int = 12) -> dict[str, Record]:
    when = person(f"{who}@example.org", NOON - days_ago * DAY + (hour - 12) * 3600, name=who.title())
    return {"author": when, "committer": when}


def _function(name: str, added: int, deleted: int) -> Record:
    return {"name": name, "added": added, "deleted": deleted}


MERGE = record(
    "merge",
    [file("src/net.c", 100, 100)],
    parents=[object_id("revert"), object_id("side")],
    merge_mode="first-parent",
    message="Merge branch 'side'\n",
    **_by("ada", 0),
)
REVERT = record(
    "revert",
    [file("src/net.c", 0, 5, functions=[_function("read_all", 0, 5)])],
    message=f'Revert "feat(net): read all"\n\nThis reverts commit {object_id("feat")}.\n',
    **_by("bob", 1),
)
FEAT = record(
    "feat",
    [file("src/net.c", 5, functions=[_function("read_all", 5, 0)]), file("src/net.h", 1)],
    message="feat(net): read all\n",
    **_by("bob", 2, 23),
)
FIX = record(
    "fix",
    [
        file("src/net.c", 2, 1, functions=[_function("close", 2, 1)], language="C"),
        file("src/net.h", 1, 1),
        file("tests/test_net.py", 3),
    ],
    message="fix: close the socket, fixes #7\n\nSigned-off-by: Ada <ada@example.org>\n",
    trailers=[{"key": "Signed-off-by", "value": "Ada <ada@example.org>"}],
    **_by("ada", 3),
)
RENAME = record(
    "rename",
    [file("docs/new.md", 1, 1, status="R", old_path="docs/old.md", similarity=80)],
    message="docs!: say it elsewhere\n",
    **_by("cleo", 4, 9),
)
TIDY = record(
    "tidy",
    [file("src/net.c", 1, 1), file("src/net.h", 1), file("src/old.c", 0, 10, status="D")],
    message="Tidy\n",
    **_by("ada", 5),
)
NET = record(
    "net",
    [
        file("src/net.c", 20, status="A", functions=[_function("close", 8, 0)]),
        file("src/net.h", 5, status="A"),
        file("tests/test_net.py", 4, status="A"),
    ],
    message="feat: network\n",
    **_by("ada", 6),
)
START = record(
    "start",
    [file("src/old.c", 10, status="A"), file("docs/old.md", 3, status="A")],
    parents=[],
    message="Start\n",
    **_by("bob", 7),
)

SMALL_HISTORY = [MERGE, REVERT, FEAT, FIX, RENAME, TIDY, NET, START]
