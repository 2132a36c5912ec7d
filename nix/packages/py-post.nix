# The helper program that reads commit records and writes summaries. Its tests are one of the checks.
{pkgs}: let
  inherit (pkgs) lib;
  python = pkgs.python3.pkgs;
  tool = ../../tools/py_post;
  named = lib.splitString "__version__ = \"" (builtins.readFile (tool + "/src/py_post/__init__.py"));
in
  python.buildPythonApplication {
    pname = "py_post";
    version = builtins.head (lib.splitString "\"" (lib.last named));
    pyproject = true;
    src = lib.fileset.toSource {
      root = tool;
      fileset = lib.fileset.unions [(tool + "/pyproject.toml") (tool + "/src")];
    };
    build-system = [python.flit-core];
    dependencies = [python.click python.jinja2 python.msgspec];
    doCheck = false;
    meta = {
      description = "Commit records in, one reading out: summaries, patterns and a knowledge graph";
      license = lib.licenses.mit;
      mainProgram = "py_post";
    };
  }
