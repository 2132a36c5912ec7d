# What nixpkgs says of some packages and of all that is put into them: version and licences, by the name of the store
# path. A package that this system cannot have is left out, and nothing is built to know it.
{pkgs}: let
  inherit (pkgs) lib;
  inherit (builtins) baseNameOf concatMap filter isAttrs isList listToAttrs tryEval unsafeDiscardStringContext;
  plain = text: baseNameOf (unsafeDiscardStringContext text);
  usable = package: (tryEval (lib.isDerivation package && package.outPath != "")).value;
  item = package: {
    key = plain package.outPath;
    inherit package;
  };
  items = packages: map item (filter usable packages);
  inputs = package:
    concatMap (name: let
      found = package.drvAttrs.${name} or [];
    in
      if isList found
      then found
      else []) ["buildInputs" "propagatedBuildInputs"];

  # As a list of what CycloneDX calls a licence: by its SPDX id, or else by its name.
  licences = package: let
    said = package.meta.license or [];
    one = licence:
      if licence ? spdxId
      then {id = licence.spdxId;}
      else {name = licence.fullName or "${licence}";};
  in
    map (licence: {license = one licence;}) (
      if isList said
      then said
      else [said]
    );
  describe = {package, ...}: let
    named = builtins.parseDrvName package.name;
    known = {
      name = package.pname or named.name;
      version = package.version or named.version;
      licenses = licences package;
    };
  in
    map (output: {
      name = plain package.${output}.outPath;
      value = known;
    }) (package.outputs or ["out"]);
in
  packages:
    listToAttrs (concatMap describe (builtins.genericClosure {
      startSet = items packages;
      operator = {package, ...}: items (inputs package);
    }))
