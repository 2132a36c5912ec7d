# streamLayeredImage: a program that writes an image with every store path of its closure, a layer each, to stdout.
{pkgs}: {
  streamLayeredImage = {
    name,
    tag,
    created,
    config,
    contents ? [],
    extraCommands ? "",
    uid ? 0,
    gid ? 0,
    ...
  }: let
    settings = pkgs.writeText "image.json" (builtins.toJSON {inherit name tag created config uid gid;});
    top = pkgs.runCommand "${name}-top" {} ''
      mkdir $out; cd $out
      ${extraCommands}
    '';
  in
    pkgs.runCommand "stream-${name}" {
      exportReferencesGraph = ["closure" (pkgs.writeText "roots" (builtins.toJSON [contents config]))];
      meta.mainProgram = "stream-${name}";
    } ''
      grep -x "$NIX_STORE/[^/]*" closure | sort -u > paths
      { printf '#!%s\nexec %s %s %s %s' "$BASH" ${pkgs.python3}/bin/python3 ${./stream_image.py} ${settings} ${top}
        printf ' %s' $(grep -v -- '-roots$' paths); echo; } > $out
      chmod +x $out
    '';
}
