# The command in its parts, and the licences of what is in it: the same bytes as `npm run setup` makes.
{
  pkgs,
  nodeModules,
}: let
  inherit (pkgs) lib;
  root = ../..;
in
  pkgs.stdenvNoCC.mkDerivation {
    name = "timelab-bundle";
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [
        (root + "/package.json")
        (root + "/packages")
        (root + "/schemas")
        (root + "/scripts/build.mjs")
        (root + "/scripts/repository.mjs")
        (root + "/scripts/third-party-licenses.mjs")
        (root + "/tsconfig.base.json")
      ];
    };
    nativeBuildInputs = [pkgs.nodejs];
    # Copies, not links: esbuild names modules by where they really lie, and the bundle would depend on all of them.
    buildPhase = ''
      runHook preBuild
      cp -a ${nodeModules}/node_modules ${nodeModules}/packages .
      chmod u+w packages packages/*
      node scripts/build.mjs
      runHook postBuild
    '';
    installPhase = ''
      runHook preInstall
      mkdir $out
      cp -r packages/cli/dist/{timelab.mjs,parts,third-party-licenses.txt} $out/
      runHook postInstall
    '';
    # The wrapper names the node that runs it.
    dontPatchShebangs = true;
  }
