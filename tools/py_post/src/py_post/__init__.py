"""Commit records in, one reading: summaries, patterns and a knowledge graph out."""

from py_post.commit_stream import read_commits
from py_post.problem import BadCommit, CannotWrite
from py_post.run import Wishes, post_process

__version__ = "0.1.0"
__all__ = ["BadCommit", "CannotWrite", "Wishes", "post_process", "read_commits"]
