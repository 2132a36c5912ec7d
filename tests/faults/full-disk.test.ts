import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needHelpers } from '../needed-helpers.ts';
import { timelab } from '../rig.ts';
import { noteFigure, sample, seed } from './effort.ts';
import { argsIn, type FaultyCall, faultyCalls } from './faulty-calls.ts';
import { wrongAfterNext, wrongAtOnce } from './inspected-lab.ts';
import { type TemplateLab, templateLab } from './template-lab.ts';

const canMount =
  spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d" && rmdir "$d"'])
    .status === 0;

let template: TemplateLab;
beforeAll(async () => {
  if (canMount) template = await templateLab();
});
afterAll(async () => await template?.remove());

/** What came of a call on a disk that has so many pages left. */
interface Tried {
  readonly went: 'well' | 'full';
  readonly wrong: readonly string[];
}

/** Makes a call in a copy on a disk of its own, which has so many pages of 4 KiB left; then there is room again. */
async function tryWith(call: FaultyCall, pages: number): Promise<Tried> {
  const disk = await mkdtemp(join(template.folder, 'disk-'));
  const mount = (...options: string[]) => spawnSync('mount', ['-t', 'tmpfs', '-o', ...options, 'none', disk]);
  mount('size=64m');
  try {
    const lab = await template.copyTo(disk);
    await call.prepare?.(lab.root);
    const { bsize, blocks, bfree } = statfsSync(disk);
    mount(`remount,size=${(blocks - bfree + pages) * bsize}`);
    const ran = await timelab(argsIn(call, template.runs), { cwd: lab.root, env: template.env });
    const printed = ran.code !== 0 ? [] : ran.stdout.split('\n').filter((path) => path.endsWith('/run.json'));
    const acknowledged = [
      ...(call.prepare === undefined ? template.runs : []),
      ...printed.map((path) => relative(lab.root, dirname(path))),
    ];
    const told =
      ran.code === 0 || (ran.code === 70 && /^(Disk is full|.*\n*Disk is full): /m.test(ran.stderr));
    const wrong = told ? [] : [`ended with ${ran.code}: ${ran.stderr}`];
    wrong.push(...(await wrongAtOnce(lab, acknowledged)));
    mount('remount,size=64m');
    wrong.push(...(await wrongAfterNext(lab, [...template.runs, ...acknowledged])));
    return { went: ran.code === 0 ? 'well' : 'full', wrong: wrong.map((one) => `${pages} pages: ${one}`) };
  } finally {
    // A helper of a command that failed may still look at it.
    spawnSync('umount', ['--lazy', disk]);
    await rm(disk, { recursive: true, force: true });
  }
}

const calls = faultyCalls.filter(({ name }) => ['ai', 'mine', 'summ', 'sync'].includes(name));

describe.skipIf(!canMount)('on a disk that is full (needs the right to mount one)', () => {
  test.for(calls)('timelab $name', { timeout: 1_800_000 }, async (call, context) => {
    if (call.mines === true) needHelpers(context);
    // From no page left to where it goes well: one page at a time at first, where most calls stop.
    const sizes = [...Array.from({ length: 28 }, (_, at) => at), 30, 32, 36, 40, 48, 64, 128];
    const tried: Tried[] = [];
    for (const pages of [...new Set([0, ...sample(sizes, 3), 512])]) tried.push(await tryWith(call, pages));
    const wrong = tried.flatMap((one) => one.wrong);
    const full = tried.filter(({ went }) => went === 'full').length;
    noteFigure(
      'R3',
      `${call.name}: disk full`,
      `${tried.length} sizes, ${full} too small, ${wrong.length} wrong`,
    );
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    expect(full).toBeGreaterThan(0);
    expect(tried.at(-1)?.went).toBe('well');
  });
});
