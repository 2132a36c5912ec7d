"""The command as a process: what it writes, what it says, what it exits with."""

import json
import os
import platform
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import COMMAND, ENVIRONMENT, SOURCES, py_post, tree
from records import object_id, record, stream
from small_history import SMALL_HISTORY

from py_post import __version__


@pytest.mark.parametrize("from_file", [True, False])
def test_everything(tmp_path: Path, *, from_file: bool) -> None:
    """All files are there, from a file as from standard input, and nothing is said."""
    commits = tmp_path / "commits.jsonl"
    commits.write_bytes(stream(SMALL_HISTORY))
    source = (commits,) if from_file else ()
    given = b"" if from_file else commits.read_bytes()
    done = py_post(*source, "--out", tmp_path / "out", "--per-commit", tmp_path / "out", given=given)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    pages = {f"commit_{one['id'][:12]}/analysis_summary.md" for one in SMALL_HISTORY}
    assert tree(tmp_path / "out").keys() == pages | {"summary.md", "patterns.json", "graph.json"}
    patterns = json.loads((tmp_path / "out" / "patterns.json").read_bytes())
    assert patterns["commits"]["records"] == 8


def test_same_bytes(tmp_path: Path) -> None:
    """Neither the seed of hashes nor the zone, the language or the folder changes a byte."""
    given = stream(SMALL_HISTORY)
    worlds = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
    ]
    for number, world in enumerate(worlds):
        out = tmp_path / str(number)
        assert py_post("--out", out, "--per-commit", out, given=given, **world).returncode == 0
    assert tree(tmp_path / "0") == tree(tmp_path / "1")


@pytest.mark.parametrize(
    ("switches", "files"),
    [
        (["--no-graph"], {"summary.md", "patterns.json"}),
        (["--no-summary"], {"patterns.json", "graph.json"}),
        (["--no-patterns"], {"summary.md", "graph.json"}),
        (["--no-summary", "--no-patterns"], {"graph.json"}),
    ],
)
def test_parts_can_be_switched_off(tmp_path: Path, switches: list[str], files: set[str]) -> None:
    """What is switched off is not written."""
    out, pages = tmp_path / "out", tmp_path / "pages"
    done = py_post(
        "--out", out, "--per-commit", pages, "--no-per-commit", *switches, given=stream(SMALL_HISTORY)
    )
    assert done.returncode == 0
    assert tree(out).keys() == files
    assert not pages.exists()


def test_pages_alone(tmp_path: Path) -> None:
    """Without --out there are pages only."""
    assert py_post("--per-commit", tmp_path, given=stream([record("a")])).returncode == 0
    assert list(tree(tmp_path)) == [f"commit_{object_id('a')[:12]}/analysis_summary.md"]


