"""Commit records in, one reading: summaries, patterns and a knowledge graph out."""

__version__ = "0.1.0"
