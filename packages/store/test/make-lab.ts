import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatManifest, type Manifest, runPlaces, sha256 } from '@timelab/core';
import { dayOfPath, runPath } from '../src/run-path.ts';
import { sampleDraft, sampleSpec } from './sample-run.ts';

/** A lab that was made for a measurement: how many of its runs are well, and where the damaged ones lie. */
export interface MadeLab {
  readonly good: number;
  readonly damaged: readonly string[];
  readonly days: number;
}

/** The files that each run of a made lab has besides its record: those of a sample run, or none. */
type Files = Readonly<Record<string, string>>;

/** The ways in which one manifest in so many is damaged, in turn. */
const damages: readonly ((text: string) => string)[] = [
  (text) => text.slice(0, text.length / 2),
  () => '',
  (text) => text.replace('"status": "ok"', '"status": "fine"'),
  (text) => text.replace('{', '{ "run_id": "twice",'),
];

const first = Date.UTC(2025, 9, 15, 10, 23);
const runsOfDay = 100;

/**
 * Fills an empty folder with a lab of so many finished runs, a hundred a day, one in a thousand of them damaged unless said otherwise:
 * always the same bytes. With files, each run has these and a spec of its own. No ledgers and no links are made: those are what `sync` is for.
 */
export function makeLab(root: string, runs: number, files: Files = {}, every = 1000): MadeLab {
  const damaged: string[] = [];
  for (let at = 0; at < runs; at += 1) {
    const start = new Date(first + Math.floor(at / runsOfDay) * 86_400_000 + (at % runsOfDay) * 61_001);
    const spec = sampleSpec(at);
    const { section, manifest } = sampleDraft(start, `sample-${at % 7}`, spec);
    const path = runPath(section, manifest);
    const damage = at % every === every / 2 ? damages[Math.floor(at / every) % damages.length] : undefined;
    const own = Object.keys(files).length === 0 ? {} : { ...files, 'input/spec.json': spec };
    writeRun(join(root, path), manifest, own, damage ?? ((text) => text));
    if (damage !== undefined) damaged.push(path);
    // Every day that timelab makes has a place for histories, too.
    if (at % runsOfDay === 0) mkdirSync(join(root, dayOfPath(path), runPlaces.analyzer), { recursive: true });
  }
  return { good: runs - damaged.length, damaged: damaged.sort(), days: Math.ceil(runs / runsOfDay) };
}

function writeRun(folder: string, running: Manifest, files: Files, damage: (text: string) => string): void {
  const seconds = 1 + (Date.parse(running.timestamp_start) % 90_000) / 1000;
  const end = new Date(Date.parse(running.timestamp_start) + seconds * 1000).toISOString();
  const metrics = { duration_seconds: seconds, tokens_input: 12, tokens_output: 34 };
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const artifacts = Object.keys(files).sort();
  const digests = Object.fromEntries(artifacts.map((path) => [path, sha256(files[path] ?? '')]));
  const ended = { ...running, status: 'ok' as const, timestamp_end: end, metrics, artifacts, digests };
  writeFileSync(join(folder, 'run.json'), damage(formatManifest(ended)));
}

const [root, runs] = process.argv.slice(2);
// As a program: make-lab.ts FOLDER RUNS. Under the test runner the arguments are its own.
if (process.argv[1]?.includes('make-lab') && root !== undefined) makeLab(root, Number(runs));
