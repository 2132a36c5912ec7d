import { readdirSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program, put, repository, temporaryFolder, timelab } from './rig.ts';
import { snapshot } from './snapshot.ts';

describe('timelab init', () => {
  test('makes a lab of a folder that is not there, and a second time changes nothing', async () => {
    const folder = await temporaryFolder();
    const lab = join(folder, 'deep/er/my lab');
    const ran = await timelab(['init', 'deep/er/my lab'], { cwd: folder });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(new RegExp(`^${lab}/\\d{4}/\\d\\d/\\d\\d\n$`));
    const before = await snapshot(lab);
    expect(before).toMatchObject({
      '.gitignore': expect.stringMatching(/^file/),
      Justfile: expect.stringMatching(/^file/),
    });
    expect((await timelab(['init'], { cwd: lab })).code).toBe(0);
    expect(await snapshot(lab)).toEqual(before);
  });

  test('keeps what people have written', async () => {
    const lab = await temporaryFolder();
    await program('git', ['init', '-q'], { cwd: lab });
    await writeFile(join(lab, 'Justfile'), 'mine:\n');
    await writeFile(join(lab, '.gitignore'), '*.mine\n');
    expect((await timelab(['init'], { cwd: lab })).code).toBe(0);
    expect(await readFile(join(lab, 'Justfile'), 'utf8')).toBe('mine:\n');
    expect(await readFile(join(lab, '.gitignore'), 'utf8')).toBe('*.mine\n');
  });

  test('a lab inside another repository gets a repository of its own, and says so', async () => {
    const outer = await temporaryFolder();
    await program('git', ['init', '-q'], { cwd: outer });
    const ran = await timelab(['init', 'lab'], { cwd: outer });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`inside the repository ${outer}`);
    const top = await program('git', ['rev-parse', '--show-toplevel'], { cwd: join(outer, 'lab') });
    expect(top.stdout.trim()).toBe(join(outer, 'lab'));
  });

  test('its Justfile runs through the real just, with values of any kind', async () => {
    const lab = join(await temporaryFolder(), "Ada's lab");
    await timelab(['init', lab], { cwd: repository });
    await mkdir(join(lab, 'bin'));
    await put(lab, 'bin/timelab', '#!/bin/sh\nprintf "<%s>" "$@"\n');
    await program('chmod', ['+x', 'bin/timelab'], { cwd: lab });
    const env = { PATH: `${lab}/bin:${process.env['PATH']}` };
    const just = join(repository, 'node_modules/.bin/just');
    const ran = await program(just, ['ai', 'spec=a "b" $c.json', '--show'], { cwd: lab, env });
    expect(ran).toMatchObject({ code: 0, stdout: '<ai><spec=a "b" $c.json><--show>' });
    expect((await program(just, [], { cwd: lab, env })).stdout).not.toContain('_default');
  });

  describe('--nix', () => {
    const template = join(repository, 'nix/template');

    test("adds the files of the flake's template, and a second time changes nothing", async () => {
      const lab = await temporaryFolder();
      expect((await timelab(['init', '--nix'], { cwd: lab })).code).toBe(0);
      const names = readdirSync(template);
      expect(names.sort()).toEqual(['.envrc', 'flake.nix']);
      for (const name of names)
        expect(await readFile(join(lab, name), 'utf8')).toBe(await readFile(join(template, name), 'utf8'));
      const before = await snapshot(lab);
      expect((await timelab(['init', '--nix'], { cwd: lab })).stderr).toContain('was there before');
      expect(await snapshot(lab)).toEqual(before);
    });

    test('makes the lab where there is no Nix, or an old one, and says which it wants', async () => {
      const tools = await temporaryFolder();
      const { stdout: git } = await program('which', ['git'], { cwd: tools });
      await symlink(git.trim(), join(tools, 'git'));
      const said = async (dir: string) => {
        const { code, stderr } = await timelab(['init', '--nix', dir], { cwd: tools, env: { PATH: tools } });
        expect(code).toBe(0);
        return stderr;
      };
      expect(await said('without')).toContain('no Nix on this machine');
      const version = async (words: string) => {
        await put(tools, 'nix', `#!/bin/sh\necho 'nix (Nix) ${words}'\n`);
        await program('chmod', ['+x', 'nix'], { cwd: tools });
      };
      await version('2.3.16');
      expect(await said('old')).toContain('Nix 2.3.16 is too old');
      await version('2.8.0');
      expect(await said('new')).not.toMatch(/no Nix|too old/);
    });
  });

  test.each(['/proc/lab', '/etc/passwd', '/etc/passwd/lab', '/dev/null'])(
    'refuses %s at once and in words',
    async (place) => {
      const ran = await timelab(['init', place], { cwd: repository });
      expect(ran).toMatchObject({ code: 64, stdout: '' });
      expect(ran.stderr).toContain(place);
      expect(ran.stderr).not.toContain('    at ');
    },
  );
});
