import { parseModelName } from '@timelab/core';
import { createBackend } from '../src/index.ts';
import { ask, never, offline } from './sample-request.ts';

/** A program of its own around one answer: the engine runs one variant in a process, and its silence can only be heard from outside. */
// Set here, since the loader of this program needs such a folder too.
process.env['TMPDIR'] = process.env['PROGRAM_TMPDIR'] ?? process.env['TMPDIR'] ?? '';
const backend = await createBackend(parseModelName(process.argv[2] ?? ''), offline({ cpu: process.argv[3] }));
try {
  const { engine } = await backend.describe(never);
  const { text } = await backend.run(ask('Name three colours of the rainbow.', { max_tokens: 120 }), never);
  await backend.close();
  process.stdout.write(JSON.stringify({ engine, text }));
} catch (error) {
  process.stdout.write(JSON.stringify({ ...(error as object), message: (error as Error).message }));
}
