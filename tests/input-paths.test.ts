import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { llmSpec, program, put, temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { onlyRun } from './runs.ts';
import { scriptedModel } from './scripted-model.ts';
import { sha256, snapshot } from './snapshot.ts';

let lab: string;
let outside: string;

/** A lab whose spec lies in specs/, full of things that no model should be given. */
beforeEach(async () => {
  lab = await temporaryLab();
  outside = await temporaryFolder('outside');
  await writeFile(join(outside, 'secret.txt'), 'outside');
  await put(lab, 'specs/near.txt', 'near\n');
  await put(lab, 'notes/far.md', 'far\n');
  await put(lab, 'specs/big.txt', Buffer.alloc(1_048_577, 'a'));
  await put(lab, 'specs/binary', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff));
  await put(lab, 'specs/utf-16.txt', Buffer.from('\ufeffwide', 'utf16le'));
  await put(lab, 'specs/latin-1.txt', Buffer.from('caf\u00e9', 'latin1'));
  await symlink(join(outside, 'secret.txt'), join(lab, 'specs/link-out'));
  await symlink('link-out', join(lab, 'specs/link-to-link-out'));
  await symlink(outside, join(lab, 'specs/folder-out'));
  await symlink('link-loop', join(lab, 'specs/link-loop'));
  await symlink('gone', join(lab, 'specs/link-to-nothing'));
  await symlink('/etc/passwd', join(lab, 'specs/link-to-passwd'));
  await symlink('/dev/zero', join(lab, 'specs/link-to-zero'));
  await symlink('/proc/self/environ', join(lab, 'specs/link-to-environ'));
  await symlink('../notes', join(lab, 'specs/folder-in'));
  await program('mkfifo', ['pipe'], { cwd: join(lab, 'specs') });
});

async function ask(files: readonly string[], flags: readonly string[] = ['--dry-run', '--json']) {
  await put(lab, 'specs/ask.json', llmSpec({ config: { model: 'ollama:m' }, inputs: { files } }));
  const { env } = await scriptedModel();
  const before = await snapshot(lab);
  const ran = await timelab(['ai', '--spec', 'specs/ask.json', ...flags], { cwd: lab, env });
  return { ran, before };
}

describe('a file that must not be read is refused, and nothing is written', () => {
  const bad: readonly (readonly [name: string, words: RegExp])[] = [
    ['/etc/passwd', /is not a relative path/],
    ['//etc/passwd', /is not a relative path/],
    ['/', /is not a relative path/],
    ['../../outside/secret.txt', /lies outside the lab/],
    ['../../../../../../../../etc/passwd', /lies outside the lab/],
    ['..', /lies outside the lab|folder/],
    ['../..', /lies outside the lab/],
    ['near.txt/../../../x', /lies outside the lab/],
    ['./../../x', /lies outside the lab/],
    ['../notes/../../x', /lies outside the lab/],
    ['link-out', /lies outside the lab/],
    ['link-to-link-out', /lies outside the lab/],
    ['folder-out/secret.txt', /lies outside the lab/],
    ['folder-out/../outside/secret.txt', /not there|outside the lab/],
    ['folder-out', /lies outside the lab/],
    ['link-to-passwd', /lies outside the lab/],
    ['link-to-zero', /lies outside the lab/],
    ['link-to-environ', /lies outside the lab/],
    ['link-loop', /is a loop of links|is not there/],
    ['link-to-nothing', /is not there/],
    ['missing.txt', /is not there/],
    ['', /\/inputs\/files\/0|folder/],
    ['.', /is a folder/],
    ['folder-in', /is a folder/],
    ['near.txt/below', /not there|below something that is no folder/],
    ['pipe', /is not a plain file/],
    ['near.txt\u0000.md', /\/inputs\/files\/0/],
    ['near\n.txt', /\/inputs\/files\/0/],
    ['..\\near.txt', /is not a relative path/],
    ['C:\\near.txt', /is not a relative path/],
    ['~/near.txt', /is not there/],
    ['file:///etc/passwd', /is not there/],
    [`${'a'.repeat(300)}.txt`, /too long a name|is not there/],
    ['x'.repeat(1025), /\/inputs\/files\/0/],
    ['big.txt', /is 1048577 bytes long; at most 1048576 are read/],
    ['binary', /is not text in UTF-8/],
    ['utf-16.txt', /is not text in UTF-8/],
    ['latin-1.txt', /is not text in UTF-8/],
  ];

  test('each by itself, and after a good one', async () => {
    for (const [name, words] of bad) {
      const { ran, before } = await ask(['near.txt', name].slice(name === '' ? 1 : 0), []);
      const shown = { name, code: ran.code, stdout: ran.stdout, stderr: ran.stderr };
      const place = new RegExp(words.source.replace('/0', '/[01]'));
      expect(shown).toEqual({ name, code: 65, stdout: '', stderr: expect.stringMatching(place) });
      expect(ran.stderr).not.toMatch(/^\s+at |outside$/m);
      expect(await snapshot(lab)).toEqual(before);
    }
  });

  test('more files than a model can read', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await put(lab, `specs/${name}`, Buffer.alloc(1_000_000, 'a'));
    const { ran, before } = await ask(['a', 'b', 'c', 'd', 'e'], []);
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain('5000000 bytes together');
    expect(await snapshot(lab)).toEqual(before);
  });
});

