# Bills of material, CycloneDX 1.6. Those of the command and of rust_extractor are read from the locks, byte for byte as
# `npm run sbom` makes them; those of py_post, of the command with all that it brings along, and of the image, from what
# is really in the store.
{
  pkgs,
  nodeModules,
  timelab,
  rust_extractor,
  py_post,
}: let
  inherit (pkgs) lib stdenv;
  inherit (stdenv.hostPlatform) isLinux;
  root = ../..;
  cdxgen = import ./cdxgen.nix {inherit pkgs;};
  ofPython = import ../python-packages.nix {inherit pkgs;};
  # What stands in the text of a program, and not among its inputs, has to be named.
  packages =
    [timelab rust_extractor py_post pkgs.nodejs pkgs.git pkgs.python3 pkgs.python3.pkgs.pip]
    ++ ofPython.program
    ++ lib.optionals isLinux [pkgs.bubblewrap stdenv.cc.cc stdenv.cc.libc];
  store = pkgs.writeText "store.json" (builtins.toJSON {
    known = import ../known-parts.nix {inherit pkgs;} packages;
    engine = lib.optionalString isLinux "${timelab.engine}";
    closures = {
      py_post = "${pkgs.closureInfo {rootPaths = [py_post];}}/registration";
      timelab = "${pkgs.closureInfo {rootPaths = [timelab];}}/registration";
    };
    roots = {
      py_post = "${py_post}";
      rust_extractor = "${rust_extractor}";
      timelab = "${timelab}";
    };
    image = {
      name = "timelab";
      inherit (timelab) version;
    };
  });
in
  pkgs.rustPlatform.buildRustPackage {
    pname = "timelab-sbom";
    inherit (timelab) version;
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions ([
          (root + "/package.json")
          (root + "/pnpm-lock.yaml")
          (root + "/pnpm-workspace.yaml")
          (root + "/scripts/repository.mjs")
          (root + "/scripts/run-quietly.mjs")
          (root + "/scripts/sbom")
          (root + "/tools/rust_extractor/Cargo.lock")
          (root + "/tools/rust_extractor/Cargo.toml")
          (root + "/tools/rust_extractor/src")
        ]
        ++ map (name: root + "/packages/${name}/package.json") ["cli" "core" "models" "store"]);
    };
    sourceRoot = "source/tools/rust_extractor";
    cargoLock.lockFile = ../../tools/rust_extractor/Cargo.lock;
    nativeBuildInputs = [pkgs.nodejs];
    buildPhase = ''
      runHook preBuild
      export HOME=$TMPDIR
      cd ../..
      ln -s ${nodeModules}/node_modules node_modules
      ln -s ${cdxgen}/node_modules scripts/sbom/node_modules
      node scripts/sbom/of-flake.mjs ${store} bills
      runHook postBuild
    '';
    doCheck = false;
    installPhase = "cp -r bills $out";
    meta.license = lib.licenses.mit;
  }
