# py_post's format, its lint, its types and its tests. The types of networkx, which only tests call, are not in nixpkgs.
{pkgs}: let
  inherit (pkgs) lib;
  root = ../..;
  python = pkgs.python3.withPackages (python: [
    python.click
    python.cmarkgfm
    python.hypothesis
    python.jinja2
    python.jsonschema
    python.linkify-it-py
    python.markdown-it-py
    python.msgspec
    python.mypy
    python.networkx
    python.pytest
  ]);
in
  pkgs.runCommand "py_post-checks" {
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [(root + "/tools/py_post") (root + "/schemas")];
    };
    nativeBuildInputs = [python pkgs.black pkgs.ruff];
  } ''
    cp -r $src source
    chmod -R u+w source
    cd source/tools/py_post
    export HOME=$TMPDIR
    ruff check .
    black --check --quiet .
    python3 -m mypy src
    python3 -m pytest -q -p no:cacheprovider
    touch $out
  ''
