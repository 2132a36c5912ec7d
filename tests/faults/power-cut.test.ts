import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, openLab } from '../../packages/store/src/index.ts';
import { whyNoHelpers } from '../needed-helpers.ts';
import { binary, program } from '../rig.ts';
import { isLong, noteFigure } from './effort.ts';
import { wrongAfterNext, wrongAtOnce } from './inspected-lab.ts';
import { type TemplateLab, templateLab } from './template-lab.ts';

const cuts = isLong ? 40 : 3;
const controlCuts = isLong ? 10 : 2;
const noHelpers = whyNoHelpers();

/** Why no power can be cut here; undefined where it can. */
function whyNoCut(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return '(skipped: root alone can mount an image)';
  const tried = `d=$(mktemp -d) && truncate -s 4M $d/i && mkfs.ext4 -q $d/i && mkdir $d/m && mount -o loop $d/i $d/m && umount $d/m; s=$?; rm -r $d; exit $s`;
  const { status } = spawnSync('sh', ['-c', tried]);
  return status === 0 ? undefined : '(skipped: no loop device or mkfs.ext4 here)';
}
const noCut = whyNoCut();

let template: TemplateLab;
beforeAll(async () => {
  if (noCut === undefined) template = await templateLab();
});
afterAll(async () => await template?.remove());

/** A disk in a file, with a lab on it. */
interface Disk {
  readonly image: string;
  readonly mounted: string;
  readonly lab: Lab;
}

async function onDisk<T>(name: string, work: (disk: Disk) => Promise<T>): Promise<T> {
  const image = join(template.folder, `${name}.img`);
  const mounted = join(template.folder, name);
  await mkdir(mounted, { recursive: true });
  must('truncate', '-s', '48M', image);
  must('mkfs.ext4', '-q', '-F', image);
  must('mount', '-o', 'loop', image, mounted);
  try {
    const lab = await template.copyTo(mounted);
    must('sync', '-f', mounted);
    return await work({ image, mounted, lab });
  } finally {
    spawnSync('umount', ['--lazy', mounted]);
    await rm(image, { force: true });
  }
}

function must(name: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(name, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
}

/**
 * Copies the bytes that a disk has at this moment, which is what a power cut would leave of it, mounts the copy, which plays
 * its journal back, and gives what is wrong with the lab there.
 */
async function wrongAfterCut(
  { image, mounted, lab }: Disk,
  acknowledged: readonly string[],
): Promise<string[]> {
  const copy = `${image}.cut`;
  must('cp', '--sparse=always', image, copy);
  const place = `${mounted}-cut`;
  await mkdir(place, { recursive: true });
  must('mount', '-o', 'loop', copy, place);
  try {
    const left = openLab(join(place, relative(mounted, lab.root)));
    return [...(await wrongAtOnce(left, acknowledged)), ...(await wrongAfterNext(left, acknowledged))];
  } finally {
    spawnSync('umount', ['--lazy', place]);
    await rm(copy, { force: true });
  }
}

const calls = [
  ['ai', '--spec', 'spec.json'],
  ['ai', '--spec', 'spec.json'],
  ['mine', '--repo', '.', '--limit', '2', '--format', 'json'],
  ['sync'],
].filter(([name]) => name !== 'mine' || noHelpers === undefined);

/** Makes calls on a disk, cuts the power the moment each is acknowledged, and gives what was wrong after each cut. */
async function cutAfterEach(count: number, around: readonly string[] = []): Promise<string[][]> {
  return onDisk(`disk-${around.length}`, async (disk) => {
    const acknowledged = [...template.runs];
    const found: string[][] = [];
    for (let at = 0; at < count; at += 1) {
      const args = around.length > 0 ? calls[0] : calls[at % calls.length];
      const since = args?.[0] === 'mine' ? ['--since', `19${71 + (at % 29)}-01-01`] : [];
      const words = [...around, process.execPath, binary, ...(args ?? []), ...since];
      const env = { OLLAMA_HOST: template.server.url };
      const ran = await program(words[0] ?? '', words.slice(1), { cwd: disk.lab.root, env });
      if (ran.code !== 0) throw new Error(`${args?.join(' ')}: ${ran.stderr}`);
      const printed = ran.stdout.split('\n').filter((path) => path.endsWith('/run.json'));
      acknowledged.push(...printed.map((path) => relative(disk.lab.root, dirname(path))));
      found.push(await wrongAfterCut(disk, acknowledged));
    }
    return found;
  });
}

describe.skipIf(noCut !== undefined)(`a power cut ${noCut ?? ''}`, () => {
  test('takes nothing that was acknowledged', { timeout: 1_800_000 }, async () => {
    const found = await cutAfterEach(cuts);
    const wrong = found.flat();
    noteFigure('R6', 'power cut as a call is acknowledged', `${found.length} cuts, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });

  test('and where fsync does nothing, it does', async (context) => {
    const stub = ['strace', '-f', '-o', '/dev/null', '-e', 'trace=fsync', '-e', 'inject=fsync:retval=0'];
    if (spawnSync('strace', ['-V']).status !== 0)
      context.skip('strace is not installed: apt-get install strace');
    const found = await cutAfterEach(controlCuts, stub);
    const lossy = found.filter((one) => one.length > 0).length;
    noteFigure('R6', 'control: fsync does nothing', `${lossy} of ${found.length} cuts lost something`);
    expect(lossy).toBeGreaterThan(0);
  });
});
