"""Has PyDriller read the fields that a commit record has, of the commits that a file lists.

    python bench/pydriller_fields.py REPOSITORY IDS diffs|functions
"""

import sys
from pathlib import Path

from pydriller import Repository

repository, ids, fields = sys.argv[1:]
commits = 0
for commit in Repository(repository, only_commits=Path(ids).read_text().split()).traverse_commits():
    head = (commit.hash, commit.msg, commit.author.name, commit.author.email, commit.author_date, commit.parents)
    total = (commit.insertions, commit.deletions)
    for file in commit.modified_files:
        found = (file.change_type, file.old_path, file.new_path, file.added_lines, file.deleted_lines)
        parsed = file.diff_parsed
        if fields == "functions":
            names = [method.name for method in file.changed_methods]
    commits += 1
print(commits)
