# The embedded engine: node-llama-cpp as published, and of its code for x86-64 only the variant that is always pinned.
{
  pkgs,
  nodeModules,
}: let
  inherit (pkgs) lib stdenv;
  inherit (stdenv.hostPlatform) isAarch64 isLinux;
  platform =
    if isAarch64
    then "linux-arm64"
    else "linux-x64";
in
  stdenv.mkDerivation {
    name = "timelab-engine";
    dontUnpack = true;
    nativeBuildInputs = [pkgs.nodejs] ++ lib.optionals isLinux [pkgs.autoPatchelfHook];
    buildInputs = lib.optionals isLinux [stdenv.cc.cc.lib];
    installPhase = ''
      runHook preInstall
      mkdir -p $out
      node ${../copy-engine.mjs} ${nodeModules} $out ${platform} haswell
      runHook postInstall
    '';
    dontStrip = true;
    dontPatchShebangs = true;
  }
