# What `pnpm install` makes, offline: every tarball is fetched by the hash that pnpm-lock.yaml has for it.
{pkgs}: let
  inherit (pkgs) lib stdenv;
  inherit (stdenv.hostPlatform) isAarch64 isDarwin isLinux;
  root = ../..;
  packages = import ../pnpm-lock.nix {inherit lib;} {
    lockFile = root + "/pnpm-lock.yaml";
    os =
      if isDarwin
      then "darwin"
      else "linux";
    cpu =
      if isAarch64
      then "arm64"
      else "x64";
    libc =
      if isLinux
      then "glibc"
      else null;
  };
  tarball = import ../npm-tarball.nix {inherit pkgs;};
in
  stdenv.mkDerivation {
    name = "timelab-node-modules";
    src = lib.fileset.toSource {
      inherit root;
      fileset =
        lib.fileset.unions ([(root + "/package.json") (root + "/pnpm-lock.yaml") (root + "/pnpm-workspace.yaml")]
          ++ map (name: root + "/packages/${name}/package.json") ["cli" "core" "models" "store"]);
    };
    nativeBuildInputs = [pkgs.nodejs pkgs.pnpm_10] ++ lib.optionals isLinux [pkgs.autoPatchelfHook];
    buildInputs = lib.optionals isLinux [stdenv.cc.cc.lib];
    __darwinAllowLocalNetworking = true;

    # No path or time of the build stays in what is installed.
    buildPhase = ''
      runHook preBuild
      export HOME=$TMPDIR npm_config_manage_package_manager_versions=false
      node ${../loopback-registry.mjs} ${pkgs.linkFarm "npm-tarballs" (map tarball packages)} \
        pnpm install --frozen-lockfile --ignore-scripts --config.extend-node-path=false \
        --store-dir="$TMPDIR/pnpm-store" --package-import-method=copy --reporter=append-only
      rm -f node_modules/.modules.yaml node_modules/.pnpm-workspace-state*
      runHook postBuild
    '';
    installPhase = ''
      runHook preInstall
      mkdir -p $out
      cp -a --parents node_modules packages/*/node_modules $out/
      runHook postInstall
    '';
    # The packages of this repository are links into sources that are not here; published binaries stay as they are.
    dontCheckForBrokenSymlinks = true;
    dontStrip = true;
    passthru = {inherit packages;};
  }
