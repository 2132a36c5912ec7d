import { problemKinds } from '../problem/problem.ts';
import { commitList, recordStream, specCopy } from './kept-files.ts';
import type { Manifest } from './manifest.ts';
import { idOfRecord } from './run-id.ts';

/**
 * Every way in which a run can be other than its record, or its record be at odds with itself: the stable words
 * that `timelab verify` names faults by, with what each means.
 */
export const recordFaultKinds = {
  manifest_missing: 'the run has no run.json',
  manifest_invalid: 'run.json cannot be read, or a field holds what it cannot hold',
  place_mismatch: 'the folder is not where and called what the record says',
  run_id_mismatch: 'the run id is not the hash of its four parts',
  spec_mismatch: 'the spec that is kept is another, or says something else than the record',
  input_mismatch: 'what is said of an input is not what is kept of it',
  artifacts_mismatch: 'the lists of artifacts and of digests differ',
  history_mismatch: 'what is said of the history is not what is kept of it',
  metrics_mismatch: 'a number is none that can be, or not that of the answers that are kept',
  recordings_mismatch: 'a recording that is named is not that of the answer, or is there and damaged',
  repro_mismatch: 'there is a verdict on a repetition that cannot have been given',
  status_mismatch: 'status, error and times do not go together',
  git_mismatch: 'what is said of the code does not go together',
  digest_mismatch: 'a file has other bytes than were recorded',
  file_missing: 'a file that was recorded is not there',
  file_added: 'a file is there that was not recorded',
  not_a_file: 'a link, a pipe or a folder stands where a file was recorded',
  unreadable: 'a file cannot be read',
  list_invalid: 'a line of the file list is none',
  unsettled: 'the record says running, but its process has ended',
  row_missing: 'a ledger does not list the run',
  row_mismatch: 'a ledger says something else of the run',
  row_stray: 'a ledger lists a run that is not there',
  link_missing: 'a derived link that leads to the run is not there',
  link_mismatch: 'a derived link leads elsewhere',
  commit_missing: 'the commit is not in the repository',
  code_mismatch: 'the code at the commit has another digest',
  patch_missing: 'the patch of a dirty tree is not kept',
  patch_fails: 'the patch cannot be applied to the commit',
  tree_mismatch: 'commit and patch make another tree',
} as const;

export type RecordFaultKind = keyof typeof recordFaultKinds;

/** One thing in which a run is not as it was recorded. */
export interface RecordFault {
  readonly kind: RecordFaultKind;
  /** A path in the run, or in the lab for what is derived; of run.json with a JSON pointer behind a "#". */
  readonly place: string;
  /** What is there, and what was recorded. */
  readonly detail: string;
}

/** All in which a manifest is at odds with itself, found without a look at any file. */
export function faultsWithin(manifest: Manifest): RecordFault[] {
  return [
    ...idFaults(manifest),
    ...artifactFaults(manifest),
    ...inputFaults(manifest),
    ...historyFaults(manifest),
    ...statusFaults(manifest),
    ...gitFaults(manifest),
    ...metricFaults(manifest),
    ...reproFaults(manifest),
  ];
}

function idFaults(manifest: Manifest): RecordFault[] {
  const id = idOfRecord(manifest);
  const detail = `its four parts make ${short(id)}, recorded is ${short(manifest.run_id)}`;
  return id === manifest.run_id ? [] : [recordFault('run_id_mismatch', '/run_id', detail)];
}

function artifactFaults({ artifacts, digests }: Manifest): RecordFault[] {
  const listed = new Set(artifacts);
  const place = '/artifacts';
  const twice = artifacts.length - listed.size;
  return [
    ...artifacts
      .filter((path) => !Object.hasOwn(digests, path))
      .map((path) => recordFault('artifacts_mismatch', place, `${path} is listed without a digest`)),
    ...Object.keys(digests)
      .filter((path) => !listed.has(path))
      .map((path) => recordFault('artifacts_mismatch', place, `${path} has a digest and is not listed`)),
    ...(twice === 0 ? [] : [recordFault('artifacts_mismatch', place, `${twice} of them are listed twice`)]),
  ];
}

function inputFaults({ inputs, digests, status, task }: Manifest): RecordFault[] {
  const spec = digests[specCopy];
  const from = inputs.find(({ path }) => path === specCopy)?.source;
  const faults = inputs.flatMap(({ path, sha256 }, at) => {
    const kept = digests[path];
    if (kept === sha256 || (kept === undefined && status !== 'ok')) return [];
    const detail = kept === undefined ? `${path} is no artifact` : `${path} is recorded with another digest`;
    return [recordFault('input_mismatch', `/inputs/${at}`, detail)];
  });
  if (from !== undefined && from !== task.spec_path)
    faults.push(
      recordFault('spec_mismatch', '/task/spec_path', `is ${task.spec_path}, the input is from ${from}`),
    );
  // A run that broke off may not have come to keeping it.
  if (spec === task.inputs_hash || (spec === undefined && status !== 'ok')) return faults;
  const is = spec === undefined ? 'is not kept' : `has ${short(spec)}`;
  const detail = `${specCopy} ${is}, the run is named by ${short(task.inputs_hash)}`;
  return [...faults, recordFault('spec_mismatch', '/task/inputs_hash', detail)];
}

