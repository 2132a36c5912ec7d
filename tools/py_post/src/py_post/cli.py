"""The door of the command `py_post`."""

import gc
import sys
from typing import NoReturn

from py_post import version_line


def main() -> NoReturn:
    """Runs the command and ends the process with its exit code."""
    # Whoever mines asks this first, and all that the command needs takes several times as long to load.
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(version_line() + "\n")
        sys.exit()
    from py_post.command import run  # noqa: PLC0415

    # Records make no cycles, and looking for some costs a tenth of the time.
    gc.disable()
    sys.exit(run(sys.argv[1:]))
