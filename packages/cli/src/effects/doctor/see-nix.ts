import type { MachineSight } from '@timelab/core';
import type { World } from '../../world.ts';
import { nixObstacle } from '../nix.ts';
import { askVersion, runShortly } from './see-program.ts';

/** What Nix there is, whether it is new enough, and whether it builds flakes. */
export async function seeNix(world: World): Promise<MachineSight['nix']> {
  const seen = await askVersion(world, 'nix');
  if (seen.version === undefined) return { complaint: 'there is none on this machine' };
  const obstacle = await nixObstacle(world, world.cwd);
  if (obstacle !== undefined) return { ...seen, complaint: obstacle.replace(/\.$/, '') };
  return { ...seen, flakes: await hasFlakes(world) };
}

async function hasFlakes(world: World): Promise<boolean> {
  const asked = ['--extra-experimental-features', 'nix-command'];
  const shown = await runShortly(world, 'nix', [...asked, 'config', 'show', 'experimental-features']);
  // Before Nix 2.20 the same was called otherwise, and showed all settings.
  const settings = shown.code === 0 ? shown : await runShortly(world, 'nix', [...asked, 'show-config']);
  const text = settings.stdout.toString('utf8');
  const features = shown.code === 0 ? text : (/^experimental-features = (.*)$/m.exec(text)?.[1] ?? '');
  return features.split(/\s+/).includes('flakes');
}
