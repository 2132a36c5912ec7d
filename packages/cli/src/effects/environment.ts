import type { Manifest } from '@timelab/core';
import pkg from '../../package.json' with { type: 'json' };
import type { World } from '../world.ts';
import { childEnvironment } from './child-environment.ts';
import { run } from './spawn.ts';

/** What a run is made with: the system as Nix names it, timelab's own version, and the tools it calls. */
export async function readEnvironment(world: World, root: string): Promise<Manifest['env']> {
  const git = await run('git', ['--version'], { cwd: root, env: childEnvironment(world, 'any') });
  const version = /\d+(\.\d+)+/.exec(git.stdout.toString('utf8'))?.[0];
  return {
    system: `${archNames[world.arch] ?? world.arch}-${world.platform}`,
    apps: [`timelab@${pkg.version}`],
    tools: { ...(version === undefined ? {} : { git: version }), node: world.nodeVersion },
  };
}

const archNames: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
