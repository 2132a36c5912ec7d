import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../../packages/core/src/canonical-json.ts';
import { parseLedger } from '../../packages/core/src/ledger.ts';
import { Problem } from '../../packages/core/src/problem.ts';
import { readManifest } from '../../packages/core/src/read-manifest.ts';
import { readSpec } from '../../packages/core/src/read-spec.ts';
import { faultsWithin } from '../../packages/core/src/record-faults.ts';
import { quoted } from '../../packages/models/src/network/server-words.ts';
import { checkedLines } from '../../packages/models/src/ollama/checked-stream.ts';
import { rereadOllamaAnswer } from '../../packages/models/src/ollama/ollama-answer.ts';
import { readOpenaiAnswer } from '../../packages/models/src/openai/openai-answer.ts';
import { readServerSentEvents } from '../../packages/models/src/openai/server-sent-events.ts';
import { drawFrom } from './mutate.ts';

/** A reader of what strangers write: what good input looks like, which words mean something in it, and what must hold of any. */
export interface Target {
  readonly corpus: readonly Buffer[];
  readonly words: readonly string[];
  /** Throws where something does not hold; what a reader itself throws for bad input is a Problem, which does. */
  readonly hold: (input: Buffer, seed: number) => Promise<void> | void;
}

const root = process.env['TIMELAB_FUZZ_ROOT'] ?? fileURLToPath(new URL('../..', import.meta.url));

const filesIn = (folder: string, fits: RegExp) =>
  readdirSync(join(root, folder))
    .filter((name) => fits.test(name))
    .map((name) => readFileSync(join(root, folder, name)));

const examples = (fits: RegExp) => [
  ...filesIn('schemas/examples/valid', fits),
  ...filesIn('schemas/examples/invalid', fits),
];

const jsonWords = [
  ...['{', '}', '[', ']', ':', ',', '"', '\\', '\\u0000', '\\ud800', '\\"', '/*', '\ufeff', '\0', '\r\n'],
  ...[
    'null',
    'true',
    '-0',
    '1e400',
    '-1',
    '9007199254740993',
    '0x1',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...['"../../x"', '"/etc/passwd"', '"kind"', '"inputs"', '"config"', '"schema_version"', '"2.0"', '"1.7"'],
];

/** What is said of a fault: in bounded words, without controls and without a program's own. */
const inWords = /^(?!.*(\bundefined\b|Error:|Invalid input))\P{Cc}{3,2000}$/u;

function judgeFaults(faults: readonly { readonly pointer: string; readonly reason: string }[]): void {
  // A hundred, that there are more, and that the record is of a later version.
  if (faults.length === 0 || faults.length > 102) throw new Error(`${faults.length} faults`);
  for (const { reason } of faults)
    if (!inWords.test(reason)) throw new Error(`no words: ${JSON.stringify(reason)}`);
}

/** A reader that takes something must have read what any other would: the same value, and the same once more. */
function judgeAccepted(input: Buffer, value: unknown, again: (bytes: Buffer) => unknown): void {
  const plain = JSON.parse(input.toString('utf8'));
  if (canonicalJson(JSON.parse(JSON.stringify(plain))) !== canonicalJson(plain))
    throw new Error('not plain JSON');
  const twice = again(Buffer.from(JSON.stringify(value)));
  // 1e20 may stand in a spec, and JSON.stringify writes it with all its digits, as which it may not.
  if (twice === undefined && /\d[eE]\+?\d/.test(input.toString('latin1'))) return;
  if (JSON.stringify(twice) !== JSON.stringify(value)) throw new Error('written again, it reads otherwise');
}

const spec: Target = {
  corpus: examples(/^(?!run-).*\.json$/),
  words: [
    ...jsonWords,
    '"llm"',
    '"mining"',
    '"analysis"',
    '"prompt"',
    '"files"',
    '"secrets"',
    '"json_schema"',
  ],
  hold: (input) => {
    const reading = readSpec(input);
    if ('faults' in reading) return judgeFaults(reading.faults);
    judgeAccepted(input, reading.spec, (bytes) => Object(readSpec(bytes))['spec']);
  },
};

const manifest: Target = {
  corpus: examples(/^run-.*\.json$/),
  words: [...jsonWords, '"status"', '"ok"', '"artifacts"', '"digests"', '"2025-10-15T10:23:00.000Z"'],
  hold: (input) => {
    const reading = readManifest(input);
    if ('faults' in reading) return judgeFaults(reading.faults);
    for (const { detail } of faultsWithin(reading.manifest))
      if (typeof detail !== 'string') throw new Error('a fault without words');
    if (reading.newer === undefined)
      judgeAccepted(input, reading.manifest, (bytes) => Object(readManifest(bytes))['manifest']);
  },
};

const ledger: Target = {
  corpus: [...filesIn('2025/10/15', /runs\.csv$/), Buffer.from('run_id,path\n"a,""b",c\r\n')],
  words: ['"', '""', ',', '\n', '\r\n', '\0', "'=1", '%20', 'run_id', 'verdict'],
  hold: (input) => {
    for (const row of parseLedger(input.toString('utf8')))
      for (const cell of Object.values(row))
        if (typeof cell !== 'string') throw new Error('a cell that is no text');
  },
};

/** The pieces in which bytes may come, cut by the seed. */
function* cut(input: Buffer, seed: number): Generator<Buffer> {
  const draw = drawFrom(seed ^ 0x5bd1e995);
  for (let at = 0; at < input.length; ) {
    const length = 1 + draw(draw(4) === 0 ? 4 : 4096);
    yield input.subarray(at, at + length);
    at += length;
  }
}

/** What came of reading a stream: its value, or the Problem it ended with; anything else is thrown on. */
async function outcome(read: () => Promise<unknown>): Promise<string> {
  try {
    return `value ${JSON.stringify(await read())}`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!/^\P{Cc}{3,2000}$/u.test(error.message))
      throw new Error(`no words: ${JSON.stringify(error.message)}`);
    return `${error.kind} ${error.message}`;
  }
}

