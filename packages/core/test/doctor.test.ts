import { describe, expect, test } from 'vitest';
import {
  finding,
  findingKinds,
  findingsForPeople,
  hasNewDamage,
  judgeLab,
  judgeMachine,
  type LabSight,
  type MachineSight,
  problemOf,
} from '../src/index.ts';

const well: LabSight = {
  root: '/lab',
  days: 2,
  runs: 3,
  running: 0,
  newer: [],
  damaged: [],
  derived: [],
  dead: [],
  leftovers: [],
  modes: [],
  recordings: [],
  closed: [],
  room: { bytes: 10e9, files: 1e6 },
};

const fit: MachineSight = {
  node: '22.3.0',
  now: new Date('2025-10-15T10:23:00.000Z'),
  clockSet: false,
  places: [{ name: 'the cache', path: '/cache' }],
  timelab: '0.1.0',
  git: { version: '2.39.5' },
  rustExtractor: { version: '0.1.0' },
  pyPost: { version: '0.1.0' },
  isolation: { kind: 'bubblewrap' },
  weights: [{ name: 'llamacpp:smollm2', state: 'ready' }],
  ollama: { models: 2 },
  nix: { version: '2.20.0', flakes: true },
};

const told = (findings: ReturnType<typeof judgeLab>) =>
  findings.filter(({ severity }) => severity !== 'ok').map(({ kind, severity }) => `${severity} ${kind}`);
const lab = (sight: Partial<LabSight>) => judgeLab({ ...well, ...sight });
const machine = (sight: Partial<MachineSight>) => judgeMachine({ ...fit, ...sight });

test('where all is well every check says so, once, with no way out', () => {
  const findings = [...judgeLab(well), ...judgeMachine(fit)];
  expect(told(findings)).toEqual([]);
  expect(findings.filter(({ way_out: wayOut }) => wayOut !== undefined)).toEqual([]);
  const kinds = findings.map(({ kind }) => kind);
  expect(kinds).toEqual(Object.keys(findingKinds).filter((kind) => kind !== 'mending'));
  expect(problemOf(findings)).toBeUndefined();
});

describe('a lab', () => {
  const stray = { kind: 'row_stray', place: 'runs.csv', detail: 'lists x, which is not there' } as const;
  test.each<[Partial<LabSight>, string[]]>([
    [{ room: { bytes: 100e6 } }, ['warning disk']],
    [{ room: { bytes: 1e6 } }, ['error disk']],
    [{ room: { bytes: 10e9, files: 12 } }, ['error disk']],
    [{ repository: 'There is no git on this machine' }, ['warning repository']],
    [{ closed: [{ path: '.', reason: 'permission is denied' }] }, ['error writing']],
    [{ newer: ['a'], damaged: [{ path: 'b', reason: 'is torn' }] }, ['error records', 'note records']],
    [{ derived: [stray, stray, { ...stray, place: '2025/10/15/runs.csv' }] }, ['error index', 'error index']],
    [{ dead: ['a', 'b'] }, ['warning interrupted', 'warning interrupted']],
    [
      {
        modes: [
          { path: 'a', mode: 0o755 },
          { path: 'b', mode: 0o750 },
        ],
      },
      ['warning modes'],
    ],
    [
      {
        modes: [
          { path: 'a', mode: 0o755 },
          { path: 'b', mode: 0o500 },
        ],
      },
      ['error modes', 'warning modes'],
    ],
    [{ secrets: 'secrets/ has the mode 0755' }, ['error secrets']],
  ])('%j', (sight, expected) => {
    expect(told(lab(sight))).toEqual(expected);
  });
});

