"""Measures py_post on made-up streams, each part by itself: time of the processor, and memory.

`python bench/measure.py [COMMITS…]`, in an environment that has py_post's requirements. Times are of one
core (user and system together), since the wall clock of a shared machine says little. Most of the time of
pages is the file system's, which is the system's share.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PARTS: Final = {
    "reading and patterns": ("--no-summary", "--no-graph"),
    "the same with summary and graph": (),
    "pages of the commits alone": ("--no-summary", "--no-patterns", "--no-graph"),
}


def measure(commits: Path, number: int, part: str, out: Path) -> str:
    """One row of the table: a fresh process that makes one part."""
    switches = PARTS[part]
    pages = ("--per-commit", out) if part.startswith("pages") else ()
    command = [sys.executable, "-m", "py_post", commits, "--out", out, *pages, *switches]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent / "src")}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"py_post failed on {commits}")
    cpu = used.ru_utime + used.ru_stime
    rate = round(number / cpu)
    system, memory = used.ru_stime, used.ru_maxrss / 1024
    return f"| {number} | {part} | {cpu:.2f} s | {system:.2f} s | {wall:.2f} s | {rate} | {memory:.0f} MB |"


def main() -> None:
    """Prints the table."""
    print("| commits | part | processor | of it system | wall | commits/s of processor | most memory |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    for number in [int(one) for one in sys.argv[1:]] or [10_000, 100_000]:
        with tempfile.TemporaryDirectory() as folder:
            commits = Path(folder) / "commits.jsonl"
            with commits.open("wb") as file:
                subprocess.run(
                    [sys.executable, HERE / "made_up_commits.py", str(number)], stdout=file, check=True
                )
            for part in PARTS:
                print(measure(commits, number, part, Path(folder) / part[:5]), flush=True)


if __name__ == "__main__":
    main()
