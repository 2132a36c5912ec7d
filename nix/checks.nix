# What `nix flake check` builds: every package, and whatever can be tested or linted without a network.
{
  pkgs,
  self,
  ...
}: let
  inherit (pkgs) lib;
  built = self.packages.${pkgs.stdenv.hostPlatform.system};
in
  builtins.removeAttrs built ["default" "rust-extractor" "py-post"]
  // {
    rust = import ./checks/rust.nix {inherit pkgs built;};
    python = import ./checks/python.nix {inherit pkgs;};
    nix-format = pkgs.runCommand "nix-format" {nativeBuildInputs = [pkgs.alejandra];} ''
      alejandra --check ${../flake.nix} ${./.} > $out
    '';
    shell-lint = pkgs.runCommand "shell-lint" {nativeBuildInputs = [pkgs.shellcheck];} ''
      shellcheck --shell=bash --severity=warning ${self}/.ci/run $(find ${self}/scripts ${self}/tests -name '*.sh') > $out
    '';
    end-to-end = import ./checks/end-to-end.nix {inherit pkgs built;};
  }
  // import ./checks/node.nix {inherit pkgs self built;}
