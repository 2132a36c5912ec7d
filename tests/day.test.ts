import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder, temporaryLab, timelab } from './rig.ts';
import { snapshot } from './snapshot.ts';

describe('timelab day', () => {
  test('makes the tree, prints its path and nothing else, and moves latest', async () => {
    const lab = await temporaryLab();
    const ran = await timelab(['day', '--date', '2031-02-03'], { cwd: lab });
    expect(ran).toMatchObject({ code: 0, stdout: `${lab}/2031/02/03\n`, stderr: '' });
    const places = [
      'README.md',
      'ai-team/artifacts',
      'ai-team/specs',
      'analyzer/inputs',
      'analyzer/outputs',
      'knowledge/graph',
      'knowledge/notes.md',
    ];
    const found = await readdir(join(lab, '2031/02/03'), { recursive: true });
    expect(found).toEqual(expect.arrayContaining(places));
    expect(await readlink(join(lab, 'latest'))).toBe('2031/02/03');
  });

  test('never changes a file that somebody edited, however often it is called', async () => {
    const lab = await temporaryLab();
    await timelab(['day', '--date', '2031-02-03'], { cwd: lab });
    await writeFile(join(lab, '2031/02/03/knowledge/notes.md'), 'mine\n');
    await writeFile(join(lab, '2031/02/03/README.md'), '');
    const before = await snapshot(lab);
    expect((await timelab(['day', '--date', '2031/02/03'], { cwd: lab })).code).toBe(0);
    expect(await snapshot(lab)).toEqual(before);
  });

  test('sixteen at once make one whole tree', async () => {
    const lab = await temporaryLab();
    const all = await Promise.all(
      Array.from({ length: 16 }, () => timelab(['day', '--date', '2031-02-03'], { cwd: lab })),
    );
    expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      all.map(() => ({ code: 0, stderr: '' })),
    );
    const alone = await temporaryLab();
    await timelab(['day', '--date', '2031-02-03'], { cwd: alone });
    const day = '2031/02/03';
    expect(await snapshot(join(lab, day))).toEqual(await snapshot(join(alone, day)));
  });

  // The instants lie a second before and at midnight where the zone's clock shows it; in the last two, clocks change that night.
  test.each([
    ['UTC', '2031-02-03T23:59:59.999Z', '2031/02/03', '2031-02-04T00:00:00.000Z', '2031/02/04'],
    ['Asia/Kolkata', '2031-02-03T18:29:59.999Z', '2031/02/03', '2031-02-03T18:30:00.000Z', '2031/02/04'],
    [
      'Pacific/Kiritimati',
      '2028-02-28T09:59:59.999Z',
      '2028/02/28',
      '2028-02-28T10:00:00.000Z',
      '2028/02/29',
    ],
    ['Europe/Berlin', '2025-10-25T21:59:59.999Z', '2025/10/25', '2025-10-26T23:00:00.000Z', '2025/10/27'],
    ['America/New_York', '2025-03-09T04:59:59.999Z', '2025/03/08', '2025-03-10T04:00:00.000Z', '2025/03/10'],
  ])('across midnight in %s', async (zone, before, dayBefore, after, dayAfter) => {
    const lab = await temporaryLab();
    const madeOn = await readlink(join(lab, 'latest'));
    const at = async (now: string) =>
      await timelab(['day', '--tz', zone], { cwd: lab, env: { TIMELAB_NOW: now } });
    const [first, second] = await Promise.all([at(before), at(after)]);
    expect([first.stdout, second.stdout]).toEqual([`${lab}/${dayBefore}\n`, `${lab}/${dayAfter}\n`]);
    // `init` made a day of its own: the newest of all days is the latest.
    const days = [dayBefore, dayAfter, madeOn].sort();
    expect(await readlink(join(lab, 'latest'))).toBe(days.at(-1));
  });

  test.each([
    [['--date', '2023-02-29'], '"2023-02-29" is not a date'],
    [['--date', 'tomorrow'], '"tomorrow" is not a date'],
    [['--tz', 'Mars/Olympus'], '"Mars/Olympus" is not a time zone'],
    [['--date', '2023-02-28', '--tz', 'UTC'], 'not both'],
    [['--dat', '2023-02-28'], "unknown option '--dat'"],
  ])('refuses %j with exit code 64 and writes nothing', async (args, words) => {
    const lab = await temporaryLab();
    const before = await snapshot(lab);
    const ran = await timelab(['day', ...args], { cwd: lab });
    expect(ran.code).toBe(64);
    expect(ran.stderr.toLowerCase()).toContain(words.toLowerCase());
    expect(ran.stdout).toBe('');
    expect(await snapshot(lab)).toEqual(before);
  });

  test('outside any lab says how to make one', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'sub'));
    const ran = await timelab(['day'], { cwd: join(folder, 'sub') });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain('timelab init');
  });

  test('a clock that is set wrongly is named', async () => {
    const lab = await temporaryLab();
    const ran = await timelab(['day'], { cwd: lab, env: { TIMELAB_NOW: 'noon' } });
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(ran.stderr).toContain('TIMELAB_NOW is "noon", which is no instant');
  });
});
