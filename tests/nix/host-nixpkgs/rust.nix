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
        printf '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "${vendor}"\n[net]\noffline = true\n' > $CARGO_HOME/config.toml
      '';
      buildPhase = attrs.buildPhase or "cargo build --release --locked";
      doCheck = attrs.doCheck or true;
      checkPhase = attrs.checkPhase or "cargo test --release --locked";
      installPhase = attrs.installPhase or "mkdir -p $out/bin; cp target/release/${attrs.pname} $out/bin/";
    })
