import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelRequest, repeated } from '../src/request.ts';
import { readLlmSpec } from './llm-specs.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('`', '``', '```', '~~~', '\n', '\r', ' ', 'a', '"', 'File "x":\n') }),
);

/** The files that a message quotes, read as CommonMark reads fences: a line of at least as many backticks closes. */
function quoted(message: string): { texts: string[]; rest: string[] } {
  const texts: string[] = [];
  const rest: string[] = [];
  let fence = '';
  for (const line of message.split('\n')) {
    const marks = /^ {0,3}(`{3,})[ \t]*\r?$/.exec(line)?.[1] ?? '';
    if (fence !== '' && marks.length >= fence.length) fence = '';
    else if (fence !== '') texts.push(`${texts.pop() ?? ''}${line}\n`);
    else if (marks !== '') {
      fence = marks;
      texts.push('');
    } else rest.push(line);
  }
  return { texts, rest };
}

describe('modelRequest', () => {
  test('puts system first, then the conversation, then the question with its files before it', () => {
    const spec = readLlmSpec({
      inputs: {
        prompt: 'Which?',
        system: 'Be brief.',
        context: [
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: 'Hello.' },
        ],
        files: ['a.md', 'b.md'],
      },
    });
    const files = [
      { name: 'a.md', text: 'A\n' },
      { name: 'b.md', text: 'B' },
    ];
    expect(modelRequest(spec, files).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'File "a.md":\n```\nA\n```\n\nFile "b.md":\n```\nB\n```\n\nWhich?' },
    ]);
  });

  test('leaves out a system message that is not asked for', () => {
    expect(modelRequest(readLlmSpec({}), []).messages).toEqual([{ role: 'user', content: 'Say hello.' }]);
  });

  test('sends every setting, and nothing that is no setting', () => {
    const { params, format } = modelRequest(readLlmSpec({}), []);
    expect(Object.keys(params).sort()).toEqual(
      ['context_length', 'max_tokens', 'seed', 'stop', 'temperature', 'top_p'].sort(),
    );
    expect(format).toBe('text');
  });

  test('sends a JSON Schema exactly where there is one', () => {
    const json_schema = { type: 'object' };
    expect(modelRequest(readLlmSpec({ validation: { json_schema } }), []).jsonSchema).toEqual(json_schema);
    expect(modelRequest(readLlmSpec({}), [])).not.toHaveProperty('jsonSchema');
  });

  test('asked several times, differs in place and seed alone', () => {
    const request = modelRequest(readLlmSpec({ config: { seed: 7, repeat: 3 } }), []);
    const all = repeated(request, 3);
    expect(all.map(({ repeat, params }) => [repeat, params.seed])).toEqual([
      [0, 7],
      [1, 8],
      [2, 9],
    ]);
    for (const one of all) {
      const { repeat: _, ...same } = one;
      expect({ ...same, params: { ...same.params, seed: 7 } }).toEqual(request);
    }
  });

  test('no text of a file can end its quotation', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (texts) => {
        const files = texts.map((content, at) => ({ name: `${at}`, text: content }));
        const message = modelRequest(readLlmSpec({}), files).messages[0]?.content ?? '';
        const ended = texts.map((content) => (content.endsWith('\n') ? content : `${content}\n`));
        expect(quoted(message).texts).toEqual(ended);
        expect(quoted(message).rest.filter((line) => line !== '')).toEqual([
          ...texts.map((_, at) => `File "${at}":`),
          'Say hello.',
        ]);
      }),
      { numRuns: 500 },
    );
  });

  test('a name is quoted too, and a file of a million quotation marks is no trouble', () => {
    const file = { name: 'a"\n```\nb', text: '` '.repeat(524_288) };
    const message = modelRequest(readLlmSpec({}), [file]).messages[0]?.content ?? '';
    expect(message.startsWith('File "a\\"\\n```\\nb":\n```\n')).toBe(true);
  });
});
