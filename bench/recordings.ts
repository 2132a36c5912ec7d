import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Backend,
  type ModelRequest,
  modelFile,
  parseModelName,
  recordedRequest,
  recordingFile,
  recordingKey,
  recordingsFolder,
  sha256,
} from '../packages/core/src/index.ts';
import { createBackend, recordingBackend } from '../packages/models/src/index.ts';
import { openLab, openRecordings } from '../packages/store/src/index.ts';
import { median } from './measure.ts';
import type { Figure } from './table.ts';

const recorded = 30_000;
const hits = 300;
/** The longest that a recorded answer may take to be found, checked and read, in milliseconds. */
const bar = 5;

const model = { name: 'ollama:m', hash: 'a'.repeat(64), engine: { name: 'ollama', release: '1' } };
const run = { run_id: 'b'.repeat(64), path: '2026/01/01/ai-team/artifacts/000000Z_x_bbbbbbbb' };

/** What an answer costs that is recorded, among many others: from the request to the text, each file checked. */
export async function benchRecordings(): Promise<Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'timelab-bench-'));
  try {
    const asking = await createBackend(parseModelName('ollama:m'), {
      dataDir: root,
      cwd: root,
      allowNet: false,
      hosts: new Set(),
    });
    const live: Backend = { ...asking, describe: async () => model };
    const bytes = Array.from({ length: recorded }, (_, seed) => record(root, live, seed)).at(-1) ?? 0;
    const recordings = openRecordings(openLab(root), () => undefined);
    const now = () => new Date();
    const backend = recordingBackend(live, { recordings, run, reuse: 'all', now, note: () => {} });
    const times: number[] = [];
    for (let hit = 0; hit < hits; hit += 1) times.push(await timeOfHit(backend, (hit * 97) % recorded));
    return [
      figure(
        times.sort((a, b) => a - b),
        bytes,
      ),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A question of 4 kB, asked with a seed of its own. */
function request(seed: number): ModelRequest {
  const params = { temperature: 0, top_p: 1, seed, max_tokens: 512, stop: [], context_length: 4096 };
  return { messages: [{ role: 'user', content: 'Why? '.repeat(800) }], params, format: 'text' };
}

/** Puts an answer of 512 tokens among the recordings; gives the length of its file. */
function record(root: string, live: Backend, seed: number): number {
  const asked = recordedRequest({
    backend: 'ollama',
    model,
    request: request(seed),
    settings: live.settings(request(seed)),
  });
  const piece = `${JSON.stringify({ model: 'm', message: { role: 'assistant', content: ' word' }, done: false })}\n`;
  const end = `${JSON.stringify({ message: { content: '' }, done: true, done_reason: 'stop' })}\n`;
  const key = recordingKey(asked);
  const file = recordingFile({
    schema_version: '1.0',
    key,
    request: asked,
    model: sha256(modelFile('ollama', model).text),
    recorded_at: '2026-01-01T00:00:00.000Z',
    run,
    sent: {},
    reply: piece.repeat(512) + end,
  });
  const folder = join(root, recordingsFolder, 'answers', key.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file.name), file.text);
  return file.text.length;
}

async function timeOfHit(backend: Backend, seed: number): Promise<number> {
  const start = performance.now();
  const { recordedIn } = await backend.run(request(seed), new AbortController().signal);
  if (recordedIn === undefined) throw new Error('a recorded answer was not found');
  return performance.now() - start;
}

function figure(times: readonly number[], bytes: number): Figure {
  const [middle, slow] = [median(times), times[Math.floor(times.length * 0.95)] ?? 0];
  return {
    what: `a recorded answer of 512 tokens (${Math.round(bytes / 1000)} kB), found among ${recorded}, checked and read`,
    measured: `${middle.toFixed(1)} ms, 95 % within ${slow.toFixed(1)} ms`,
    anchor: '',
    bar: `${bar} ms`,
    held: middle <= bar,
  };
}
