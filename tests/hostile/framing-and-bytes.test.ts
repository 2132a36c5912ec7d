import { describe, expect } from 'vitest';
import { lines, type Repository } from './repository.ts';
import { type Trap, testTraps } from './trap.ts';
import { bytesOf, countsOf } from './truth.ts';

/** Adds files and then changes them, so that each stands on both sides of a patch. */
function addAndChange(repository: Repository, names: readonly (string | Buffer)[]): string {
  repository.commit({ files: names.map((name) => [name, 'one\n'] as const) });
  return repository.commit({ files: names.map((name) => [name, 'two\nthree\n'] as const) });
}

const latin = (text: string) => Buffer.from(text, 'latin1');

const traps: readonly Trap[] = [
  {
    trap: 'T1: a message that looks like commits and patches is one message',
    make: (repository) => {
      const first = repository.commit({ files: { a: '1\n' } });
      const forged = `commit ${first}\n${first}\ndiff --git a/z b/z\n@@ -1 +1 @@\n+no\n:100644 100644 a b M\tz\n`;
      const message = `x\n\n${forged}${first} commit 3\nabc\n\0\n--\n`;
      const id = repository.commit({ files: { a: '2\n' }, message });
      return ({ records }) => {
        expect(records).toMatchObject([
          { id, message, stats: { files: 1, added: 1, deleted: 1 } },
          { id: first },
        ]);
      };
    },
  },
  {
    trap: 'T2: lines that begin with signs, marks and ids are counted as lines',
    make: (repository) => {
      repository.commit({ files: { 'a.c': 'keep\n-- \n--j;\n@@ -1 +1 @@\ndiff --git a/x b/x\n' } });
      const second = repository.commit({ files: { 'a.c': 'keep\n++i;\n++ b/a.c\n' } });
      repository.commit({ files: { 'a.c': `keep\n${second}\n\\ No newline at end of file\n:100644\n` } });
      return ({ records }) => {
        const stats = records.map(({ stats: { added, deleted } }) => [added, deleted]);
        expect(stats).toEqual([
          [3, 2],
          [2, 4],
          [5, 0],
        ]);
      };
    },
  },
  {
    trap: 'T3: a path that is no UTF-8 is kept to the byte',
    make: (repository) => {
      const names = [latin('caf\xe9'), latin('\xff\xfe/\x80'), Buffer.from('größe'), latin('caf\xe8')];
      addAndChange(repository, names);
      return ({ records: [record] }) => {
        const seen = record?.files.map(({ path, path_b64 }) => bytesOf(path, path_b64));
        expect(seen?.sort()).toEqual(names.map((name) => name.toString('latin1')).sort());
        expect(record?.files.filter(({ path_b64 }) => path_b64 === undefined)).toHaveLength(1);
      };
    },
  },
  {
    trap: 'T4: a path with tab, quote, backslash, line end and escapes is kept, and shown without acting',
    make: (repository) => {
      const names = [
        'tab\there',
        'quote"back\\slash',
        'new\nline',
        '\u001b]0;t\u0007',
        'CR\r',
        '\u202ertl',
        '\u009bC1',
      ];
      const id = addAndChange(repository, names);
      return ({ records: [record], file }) => {
        expect(record?.files.map(({ path }) => path).sort()).toEqual([...names].sort());
        expect(file(id, 'diff_stats.txt').toString('utf8').trimEnd().split('\n')).toHaveLength(
          names.length + 1,
        );
      };
    },
  },
  {
    trap: 'T5: a path with spaces, or one that splits a header in the wrong place, is one path',
    make: (repository) => {
      const names = ['a b/x b/y', ' b/ lead', 'end ', 'a/x b/a/x', '-dash', '--output=x', 'a b/a b'];
      addAndChange(repository, names);
      return ({ records: [record] }) =>
        expect(record?.files.map(({ path }) => path).sort()).toEqual([...names].sort());
    },
  },
  {
    trap: 'T6: bytes that are no UTF-8 in messages, names and contents are kept beside a readable text',
    make: (repository) => {
      repository.commit({ files: { latin: latin('caf\xe9\nna\xefve\n') } });
      const author = latin('J\xfcrgen <j\xfc@example.org> 1700000000 +0000');
      const headers = 'encoding ISO-8859-1\n';
      repository.commit({ author, headers, message: latin('caf\xe9\n') });
      repository.commit({ headers: 'encoding \u001b[31mnone\n', message: latin('\xff\n') });
      return ({ records }) => {
        const [wrong, marked, contents] = records;
        expect(wrong).toMatchObject({ message: '\ufffd\n', message_b64: '/wo=' });
        expect(marked).toMatchObject({
          encoding: 'ISO-8859-1',
          message: 'caf\ufffd\n',
          author: { name: 'J\ufffdrgen' },
        });
        expect(bytesOf('', marked?.author.name_b64)).toBe('J\xfcrgen');
        expect(bytesOf('', marked?.author.email_b64)).toBe('j\xfc@example.org');
        expect(contents).toMatchObject({ stats: { added: 2 } });
      };
    },
  },
  {
    trap: 'T7: only a line feed ends a line',
    make: (repository) => {
      const odd = [
        'one\rtwo\r\nthree\u000cfour\u2028five\u0085six',
        'one\rtwo\nthree\u000cfour\u2028five\u0085six\nmore',
      ];
      for (const text of [...odd, 'one\rtwo\nthree\n', '']) repository.commit({ files: { a: text } });
      return ({ records }) => {
        const stats = records.map(({ stats: { added, deleted } }) => [added, deleted]);
        expect(stats).toEqual([
          [0, 2],
          [1, 2],
          [3, 2],
          [2, 0],
        ]);
      };
    },
  },
  {
    trap: 'T8: NULs between records and in a commit are no ends of anything',
    make: (repository) => {
      repository.commit({ files: { a: '1\n', 'b\nc': '1\n' }, message: 'NUL \0 in it\n' });
      repository.commit({ files: { a: '1\n', 'b\nc': '1\n' }, message: '\0\0\n' });
      repository.commit({ files: { a: 'a\0b', 'b\nc': '2\n' } });
      return ({ records }) => {
        expect(records.map(({ message }) => message)).toEqual(['work\n', '\0\0\n', 'NUL \0 in it\n']);
        expect(records.map(({ files }) => files.length)).toEqual([2, 0, 2]);
        expect(countsOf(records[0] as never)['a']).toBeNull();
      };
    },
  },
  {
    trap: 'T9: a line of two million characters is one line',
    make: (repository) => {
      repository.commit({ files: { long: `${'x'.repeat(2_000_000)}\n${lines(3)}` } });
      repository.commit({ files: { long: `${'y'.repeat(2_000_000)}\n${lines(3)}` } });
      return ({ records: [record] }) => {
        expect(record).toMatchObject({ stats: { files: 1, added: 1, deleted: 1 } });
        expect(record?.patch.bytes).toBeGreaterThan(4_000_000);
        expect(record?.files[0]?.hunks).toHaveLength(1);
      };
    },
  },
];

describe('framing and bytes', () => testTraps(traps));
