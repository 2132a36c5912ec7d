import { execFile } from 'node:child_process';

/** What a finished program left: its exit code and what it printed. */
export interface Finished {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a program may know of its caller's environment. */
export interface SpawnOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads on its standard input, which otherwise stays open and empty. */
  readonly input?: Uint8Array;
  /** Ends the program when it fires. */
  readonly signal?: AbortSignal;
}

/** The most that a program may print before it is stopped, in bytes. */
const outputLimit = 64 * 1024 * 1024;

/** Runs a program to its end, without a shell; a program that cannot be started gives the exit code 127. */
export async function run(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Finished> {
  return await new Promise((done) => {
    const child = execFile(
      program,
      [...args],
      {
        cwd: options.cwd,
        env: { ...options.env },
        encoding: 'buffer',
        maxBuffer: outputLimit,
        windowsHide: true,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
        done({ code, stdout, stderr: stderr.toString('utf8') });
      },
    );
    if (options.input === undefined) return;
    // A program that ends without reading it is told by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });
}
