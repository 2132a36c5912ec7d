# The daily verbs. Arguments are written `key=value`, spaces and quotes included: just ai spec="my spec.json"
# They reach timelab as they are, and timelab knows which keys a verb takes.

set positional-arguments

timelab := quote(justfile_directory() / "node_modules/.bin/timelab")
just := quote(just_executable()) + " --justfile " + quote(justfile())

_default:
    @{{ just }} --list

# Make today's folder, or another day's: just day [date=2025-10-15] [tz=Europe/Berlin]
[group('lab')]
[no-cd]
[no-exit-message]
day *args: _built
    @{{ timelab }} day "$@"

# Write a spec to start from: just new NAME [kind=llm]
[group('lab')]
[no-cd]
[no-exit-message]
new *args: _built
    @{{ timelab }} new "$@"

# Ask a language model what a spec asks: just ai spec=PATH [model=ollama:qwen2.5:7b]
[group('lab')]
[no-cd]
[no-exit-message]
ai *args: _built
    @{{ timelab }} ai "$@"

# Mine a git history: just mine repo=OWNER name=NAME limit=5, or repo=PATH, or spec=PATH
[group('lab')]
[no-cd]
[no-exit-message]
mine *args: _built
    @{{ timelab }} mine "$@"

# Summarise one commit: just summ sha=HEAD [repo=PATH] [model=llamacpp:smollm2]
[group('lab')]
[no-cd]
[no-exit-message]
summ *args: _built
    @{{ timelab }} summ "$@"

# Rebuild the index and the links from the manifests: just sync
[group('lab')]
[no-cd]
[no-exit-message]
sync *args: _built
    @{{ timelab }} sync "$@"

# Check the sources, or specs and manifests: just check [FILE…]
[group('house')]
[no-cd]
[no-exit-message]
check *args: _built
    @if [ $# -gt 0 ]; then {{ timelab }} check "$@"; else {{ just }} _check-sources; fi

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

# Move the locks to the newest that fits: just update [node] [rust] [python] [hooks] [nix]
[group('house')]
update *args:
    @node scripts/update.mjs "$@"

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

[no-exit-message]
_built:
    @[ -x {{ timelab }} ] || { echo "timelab is not built yet: run \`npm run setup\` first." >&2; exit 70; }
