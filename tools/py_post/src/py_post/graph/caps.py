"""How large a graph may grow."""

from msgspec import Struct


class Caps(Struct, frozen=True):
    """The most nodes of a kind, edges of a kind, and parents, files and functions one commit leads to."""

    commits: int = 2000
    files: int = 2000
    authors: int = 500
    functions: int = 2000
    edges: int = 20_000
    parents_of_a_commit: int = 200
    files_of_a_commit: int = 200
    functions_of_a_commit: int = 200
