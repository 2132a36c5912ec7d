import { type DayPlan, planDay } from './day.ts';

/** Plans a lab in a folder: what git must not keep, the daily verbs for `just`, and the first day. */
export function planInit(day: string): DayPlan {
  const { folders, files } = planDay(day);
  return {
    day,
    folders,
    files: [{ path: '.gitignore', text: gitignore }, { path: 'Justfile', text: justfile }, ...files],
  };
}

const gitignore = `# Secrets stay on this machine.
secrets/
.env
.env.*

# Derived from the manifests; \`timelab sync\` makes them again.
/runs.csv
/latest
.timelab*
/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/runs.csv
/[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]/run.json
`;

const justfile = `# The daily verbs of this lab: \`just day\`, \`just ai spec=PATH\`, \`just sync\`.
set positional-arguments

# List the verbs
default:
    @just --list

# Make today's folder
day *args:
    @timelab day "$@"

# Write a spec to start from: just new NAME
new *args:
    @timelab new "$@"

# Ask a model: just ai spec=PATH
ai *args:
    @timelab ai "$@"

# Say what is wrong with specs and manifests: just check FILE…
check *args:
    @timelab check "$@"

# Rebuild the index and the links
sync *args:
    @timelab sync "$@"
`;
