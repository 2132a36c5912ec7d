import { describe, expect } from 'vitest';
import { type Files, lines, type Repository } from './repository.ts';
import { type Trap, testTraps } from './trap.ts';
import type { Mined } from './whole-run.ts';

const fileOf = ({ records: [newest] }: Mined, path: string) =>
  newest?.files.find((file) => file.path === path);
const statusesOf = ({ records: [newest] }: Mined) =>
  newest?.files.map(({ status, path }) => `${status} ${path}`);

/** Commits two states of a folder one after the other. */
function change(repository: Repository, before: Files, after: Files): string {
  repository.commit({ files: before });
  return repository.commit({ files: after });
}

const executable = (data: string) => ({ mode: '100755', data });
const link = (data: string) => ({ mode: '120000', data });
const submodule = (data: string) => ({ mode: '160000', data });
const text = lines(40);

const traps: readonly Trap[] = [
  {
    trap: 'T10: a root commit adds all that it has; there may be two of them',
    make: (repository) => {
      const first = repository.commit({ files: { a: '1\n2\n' } });
      const other = repository.commit({ files: { b: '3\n' }, parents: [] });
      repository.commit({ files: { a: '1\n2\n', b: '3\n' }, parents: [first, other] });
      return ({ records }) => {
        const added = { files: [{ status: 'A', blobs: { old: '0'.repeat(40) } }], parents: [] };
        const byId = (id: string) => records.find((record) => record.id === id);
        expect([byId(first), byId(other)]).toMatchObject([
          { ...added, stats: { added: 2 } },
          { ...added, stats: { added: 1 } },
        ]);
      };
    },
  },
  {
    trap: 'T11: an empty commit is there, and so is one of an empty tree',
    make: (repository) => {
      repository.commit({});
      repository.commit({ files: { a: '1\n' } });
      repository.commit({ files: { a: '1\n' } });
      return ({ records, file }) => {
        expect(records.map(({ files }) => files.length)).toEqual([0, 1, 0]);
        expect(records[0]?.patch.bytes).toBe(0);
        expect(file(repository.head, 'full_diff.txt')).toHaveLength(0);
      };
    },
  },
  {
    trap: 'T12: a change of mode alone is a modification with both modes',
    make: (repository) => {
      const before = { a: '1\n', bin: Buffer.from([0, 1]) };
      const after = { a: executable('1\n'), bin: { mode: '100755', data: before.bin } };
      change(repository, before, after);
      return (mined) => {
        expect(statusesOf(mined)).toEqual(['M a', 'M bin']);
        const modes = { old: '100644', new: '100755' };
        expect(fileOf(mined, 'a')).toMatchObject({ modes, binary: false, added: 0, deleted: 0, hunks: [] });
        expect(fileOf(mined, 'bin')).toMatchObject({ modes, binary: true });
      };
    },
  },
  {
    trap: 'T13: a rename, with an edit and a mode, a swap, and one over a deleted file',
    make: (repository) => {
      const one = `1${text}`;
      const two = text.toUpperCase();
      change(
        repository,
        { pure: lines(9, 'p'), edit: text, swap1: one, swap2: two, gone: lines(9, 'g'), in: lines(9, 'in') },
        {
          'x/pure b/pure': lines(9, 'p'),
          edited: executable(text.replace('line 7\n', 'seven\n')),
          ...{ swap1: two, swap2: one, gone: lines(9, 'in') },
        },
      );
      return (mined) => {
        const pure = { status: 'R', old_path: 'pure', similarity: 100, added: 0, deleted: 0, hunks: [] };
        expect(fileOf(mined, 'x/pure b/pure')).toMatchObject(pure);
        expect(fileOf(mined, 'edited')).toMatchObject({
          ...{ status: 'R', old_path: 'edit', added: 1, deleted: 1 },
          modes: { old: '100644', new: '100755' },
        });
        expect(fileOf(mined, 'edited')?.similarity).toBeGreaterThan(90);
        // As git sees it: names that stay are no renames, whatever moved between them.
        expect(statusesOf(mined)).toEqual([
          'R edited',
          'M gone',
          'D in',
          'M swap1',
          'M swap2',
          'R x/pure b/pure',
        ]);
      };
    },
  },
  {
    trap: 'T14: a copy is an addition, and the manifest says that copies are not looked for',
    make: (repository) => {
      change(repository, { a: text }, { a: `${text}end\n`, b: text });
      return (mined) => {
        expect(statusesOf(mined)).toEqual(['M a', 'A b']);
        expect(mined.manifest.history?.flags).toMatchObject({
          renames: expect.stringContaining('no copies'),
        });
      };
    },
  },
  {
    trap: 'T15: where there are too many candidates, only exact renames are found, and the record says so',
    make: (repository) => {
      const many = (name: string, more: string) =>
        Array.from({ length: 1_100 }, (_, at) => [`${name}${at}`, `${lines(6, String(at))}${more}`] as const);
      repository.commitMany([...many('old', ''), ['kept', lines(9, 'kept')]]);
      repository.commitMany([...many('new', 'end\n'), ['moved', lines(9, 'kept')]]);
      return (mined) => {
        expect(mined.records[0]).toMatchObject({ skipped: 'renames', stats: { files: 2_201 } });
        expect(fileOf(mined, 'moved')).toMatchObject({ status: 'R', old_path: 'kept' });
        expect(fileOf(mined, 'new7')).toMatchObject({ status: 'A' });
        expect(mined.manifest.history?.flags).toMatchObject({ rename_limit: 1000 });
      };
    },
  },
  {
    trap: 'T16: binary files, files that become text, and empty ones, whatever attributes say',
    make: (repository) => {
      const attributes = '* -diff\n*.c diff=evil\nbin diff\n';
      change(
        repository,
        { '.gitattributes': attributes, bin: 'a\0b', empty: '', text: 'a\nb\n', 'x.c': 'int x;\n' },
        {
          '.gitattributes': attributes,
          bin: 'now text\n',
          empty2: '',
          text: 'now\0binary',
          'x.c': 'int y;\n',
        },
      );
      return (mined) => {
        expect(statusesOf(mined)).toEqual(['M bin', 'R empty2', 'M text', 'M x.c']);
        const binary = ['bin', 'empty2', 'text', 'x.c'].map((path) => fileOf(mined, path)?.binary);
        expect(binary).toEqual([true, false, true, false]);
        expect(mined.records[0]?.stats).toEqual({ files: 4, added: 1, deleted: 1 });
      };
    },
  },
  {
    trap: 'T17: links, changes of type, and commits of other repositories',
    make: (repository) => {
      const other = 'a'.repeat(40);
      change(
        repository,
        { link: link('nowhere/../x'), file: 'x\ntarget', climb: 'x\n', sub: submodule(other) },
        {
          ...{ link: 'a file\nnowhere/../x', file: link('target'), climb: link('/etc/passwd') },
          ...{
            sub: submodule('b'.repeat(40)),
            '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ext::sh\r\n',
          },
        },
      );
      return (mined) => {
        expect(statusesOf(mined)).toEqual(['A .gitmodules', 'T climb', 'T file', 'T link', 'M sub']);
        expect(fileOf(mined, 'file')).toMatchObject({ modes: { new: '120000' }, hunks: [{}, {}] });
        expect(fileOf(mined, 'sub')).toMatchObject({ added: 1, deleted: 1, modes: { new: '160000' } });
        expect(mined.file(repository.head, 'full_diff.txt').toString()).not.toContain('root:');
      };
    },
  },
  {
    trap: 'T18: merges of two and four, with changes of their own, are compared with their first parent',
    make: (repository) => {
      const root = repository.commit({ files: { a: '1\n' } });
      const side = (name: string) =>
        repository.commit({ files: { a: '1\n', [name]: 'x\n' }, parents: [root] });
      const parents = [root, side('b'), side('c'), side('d')];
      const all = { a: '1\n', b: 'x\n', c: 'x\n', d: 'x\n' };
      const octopus = repository.commit({ files: { ...all, evil: 'of no parent\n' }, parents });
      repository.commit({ files: { ...all, a: 'evil too\n' }, parents: [octopus, root] });
      repository.commit({ files: { ...all, a: 'twice\n' }, parents: [repository.head, repository.head] });
      return ({ records }) => {
        const shapes = records.map(({ parents: { length }, stats: { files }, merge_mode }) => [
          length,
          files,
          merge_mode,
        ]);
        expect(shapes.slice(0, 3)).toEqual([
          [2, 1, 'first-parent'],
          [2, 2, 'first-parent'],
          [4, 4, 'first-parent'],
        ]);
      };
    },
  },
  {
    trap: 'T19: a file that is written anew is one modification, never a pair, and of no other status',
    make: (repository) => {
      change(repository, { a: text, b: lines(30, 'b') }, { a: lines(50, 'all new'), b: text });
      return (mined) => {
        expect(statusesOf(mined)).toEqual(['M a', 'M b']);
        expect(fileOf(mined, 'a')).toMatchObject({ added: 50, deleted: 40 });
      };
    },
  },
];

describe('shapes of change', () => testTraps(traps));
