"""Measures how well functions touched are told from hunks, against lizard's parser through PyDriller.

Needs lizard and pydriller from PyPI, and a built extractor:

    python bench/functions.py --language Rust --commits 300 --truth rust.json PATH/TO/REPO

Precision is the share of the names found that lizard finds too, recall the share of lizard's names that are
found; both over (commit, file, name), of commits with one parent at most. Lizard is slow (7 to 70 commits/s), so what
it finds is kept in the truth file and read from there the next time.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ENDINGS = {
    "Rust": (".rs",),
    "C": (".c", ".h"),
    "C++": (".cc", ".cpp", ".hpp", ".cxx"),
    "Python": (".py",),
    "JavaScript": (".js", ".mjs", ".cjs"),
    "TypeScript": (".ts",),
    "Go": (".go",),
    "Java": (".java",),
    "Ruby": (".rb",),
}
EXTRACTOR = Path(__file__).parent.parent / "target/release/rust_extractor"


def main() -> None:
    """Prints precision, recall, and some of what is wrong."""
    arguments = parse_arguments()
    if not arguments.truth.exists():
        arguments.truth.write_text(json.dumps(lizards_names(arguments)))
    truth = {tuple(row) for row in json.loads(arguments.truth.read_text())["names"]}
    commits = json.loads(arguments.truth.read_text())["commits"]
    found = our_names(arguments, commits)
    truth, found = (not_below(arguments.without, rows) for rows in (truth, found))
    both = truth & found
    left_out = f" without {', '.join(arguments.without)}" if arguments.without else ""
    print(f"{arguments.language}: {len(commits)} commits{left_out}, {len(truth)} names")
    print(f"precision {len(both) / max(1, len(found)):.3f}  recall {len(both) / max(1, len(truth)):.3f}")
    for title, rows in (("found wrongly", found - truth), ("missed", truth - found)):
        print(f"{title}: {len(rows)}")
        for row in sorted(rows)[: arguments.show]:
            print("  ", *row)


def parse_arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--language", choices=ENDINGS, required=True)
    parser.add_argument("--commits", type=int, default=300, help="so many of the newest that touch the language")
    parser.add_argument("--truth", type=Path, required=True, help="where lizard's findings are kept")
    parser.add_argument("--without", action="append", default=[], help="a folder to leave out, as of code of others")
    parser.add_argument("--show", type=int, default=0, help="how many errors of each kind to show")
    return parser.parse_args()


def newest(arguments: argparse.Namespace) -> list[str]:
    """Ids of the newest commits that touch files of the language."""
    patterns = [f"*{ending}" for ending in ENDINGS[arguments.language]]
    command = [
        "git",
        "-C",
        str(arguments.repository),
        "rev-list",
        "--no-merges",
        f"-n{arguments.commits}",
        "HEAD",
        "--",
    ]
    return subprocess.run(command + patterns, capture_output=True, check=True, text=True).stdout.split()


def lizards_names(arguments: argparse.Namespace) -> dict[str, object]:
    """What lizard finds, as PyDriller's changed_methods."""
    from pydriller import Git

    repository, commits, names = Git(str(arguments.repository)), newest(arguments), []
    for done, commit in enumerate(commits):
        print(f"\rlizard: {done}/{len(commits)}", end="", file=sys.stderr)
        for file in repository.get_commit(commit).modified_files:
            path = file.new_path or file.old_path
            if not path.endswith(ENDINGS[arguments.language]):
                continue
            for method in file.changed_methods:
                name = last_name(method.name)
                if name:
                    names.append((commit, path, name))
    print(file=sys.stderr)
    return {"commits": commits, "names": names}


def our_names(arguments: argparse.Namespace, commits: list[str]) -> set[tuple[str, str, str]]:
    """What the extractor finds in the same commits."""
    command = [str(EXTRACTOR), "history", "--repo", str(arguments.repository), "--ids", "-"]
    run = subprocess.run(command, input="\n".join(commits), capture_output=True, check=True, text=True)
    names = set()
    for line in run.stdout.splitlines():
        record = json.loads(line)
        for file in record["files"]:
            if file["path"].endswith(ENDINGS[arguments.language]):
                names |= {(record["id"], file["path"], last_name(function["name"])) for function in file["functions"]}
    return names


def not_below(folders: list[str], names: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Names outside of some folders."""
    return {row for row in names if not any(row[1].startswith(f"{folder}/") for folder in folders)}


def last_name(name: str) -> str:
    """A name without its class or receiver; nothing for functions that have none."""
    if "anonymous" in name:
        return ""
    words = re.findall(r"[\w$~]+", name)
    return words[-1] if words else name


if __name__ == "__main__":
    main()
