# The functions of nixpkgs' library that our flake calls, under their own names and with their own arguments.
let
  inherit (builtins) concatStringsSep elemAt filter isString length listToAttrs split stringLength substring;
in rec {
  genAttrs = names: value:
    listToAttrs (map (name: {
        inherit name;
        value = value name;
      })
      names);
  optionals = condition: values:
    if condition
    then values
    else [];
  optionalAttrs = condition: set:
    if condition
    then set
    else {};
  optionalString = condition: text:
    if condition
    then text
    else "";
  splitString = separator: text: filter isString (split (builtins.replaceStrings ["." "|" "[" "*"] ["\\." "\\|" "\\[" "\\*"] separator) text);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  last = list: elemAt list (length list - 1);
  concatMapStringsSep = separator: make: list: concatStringsSep separator (map make list);
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  importTOML = path: builtins.fromTOML (builtins.readFile path);
  makeBinPath = concatMapStringsSep ":" (package: "${package}/bin");
  getExe = package: "${package}/bin/${package.meta.mainProgram}";
  licenses = builtins.mapAttrs (_: spdxId: {inherit spdxId;}) {
    gpl2Only = "GPL-2.0-only";
    mit = "MIT";
  };
  isDerivation = value: value.type or null == "derivation";
  fileset = {
    unions = parts: parts;
    toSource = {
      root,
      fileset,
    }: let
      wanted = map toString fileset;
      below = path: part: path == part || hasPrefix "${part}/" path;
    in
      builtins.path {
        name = "source";
        path = root;
        filter = path: _: builtins.any (part: below path part || below part path) wanted;
      };
  };
}
