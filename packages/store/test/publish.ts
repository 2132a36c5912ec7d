// Publishes runs one after the other as a command would, and prints the path of each once it is acknowledged.
// node publish.js LAB COUNT safe|naive|set-clock [wait]: with `wait`, only after a line on stdin.
import { once } from 'node:events';
import { Problem, problemKinds } from '@timelab/core';
import { type Clock, claimRun, identifySelf, type Lab, openLab, type RunFolder } from '../src/index.ts';
import { publishNaively } from './naive-store.ts';
import { endOf, sampleDraft, sampleFiles } from './sample-run.ts';

const [root = '', count = '1', how = 'safe', wait] = process.argv.slice(2);
const instant = new Date('2025-10-15T10:23:00.000Z');
const clock: Clock = { now: () => (how === 'set-clock' ? instant : new Date()) };

/** Ends a run as failed where it cannot end well; if that fails too, the next command settles it. */
async function publish(lab: Lab): Promise<string> {
  const run = await claimRun(lab, sampleDraft, clock, identifySelf());
  try {
    for (const [path, text] of Object.entries(sampleFiles)) await run.add(path, text);
    await run.finish(endOf(run, clock.now()));
  } catch (error) {
    await finishAsFailed(run, error).catch(() => undefined);
    throw error;
  }
  return run.relativePath;
}

async function finishAsFailed(run: RunFolder, error: unknown): Promise<void> {
  if (!(error instanceof Problem)) return;
  const { kind, message, hint } = error;
  const failure = { code: problemKinds[kind].exitCode, kind, message, hint };
  await run.finish({ ...endOf(run, clock.now()), status: 'error', error: failure });
}

async function main(): Promise<void> {
  const lab = openLab(root);
  if (wait === 'wait') {
    process.stdout.write('ready\n');
    await once(process.stdin, 'data');
    process.stdin.destroy();
  }
  for (let at = 0; at < Number(count); at += 1) {
    const path = how === 'naive' ? await publishNaively(lab, clock.now()) : await publish(lab);
    process.stdout.write(`${path}\n`);
  }
}

main().catch((error: unknown) => {
  const kind = error instanceof Problem ? error.kind : 'internal';
  process.stderr.write(`${kind}: ${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 70;
});
