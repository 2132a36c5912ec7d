import { type Manifest, Problem } from '@timelab/core';
import type { RunFolder } from '@timelab/store';
import type { Log } from '../effects/log.ts';
import type { World } from '../world.ts';

/** Looks at a run that has ended, in its folder, before its last record is written; gives that record. */
export type Judge = (ended: Manifest, folder: string) => Promise<Manifest>;

/** What stopped the work of a run, if anything that can be told did; `hint` is what to do after a signal. */
export async function failureOf(
  { signal }: World,
  work: Promise<void>,
  hint: string,
): Promise<Problem | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (signal.aborted)
      return new Problem('interrupted', `${String(signal.reason)} ended the run.`, { hint });
    if (error instanceof Problem) return error;
    throw error;
  }
}

/**
 * Ends a run with its log; if its last files cannot be written, once more as a failure, so that it is not left
 * `running`. `record` makes the record, with what went wrong only now if anything did.
 */
export async function endRun(
  run: RunFolder,
  log: Log,
  record: (failure?: Problem) => Manifest,
  judge: Judge = async (ended) => ended,
): Promise<Manifest> {
  try {
    await run.add('logs/log.jsonl', log.text());
    return await run.finish(await judge(record(), run.path));
  } catch (error) {
    // What failed first is what is told; if this fails too, the next command settles the run.
    if (error instanceof Problem) await run.finish(record(error)).catch(() => undefined);
    throw error;
  }
}
