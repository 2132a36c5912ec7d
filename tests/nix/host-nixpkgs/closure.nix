# closureInfo: every store path that some need, with hash and references, in the form that `nix-store --load-db` reads.
{
  host,
  system,
}: {rootPaths}:
derivation {
  name = "closure-info";
  inherit system;
  builder = "${host.tools.bash}";
  outputs = ["out"];
  __structuredAttrs = true;
  exportReferencesGraph.closure = rootPaths;
  args = [
    "-ec"
    ''
      PATH=${host.path}
      source .attrs.sh
      mkdir "''${outputs[out]}"
      ${host.tools.jq} --raw-output '.closure | sort_by(.path)[]
        | .path, .narHash, .narSize, "", (.references | length), .references[]' .attrs.json > "''${outputs[out]}/registration"
    ''
  ];
}
