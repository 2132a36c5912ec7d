# Python: this machine's interpreter, and the packages that py_post's requirements pin by their hashes.
{
  lib,
  host,
  pkgs,
}: let
  interpreter = host.tools.python3;
  site =
    pkgs.runCommand "python-packages" {
      env = host.networkEnvironment;
      __noChroot = true;
    } ''
      ${interpreter} -m pip install --quiet --no-compile --require-hashes --only-binary :all: \
        --target $out --requirement ${./requirements-dev.txt}
      mkdir -p $out/nix-support
      echo "export PYTHONPATH=$out:\''${PYTHONPATH:-} PYTHONDONTWRITEBYTECODE=1" > $out/nix-support/setup-hook
    '';
  # All of them come together, under every name; numpy and its like are names only, too large for a stand-in.
  names = ["numpy" "pandas" "scikit-learn"] ++ ["click" "jinja2" "msgspec" "flit-core" "hypothesis" "jsonschema" "networkx" "cmarkgfm" "linkify-it-py" "markdown-it-py" "ruff" "black" "mypy" "pytest"];

  withPackages = choose:
    pkgs.runCommand "python3-env" {
      chosen = choose packages;
      meta.mainProgram = "python3";
    } ''
      ${interpreter} -m venv $out
      echo ${site} > "$(echo $out/lib/python3*/site-packages)/chosen.pth"
    '';

  buildPythonApplication = {
    build-system ? [],
    dependencies ? [],
    nativeCheckInputs ? [],
    nativeBuildInputs ? [],
    ...
  } @ attrs:
    pkgs.mkDerivation (removeAttrs attrs ["pyproject" "build-system" "dependencies"]
      // {
        nativeBuildInputs = nativeBuildInputs ++ build-system ++ dependencies ++ [python];
        inherit nativeCheckInputs;
        doInstallCheck = attrs.doCheck or true;
        doCheck = false;
        buildPhase = "python3 -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .";
        installPhase = ''
          python3 -m pip install --quiet --no-compile --no-deps --no-index --find-links dist --target $out/lib ${attrs.pname}==${attrs.version}
          mkdir -p $out/bin
          for script in $out/lib/bin/*; do
            sed -i '1a import sys; sys.path[:0] = ["'$out/lib'", "${site}"]; sys.dont_write_bytecode = True' $script
            mv $script $out/bin/
          done
        '';
      });

  packages =
    lib.genAttrs names (_: site)
    // {
      inherit buildPythonApplication;
      pip = site;
      python = python;
    };

  python =
    pkgs.symlinks "python3" {
      "bin/python3" = interpreter;
      "bin/python" = interpreter;
    }
    // {
      inherit withPackages;
      pkgs = packages;
    };
in
  python
