import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRoom, wordsFrame, wordsLine, wordsRequest, wordsSection } from '../src/plans/words.ts';

const record = (message: string) => ({
  id: 'a'.repeat(40),
  message,
  stats: { files: 1, added: 2, deleted: 3 },
});
const shown = (message: string, diff: Uint8Array) => ({
  record: record(message),
  diff,
  diffBytes: diff.length,
});
const bytesOf = (text: string) => new TextEncoder().encode(text);
const contentOf = ({ request }: ReturnType<typeof wordsRequest>) => request.messages[1]?.content ?? '';

/** The texts that stand fenced in a message, by the names they stand under. */
function quoted(content: string): Record<string, string> {
  const parts = content.matchAll(/File "([^"]+)":\n(`{3,})\n([\s\S]*?)\n\2(?!`)/g);
  return Object.fromEntries([...parts].map(([, name = '', , text = '']) => [name, text]));
}

const wild = fc.string({
  unit: fc.constantFrom('`', '```', '\n', 'a', '{diff}', '{message}', '$&', 'é', '\ud83d\ude00', ' '),
});

describe('the request for one commit', () => {
  test('quotes whatever stands in a message and a diff, and neither can end its quotation', () => {
    fc.assert(
      fc.property(wild, wild, (message, diff) => {
        const found = quoted(contentOf(wordsRequest(shown(message, bytesOf(diff)), 10_000)));
        expect(found['commit message']).toBe(message.replace(/\n$/, ''));
        expect(found['diff']).toBe(diff.replace(/\n$/, ''));
      }),
    );
  });

  test('never holds more of a diff than there is room for, tells how much, and cuts at a line end', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.nat({ max: 320 }), (diff, room) => {
        const { given } = wordsRequest(shown('m', diff), room);
        expect(given.of).toBe(diff.length);
        expect(given.bytes).toBeLessThanOrEqual(Math.min(room, diff.length));
        const cut = given.bytes < diff.length;
        if (cut && diff.subarray(0, room).includes(10)) expect(diff[given.bytes - 1]).toBe(10);
        else if (cut) expect(given.bytes).toBe(room);
      }),
    );
  });

  test('leaves out a character that the cut went through', () => {
    expect(quoted(contentOf(wordsRequest(shown('m', bytesOf('aé')), 2)))['diff']).toBe('a');
  });

  test('fills a template in one pass, and leaves what it does not know', () => {
    const made = wordsRequest(
      shown('{id} {diff}', bytesOf('{message}')),
      100,
      '{id}|{stats}|{other}|{message}|{diff}',
    );
    expect(contentOf(made)).toBe(
      `${'a'.repeat(40)}|1 files, 2 lines added, 3 lines deleted|{other}|File "commit message":\n\`\`\`\n{id} {diff}\n\`\`\`|File "diff":\n\`\`\`\n{message}\n\`\`\``,
    );
  });

  test('is framed as its run says, whatever the commit', () => {
    const { request } = wordsRequest(shown('m', bytesOf('d')), 100, '{diff}');
    const frame = wordsFrame('{diff}');
    expect({ ...request, messages: [] }).toEqual({ ...frame, messages: [] });
    expect(request.messages[0]).toEqual(frame.messages[0]);
    expect(wordsFrame()).not.toEqual(frame);
  });

  test('begins with room that leaves some for the answer', () => {
    expect(firstRoom(4096)).toBe((4096 - 160 - 300) * 3);
    expect(firstRoom(1_000_000)).toBe(firstRoom());
    expect(firstRoom(128)).toBe(200);
  });
});

describe('what a model said', () => {
  test('stands in a fence that it cannot end', () => {
    fc.assert(
      fc.property(wild, (text) => {
        const section = wordsSection({ name: 'ollama:`m`' }, text, { bytes: 1, of: 1 });
        const [, fence = ''] = /\n(`{3,})text\n/.exec(section) ?? [];
        expect(section.endsWith(`\n${text.trim()}\n${fence}\n`)).toBe(true);
        expect(text).not.toContain(fence);
        expect(section).toContain("Written by `ollama:'m'` from the message and the diff.");
      }),
    );
  });

  test('is told with how much of the diff was seen, and which weights said it', () => {
    const section = wordsSection({ name: 'm', hash: 'b'.repeat(64) }, 'x', { bytes: 5, of: 9 });
    expect(section).toContain(
      'Written by `m` (bbbbbbbbbbbb) from the message and the first 5 of the 9 bytes of the diff.',
    );
  });

  test('is one line of JSON', () => {
    const answer = { text: 'one\ntwo \ud83d', finishReason: 'stop' as const, tokensInput: 3 };
    const line = wordsLine(4, 'c'.repeat(40), answer as never, { bytes: 5, of: 9 });
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({
      index: 4,
      commit: 'c'.repeat(40),
      seed: 0,
      text: 'one\ntwo \ufffd',
      finish_reason: 'stop',
      usage: { tokens_input: 3 },
      diff: { given_bytes: 5, bytes: 9 },
    });
  });
});
