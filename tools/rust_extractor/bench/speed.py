"""Measures the extractor beside git itself, on the same range and in the same run.

    python bench/speed.py [--runs 5] PATH/TO/REPO...

T is the median wall time of `git log -p -M --raw --full-index`, to nowhere. Merges are diffed by neither side
(`--merges none`), since git log does not; a last row has both sides diff them against their first parent. RSS is the
most memory that the extractor itself took, without its git processes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import time
from pathlib import Path

EXTRACTOR = Path(__file__).parent.parent / "target/release/rust_extractor"
LOG = ["log", "-p", "-M", "--raw", "--full-index"]


def main() -> None:
    """Prints one table a repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    for repository in arguments.repositories:
        measure(repository, arguments.runs)


def measure(repository: str, runs: int) -> None:
    """Takes turns, so that whatever else the machine does falls on all alike."""
    git = ["git", "-C", repository]
    ours = [str(EXTRACTOR), "history", "--repo", repository]
    commands = {
        "git log": git + LOG,
        "1 stream": ours + ["--merges", "none"],
        "2 shards": ours + ["--merges", "none", "--shards", "2"],
        "git log, merges": git + LOG + ["--diff-merges=first-parent"],
        "1 stream, merges": ours,
    }
    seen: dict[str, list[tuple[float, float, int]]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(run(command))
    print(repository)
    for name, rows in seen.items():
        wall, cpu, memory = (statistics.median(column) for column in zip(*rows))
        base = seen["git log, merges" if "merges" in name else "git log"]
        ratio, cpu_ratio = (value / statistics.median(column) for value, column in zip((wall, cpu), zip(*base)))
        print(f"  {name:18} {wall:7.2f} s  {ratio:4.2f} T  cpu {cpu:6.2f} s  {cpu_ratio:4.2f} T  rss {memory / 1024:5.0f} MB")


def run(command: list[str]) -> tuple[float, float, int]:
    """Wall and CPU seconds of a command with its children, and the kilobytes that it took itself."""
    before, begin = os.times(), time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    memory = 0
    while child.poll() is None:
        memory = max(memory, resident(child.pid))
        time.sleep(0.01)
    wall, after = time.perf_counter() - begin, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, memory


def resident(pid: int) -> int:
    """The high-water mark of a process's memory, in kilobytes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main()
