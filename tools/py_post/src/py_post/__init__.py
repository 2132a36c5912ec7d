"""Commit records in, one reading: summaries, patterns and a knowledge graph out."""

import sys

__version__ = "0.1.0"


def version_line() -> str:
    """What `--version` says: the versions of this program and of its Python, on which its pages depend."""
    return f"py_post, version {__version__} (Python {sys.version.split()[0]})"
