import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type KeptRecording,
  modelFile,
  Problem,
  type RecordedRequest,
  type Recording,
  recordedRequest,
  recordingKey,
  recordingsFolder,
  sha256,
} from '@timelab/core';
import { describe, expect, test } from 'vitest';
import { identifySelf, type Lab, openRecordings, sync } from '../src/index.ts';
import { withLab } from './temporary-lab.ts';

const model = { name: 'ollama:m', hash: 'a'.repeat(64), engine: { name: 'ollama', release: '1' } };
const file = modelFile('ollama', model);

/** A request that differs from others by its seed. */
function request(seed: number): RecordedRequest {
  const params = { temperature: 0, top_p: 1, seed, max_tokens: 9, stop: [], context_length: 512 };
  const messages = [{ role: 'user' as const, content: 'Why?' }];
  return recordedRequest({
    backend: 'ollama',
    model,
    request: { messages, params, format: 'text' },
    settings: {},
  });
}

function recording(seed: number, reply: string, at = '2026-01-01T00:00:00.000Z'): Recording {
  return {
    schema_version: '1.0',
    key: recordingKey(request(seed)),
    request: request(seed),
    model: sha256(file.text),
    recorded_at: at,
    run: { run_id: 'b'.repeat(64), path: '2026/01/01/ai-team/artifacts/000000Z_x_bbbbbbbb' },
    sent: { seed },
    reply,
  };
}

const open = (lab: Lab) => openRecordings(lab, () => undefined);
const keep = async (lab: Lab, one: Recording) => await open(lab).keep(file, one, [one.reply]);

async function repliesTo(lab: Lab, seed: number): Promise<string[]> {
  const found: KeptRecording[] = [];
  for await (const kept of open(lab).find(recordingKey(request(seed)))) found.push(kept);
  return found.map((kept) => kept.recording.reply);
}

