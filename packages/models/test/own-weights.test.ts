import { appendFile, chmod, copyFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseModelName } from '@timelab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../src/index.ts';
import { ask, never, offline } from './sample-request.ts';
import { smollm2 } from './weights.ts';

const weights = await smollm2();
const missing = 'missing' in weights ? weights.missing : undefined;

describe.skipIf(missing !== undefined)(
  `a weights file of one's own${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'timelab-weights-'));
      if (!('path' in weights)) return;
      await copyFile(weights.path, join(folder, 'own.gguf'));
      // What a package holds cannot be written, and a copy has its mode.
      await chmod(join(folder, 'own.gguf'), 0o600);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('answers by its path, and its folders are not told', async () => {
      const backend = await createBackend(parseModelName(`llamacpp:${folder}/own.gguf`), offline());
      const described = await backend.describe(never);
      expect(described.name).toBe('llamacpp:./own.gguf');
      expect((await backend.run(ask('Hi', { max_tokens: 3 }), never)).text).not.toBe('');
      await backend.close();
    });

    it('is read again after an answer, not just looked at', async () => {
      const backend = await createBackend(parseModelName('llamacpp:./own.gguf'), offline({ cwd: folder }));
      const described = await backend.describe(never);
      await backend.confirm(described, never);
      const reading = backend.confirm(described, AbortSignal.abort());
      await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('that is changed while it answers is found out', async () => {
      const backend = await createBackend(parseModelName('llamacpp:./own.gguf'), offline({ cwd: folder }));
      const described = await backend.describe(never);
      await appendFile(join(folder, 'own.gguf'), 'x');
      await expect(backend.confirm(described, never)).rejects.toMatchObject({ kind: 'digest_changed' });
    });

    it('that breaks off in the middle fails in words', async () => {
      await truncate(join(folder, 'own.gguf'), 50_000_000);
      const backend = await createBackend(parseModelName('llamacpp:./own.gguf'), offline({ cwd: folder }));
      await expect(backend.run(ask('Hi'), never)).rejects.toMatchObject({ kind: 'engine_failed' });
      await backend.close();
    });
  },
);
