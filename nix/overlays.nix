# Our programs among the packages of somebody else's nixpkgs: `nixpkgs.overlays = [timelab.overlays.default];`
{
  self,
  nixpkgs,
}: {
  default = final: _: {
    inherit
      (import ./packages {
        inherit self nixpkgs;
        pkgs = import ./from-nixpkgs.nix final;
      })
      timelab
      rust_extractor
      py_post
      smollm2
      ;
  };
}
