"""Measures the extractor beside git itself, on the same range and in the same run.

    python bench/speed.py [--runs 5] [--newest N] PATH/TO/REPO...

T is the median wall time of `git log -p -M --raw --full-index`, to nowhere. Merges are diffed by neither side
(`--merges none`), since git log does not; the last two rows have both sides diff them against their first parent.
Beside the wall time stands the CPU time, user and system, with all children: it moves less when others use the machine.
RSS is the most memory that the extractor itself took, without its git processes. Every command runs once before it
counts, and they take turns, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

EXTRACTOR = Path(__file__).parent.parent / "target/release/rust_extractor"
LOG = ["log", "-p", "-M", "--raw", "--full-index"]
MEMORY_BAR = 64


class Row(NamedTuple):
    """One line of the table: the command, the line that it is compared with, and how many T it may take."""

    command: list[str]
    base: str | None = None
    bar: float | None = None


class Run(NamedTuple):
    """Seconds, seconds, and kilobytes."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    """Prints one table a repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--newest", type=int, help="so many commits; all of them without this")
    arguments = parser.parse_args()
    for repository in arguments.repositories:
        measure(repository, arguments.runs, arguments.newest)


def measure(repository: str, runs: int, newest: int | None) -> None:
    """Runs everything in turns, and prints the table."""
    rows = commands(repository, newest)
    seen: dict[str, list[Run]] = {name: [] for name in rows}
    loads = [os.getloadavg()[0]]
    for turn in range(runs + 1):
        for name, row in rows.items():
            done = run(row.command)
            if turn > 0:
                seen[name].append(done)
    loads.append(os.getloadavg()[0])
    print(f"\n{repository}: {count(repository, newest)} commits, medians of {runs} runs")
    print(f"{os.cpu_count()} cores, load {loads[0]:.1f} before and {loads[1]:.1f} after\n")
    print(f"{'':20}{'wall s':>8}{'of T':>7}{'bar':>7}{'CPU s':>8}{'of T':>7}{'RSS MB':>8}")
    for name, row in rows.items():
        print(line(name, row, seen))


def commands(repository: str, newest: int | None) -> dict[str, Row]:
    """The lines of the table, with what both sides run."""
    log = ["git", "-C", repository, *LOG, *([f"--max-count={newest}"] if newest else [])]
    ours = [str(EXTRACTOR), "history", "--repo", repository, *(["--limit", str(newest)] if newest else [])]
    plain = [*ours, "--merges", "none"]
    return {
        "git log: T": Row(log),
        "1 stream": Row(plain, "git log: T", 1.10),
        "2 shards": Row([*plain, "--shards", "2"], "git log: T", 0.75),
        "git log, merges: T": Row([*log, "--diff-merges=first-parent"]),
        "1 stream, merges": Row(ours, "git log, merges: T", 1.10),
        "2 shards, merges": Row([*ours, "--shards", "2"], "git log, merges: T", 0.75),
    }


def line(name: str, row: Row, seen: dict[str, list[Run]]) -> str:
    """One line of the table; `!` stands where a bar is not met."""
    wall, cpu, memory = medians(seen[name])
    if row.base is None or row.bar is None:
        return f"{name:20}{wall:8.2f}{'1':>7}{'':>7}{cpu:8.2f}{'1':>7}"
    base_wall, base_cpu, _ = medians(seen[row.base])
    ratio, megabytes = wall / base_wall, memory / 1024
    missed = (" " if ratio <= row.bar else "!"), (" " if megabytes <= MEMORY_BAR else "!")
    return (
        f"{name:20}{wall:8.2f}{ratio:7.2f}{row.bar:6.2f}{missed[0]}"
        f"{cpu:8.2f}{cpu / base_cpu:7.2f}{megabytes:7.0f}{missed[1]}"
    )


def medians(runs: list[Run]) -> Run:
    """The median of each column."""
    wall, cpu, memory = zip(*runs)
    return Run(statistics.median(wall), statistics.median(cpu), int(statistics.median(memory)))


def count(repository: str, newest: int | None) -> int:
    """How many commits the range has."""
    command = ["git", "-C", repository, "rev-list", "--count", *([f"--max-count={newest}"] if newest else []), "HEAD"]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def run(command: list[str]) -> Run:
    """What a command takes, with its children; the memory is its own alone."""
    before, begin = os.times(), time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    memory = 0
    while child.poll() is None:
        memory = max(memory, resident(child.pid))
        time.sleep(0.01)
    wall, after = time.perf_counter() - begin, os.times()
    if child.returncode != 0:
        raise SystemExit(f"{command} failed")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, cpu, memory)


def resident(pid: int) -> int:
    """The high-water mark of a process's memory, in kilobytes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main()
