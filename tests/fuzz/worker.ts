import { writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { drawFrom, mutated } from './mutate.ts';
import { targets } from './targets.ts';

/** What the worker is to do. */
export interface Work {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** The seed of the input that is being read, for who looks on. */
  readonly now: SharedArrayBuffer;
  /** Where inputs are kept that something does not hold of. */
  readonly folder: string;
  /** An input to read instead of any. */
  readonly input?: Uint8Array;
}

/** How long reading one input may take, in milliseconds of this process's own time: others may be at work here. */
const patience = 2000;

const { target: name, seed, milliseconds, now, folder, input } = workerData as Work;
const target = targets[name];
if (target === undefined) throw new Error(`no target ${name}`);
const current = new Int32Array(now);

async function fault(bytes: Buffer, caseSeed: number): Promise<string | undefined> {
  const before = process.cpuUsage();
  try {
    await target?.hold(bytes, caseSeed);
  } catch (error) {
    return error instanceof Error ? briefly(error) : String(error);
  }
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1000;
  return took > patience ? `took ${Math.round(took)} ms` : undefined;
}

const briefly = ({ stack, message }: Error) => (stack ?? message).split('\n').slice(0, 4).join('\n');

async function fuzz(): Promise<void> {
  const draw = drawFrom(seed);
  const found: { readonly file: string; readonly words: string }[] = [];
  const end = performance.now() + milliseconds;
  let inputs = 0;
  while (performance.now() < end && found.length < 5) {
    const caseSeed = draw(2 ** 31);
    Atomics.store(current, 0, caseSeed);
    const bytes = mutated(caseSeed, target?.corpus ?? [], target?.words ?? []);
    const words = await fault(bytes, caseSeed);
    inputs += 1;
    Atomics.add(current, 1, 1);
    if (words === undefined) continue;
    const file = `${folder}/${name}-${caseSeed}`;
    writeFileSync(file, bytes);
    found.push({ file, words });
  }
  parentPort?.postMessage({ inputs, found });
}

if (input === undefined) await fuzz();
else parentPort?.postMessage({ inputs: 1, words: await fault(Buffer.from(input), seed) });
