import { expect, onTestFinished, test } from 'vitest';
import { minedWorld } from './mined-history.ts';
import { needHelpers } from './needed-helpers.ts';
import { llmSpec, put, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

test('runs with settings, tags and numbers of every kind are whole', async (context) => {
  needHelpers(context);
  const { lab, repository, remove } = await minedWorld(4);
  onTestFinished(remove);
  const { env } = await scriptedModel();
  const config = { model: 'ollama:m', stop: ['never'], temperature: 1.5, stream: true, context_length: 512 };
  await put(lab, 'thrice.json', llmSpec({ tags: ['b', 'a'], config: { ...config, repeat: 3 } }));
  await put(
    lab,
    'once.json',
    llmSpec({ config: { ...config, model: 'ollama:away', repeat: 1, threads: 2 } }),
  );
  const inputs = { repository: { path: repository } };
  await put(lab, 'mining.json', { kind: 'mining', version: '1.0', tags: ['history'], inputs });
  const calls = [
    ['ai', '--spec', 'thrice.json'],
    ['ai', '--spec', 'once.json', '--model', 'ollama:m'],
    ['repro', 'latest'],
    ['ai', '--spec', 'thrice.json', '--replay'],
    ['mine', '--spec', 'mining.json'],
    ['repro', 'latest'],
  ];
  for (const args of calls) {
    const ran = await timelab(args, { cwd: lab, env });
    expect(ran.code, `${args}: ${ran.stderr}`).toBe(0);
  }
  const all = await timelab(['verify', '--all', '--json'], { cwd: lab });
  expect(JSON.parse(all.stdout).data).toMatchObject({ runs: 6, whole: 6, verified: [] });
});
