import type { World } from '../world.ts';
import { childEnvironment } from './child-environment.ts';
import { run } from './spawn.ts';

/** The oldest Nix that the flake is tested with. */
const oldest = [2, 8] as const;

/** What is in the way of working with Nix on this machine, in words for people; undefined if nothing is. */
export async function nixObstacle(world: World, cwd: string): Promise<string | undefined> {
  const { code, stdout } = await run('nix', ['--version'], { cwd, env: childEnvironment(world, 'nix') });
  if (code !== 0) return 'There is no Nix on this machine: https://nixos.org/download';
  const version = /\d+(\.\d+)+/.exec(stdout.toString('utf8'))?.[0] ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const tooOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  return tooOld
    ? `Nix ${version} is too old: the lab's flake wants ${oldest.join('.')} or newer.`
    : undefined;
}