async function filesOf(lab: Lab): Promise<string[]> {
  const folder = join(lab.root, recordingsFolder);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const answersOf = async (lab: Lab) => (await filesOf(lab)).filter((path) => path.includes('/answers/'));

describe('a recording', () => {
  test('is found under its key alone, whole, the first that was recorded first', async () => {
    await withLab(async (lab) => {
      expect(await repliesTo(lab, 1)).toEqual([]);
      await keep(lab, recording(1, 'later', '2026-01-02T00:00:00.000Z'));
      await keep(lab, recording(1, 'first "quoted"\n\u0000 \ud83d\ude00'));
      await keep(lab, recording(2, 'other'));
      expect(await repliesTo(lab, 1)).toEqual(['first "quoted"\n\u0000 \ud83d\ude00', 'later']);
      expect(await repliesTo(lab, 2)).toEqual(['other']);
      expect(await repliesTo(lab, 3)).toEqual([]);
      expect([...(await open(lab).models()).values()]).toEqual([model]);
    });
  });

  test('is one file, named by what is in it, that no conversion of line ends can alter', async () => {
    await withLab(async (lab) => {
      await keep(lab, recording(1, 'a\r\nb\n'));
      await keep(lab, recording(1, 'a\r\nb\n'));
      const [path = '', ...others] = await answersOf(lab);
      expect(others).toEqual([]);
      const bytes = await readFile(path);
      expect(bytes.includes('\n')).toBe(false);
      expect(path).toContain(
        `${recordingKey(request(1))}.20260101T000000000Z.${sha256(bytes).slice(0, 32)}.json`,
      );
    });
  });

  test('is for its owner alone', async () => {
    await withLab(async (lab) => {
      await keep(lab, recording(1, 'x'));
      expect((await stat(join(lab.root, recordingsFolder))).mode & 0o777).toBe(0o700);
    });
  });

  test('is no answer any more once a byte of it is cut off, turned or added', async () => {
    await withLab(async (lab) => {
      await keep(lab, recording(1, 'Hello.'));
      const [path = ''] = await answersOf(lab);
      const whole = await readFile(path);
      const turned = Buffer.from(whole);
      turned.writeUInt8(turned.readUInt8(whole.indexOf('Hello')) ^ 1, whole.indexOf('Hello'));
      for (const wrong of [
        whole.subarray(0, -1),
        Buffer.alloc(0),
        turned,
        Buffer.concat([whole, Buffer.from('\n')]),
      ]) {
        await writeFile(path, wrong);
        const recordings = open(lab);
        for await (const kept of recordings.find(recordingKey(request(1)))) expect(kept).toBeUndefined();
        expect(recordings.damaged).toEqual([path.slice(lab.root.length + 1)]);
      }
      await keep(lab, recording(1, 'Hello.'));
      expect(await repliesTo(lab, 1)).toEqual(['Hello.']);
    });
  });

  test('is no answer to another question, under whatever name it is put', async () => {
    await withLab(async (lab) => {
      await keep(lab, recording(1, 'Hello.'));
      const [path = ''] = await answersOf(lab);
      const [own, other] = [recordingKey(request(1)), recordingKey(request(2))];
      const folder = join(lab.root, recordingsFolder, 'answers', other.slice(0, 2));
      await mkdir(folder, { recursive: true });
      const name = path.split('/').at(-1)?.replace(own, other) ?? '';
      await writeFile(join(folder, name), await readFile(path));
      expect(await repliesTo(lab, 2)).toEqual([]);
    });
  });

  test('that holds what must not be shared is not kept, and nothing of it', async () => {
    await withLab(async (lab) => {
      const texts: string[] = [];
      const recordings = openRecordings(lab, (...all) => {
        texts.push(...all);
        return 'it holds a secret';
      });
      expect(await recordings.keep(file, recording(1, 'pie'), ['the text', 'the thoughts'])).toBe(
        'it holds a secret',
      );
      expect(await readdir(lab.root)).toEqual([]);
      expect(texts.join()).toContain('pie');
      expect(texts).toEqual(expect.arrayContaining(['the text', 'the thoughts']));
    });
  });
});

describe('the folder of recordings', () => {
  test('is not left over a link', async () => {
    await withLab(async (lab) => {
      await withLab(async (elsewhere) => {
        await symlink(elsewhere.root, join(lab.root, recordingsFolder));
        await expect(keep(lab, recording(1, 'x'))).rejects.toThrow(Problem);
        await expect(repliesTo(lab, 1)).rejects.toMatchObject({ kind: 'path_escapes' });
        expect(await readdir(elsewhere.root)).toEqual([]);
      });
    });
  });

  test.each(['', '/answers', '/models'])('%s is not taken for empty where a file stands', async (inner) => {
    await withLab(async (lab) => {
      const place = join(lab.root, `${recordingsFolder}${inner}`);
      await mkdir(join(place, '..'), { recursive: true });
      await writeFile(place, 'hi');
      const wrong = {
        kind: 'file_exists',
        message: expect.stringContaining(`${recordingsFolder}${inner} is`),
      };
      if (inner !== '/models') await expect(repliesTo(lab, 1)).rejects.toMatchObject(wrong);
      if (inner !== '/answers') await expect(open(lab).models()).rejects.toMatchObject(wrong);
      await expect(keep(lab, recording(1, 'x'))).rejects.toMatchObject(wrong);
      expect((await sync(lab, identifySelf())).removed).toEqual([]);
      expect(await readFile(place, 'utf8')).toBe('hi');
    });
  });

  test('loses what a dead process began there, by the next sync', async () => {
    await withLab(async (lab) => {
      await keep(lab, recording(1, 'x'));
      const [path = ''] = await answersOf(lab);
      const { host } = identifySelf();
      const left = join(path, '..', `.timelab-${host}-999999999-0123456789ab.tmp`);
      await writeFile(left, 'half');
      expect(await repliesTo(lab, 1)).toEqual(['x']);
      const { removed } = await sync(lab, identifySelf());
      expect(removed).toEqual([left.slice(lab.root.length + 1)]);
      expect(await answersOf(lab)).toEqual([path]);
    });
  });

  test('takes answers from many at once', async () => {
    await withLab(async (lab) => {
      await Promise.all(Array.from({ length: 32 }, (_, seed) => keep(lab, recording(seed, `${seed}`))));
      expect(await answersOf(lab)).toHaveLength(32);
      for (let seed = 0; seed < 32; seed += 1) expect(await repliesTo(lab, seed)).toEqual([`${seed}`]);
    });
  });

  test('knows no model whose file is damaged', async () => {
    await withLab(async (lab) => {
      await keep(lab, recording(1, 'x'));
      const [path = ''] = (await filesOf(lab)).filter((one) => one.includes('/models/'));
      await truncate(path, 10);
      expect((await open(lab).models()).size).toBe(0);
      await keep(lab, recording(2, 'y'));
      expect((await open(lab).models()).size).toBe(1);
    });
  });
});
