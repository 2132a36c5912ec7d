/** How much a finding weighs: nothing, worth knowing, something will not work or mends itself, something is wrong. */
export type Severity = 'ok' | 'note' | 'warning' | 'error';

/** What a check of `timelab doctor` is about, what it looks at, and the usual way out. */
interface FindingKindInfo {
  readonly of: 'lab' | 'machine';
  readonly means: string;
  readonly wayOut: string;
  /** Whether `--fix` puts it right: it is derived, or left over, or a mode. */
  readonly mendable?: true;
}

const mend = '`timelab doctor --fix` puts it right.';

/** Every check of `timelab doctor` by its stable word, in the order in which they are told. */
export const findingKinds = {
  lab: {
    of: 'lab',
    means: 'whether there is a lab, and how many runs it holds',
    wayOut: 'Make one with `timelab init`, or name one with `--lab DIR`.',
  },
  repository: {
    of: 'lab',
    means: 'whether git reads the lab, so that records name a commit',
    wayOut: '`git init` makes a repository of it.',
  },
  writing: {
    of: 'lab',
    means: 'whether this user may write in the lab',
    wayOut: 'Check its owner, its modes and whether the file system is mounted read-only.',
  },
  disk: {
    of: 'lab',
    means: 'how much room the file system of the lab has',
    wayOut: 'Free some space; finished runs are whole.',
  },
  records: {
    of: 'lab',
    means: 'whether every run.json can be read and lies where it says',
    wayOut: 'Restore it from git or a backup, or delete the run folder.',
  },
  recordings: {
    of: 'lab',
    means: 'whether the kept answers of models can be read',
    wayOut: 'Restore it from git or a backup, or delete it: the model is asked again.',
  },
  interrupted: {
    of: 'lab',
    means: 'whether runs are recorded as running whose processes have ended',
    wayOut: `The next command that writes settles it; ${mend}`,
    mendable: true,
  },
  index: {
    of: 'lab',
    means: 'whether runs.csv, of the lab and of each day, says what the records say',
    wayOut: mend,
    mendable: true,
  },
  links: {
    of: 'lab',
    means: 'whether latest and the links of the days lead where the records say',
    wayOut: mend,
    mendable: true,
  },
  leftovers: {
    of: 'lab',
    means: 'whether processes that were killed have left something unfinished',
    wayOut: mend,
    mendable: true,
  },
  modes: {
    of: 'lab',
    means: "whether run folders are their owner's to write, and nobody else's to read",
    wayOut: mend,
    mendable: true,
  },
  secrets: {
    of: 'lab',
    means: "whether secrets/ is its owner's alone, and can be read",
    wayOut: `Of a wide mode: \`chmod 700 secrets\`, or: ${mend} A line of secrets/.env.lab that cannot be read is yours to mend.`,
    mendable: true,
  },
  mending: {
    of: 'lab',
    means: 'whether --fix could do its work',
    wayOut: 'Remove what is in its way, and call it again: it may be called as often as you like.',
  },
  node: {
    of: 'machine',
    means: 'the version of Node that runs timelab',
    wayOut: 'Install Node 20.19 or newer.',
  },
  clock: {
    of: 'machine',
    means: 'whether the clock can be right, and has not gone back behind the newest run',
    wayOut: 'Set the clock; runs are ordered by it.',
  },
  places: {
    of: 'machine',
    means: 'whether weights, caches, findings of probes and temporary files can be written',
    wayOut: 'Make it writable, or name another place: docs/reference/ENVIRONMENT.md.',
  },
  git: {
    of: 'machine',
    means: 'which git there is',
    wayOut: 'Install git 2.39.4 or newer.',
  },
  rust_extractor: {
    of: 'machine',
    means: 'whether the program that reads histories is here and starts',
    wayOut:
      '`npm run setup` builds it; TIMELAB_RUST_EXTRACTOR names another place. `mine` and `summ` need it.',
  },
  py_post: {
    of: 'machine',
    means: 'whether the program that writes pages of histories is here and starts',
    wayOut: '`npm run setup` builds it; TIMELAB_PY_POST names another place. `mine` and `summ` need it.',
  },
  isolation: {
    of: 'machine',
    means: 'what the helper programs run behind',
    wayOut:
      'Install bubblewrap; or say TIMELAB_ISOLATION=none, which is recorded. `mine` and `summ` need it.',
  },
  weights: {
    of: 'machine',
    means: 'whether the weights of the embedded model are here, with the digest they should have',
    wayOut: '`timelab model pull smollm2` fetches them (93 MB, once).',
  },
  engine: {
    of: 'machine',
    means: 'whether the embedded engine is installed for this platform',
    wayOut: 'Add node-llama-cpp beside timelab, or use ollama:NAME.',
  },
  ollama: {
    of: 'machine',
    means: 'whether an Ollama server answers, and with how many models',
    wayOut: '`ollama serve` starts it; OLLAMA_HOST says where it is. Only ollama:NAME needs it.',
  },
  nix: {
    of: 'machine',
    means: 'whether there is a Nix that can build flakes',
    wayOut: 'https://nixos.org/download; only labs with a flake need it.',
  },
} as const satisfies Record<string, FindingKindInfo>;

export type FindingKind = keyof typeof findingKinds;

/** One thing that `timelab doctor` looked at, and what came of it. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** A path in the lab, or the name of what was looked for on the machine. */
  readonly place: string;
  readonly reason: string;
  /** What to do about it; nothing where all is well. */
  readonly way_out?: string;
}

/** A finding with the usual way out of its kind, unless another is given. */
export function finding(
  kind: FindingKind,
  severity: Severity,
  place: string,
  reason: string,
  wayOut: string = findingKinds[kind].wayOut,
): Finding {
  return { kind, severity, place, reason, ...(severity === 'ok' ? {} : { way_out: wayOut }) };
}

/** Whether `--fix` puts right what a finding tells. */
export function isMendable({ kind, severity }: Finding): boolean {
  const info: FindingKindInfo = findingKinds[kind];
  return severity !== 'ok' && severity !== 'note' && info.mendable === true;
}
