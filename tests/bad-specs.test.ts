import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { badSpecs } from '../packages/core/test/bad-specs.ts';
import { atOnce } from './at-once.ts';
import { type Measured, measuredTimelab, mostSeconds } from './measured.ts';
import { llmSpec, program, put, temporaryLab } from './rig.ts';
import { snapshot } from './snapshot.ts';

const seconds = await mostSeconds();

/** What may become of a spec that cannot be run, however it is bad. */
function expectRefusal(name: string, ran: Measured) {
  const { code, signal, stdout, stderr } = ran;
  expect([64, 65], `${name}: ${stderr}`).toContain(code);
  expect({ name, signal, stdout }).toEqual({ name, signal: null, stdout: '' });
  expect(stderr, name).toMatch(/^(Wrong call|Spec cannot be read|Spec is not valid): \S.*\n/);
  expect(stderr, name).not.toMatch(/^\s+at |Bug in timelab|undefined|\[object|ERR_/m);
  expect(stderr, name).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect(ran.cpuSeconds, `${name}: seconds`).toBeLessThan(seconds);
  expect(ran.peakMegabytes, `${name}: MB`).toBeLessThan(300);
}

const ways = (path: string) => [
  ['ai', '--spec', path],
  ['check', path],
];

/** By `ai`, and each third by another command that reads specs, too: they read by the same code, and `check` reads all of them below. */
function someWays(path: string, at: number): string[][] {
  const another = [
    ['check', path],
    ['mine', '--spec', path],
    ['summ', '--spec', path],
  ][at % 9];
  const ai = ['ai', '--spec', path];
  return another === undefined ? [ai] : [ai, another];
}

describe('every bad spec is refused in words, quickly, in little memory, and nothing is written', () => {
  test('by its bytes', async () => {
    const specs = badSpecs();
    expect(specs.length).toBeGreaterThanOrEqual(110);
    const lab = await temporaryLab();
    for (const { name, bytes } of specs) await put(lab, `bad/${name}.json`, bytes);
    const before = await snapshot(lab);
    const calls = specs.flatMap(({ name }, at) => someWays(`bad/${name}.json`, at));
    await atOnce(3, calls, async (args) =>
      expectRefusal(args.join(' '), await measuredTimelab(args, { cwd: lab })),
    );
    expect(await snapshot(lab)).toEqual(before);
  });

  test('all of them in one call of check, with every fault under its file', async () => {
    const lab = await temporaryLab();
    const specs = badSpecs();
    for (const { name, bytes } of specs) await put(lab, `bad/${name}.json`, bytes);
    const paths = specs.map(({ name }) => `bad/${name}.json`);
    const ran = await measuredTimelab(['check', '--json', ...paths], { cwd: lab });
    expect(ran.code).toBe(65);
    const { data, error } = JSON.parse(ran.stdout);
    expect(data.files).toEqual(paths.map((file) => ({ file, what: 'spec', ok: false })));
    expect(new Set(error.faults.map(({ file }: { file: string }) => file))).toEqual(new Set(paths));
  });
});

/** A lab with things in it that are no plain files, each under a name that says what it is. */
async function labOfOddities() {
  const lab = await temporaryLab();
  const good = JSON.stringify(llmSpec());
  await mkdir(join(lab, 'folder.json'));
  await program('mkfifo', ['fifo.json'], { cwd: lab });
  await symlink('loop.json', join(lab, 'loop.json'));
  await symlink('b.json', join(lab, 'a.json'));
  await symlink('a.json', join(lab, 'b.json'));
  await symlink('gone.json', join(lab, 'dangling.json'));
  await symlink('/dev/zero', join(lab, 'zero.json'));
  await symlink('/proc/self/environ', join(lab, 'environ.json'));
  await writeFile(join(lab, 'closed.json'), good, { mode: 0o000 });
  await put(lab, 'closed/spec.json', good);
  await chmod(join(lab, 'closed'), 0o000);
  await put(lab, 'open.json', good);
  return lab;
}

describe('what is no file of words is refused as well', () => {
  const oddities: readonly (readonly [path: string, words: RegExp])[] = [
    ['folder.json', /is a folder/],
    ['.', /is a folder/],
    ['fifo.json', /is not a plain file/],
    ['loop.json', /is a loop of links/],
    ['a.json', /is a loop of links/],
    ['dangling.json', /is not there/],
    ['missing.json', /is not there/],
    ['missing/spec.json', /is not there/],
    ['open.json/spec.json', /is below something that is no folder/],
    ['zero.json', /is not a plain file/],
    ['/dev/zero', /is not a plain file/],
    ['/dev/null', /is not a plain file/],
    ['/dev/stdin', /./],
    ['environ.json', /is not JSON/],
    ['/proc/self/mem', /cannot be read/],
    ['/proc/self/maps', /./],
    ['/proc/kmsg', /./],
    ['/sys/kernel/uevent_helper', /./],
    [`${'n'.repeat(5000)}.json`, /is too long a name/],
    ['d/'.repeat(2500), /is too long a name|is not there/],
    ['with \u001b[31mcolour\u0007\u202e.json', /\\u\{1b\}\[31mcolour\\u\{7\}\\u\{202e\}|\\u001b\[31mcolour/],
    ['', /./],
    ['--', /./],
  ];

  test('whatever it is', async () => {
    const lab = await labOfOddities();
    const before = await snapshot(lab);
    const calls = oddities.flatMap(([path, words]) => ways(path).map((args) => [args, words] as const));
    await atOnce(3, calls, async ([args, words]) => {
      const ran = await measuredTimelab(args, { cwd: lab });
      expectRefusal(args.join(' ').slice(0, 80), ran);
      expect(ran.stderr).toMatch(words);
      // What a system file holds is nobody's to show.
      expect(ran.stderr).not.toMatch(/TIMELAB_MODELS|LC_ALL/);
    });
    expect(await snapshot(lab)).toEqual(before);
  });

  test('a file that this user may not read', async (context) => {
    if (process.getuid?.() !== 0) context.skip('needs root, to become somebody else with setpriv');
    const lab = await labOfOddities();
    for (const folder of [lab, dirname(lab)]) await chmod(folder, 0o755);
    const before = await snapshot(lab);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    for (const args of ['closed.json', 'closed/spec.json'].flatMap(ways)) {
      const ran = await measuredTimelab(args, { cwd: lab }, nobody);
      expectRefusal(args.join(' '), ran);
      expect(ran.stderr).toContain('may not be read by this user');
    }
    expect(await snapshot(lab)).toEqual(before);
  });
});
