"""What a caller is told at the end of a run."""

import json
import platform
import subprocess
from pathlib import Path

from command import COMMAND, ENVIRONMENT, py_post
from records import record, stream
from small_history import SMALL_HISTORY

from py_post import __version__


def test_one_line_of_json(tmp_path: Path) -> None:
    """Versions and the number of commits, merges too."""
    done = py_post("--out", tmp_path, "--report", given=stream(SMALL_HISTORY))
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 1)
    assert json.loads(done.stdout) == {
        "py_post": __version__,
        "python": platform.python_version(),
        "commits": 8,
    }


def test_no_report_of_a_failure(tmp_path: Path) -> None:
    """After a bad line there is none."""
    done = py_post("--out", tmp_path, "--report", given=stream([record()]) + b"oops\n")
    assert (done.returncode, done.stdout) == (65, b"")


def test_report_that_nobody_can_take(tmp_path: Path) -> None:
    """A full disk behind standard output is named, and is no bug."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "--out", tmp_path, "--report"],
            input=b"",
            stdout=full,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            check=False,
        )
    assert done.returncode == 70
    assert done.stderr.startswith(b"py_post: standard output: No space left on device.\n")
    assert b"Traceback" not in done.stderr
