# Everything that can be built, under the names that people write: with a dash or with an underscore.
{
  pkgs,
  self,
  nixpkgs,
}: let
  inherit (pkgs) lib;
  nodeModules = import ./node-modules.nix {inherit pkgs;};
  rust_extractor = import ./rust-extractor.nix {inherit pkgs;};
  py_post = import ./py-post.nix {inherit pkgs;};
  smollm2 = import ./smollm2.nix {inherit pkgs;};
  timelab = import ./timelab.nix {
    inherit pkgs;
    facts = import ../facts.nix {inherit self nixpkgs;};
    parts = {
      inherit rust_extractor py_post;
      bundle = import ./bundle.nix {inherit pkgs nodeModules;};
      engine = import ./engine.nix {inherit pkgs nodeModules;};
    };
  };
in
  {
    default = timelab;
    inherit timelab rust_extractor py_post smollm2;
    rust-extractor = rust_extractor;
    py-post = py_post;
    node-modules = nodeModules;
    sbom = import ./sbom.nix {inherit pkgs nodeModules timelab rust_extractor py_post;};
  }
  // lib.optionalAttrs pkgs.stdenv.hostPlatform.isLinux {
    docker = import ./docker.nix {inherit pkgs timelab;};
  }
