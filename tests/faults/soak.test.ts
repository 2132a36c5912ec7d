import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFaultServer } from '../../packages/models/test/fault-server.ts';
import { bundle } from '../../packages/store/test/bundle.ts';
import { hermetic } from '../rig.ts';
import { runsOf } from '../runs.ts';
import { isLong, noteFigure } from './effort.ts';
import { wrongAfterNext, wrongAtOnce } from './inspected-lab.ts';
import { type TemplateLab, templateLab } from './template-lab.ts';

const runs = isLong ? 2000 : 40;
/** How many runs meet no server, because it has died and is not back yet. */
const withoutServer = 5;

let template: TemplateLab;
beforeAll(async () => {
  template = await templateLab();
});
afterAll(async () => await template.remove());

interface Memory {
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly handles: number;
}

test(`${runs} runs in one process, past a dead server and a clock set back`, {
  timeout: 3_600_000,
}, async () => {
  await template.inCopy(async (lab, room) => {
    const program = await bundle('../../../tests/faults/soak-program.ts');
    // An address that nobody else listens at: it is to be free when the server comes back.
    const host = '127.83.111.97';
    let server = await startFaultServer({}, { host, port: 0 });
    const port = Number(new URL(server.url).port);
    const child = spawn(process.execPath, ['--expose-gc', program, lab.root, server.url, String(runs)], {
      env: { ...hermetic({ TMPDIR: room }), HOME: lab.root },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const memory: Memory[] = [];
    const wrong: string[] = [];
    let codes: Record<string, number> = {};
    let isUp = true;
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line);
      if (said.memory !== undefined) memory.push(said.memory);
      if (said.codes !== undefined) codes = said.codes;
      if (said.wrong !== undefined) wrong.push(said.wrong);
      if (said.turn === undefined) continue;
      if (isUp) await server.stop();
      else server = await startFaultServer({}, { host, port });
      isUp = !isUp;
      child.stdin.write('on\n');
    }
    await server.stop();
    expect(wrong).toEqual([]);
    expect(codes).toEqual({ 0: runs - withoutServer, 70: withoutServer });

    const found = await runsOf(lab.root);
    const statuses = found.map(({ manifest }) => manifest.status);
    expect(statuses.filter((status) => status === 'ok').length).toBe(
      runs - withoutServer + template.runs.length,
    );
    expect([
      ...(await wrongAtOnce(lab, template.runs)),
      ...(await wrongAfterNext(lab, template.runs)),
    ]).toEqual([]);
    expect(readdirSync(room)).toEqual([]);

    // The first quarter is Node's own: code is compiled, and heaps grow to the size they need.
    const [early, late] = [memory[1], memory.at(-1)];
    if (early === undefined || late === undefined) throw new Error('nothing was measured');
    const grown = (key: 'rss' | 'heapUsed') => (late[key] - early[key]) / 1e6;
    noteFigure(
      'soak',
      'runs in one process; a server that dies, a clock set back',
      `${runs} runs; from run ${early.at + 1} to ${late.at + 1} heap ${grown('heapUsed').toFixed(1)} MB, RSS ${grown('rss').toFixed(1)} MB, handles ${late.handles - early.handles}; no temporary file left`,
    );
    expect(late.handles).toBeLessThanOrEqual(early.handles + 2);
    // Snapshots of the heap show what grows: code that is compiled, and two weak references a run to the one signal.
    if (isLong) expect(grown('heapUsed')).toBeLessThan(4);
    if (isLong) expect(grown('rss')).toBeLessThan(40);
  });
});
