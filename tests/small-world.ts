import type { Context } from '../packages/cli/src/command.ts';
import { openReport } from '../packages/cli/src/report.ts';
import { hermetic } from './rig.ts';

/** A context for functions of the command line that are called without it, and what they showed on stderr. */
export interface SmallWorld {
  readonly context: Context;
  readonly stop: AbortController;
  shown(): string;
}

/** Makes a world whose home is one folder: caches, and the configuration of git if there is a .gitconfig. */
export function smallWorld(home: string, more: Readonly<Record<string, string>> = {}): SmallWorld {
  const stop = new AbortController();
  let shown = '';
  const sink = (isTTY: boolean) => ({
    write: (text: string) => {
      shown += text;
    },
    isTTY,
    columns: 120,
  });
  const env = hermetic({ HOME: home, ...more });
  const world = {
    argv: [],
    program: [],
    env,
    cwd: home,
    stdout: sink(false),
    stderr: sink(true),
    home,
    platform: process.platform,
    arch: process.arch,
    cores: 2,
    nodeVersion: process.version.slice(1),
    now: () => new Date(0),
    clockSet: true,
    elapsed: () => performance.now(),
    signal: stop.signal,
  };
  const report = openReport(world, { json: false, quiet: false, color: false });
  return { context: { world, report, global: {} }, stop, shown: () => shown };
}
