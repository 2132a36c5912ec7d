# Derivations that really build, with this machine's bash and what it finds beside it.
{
  lib,
  host,
  system,
}: let
  shell = "${host.tools.bash}";
  hostPlatform = rec {
    inherit system;
    isLinux = lib.hasPrefix "linux" kernel;
    isDarwin = !isLinux;
    isx86_64 = lib.hasPrefix "x86_64" system;
    isAarch64 = !isx86_64;
    kernel = lib.last (lib.splitString "-" system);
  };
  setup = derivation {
    name = "stdenv";
    inherit system;
    builder = shell;
    PATH = host.path;
    bash = shell;
    args = ["-ec" "mkdir $out; sed \"s|@path@|$PATH|; s|@bash@|$bash|\" ${./setup.sh} > $out/setup"];
  };
in rec {
  stdenv = {
    inherit hostPlatform mkDerivation;
    cc.cc = symlinks "gcc" {} // {lib = symlinks "gcc-lib" {};};
    cc.libc = symlinks "libc" {};
  };
  stdenvNoCC = stdenv;

  mkDerivation = attrs:
    derivation (removeAttrs attrs ["meta" "passthru" "env"]
      // (attrs.env or {})
      // {
        name = attrs.name or "${attrs.pname}-${attrs.version}";
        inherit system;
        builder = shell;
        outputs = ["out"];
        stdenv = setup;
        args = ["-ec" "source $stdenv/setup; genericBuild"];
      })
    // {meta = attrs.meta or {};}
    // (attrs.passthru or {});

  runCommand = name: attrs: script:
    mkDerivation (attrs
      // {
        inherit name;
        dontUnpack = true;
        buildPhase = script;
      });

  # A package of links: where they lie in it, and where they point to.
  symlinks = name: links:
    runCommand name {meta.mainProgram = name;} ''
      mkdir -p $out/bin
      ${lib.concatMapStringsSep "\n" (at: "mkdir -p $(dirname $out/${at}); ln -s ${links.${at}} $out/${at}") (builtins.attrNames links)}
    '';
  linkFarm = name: entries:
    runCommand name {
      table = lib.concatMapStringsSep "\n" ({
        name,
        path,
      }: "${name} ${path}")
      entries;
      passAsFile = ["table"];
    } ''
      while read -r name path || [[ -n $name ]]; do
        mkdir -p "$(dirname "$out/$name")"
        ln -s "$path" "$out/$name"
      done < "$tablePath"
    '';

  writeText = name: text:
    runCommand name {
      inherit text;
      passAsFile = ["text"];
    } "cp $textPath $out";

  writeShellApplication = {
    name,
    text,
    runtimeInputs ? [],
    ...
  }:
    runCommand name {
      text = ''
        #!${shell}
        set -euo pipefail
        PATH=${lib.makeBinPath runtimeInputs}:$PATH
        ${text}
      '';
      passAsFile = ["text"];
      meta.mainProgram = name;
    } "mkdir -p $out/bin; cp $textPath $out/bin/${name}; chmod +x $out/bin/${name}";

  mkShell = attrs:
    mkDerivation (removeAttrs attrs ["packages"]
      // {
        name = attrs.name or "nix-shell";
        nativeBuildInputs = attrs.packages or [];
        dontUnpack = true;
        buildPhase = "export > $out";
      });
}
