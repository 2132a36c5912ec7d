import { type DayPlan, planDay } from './day.ts';
import { nixLabFiles } from './nix-lab.ts';

/** Plans a lab in a folder: what git must not keep, the daily verbs for `just`, a flake if wanted, and the first day. */
export function planInit(day: string, { nix = false } = {}): DayPlan {
  const { folders, files } = planDay(day);
  return {
    day,
    folders,
    files: [
      { path: '.gitignore', text: gitignore },
      { path: 'Justfile', text: justfile },
      ...(nix ? nixLabFiles : []),
      ...files,
    ],
  };
}

const gitignore = `# Secrets stay on this machine.
secrets/
.env
.env.*

# What Nix and direnv leave.
/result
/result-*
.direnv/

# Derived from the manifests; \`timelab sync\` makes them again.
/runs.csv
/latest
.timelab*
/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/runs.csv
/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/run.json
/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/analyzer/outputs/commit_*
/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/knowledge/graph/[0-9]*Z_*.json
`;

const justfile = `# The daily verbs of this lab: \`just day\`, \`just ai spec=PATH\`, \`just sync\`.
set positional-arguments

_default:
    @just --list

# Make today's folder: just day [date=2025-10-15] [tz=Europe/Berlin]
[no-exit-message]
day *args:
    @timelab day "$@"

# Write a spec to start from: just new NAME
[no-exit-message]
new *args:
    @timelab new "$@"

# Ask a model: just ai spec=PATH [model=ollama:qwen2.5:7b]
[no-exit-message]
ai *args:
    @timelab ai "$@"

# Mine a git history: just mine repo=OWNER name=NAME limit=5, or repo=PATH, or spec=PATH
[no-exit-message]
mine *args:
    @timelab mine "$@"

# Summarise one commit: just summ sha=HEAD [repo=PATH]
[no-exit-message]
summ *args:
    @timelab summ "$@"

# Say what is wrong with specs and manifests: just check FILE…
[no-exit-message]
check *args:
    @timelab check "$@"

# Say what can answer here: just model list
[no-exit-message]
model *args:
    @timelab model "$@"

# Rebuild the index and the links
[no-exit-message]
sync *args:
    @timelab sync "$@"
`;
