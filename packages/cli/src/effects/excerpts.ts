import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FirstDifference } from '@timelab/core';
import { visible } from '../visible.ts';

/** How many bytes are shown before and after the place. */
const BEFORE = 30;
const AFTER = 60;

/** What stands around the place where two answers part, in each of the two runs; as JSON strings, so that it shows line ends and does nothing to a terminal. */
export async function excerptsAt(
  parent: string,
  run: string,
  { file, byte }: FirstDifference,
): Promise<{ parent: string; run: string }> {
  return { parent: await excerpt(join(parent, file), byte), run: await excerpt(join(run, file), byte) };
}

async function excerpt(path: string, byte: number): Promise<string> {
  const handle = await open(path);
  try {
    const start = Math.max(0, byte - BEFORE);
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(byte - start + AFTER),
      0,
      byte - start + AFTER,
      start,
    );
    // A character that is cut in the middle is shown as U+FFFD.
    return visible(JSON.stringify(buffer.toString('utf8', 0, bytesRead)));
  } finally {
    await handle.close();
  }
}
