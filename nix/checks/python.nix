# py_post's format, its lint, its types and its tests.
{pkgs}: let
  inherit (pkgs) lib;
  root = ../..;
  packages = import ../python-packages.nix {inherit pkgs;};
in
  pkgs.runCommand "py_post-checks" {
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [(root + "/tools/py_post") (root + "/schemas")];
    };
    nativeBuildInputs = [(packages.interpreter packages.tests) pkgs.black pkgs.ruff];
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
