import { spawnSync } from 'node:child_process';

/** A command to be timed: its words, and where and with what it runs. */
export interface Timed {
  readonly words: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Wall times in milliseconds, sorted. */
export type Sample = readonly number[];

/**
 * Times commands as whole processes, in turn (A B A B …), so that a machine whose speed drifts is as slow for one as
 * for the other. The first round warms up and is not counted.
 */
export function timeInTurn(commands: readonly Timed[], rounds: number): Sample[] {
  const samples: number[][] = commands.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, command] of commands.entries()) {
      const milliseconds = timeOnce(command);
      if (round > 0) samples[at]?.push(milliseconds);
    }
  }
  return samples.map((sample) => sample.sort((a, b) => a - b));
}

/** The middle of a sample, in its own unit. */
export function median(sample: Sample): number {
  return sample[Math.floor(sample.length / 2)] ?? Number.NaN;
}

/** The most memory that a command's process ever held, in megabytes, as the system accounts for it. */
export function peakMegabytes({ words, cwd, env }: Timed): number {
  const account = `import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;
  const ran = spawnSync('python3', ['-c', account, ...words], { cwd, env, encoding: 'utf8' });
  // Linux counts in kibibytes, macOS in bytes.
  return Number(ran.stdout) / (process.platform === 'darwin' ? 1_048_576 : 1024);
}

/** Times one command as a whole process, in milliseconds; throws where it fails. */
export function timeOnce({ words: [program = '', ...args], cwd, env }: Timed): number {
  const start = performance.now();
  const ran = spawnSync(program, args, { cwd, env, stdio: 'ignore' });
  if (ran.status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${ran.status ?? ran.signal}`);
  return performance.now() - start;
}
