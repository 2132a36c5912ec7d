import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { output } from './command.mjs';

/** Streams an image twice, unpacks it into a folder, and runs its command with nothing but what the image holds of ours. */
export async function imageRuns(stream, folder) {
  const image = await output(stream, [], { encoding: 'buffer' });
  const again = await output(stream, [], { encoding: 'buffer' });
  assert.equal(digest(image), digest(again), 'the second image has other bytes');
  mkdirSync(join(folder, 'top'), { recursive: true });
  writeFileSync(join(folder, 'image.tar'), image);
  await output('tar', ['-xf', 'image.tar'], { cwd: folder });
  const [{ Config, Layers }] = readJson(join(folder, 'manifest.json'));
  for (const layer of Layers) await output('tar', ['-xf', layer, '-C', 'top'], { cwd: folder });
  const { config, created } = readJson(join(folder, Config));
  assert.equal(config.User, '1000:1000');
  assert.equal(new Date(created).getTime(), 1000);
  assert.ok(Object.hasOwn(config.Volumes, '/lab'));
  const [command] = config.Entrypoint;
  // The files of the image take the place of the store; what is not in it is not found.
  const store = command.split('/').slice(0, -3).join('/');
  const script = 'mount --bind "$1$2" "$2" && shift 2 && "$@"';
  const rights = process.getuid() === 0 ? [] : ['--map-root-user'];
  const args = [
    ...rights,
    '--mount',
    'sh',
    '-ec',
    script,
    'sh',
    join(folder, 'top'),
    store,
    command,
    '--version',
  ];
  assert.match(await output('unshare', args), /^\d+\.\d+\.\d+\n$/);
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
