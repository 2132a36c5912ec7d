{
  description = "A reproducible AI workbench: a laboratory notebook that runs";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = {
    self,
    nixpkgs,
  }: let
    systems = ["x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin"];
    take = import ./nix/from-nixpkgs.nix;
    forEach = make: nixpkgs.lib.genAttrs systems (system: make (take nixpkgs.legacyPackages.${system}));
    from = file: forEach (pkgs: import file {inherit pkgs self nixpkgs;});
  in {
    packages = from ./nix/packages;
    apps = from ./nix/apps.nix;
    devShells = from ./nix/shells.nix;
    checks = from ./nix/checks.nix;
    formatter = forEach (pkgs: pkgs.alejandra);
    overlays = import ./nix/overlays.nix {inherit self nixpkgs;};
    templates.default = {
      path = ./nix/template;
      description = "A lab of one's own, whose shell has timelab";
    };
  };
}