describe('a file inside the lab is read', () => {
  test.each([
    ['near.txt', 'near\n'],
    ['./near.txt', 'near\n'],
    ['../notes/far.md', 'far\n'],
    ['folder-in/far.md', 'far\n'],
    ['..foo/ok.txt', 'dots\n'],
    ['.hidden', 'dot\n'],
    ['with space & "quotes".txt', 'spaces\n'],
    ['ünïcödé 名.md', 'letters\n'],
    ['-rf', 'dash\n'],
    ['empty.txt', ''],
  ])('%s', async (name, text) => {
    const isThere = ['near', 'far.md'].some((word) => name.includes(word));
    if (!isThere) await put(lab, `specs/${name}`, text);
    const { ran } = await ask([name]);
    expect({ code: ran.code, words: ran.stderr }).toMatchObject({ code: 0 });
    const { data } = JSON.parse(ran.stdout);
    expect(data.inputs[1]).toMatchObject({ bytes: Buffer.byteLength(text), sha256: sha256(text) });
    expect(data.inputs[1].path).toMatch(/^input\/files\/01-[A-Za-z0-9._-]+$/);
    expect(data.request.messages.at(-1).content).toContain(`File ${JSON.stringify(name)}:\n\`\`\`\n${text}`);
  });

  test('and kept in the run as it was, twice if it is named twice', async () => {
    const { ran } = await ask(['near.txt', '../notes/far.md', 'near.txt'], []);
    expect(ran).toMatchObject({ code: 0 });
    const { folder, manifest } = await onlyRun(lab);
    const kept = manifest.inputs.slice(1);
    expect(kept.map(({ source }) => source)).toEqual(['specs/near.txt', 'notes/far.md', 'specs/near.txt']);
    for (const { path, sha256: digest, bytes } of kept) {
      const data = await readFile(join(folder, path));
      expect({ digest: sha256(data), bytes: data.length }).toEqual({ digest, bytes });
      expect(manifest.digests[path]).toBe(digest);
    }
  });

  test('from a lab that is reached by a link', async () => {
    const door = join(await temporaryFolder(), 'door');
    await symlink(lab, door);
    await mkdir(join(lab, 'deep'));
    await put(lab, 'specs/ask.json', llmSpec({ inputs: { files: ['near.txt'] } }));
    const ran = await timelab(['ai', '--spec', 'specs/ask.json', '--dry-run', '--json'], { cwd: door });
    expect(JSON.parse(ran.stdout).data.inputs[1].source).toBe('specs/near.txt');
    const named = ['--lab', door, 'ai', '--spec', join(door, 'specs/ask.json'), '--dry-run', '--json'];
    const far = await timelab(named, { cwd: outside });
    expect(JSON.parse(far.stdout).data.inputs).toMatchObject([
      { source: 'specs/ask.json' },
      { source: 'specs/near.txt' },
    ]);
  });
});
