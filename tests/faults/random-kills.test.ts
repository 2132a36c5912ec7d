import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLedger, readSpec } from '../../packages/core/src/index.ts';
import type { Lab } from '../../packages/store/src/index.ts';
import { whyNoHelpers } from '../needed-helpers.ts';
import { ended, startTimelab, timelab } from '../rig.ts';
import { runsOf } from '../runs.ts';
import { isLong, noteFigure, scrambled, seed } from './effort.ts';
import { wrongAfterNext, wrongAtOnce } from './inspected-lab.ts';
import { type TemplateLab, templateLab } from './template-lab.ts';

const kills = isLong ? 300 : 16;
const together = isLong ? 64 : 12;
const noHelpers = whyNoHelpers();

let template: TemplateLab;
beforeAll(async () => {
  template = await templateLab();
});
afterAll(async () => await template.remove());

/** What the writers have done: the runs and specs that were acknowledged, how many starts, how many kills met one. */
interface Tally {
  readonly runs: string[];
  readonly specs: string[];
  readonly bad: string[];
  starts: number;
  /** About twice as long as a writer lives, in milliseconds. */
  life: number;
  killed: number;
}

const writers: readonly ((at: number) => readonly string[])[] = [
  () => ['ai', '--spec', 'spec.json'],
  () => ['ai', '--spec', 'spec.json'],
  () => ['ai', '--spec', 'spec.json'],
  (at) =>
    noHelpers === undefined
      ? ['mine', '--repo', '.', '--limit', '2', '--since', `19${71 + (at % 29)}-01-01`]
      : ['day'],
  (at) => ['new', `spec-${at}`],
  (at) => ['day', '--date', `2031-02-${String(1 + (at % 28)).padStart(2, '0')}`],
];

/** Until enough were killed, and some were not. */
const goesOn = ({ killed, runs }: Tally) => killed < kills || runs.length < template.runs.length + 3;

/** Starts a writer over and over, and kills it at a random time of its life, until enough were killed. */
async function write(lab: Lab, writer: number, tally: Tally): Promise<void> {
  const env = { OLLAMA_HOST: template.server.url };
  while (goesOn(tally)) {
    const at = tally.starts;
    tally.starts += 1;
    const args = writers[writer]?.(at) ?? [];
    const child = startTimelab(args, { cwd: lab.root, env });
    const end = ended(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), scrambled(at) * tally.life);
    const ran = await end;
    clearTimeout(timer);
    if (ran.signal === 'SIGKILL') tally.killed += 1;
    // So that a kill meets a writer anywhere in its life, however busy the machine is.
    tally.life *= ran.signal === 'SIGKILL' ? 1.25 : 0.85;
    if (ran.signal !== 'SIGKILL' && ran.code !== 0)
      tally.bad.push(`${args.join(' ')}: ${ran.code} ${ran.stderr}`);
    const paths = ran.stdout.split('\n').filter((path) => path.startsWith('/'));
    // What was printed was acknowledged, also by who was killed after it.
    if (args[0] === 'new') tally.specs.push(...paths);
    else
      tally.runs.push(
        ...paths
          .filter((path) => path.endsWith('/run.json'))
          .map((path) => relative(lab.root, dirname(path))),
      );
  }
}

test(`${kills} random kills among 6 writers, with sync and doctor beside them`, {
  timeout: 3_600_000,
}, async () => {
  await template.inCopy(async (lab) => {
    const tally: Tally = { runs: [...template.runs], specs: [], bad: [], starts: 0, killed: 0, life: 6000 };
    let syncs = 0;
    const tidy = async () => {
      while (goesOn(tally)) {
        const args = syncs % 4 === 3 ? ['doctor', '--fix', '--json'] : ['sync'];
        const ran = await timelab(args, { cwd: lab.root, env: { TIMELAB_ISOLATION: 'none' } });
        syncs += 1;
        // A machine without a model or a helper program is not what this is about.
        if (ran.code !== 0) tally.bad.push(`${args.join(' ')}: ${ran.code} ${ran.stderr}`);
        await sleep(100);
      }
    };
    await Promise.all([tidy(), ...writers.map((_, at) => write(lab, at, tally))]);
    await timelab(['sync'], { cwd: lab.root });
    const acknowledged = [...new Set(tally.runs)];
    const wrong = [
      ...tally.bad,
      ...(await wrongAtOnce(lab, acknowledged)),
      ...(await wrongAfterNext(lab, acknowledged)),
    ];
    for (const path of tally.specs)
      if ('faults' in readSpec(await readFile(path))) wrong.push(`${path} is torn`);
    const runs = await runsOf(lab.root);
    noteFigure(
      'R4',
      '6 writers, sync and doctor beside them',
      `${tally.killed} kills, ${tally.starts} starts, ${runs.length} runs, ${acknowledged.length} acknowledged, ${syncs} syncs, ${wrong.length} wrong`,
    );
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect(acknowledged.length).toBeGreaterThan(template.runs.length);
  });
});

test(`${together} starts of one spec at once are as many runs`, { timeout: 1_200_000 }, async () => {
  await template.inCopy(async (lab) => {
    await writeFile(join(lab.root, 'same.json'), await readFile(join(lab.root, 'spec.json')));
    const env = { OLLAMA_HOST: template.server.url };
    const starts = Array.from({ length: together }, () =>
      timelab(['ai', '--spec', 'same.json'], { cwd: lab.root, env }),
    );
    const all = await Promise.all(starts);
    const bad = all.filter(({ code }) => code !== 0).map(({ stderr }) => stderr);
    const acknowledged = all.map(({ stdout }) => relative(lab.root, dirname(stdout.split('\n')[0] ?? '')));
    const rows = parseLedger(await readFile(join(lab.root, 'runs.csv'), 'utf8'));
    const listed = new Set(rows.map(({ path }) => path));
    const wrong = [
      ...bad,
      ...(await wrongAtOnce(lab, acknowledged)),
      ...acknowledged.filter((path) => !listed.has(path)).map((path) => `${path} has no row`),
      ...(await wrongAfterNext(lab, acknowledged)),
    ];
    const folders = new Set(acknowledged).size;
    noteFigure('R5', 'one name at once', `${together} starts, ${folders} folders, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
    expect(folders).toBe(together);
  });
});
