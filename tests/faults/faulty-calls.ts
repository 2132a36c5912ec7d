import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { readSpec } from '../../packages/core/src/index.ts';
import { openLab } from '../../packages/store/src/index.ts';
import { type Place, program, timelab } from '../rig.ts';
import { sha256 } from '../snapshot.ts';
import { wrongAfterNext } from './inspected-lab.ts';

/** A command that writes, as it is called in a copy of the lab below, and what has to hold of it beside the lab. */
export interface FaultyCall {
  readonly name: string;
  readonly args: readonly string[];
  /** What is done to the copy before. */
  readonly prepare?: (lab: string) => Promise<unknown>;
  /** What is wrong with what it makes beside runs, in the lab or in the folder beside it. */
  readonly wrong?: (lab: string, room: string) => Promise<string[]>;
  /** The system calls at which something was wrong once: these are tried always. */
  readonly always?: RegExp;
  /** Whether it writes beside the lab and not in it. */
  readonly outside?: true;
  /** Whether it needs the helper programs. */
  readonly mines?: true;
}

/** The files of a lab in which all of these calls do something: two runs, one asked and one mined. */
export async function fillLab(lab: string, env: Place['env'], mines: boolean): Promise<void> {
  const spec = { kind: 'llm', version: '1.0', inputs: { prompt: 'Hello?' }, config: { model: 'ollama:m' } };
  await writeFile(join(lab, 'spec.json'), JSON.stringify(spec));
  await must(['git', 'add', '-A'], lab);
  await must(['git', 'commit', '-qm', 'a spec'], lab);
  const runs = [['ai', '--spec', 'spec.json'], ...(mines ? [['mine', '--repo', '.', '--limit', '1']] : [])];
  for (const [at, args] of runs.entries()) {
    const ran = await timelab(args, {
      cwd: lab,
      env: { ...env, TIMELAB_NOW: `2025-10-15T10:23:0${at}.000Z` },
    });
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
  }
  await timelab(['sync'], { cwd: lab });
}

async function must([name = '', ...args]: readonly string[], cwd: string): Promise<void> {
  const ran = await program(name, args, { cwd });
  if (ran.code !== 0) throw new Error(ran.stderr);
}

const host = sha256(hostname()).slice(0, 16);

/** Takes from a lab what is derived, and leaves in it what a dead process would. */
async function fallBehind(lab: string): Promise<void> {
  for (const path of ['runs.csv', 'latest', '2025/10/15/run.json', '2025/10/15/runs.csv'])
    await rm(join(lab, path));
  await writeFile(join(lab, `2025/10/15/.timelab-${host}-4194301-0123456789ab.tmp`), 'half');
}

async function wrongSpec(lab: string): Promise<string[]> {
  const path = join(lab, '2031/02/03/ai-team/specs/another.json');
  if (!existsSync(path)) return [];
  const reading = readSpec(await readFile(path));
  return 'faults' in reading ? [`${relative(lab, path)} is torn`] : [];
}

/** After an `init` that may have come to nothing, the next makes a lab that is whole. */
async function wrongLab(_lab: string, room: string): Promise<string[]> {
  const made = await timelab(['init', 'other'], { cwd: room });
  if (made.code !== 0) return [`the next init ended with ${made.code}: ${made.stderr}`];
  return wrongAfterNext(openLab(join(room, 'other')), []);
}

/** A checkout is whole or not there, and the next one beside it clears away what it left. */
async function wrongCode(lab: string, room: string): Promise<string[]> {
  const whole = existsSync(join(room, 'code'));
  const wrong = whole && !existsSync(join(room, 'code/spec.json')) ? ['the code is not whole'] : [];
  const [run = ''] = await readdir(join(lab, '2025/10/15/ai-team/artifacts'));
  const next = await timelab(['checkout', run, '../room/again'], { cwd: lab });
  if (next.code !== 0) wrong.push(`the next checkout ended with ${next.code}: ${next.stderr}`);
  const left = (await readdir(room)).filter((name) => name.startsWith('.timelab-checkout-'));
  return [...wrong, ...left.map((name) => `${name} is left`)];
}

// A run that could not open its stream of records waited for ever.
const openedStream = /openat\(.*\/commits\.jsonl".*O_CREAT/;

/** The words of a call, with the names of the runs that stand in a lab. */
export function argsIn({ args }: FaultyCall, runs: readonly string[]): string[] {
  const place: Readonly<Record<string, string>> = { ASKED: 'artifacts', MINED: 'outputs' };
  return args.map((word) => runs.find((run) => run.includes(`/${place[word]}/`)) ?? word);
}

/** Every command that writes in a lab. */
export const faultyCalls: readonly FaultyCall[] = [
  { name: 'init', args: ['init', '../room/other'], wrong: wrongLab, outside: true },
  { name: 'checkout', args: ['checkout', 'ASKED', '../room/code'], wrong: wrongCode, outside: true },
  { name: 'day', args: ['day'] },
  { name: 'new', args: ['new', 'another'], wrong: wrongSpec },
  { name: 'ai', args: ['ai', '--spec', 'spec.json'] },
  { name: 'mine', args: ['mine', '--repo', '.', '--limit', '2'], mines: true },
  { name: 'summ', args: ['summ', 'HEAD', '--repo', '.'], always: openedStream, mines: true },
  { name: 'sync', args: ['sync'], prepare: fallBehind },
  { name: 'repro of an asked run', args: ['repro', 'ASKED'] },
  { name: 'repro of a mined run', args: ['repro', 'MINED'], mines: true },
];
