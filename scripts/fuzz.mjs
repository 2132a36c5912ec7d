import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { inRepository } from './repository.mjs';

// Reads inputs that were spoilt at random by every reader of what strangers write, for so many minutes in all. A seed
// makes the same inputs again. An input that something does not hold of is kept, and the way to read it again is said.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    target: { type: 'string', multiple: true },
    replay: { type: 'string' },
    into: { type: 'string', default: inRepository('.cache/fuzz') },
  },
});

process.env.TIMELAB_FUZZ_ROOT = inRepository('.');
const folder = values.into;
mkdirSync(folder, { recursive: true });
const parts = join(folder, `parts-${process.pid}`);
process.on('exit', () => rmSync(parts, { recursive: true, force: true }));
await build({
  entryPoints: ['worker', 'targets', 'mutate'].map((name) => inRepository(`tests/fuzz/${name}.ts`)),
  outdir: parts,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
const load = async (name) => await import(pathToFileURL(join(parts, `${name}.mjs`)).href);
const [{ targets }, { mutated }] = await Promise.all([load('targets'), load('mutate')]);

/** How long a worker may be at one input, in milliseconds, before it is taken to be at it for ever. */
const patience = 60_000;

/** Has a worker read inputs; gives how many, and what was found. */
async function read(work) {
  const now = new SharedArrayBuffer(8);
  const current = new Int32Array(now);
  const worker = new Worker(join(parts, 'worker.mjs'), { workerData: { ...work, now, folder } });
  let [before, since] = [-1, Date.now()];
  return await new Promise((done) => {
    const watch = setInterval(() => {
      const count = Atomics.load(current, 1);
      if (count !== before) [before, since] = [count, Date.now()];
      else if (Date.now() - since > patience) finish(hung(work, Atomics.load(current, 0), before));
    }, 1000);
    const finish = (outcome) => {
      clearInterval(watch);
      void worker.terminate();
      done(outcome);
    };
    worker.on('message', finish);
    worker.on('error', (error) =>
      finish(kept(work, Atomics.load(current, 0), before, `it ended the process: ${error.stack}`)),
    );
  });
}

const hung = (work, seed, inputs) =>
  kept(work, seed, inputs, `it was not read in ${patience / 1000} seconds`);

function kept({ target, input }, seed, inputs, words) {
  if (input !== undefined) return { inputs: 1, words };
  const file = join(folder, `${target}-${seed}`);
  const { corpus, words: ofTarget } = targets[target];
  writeFileSync(file, mutated(seed, corpus, ofTarget));
  return { inputs, found: [{ file, words }] };
}

if (values.replay !== undefined) {
  const [target, seed] = basename(values.replay).split('-');
  const input = readFileSync(values.replay);
  const { words } = await read({ target, seed: Number(seed), milliseconds: 0, input });
  console.log(words ?? 'It holds.');
  process.exit(words === undefined ? 0 : 1);
}

const names = values.target ?? Object.keys(targets).filter((name) => name !== 'planted');
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const milliseconds = (Number(values.minutes) * 60_000) / names.length;
console.log(`seed ${seed}: \`npm run fuzz -- --seed ${seed}\` reads the same inputs`);
let faults = 0;
for (const target of names) {
  const start = Date.now();
  const { inputs, found } = await read({ target, seed, milliseconds });
  const seconds = (Date.now() - start) / 1000;
  console.log(`${target}: ${inputs} inputs in ${seconds.toFixed(0)} s, ${found.length} faults`);
  for (const { file, words } of found) console.log(`${words}\n  again: npm run fuzz -- --replay ${file}\n`);
  faults += found.length;
}
process.exit(faults === 0 ? 0 : 1);
