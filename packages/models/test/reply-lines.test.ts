import { ReadableStream } from 'node:stream/web';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../src/network/reply-lines.ts';

async function linesOf(chunks: Iterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(ReadableStream.from(chunks), 'http://127.0.0.1:1')) lines.push(line);
  return lines;
}

function* repeated(chunk: Uint8Array, times: number) {
  for (let sent = 0; sent < times; sent += 1) yield chunk;
}

describe('the lines of a reply', () => {
  it('are the same however the bytes are cut', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'ñ', '🙂', '\r', '\n', '\r\n'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (whole, size) => {
        const bytes = Buffer.from(whole);
        const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => index * size);
        const expected = whole.split(/\r\n|\n|\r/);
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(starts.map((start) => bytes.subarray(start, start + size)))).toEqual(expected);
      }),
    );
  });

  it('are judged one by one: what comes behind a line does not change it', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffone\ntwo\n'), Buffer.of(0xff, 10)]);
    for (let size = 1; size <= bytes.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const heard: string[] = [];
      const reading = (async () => {
        for await (const line of readLines(ReadableStream.from(pieces), 'here')) heard.push(line);
      })();
      await expect(reading).rejects.toMatchObject({ kind: 'backend_protocol' });
      expect(heard).toEqual(['one', 'two']);
    }
    const half = Buffer.from('é').subarray(0, 1);
    await expect(linesOf([half])).rejects.toMatchObject({ kind: 'backend_protocol' });
  });

  it('take time by their length alone, however many pieces they come in', async () => {
    const before = process.cpuUsage();
    const [line = ''] = await linesOf(repeated(Buffer.alloc(1024, 'x'), 12 * 1024));
    expect(line.length).toBe(12 * 1024 * 1024);
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  it('end somewhere, or are not read on', async () => {
    const endless = linesOf(repeated(Buffer.alloc(64 * 1024, 'x'), Number.POSITIVE_INFINITY));
    await expect(endless).rejects.toMatchObject({
      kind: 'backend_protocol',
      hint: expect.stringMatching(/\w/),
    });
  });
});
