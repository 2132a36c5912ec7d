# buildRustPackage: the crates of Cargo.lock, each fetched by its checksum, and cargo without a network.
{
  lib,
  host,
  pkgs,
}: {
  cargoLock,
  nativeBuildInputs ? [],
  ...
} @ attrs: let
  locked = builtins.filter (crate: crate ? checksum) (lib.importTOML cargoLock.lockFile).package;
  unpack = {
    name,
    version,
    checksum,
    ...
  }: ''
    tar -xzf ${pkgs.fetchurl {
      url = "${host.crates}/${name}/${version}/download";
      hash = "sha256:${checksum}";
      name = "crate-${name}-${version}.tar.gz";
    }} -C $out
    echo '{"files":{},"package":"${checksum}"}' > $out/${name}-${version}/.cargo-checksum.json
  '';
  vendor = pkgs.runCommand "cargo-vendor" {} ''
    mkdir $out
    ${lib.concatMapStringsSep "" unpack locked}
  '';
in
  pkgs.mkDerivation (removeAttrs attrs ["cargoLock"]
    // {
      nativeBuildInputs = nativeBuildInputs ++ [pkgs.cargo pkgs.rustc];
      configurePhase = ''
        export CARGO_HOME=$HOME/.cargo
        mkdir -p $CARGO_HOME
        # The program says where its sources were when it panics: not in the store, which it would then depend on.
        export RUSTFLAGS=--remap-path-prefix=$NIX_BUILD_TOP=/build
        cp -r ${vendor} $NIX_BUILD_TOP/vendor
        printf '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "%s"\n[net]\noffline = true\n' $NIX_BUILD_TOP/vendor > $CARGO_HOME/config.toml
      '';
      buildPhase = attrs.buildPhase or "cargo build --release --locked";
      doCheck = attrs.doCheck or true;
      checkPhase = attrs.checkPhase or "cargo test --release --locked";
      installPhase = attrs.installPhase or "mkdir -p $out/bin; cp target/release/${attrs.pname} $out/bin/";
    })
