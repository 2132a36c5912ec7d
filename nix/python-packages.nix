# Which Python packages go where. The types of networkx, which only tests call, are not in nixpkgs.
{pkgs}: let
  python = pkgs.python3.pkgs;
in rec {
  program = [python.click python.jinja2 python.msgspec];
  build = [python.flit-core];
  tests =
    program
    ++ [
      python.cmarkgfm
      python.hypothesis
      python.jsonschema
      python.linkify-it-py
      python.markdown-it-py
      python.mypy
      python.networkx
      python.pytest
    ];
  learning = tests ++ [python.numpy python.pandas python.scikit-learn];

  # An interpreter that has these.
  interpreter = packages: pkgs.python3.withPackages (_: packages);
}
