// Makes many runs of one spec in one process, as a program that has timelab inside would; prints a JSON line now and then.
// node --expose-gc soak-program.js LAB SERVER RUNS: at a line {"stop":true} of its own it waits for one on stdin.
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { runProgram } from '../../packages/cli/src/program.ts';
import type { World } from '../../packages/cli/src/world.ts';

const [lab = '', server = '', count = '0'] = process.argv.slice(2);
const runs = Number(count);
const hour = 3_600_000;
const signal = new AbortController().signal;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let at = 0;
let words = '';

const world: World = {
  argv: ['ai', '--spec', 'spec.json', '--quiet'],
  program: [process.execPath],
  env: { PATH: process.env['PATH'], HOME: lab, OLLAMA_HOST: server, TMPDIR: process.env['TMPDIR'] },
  cwd: lab,
  stdout: { write: () => undefined, isTTY: false, columns: 80 },
  stderr: {
    write: (text) => {
      words = text;
    },
    isTTY: false,
    columns: 80,
  },
  home: lab,
  platform: process.platform,
  arch: process.arch,
  nodeVersion: process.version.slice(1),
  cores: 2,
  // In the middle the clock is set back by an hour.
  now: () => new Date(Date.now() - (at < runs / 2 ? 0 : hour)),
  clockSet: false,
  elapsed: () => performance.now(),
  signal,
};

async function measure(): Promise<object> {
  // What is closed is let go of a turn later.
  await new Promise((done) => setTimeout(done, 200));
  for (let time = 0; time < 4; time += 1) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { at, rss, heapUsed, external, handles: readdirSync('/proc/self/fd').length };
}

const codes: Record<string, number> = {};
for (at = 0; at < runs; at += 1) {
  const isEdge = at === Math.floor(runs * 0.6) || at === Math.floor(runs * 0.6) + 5;
  if (isEdge) {
    // The server is to go, or to come back.
    process.stdout.write(`${JSON.stringify({ turn: at })}\n`);
    await lines.next();
  }
  const code = await runProgram(world);
  codes[code] = (codes[code] ?? 0) + 1;
  if (code !== 0 && !/not reached/.test(words)) process.stdout.write(`${JSON.stringify({ wrong: words })}\n`);
  if ((at + 1) % Math.max(1, Math.floor(runs / 8)) === 0)
    process.stdout.write(`${JSON.stringify({ memory: await measure() })}\n`);
}
process.stdout.write(`${JSON.stringify({ codes })}\n`);
process.stdin.destroy();
