# rust_extractor's format, its lint and its tests.
{
  pkgs,
  built,
}: let
  inherit (pkgs) lib;
  root = ../..;
in
  pkgs.rustPlatform.buildRustPackage {
    pname = "rust_extractor-checks";
    inherit (built.rust_extractor) version;
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [(root + "/tools/rust_extractor") (root + "/schemas")];
    };
    sourceRoot = "source/tools/rust_extractor";
    cargoLock.lockFile = ../../tools/rust_extractor/Cargo.lock;
    nativeBuildInputs = [pkgs.clippy pkgs.rustfmt];
    nativeCheckInputs = [pkgs.git];
    buildPhase = ''
      cargo fmt --check
      cargo clippy --locked --all-targets -- --deny warnings
    '';
    checkPhase = "cargo test --locked";
    installPhase = "touch $out";
    meta.license = lib.licenses.mit;
  }
