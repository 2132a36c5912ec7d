# What a build begins with: its inputs on the PATH, a home of its own, and the phases in their order.
set -e
export TMPDIR=${NIX_BUILD_TOP:-${TMPDIR:-/tmp}} LC_ALL=C.UTF-8 TZ=UTC SOURCE_DATE_EPOCH=315532800
if [[ -n ${NIX_BUILD_TOP:-} ]]; then export HOME=$NIX_BUILD_TOP/home; fi
export PATH=@path@
# In a sandbox bash takes itself for a shell that is not there.
BASH=@bash@

addInput() {
  if [[ -d $1/bin ]]; then PATH=$1/bin:$PATH; fi
  if [[ -e $1/nix-support/setup-hook ]]; then source "$1/nix-support/setup-hook"; fi
}
for input in ${nativeBuildInputs:-} ${buildInputs:-} ${propagatedBuildInputs:-} ${nativeCheckInputs:-}; do
  addInput "$input"
done

# What the derivation says, or else what a hook has defined.
runHook() {
  if [[ -n ${!1:-} ]]; then eval "${!1}"; elif declare -F "$1" >/dev/null; then "$1"; fi
}

unpackPhase() {
  [[ -n ${src:-} ]] || return 0
  local name=${src##*/}
  cp -r "$src" "${name#*-}"
  chmod -R u+w "${name#*-}"
  cd "${sourceRoot:-${name#*-}}"
}

genericBuild() {
  local phase
  mkdir -p "$HOME"
  cd "$NIX_BUILD_TOP"
  for phase in unpackPhase patchPhase configurePhase buildPhase checkPhase installPhase fixupPhase installCheckPhase; do
    case $phase in
      unpackPhase) [[ -z ${dontUnpack:-} ]] || continue ;;
      checkPhase) [[ -n ${doCheck:-} ]] || continue ;;
      installCheckPhase) [[ -n ${doInstallCheck:-} ]] || continue ;;
    esac
    runHook "$phase"
  done
}
