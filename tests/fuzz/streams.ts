import { ReadableStream } from 'node:stream/web';
import { Problem } from '../../packages/core/src/problem/problem.ts';
import { quoted } from '../../packages/models/src/network/server-words.ts';
import { checkedLines } from '../../packages/models/src/ollama/checked-stream.ts';
import { rereadOllamaAnswer } from '../../packages/models/src/ollama/ollama-answer.ts';
import { readOpenaiAnswer } from '../../packages/models/src/openai/openai-answer.ts';
import { readServerSentEvents } from '../../packages/models/src/openai/server-sent-events.ts';
import { drawFrom } from './mutate.ts';
import { jsonWords, type Target } from './target.ts';

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

/** The readers of what Ollama answers. */
export const ndjson: Target = {
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

/** The readers of what an OpenAI-compatible server answers. */
export const sse: Target = {
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
