"""Patterns of a history, counted commit by commit; docs/reference/MINING.md defines each."""

from py_post.patterns.history import History, Patterns

__all__ = ["History", "Patterns"]
