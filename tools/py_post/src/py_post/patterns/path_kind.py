"""What a file is for, told from its path alone; the first rule that fits decides.

The idea is that of Robles, Gonzalez-Barahona and Merelo (2006), "Beyond source code: The importance
of other artifacts in software development"; the rules are this program's own.
"""

import re
from functools import lru_cache
from typing import Final

KINDS: Final = ("vendored", "ci", "test", "docs", "build", "data", "source", "other")

_rules: Final = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("vendored", r"(^|/)(vendor|vendored|node_modules|third[-_]party|deps|dependencies)/"),
        (
            "ci",
            r"(^|/)(\.github/workflows|\.circleci|\.gitlab/ci|\.buildkite|\.?ci)/"
            r"|(^|/)(\.gitlab-ci\.yml|\.travis\.yml|\.cirrus\.yml|\.?appveyor\.yml"
            r"|azure-pipelines\.yml|Jenkinsfile)$",
        ),
        (
            "test",
            r"(^|/)(tests?|testing|testdata|__tests__|specs?|fixtures|benches)/"
            r"|(^|/)(test_[^/]*|conftest)\.py$"
            r"|[^/][._-](test|tests|spec)\.[^/.]+$|\.t$",
        ),
        (
            "docs",
            r"(^|/)(docs?|documentation|design-documents|man)/|\.(md|markdown|rst|adoc|asciidoc|tex|pod|[1-9])$"
            r"|(^|/)(readme|changelog|changes|history|news|(\d+-)?release-?notes|(un)?licen[cs]e(-[^/.]+)?|copying|notice"
            r"|authors|contributors|contributing|code_of_conduct|conduct|security|install|bugs|todo)(\.(txt|html?))?$",
        ),
        (
            "build",
            r"(^|/)(makefile|gnumakefile|cmakelists\.txt|meson\.build|build\.bazel|build|workspace"
            r"|justfile|rakefile|gemfile|dockerfile|containerfile|configure(\.ac|\.in)?|setup\.(py|cfg)"
            r"|pyproject\.toml|requirements[^/]*\.txt|pipfile|tox\.ini|cargo\.toml|go\.(mod|sum)"
            r"|package\.json|npm-shrinkwrap\.json|package-lock\.json|pnpm-(lock|workspace)\.yaml"
            r"|tsconfig[^/]*\.json|pom\.xml|build\.sbt|flake\.nix)$"
            r"|\.(lock|mk|cmake|gradle|gradle\.kts|am|m4|nix|gemspec|cabal|csproj|vcxproj|sln|in)$"
            r"|(^|/)\.[^/.]+$",
        ),
        (
            "data",
            r"\.(json|jsonl|ya?ml|toml|ini|cfg|conf|properties|xml|csv|tsv|txt|svg|png|jpe?g|gif"
            r"|ico|webp|pdf|woff2?|ttf|zip|gz|bz2|xz|tar|bin|dat|db|po|pot)$",
        ),
        (
            "source",
            r"\.(c|h|cc|cpp|cxx|hh|hpp|hxx|inc|m|mm|rs|go|py|pyi|pyx|rb|js|mjs|cjs|jsx|ts|mts|cts|tsx"
            r"|java|kt|kts|scala|groovy|clj|cljs|cs|fs|vb|swift|php|pl|pm|lua|r|jl|hs|ml|mli|ex|exs"
            r"|erl|hrl|elm|dart|zig|nim|d|ada|adb|ads|f|f90|f95|for|s|asm|cu|cl|glsl|hlsl|vert|frag"
            r"|sh|bash|zsh|fish|bat|cmd|ps1|awk|sed|tcl|sql|proto|thrift|graphql|html?|css|scss|sass"
            r"|less|vue|svelte|erb|ejs|el|lisp|scm|rkt|vim|v|sv|vhd|vhdl|sol|coq|lean|agda)$",
        ),
    )
)


LONGEST: Final = 1000
"""Characters of a path, its last, that are looked at: strange ones cost neither time nor memory."""


def path_kind(path: str) -> str:
    """The kind of a file by its path, one of KINDS."""
    return _told(path[-LONGEST:])


@lru_cache(maxsize=16_384)
def _told(path: str) -> str:
    for kind, rule in _rules:
        if rule.search(path):
            return kind
    return "other"
