import { expect, test } from 'vitest';
import { joinedPieces } from '../src/replay/joined-pieces.ts';

const json = (...parts: readonly object[]) => parts.map((part) => JSON.stringify(part));
const thoughts = json(
  { message: { thinking: 'sk-', content: '' } },
  { message: { thinking: 'abc', content: 'Y' } },
  { message: { content: 'es' }, done: true },
);

test.each([
  ['lines', thoughts.join('\n')],
  ['lines that end in CRLF', thoughts.join('\r\n')],
  ['events', `: hello\n\n${thoughts.map((part) => `event: x\ndata: ${part}\n\n`).join('')}data: [DONE]\n\n`],
  [
    'events of several lines',
    thoughts.map((part) => `data:${part.replace(',', ',\r\ndata:')}\r\n\r\n`).join(''),
  ],
])('what is said at each place is joined, from %s', (_, reply) => {
  expect(joinedPieces(reply)).toEqual(['sk-abc', 'Yes']);
});

test('what stands in a list is joined in its order, and what is no JSON passed over', () => {
  const lines = json({ logprobs: [{ token: 'a' }, { token: 'b' }] }, { logprobs: [{ token: 'c' }] });
  expect(joinedPieces(['{"cut', ...lines, 'null'].join('\n'))).toEqual(['abc']);
});

test('a part that is nested deeper than calls can be is read', () => {
  const deep = 100_000;
  expect(joinedPieces(`${'['.repeat(deep)}"x"${']'.repeat(deep)}`)).toEqual(['x']);
});
