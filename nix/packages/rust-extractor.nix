# The helper program that reads git histories. Its tests are one of the checks.
{pkgs}: let
  inherit (pkgs) lib;
  crate = ../../tools/rust_extractor;
  inherit ((lib.importTOML (crate + "/Cargo.toml")).package) version;
in
  pkgs.rustPlatform.buildRustPackage {
    pname = "rust_extractor";
    inherit version;
    # What the tests read is no part of it, so that a new test does not build the program anew.
    src = lib.fileset.toSource {
      root = crate;
      fileset = lib.fileset.unions [(crate + "/Cargo.lock") (crate + "/Cargo.toml") (crate + "/src")];
    };
    cargoLock.lockFile = crate + "/Cargo.lock";
    doCheck = false;
    meta = {
      description = "Git history and diffs in, one commit record a line out";
      license = lib.licenses.mit;
      mainProgram = "rust_extractor";
    };
  }
