# The daily verbs. Arguments are written `key=value`, spaces and quotes included: just ai spec="my spec.json"

set positional-arguments

timelab := quote(justfile_directory() / "node_modules/.bin/timelab")
just := quote(just_executable()) + " --justfile " + quote(justfile())

_default:
    @{{ just }} --list

# Make today's folder, or another day's: just day [date=2025-10-15] [tz=Europe/Berlin]
[group('lab')]
[no-cd]
[no-exit-message]
day *args:
    @{{ just }} _timelab day 'date tz lab' "$@"

# Write a spec to start from: just new NAME [kind=llm]
[group('lab')]
[no-cd]
[no-exit-message]
new *args:
    @{{ just }} _timelab new '@name kind lab' "$@"

# Ask a language model what a spec asks: just ai spec=PATH [model=ollama:qwen2.5:7b]
[group('lab')]
[no-cd]
[no-exit-message]
ai *args:
    @{{ just }} _timelab ai 'spec model lab' "$@"

# Rebuild the index and the links from the manifests: just sync
[group('lab')]
[no-cd]
[no-exit-message]
sync *args:
    @{{ just }} _timelab sync 'lab' "$@"

# Check the sources, or a spec: just check [spec=PATH]
[group('house')]
[no-cd]
[no-exit-message]
check *args:
    @if [ $# -gt 0 ]; then {{ just }} _timelab check '@spec lab' "$@"; else {{ just }} _check-sources; fi

# Run every test that can run here: just test [FILE…]
[group('house')]
test *args:
    @npm test --silent -- "$@"

# Format the sources: just fmt
[group('house')]
fmt:
    @npm run --silent fmt

# Measure, side by side with what it is compared to: just bench [NAME…]
[group('house')]
bench *args:
    @npm run --silent bench -- "$@"

# Set this clone up: just setup
[group('house')]
setup:
    @npm run --silent setup

# See the whole of it once, on a small real model: just demo
[group('house')]
demo:
    @npm run --silent demo

[no-exit-message]
_check-sources:
    npm run --silent typecheck
    npm run --silent lint

# Calls timelab with `key=value` turned into `--key=value` for the keys that the verb takes; `@key` is its operand.
[no-cd]
[no-exit-message]
[script('sh', '-eu')]
_timelab verb keys *args:
    verb=$1 keys=$2
    shift 2
    for argument in "$@"; do
        shift
        key=${argument%%=*} value=${argument#*=}
        case $key in "$argument" | "" | *[!a-z]*) set -- "$@" "$argument"; continue ;; esac
        case " $keys " in
            *" $key "*) set -- "$@" "--$key=$value" ;;
            *" @$key "*) set -- "$@" "$value" ;;
            *)
                echo "\`just $verb\` takes$(printf ' %s=' $keys | tr -d @), not \`$key=\`. Flags of timelab go as they are: --help." >&2
                exit 64
                ;;
        esac
    done
    [ -x {{ timelab }} ] || { echo "timelab is not built yet: run \`npm run setup\` first." >&2; exit 70; }
    exec {{ timelab }} "$verb" "$@"
