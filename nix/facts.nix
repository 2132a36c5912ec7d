# What a record says of the flake that timelab comes from: the revisions and hashes of its sources and of nixpkgs.
{
  self,
  nixpkgs,
}: let
  of = source:
    (
      if source ? rev
      then {inherit (source) rev;}
      else {dirty = true;}
    )
    // {inherit (source) narHash lastModified;};
in
  of self // {inputs.nixpkgs = of nixpkgs;}
