# The TypeScript side: types, lint, schemas in step with their sources, and the tests that need neither a network nor git's
# record of these files. What `npm test` runs beside them is named in docs/1-build/NIX.md.
{
  pkgs,
  self,
  built,
}: let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv.hostPlatform) isLinux;
  # Not the lock of the inputs, which no test reads: whoever checks with a lock of his own finds what was built before.
  source = builtins.path {
    name = "source";
    path = ../..;
    filter = path: _: baseNameOf path != "flake.lock";
  };
  check = name: script:
    pkgs.runCommand name {
      nativeBuildInputs = [pkgs.nodejs pkgs.git pkgs.jq];
      __darwinAllowLocalNetworking = true;
    } ''
      cp -r ${source} source
      chmod -R u+w source
      cd source
      ln -s ${built.node-modules}/node_modules node_modules
      cp -a ${built.node-modules}/packages .
      chmod -R u+w packages
      export HOME=$TMPDIR PATH=$PWD/node_modules/.bin:$PATH
      ${script}
      touch $out
    '';
  tests = name: places:
    check name ''
      mkdir -p packages/cli/dist tools/rust_extractor/target/release tools/py_post/.venv/bin
      cp -r ${built.timelab.bundle}/* packages/cli/dist/
      ln -s ${lib.getExe built.rust_extractor} tools/rust_extractor/target/release/rust_extractor
      ln -s ${lib.getExe built.py_post} tools/py_post/.venv/bin/py_post
      ${lib.optionalString isLinux "export TIMELAB_MODELS=${built.smollm2}/share/timelab"}
      # A builder has no network, and may not be allowed to fence its own children.
      export TIMELAB_ISOLATION=none
      # Weights are fetched by the tests of the shelf alone, and a fault at every system call is minutes of work that is the
      # same on any machine. A builder may be slow, and its output is a terminal, which vitest would draw on.
      set -o pipefail
      vitest run --testTimeout=300000 --exclude '**/shelf.test.ts' --exclude '**/every-*.test.ts' ${builtins.concatStringsSep " " places} | cat
    '';
  # A lock file that was written where the registry had no build of the linter for this system cannot run it.
  hasLinter = builtins.any (package: lib.hasPrefix "@biomejs/cli-" package.name) built.node-modules.packages;
in
  {
    types = check "types" "tsc -b packages/cli tests";
    schemas = check "schemas" ''
      cp -r schemas before
      tsx scripts/schemas.ts
      diff -r before schemas
    '';
    unit-tests = tests "unit-tests" ["packages/core" "packages/store" "packages/models"];
    command-tests = tests "command-tests" [
      "tests/borders"
      "tests/day"
      "tests/flake-facts"
      "tests/git-state"
      "tests/hostile/history"
      "tests/hostile/names"
      "tests/init"
      "tests/json-schema"
      "tests/mine-files"
      "tests/mine-links"
      "tests/mine-record"
      "tests/remote-mine"
      "tests/remote-network"
      "tests/signals"
      "tests/summ"
      "tests/workflows"
    ];
  }
  // lib.optionalAttrs hasLinter {
    lint = check "lint" "biome check . && knip && knip --include-entry-exports --include exports";
  }
