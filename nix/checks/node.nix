# The TypeScript side: types, lint, schemas in step with their sources, and the tests of the pure packages.
{
  pkgs,
  self,
  built,
}: let
  check = name: script:
    pkgs.runCommand name {nativeBuildInputs = [pkgs.nodejs pkgs.git];} ''
      cp -r ${self} source
      chmod -R u+w source
      cd source
      ln -s ${built.node-modules}/node_modules node_modules
      cp -a ${built.node-modules}/packages .
      export HOME=$TMPDIR PATH=$PWD/node_modules/.bin:$PATH
      ${script}
      touch $out
    '';
in {
  types = check "types" "tsc -b packages/cli tests";
  lint = check "lint" "biome check . && knip && knip --include-entry-exports --include exports";
  schemas = check "schemas" ''
    cp -r schemas before
    tsx scripts/schemas.ts
    diff -r before schemas
  '';
  unit-tests = check "unit-tests" "vitest run packages/core packages/models/test/network-gate.test.ts";
}
