import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { llmSpec, put, temporaryLab, timelab } from './rig.ts';
import { readRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';

const spec = (json_schema: object) =>
  llmSpec({ config: { model: 'ollama:m', format: 'json' }, validation: { json_schema } });

describe('a schema that cannot be used', () => {
  test.each([
    ['refers to itself', { $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/a' } } }],
    ['refers to nothing', { $ref: '#/definitions/gone' }],
    ['refers to the network', { $ref: 'https://example.org/schema.json' }],
    ['is asynchronous', { $async: true, type: 'string' }],
    ['has a pattern that is none', { pattern: '(' }],
    ['has a type that is none', { type: 'strin' }],
  ])('because it %s is refused by check and by ai, in the same words', async (_, schema) => {
    const lab = await temporaryLab();
    await put(lab, 'spec.json', spec(schema));
    const checked = await timelab(['check', 'spec.json'], { cwd: lab });
    const asked = await timelab(['ai', '--spec', 'spec.json'], { cwd: lab });
    expect([checked.code, asked.code]).toEqual([65, 65]);
    const reason = /\/validation\/json_schema .*/;
    expect(checked.stderr).toMatch(reason);
    expect(reason.exec(asked.stderr)?.[0]).toBe(reason.exec(checked.stderr)?.[0]);
  });
});

test('a pattern that backtracks for ever ends the run as a failed check, in seconds', async () => {
  const lab = await temporaryLab();
  const words = JSON.stringify(`${'a'.repeat(60)}!`);
  const { env } = await scriptedModel({ '/api/chat': lines({ message: { content: words } }, done()) });
  await put(lab, 'spec.json', spec({ type: 'string', pattern: '^(a+)+$' }));
  const start = performance.now();
  const ran = await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env });
  expect(performance.now() - start).toBeLessThan(120_000);
  expect(ran.code).toBe(65);
  const { folder, manifest } = await readRun(ran.stdout.split('\n')[0] ?? '');
  expect(manifest).toMatchObject({ status: 'error', error: { kind: 'validation_failed' } });
  expect(JSON.stringify(manifest.validation)).toContain('could not be checked within 5 seconds');
  expect(await readFile(`${folder}/output/answer.json`, 'utf8')).toBe(words);
});
