# The packages of one system, under the names that nixpkgs has for them.
{
  lib,
  host,
  system,
}: let
  build = import ./build.nix {inherit lib host system;};
  fetch = import ./fetch.nix {inherit lib host pkgs;};
  pkgs =
    build
    // fetch
    // import ./tools.nix {inherit lib host pkgs;}
    // {
      inherit lib;
      rustPlatform.buildRustPackage = import ./rust.nix {inherit lib host pkgs;};
      closureInfo = import ./closure.nix {inherit host system;};
      dockerTools = import ./docker.nix {inherit pkgs;};
      python3 = import ./python.nix {inherit lib host pkgs;};
      python3Packages = pkgs.python3.pkgs;
      inherit (pkgs.python3.pkgs) black ruff;
    };
in
  pkgs
