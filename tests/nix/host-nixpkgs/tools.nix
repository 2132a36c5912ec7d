# Packages that are links to what is installed here; a program that is not here is not in its package.
{
  lib,
  host,
  pkgs,
}: let
  inherit (pkgs) symlinks runCommand fetchurl;
  package = main: programs:
    symlinks main (builtins.listToAttrs (map (name: {
      name = "bin/${name}";
      value = host.tools.${name};
    }) (builtins.filter (name: host.tools ? ${name}) programs)));
  licensed = license: package: package // {meta = package.meta // {inherit license;};};
  hook = name: text:
    runCommand name {inherit text;} ''
      mkdir -p $out/nix-support
      echo "$text" > $out/nix-support/setup-hook
    '';
in
  lib.genAttrs ["jq" "shellcheck" "unzip" "rust-analyzer"] (name: package name [name])
  // {
    # It may be one that npm has installed, which wants to be called by its own path.
    just = pkgs.writeShellApplication {
      name = "just";
      text = ''exec ${host.tools.just} "$@"'';
    };
    git = licensed lib.licenses.gpl2Only (package "git" ["git"]);
    bubblewrap = package "bwrap" ["bwrap"];
    cargo = package "cargo" ["cargo"];
    rustc = package "rustc" ["rustc" "rustdoc"];
    clippy = package "cargo-clippy" ["cargo-clippy" "clippy-driver"];
    rustfmt = package "rustfmt" ["rustfmt" "cargo-fmt"];
    nodejs = licensed lib.licenses.mit (package "node" ["node" "npm" "npx"]);

    pnpm_10 = rec {
      src = fetchurl {inherit (host.pnpm) url hash;};
      __toString = self: "${self.unpacked}";
      unpacked = runCommand "pnpm" {} ''
        mkdir -p $out/bin
        tar -xzf ${src} -C $out
        ln -s ../package/bin/pnpm.cjs $out/bin/pnpm
        chmod +x $out/package/bin/pnpm.cjs
      '';
      inherit (unpacked) outPath type drvPath name;
    };

    alejandra =
      pkgs.rustPlatform.buildRustPackage {
        pname = "alejandra";
        version = "3.1.0";
        src = ./alejandra;
        cargoLock.lockFile = ./alejandra/Cargo.lock;
        doCheck = false;
      }
      // {meta.mainProgram = "alejandra";};

    makeWrapper = hook "make-wrapper" "source ${./make-wrapper.sh}";
    autoPatchelfHook = hook "auto-patchelf-hook" "# This machine's own loader finds this machine's libraries.";
  }
