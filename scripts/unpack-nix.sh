#!/usr/bin/env bash
# Unpacks the Nix of a newer Debian into a folder, without installing it, and prints the path of a program that runs it:
# scripts/unpack-nix.sh FOLDER [SUITE]. Needs mmdebstrap. A Nix that is there already is left as it is.
set -Eeuo pipefail

folder=$(realpath --canonicalize-missing "$1")
suite=${2:-trixie}
program=$folder/nix

if [[ ! -x $program ]]; then
  mkdir -p "$folder"
  mmdebstrap --quiet --variant=extract --include=nix-bin "$suite" "$folder/$suite" >&2
  library=$(dirname "$(find "$folder/$suite/usr/lib" -name 'ld-linux*.so.*' | head -n 1)")
  loader=$(find "$library" -maxdepth 1 -name 'ld-linux*.so.*' | head -n 1)
  cat > "$program.new" <<SCRIPT
#!/bin/sh
# It cannot call itself for the hook that builds elsewhere, as the system has not its loader.
export NIX_CONFIG="\$NIX_CONFIG
build-hook ="
exec "$loader" --library-path "$library" "$folder/$suite/usr/bin/nix" "\$@"
SCRIPT
  chmod +x "$program.new"
  mv "$program.new" "$program"
fi
echo "$program"
