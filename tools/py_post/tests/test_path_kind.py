"""Kinds of files by their paths."""

import pytest

from py_post.patterns.path_kind import path_kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("src/main.c", "source"),
        ("lib/a.test.js", "test"),
        ("pkg/list_test.go", "test"),
        ("latest/main.go", "source"),
        ("contest.py", "source"),
        ("src/test_reader.py", "test"),
        ("tests/data.json", "test"),
        ("spec/models/user_spec.rb", "test"),
        ("vendor/tests/a.c", "vendored"),
        ("node_modules/x/index.js", "vendored"),
        (".github/workflows/ci.yml", "ci"),
        ("ci/build-deb", "ci"),
        ("deps/lua/lua.c", "vendored"),
        ("t/basic.t", "test"),
        ("LICENSE-MIT", "docs"),
        ("UNLICENSE", "docs"),
        ("src/install-sh", "other"),
        ("INSTALL", "docs"),
        ("CHANGES.txt", "docs"),
        ("00-RELEASENOTES", "docs"),
        ("configure.in", "build"),
        (".gitignore", "build"),
        ("src/.clang-format", "build"),
        (".config.json", "data"),
        ("src/security.c", "source"),
        ("lib/history.py", "source"),
        ("README", "docs"),
        ("README.md", "docs"),
        ("docs/conf.py", "docs"),
        ("LICENSE", "docs"),
        ("man/git.1", "docs"),
        ("Makefile", "build"),
        ("src/Makefile.am", "build"),
        ("Cargo.lock", "build"),
        ("package.json", "build"),
        ("tsconfig.base.json", "build"),
        ("config/app.yaml", "data"),
        ("logo.png", "data"),
        ("bin/run", "other"),
        ("", "other"),
        ("src/\udcff.c", "source"),
        ("a\nMakefile", "other"),
    ],
)
def test_kind(path: str, kind: str) -> None:
    """The first rule that fits decides."""
    assert path_kind(path) == kind
