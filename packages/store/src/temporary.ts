import { randomBytes } from 'node:crypto';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unless } from './disk-problem.ts';
import { hostId, isProcess } from './runner.ts';

const pattern = /^\.timelab-([0-9a-f]{16})-(\d+)-[0-9a-f]{12}\.tmp$/;

/** A name for a file that is not whole yet; it says whose it is, so that it can be cleared when its process is gone. */
export function temporaryName(): string {
  return `.timelab-${hostId()}-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

/** Whether a name is that of a file that is not whole yet, whoever writes it. */
export function isTemporary(name: string): boolean {
  return pattern.test(name);
}

/** The names in a folder of what processes of this host that are gone have left unfinished. */
export async function findTemporaries(folder: string): Promise<string[]> {
  const names = (await unless(['ENOENT', 'ENOTDIR'], readdir(folder))) ?? [];
  return names.filter(isAbandoned);
}

/** Removes from a folder what processes of this host that are gone have left unfinished; says the names. */
export async function clearTemporaries(folder: string): Promise<string[]> {
  const left = await findTemporaries(folder);
  for (const name of left) await unless(['ENOENT'], unlink(join(folder, name)));
  return left;
}

function isAbandoned(name: string): boolean {
  const [, host, pid] = pattern.exec(name) ?? [];
  return host === hostId() && !isProcess(Number(pid));
}
