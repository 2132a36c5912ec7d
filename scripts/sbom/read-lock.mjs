import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { inRepository } from '../repository.mjs';
import { runQuietly } from '../run-quietly.mjs';

const cdxgen = inRepository('scripts/sbom/node_modules/@cyclonedx/cdxgen/bin/cdxgen.js');
const words = ['--no-install-deps', '--no-babel', '--no-recurse', '--spec-version', '1.6'];

/**
 * What cdxgen reads from lock files: it is given a copy of them and nothing else, so that it cannot look into what lies
 * around here, nor leave anything.
 */
export async function readLock(type, folder, files) {
  const copy = mkdtempSync(join(tmpdir(), 'timelab-sbom-'));
  try {
    for (const file of files) cpSync(join(inRepository(folder), file), join(copy, file), { recursive: true });
    const env = { PATH: process.env.PATH, HOME: copy };
    await runQuietly(
      process.execPath,
      [cdxgen, '--type', type, ...words, '--output', join(copy, 'bom.json'), copy],
      { env },
    );
    return JSON.parse(readFileSync(join(copy, 'bom.json'), 'utf8'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The edges of a bill, as a Map of what each reference depends on. */
export const edgesOf = (bill) =>
  new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));

/** What one component says of itself that lasts: not where in a folder it was found, and how surely. */
export function plain({ type, group, name, version, purl, hashes, 'bom-ref': ref }) {
  return { type, 'bom-ref': ref, ...(group ? { group } : {}), name, version, hashes, purl };
}
