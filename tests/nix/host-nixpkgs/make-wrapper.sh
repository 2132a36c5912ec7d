# makeWrapper PROGRAM WRAPPER [--add-flags WORDS] [--set[-default] NAME VALUE] [--prefix|--suffix NAME SEPARATOR VALUE]
makeWrapper() {
  local program=$1 wrapper=$2 words=
  shift 2
  mkdir -p "$(dirname "$wrapper")"
  {
    echo "#!$BASH"
    while (($# > 0)); do
      case $1 in
        --add-flags) words+=" $2"; shift 2 ;;
        --set) printf 'export %s=%q\n' "$2" "$3"; shift 3 ;;
        --set-default) printf 'export %s=${%s-%q}\n' "$2" "$2" "$3"; shift 3 ;;
        --prefix) printf 'export %s=%q${%s:+%s$%s}\n' "$2" "$4" "$2" "$3" "$2"; shift 4 ;;
        --suffix) printf 'export %s=${%s:+$%s%s}%q\n' "$2" "$2" "$2" "$3" "$4"; shift 4 ;;
        *) echo "makeWrapper does not know $1" >&2; return 1 ;;
      esac
    done
    echo "exec \"$program\"$words \"\$@\""
  } > "$wrapper"
  chmod +x "$wrapper"
}