/** However bytes are cut they are the same answer, or a failure: which of two that are in them is found first may differ. */
async function judgeStream(
  input: Buffer,
  seed: number,
  read: (body: ReadableStream<Uint8Array>) => Promise<unknown>,
): Promise<void> {
  const whole = await outcome(() => read(ReadableStream.from([input])));
  const pieces = await outcome(() => read(ReadableStream.from(cut(input, seed))));
  const failed = [whole, pieces].filter((one) => !one.startsWith('value '));
  if (whole !== pieces && failed.length < 2)
    throw new Error(`whole: ${whole.slice(0, 300)}\nin pieces: ${pieces.slice(0, 300)}`);
}

const speaker = { origin: 'http://127.0.0.1:1', model: 'm', quote: quoted };
const lines = (...parts: readonly object[]) => parts.map((part) => `${JSON.stringify(part)}\n`).join('');
const piece = (content: string) => ({ model: 'm', message: { role: 'assistant', content }, done: false });
const end = {
  message: { content: '' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 3,
  eval_count: 2,
};

const ndjson: Target = {
  corpus: [
    lines(piece('Hel'), piece('lo ñ 🙂'), end),
    lines(piece('x'), { error: 'out of memory' }),
    lines(end),
  ].map((text) => Buffer.from(text)),
  words: [...jsonWords, '\n', '\r', '\r\n', '"done":true', '"error":"x"', '"done_reason":"length"', '\xff'],
  hold: async (input, seed) => {
    await judgeStream(input, seed, async (body) => {
      const values: unknown[] = [];
      for await (const { value } of checkedLines(body, speaker)) values.push(value);
      return values;
    });
    await outcome(async () => await rereadOllamaAnswer(input, speaker, {}));
  },
};

const delta = (content: string) => ({ choices: [{ delta: { content }, finish_reason: null }] });
const events = (...parts: readonly (object | string)[]) =>
  parts.map((part) => `data: ${typeof part === 'string' ? part : JSON.stringify(part)}\n\n`).join('');
const finish = { choices: [{ delta: {}, finish_reason: 'stop' }] };

const sse: Target = {
  corpus: [
    events(
      delta('Hel'),
      delta('lo'),
      finish,
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      '[DONE]',
    ),
    `: ping\nevent: message\nid: 1\n${events(delta('ñ🙂'), finish, '[DONE]')}`,
    events({ error: { message: 'no' } }),
  ].map((text) => Buffer.from(text)),
  words: [
    ...jsonWords,
    'data:',
    'data: ',
    '\n\n',
    '\r\r',
    '\r\n\r\n',
    '[DONE]',
    ': ',
    'event: x\n',
    '"error":{}',
    '\xff',
  ],
  hold: async (input, seed) => {
    await judgeStream(input, seed, async (body) => {
      const timed = await readOpenaiAnswer(readServerSentEvents(body, speaker.origin), speaker, {}, 0);
      return timed.read;
    });
  },
};

const extractor = join(root, 'tools/rust_extractor/target/release/rust_extractor');
const patch = `diff --git a/src/a.c b/src/b.c
similarity index 90%
rename from src/a.c
rename to src/b.c
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/src/a.c
+++ b/src/b.c
@@ -1,3 +1,4 @@ int f(int x) {
 one
-two
+2
+3
 three
diff --git "a/odd\\tname" "b/odd\\tname"
new file mode 100755
index 0000000000000000000000000000000000000000..2222222222222222222222222222222222222222
Binary files /dev/null and "b/odd\\tname" differ
diff --git a/gone b/gone
deleted file mode 120000
index 1111111111111111111111111111111111111111..0000000000000000000000000000000000000000
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-target
\\ No newline at end of file
`;

const diff: Target = {
  corpus: [Buffer.from(patch), Buffer.from(patch.slice(0, 300)), Buffer.from('')],
  words: [
    ...[
      'diff --git ',
      'a/',
      'b/',
      '@@ -1,3 +1,4 @@',
      '@@ -0,0 +1 @@',
      '--- ',
      '+++ ',
      '/dev/null',
      '\\ No newline',
      '\n',
      '\r',
    ],
    ...[
      '@@@ -1 -1 +1 @@@',
      'GIT binary patch\nliteral 5\n',
      'index 1..2',
      'old mode',
      '4294967296',
      '18446744073709551616',
    ],
    ...['-1', '"\\303\\244"', '"\\', '\0', '\xff', '../../x', 'Subproject commit ', 'rename from '],
  ],
  hold: async (input) => {
    const { code, signal, stdout, stderr } = await runExtractor(input);
    if (signal !== null || (code !== 0 && code !== 65))
      throw new Error(`ended with ${code ?? signal}: ${stderr.slice(0, 500)}`);
    if (/panicked|RUST_BACKTRACE/.test(stderr)) throw new Error(stderr.slice(0, 500));
    if (code === 0) for (const line of stdout.split('\n').filter(Boolean)) JSON.parse(line);
  },
};

function runExtractor(input: Buffer) {
  return new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>(
    (done, fail) => {
      const child = spawn(extractor, ['diff'], { timeout: 10_000, killSignal: 'SIGKILL' });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.on('error', fail).on('close', (code, signal) => done({ code, signal, stdout, stderr }));
      child.stdin.on('error', () => {});
      child.stdin.end(input);
    },
  );
}

/** A reader with a fault in it, which shows that the harness finds one; asked for by name alone. */
const planted: Target = {
  corpus: [Buffer.from('[]')],
  words: ['[', ']'],
  hold: (input) => {
    if (input.includes('[[[')) throw new TypeError('it cannot be so deep');
  },
};

export const targets: Readonly<Record<string, Target>> = { spec, manifest, ledger, ndjson, sse, diff };
export const allTargets: Readonly<Record<string, Target>> = { ...targets, planted };
