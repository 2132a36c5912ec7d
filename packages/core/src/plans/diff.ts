import { type ComparedRun, compareRuns } from '../compare/compare-runs.ts';
import { type JsonDifference, jsonDifferences } from '../compare/json-differences.ts';
import type { Piece } from '../compare/word-diff.ts';
import type { Json } from '../json/canonical-json.ts';
import type { Manifest } from '../record/manifest.ts';
import { type RunFactor, runFactors } from '../record/repro-record.ts';

/** A run to be held against another: its record and spec, where it lies, and the digests of all its files. */
export interface DiffedRun extends ComparedRun {
  /** Relative to the lab, or absolute where it lies outside. */
  readonly path: string;
  readonly digests: ReadonlyMap<string, string>;
}

/** One place in which two runs differ; a side that has nothing there is left out. */
export interface DiffPlace extends JsonDifference {
  /** False where one side does not record it, so that it may have been the same. */
  readonly known: boolean;
}

/** What two runs differ by, by part: the factors that could make a difference, and what came of it. */
export interface RunDiff {
  readonly a: RunHead;
  readonly b: RunHead;
  readonly changed: readonly RunFactor[];
  readonly unknown: readonly RunFactor[];
  readonly parts: Readonly<Record<DiffPart, readonly DiffPlace[]>>;
  readonly commits?: CommitsBetween;
  readonly artifacts: ArtifactDiff;
}

/** The parts that are compared place by place. */
export const diffParts = [...runFactors, 'outcome', 'metrics'] as const;
export type DiffPart = (typeof diffParts)[number];

interface RunHead {
  readonly run_id: string;
  readonly name: string;
  readonly path: string;
  readonly timestamp_start: string;
  readonly status: string;
}

/** The commits to the code that one run had and the other had not, newest first. */
export interface CommitsBetween {
  readonly only_a: readonly Commit[];
  readonly only_b: readonly Commit[];
  /** What cannot be told, or stands beside the commits, such as changes that were not committed. */
  readonly notes: readonly string[];
}

interface Commit {
  readonly id: string;
  readonly subject: string;
}

/** Which files two runs have, by path and digest. */
export interface ArtifactDiff {
  readonly only_a: readonly string[];
  readonly only_b: readonly string[];
  readonly differing: readonly DifferingFile[];
  /** How many are the same. */
  readonly same: number;
}

/** A file that both runs have, with other bytes in it. */
export interface DifferingFile {
  readonly path: string;
  /** The lengths, in bytes; a side that is not there is left out. */
  readonly bytes?: { readonly a?: number; readonly b?: number };
  /** Where the files part: the line, counted from 1, and the byte, counted from 0. */
  readonly first?: { readonly line: number; readonly byte: number };
  /** How they differ, where their contents were asked for: as JSON, or word by word. */
  readonly places?: readonly JsonDifference[];
  readonly words?: readonly Piece[];
}

/** What the surroundings know of two runs besides their records. */
export interface DiffSurroundings {
  readonly commits?: CommitsBetween;
  /** The inputs of the two flake.locks by name, where both are at hand. */
  readonly locks?: readonly [a: Json, b: Json];
  readonly differing: readonly DifferingFile[];
}

/** Puts together all that two runs differ by. */
export function diffRuns(
  a: DiffedRun,
  b: DiffedRun,
  { commits, locks, differing }: DiffSurroundings,
): RunDiff {
  const { changed, unknown, differences } = compareRuns(a, b);
  const ofFactor = (factor: RunFactor): DiffPlace[] =>
    differences.filter((one) => one.factor === factor).map(({ factor: _, ...place }) => place);
  const factorParts = Object.fromEntries(runFactors.map((factor) => [factor, ofFactor(factor)]));
  return {
    a: headOf(a),
    b: headOf(b),
    changed,
    unknown,
    parts: {
      ...(factorParts as Record<RunFactor, DiffPlace[]>),
      environment: [
        ...ofFactor('environment'),
        ...(locks === undefined ? [] : known('/flake.lock', ...locks)),
      ],
      outcome: known('', outcomeOf(a.manifest), outcomeOf(b.manifest)),
      metrics: known('', a.manifest.metrics ?? {}, b.manifest.metrics ?? {}),
    },
    ...(commits === undefined ? {} : { commits }),
    artifacts: { ...splitFiles(a.digests, b.digests), differing },
  };
}

function headOf({ manifest, path }: DiffedRun): RunHead {
  const { run_id, task, timestamp_start, status } = manifest;
  return { run_id, name: task.name, path, timestamp_start, status };
}

function known(at: string, a: Json, b: Json): DiffPlace[] {
  return jsonDifferences(a, b).map((one) => ({ ...one, pointer: at + one.pointer, known: true }));
}

function outcomeOf({ status, error, validation, determinism, model }: Manifest): Json {
  const checks = (validation ?? []).map(({ check, ok }): [string, Json] => [check, ok]);
  return {
    status,
    ...(error === undefined ? {} : { error: { kind: error.kind, message: error.message } }),
    ...(checks.length === 0 ? {} : { checks: Object.fromEntries(checks) }),
    ...(determinism === undefined ? {} : { tier: determinism.tier }),
    ...(model?.answered_from === undefined ? {} : { answered_from: model.answered_from }),
  };
}

// Which files stand on one side only, and how many on both with the same bytes.
function splitFiles(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) {
  const paths = [...a.keys()];
  return {
    only_a: paths.filter((path) => !b.has(path)),
    only_b: [...b.keys()].filter((path) => !a.has(path)),
    same: paths.filter((path) => a.get(path) === b.get(path)).length,
  };
}

/** The files that both runs have with other bytes, by path. */
export function differingPaths(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...a.keys()].filter((path) => b.has(path) && a.get(path) !== b.get(path));
}

/** The inputs of a flake.lock (version 7) by their names, each with what it is locked to; undefined for what is none. */
export function lockedInputs(text: string): Json | undefined {
  const nodes = nodesOf(text);
  if (nodes === undefined) return undefined;
  const locked = Object.entries(nodes).flatMap(([name, node]): [string, Json][] => {
    const locked = Object.entries(Object(Object(node)['locked']) as Record<string, unknown>);
    const facts = locked.filter((fact): fact is [string, string | number] => isLockFact(fact));
    return facts.length === 0 ? [] : [[name, Object.fromEntries(facts)]];
  });
  return Object.fromEntries(locked);
}

const lockFacts = ['rev', 'narHash', 'lastModified'];

function isLockFact([name, value]: readonly [string, unknown]): boolean {
  return lockFacts.includes(name) && ['string', 'number'].includes(typeof value);
}

function nodesOf(text: string): object | undefined {
  try {
    const nodes: unknown = Object(JSON.parse(text))['nodes'];
    return typeof nodes === 'object' && nodes !== null ? nodes : undefined;
  } catch {
    return undefined;
  }
}