describe('a machine', () => {
  const newestRun = '2025-10-15T10:24:30.000Z';
  test.each<[Partial<MachineSight>, string[]]>([
    [{ node: '20.18.9' }, ['error node']],
    [{ node: '18.20.0' }, ['error node']],
    [{ node: '20.19.0' }, []],
    [{ now: new Date('1970-01-01T00:00:10.000Z') }, ['error clock']],
    [{ newestRun }, ['warning clock']],
    [{ newestRun: '2025-10-15T10:23:30.000Z' }, []],
    [{ clockSet: true, newestRun }, ['note clock']],
    [{ git: { version: '2.39.3' } }, ['warning git']],
    [{ git: { version: '2.40' } }, []],
    [{ rustExtractor: { version: '0.0.9' } }, ['warning rust_extractor']],
    [{ isolation: { kind: 'none' } }, ['warning isolation']],
    [{ isolation: { complaint: 'neither can be had' } }, ['warning isolation']],
    [{ weights: [{ name: 'm', state: 'pullable' }] }, ['note weights']],
    [{ weights: [{ name: 'm', state: 'damaged' }] }, ['error weights']],
    [{ engine: 'is not installed' }, ['note engine']],
    [{ ollama: { models: 0, complaint: 'nothing answers' } }, ['note ollama']],
    [{ nix: { version: '2.3.1', complaint: 'is too old' } }, ['warning nix']],
    [{ nix: { version: '2.20.0', flakes: false } }, ['note nix']],
    [{ places: [{ name: 'the cache', path: '/c', reason: 'it is full' }] }, ['warning places']],
  ])('%j', (sight, expected) => {
    expect(told(machine(sight))).toEqual(expected);
  });
});

describe('what is wrong ends the command', () => {
  test('by 65 for the lab, also where the machine is unfit, and by 70 for the machine alone', () => {
    const unfit = machine({ node: '18.0.0' });
    expect(problemOf(unfit)).toMatchObject({ kind: 'machine_unfit', exitCode: 70 });
    const both = problemOf([...lab({ damaged: [{ path: 'b', reason: 'is torn' }] }), ...unfit]);
    expect(both).toMatchObject({
      kind: 'lab_unsound',
      exitCode: 65,
      message: 'records b: is torn (2 errors in all).',
    });
    expect(both?.hint).not.toContain('--fix');
    expect(problemOf(lab({ secrets: 'is open' }))?.hint).toContain('--fix');
    expect(problemOf(lab({ dead: ['a'], room: { bytes: 1e8 } }))).toBeUndefined();
  });
});

describe('mending is done once more', () => {
  const dead = { dead: ['a'] };
  const secrets = { secrets: 'is no folder' };
  const row = (detail: string) => ({
    derived: [{ kind: 'row_missing', place: 'runs.csv', detail }] as const,
  });

  test.each<[when: string, before: Partial<LabSight>, after: Partial<LabSight>]>([
    ['something stands there that it did not meet', dead, { dead: ['b'] }],
    ['what it met is wrong in another way', secrets, { secrets: 'has the mode 0755' }],
    [
      'the index is wrong again, in the same words',
      row('does not list the run'),
      row('does not list the run'),
    ],
  ])('where %s', (_, before, after) => {
    expect(hasNewDamage(lab(before), lab(after))).toBe(true);
  });

  test.each<[when: string, before: Partial<LabSight>, after: Partial<LabSight>]>([
    ['all is well', dead, {}],
    ['it met the same before', { ...dead, ...secrets }, { ...dead, ...secrets }],
    [
      'what is new is nothing to be mended',
      secrets,
      { ...secrets, damaged: [{ path: 'b', reason: 'is torn' }] },
    ],
  ])('but not where %s', (_, before, after) => {
    expect(hasNewDamage(lab(before), lab(after))).toBe(false);
  });

  test('nor where it could not do its work', () => {
    const failed = finding('mending', 'error', '/lab', 'there is no room');
    expect(hasNewDamage(lab(dead), [...lab({ dead: ['b'] }), failed])).toBe(false);
  });
});

describe('for people', () => {
  test('the first hundred of a kind are named, the way out once, and the others counted', () => {
    const damaged = Array.from({ length: 130 }, (_, at) => ({ path: `run ${at}`, reason: 'is torn' }));
    const lines = findingsForPeople(lab({ damaged }));
    expect(lines.filter((line) => line.startsWith('error '))).toHaveLength(100);
    expect(lines.filter((line) => line.includes('Restore it from git'))).toHaveLength(1);
    expect(lines.at(-1)).toBe('and 30 more of records: --json has them all');
  });
});
