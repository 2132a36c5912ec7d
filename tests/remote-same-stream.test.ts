import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openClone } from '../packages/cli/src/effects/mining/clone-cache.ts';
import { fetchBlobs } from '../packages/cli/src/effects/mining/fetch-blobs.ts';
import { startGitServer } from './git-server.ts';
import { addHistory, newest, serveHistory } from './remote-history.ts';
import { repository as house, program, put, temporaryFolder } from './rig.ts';
import { smallWorld } from './small-world.ts';

const extractor = join(house, 'tools/rust_extractor/target/release/rust_extractor');

test('the newest commits of a full, a shallow and an empty clone have the same records', async (context) => {
  if (!existsSync(extractor))
    context.skip('rust_extractor is not built; run `npm run setup` with cargo 1.85');
  const root = await temporaryFolder();
  const served = await serveHistory(root, 'engine.git', 120);
  const server = await startGitServer(root);
  const home = await temporaryFolder();
  const small = smallWorld(home);
  const records = async (mode: 'full' | 'shallow' | 'diff-only', limit: number) => {
    const wish = { mode, limit, allowNet: true };
    const clone = await openClone(small.context, `${server.url}/engine.git`, wish);
    const ids = await newest(clone, limit);
    await fetchBlobs(small.context, clone, ids, 'first-parent');
    const list = await put(home, 'ids', `${ids.join('\n')}\n`);
    const ran = await program(extractor, ['history', '--repo', clone.gitDir, '--ids', list], { cwd: root });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    return ran.stdout;
  };
  const compare = async (limit: number) => {
    const full = await records('full', limit);
    expect(full.trimEnd().split('\n')).toHaveLength(limit);
    expect(full).not.toContain('shallow boundary');
    expect(await records('shallow', limit)).toBe(full);
    expect(await records('diff-only', limit)).toBe(full);
  };
  await compare(30);
  // Deepened, and moved on.
  await compare(60);
  await addHistory(served, 120, 25);
  await compare(45);
});
