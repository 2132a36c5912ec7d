import { mkdir, rm, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { done, lines } from '../packages/models/test/fault-server.ts';
import { examined } from './examined-lab.ts';
import { llmSpec, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';
import { sha256, snapshot } from './snapshot.ts';

let lab: string;
let elsewhere: string;
let env: Record<string, string>;

beforeEach(async () => {
  lab = await temporaryLab();
  elsewhere = join(await temporaryFolder(), 'elsewhere');
  ({ env } = await scriptedModel({ '/api/chat': lines({ message: { content: 'x' } }, done()) }));
  await put(lab, 'spec.json', llmSpec({ config: { model: 'ollama:m', max_tokens: 9 } }));
  expect((await timelab(['ai', '--spec', 'spec.json'], { cwd: lab, env })).code).toBe(0);
  // What a command that went there would clear away.
  const host = sha256(hostname()).slice(0, 16);
  await put(elsewhere, `.timelab-${host}-4194301-0123456789ab.tmp`, 'half');
  await mkdir(join(elsewhere, 'running'));
  await symlink(`${host} 4194301 1 - 2025/10/15/ai-team/artifacts/102301Z_x_01234567`, markIn(elsewhere));
});

const markIn = (folder: string) => join(folder, 'running', '0'.repeat(64));

/** The commands that write in timelab's own folder. */
const commands: Readonly<Record<string, readonly string[]>> = {
  init: ['init', '.'],
  day: ['day'],
  new: ['new', 'question'],
  ai: ['ai', '--spec', 'spec.json'],
  mine: ['mine', '--repo', '.'],
  summ: ['summ', 'HEAD'],
  sync: ['sync'],
  repro: ['repro', 'latest'],
  // These end the runs of dead processes on the way.
  ls: ['ls'],
  show: ['show', 'latest'],
  diff: ['diff', 'latest', 'latest'],
};

describe.each([
  ['.timelab', ''],
  ['.timelab/running', 'running'],
])('where %s is a link', (path, target) => {
  test.each(Object.keys(commands))('%s is refused, and nothing is done behind it', async (name) => {
    await rm(join(lab, path), { recursive: true });
    await symlink(join(elsewhere, target), join(lab, path));
    const before = await Promise.all([snapshot(elsewhere), snapshot(lab)]);
    const ran = await timelab(commands[name] ?? [], { cwd: lab, env });
    expect(ran).toMatchObject({ code: 65, stderr: expect.stringContaining(`${path} is a link`) });
    expect(await Promise.all([snapshot(elsewhere), snapshot(lab)])).toEqual(before);
  });

  test('what only reads does so, and the doctor tells', async () => {
    await rm(join(lab, path), { recursive: true });
    await symlink(join(elsewhere, target), join(lab, path));
    const before = await snapshot(elsewhere);
    for (const args of [
      ['check', 'spec.json'],
      ['verify', '--all'],
    ])
      expect(await timelab(args, { cwd: lab })).toMatchObject({ code: 0 });
    for (const flags of [[], ['--fix']]) {
      const { code, findings } = await examined(lab, flags);
      const told = findings.filter(
        ({ severity, reason }) => severity === 'error' && /\bis a link/.test(reason),
      );
      expect({ code, told: told.length > 0 }).toEqual({ code: 65, told: true });
    }
    expect(await snapshot(elsewhere)).toEqual(before);
  });
});