def test_empty_stream(tmp_path: Path) -> None:
    """No commits are no failure."""
    assert py_post("--out", tmp_path / "out").returncode == 0
    assert tree(tmp_path / "out").keys() == {"summary.md", "patterns.json", "graph.json"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], b"Nothing to do: say where to write, with --out DIR or --per-commit DIR."),
        (["--out", "x", "--no-summary", "--no-patterns", "--no-graph"], b"Nothing to do: every part is"),
        (["--out"], b"Option '--out' requires an argument."),
        (["--oops"], b"No such option"),
        (["-", "b"], b"unexpected extra argument"),
        (["/no/such/file", "--out", "x"], b"No such file or directory"),
    ],
)
def test_wrong_call(tmp_path: Path, arguments: list[str], words: bytes) -> None:
    """A wrong call exits with 64, says what is wrong and how to learn more, and writes nothing."""
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, env=ENVIRONMENT, cwd=tmp_path, check=False, input=b""
    )
    assert done.returncode == 64
    assert words in done.stderr
    assert done.stderr.endswith(b"See `py_post --help`.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b'{"id": "\\u001b[31m"}', "line 3: at /id: Expected 40 or 64 lower-case hex digits."),
        (b"oops", "line 3: JSON is malformed: invalid character (byte 0)."),
        (stream([record("one")])[:-2], "line 3: Input data was truncated."),
        (stream([record("one")]), f"line 3: the first 12 digits of commit {object_id('one')} stood"),
    ],
)
def test_bad_line(tmp_path: Path, bad: bytes, words: str) -> None:
    """A bad line exits with 65; pages before it are whole, nothing for the whole is there."""
    given = stream([record("one"), record("two")]) + bad + b"\n" + stream([record("four")])
    done = py_post("--out", tmp_path / "out", "--per-commit", tmp_path / "pages", given=given)

    assert done.returncode == 65
    assert done.stderr.decode().startswith(f"py_post: {words}")
    assert done.stderr.endswith(b"mine the repository again.\n")
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()
    pages = [f"commit_{object_id(name)[:12]}/analysis_summary.md" for name in ("one", "two")]
    assert tree(tmp_path / "pages").keys() == set(pages)


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A place that cannot be written to exits with 70 and is named."""
    (tmp_path / "file").write_bytes(b"")
    done = py_post("--out", tmp_path / "file" / "out", given=stream([record()]))
    assert done.returncode == 70
    assert b"file/out: Not a directory.\n" in done.stderr


def test_too_little_memory_says_so(tmp_path: Path) -> None:
    """What nobody foresaw exits with 70 and asks for a report."""
    commits = tmp_path / "commits.jsonl"
    line = record(message="x" * 100_000_000)
    commits.write_bytes(stream([line]))
    limit = 300 * 1024 * 1024
    done = subprocess.run(
        [*COMMAND, commits, "--out", tmp_path / "out"],
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert done.returncode == 70
    assert done.stderr.endswith(b"Please report it with the lines above.\n")


def test_interrupt(tmp_path: Path) -> None:
    """Ctrl-C ends the process by that signal, without a traceback or half a file."""
    process = subprocess.Popen(
        [*COMMAND, "--out", tmp_path / "out", "--per-commit", tmp_path / "pages"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write(stream([record("one")]))
    process.stdin.flush()
    page = tmp_path / "pages" / f"commit_{object_id('one')[:12]}" / "analysis_summary.md"
    for _ in range(600):
        if page.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == -signal.SIGINT
    assert process.stderr.read() == b""
    assert list(tree(tmp_path)) == [str(page.relative_to(tmp_path))]
    process.stdin.close()
    process.stderr.close()


def test_help_and_version() -> None:
    """Help names every option with examples and exit codes; a reader may leave early."""
    shown = py_post("--help")
    assert shown.returncode == 0
    for word in (b"--per-commit DIR", b"--out DIR", b"--no-graph", b"Examples:", b"Exit codes: 0 done, 64"):
        assert word in shown.stdout
    said = f"py_post, version {__version__} (Python {platform.python_version()})\n"
    assert py_post("--version").stdout == said.encode()
    assert py_post("--no-graph", "--version").stdout == said.encode()

    reader, writer = os.pipe()
    os.close(reader)
    try:
        left = subprocess.run(
            [*COMMAND, "--help"], stdout=writer, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
    finally:
        os.close(writer)
    assert (left.returncode, left.stderr) == (0, b"")


def test_nothing_reaches_out(tmp_path: Path) -> None:
    """The program opens no socket: it runs where none can be opened."""
    guard = tmp_path / "sitecustomize.py"
    guard.write_text(
        "import sys\n"
        "def refuse(event, arguments):\n"
        "    if event.startswith('socket.'):\n"
        "        raise RuntimeError(event)\n"
        "sys.addaudithook(refuse)\n"
    )
    path = f"{tmp_path}{os.pathsep}{SOURCES}"
    opening = [sys.executable, "-c", "import socket; socket.socket()"]
    refused = subprocess.run(
        opening, env=ENVIRONMENT | {"PYTHONPATH": path}, capture_output=True, check=False
    )
    assert b"RuntimeError: socket.__new__" in refused.stderr

    done = py_post("--out", tmp_path / "out", given=stream(SMALL_HISTORY), PYTHONPATH=path)
    assert (done.returncode, done.stderr) == (0, b"")
