import { relativeTime } from '../find/time-span.ts';
import type { LedgerRow } from '../ledger/ledger.ts';
import type { Manifest } from '../record/manifest.ts';
import { formatTable } from '../table.ts';

/** What a page about a run is made of. */
export interface ShownRun {
  readonly manifest: Manifest;
  /** Absolute. */
  readonly folder: string;
  /** The files that the manifest names, with their sizes in bytes; without one, a file is not there. */
  readonly files: readonly { readonly path: string; readonly bytes?: number }[];
  /** How many more files the run's own file list has. */
  readonly listed: number;
  /** The runs that repeat this one, as the ledger lists them. */
  readonly repeats: readonly LedgerRow[];
  readonly now: Date;
}

/** A page about one run, a line each; nothing that a model wrote stands there. */
export function pageOf(run: ShownRun): string[] {
  const { manifest, folder } = run;
  const facts: readonly (readonly [label: string, ...lines: (string | undefined)[]])[] = [
    ['run', manifest.run_id],
    ['name', [manifest.task.name, manifest.task.kind, ...(manifest.task.tags ?? [])].join(', ')],
    ['status', statusOf(manifest), manifest.error?.message, manifest.error?.hint],
    ['started', `${manifest.timestamp_start}, ${relativeTime(new Date(manifest.timestamp_start), run.now)}`],
    ['took', durationOf(manifest)],
    ['command', manifest.cmd],
    ['spec', `${manifest.task.spec_path}, sha256 ${short(manifest.task.inputs_hash)}`],
    ...modelFacts(manifest),
    ['mined', minedOf(manifest)],
    ['code', codeOf(manifest)],
    ['system', systemOf(manifest)],
    ['network', networkOf(manifest)],
    ['checks', ...(manifest.validation ?? []).map(({ check, ok }) => `${check}: ${ok ? 'ok' : 'failed'}`)],
    ['notes', ...(manifest.notes ?? [])],
    ['repeats', repeatsOf(manifest)],
    ['verdicts', ...run.repeats.map((row) => verdictOf(row, run.now))],
    ['files', ...filesOf(run)],
    ['folder', folder],
  ];
  return formatTable(facts.flatMap(([label, ...lines]) => labelled(label, lines)));
}

/** The lines of one fact: the label stands before the first of them; a fact without lines is left out. */
function labelled(label: string, lines: readonly (string | undefined)[]): [string, string][] {
  const known = lines.filter((line) => line !== undefined && line !== '');
  return known.map((line, at) => [at === 0 ? label : '', line?.replace(/[\r\n]+/g, ' ') ?? '']);
}

function statusOf({ status, error }: Manifest): string {
  return error === undefined ? status : `${status}: ${error.kind} (exit code ${error.code})`;
}

function durationOf({ metrics = {} }: Manifest): string | undefined {
  const { duration_seconds: all, model_seconds: model, tokens_input: read, tokens_output: written } = metrics;
  const parts = [
    all === undefined ? undefined : `${all.toFixed(1)} s`,
    model === undefined ? undefined : `the model ${model.toFixed(1)} s of that`,
    read === undefined ? undefined : `${read} tokens in`,
    written === undefined ? undefined : `${written} out`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function modelFacts({ model, determinism }: Manifest): [string, ...(string | undefined)[]][] {
  if (model === undefined) return [];
  const { engine = { name: '' }, hash } = model;
  const known = [model.name, model.quantization, hash && `sha256 ${short(hash)}`, model.license];
  return [
    ['model', joined([...known, model.remote_host && `served from ${model.remote_host}`])],
    ['engine', joined([[engine.name, engine.release].join(' ').trim(), engine.server, engine.cpu])],
    [
      'settings',
      joined(Object.entries(model.params).map(([name, value]) => `${name} ${JSON.stringify(value)}`)),
    ],
    ['tier', determinism?.tier],
    [
      'recorded',
      ...(model.answered_from ?? []).map(
        ({ run_id, path, answers }) => `${answers} of the answers, from ${run_id.slice(0, 8)} ${path}`,
      ),
    ],
  ];
}

function minedOf({ history }: Manifest): string | undefined {
  if (history === undefined) return undefined;
  const { repository, commits, head } = history;
  return joined([Object.values(repository).join(' '), `${commits} commits`, head && `from ${short(head)}`]);
}

function codeOf({ git_sha, git }: Manifest): string {
  if (/^0+$/.test(git_sha)) return 'no commit';
  const tree =
    git && (git.dirty ? `with changes${git.patch === undefined ? '' : ` (${git.patch})`}` : 'clean');
  return joined([
    short(git_sha),
    git?.describe?.startsWith(short(git_sha)) ? undefined : git?.describe,
    git?.branch,
    tree,
  ]);
}

function systemOf({ env, flake_lock_sha256: lock }: Manifest): string {
  const tools = Object.entries(env.tools).map(([name, version]) => `${name} ${version}`);
  const flake = /^0+$/.test(lock) ? 'no flake.lock' : `flake.lock ${short(lock)}`;
  const nix = env.nix_version && `nix ${env.nix_version}`;
  return joined([env.system, ...env.apps.map((app) => app.replace('@', ' ')), ...tools, nix, flake]);
}

function networkOf({ network: { allowed, hosts } }: Manifest): string {
  return joined([allowed ? 'allowed' : 'not allowed', ...hosts]);
}

function repeatsOf({ parent_run_id: parent, repro }: Manifest): string | undefined {
  if (parent === undefined) return undefined;
  const causes =
    repro === undefined || repro.causes.length === 0 ? undefined : `by ${repro.causes.join(', ')}`;
  return joined([parent.slice(0, 8), repro?.verdict.replace('_', ' '), causes]);
}

function verdictOf({ verdict, changed, run_id, timestamp_start, status }: LedgerRow, now: Date): string {
  const said = verdict === '' ? status : verdict.replace('_', ' ');
  const factors = changed === '' ? undefined : `changed: ${changed.split(' ').join(', ')}`;
  return joined([said, factors, relativeTime(new Date(timestamp_start), now), run_id.slice(0, 8)]);
}

/** How many files of a run are named on its page; all are in the record. */
const MOST_FILES = 20;

function filesOf({ files, listed, manifest }: ShownRun): string[] {
  const shown = files
    .slice(0, MOST_FILES)
    .map(({ path, bytes }) => [path, bytes === undefined ? 'not there' : formatBytes(bytes)]);
  const rest = files.length - shown.length;
  const total = formatBytes(files.reduce((sum, { bytes = 0 }) => sum + bytes, 0));
  return [
    ...formatTable(shown),
    ...(rest > 0 ? [`and ${rest} more`] : []),
    ...(listed > 0 ? [`and ${listed} that ${manifest.file_list} lists`] : []),
    `${total} in all${listed > 0 ? ', without those' : ''}`,
  ];
}

/** A size for people, in the units of SI: `338 B`, `1.2 kB`, `93 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}

const short = (digest: string) => digest.slice(0, 12);
const joined = (parts: readonly (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== '').join(', ');
