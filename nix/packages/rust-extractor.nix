# The helper program that reads git histories. Its tests are one of the checks.
{pkgs}: let
  inherit (pkgs) lib;
  root = ../..;
  crate = root + "/tools/rust_extractor";
  inherit ((lib.importTOML (crate + "/Cargo.toml")).package) version;
in
  pkgs.rustPlatform.buildRustPackage {
    pname = "rust_extractor";
    inherit version;
    src = lib.fileset.toSource {
      inherit root;
      fileset = lib.fileset.unions [crate (root + "/schemas/commit.schema.json")];
    };
    sourceRoot = "source/tools/rust_extractor";
    cargoLock.lockFile = crate + "/Cargo.lock";
    doCheck = false;
    meta = {
      description = "Git history and diffs in, one commit record a line out";
      license = lib.licenses.mit;
      mainProgram = "rust_extractor";
    };
  }