function historyFaults({ history, digests, metrics, status, file_list }: Manifest): RecordFault[] {
  if (history === undefined) return [];
  const pairs = [
    ['ids_sha256', history.ids_sha256, digests[commitList]],
    ['stream_sha256', history.stream_sha256, digests[recordStream]],
    ['commits', history.commits, metrics?.['commits']],
  ] as const;
  const faults = pairs
    .filter(
      ([, said, kept]) => said !== kept && (status === 'ok' || (said !== undefined && kept !== undefined)),
    )
    .map(([name, said, kept]) =>
      recordFault(
        'history_mismatch',
        `/history/${name}`,
        `is ${short(said)}, and the run keeps ${short(kept)}`,
      ),
    );
  if (status !== 'ok' || file_list === undefined || Object.hasOwn(digests, file_list)) return faults;
  return [...faults, recordFault('artifacts_mismatch', '/file_list', `${file_list} is no artifact`)];
}

function statusFaults(manifest: Manifest): RecordFault[] {
  const { status, error, timestamp_start, timestamp_end, local_time, runner } = manifest;
  const failed = status === 'error' || status === 'cancelled';
  const say = (place: string, detail: string) => [recordFault('status_mismatch', place, detail)];
  return [
    ...(failed === (error !== undefined) ? [] : say('/error', `goes with no run that is ${status}`)),
    ...(error === undefined || problemKinds[error.kind].exitCode === error.code
      ? []
      : say('/error/code', `is ${error.code}, and ${error.kind} is ${problemKinds[error.kind].exitCode}`)),
    ...(timestamp_end !== null && timestamp_end < timestamp_start
      ? say('/timestamp_end', 'is before the start')
      : []),
    ...((timestamp_end === null) === (status === 'running') || status === 'cancelled'
      ? []
      : say('/timestamp_end', `goes with no run that is ${status}`)),
    ...(local_time === undefined || Date.parse(local_time) === Date.parse(timestamp_start)
      ? []
      : say('/local_time', 'is another instant than the start')),
    ...(runner === undefined || status === 'running'
      ? []
      : say('/runner', 'goes with no run that has ended')),
  ];
}

function metricFaults({ metrics = {} }: Manifest): RecordFault[] {
  const below = Object.entries(metrics).filter(([, value]) => value < 0);
  return below.map(([name, value]) =>
    recordFault(
      'metrics_mismatch',
      `/metrics/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      `is ${value}`,
    ),
  );
}

function reproFaults({ repro, parent_run_id }: Manifest): RecordFault[] {
  if (repro === undefined) return [];
  const same = repro.verdict === 'same' && (repro.causes.length > 0 || repro.first_difference !== undefined);
  return [
    ...(parent_run_id === undefined
      ? [recordFault('repro_mismatch', '/repro', 'is there, and no parent_run_id says what was repeated')]
      : []),
    ...(same ? [recordFault('repro_mismatch', '/repro/verdict', 'is same, and a difference is told')] : []),
  ];
}

function gitFaults({ git, git_sha, artifacts, status, notes = [] }: Manifest): RecordFault[] {
  if (git === undefined) return [];
  const none = /^0+$/.test(git_sha);
  const lost = git.patch !== undefined && status === 'ok' && !artifacts.includes(git.patch);
  const clean = !git.dirty && (git.patch !== undefined || git.tree !== undefined);
  // Of a tree without a patch it was not known what its code is, and a note says why.
  const why = git.code_sha256 === undefined && notes.some((note) => note.startsWith('The tree is dirty'));
  const bare = !none && git.dirty && git.tree === undefined && !why;
  return [
    ...(bare
      ? [recordFault('git_mismatch', '/git/dirty', 'is true, and neither tree nor note says how')]
      : []),
    ...(lost ? [recordFault('patch_missing', '/git/patch', `${git.patch} is no artifact`)] : []),
    ...(clean ? [recordFault('git_mismatch', '/git/dirty', 'is false, and there is a patch or a tree')] : []),
    ...(none && (git.patch ?? git.tree ?? git.code_sha256) !== undefined
      ? [recordFault('git_mismatch', '/git_sha', 'is zeros, and there is a tree or a patch')]
      : []),
  ];
}

/** A fault at a place of the run or the lab. */
export function faultAt(kind: RecordFaultKind, place: string, detail: string): RecordFault {
  return { kind, place, detail };
}

/** A fault at a place in the record, by its JSON pointer. */
export function recordFault(kind: RecordFaultKind, pointer: string, detail: string): RecordFault {
  return faultAt(kind, `run.json#${pointer}`, detail);
}

/** A digest as it is told: its first 12 digits. */
function short(value: string | number | undefined): string {
  return value === undefined ? 'nothing' : String(value).slice(0, 12);
}
