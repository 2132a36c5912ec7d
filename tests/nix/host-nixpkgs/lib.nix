# The functions of nixpkgs' library that our flake calls, under their own names and with their own arguments.
let
  inherit (builtins) concatStringsSep elemAt filter genList isString isPath head length listToAttrs split stringLength substring;
in rec {
  genAttrs = names: value:
    listToAttrs (map (name: {
        inherit name;
        value = value name;
      })
      names);
  optional = condition: value:
    if condition
    then [value]
    else [];
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
  hasInfix = part: text: length (splitString part text) > 1;
  removePrefix = prefix: text:
    if hasPrefix prefix text
    then substring (stringLength prefix) (-1) text
    else text;
  removeSuffix = suffix: text: let
    kept = stringLength text - stringLength suffix;
  in
    if kept >= 0 && substring kept (-1) text == suffix
    then substring 0 kept text
    else text;
  last = list: elemAt list (length list - 1);
  concatMapStringsSep = separator: make: list: concatStringsSep separator (map make list);
  filterAttrs = keep: set:
    listToAttrs (filter ({
      name,
      value,
    }:
      keep name value) (map (name: {
      inherit name;
      value = set.${name};
    }) (builtins.attrNames set)));
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  importTOML = path: builtins.fromTOML (builtins.readFile path);
  makeBinPath = concatMapStringsSep ":" (package: "${package}/bin");
  getExe = package: "${package}/bin/${package.meta.mainProgram}";
  getExe' = package: name: "${package}/bin/${name}";
  licenses = genAttrs ["mit" "asl20"] (spdxId: {inherit spdxId;});
  platforms = {
    unix = [];
    linux = [];
  };
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
