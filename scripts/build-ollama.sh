#!/usr/bin/env bash
# Builds a real Ollama server, CPU only, into FOLDER/bin/ollama, once; a second call finds it there.
# Needs go, a C++ compiler, python3 with pip, and the headers of nlohmann-json3-dev and libstb-dev.
set -Eeuo pipefail

version=0.24.0
folder=$(realpath -m "${1:?usage: scripts/build-ollama.sh FOLDER}")
binary=$folder/bin/ollama

if [[ -x $binary && $("$binary" --version 2>&1) == *"$version"* ]]; then
  echo "$binary"
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Go leaves headers out of module archives; this one lies in miniaudio's source archive.
python3 -m pip download --quiet --no-deps --no-binary miniaudio --dest "$work" miniaudio==1.71 >&2
mkdir "$work/headers"
tar --extract --gzip --strip-components=1 --directory "$work/headers" --file "$work"/miniaudio-*.tar.gz

mkdir -p "$folder/bin"
GOBIN=$work/bin CGO_CXXFLAGS="-I$work/headers" CGO_CFLAGS="-I$work/headers" nice go install \
  -ldflags "-X github.com/ollama/ollama/version.Version=$version" "github.com/ollama/ollama@v$version" >&2
mv "$work/bin/ollama" "$binary"
echo "$binary"
