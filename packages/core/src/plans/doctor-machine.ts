import { type Finding, finding } from '../problem/findings.ts';
import type { Isolation } from '../record/manifest.ts';

/** A program that was looked for: its version where it is here and starts, else why not, in words. */
export interface SeenProgram {
  readonly version?: string;
  readonly complaint?: string;
}

/** What `timelab doctor` found on the machine. */
export interface MachineSight {
  readonly node: string;
  /** The current instant, and whether TIMELAB_NOW sets it. */
  readonly now: Date;
  readonly clockSet: boolean;
  /** The start of the newest run of the lab. */
  readonly newestRun?: string;
  /** Folders that are written to, with the reason where one cannot be. */
  readonly places: readonly { readonly name: string; readonly path: string; readonly reason?: string }[];
  readonly git: SeenProgram;
  /** This timelab's own version, which the helper programs share. */
  readonly timelab: string;
  readonly rustExtractor: SeenProgram;
  readonly pyPost: SeenProgram;
  readonly isolation: { readonly kind?: Isolation; readonly complaint?: string };
  readonly weights: readonly { readonly name: string; readonly state: 'ready' | 'pullable' | 'damaged' }[];
  /** Why the embedded engine cannot be started, in words. */
  readonly engine?: string;
  readonly ollama: { readonly models: number; readonly complaint?: string };
  readonly nix: SeenProgram & { readonly flakes?: boolean };
}

/** The oldest versions that timelab works with. */
const oldest = { node: [20, 19, 0], git: [2, 39, 4] } as const;

/** timelab is younger than any clock that shows an earlier instant. */
const FIRST_INSTANT = Date.UTC(2025, 0, 1);

/** How far a clock may be behind the newest run before it is told, in milliseconds: machines differ a little. */
const PATIENCE = 60_000;

/** All that is to be said of a machine, in the order of the checks. */
export function judgeMachine(sight: MachineSight): Finding[] {
  return [
    nodeFinding(sight),
    clockFinding(sight),
    ...placeFindings(sight),
    gitFinding(sight),
    toolFinding('rust_extractor', sight.rustExtractor, sight.timelab),
    toolFinding('py_post', sight.pyPost, sight.timelab),
    isolationFinding(sight),
    ...weightFindings(sight),
    engineFinding(sight),
    ollamaFinding(sight),
    nixFinding(sight),
  ];
}

function nodeFinding({ node }: MachineSight): Finding {
  if (isOlder(node, oldest.node)) return finding('node', 'error', 'node', `${node} is too old`);
  return finding('node', 'ok', 'node', node);
}

function isOlder(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const at = least.findIndex((number, index) => (parts[index] ?? 0) !== number);
  return at >= 0 && (parts[at] ?? 0) < (least[at] ?? 0);
}

function clockFinding({ now, clockSet, newestRun }: MachineSight): Finding {
  const shown = now.toISOString();
  if (clockSet)
    return finding('clock', 'note', 'TIMELAB_NOW', `sets the clock to ${shown}`, 'Unset it for real runs.');
  if (now.getTime() < FIRST_INSTANT) return finding('clock', 'error', 'clock', `shows ${shown}`);
  if (newestRun !== undefined && Date.parse(newestRun) > now.getTime() + PATIENCE)
    return finding('clock', 'warning', 'clock', `shows ${shown}, and the newest run began at ${newestRun}`);
  return finding('clock', 'ok', 'clock', shown);
}

function placeFindings({ places }: MachineSight): Finding[] {
  return places.map(({ name, path, reason }) =>
    reason === undefined
      ? finding('places', 'ok', path, `${name} can be written`)
      : finding('places', 'warning', path, `${name} cannot be written: ${reason}`),
  );
}

function gitFinding({ git: { version, complaint } }: MachineSight): Finding {
  if (version === undefined) return finding('git', 'warning', 'git', complaint ?? 'there is none');
  if (isOlder(version, oldest.git))
    return finding('git', 'warning', 'git', `${version} is too old to mine with`);
  return finding('git', 'ok', 'git', version);
}

/** What was built of other sources than timelab itself may write other records. */
function toolFinding(
  name: 'rust_extractor' | 'py_post',
  { version, complaint }: SeenProgram,
  own: string,
): Finding {
  if (version === undefined) return finding(name, 'warning', name, complaint ?? 'does not say its version');
  if (version !== own) return finding(name, 'warning', name, `is ${version}, and this timelab is ${own}`);
  return finding(name, 'ok', name, version);
}

function isolationFinding({ isolation: { kind, complaint } }: MachineSight): Finding {
  if (kind === undefined) return finding('isolation', 'warning', 'isolation', complaint ?? 'there is none');
  if (kind !== 'none') return finding('isolation', 'ok', 'isolation', kind);
  const reason = 'is none: helper programs reach the network and the whole disk';
  return finding(
    'isolation',
    'warning',
    'TIMELAB_ISOLATION',
    reason,
    'Unset it where bubblewrap is installed.',
  );
}

function weightFindings({ weights }: MachineSight): Finding[] {
  return weights.map(({ name, state }) => {
    if (state === 'ready')
      return finding('weights', 'ok', name, 'are here, with the digest they should have');
    if (state === 'pullable') return finding('weights', 'note', name, 'are not here');
    return finding('weights', 'error', name, 'have another digest than they should');
  });
}

function engineFinding({ engine }: MachineSight): Finding {
  if (engine === undefined) return finding('engine', 'ok', 'node-llama-cpp', 'is installed');
  return finding('engine', 'note', 'node-llama-cpp', engine);
}

function ollamaFinding({ ollama: { models, complaint } }: MachineSight): Finding {
  if (complaint !== undefined) return finding('ollama', 'note', 'ollama', complaint);
  return finding('ollama', 'ok', 'ollama', `answers, with ${models} ${models === 1 ? 'model' : 'models'}`);
}

function nixFinding({ nix: { version, complaint, flakes } }: MachineSight): Finding {
  if (version === undefined) return finding('nix', 'note', 'nix', complaint ?? 'there is none');
  if (complaint !== undefined) return finding('nix', 'warning', 'nix', complaint);
  if (flakes === true) return finding('nix', 'ok', 'nix', `${version}, with flakes`);
  const wayOut = 'Write `experimental-features = nix-command flakes` to nix.conf: docs/1-build/NIX.md.';
  return finding('nix', 'note', 'nix', `${version}, without flakes`, wayOut);
}
