"""Measures py_post on made-up streams, each part by itself: time of the processor, and memory.

`python bench/measure.py [--runs N] [COMMITS…]`, in an environment that has py_post's requirements. Times are
of one core (user and system together), the least of some runs, since the wall clock of a shared machine says
little. Folders of commits are there before, as rust_extractor leaves them; making them is not measured.
`TMPDIR` says on which file system: one where much was just deleted makes files ten times as slowly.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
NO_WHOLE: Final = ("--no-summary", "--no-patterns", "--no-graph")
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "starting alone": ("--version",),
    "reading and patterns": ("{stream}", "--out", "{out}", "--no-summary", "--no-graph"),
    "the same with summary and graph": ("{stream}", "--out", "{out}"),
    "pages of the commits alone": ("{stream}", "--per-commit", "{out}"),
    "tables alone": ("{stream}", "--out", "{out}", "--csv", *NO_WHOLE),
    "everything but tables, with digests": (
        *("{stream}", "--out", "{out}", "--per-commit", "{out}"),
        *("--sums", "{out}/sums", "--report"),
    ),
}


def measure(stream: Path, words: tuple[str, ...]) -> tuple[float, float, float]:
    """A fresh process that makes one part: seconds of the processor, of those the system's, and MB."""
    with tempfile.TemporaryDirectory() as out:
        for line in stream.open("rb"):
            (Path(out) / f"commit_{line[7:19].decode()}").mkdir()
        command = [sys.executable, "-m", "py_post", *[word.format(stream=stream, out=out) for word in words]]
        environment = os.environ | {"PYTHONPATH": str(HERE.parent / "src")}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"py_post failed: {command}")
    return used.ru_utime + used.ru_stime, used.ru_stime, used.ru_maxrss / 1024


def row(number: int, part: str, stream: Path, runs: int) -> str:
    """One row of the table."""
    cpu, system, memory = min(measure(stream, PARTS[part]) for _ in range(runs))
    rate = "" if part.startswith("starting") else f"{round(number / cpu):,}"
    return f"| {number:,} | {part} | {cpu:.2f} s | {system:.2f} s | {rate} | {memory:.0f} MB |"


def main() -> None:
    """Prints the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("commits", type=int, nargs="*", default=[10_000, 100_000])
    arguments = asked.parse_args()
    print("| commits | part | processor | of it system | commits/s of processor | most memory |")
    print("|---:|---|---:|---:|---:|---:|")
    for number in arguments.commits:
        with tempfile.TemporaryDirectory() as folder:
            stream = Path(folder) / "commits.jsonl"
            with stream.open("wb") as file:
                made = [sys.executable, str(HERE / "made_up_commits.py"), str(number)]
                subprocess.run(made, stdout=file, check=True)
            for part in PARTS:
                print(row(number, part, stream, arguments.runs), flush=True)


if __name__ == "__main__":
    main()
