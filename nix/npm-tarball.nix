# The tarball of an npm package, fetched by the hash that a lock file has for it: its place below the registry, and itself.
{pkgs}: let
  inherit (pkgs) lib;
  # nixpkgs fetches pnpm itself from the registry that all packages come from.
  registry = builtins.head (lib.splitString "/pnpm/-/" pkgs.pnpm_10.src.url);
in
  {
    name,
    version,
    hash,
    ...
  }: let
    path = "${name}/-/${lib.last (lib.splitString "/" name)}-${version}.tgz";
  in {
    name = path;
    path = pkgs.fetchurl {
      url = "${registry}/${path}";
      inherit hash;
    };
  }
