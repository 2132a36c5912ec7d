import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemKinds } from '../../packages/core/src/index.ts';
import type { Lab } from '../../packages/store/src/index.ts';
import { bundle } from '../../packages/store/test/bundle.ts';
import { whyNoInjection } from '../../packages/store/test/fault-injection.ts';
import { atOnce } from '../at-once.ts';
import { needHelpers } from '../needed-helpers.ts';
import { binary } from '../rig.ts';
import { isLong, noteFigure, sample, seed } from './effort.ts';
import { changing, type FaultPoint, pointsOf } from './fault-points.ts';
import { argsIn, type FaultyCall, faultyCalls } from './faulty-calls.ts';
import { wrongAfterNext, wrongAtOnce } from './inspected-lab.ts';
import { type TemplateLab, templateLab } from './template-lab.ts';
import { faulted, type HeldCall, type HeldEnd, logIn, traced } from './traced-call.ts';

const noInjection = whyNoInjection();
/** How many points of each command are tried where not all are: of those that kill, and of those that fail. */
const few = 6;

let template: TemplateLab;

beforeAll(async () => {
  if (noInjection === undefined) template = await templateLab();
});
afterAll(async () => await template?.remove());

/** A call in a copy of the lab, whose temporary files lie beside it. */
interface Made {
  readonly held: HeldCall;
  readonly lab: Lab;
  readonly log: string;
  /** Where everything lies that the call may change. */
  readonly below: readonly string[];
}

async function inCopy<T>(call: FaultyCall, work: (made: Made) => Promise<T>): Promise<T> {
  return template.inCopy(async (lab, room) => {
    await call.prepare?.(lab.root);
    const env = { ...template.env, TMPDIR: room };
    const held = { program: binary, args: argsIn(call, template.runs), cwd: lab.root, env };
    return await work({ held, lab, log: logIn(dirname(room)), below: [lab.root, room] });
  });
}

/** The points of a call, as an undisturbed one passes them. */
async function pointsIn(call: FaultyCall): Promise<FaultPoint[]> {
  return inCopy(call, async ({ held, lab, log, below }) => {
    const end = await traced(held, changing, log);
    expect({ code: end.code, words: end.words }).toMatchObject({ code: 0 });
    // Each copy lies elsewhere.
    return pointsOf(end.calls, below).map((point) => ({
      ...point,
      files: point.files.map((file) => relative(lab.root, file)),
    }));
  });
}

/** What was wrong after a fault, and whether it was met. */
interface Met {
  readonly met: boolean;
  readonly wrong: readonly string[];
}

async function meet(call: FaultyCall, point: FaultPoint): Promise<Met> {
  return inCopy(call, async (made) => {
    const { held, lab, log } = made;
    const end = await faulted(
      held,
      { ...point, files: point.files.map((file) => join(lab.root, file)) },
      log,
    );
    const printed = printedRuns(lab, end);
    const wrong = [
      ...(point.kind === undefined ? [] : toldWrong(call, made, end, point.kind)),
      // What a sync was to bring up is not up where it came to nothing.
      ...(await wrongAtOnce(lab, [...(call.prepare === undefined ? template.runs : []), ...printed])),
      ...((await call.wrong?.(lab.root, made.below[1] ?? '')) ?? []),
      ...end.printed.filter((path) => path.startsWith('/') && !existsSync(path)).map((path) => `no ${path}`),
      ...(await wrongAfterNext(lab, [...template.runs, ...printed])),
    ];
    const where = `${call.name}: ${point.what} at ${point.syscall} ${point.when} ${point.files}`;
    const met = end.signal === 'SIGKILL' || end.calls.some((line) => line.includes('(INJECTED)'));
    return { met, wrong: wrong.map((one) => `${where}: ${one}`) };
  });
}

function printedRuns(lab: Lab, { code, printed }: HeldEnd): string[] {
  if (code !== 0) return [];
  return printed
    .filter((path) => path.endsWith('/run.json'))
    .map((path) => relative(lab.root, dirname(path)));
}

