import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { put, temporaryLab, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';
import { snapshot } from './snapshot.ts';

describe('a lab with a folder for secrets', () => {
  test('is worked in while the folder is its owner’s alone', async () => {
    const lab = await temporaryLab();
    await mkdir(join(lab, 'secrets'), { mode: 0o700 });
    expect((await timelab(['day'], { cwd: lab })).code).toBe(0);
  });

  test.each([0o755, 0o750, 0o701])('is refused, unchanged, when others can enter it: %o', async (mode) => {
    const lab = await temporaryLab();
    await mkdir(join(lab, 'secrets'));
    await chmod(join(lab, 'secrets'), mode);
    const before = await snapshot(lab);
    const { code, stderr } = await timelab(['day', '--date', '2031-01-01'], { cwd: lab });
    expect([code, stderr]).toEqual([
      65,
      expect.stringContaining(`secrets/ has the mode 0${mode.toString(8)}.`),
    ]);
    expect(await snapshot(lab)).toEqual(before);
  });

  test('is refused when the folder is a link', async () => {
    const lab = await temporaryLab();
    await rm(join(lab, 'secrets'), { recursive: true, force: true });
    await symlink('/tmp', join(lab, 'secrets'));
    const { code, stdout } = await timelab(['day', '--json'], { cwd: lab });
    expect([code, JSON.parse(stdout).error.kind]).toEqual([65, 'secrets_exposed']);
  });
});

describe('a spec that names a secret', () => {
  const spec = (more: object) => ({ kind: 'llm', version: '1.0', inputs: { prompt: 'Hello?' }, ...more });
  const openai = { config: { model: 'openai:m' }, secrets: ['OPENAI_API_KEY'] };
  const withFile = async (text: string) => {
    const lab = await temporaryLab();
    await put(lab, 'secrets/.env.lab', text);
    await chmod(join(lab, 'secrets'), 0o700);
    await put(lab, 'spec.json', spec(openai));
    return lab;
  };

  test.each([
    ['from the lab’s file, before the environment', 'OPENAI_API_KEY="of-the-lab-1"\n', 'of-the-lab-1'],
    ['from the environment, where the file has none', 'OTHER=of-the-lab-2\n', 'of-this-command'],
    ['from the environment, where it is empty in the file', 'OPENAI_API_KEY=\n', 'of-this-command'],
  ])('has the server told its value %s', async (_, text, value) => {
    const lab = await withFile(text);
    const keys: (string | undefined)[] = [];
    const { env } = await scriptedModel({
      '/v1/models': (response, request) => {
        keys.push(request.headers.authorization);
        response.end(JSON.stringify({ data: [{ id: 'm' }] }));
      },
    });
    const all = { ...env, OPENAI_API_KEY: 'of-this-command' };
    expect((await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env: all })).code).toBe(0);
    expect(new Set(keys)).toEqual(new Set([`Bearer ${value}`]));
    const again = await timelab(['repro', 'latest'], { cwd: lab, env: all });
    expect([again.code, new Set(keys)]).toEqual([0, new Set([`Bearer ${value}`])]);
  });

  test.each(['ai', 'mine', 'summ'])('that is nowhere is refused by %s before any work', async (command) => {
    const lab = await temporaryLab();
    const kinds: Record<string, object> = {
      ai: spec(openai),
      mine: { kind: 'mining', version: '1.0', secrets: ['NO_KEY'], inputs: { repository: { path: '.' } } },
      summ: { kind: 'analysis', version: '1.0', secrets: ['NO_KEY'], inputs: { commit: 'HEAD' } },
    };
    await put(lab, 'spec.json', kinds[command] ?? {});
    const before = await snapshot(lab);
    const ran = await timelab([command, '--spec', 'spec.json', '--json'], { cwd: lab });
    expect([ran.code, JSON.parse(ran.stdout).error.kind]).toEqual([64, 'secret_missing']);
    expect(await snapshot(lab)).toEqual(before);
  });

  test('or holds one, is refused with the place, and nothing is written', async () => {
    const lab = await withFile('PIN_OF_LAB=kiln-4711-north\n');
    const token = `gh${'p_'}${'a1'.repeat(18)}`;
    const inputs = { prompt: `kiln-4711-north and ${token}` };
    await put(lab, 'held.json', spec({ inputs, tags: [token], metadata: { [token]: 1 } }));
    const before = await snapshot(lab);
    for (const args of [
      ['ai', '--spec', 'held.json', '--json'],
      ['ai', '--spec', 'held.json', '--json', '--dry-run'],
      ['check', 'held.json', '--json'],
    ]) {
      const ran = await timelab(args, { cwd: lab });
      const { error } = JSON.parse(ran.stdout);
      expect(ran.code).toBe(65);
      const places = error.faults.map(({ pointer }: { pointer: string }) => pointer);
      expect(places).toEqual(expect.arrayContaining(['/inputs/prompt', '/tags/0', '/metadata']));
      expect(ran.stdout + ran.stderr).not.toContain('kiln-4711');
    }
    expect(await snapshot(lab)).toEqual(before);
  });

  test.each([
    ['a line that is none', 'A=b\nkiln-4711-north\n', 'line 2'],
    ['bytes that are no text', Buffer.from([0x41, 0x3d, 0xff]), 'UTF-8'],
  ])('a file of secrets with %s stops every command, and is not shown', async (_, text, words) => {
    const lab = await temporaryLab();
    await put(lab, 'secrets/.env.lab', text);
    await chmod(join(lab, 'secrets'), 0o700);
    for (const args of [['day'], ['ls'], ['ai', '--spec', 'spec.json'], ['sync']]) {
      const ran = await timelab(args, { cwd: lab });
      expect([ran.code, ran.stderr]).toEqual([65, expect.stringContaining(words)]);
      expect(ran.stderr).not.toContain('kiln');
    }
  });

  test('a value that is too common is said not to be masked', async () => {
    const lab = await withFile('PIN=4711\nDOOR=open\nOPENAI_API_KEY=of-the-lab-1\n');
    const { stderr } = await timelab(['day'], { cwd: lab });
    expect(stderr).toContain('PIN of secrets/.env.lab is shorter than 8 characters: it is not masked.');
    expect(stderr).not.toContain('OPENAI_API_KEY');
  });
});
