# cdxgen, which reads lock files for the bills of material: each package unpacked where package-lock.json puts it.
{pkgs}: let
  inherit (pkgs) lib;
  tarball = import ../npm-tarball.nix {inherit pkgs;};
  places = builtins.removeAttrs (lib.importJSON ../../scripts/sbom/package-lock.json).packages [""];
  unpack = place: let
    fetched = tarball {
      name = lib.last (lib.splitString "node_modules/" place);
      inherit (places.${place}) version;
      hash = places.${place}.integrity;
    };
  in ''
    mkdir -p $out/${place}
    tar -xzf ${fetched.path} --strip-components=1 --no-same-owner -C $out/${place}
  '';
in
  pkgs.runCommand "cdxgen" {} ''
    ${builtins.concatStringsSep "" (map unpack (builtins.attrNames places))}
    chmod -R u+rwX $out
  ''
