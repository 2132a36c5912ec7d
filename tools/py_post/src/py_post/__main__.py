"""`python -m py_post` is the command `py_post`."""

from py_post.cli import main

main()
