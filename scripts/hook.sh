#!/usr/bin/env bash
# Runs one tool for pre-commit, by name: the pinned one that set-up put below this folder, else the one on the PATH,
# as in a development shell. A tool that is not everywhere to be had is left out where it is missing, and says so.
set -Eeuo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH=$PWD/.cache/hooks/bin:$PWD/.cache/py_post-test/bin:$PWD/node_modules/.bin:$PATH
tool=$1
shift

if ! command -v "$tool" >/dev/null; then
  case $tool in
    actionlint | alejandra)
      echo "$tool is not here: left out"
      exit 0
      ;;
  esac
  echo "$tool is not here: \`node scripts/hooks.mjs\` sets the hooks up, \`npm run setup\` the rest." >&2
  exit 70
fi

case $tool in
  cargo) exec cargo "$1" --manifest-path tools/rust_extractor/Cargo.toml "${@:2}" ;;
  # Its settings, and the modules it looks into, lie there.
  mypy) cd tools/py_post && exec mypy "$@" ;;
  detect-secrets-hook)
    # It writes moved line numbers into the baseline, and fails for it; what was reviewed is the same all the same.
    baseline=$(mktemp)
    trap 'rm -f "$baseline"' EXIT
    cp .secrets.baseline "$baseline"
    status=0
    detect-secrets-hook --baseline "$baseline" "$@" || status=$?
    exit $((status == 3 ? 0 : status))
    ;;
  *) exec "$tool" "$@" ;;
esac
