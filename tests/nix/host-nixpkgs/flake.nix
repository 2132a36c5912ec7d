{
  description = "A stand-in for nixpkgs: its packages are this machine's own tools, its fetchers and builders do their work";

  outputs = {self}: let
    lib = import ./lib.nix;
    host = lib.importJSON ./host.json;
    systems = ["x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin"];
  in {
    inherit lib;
    legacyPackages = lib.genAttrs systems (system: import ./packages.nix {inherit lib host system;});
  };
}