/** What is wrong with how a failure was told: it has to end with 70 and words, unless all was done without that call. */
function toldWrong(
  call: FaultyCall,
  { below }: Made,
  { calls, code, printed, words }: HeldEnd,
  kind: string,
): string[] {
  const failed = calls.filter((line) => line.includes('(INJECTED)'));
  // A call of Node's own, or a look at something else, is not what this is about.
  if (failed.length === 0 || failed.some((line) => !below.some((folder) => line.includes(folder)))) return [];
  if (code === 0) {
    // An answer that cannot be kept among the recordings is one of the run all the same, whose record says so.
    const isNoted = notesOf(printed).some((note) =>
      note.startsWith('An answer was not kept among the recordings: '),
    );
    const untold = failed.filter((line) => !mayFail(line) && !(isNoted && line.includes('/ai-recordings')));
    return untold.map((line) => `went well in spite of ${line}`);
  }
  const { title } = problemKinds[kind as keyof typeof problemKinds];
  const told = code === 70 && words.includes(`${title}: `);
  // A repetition that the disk does not let be made is one that says so.
  const undecided = call.args[0] === 'repro' && code === 65 && /Cannot be told: .* for disk: /.test(words);
  if ((told || undecided) && !/^\s+at /m.test(words)) return [];
  return [`ended with ${code}: ${words} at ${failed.join(' ')}`];
}

/** The notes of the run that a command has printed. */
function notesOf([record = '']: readonly string[]): readonly string[] {
  return record.endsWith('/run.json') ? (JSON.parse(readFileSync(record, 'utf8')).notes ?? []) : [];
}

/**
 * What may fail without a word: the seal of the index, without which it is read again; looks at what may not be there; and
 * taking away what lies among the system's temporary files.
 */
function mayFail(line: string): boolean {
  return /\.timelab\/(ledger-seal|\.timelab-[^/]*\.tmp)|O_RDONLY|(unlink|rmdir).*\/room\//.test(line);
}

describe.skipIf(noInjection !== undefined)(
  `a fault at the system calls of a command ${noInjection ?? ''}`,
  () => {
    test.for(faultyCalls)('timelab $name', { timeout: 3_600_000 }, async (call, context) => {
      if (call.mines === true) needHelpers(context);
      const points = await pointsIn(call);
      const always = points.filter(({ line }) => call.always?.test(line) === true);
      const kills = sample(
        points.filter(({ kind }) => kind === undefined),
        few,
      );
      const errors = sample(
        points.filter(({ kind }) => kind !== undefined),
        few,
      );
      expect(kills.length).toBeGreaterThanOrEqual(few / 2);
      const met = await atOnce(2, [...kills, ...errors], async (point) => await meet(call, point));
      const known = await atOnce(2, isLong ? [] : always, async (point) => await meet(call, point));
      const killed = met.slice(0, kills.length).filter((one) => one.met).length;
      const failed = met.slice(kills.length).filter((one) => one.met).length;
      const wrong = [...met, ...known].flatMap((one) => one.wrong);
      noteFigure('R1', `${call.name}: killed`, `${killed} of ${kills.length} points, ${wrong.length} wrong`);
      noteFigure(
        'R2',
        `${call.name}: a call fails`,
        `${failed} of ${errors.length} points, ${wrong.length} wrong`,
      );
      expect({ seed, wrong }).toEqual({ seed, wrong: [] });
      // A call may be made once less often than when it was traced: of all points that is a few, of a handful it may be half.
      const most = isLong ? 0.8 : 0.5;
      expect(killed).toBeGreaterThanOrEqual(kills.length * most);
      expect(failed).toBeGreaterThanOrEqual(errors.length * most);
    });

    test('a program that thinks of no crash is found out', async () => {
      const naive = await bundle('./publish.ts');
      const call: FaultyCall = { name: 'naive', args: [] };
      const inNaive = <T>(work: (made: Made) => Promise<T>) =>
        inCopy(call, (made) =>
          work({ ...made, held: { ...made.held, program: naive, args: [made.lab.root, '2', 'naive'] } }),
        );
      const points = await inNaive(async ({ held, log, below }) => {
        const { calls } = await traced(held, changing, log);
        return pointsOf(calls, below).filter(({ kind, files }) => kind === undefined && files.length === 0);
      });
      const found = await atOnce(2, sample(points, 3 * few), async (point) =>
        inNaive(async ({ held, lab, log }) => {
          const end = await faulted(held, point, log);
          return (await wrongAtOnce(lab, [...template.runs, ...end.printed])).length > 0;
        }),
      );
      const caught = found.filter(Boolean).length;
      noteFigure('R1', 'control: a naive writer', `found out at ${caught} of ${found.length} points`);
      expect(caught).toBeGreaterThanOrEqual(isLong ? 5 : 2);
    });
  },
);
