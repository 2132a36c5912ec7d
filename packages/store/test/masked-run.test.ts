import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Manifest, maskOf, Problem, sha256 } from '@timelab/core';
import { expect, test } from 'vitest';
import { claimRun, identifySelf, type Lab } from '../src/index.ts';
import { endOf, sampleDraft, sampleFiles } from './sample-run.ts';
import { withLab } from './temporary-lab.ts';

const instant = new Date('2025-10-15T10:23:00.000Z');
const key = 'kiln-4711-north';
const digest = sha256('a secret that is equal to a digest');
const mask = maskOf([
  { name: 'KEY', value: key },
  { name: 'DIGEST', value: digest },
]);

const claim = (lab: Lab, name = 'sample') =>
  claimRun({ ...lab, mask }, (start) => sampleDraft(start, name), { now: () => instant }, identifySelf());

async function textsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(async ({ parentPath, name }) => await readFile(join(parentPath, name), 'utf8'));
  return [...entries.map(({ name }) => name), ...(await Promise.all(texts))].join('\n');
}

test('a run’s files, name and record hold no secret from its first manifest on, and its digests are of what is kept', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab, key);
    expect(basename(run.path)).toMatch(/^102300Z_secret-KEY-_[0-9a-f]{8}$/);
    for (const [path, data] of Object.entries(sampleFiles)) await run.add(path, data);
    await run.add('output/notes.txt', `it is ${key}\n`);
    await run.add('output/bytes.bin', Buffer.concat([Buffer.from([0xff]), Buffer.from(btoa(`:${key}`))]));
    expect(await textsOf(run.path)).not.toContain(key);
    const error = { code: 70, kind: 'backend_error', message: `said ${key}`, hint: key } as const;
    const params = { stop: [key], [key]: 1 };
    const model = { name: 'ollama:m', hash: digest, params };
    const done = await run.finish({ ...endOf(run, instant), status: 'error', error, model } as Manifest);
    expect(await textsOf(run.path)).not.toContain(key);
    expect(done.error?.message).toBe('said [secret KEY]');
    // A digest stays one, whatever it is equal to.
    expect(done.model?.hash).toBe(digest);
    expect(await readFile(join(run.path, 'output/notes.txt'), 'utf8')).toBe('it is [secret KEY]\n');
    for (const [path, recorded] of Object.entries(done.digests))
      expect(recorded).toBe(sha256(await readFile(join(run.path, path))));
  });
});

test.each([
  [
    'in a file',
    'output/strange.txt',
    `one\ntwo\n${key}\n`,
    'output/strange.txt, line 3, held the value of KEY.',
  ],
  [
    'in a file of the run folder itself',
    'strange',
    `${btoa(key)}`,
    'strange, line 1, held the value of KEY.',
  ],
  ['in a name', `logs/${key}.txt`, 'x', 'logs/[secret KEY].txt held the value of KEY.'],
])(
  'a secret that got in past the mask, %s, stops the end of the run and is taken away',
  async (_, path, data, words) => {
    await withLab(async (lab) => {
      const run = await claim(lab);
      for (const [file, text] of Object.entries(sampleFiles)) await run.add(file, text);
      await writeFile(join(run.path, path), data);
      const problem = await run.finish(endOf(run, instant)).catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({ kind: 'secret_found', exitCode: 65, message: words });
      expect(await textsOf(run.path)).not.toContain(key);
      // The run can be ended all the same, as a failure.
      const done = await run.finish({ ...endOf(run, instant), status: 'error' });
      expect(done.status).toBe('error');
    });
  },
);

test('a file that was masked is looked at like any other: it may have been changed, or a secret be known only now', async () => {
  await withLab(async (lab) => {
    let known = mask;
    const current = {
      get isEmpty() {
        return known.isEmpty;
      },
      text: (text: string) => known.text(text),
      bytes: (bytes: Uint8Array) => known.bytes(bytes),
      find: (data: Uint8Array | string) => known.find(data),
      stream: () => known.stream(),
    };
    const draft = (start: Date) => sampleDraft(start);
    const run = await claimRun({ ...lab, mask: current }, draft, { now: () => instant }, identifySelf());
    for (const [file, text] of Object.entries(sampleFiles)) await run.add(file, text);
    await run.add('output/late.txt', 'it is brick-0815-south\n');
    await writeFile(join(run.path, 'output/answer.txt'), `it is ${key}\n`);
    await expect(run.finish(endOf(run, instant))).rejects.toMatchObject({
      kind: 'secret_found',
      message: 'output/answer.txt, line 1, held the value of KEY.',
    });
    known = maskOf([{ name: 'LATE', value: 'brick-0815-south' }]);
    await expect(run.finish(endOf(run, instant))).rejects.toMatchObject({
      message: 'output/late.txt, line 1, held the value of LATE.',
    });
    const done = await run.finish({ ...endOf(run, instant), status: 'error' });
    expect(done.artifacts).toEqual(['input/spec.json', 'logs/log.jsonl', 'output/output.jsonl']);
    for (const [path, recorded] of Object.entries(done.digests))
      expect(recorded).toBe(sha256(await readFile(join(run.path, path))));
  });
});

test('where two secrets meet so that masking one makes another, the run is refused', async () => {
  await withLab(async (lab) => {
    const meeting = maskOf([
      { name: 'ONE', value: 'kiln-4711-north' },
      { name: 'TWO', value: 'brick-0815[secret' },
    ]);
    const run = await claimRun(
      { ...lab, mask: meeting },
      sampleDraft,
      { now: () => instant },
      identifySelf(),
    );
    await run.add('output/answer.txt', 'brick-0815kiln-4711-north\n');
    await expect(run.finish(endOf(run, instant))).rejects.toMatchObject({ kind: 'secret_found' });
    expect(await textsOf(run.path)).not.toContain('brick-0815[secret');
  });
});

test('what has the form of a key is noted, and kept', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    for (const [file, text] of Object.entries(sampleFiles)) await run.add(file, text);
    const token = `gh${'p_'}${'a1'.repeat(18)}`;
    await run.add('output/more.txt', `one\n${token}\n`);
    const { notes } = await run.finish(endOf(run, instant));
    expect(notes).toEqual([
      'output/more.txt, line 2, holds what looks like a GitHub token; it is kept as it is.',
    ]);
    expect(await textsOf(run.path)).toContain(token);
  });
});

test('what helper programs filled was looked at before, and is not read again', async () => {
  await withLab(async (lab) => {
    const run = await claim(lab);
    const folder = join(lab.root, '.timelab', 'filled');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'a.txt'), key);
    await run.adoptOutput(folder, new Map([['output/a.txt', sha256(key)]]));
    expect((await run.finish(endOf(run, instant))).status).toBe('ok');
  });
});
