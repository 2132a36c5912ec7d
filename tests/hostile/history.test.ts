import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { line } from './line.ts';
import { type Trap, testTraps } from './trap.ts';

const traps: readonly Trap[] = [
  {
    trap: 'T20: replace refs and grafts change nothing',
    make: (repository) => {
      const ids = line(repository, 4);
      repository.git(['replace', ids[3] ?? '', ids[0] ?? '']);
      mkdirSync(join(repository.path, 'info'), { recursive: true });
      writeFileSync(join(repository.path, 'info/grafts'), `${ids[2]}\n${ids[1]} ${ids[3]}\n`);
      return ({ records }) => {
        expect(records.map(({ id }) => id)).toEqual([...ids].reverse());
        expect(records.map(({ parents }) => parents.length)).toEqual([1, 1, 1, 0]);
      };
    },
  },
  {
    trap: 'T20: the commits at which a shallow clone ends are no roots',
    make: (repository) => {
      const ids = line(repository, 5);
      // As `git clone --depth 3` leaves it: the older objects are not there.
      writeFileSync(join(repository.path, 'shallow'), `${ids[2]}\n`);
      const gone = repository
        .git(['rev-list', '--objects', ids[1] ?? '', `^${ids[2]}^{tree}`], '')
        .toString();
      for (const [, first, rest] of gone.matchAll(/^(..)(\S{38})/gm))
        rmSync(join(repository.objects, first ?? '', rest ?? ''), { force: true });
      return ({ records, manifest }) => {
        expect(records.map(({ id }) => id)).toEqual([ids[4], ids[3], ids[2]]);
        expect(records.map(({ skipped }) => skipped)).toEqual([undefined, undefined, 'shallow boundary']);
        expect(records[2]).toMatchObject({ parents: [ids[1]], files: [], patch: { bytes: 0 } });
        expect(manifest.history).toMatchObject({ shallow: true });
      };
    },
  },
  {
    trap: 'T21: skewed, negative, huge and unreadable dates are kept, and do not change the order',
    make: (repository) => {
      const dates = [
        '1700000000 +0100',
        '-1000 +1400',
        '4294967297 -1200',
        '0 +0000',
        'never',
        '99999999999999999999 +9999',
      ];
      const ids = dates.map((date) => repository.commit({ author: `A <a@x> ${date}` }));
      return ({ records }) => {
        expect(records.map(({ id }) => id)).toEqual([...ids].reverse());
        const read = records.map(({ author: { time, offset } }) => [time, offset]).reverse();
        expect(read.slice(0, 5)).toEqual([
          [1_700_000_000, 60],
          [-1_000, 840],
          [4_294_967_297, -720],
          [0, 0],
          [0, 0],
        ]);
      };
    },
  },
  {
    trap: 'T22: names are those of the commit, whatever a mailmap says, and trailers are as git reads them',
    make: (repository) => {
      const mailmap = 'Somebody Else <else@example.org> <ada@example.org>\n';
      const message =
        't\n\nbody\n\nFixes: #1\nCO-authored-by: A <a@b>\nCo-Authored-By: A <a@b>\n folded\n\ton\n';
      repository.commit({ files: { '.mailmap': mailmap }, message });
      const said = repository.git(['interpret-trailers', '--parse', '--no-divider'], message).toString();
      return ({ records: [record] }) => {
        expect(record?.author).toMatchObject({ name: 'Ada', email: 'ada@example.org' });
        expect(record?.trailers.map(({ key, value }) => `${key}: ${value}\n`).join('')).toBe(said);
        expect(record?.trailers).toHaveLength(3);
      };
    },
  },
  {
    trap: 'T23: a repository of SHA-256 has ids of 64 digits',
    init: ['--object-format=sha256'],
    make: (repository) => {
      const ids = line(repository, 3);
      return ({ records, manifest }) => {
        expect(records.map(({ id }) => id)).toEqual([...ids].reverse());
        expect(records[2]).toMatchObject({ files: [{ blobs: { old: '0'.repeat(64) } }] });
        expect(manifest.history).toMatchObject({ object_format: 'sha256', head: ids[2] });
      };
    },
  },
  {
    trap: 'T24: signatures, tags within commits, unknown headers, no message, and the same parent twice',
    make: (repository) => {
      const root = repository.commit({ files: { a: '1\n' } });
      const signature = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n';
      repository.commit({
        headers: `${signature}mergetag object ${root}\n type commit\n tag v\n \n x\nx-unknown y\n`,
      });
      repository.commit({ parents: [repository.head, repository.head], message: '' });
      const tree = repository.tree({});
      repository.point(
        repository.object('commit', `tree ${tree}\nparent ${repository.head}\nauthor A\ncommitter\n\n`),
      );
      return ({ records }) => {
        expect(records.map(({ signature, message }) => [signature, message])).toEqual([
          [false, ''],
          [false, ''],
          [true, 'work\n'],
          [false, 'work\n'],
        ]);
        expect(records[1]?.parents).toEqual([records[2]?.id, records[2]?.id]);
      };
    },
  },
];

describe('history', () => testTraps(traps));
