# The helper program that reads commit records and writes summaries. Its tests are one of the checks.
{pkgs}: let
  inherit (pkgs) lib;
  packages = import ../python-packages.nix {inherit pkgs;};
  tool = ../../tools/py_post;
  named = lib.splitString "__version__ = \"" (builtins.readFile (tool + "/src/py_post/__init__.py"));
in
  pkgs.python3.pkgs.buildPythonApplication {
    pname = "py_post";
    version = builtins.head (lib.splitString "\"" (lib.last named));
    pyproject = true;
    src = lib.fileset.toSource {
      root = tool;
      fileset = lib.fileset.unions [(tool + "/pyproject.toml") (tool + "/src")];
    };
    build-system = packages.build;
    dependencies = packages.program;
    doCheck = false;
    meta = {
      description = "Commit records in, one reading out: summaries, patterns and a knowledge graph";
      license = lib.licenses.mit;
      mainProgram = "py_post";
    };
  }
