"""The command as a process, and the files that it leaves."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1"}
COMMAND = (sys.executable, "-m", "py_post")


def py_post(
    *arguments: str | Path, given: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], input=given, capture_output=True, env=ENVIRONMENT | environment, check=False
    )


def tree(path: Path) -> dict[str, str]:
    """The files below a folder with their digests."""
    return {
        str(one.relative_to(path)): sha256(one.read_bytes()).hexdigest()
        for one in sorted(path.rglob("*"))
        if one.is_file()
    }
