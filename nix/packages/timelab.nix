# The command: its parts, with its node, git, pip, the two helper programs, the embedded engine, and a way to shut the network off.
{
  pkgs,
  parts,
  facts,
}: let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv.hostPlatform) isLinux;
  inherit ((lib.importJSON ../../packages/cli/package.json)) version;
  # pip fetches weights, when `timelab model pull` asks it to.
  pip = pkgs.python3.withPackages (_: [pkgs.python3.pkgs.pip]);
in
  pkgs.stdenvNoCC.mkDerivation {
    pname = "timelab";
    inherit version;
    dontUnpack = true;
    nativeBuildInputs = [pkgs.makeWrapper];
    installPhase = ''
      runHook preInstall
      mkdir -p $out/bin $out/lib/timelab
      cp -r ${parts.bundle}/* $out/lib/timelab/
      cp ${pkgs.writeText "flake.json" (builtins.toJSON facts)} $out/lib/timelab/flake.json
      ${lib.optionalString isLinux "ln -s ${parts.engine} $out/lib/timelab/node_modules"}
      makeWrapper ${lib.getExe pkgs.nodejs} $out/bin/timelab \
        --add-flags $out/lib/timelab/timelab.mjs \
        --set-default TIMELAB_RUST_EXTRACTOR ${lib.getExe parts.rust_extractor} \
        --set-default TIMELAB_PY_POST ${lib.getExe parts.py_post} \
        --set-default TIMELAB_FLAKE $out/lib/timelab/flake.json \
        --prefix PATH : ${lib.makeBinPath ([pkgs.git] ++ lib.optionals isLinux [pkgs.bubblewrap])} \
        --suffix PATH : ${lib.makeBinPath [pip]}
      runHook postInstall
    '';
    passthru = {inherit (parts) bundle engine;};
    meta = {
      description = "A laboratory notebook that runs: specs in, answers and a checkable record out";
      license = lib.licenses.mit;
      mainProgram = "timelab";
    };
  }
