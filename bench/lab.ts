import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does work in a new lab with one commit, and removes it. */
export async function inLab<T>(binary: string, work: (lab: string) => Promise<T>): Promise<T> {
  const lab = mkdtempSync(join(tmpdir(), 'timelab-bench-'));
  try {
    run(lab, process.execPath, binary, 'init', lab);
    run(lab, 'git', 'add', '-A');
    run(lab, 'git', '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', 'commit', '-qm', 'a lab');
    return await work(lab);
  } finally {
    rmSync(lab, { recursive: true, force: true });
  }
}

/** Writes a spec into a lab and commits it, so that the lab is clean; gives its path. */
export function writeSpec(lab: string, spec: object): string {
  const path = join(lab, 'spec.json');
  writeFileSync(path, JSON.stringify(spec));
  run(lab, 'git', 'add', '-A');
  run(lab, 'git', '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', 'commit', '-qm', 'a spec');
  return path;
}

function run(cwd: string, program: string, ...args: string[]): void {
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ran.stderr}`);
}
