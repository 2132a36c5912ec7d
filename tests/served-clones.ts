import { join } from 'node:path';
import { type Clone, type CloneWish, openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { startGitServer } from './git-server.ts';
import { serveHistory } from './remote-history.ts';
import { temporaryFolder } from './rig.ts';
import { smallWorld } from './small-world.ts';

/** A served history of 40 commits, and what opens clones of it below a home of its own. */
export async function served() {
  const root = await temporaryFolder();
  const repository = await serveHistory(root, 'engine.git', 40);
  const server = await startGitServer(root);
  const url = `${server.url}/engine.git`;
  const home = await temporaryFolder();
  const small = smallWorld(home);
  const open = async (wish: Partial<CloneWish> = {}): Promise<Clone> =>
    await openClone(small.context, url, { mode: 'diff-only', limit: 10, allowNet: true, ...wish });
  return { root, repository, server, url, home, small, open, clones: join(home, '.cache/timelab/clones') };
}
